"""What a rota's period is cut into: its rounds, their hours, and which of them are days off."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import PostHours
from linshuo.domain.places.queries import workdays
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_rows import Holidays, Per, Rota
from linshuo.kit import clock, wording

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Round:
    """A week or a month of a rota, cut short where the period begins or ends."""

    first: date
    last: date
    spans: tuple[Span, ...]
    """When somebody is there: the post's hours, or all of it where the post has none."""
    off: bool = False
    """Whether every day of it is a day off."""
    festive: bool = False
    """Whether a working weekday of it is a public holiday."""

    @property
    def key(self) -> str:
        return self.first.isoformat()

    @property
    def words(self) -> str:
        """1月7日–13日."""
        return days_words(self.first, self.last)


def days_words(first: date, last: date) -> str:
    """1月7日–13日, 1月28日–2月3日; the year where it is not this one."""
    if first == last:
        return wording.near_day(first)
    if first.year != last.year and (last - first).days > 31:
        return f"{wording.day(first)}–{wording.day(last)}"
    same = (first.year, first.month) == (last.year, last.month)
    if same and wording.short_day(first).endswith("日"):
        return f"{wording.near_day(first)}–{last.day}日"
    return f"{wording.near_day(first)}–{wording.short_day(last)}"


def short_days(first: date, last: date) -> str:
    """Under the name of their month: 7–13, 28–2月3日."""
    if first == last:
        return str(first.day)
    same = (first.year, first.month) == (last.year, last.month)
    return f"{first.day}–{last.day if same else wording.short_day(last)}"


def cut(first: date, last: date, per: str) -> list[tuple[date, date]]:
    """The weeks, from Monday, or calendar months that a period lies in, each within the period."""
    found = []
    begin = first
    while begin <= last:
        if per == Per.WEEK:
            end = begin + timedelta(days=6 - begin.weekday())
        else:
            end = begin.replace(day=monthrange(begin.year, begin.month)[1])
        found.append((begin, min(end, last)))
        begin = end + timedelta(days=1)
    return found


def gap_days(per: str, gap: int) -> int:
    """Days that must lie free so that at least `gap` whole weeks or months do.

    One day more than the gap is long is free between rounds that far apart; of months the shortest
    count, so that no month too near slips through and none far enough is kept out.
    """
    if gap == 0:
        return 0
    return 7 * gap if per == Per.WEEK else 31 * (gap - 1) + 1


def rounds_of(rota: Rota) -> list[Round]:
    """The rounds of a rota in order. A round in which the post has no hour is none. Two queries."""
    stretches = list(
        PostHours.objects.within(rota.community_id)
        .filter(Q(until__isnull=True) | Q(until__gte=rota.first), post_id=rota.post_id)
        .filter(since__lte=rota.last)
        .order_by("weekday", "starts", "pk")
    )
    is_workday = workdays(rota.community_id)
    found = [
        _round(first, last, stretches, is_workday)
        for first, last in cut(rota.first, rota.last, rota.per)
    ]
    return [one for one in found if one.spans]


def _round(
    first: date, last: date, stretches: list[PostHours], is_workday: Callable[[date], bool]
) -> Round:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return Round(
        first=first,
        last=last,
        spans=tuple(_spans(days, stretches)),
        off=not any(is_workday(day) for day in days),
        festive=any(day.weekday() < 5 and not is_workday(day) for day in days),
    )


def _spans(days: list[date], stretches: list[PostHours]) -> Iterable[Span]:
    if not stretches:
        yield clock.start_of(days[0]), clock.start_of(days[-1] + timedelta(days=1))
    for day in days:
        for hours in stretches:
            over = hours.until is not None and hours.until < day
            if hours.weekday == day.weekday() and hours.since <= day and not over:
                yield (
                    datetime.combine(day, hours.starts, tzinfo=clock.SHANGHAI),
                    datetime.combine(day, hours.ends, tzinfo=clock.SHANGHAI),
                )


def taken_in_turn(rota: Rota, rounds: Iterable[Round]) -> list[Round]:
    """The rounds that are anybody's turn: without those of days off, unless these go round too."""
    usual = rota.holidays == Holidays.USUAL
    return [one for one in rounds if usual or not one.off]


def on_holiday(rota: Rota, rounds: Iterable[Round]) -> list[Round]:
    """The rounds of days off that go to whoever was named for them."""
    return [one for one in rounds if one.off and rota.holidays == Holidays.NAMED]


def too_long(first: date, last: date) -> bool:
    """More than two years cannot be foreseen."""
    return last > first.replace(day=min(first.day, 28), year=first.year + 2)


def gap_words(per: str, gap: int) -> str:
    """4 周, 1 个月."""
    return (_("%d 周") if per == Per.WEEK else _("%d 个月")) % gap


def times_words(one: Round, turns: Iterable[Turn] = ()) -> str:
    """1月12日 周六 9:00–11:00 for the one stretch of a round, or where it was moved to; empty for
    whole days or several."""
    spans = [(t.starts, t.ends) for t in turns if t.covers_id is None] or list(one.spans)
    if len(spans) != 1 or (spans[0][1] - spans[0][0]).days >= 1:
        return ""
    starts, ends = spans[0]
    day = f"{wording.short_day(starts)} {wording.short_weekday(starts)}"
    return f"{day} {wording.hour(starts)}–{wording.hour(ends)}"
