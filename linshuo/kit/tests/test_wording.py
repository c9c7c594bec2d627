"""Dates and spans as they are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit import clock, wording

NOON = clock.at_local(2019, 12, 1, 12)


@pytest.fixture(autouse=True)
def _in_2019(request: pytest.FixtureRequest) -> object:
    with clock.standing_at(NOON), translation.override("zh-hans"):
        yield


def test_days_in_chinese() -> None:
    day = date(2019, 12, 1)
    assert wording.day(day) == "2019年12月1日"
    assert wording.short_day(day) == "12月1日"
    assert wording.weekday(day) == "星期日"
    assert wording.moment(NOON) == "12月1日 12:00"


def test_days_in_english() -> None:
    day = date(2019, 12, 1)
    with translation.override("en"):
        assert wording.day(day) == "1 December 2019"
        assert wording.short_day(day) == "1 Dec"
        assert wording.weekday(day) == "Sunday"
        assert wording.moment(NOON) == "1 Dec 12:00"


def test_another_year_is_said() -> None:
    assert wording.near_day(date(2018, 12, 1)) == "2018年12月1日"
    assert wording.near_day(date(2019, 1, 1)) == "1月1日"


def test_a_moment_is_read_off_a_chinese_clock() -> None:
    late = datetime(2019, 11, 30, 23, 5, tzinfo=UTC)
    assert wording.hour(late) == "7:05"
    assert wording.short_day(late) == "12月1日"
    assert wording.weekday(late) == "星期日"


@pytest.mark.parametrize(
    ("due", "now", "words"),
    [
        ((1, 18, 0), (1, 9, 0), "今天 18:00"),
        ((1, 18, 0), (1, 18, 0), "今天 18:00"),
        ((1, 18, 0), (1, 18, 1), "过了 18:00"),
        ((1, 23, 59), (1, 0, 0), "今天 23:59"),
        ((1, 23, 59), (2, 0, 0), "超 1 天"),
        ((2, 0, 0), (1, 23, 59), "明天"),
        ((3, 0, 0), (1, 23, 59), "剩 2 天"),
        ((3, 0, 0), (2, 23, 59), "明天"),
        ((1, 18, 0), (4, 9, 0), "超 3 天"),
    ],
)
def test_what_is_left_is_said_in_chinese_calendar_days(
    due: tuple[int, int, int], now: tuple[int, int, int], words: str
) -> None:
    def at(t: tuple[int, int, int]) -> datetime:
        return clock.at_local(2019, 12, *t).astimezone(UTC)

    assert wording.until(at(due), at(now)) == words


@given(st.integers(-90 * 24 * 60, 90 * 24 * 60), st.integers(0, 24 * 60 - 1))
def test_lateness_is_said_exactly_when_it_is_late(minutes: int, into_the_day: int) -> None:
    now = clock.at_local(2019, 12, 1) + timedelta(minutes=into_the_day)
    words = wording.until(now + timedelta(minutes=minutes), now)
    assert words.startswith(("超", "过了")) == (minutes < 0)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)))
def test_both_languages_can_say_every_day(day: date) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert str(day.day) in wording.short_day(day)
            assert str(day.year) in wording.day(day)
            assert wording.weekday(day)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (date(2016, 9, 1), date(2019, 11, 5), "三年零两个月"),
        (date(1979, 5, 1), date(2019, 5, 1), "四十年"),
        (date(2019, 1, 31), date(2019, 2, 28), "二十八天"),
        (date(2019, 1, 15), date(2019, 3, 14), "一个月"),
        (date(2017, 12, 2), date(2019, 12, 1), "一年零十一个月"),
        (date(2019, 12, 1), date(2019, 12, 1), "一天"),
        (date(2019, 12, 1), date(2019, 11, 1), "一天"),
    ],
)
def test_how_long_it_stood_is_told_as_people_count(since: date, until: date, words: str) -> None:
    assert wording.stood(since, until) == words
    with translation.override("en"):
        assert not set("一二两三四十") & set(wording.stood(since, until))
