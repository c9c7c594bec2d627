"""The server's clock, which nobody passes as an argument.

Two clocks run through the house. `at` is when a thing happened and may be typed back; the time
told here is `recorded_at`, when the house learnt of it. The demo and the tests may make the clock
stand somewhere else; production never does.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)
_offset = timedelta(0)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    standing = _standing.get()
    return standing if standing is not None else datetime.now(UTC) + _offset


def today() -> date:
    """The calendar day in China, which has one time zone."""
    return local(now()).date()


def local(at: datetime) -> datetime:
    """The same moment on a Chinese wall clock."""
    return at.astimezone(SHANGHAI)


def at_local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment read off a Chinese wall clock."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def start_of(day: date) -> datetime:
    """Midnight at the beginning of a Chinese calendar day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


@contextlib.contextmanager
def standing_at(at: datetime) -> Iterator[None]:
    """Make the clock stand at a moment: for tests, and for the demo's year of history."""
    token = _standing.set(at)
    try:
        yield
    finally:
        _standing.reset(token)


def shift(seconds: float) -> None:
    """Run the whole process on a shifted clock: the demo goes on from its own December."""
    global _offset
    _offset = timedelta(seconds=seconds)
