"""What a round may go by: facts that the rooms below have on record, each with the rows behind it.

Every measure is counted from records that stood on the day, never typed. Money is none of them: a
round asks what somebody did, not what they gave. Nothing here sorts by a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.models import CheckIn, Partnership
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.service.models import ActivityHost, ActivityKind
from linshuo.domain.service.queries import counting
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.refused import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Span:
    """Which records count: those of these days, as they stood at the end of the last one."""

    community_id: int
    since: date
    as_of: date

    @property
    def begin(self) -> datetime:
        return clock.start_of(self.since)

    @property
    def end(self) -> datetime:
        return clock.start_of(self.as_of + timedelta(days=1)) - timedelta(microseconds=1)


Found = dict[int, tuple[int, list[int]]]
"""By person or partnership: the value, and the ids of the rows behind it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that can be counted. `rows` says what the ids are ids of."""

    key: str
    label: str | _StrPromise
    unit: str | _StrPromise
    counts: str | _StrPromise
    rows: str
    kinds: tuple[str, ...]
    find: Callable[[Span, str], Found]


def _subject(kind: str, through: str = "") -> str:
    return f"{through}partnership_id" if kind == "unit" else "person_id"


def _hours(span: Span, kind: str) -> Found:
    return {who: (minutes // 60, ids) for who, (minutes, ids) in _served(span, kind, minutes=True)}


def _turns(span: Span, kind: str) -> Found:
    return dict(_served(span, kind, minutes=False))


def _served(span: Span, kind: str, *, minutes: bool) -> list[tuple[int, tuple[int, list[int]]]]:
    who = _subject(kind, "turn__")
    rows = counting(span.community_id, span.end).filter(
        starts__gte=span.begin, starts__lte=span.end, **{f"{who}__isnull": False}
    )
    found: dict[int, tuple[int, list[int]]] = {}
    for subject, pk, long in rows.order_by("pk").values_list(who, "pk", "minutes"):
        value, ids = found.get(subject, (0, []))
        found[subject] = (value + (long if minutes else 1), [*ids, pk])
    return list(found.items())


def _gathered(rows: QuerySet[Any, Any], who: str, row: str = "pk") -> Found:
    found: dict[int, list[int]] = {}
    for subject, pk in rows.order_by("pk").values_list(who, row):
        ids = found.setdefault(subject, [])
        if pk not in ids:
            ids.append(pk)
    return {subject: (len(ids), ids) for subject, ids in found.items()}


def _pledges(span: Span, kind: str) -> QuerySet[Pledge, Pledge]:
    who = _subject(kind)
    return Pledge.objects.within(span.community_id).filter(
        ask__offer__isnull=True, **{f"{who}__isnull": False}
    )


def _kept(span: Span, kind: str) -> Found:
    rows = _pledges(span, kind).filter(
        ended_as=Ended.FULFILLED, ended_at__gte=span.begin, ended_at__lte=span.end
    )
    return _gathered(rows, _subject(kind))


def _signed(span: Span, kind: str) -> Found:
    agreed = Event.objects.within(span.community_id).filter(
        row_kind="pledge",
        row_id=OuterRef("pk"),
        verb__in=("pledge:accept", "pledge:agree"),
        at__lte=span.end,
    )
    rows = _pledges(span, kind).filter(
        Exists(agreed), signed_at__gte=span.begin, signed_at__lte=span.end
    )
    return _gathered(
        rows.exclude(ended_as__in=(Ended.RELEASED, Ended.EXPIRED), ended_at__lte=span.end),
        _subject(kind),
    )


def _settled(span: Span, kind: str) -> Found:
    rows = _pledges(span, kind).filter(
        ended_as=Ended.FULFILLED,
        ended_at__lte=span.end,
        ask__need__state="closed",
        ask__need__closed_at__gte=span.begin,
        ask__need__closed_at__lte=span.end,
    )
    return _gathered(rows, _subject(kind), "ask__need_id")


def _hosted(span: Span, kind: str) -> Found:
    rows = (
        ActivityHost.objects.within(span.community_id)
        .filter(
            activity__starts__gte=span.begin,
            activity__ends__lte=span.end,
            activity__cancelled_at__isnull=True,
            ended_at__isnull=True,
        )
        .exclude(activity__kind=ActivityKind.MEETING)
    )
    return _gathered(rows, "partnership_id", "activity_id")


def _standing(span: Span, kind: str) -> Found:
    stood: Iterable[tuple[int, int, date | datetime | None]]
    if kind == "unit":
        units = Partnership.objects.within(span.community_id).filter(
            since__lte=span.as_of, unconfirmed=False
        )
        stood = units.exclude(until__lt=span.as_of).values_list("pk", "pk", "since")
    else:
        people = CheckIn.objects.within(span.community_id).filter(
            accepted_at__lte=span.end, state__in=("accepted", "paused")
        )
        stood = people.values_list("person_id", "pk", "accepted_at")
    return {who: (_months(begun, span.as_of), [pk]) for who, pk, begun in stood if begun}


def _months(begun: date | datetime, until: date) -> int:
    """Whole months."""
    day = clock.local(begun).date() if isinstance(begun, datetime) else begun
    whole = (until.year - day.year) * 12 + until.month - day.month
    return max(whole - (until.day < day.day), 0)


BOTH = ("unit", "person")
MEASURES: dict[str, Measure] = {
    each.key: each
    for each in (
        Measure(
            "turns", _("来过"), _("次"), _("约好了来、别人说来过了的，更正为没来的不算。"),
            "service", BOTH, _turns,
        ),
        Measure(
            "hours", _("服务"), _("小时"), _("别人说来过的时长，加起来取整。"),
            "service", BOTH, _hours,
        ),
        Measure(
            "kept", _("认了做到"), _("项"), _("这段时间里认的、办成了的。"), "pledge", BOTH, _kept
        ),
        Measure(
            "signed", _("认下"), _("项"), _("这段时间里认的，后来不认了的不算。"),
            "pledge", BOTH, _signed,
        ),
        Measure(
            "settled", _("帮着办好"), _("件"), _("认了、做到了，那件事居民也点头销了号。"),
            "need", BOTH, _settled,
        ),
        Measure(
            "hosted", _("一起办活动"), _("场"), _("写了名字合办、没有取消的活动，开会不算。"),
            "activity", ("unit",), _hosted,
        ),
        Measure(
            "standing", _("报到满"), _("个月"), _("从报到或者共建那天算，满几个月。"),
            "standing", BOTH, _standing,
        ),
    )
}  # fmt: skip


def measures_for(kind: str) -> list[Measure]:
    """What units, or people, can be looked at by."""
    return [measure for measure in MEASURES.values() if kind in measure.kinds]


def facts_of(span: Span, kind: str) -> dict[int, list[dict[str, Any]]]:
    """Every fact above nought of every unit or person, as it is kept with a candidate."""
    found: dict[int, list[dict[str, Any]]] = {}
    for measure in measures_for(kind):
        for who, (value, ids) in measure.find(span, kind).items():
            if value:
                fact = {"key": measure.key, "value": value, "ids": ids}
                found.setdefault(who, []).append(fact)
    return found


def meets(facts: list[dict[str, Any]], criteria: list[dict[str, Any]]) -> bool:
    """Whether each threshold is reached."""
    values = {fact["key"]: fact["value"] for fact in facts}
    return all(values.get(each["key"], 0) >= each["least"] for each in criteria)


def nobody(
    kind: str, criteria: list[dict[str, Any]], facts: Mapping[int, list[dict[str, Any]]]
) -> Refused:
    """Which criterion is in the way: the first that nobody meets by itself, else all of them."""
    one = gettext("没有一个单位达到") if kind == "unit" else gettext("没有一位志愿者达到")
    for each in criteria:
        if not any(meets(found, [each]) for found in facts.values()):
            words = criterion_words(each)
            told = gettext("%(nobody)s“%(what)s”。改低一些再算。")
            return Refused("nobody", told % {"nobody": one, "what": words}, f"{kind}-{each['key']}")
    told = gettext("%s全部这几条。改低一些，或者少看一样，再算。")
    return Refused("nobody", told % one, f"{kind}-{criteria[0]['key']}" if criteria else "criteria")


def criterion_words(criterion: Mapping[str, Any]) -> str:
    """来过 3 次以上."""
    measure = MEASURES[criterion["key"]]
    return gettext("%(what)s %(n)d %(unit)s以上") % {
        "what": measure.label, "n": criterion["least"], "unit": measure.unit,
    }  # fmt: skip
