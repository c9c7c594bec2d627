"""Which days the office works."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linshuo.domain.places.actions import set_day
from linshuo.domain.places.models import DayOff, national_workday
from linshuo.domain.places.queries import workdays
from linshuo.kit.refused import NotYours
from tests.cast import Cast, make_cast

NATIONAL_DAY = date(2019, 10, 1)
MADE_UP_SUNDAY = date(2019, 9, 29)
MONDAY = date(2019, 11, 4)
SATURDAY = date(2019, 11, 9)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize(
    ("day", "works"),
    [(MONDAY, True), (SATURDAY, False), (NATIONAL_DAY, False), (MADE_UP_SUNDAY, True)],
)
def test_the_national_calendar_is_known(cast: Cast, day: date, works: bool) -> None:
    assert workdays(cast.community.pk)(day) is works


def test_a_year_nobody_knows_yet_works_from_monday_to_friday(cast: Cast) -> None:
    far = date(2090, 10, 2)
    assert national_workday(far) is None
    assert workdays(cast.community.pk)(far) is (far.weekday() < 5)
    assert workdays(cast.community.pk)(date(2090, 10, 1)) is False  # a Sunday
    assert workdays(cast.community.pk)(date(1999, 1, 4)) is True


@pytest.mark.parametrize(
    ("day", "working"), [(MONDAY, False), (SATURDAY, True), (NATIONAL_DAY, True)]
)
def test_the_communitys_own_word_goes_first(cast: Cast, day: date, working: bool) -> None:
    set_day(day, working=working, name="台风", by=cast.zhang)
    assert workdays(cast.community.pk)(day) is working


def test_a_day_said_twice_is_the_last_word(cast: Cast) -> None:
    set_day(MONDAY, working=False, name="台风", by=cast.zhang)
    set_day(MONDAY, working=True, name="照常", by=cast.zhang)
    assert workdays(cast.community.pk)(MONDAY)
    assert [d.name for d in DayOff.objects.of(cast.zhang)] == ["照常"]


def test_a_neighbours_day_off_is_its_own(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    set_day(MONDAY, working=False, name="台风", by=other.zhang)
    assert workdays(cast.community.pk)(MONDAY)


def test_many_days_are_asked_in_one_query(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        is_workday = workdays(cast.community.pk)
        for n in range(1, 29):
            is_workday(date(2019, 11, n))
    assert len(asked) == 1


def test_only_heads_say_which_days_are_off(cast: Cast) -> None:
    for actor in (cast.he, cast.li, cast.ma, cast.zhao, cast.wang):
        with pytest.raises(NotYours):
            set_day(MONDAY, working=False, name="", by=actor)
