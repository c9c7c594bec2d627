"""Reads: a line of the board with who signed for it, as the desk and whoever signs see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BooleanField, Expression, ExpressionWrapper, Q, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.models import Ask
from linshuo.domain.board.queries import asks_of, kind_of
from linshuo.domain.board.wanted import given_words
from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.access import visible
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name

MOST_OPEN = 3
"""Dashed lines drawn for free places; the others are a number."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the board with its signatures, formatted. Persons are masked, units are not."""

    pk: int
    kind: str
    kind_words: str
    text: str
    hint: str
    skill: str
    unit: str
    slots: int
    taken: int
    places: str
    """3 位."""
    names: tuple[str, ...]
    open: tuple[str, ...]
    left: str
    waiting: str
    closed: bool
    open_ended: bool = False
    """Whether money is asked for: nothing is said then of how many are wanted."""
    pledges: tuple[int, ...] = ()
    """The id of the pledge behind each name; 0 where its page is not the viewer's to open."""

    @property
    def signed(self) -> list[tuple[str, int]]:
        """Each name with the pledge it leads to."""
        return list(zip(self.names, self.pledges, strict=True))

    @property
    def full(self) -> bool:
        return not self.open_ended and self.taken >= self.slots

    @property
    def progress(self) -> str:
        """认了 2/3; 已有 3 家认捐."""
        if self.open_ended:
            return given_words(self.taken)
        return _("认了 %(taken)d/%(slots)d") % {"taken": self.taken, "slots": self.slots}


def lines_of(viewer: Actor, need: Need) -> list[Line]:
    """The lines under a need with who signed: two queries, however many there are."""
    return lines(viewer, asks_of(viewer, need))


def lines(viewer: Actor, asks: list[Ask]) -> list[Line]:
    """The same for lines already read: one query."""
    signed: dict[int, list[Pledge]] = {ask.pk: [] for ask in asks}
    rows = (
        Pledge.objects.of(viewer)
        .filter(Q(state__in=LIVE) | Q(ended_as=Ended.FULFILLED), ask__in=asks)
        .select_related("person", "partnership__organisation")
        .annotate(opens=_opens(viewer))
        .order_by("signed_at", "pk")
    )
    for row in rows:
        signed[row.ask_id].append(row)
    return [_line(ask, signed[ask.pk]) for ask in asks]


def _opens(viewer: Actor) -> Expression:
    """Whether the page of a pledge is the viewer's to open: whoever took the note sees the lines
    of its matter, though the matter may be another's."""
    may, is_it = visible(viewer), BooleanField()
    return ExpressionWrapper(may, output_field=is_it) if may else Value(True, output_field=is_it)


def _line(ask: Ask, signed: list[Pledge]) -> Line:
    kept = [p for p in signed if p.state in ("accepted", "under_way", "ended")]
    if ask.offer_id is not None:
        kept = []  # who is helped hangs on no wall
    asked = [_("在问下一位") for p in signed if p.state == "asked"]
    waiting = sum(1 for p in signed if p.state == "waiting")
    free = 0 if ask.closed_at else ask.left
    return Line(
        pk=ask.pk,
        kind=ask.kind,
        kind_words=kind_of(ask),
        text=ask.text,
        hint=ask.hint,
        skill=str(ask.get_skill_display()) if ask.skill else "",
        unit=ask.unit,
        slots=1 if ask.open_ended else ask.slots,
        taken=ask.taken,
        places="" if ask.open_ended else f"{ask.slots} {ask.unit}",
        names=tuple(_signature(p, ask.unit) for p in kept),
        open=tuple(asked + [_("等您签名")] * min(free, 1 if ask.open_ended else MOST_OPEN)),
        left=_left(ask, free),
        waiting=ngettext("还有 %d 位在排队。", "还有 %d 位在排队。", waiting) % waiting
        if waiting
        else "",
        closed=ask.closed_at is not None,
        open_ended=ask.open_ended,
        pledges=tuple(p.pk if p.opens else 0 for p in kept),  # type: ignore[attr-defined]
    )


def _signature(pledge: Pledge, unit: str) -> str:
    parts = [who_of(pledge)]
    if pledge.slots > 1:
        parts.append(f"{pledge.slots} {unit}")
    if pledge.goods:
        parts.append(pledge.goods)
    return " · ".join(parts)


def _left(ask: Ask, free: int) -> str:
    if ask.open_ended:
        return given_words(ask.taken)
    return _("还差 %(n)d %(unit)s") % {"n": free, "unit": ask.unit} if free > MOST_OPEN else ""


def who_of(pledge: Pledge) -> str:
    """A person masked, a unit by its name."""
    if pledge.partnership is not None:
        return str(pledge.partnership)
    return mask_name(pledge.person.name) if pledge.person else ""


def progress_of(found: list[Line]) -> str:
    """2/3 认了: places where all lines count the same thing, else the lines that are full."""
    if not found:
        return ""
    if len({line.unit for line in found}) == 1:
        taken, slots = sum(x.taken for x in found), sum(x.slots for x in found)
        return _("要 %(slots)d %(unit)s，认了 %(taken)d") % {
            "slots": slots,
            "unit": found[0].unit,
            "taken": taken,
        }
    full = sum(1 for line in found if line.full)
    return _("%(n)d 行，认满了 %(full)d") % {"n": len(found), "full": full}
