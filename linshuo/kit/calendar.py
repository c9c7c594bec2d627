"""Working time, counted on a calendar that knows holidays and make-up working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from linshuo.kit import clock

IsWorkday = Callable[[date], bool]


def add_working_days(at: datetime, days: int, is_workday: IsWorkday) -> datetime:
    """The same time of day, `days` working days later.

    What is said on a day off counts as said when the next working day begins, so one working day
    after a Saturday is the end of Monday, not the beginning of it.
    """
    moment = clock.local(at)
    if not is_workday(moment.date()):
        while not is_workday(moment.date()):
            moment += timedelta(days=1)
        moment = moment.replace(hour=18, minute=0, second=0, microsecond=0)
        days -= 1
    while days > 0:
        moment += timedelta(days=1)
        if is_workday(moment.date()):
            days -= 1
    return moment


def weekdays_only(day: date) -> bool:
    """The calendar of a year whose holidays are not known yet."""
    return day.weekday() < 5


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_after - _DAY)


_DAY = timedelta(days=1)
