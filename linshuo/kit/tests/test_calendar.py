"""Working time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit import clock
from linshuo.kit.calendar import add_working_days, weekdays_only

OFFICE_SHUTS = 18
MOMENT = st.datetimes(
    min_value=datetime(2018, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(clock.SHANGHAI),
)
HOLIDAYS = st.frozensets(
    st.dates(min_value=date(2018, 1, 1), max_value=date(2027, 12, 31)), max_size=20
)


def calendar(holidays: frozenset[date]) -> Callable[[date], bool]:
    return lambda day: weekdays_only(day) and day not in holidays


def working_days_between(start: datetime, end: datetime, is_workday: Callable[[date], bool]) -> int:
    """Working days after the day of `start`, up to and with the day of `end`."""
    day, n = clock.local(start).date(), 0
    while day < clock.local(end).date():
        day += timedelta(days=1)
        n += is_workday(day)
    return n


@given(MOMENT, st.integers(1, 12), HOLIDAYS)
def test_n_days_are_n_working_days_later(at: datetime, n: int, off: frozenset[date]) -> None:
    is_workday = calendar(off)
    assert working_days_between(at, add_working_days(at, n, is_workday), is_workday) == n


@given(MOMENT, st.integers(1, 12), HOLIDAYS)
def test_the_end_is_never_on_a_day_off(at: datetime, n: int, off: frozenset[date]) -> None:
    assert calendar(off)(add_working_days(at, n, calendar(off)).date())


@given(MOMENT, st.integers(1, 12), HOLIDAYS)
def test_more_days_end_later(at: datetime, n: int, off: frozenset[date]) -> None:
    is_workday = calendar(off)
    assert add_working_days(at, n, is_workday) < add_working_days(at, n + 1, is_workday)


@given(MOMENT, MOMENT, st.integers(1, 5), HOLIDAYS)
def test_what_is_said_later_in_office_hours_is_never_due_earlier(
    one: datetime, other: datetime, n: int, off: frozenset[date]
) -> None:
    early, late = sorted(min(t, t.replace(hour=OFFICE_SHUTS, minute=0)) for t in (one, other))
    early, late = (t.replace(second=0, microsecond=0) for t in (early, late))
    is_workday = calendar(off)
    assert add_working_days(early, n, is_workday) <= add_working_days(late, n, is_workday)


@given(MOMENT, st.integers(1, 5))
def test_said_on_a_working_day_it_keeps_its_time_of_day(at: datetime, n: int) -> None:
    end = add_working_days(at, n, weekdays_only)
    if weekdays_only(at.date()):
        assert end.time() == at.time()
    else:
        assert (end.hour, end.minute) == (OFFICE_SHUTS, 0)


def test_said_on_a_saturday_the_first_working_day_ends_on_monday() -> None:
    saturday = clock.at_local(2019, 11, 9, 10)
    assert add_working_days(saturday, 1, weekdays_only) == clock.at_local(2019, 11, 11, 18)


def test_days_are_chinese_days_whatever_the_zone_of_the_moment() -> None:
    """Friday 23:30 in London is Saturday morning in China."""
    from zoneinfo import ZoneInfo

    at = datetime(2019, 11, 8, 23, 30, tzinfo=ZoneInfo("Europe/London"))
    assert add_working_days(at, 1, weekdays_only) == clock.at_local(2019, 11, 11, 18)
