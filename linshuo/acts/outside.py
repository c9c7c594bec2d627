"""What people outside the office do: say something, join in, and say whether it is settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts import checking_in
from linshuo.acts.asking import ask
from linshuo.domain.honours import objecting
from linshuo.domain.honours.models import Candidate, Round
from linshuo.domain.needs import complaining, doorway
from linshuo.domain.needs.actions import report
from linshuo.domain.needs.models import Contact, Kind, Need, Source, Urgency, Visibility
from linshuo.domain.needs.public.held import said_settled
from linshuo.domain.needs.supporters import support
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers.actions import keep_file, use_paper
from linshuo.domain.papers.images import MOST_BYTES, redraw
from linshuo.domain.papers.models import File, Paper, PaperKind
from linshuo.domain.people import check_ins
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import CheckIn, Person, Purpose
from linshuo.domain.people.queries import known_by, partnerships
from linshuo.domain.people.staffing import card_for
from linshuo.domain.places.models import Place
from linshuo.kit import secret
from linshuo.kit.actor import Actor
from linshuo.kit.codes import clean_code
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import Lost, NotYours, Refused

MOST_PHOTO = MOST_BYTES
"""Bytes of a photo that are looked at; a page need not read on."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a stranger's words became: a numbered matter with a slip, else a row that waits."""

    incoming: Incoming | None = None
    need: Need | None = None


def keep_photo(raw: bytes, *, community_id: int) -> File:
    """A stranger's photo, drawn anew and private. Raises `Refused` for what is no photo."""
    drawn = redraw(raw)
    return keep_file(
        drawn.content,
        kind="photo",
        mime=drawn.mime,
        name=f"photo.{drawn.suffix}",
        by=Actor.house(community_id),
    )


def kept_photo(pk: int, *, community_id: int) -> File | None:
    """A photo kept a moment ago, while its author corrects another field."""
    return File.objects.within(community_id).filter(pk=pk, kind="photo").first()


@transaction.atomic
def say(
    *,
    place: Place,
    draft_id: str,
    words: str,
    urgency: str = Urgency.GENERAL,
    name: str = "",
    phone: str = "",
    for_neighbour: bool = False,
    photo: File | None = None,
    slip: str = "",
    suspect: bool = False,
    at: datetime | None = None,
) -> Heard:
    """我有话说, without an account. A slip torn off by staff skips the queue: staff met its holder.

    Raises `Refused` with the field that will not do.
    """
    if not slip.strip() or suspect:
        row = doorway.knock(
            place=place,
            draft_id=draft_id,
            words=words,
            urgency=urgency,
            name=name,
            phone=phone,
            for_neighbour=for_neighbour,
            photo=photo,
            suspect=suspect,
            at=at,
        )
        return Heard(incoming=row)
    house = Actor.house(int(place.community_id or 0))
    known = _need_of_slip(house, slip)
    if known is not None:
        return Heard(need=known)
    paper = use_paper(PaperKind.SLIP, slip, by=house, at=at)
    return Heard(
        need=report(
            by=house,
            place=place,
            words=words,
            kind=Kind.PROBLEM,
            source=Source.PROXY if for_neighbour else Source.WEB,
            urgency=urgency,
            requester=_person(house, name, phone, place),
            paper=paper,
            photo=photo,
            at=at,
        )
    )


def _need_of_slip(house: Actor, slip: str) -> Need | None:
    code = clean_code(slip)
    return Need.objects.of(house).filter(paper__code=code, paper__kind=PaperKind.SLIP).first()


def _person(by: Actor, name: str, phone: str, place: Place) -> Person | None:
    if not name.strip() and not phone.strip():
        return None
    return know_person(name=name.strip() or _("没留名"), phone=phone, place=place, by=by)


@transaction.atomic
def let_in(
    incoming: Incoming, *, by: Actor, kind: str, title: str = "", at: datetime | None = None
) -> Need:
    """A person reads it and opens the door: it gets its number, its clock having begun to run."""
    row = doorway.lock(incoming, by)
    if not row.waits:
        raise Refused("answered", _("这一条已经有人处理了。"))
    need = report(
        by=by,
        place=row.place,
        words=row.words,
        title=title,
        kind=kind,
        source=Source.PROXY if row.for_neighbour else Source.WEB,
        urgency=row.urgency,
        requester=_person(by, row.name, row.phone, row.place),
        photo=row.photo,
        at=row.received_at,
        heard_at=row.received_at,
    )
    doorway.mark_let_in(row, need, by=by, at=at)
    return need


@transaction.atomic
def me_too(
    need_number: str, *, community_id: int, contact: str, at: datetime | None = None
) -> bool:
    """我也要, on a public matter, without an account. The same telephone counts once.

    `contact` is a telephone number, or, for someone who leaves none, a mark their browser keeps.
    Returns whether it counted. Raises `Refused` when there is no such public matter.
    """
    house = Actor.house(community_id)
    need = (
        Need.objects.of(house)
        .filter(number=need_number, visibility=Visibility.PUBLIC, state__in=("open", "done"))
        .first()
    )
    if need is None:
        raise Refused("need", _("没有这一件，或者已经办完了。"))
    added = support(need, by=house, contact_hmac=secret.fingerprint(contact), via="web", at=at)
    return added is not None


def clean_contact(phone: str, mark: str) -> str:
    """The telephone if one was given, else the browser's own mark."""
    return clean_phone(phone) or f"mark:{mark[:64]}"


def need_by_slip(code: str, *, community_id: int) -> tuple[Paper, Need] | None:
    """The matter a slip belongs to. None for a wrong code, an unused slip, and another community's:
    the page says the same for all three."""
    need = (
        Need.objects.within(community_id)
        .filter(
            paper__code=clean_code(code),
            paper__kind=PaperKind.SLIP,
            paper__void_at__isnull=True,
        )
        .select_related("paper", "place", "note", "survivor")
        .first()
    )
    return (need.paper, need) if need is not None and need.paper is not None else None


def community_of(code: str) -> str | None:
    """The prefix of the community that printed this slip, used or not."""
    slips = Paper.objects.everywhere().filter(code=clean_code(code), kind=PaperKind.SLIP)
    return slips.values_list("community__prefix", flat=True).first()


def need_of(number: str, *, community_id: int) -> Need | None:
    """The matter a link we signed ourselves speaks of; its number alone opens nothing."""
    return (
        Need.objects.within(community_id)
        .filter(number=number[:24])
        .select_related("place", "note", "survivor")
        .first()
    )


@transaction.atomic
def resident_says(
    need: Need,
    *,
    settled: bool,
    words: str = "",
    words_ok: bool = False,
    rating_result: int | None = None,
    rating_attitude: int | None = None,
    channel: str = Contact.Channel.SLIP,
    at: datetime | None = None,
) -> Need:
    """The one who asked says, by slip or link, whether it is settled: the last word there is.

    "Yes" is what a second person closes the matter on: nobody from the office was there when it was
    said. "No" sends it back at once, and needs a word about what is still wrong. Saying the same
    twice is saying it once. Raises `Lost` when the matter is not waiting for this answer any more.
    """
    house = Actor.house(need.community_id)
    fresh = Need.objects.of(house).select_for_update(of=("self",)).get(pk=need.pk)
    asked_again = fresh.state == "closed" and fresh.due_at is not None
    if fresh.state != "done" and not asked_again:
        raise Lost("answered", _("这件事现在不用答了。要是又不好了，请打电话给社区。"))
    if not settled and len(words.strip()) < 2:
        raise Refused("words", _("哪里没好，写一句，我们照着再办。"), "words")
    if settled and fresh.state == "done" and said_settled(fresh):
        raise Lost("answered", _("您说过好了，记下了。要是又不好了，按“没好”，或者打电话给社区。"))
    said = Contact.Said.SETTLED if settled else Contact.Said.NOT_SETTLED
    return ask(
        fresh,
        by=house,
        channel=channel,
        said=said,
        words=words,
        words_ok=words_ok,
        rating_result=rating_result,
        rating_attitude=rating_attitude,
        close=False,
        at=at,
    )


def partner_names(community_id: int) -> list[str]:
    """Units that stand by the community; their names hang on the wall."""
    return [str(each) for each in partnerships(Actor.house(community_id))]


def partner_name(community_id: int, pk: int) -> str:
    """The name of one of them, for a link we signed; empty once it has left."""
    found = (each for each in partnerships(Actor.house(community_id)) if each.pk == pk)
    return str(next(found, ""))


@transaction.atomic
def check_in(
    *,
    community_id: int,
    name: str,
    phone: str,
    consents: Iterable[str],
    at: datetime | None = None,
    **said: Any,
) -> CheckIn | None:
    """A stranger's check-in. None for somebody already known here: whoever types a neighbour's name
    and telephone learns nothing of them, and agrees for them to nothing but being asked about it.

    Raises `Refused` with the field that will not do.
    """
    house, known = Actor.house(community_id), known_by(community_id, name, phone)
    agreed = [Purpose.CONTACT.value] if known and Purpose.CONTACT in set(consents) else consents
    row = checking_in.check_in(
        by=house,
        via=CheckIn.Via.WEB,
        name=name,
        phone=phone,
        consents=agreed,
        at=at,
        **said,
    )
    return None if known else row


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """What the holder of a link or card reads of a check-in: no name, nothing that was said."""

    state: str
    words: str
    receipt_no: str
    due_at: datetime | None


def checked_in(community_id: int, pk: int) -> CheckedIn | None:
    """The check-in a link we signed speaks of."""
    row = CheckIn.objects.within(community_id).filter(pk=pk).select_related("person").first()
    return _checked_in(check_ins.newest_of(row.person)) if row else None


def checked_in_by_card(typed: str, *, community_id: int) -> CheckedIn | None:
    """Whether the holder of a sign-in card checked in here; the card is not used up.

    Raises `Refused("card")` for a wrong, used or foreign card, all alike.
    """
    card = card_for(typed)
    if card.community_id != community_id:
        raise Refused("card", _("这张卡查不了。看一眼码有没有抄错，或者到报到处问。"), "code")
    return _checked_in(check_ins.newest_of(card.person))


def _checked_in(row: CheckIn | None) -> CheckedIn | None:
    if row is None:
        return None
    return CheckedIn(row.state, check_ins.state_words(row), row.receipt_no, row.due_at)


@transaction.atomic
def object_to(
    round_id: int,
    *,
    community_id: int,
    words: str,
    candidate: int | None = None,
    who: str = "",
    contact: str = "",
    at: datetime | None = None,
) -> str:
    """Somebody objects to a list that hangs out, named or not. Returns the code with which the
    answer can be read. Raises `Refused` once the notice is over, `NotYours` for no such list."""
    house = Actor.house(community_id)
    row = Round.objects.of(house).filter(pk=round_id).select_related("community").first()
    if row is None:
        raise NotYours("round", _("没有这个公示。"))
    about = None
    if candidate is not None:
        about = Candidate.objects.of(house).filter(round=row, pk=candidate, chosen=True).first()
        if about is None:
            raise Refused("candidate", _("名单里没有这一个，重新选一下。"), "candidate")
    return objecting.object_(
        row, by=house, words=words, candidate=about, who=who, contact=contact, at=at
    ).code


def complain(*, community_id: int, about: str, words: str, who: str = "", contact: str = "") -> str:
    """Somebody complains about the system or those who serve, named or not. Returns the code with
    which the answer can be read. Raises `Refused` with the field that will not do."""
    house = Actor.house(community_id)
    return complaining.complain(by=house, about=about, words=words, who=who, contact=contact).code
