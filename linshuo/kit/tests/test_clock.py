"""The server's clock, standing and shifted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from linshuo.kit import clock


@pytest.fixture
def shifted() -> Iterator[None]:
    yield
    clock.shift(0)


def test_now_is_aware_and_moves() -> None:
    first, second = clock.now(), clock.now()
    assert first.tzinfo is not None and first <= second


def test_a_standing_clock_stands_and_goes_on_afterwards() -> None:
    then = clock.at_local(2019, 12, 1, 9)
    with clock.standing_at(then):
        assert clock.now() == then
        with clock.standing_at(then + timedelta(days=1)):
            assert clock.now() == then + timedelta(days=1)
        assert clock.now() == then
    assert clock.now() > then


def test_a_standing_clock_goes_on_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), clock.standing_at(clock.at_local(2019, 12, 1)):
        raise ZeroDivisionError
    assert clock.now().year > 2019


def test_a_clock_stands_in_its_own_thread_only() -> None:
    seen: list[datetime] = []
    with clock.standing_at(clock.at_local(2019, 12, 1)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0].year > 2019


def test_today_is_the_chinese_day() -> None:
    with clock.standing_at(datetime(2019, 11, 30, 16, 0, tzinfo=UTC)):
        assert clock.today().isoformat() == "2019-12-01"
    with clock.standing_at(datetime(2019, 11, 30, 15, 59, tzinfo=UTC)):
        assert clock.today().isoformat() == "2019-11-30"


def test_a_day_begins_at_midnight_in_china() -> None:
    day = clock.at_local(2019, 12, 1, 13).date()
    assert clock.start_of(day) == datetime(2019, 11, 30, 16, 0, tzinfo=UTC)


def test_a_shifted_clock_runs_on_from_elsewhere(shifted: None) -> None:
    real = clock.now()
    clock.shift(-timedelta(days=365).total_seconds())
    there = clock.now()
    assert timedelta(days=364) < real - there < timedelta(days=366)
    assert clock.now() >= there


def test_a_standing_clock_ignores_the_shift(shifted: None) -> None:
    clock.shift(1000)
    then = clock.at_local(2019, 12, 1)
    with clock.standing_at(then):
        assert clock.now() == then
