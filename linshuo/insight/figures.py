"""Figures: a key, a written definition, a value, and the rows behind it. None is ever typed.

A figure is a function from a community and a moment to the ids of rows; its value is how many
there are, so the number and the list behind it cannot disagree. The past is read from the trail:
where a matter stood on a day follows from the last move made by then.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.models import Contact, Need, Note
from linshuo.domain.people.lifecycle import CHECK_IN
from linshuo.domain.people.models import Appointment, CheckIn, Partnership, Person
from linshuo.domain.places.models import Community
from linshuo.domain.places.queries import community_by_prefix
from linshuo.domain.pledges.lifecycle import PLEDGE
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.service.queries import counting
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Rows = Callable[[int, datetime], "QuerySet[Any, Any]"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure's definition. `counts` says what is in it, `leaves_out` what is not."""

    key: str
    name: str | _StrPromise
    unit: str | _StrPromise
    counts: str | _StrPromise
    leaves_out: str | _StrPromise
    kind: str
    """What the rows are: need, note, appointment, pledge, unit, person, service, checkin."""
    rows: Rows

    def read(self, community_id: int, as_of: datetime) -> Reading:
        """The figure at a moment, with the ids of the rows behind it."""
        ids = tuple(self.rows(community_id, as_of).order_by("pk").values_list("pk", flat=True))
        return Reading(self, as_of, ids)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a figure said at a moment."""

    figure: Figure
    as_of: datetime
    row_ids: tuple[int, ...]

    @property
    def value(self) -> int:
        return len(self.row_ids)


FIGURES: dict[str, Figure] = {}


def figure(
    key: str,
    *,
    name: str | _StrPromise,
    unit: str | _StrPromise,
    counts: str | _StrPromise,
    leaves_out: str | _StrPromise = "",
    kind: str = "need",
) -> Callable[[Rows], Figure]:
    """Declare a figure over the function that finds its rows."""

    def declare(rows: Rows) -> Figure:
        if key in FIGURES:
            raise ValueError(f"two figures are called {key}")
        FIGURES[key] = Figure(key, name, unit, counts, leaves_out, kind, rows)
        return FIGURES[key]

    return declare


_TARGET = {f"need:{m.verb}": m.target.name for m in NEED.moves.values()} | {
    "need:report": NEED.reported.name
}


def standing(community_id: int, as_of: datetime, *states: str) -> QuerySet[Need, Need]:
    """Needs whose last move by that moment had led to one of the states."""
    moves = Event.objects.within(community_id).filter(
        row_kind="need", verb__in=list(_TARGET), at__lte=as_of
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    verbs = [verb for verb, state in _TARGET.items() if state in states]
    there = Event.objects.within(community_id).filter(pk__in=last, verb__in=verbs)
    return Need.objects.within(community_id).filter(pk__in=there.values("row_id"))


@figure(
    "needs.heard",
    name=_("听到"),
    unit=_("件"),
    counts=_("到这一刻为止说到社区、编了号的需求和问题。"),
    leaves_out=_("并入别的事的、撤回的；只记在笔记里没有转成需求或问题的。"),
)
def heard(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "reported", "open", "done", "closed", "declined")


@figure(
    "needs.waiting",
    name=_("等答复"),
    unit=_("件"),
    counts=_("听到了、还没有受理也没有答复的。"),
)
def waiting(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "reported")


@figure(
    "needs.open",
    name=_("在办"),
    unit=_("件"),
    counts=_("已经受理、有责任人、还没有办结的，退回重办的也算。"),
)
def in_hand(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "open")


@figure(
    "needs.done",
    name=_("待销号"),
    unit=_("件"),
    counts=_("责任人说办结了，还没有由另一个人核对销号的。"),
)
def done(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "done")


@figure(
    "needs.settled",
    name=pgettext_lazy("figure", "办结"),
    unit=_("件"),
    counts=_("责任人写明了办理结果的，待销号的和已销号的都算。"),
    leaves_out=_("退回重办、现在还在办的。"),
)
def settled(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "done", "closed")


@figure(
    "needs.closed",
    name=_("已销号"),
    unit=_("件"),
    counts=_("办结以后由另一个人核对，居民说好了，或者三天各试过一次没联系上，或者到现场看过的。"),
    leaves_out=_("销号以后又退回的。"),
)
def closed(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "closed")


@figure(
    "needs.closed-by-word",
    name=_("居民点头销号"),
    unit=_("件"),
    counts=_("已销号、并且记着居民亲口说好了的。"),
    leaves_out=_("没联系上、靠现场查看销号的。"),
)
def closed_by_word(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    said = Contact.objects.within(community_id).filter(
        need_id=OuterRef("pk"), said=Contact.Said.SETTLED, at__lte=as_of
    )
    return standing(community_id, as_of, "closed").filter(Exists(said))


@figure(
    "needs.hard-closed",
    name=_("难点痛点堵点已销号"),
    unit=_("件"),
    counts=_("标了难点、痛点或堵点，并且已经销号的。"),
)
def hard_closed(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "closed").exclude(tags="")


@figure(
    "needs.reopened",
    name=_("退回过"),
    unit=_("件"),
    counts=_("办结或销号以后，因为没有真好，退回重办过的。"),
    leaves_out=_("同一件退回几次只算一件。"),
)
def reopened(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    events = Event.objects.within(community_id).filter(verb="need:reopen", at__lte=as_of)
    return Need.objects.within(community_id).filter(pk__in=events.values("row_id"))


@figure(
    "notes.written",
    name=_("民情笔记"),
    unit=_("条"),
    counts=_("到这一刻为止写进各人笔记本的，一事一条。"),
    kind="note",
)
def notes_written(community_id: int, as_of: datetime) -> QuerySet[Note, Note]:
    return Note.objects.within(community_id).filter(at__lte=as_of)


def _serving(role: Role) -> Rows:
    def rows(community_id: int, as_of: datetime) -> QuerySet[Appointment, Appointment]:
        day = clock.local(as_of).date()
        return Appointment.objects.within(community_id).filter(
            Q(ends__isnull=True) | Q(ends__gte=day), role=role, starts__lte=day
        )

    return rows


for _key, _role, _label in (
    ("staff.estate-secretaries", Role.ESTATE_SECRETARY, _("小区秘书")),
    ("staff.field", Role.FIELD_STAFF, _("外勤员")),
    ("staff.district-secretaries", Role.DISTRICT_SECRETARY, _("片区秘书")),
):
    figure(
        _key,
        name=_label,
        unit=_("名"),
        counts=_("这一天在任的，每人一本民情笔记。"),
        kind="appointment",
    )(_serving(_role))


_HELD = ("pledge:accept", "pledge:agree", "pledge:plan", "pledge:fulfil")
_PLEDGE_MOVES = [f"pledge:{verb}" for verb in PLEDGE.moves]


@figure(
    "pledges.accepted",
    name=_("认领认捐"),
    unit=_("项"),
    counts=_("到这一刻为止认下的：现在还认着的，和已经做到的。一个人或一个单位认一行算一项。"),
    leaves_out=_(
        "排队的、问了没回话的、后来不认了的；交接的只算在接手的人那里；请人提供服务的不算认。"
    ),
    kind="pledge",
)
def pledges_accepted(community_id: int, as_of: datetime) -> QuerySet[Pledge, Pledge]:
    moves = Event.objects.within(community_id).filter(
        row_kind="pledge", verb__in=_PLEDGE_MOVES, at__lte=as_of
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    held = Event.objects.within(community_id).filter(pk__in=last, verb__in=_HELD)
    rows = Pledge.objects.within(community_id).filter(ask__offer__isnull=True)
    return rows.filter(pk__in=held.values("row_id"))


@figure(
    "pledges.units",
    name=_("认了的单位"),
    unit=_("个"),
    counts=_("到这一刻为止认下过、没有放下的单位，认几项都算一个。"),
    leaves_out=_("单位里的人用自己名字认的。"),
    kind="unit",
)
def pledging_units(community_id: int, as_of: datetime) -> QuerySet[Partnership, Partnership]:
    held = pledges_accepted.rows(community_id, as_of).filter(partnership__isnull=False)
    return Partnership.objects.within(community_id).filter(pk__in=held.values("partnership_id"))


@figure(
    "pledges.members",
    name=_("认了的人"),
    unit=_("人"),
    counts=_("到这一刻为止用自己的名字认下过、没有放下的人，认几项都算一个。"),
    leaves_out=_("用单位名字认的。"),
    kind="person",
)
def pledging_members(community_id: int, as_of: datetime) -> QuerySet[Person, Person]:
    held = pledges_accepted.rows(community_id, as_of).filter(person__isnull=False)
    return Person.objects.within(community_id).filter(pk__in=held.values("person_id"))


@figure(
    "service.records",
    name=_("来过"),
    unit=_("次"),
    counts=_("约好了来、又有受助的人或在场的人说来过了的，一人一班算一次。"),
    leaves_out=_("自己说的；后来更正为没来的。"),
    kind="service",
)
def services(community_id: int, as_of: datetime) -> QuerySet[ServiceRecord, ServiceRecord]:
    return counting(community_id, as_of)


_CHECK_IN_MOVES = ["checkin:submit", *(f"checkin:{verb}" for verb in CHECK_IN.moves)]
_CHECKED_IN = [
    f"checkin:{m.verb}" for m in CHECK_IN.moves.values() if m.target.name in ("accepted", "paused")
]


@figure(
    "checkins.members",
    name=_("报到的人"),
    unit=_("人"),
    counts=_("到这一刻为止报到了、给过回执、没有结束的，歇着的也算。"),
    leaves_out=_("交来了还在等回执的；结束了的、转走了的。"),
    kind="checkin",
)
def checked_in(community_id: int, as_of: datetime) -> QuerySet[CheckIn, CheckIn]:
    moves = Event.objects.within(community_id).filter(
        row_kind="checkin", verb__in=_CHECK_IN_MOVES, at__lte=as_of
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    there = Event.objects.within(community_id).filter(pk__in=last, verb__in=_CHECKED_IN)
    return CheckIn.objects.within(community_id).filter(pk__in=there.values("row_id"))


@figure(
    "units.partners",
    name=_("共建单位"),
    unit=_("个"),
    counts=_("这一天正在共建的单位。"),
    leaves_out=_("展板上签了名、那时还没问过愿不愿意的；约定到期或结束了的。"),
    kind="unit",
)
def partners(community_id: int, as_of: datetime) -> QuerySet[Partnership, Partnership]:
    day = clock.local(as_of).date()
    asked_later = Event.objects.within(community_id).filter(
        row_kind="partnership", verb="partnership:confirm", at__gt=as_of
    )
    return (
        Partnership.objects.within(community_id)
        .filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, unconfirmed=False)
        .exclude(pk__in=asked_later.values("row_id"))
    )


def end_of(day: date) -> datetime:
    """The last moment of a day: "as of 1 December" includes what happened on it."""
    return clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def read_all(community_id: int, as_of: datetime) -> list[Reading]:
    """Every figure at one moment."""
    return [f.read(community_id, as_of) for f in FIGURES.values()]


def print_figures(prefix: str, as_of: date | None, as_json: bool) -> int:
    """For the command line. Returns 2, with a sentence, when there is no such community."""
    community = community_by_prefix(prefix)
    if community is None:
        known = ", ".join(Community.objects.order_by("prefix").values_list("prefix", flat=True))
        sys.stderr.write(f"There is no community {prefix}. Known: {known or 'none yet'}.\n")
        return 2
    moment = min(end_of(as_of), clock.now()) if as_of else clock.now()
    readings = read_all(community.pk, moment)
    if as_json:
        told = [
            {
                "key": r.figure.key,
                "name": str(r.figure.name),
                "definition": str(r.figure.counts),
                "leaves_out": str(r.figure.leaves_out),
                "as_of": clock.local(moment).isoformat(),
                "value": r.value,
                "rows": {"kind": r.figure.kind, "ids": list(r.row_ids)},
            }
            for r in readings
        ]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return 0
    for r in readings:
        sys.stdout.write(f"{r.figure.key:28} {r.value:>8}  {r.figure.name}\n")
    return 0


def get_figure(key: str) -> Figure:
    """A figure by its key. Raises `Refused("figure")`."""
    found = FIGURES.get(key)
    if found is None:
        raise Refused("figure", _("没有这个数字。"))
    return found
