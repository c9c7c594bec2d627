"""A partner unit in one place: who of it checked in, what it offers and wishes, what it signed for,
its turns and hours, and what came of it. And all units side by side: 服务 ⇄ 需求.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import visible as visible_lines
from linshuo.domain.board.models import WHOLE, Ask, Offer, ProjectNeed
from linshuo.domain.board.queries import giver_of, kind_of, title_of
from linshuo.domain.board.wanted import left_words
from linshuo.domain.needs.access import visible as visible_needs
from linshuo.domain.needs.models import Contact, Need, Visibility
from linshuo.domain.people.models import CheckIn, Consent, Partnership, Person, Purpose
from linshuo.domain.people.queries import partnerships
from linshuo.domain.people.skills import Skill
from linshuo.domain.pledges.access import AGREED, given
from linshuo.domain.pledges.access import visible as visible_pledges
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.pledges.queries import PledgeRow, next_words, row_of, state_words, who_of
from linshuo.domain.service.models import Turn
from linshuo.domain.service.queries import OF, Hours, hours_of_unit, span, what_of
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.insight.works import Sum, sums_of
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can

MOST = 40


@dataclass(frozen=True, slots=True)
class Members:
    """Those of a unit with a receipt. Named are only those who agreed that their unit knows."""

    count: int
    named: tuple[str, ...]

    @property
    def unnamed(self) -> int:
        return self.count - len(self.named)


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing that is offered, formatted."""

    pk: int
    """The line's."""
    offer: int
    giver: str
    text: str
    hint: str
    skill: str
    places: str
    left: str
    when: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One line somebody signed, formatted."""

    pk: int
    who: str
    kind: str
    text: str
    about: str
    words: str
    next: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A matter that was settled with the unit's help, and what was said of it where that was
    released."""

    number: str
    title: str
    result: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What a unit does here."""

    members: Members
    wishes: str
    offers: list[Offered]
    asked: list[Signed]
    """Agreed with whoever asked for what it offers."""
    live: list[Signed]
    kept: list[Signed]
    released: list[Signed]
    turns: list[tuple[str, str]]
    hours: Hours
    came_of: list[Outcome]
    sums: list[Sum]
    """What it promised in money, and what came of it."""


def work_of(viewer: Actor, unit: Partnership, *, at: datetime | None = None) -> Work:
    """Everything about one unit: twenty queries, however much there is.

    The caller has made sure that the viewer is of the office or speaks for the unit.
    """
    now = at or clock.now()
    pledges = list(
        _whole(Pledge.objects.of(viewer).filter(partnership=unit)).order_by("-signed_at", "-pk")
    )
    return Work(
        members=members_of(viewer, unit),
        wishes=unit.wishes,
        offers=offers_of(viewer, partnership=unit),
        asked=asked_of(viewer, partnership=unit, at=now),
        live=[_signed(p, now) for p in pledges if p.state in LIVE],
        kept=[_signed(p, now) for p in pledges if p.ended_as == Ended.FULFILLED][:MOST],
        released=[_signed(p, now) for p in pledges if _let_go(p)][:MOST],
        turns=_turns(viewer, unit, now),
        hours=hours_of_unit(viewer, unit),
        came_of=came_of(viewer, unit),
        sums=sums_of(viewer, unit),
    )


def _let_go(pledge: Pledge) -> bool:
    return pledge.state == "ended" and pledge.ended_as != Ended.FULFILLED


def _whole(rows: ScopedQuerySet[Pledge]) -> ScopedQuerySet[Pledge]:
    joined = (f"ask__{name}" for name in WHOLE)
    return rows.select_related("person", "partnership__organisation", *joined)


def _signed(pledge: Pledge, at: datetime) -> Signed:
    return Signed(
        pk=pledge.pk,
        who=who_of(pledge),
        kind=kind_of(pledge.ask),
        text=pledge.ask.text,
        about=title_of(pledge.ask),
        words=state_words(pledge),
        next=next_words(pledge, at),
    )


def members_of(viewer: Actor, unit: Partnership) -> Members:
    """How many checked in for the unit, and the names of those who agreed to be told of."""
    agreed = Consent.objects.of(viewer).filter(
        person_id=OuterRef("person_id"), purpose=Purpose.SHARE_UNIT, withdrawn_at__isnull=True
    )
    rows = (
        CheckIn.objects.of(viewer)
        .filter(partnership=unit, state__in=("accepted", "paused"))
        .annotate(may=Exists(agreed))
        .order_by("accepted_at", "pk")
        .values_list("person__name", "may")
    )
    found = list(rows)
    return Members(len(found), tuple(name for name, may in found if may))


def offers_of(
    viewer: Actor, *, partnership: Partnership | None = None, person: Person | None = None
) -> list[Offered]:
    """What a unit or a person offers now, the newest first."""
    rows = _standing(viewer).filter(offer__partnership=partnership, offer__person=person)
    return [_offered(ask) for ask in rows.order_by("-pk")]


def _standing(viewer: Actor) -> ScopedQuerySet[Ask]:
    """Lines of what is offered; what has run out is not among them, what is to come is."""
    today = clock.today()
    rows = Ask.objects.of(viewer).filter(
        Q(offer__until__isnull=True) | Q(offer__until__gte=today),
        offer__isnull=False,
        offer__closed_at__isnull=True,
        closed_at__isnull=True,
    )
    return rows.select_related("offer__partnership__organisation", "offer__person")


def _offered(ask: Ask) -> Offered:
    offer: Offer | None = ask.offer
    assert offer is not None
    return Offered(
        pk=ask.pk,
        offer=offer.pk,
        giver=giver_of(offer),
        text=ask.text,
        hint=ask.hint,
        skill=str(Skill(ask.skill).label) if ask.skill else "",
        places=f"{ask.slots} {ask.unit}",
        left=_("还能帮 %(n)d %(unit)s") % {"n": ask.left, "unit": ask.unit}
        if ask.left
        else _("请满了"),
        when=_when(offer),
    )


def _when(offer: Offer) -> str:
    begins = _("%s起") % wording.near_day(offer.since) if offer.since > clock.today() else ""
    ends = _("到%s") % wording.near_day(offer.until) if offer.until else ""
    return begins + ends


def asked_of(
    viewer: Actor,
    *,
    at: datetime,
    partnership: Partnership | None = None,
    person: Person | None = None,
) -> list[Signed]:
    """Who asked for what this unit or person offers, once it is agreed; nobody who only waits."""
    rows = Pledge.objects.of(viewer).filter(
        AGREED, ask__offer__isnull=False, ask__offer__partnership=partnership,
        ask__offer__person=person,
    )  # fmt: skip
    ordered = _whole(rows).order_by(F("due_at").asc(nulls_last=True), "-pk")
    return [_signed(p, at) for p in ordered[:MOST]]


def asked_for(viewer: Actor, ask: Ask, *, at: datetime | None = None) -> list[PledgeRow]:
    """Who signed for one line, as far as the viewer may see them, in the order of signing."""
    rows = Pledge.objects.of(viewer).filter(visible_pledges(viewer), ask=ask)
    return [row_of(p, at or clock.now()) for p in _whole(rows).order_by("signed_at", "pk")[:MOST]]


def given_pledge(viewer: Actor, pk: int) -> Pledge | None:
    """A pledge on what the viewer or their unit offers, once it is agreed."""
    return _whole(Pledge.objects.of(viewer).filter(given(viewer), pk=pk)).first()


def _turns(viewer: Actor, unit: Partnership, at: datetime) -> list[tuple[str, str]]:
    rows = Turn.objects.of(viewer).filter(partnership=unit, away_at__isnull=True, ends__gt=at)
    found = rows.select_related(*OF).order_by("starts", "pk")[:MOST]
    return [(span(turn.starts, turn.ends), what_of(turn)) for turn in found]


def came_of(viewer: Actor, unit: Partnership) -> list[Outcome]:
    """Matters settled through what the unit kept. Outside the office only those that are public,
    by their public title."""
    kept = Pledge.objects.of(viewer).filter(partnership=unit, ended_as=Ended.FULFILLED)
    inside = viewer.can(Can.NEED_READ)
    built = ProjectNeed.objects.of(viewer).filter(
        project__state="handed_over", project_id__in=kept.values("ask__project_id")
    )
    rows = Need.objects.of(viewer).filter(
        Q(pk__in=kept.values("ask__need_id")) | Q(pk__in=built.values("need_id")),
        state__in=("done", "closed"),
    )
    if inside:
        rows = rows.filter(visible_needs(viewer))
    else:
        rows = rows.filter(visibility=Visibility.PUBLIC)
    needs = list(rows.order_by("-finished_at", "-pk")[:MOST])
    said: dict[int, list[str]] = {}
    words = Contact.objects.of(viewer).filter(
        need__in=needs, need__visibility=Visibility.PUBLIC, need__state="closed"
    )
    for need, shown in words.exclude(shown="").order_by("at").values_list("need_id", "shown"):
        said.setdefault(need, []).append(shown)
    return [
        Outcome(
            number=need.number,
            title=need.title if inside else need.public_title,
            result=need.result_text if inside else "",
            said=tuple(said.get(need.pk, ())),
        )
        for need in needs
    ]


@dataclass(frozen=True, slots=True)
class Pair:
    """One unit in the two-way list."""

    pk: int
    name: str
    offers: list[Offered]
    wishes: str
    live: int
    kept: int

    @property
    def says(self) -> bool:
        """Whether there is anything to read of it."""
        return bool(self.offers or self.wishes)


@dataclass(frozen=True, slots=True)
class TwoWay:
    """服务 ⇄ 需求: units with what they offer and wish, those that said something first, each by
    name; and what single people offer."""

    units: list[Pair]
    people: list[Offered]

    @property
    def said(self) -> list[Pair]:
        """Units that offer or wish something."""
        return [unit for unit in self.units if unit.says]

    @property
    def silent(self) -> list[str]:
        """The names of those that have said nothing yet."""
        return [unit.name for unit in self.units if not unit.says]


def two_way(viewer: Actor) -> TwoWay:
    """All units side by side. Three queries, however many."""
    by_unit: dict[int, list[Offered]] = {}
    people = []
    for ask in _standing(viewer).order_by("-pk"):
        unit = ask.offer.partnership_id if ask.offer else None
        if unit is None:
            people.append(_offered(ask))
        else:
            by_unit.setdefault(unit, []).append(_offered(ask))
    live, kept = _counts(viewer)
    units = [
        Pair(
            pk=unit.pk,
            name=str(unit),
            offers=by_unit.get(unit.pk, []),
            wishes=unit.wishes,
            live=live.get(unit.pk, 0),
            kept=kept.get(unit.pk, 0),
        )
        for unit in partnerships(viewer)
    ]
    return TwoWay(sorted(units, key=lambda unit: not unit.says), people)


def _counts(viewer: Actor) -> tuple[dict[int, int], dict[int, int]]:
    live: dict[int, int] = {}
    kept: dict[int, int] = {}
    rows = Pledge.objects.of(viewer).filter(AGREED, partnership__isnull=False)
    for unit, state in rows.filter(ask__offer__isnull=True).values_list("partnership_id", "state"):
        into = kept if state == "ended" else live
        into[unit or 0] = into.get(unit or 0, 0) + 1
    return live, kept


def open_for_unit(viewer: Actor, unit: Partnership, most: int = 6) -> list[Signed]:
    """Lines with free places that the unit has not signed, the newest first; `pk` is the line's."""
    signed = Pledge.objects.of(viewer).filter(partnership=unit)
    rows = Ask.objects.of(viewer).filter(
        visible_lines(viewer),
        Q(need__state="open") | Q(need__isnull=True),
        closed_at__isnull=True,
        offer__isnull=True,
        taken__lt=F("slots"),
    )
    found = rows.exclude(pk__in=_ids(signed)).select_related(*WHOLE).order_by("-opened_at", "-pk")
    return [
        Signed(
            pk=ask.pk,
            who="",
            kind=kind_of(ask),
            text=ask.text,
            about=title_of(ask),
            words=left_words(ask.open_ended, ask.taken, ask.slots, ask.unit),
            next=ask.hint,
        )
        for ask in found[:most]
    ]


def _ids(signed: ScopedQuerySet[Pledge]) -> Iterable[int]:
    return signed.values_list("ask_id", flat=True)
