"""When people do things: office hours, the working days of 2019, a little disorder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random

from linshuo.kit import clock


class Hours:
    """Draws moments at which somebody at an office would do something."""

    def __init__(self, rng: Random, is_workday: Callable[[date], bool]) -> None:
        self.rng = rng
        self.is_workday = is_workday

    def on(self, day: date, first: int = 8 * 60 + 10, last: int = 17 * 60 + 40) -> datetime:
        """A moment of the day between two minutes of it."""
        minute = self.rng.randint(first, last)
        if 11 * 60 + 50 < minute < 14 * 60 + 20:
            minute += 160  # the long noon of the south
        return datetime.combine(day, time(), clock.SHANGHAI) + timedelta(minutes=min(minute, last))

    def working(self, day: date) -> date:
        """The day itself or the next one on which the office works."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def after(self, at: datetime, days: int) -> datetime:
        """A working moment about `days` days after `at`, and after it in any case."""
        day = self.working(clock.local(at).date() + timedelta(days=days))
        found = self.on(day)
        if found <= at + timedelta(minutes=10):
            found = self.on(self.working(day + timedelta(days=1)), last=10 * 60 + 30)
        return found

    def answer(self, at: datetime, urgency: str) -> datetime:
        """When the office takes up what it heard at `at`: well inside the answer's own date."""
        if urgency == "danger":
            return at + timedelta(minutes=self.rng.randint(3, 12))
        if urgency == "utility":
            return at + timedelta(minutes=self.rng.randint(15, 70))
        local = clock.local(at)
        if self.is_workday(local.date()) and local.hour < 15:
            return at + timedelta(minutes=self.rng.randint(25, 140))
        day = self.working(local.date() + timedelta(days=1))
        return self.on(day, 8 * 60 + 15, 8 * 60 + 55)
