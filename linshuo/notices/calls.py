"""Whom to tell by telephone or at the door: those without a channel, those whose channel failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import reached
from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need
from linshuo.domain.people.actions import reveal
from linshuo.domain.places.access import reach
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name, mask_phone
from linshuo.kit.refused import NotYours
from linshuo.notices.apart import with_apart
from linshuo.notices.freed import with_turns
from linshuo.notices.models import Message
from linshuo.notices.post import WITH_LINE
from linshuo.notices.queries import spoken
from linshuo.notices.sayings import SAYINGS, still_holds
from linshuo.notices.words import title_of

MOST = 200
"""Messages looked at, the oldest first."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence to pass on."""

    text: str
    number: str
    serial: str
    when: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One person to tell, or one group that could not be reached, with all there is to say."""

    pk: int
    """The first message: by it the telephone is asked for."""
    pks: tuple[int, ...]
    who: str
    phone: str
    why: str
    lines: tuple[Said, ...]


def _waiting(viewer: Actor) -> ScopedQuerySet[Message]:
    """On the list of whoever answers for the matter: the scope of the other calls. What stands on
    nothing (`apart`) is for whoever keeps the letters."""
    needs = Need.objects.of(viewer).filter(visible(viewer, Can.NEED_CONFIRM))
    rows = Message.objects.of(viewer).filter(
        way=Message.Way.CALL, told_at__isnull=True, done_at__isnull=True
    )
    reaches = reached(viewer, Can.NEED_CONFIRM, "pledge__ask__") & Q(pledge__isnull=False)
    reaches |= reached(viewer, Can.NEED_CONFIRM, "ask__") & Q(ask__isnull=False)
    reaches |= reach(viewer, Can.NEED_CONFIRM, "activity__place__path") & Q(activity__isnull=False)
    if viewer.can(Can.LETTER_KEEP):
        columns = ("pledge", "ask", "activity", "honour")
        reaches |= Q(**{f"{name}__isnull": True for name in columns})
    return rows.filter(Q(need_id__in=needs.values("pk")) | Q(need__isnull=True) & reaches)


def to_tell(viewer: Actor) -> list[Telling]:
    """Everyone the viewer can tell, longest waiting first: one query.

    What no longer holds is left out; one's own stands in one's inbox.
    """
    rows = _waiting(viewer).exclude(person_id=viewer.person_id or 0)
    rows = rows.select_related("need", "person", "robot", "letter", *WITH_LINE)
    people: dict[tuple[int | None, int | None], list[Message]] = {}
    found = list(rows.order_by("call_at", "pk")[:MOST])
    with_turns(found)
    with_apart(found)
    for m in found:
        told = (m.ask, m.gathering, m.turn, m.swap, m.over)
        if still_holds(m.saying, m.need, m.pledge, m.person_id or 0, *told):
            people.setdefault((m.person_id, m.robot_id), []).append(m)
    return [_telling(messages) for messages in people.values()]


def _telling(messages: list[Message]) -> Telling:
    first = messages[0]
    person = first.person
    return Telling(
        pk=first.pk,
        pks=tuple(m.pk for m in messages),
        who=mask_name(person.name) if person else str(_("“%s”群里的人") % first.robot),
        phone=mask_phone(person.phone) if person and person.phone else "",
        why=_why(messages),
        lines=tuple(dict.fromkeys(_said(m) for m in messages)),
    )


def _why(messages: list[Message]) -> str:
    letter = next((m.letter for m in messages if m.letter is not None), None)
    if letter is None:
        return _("没有别的办法，打个电话")
    return str(_("%s没发出去") % letter.get_channel_display())


def _said(message: Message) -> Said:
    need = message.need
    return Said(
        text=spoken(message.saying, need.title if need else title_of(message), message.line),
        number=need.number if need else "",
        serial=need.short_number if need else "",
        when=wording.near_day(message.at),
    )


@transaction.atomic
def told(pks: Iterable[int], *, by: Actor, at: datetime | None = None) -> int:
    """They know now: by telephone or at the door. Returns how many messages that were.

    Pressing twice is once. Raises `NotYours` when none of them is the actor's to tell.
    """
    wanted = list(pks)
    mine = _waiting(by).filter(pk__in=wanted)
    found = list(mine.values_list("pk", flat=True))
    if not found:
        before = Message.objects.of(by).filter(pk__in=wanted, told_by_id=by.person_id or 0)
        if not before.exists():
            raise NotYours("message", "")
        return 0
    rows = Message.objects.of(by).filter(pk__in=found, told_at__isnull=True)
    return rows.update(told_at=happened(at), told_by_id=by.person_id)


def number_to_tell(pk: int, *, by: Actor, at: datetime | None = None) -> str:
    """The telephone of whoever is to be told, with the look written down. Raises `NotYours`."""
    message = _waiting(by).filter(pk=pk).select_related("person", "need", *WITH_LINE).first()
    if message is None or message.person is None:
        raise NotYours("message", "")
    about = message.need.number if message.need else message.line or message.gathering
    if message.apart:
        about = SAYINGS[message.saying].plain
    why = _("电话单：要告诉 %s") % about
    return reveal(message.person, by=by, reason=why, own_case=True, at=at)
