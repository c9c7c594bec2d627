"""What a rota is made from: who can take turns, what is to be filled, and what stands already.

All times of one rota are aware. A turn touches every calendar day between its start and its end,
each in the time zone it was given in; it belongs to the period (day, week, month) of its start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Literal

Per = Literal["day", "week", "month", "rota"]
"""A calendar day, a week from Monday, a calendar month, or the whole rota."""


class BadRota(ValueError):
    """What was given contradicts itself before anything is solved: a programming mistake."""


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days from the first to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadRota(f"the days {self.first} to {self.last} end before they begin")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Wish:
    """Days on which a turn would be welcome, or unwelcome. A wish never hinders a plan."""

    days: Days
    wanted: bool
    weekdays: frozenset[int] = frozenset(range(7))
    """Only these days of the week, Monday being 0."""

    def touches(self, slot: Slot) -> bool:
        """Whether the slot lies, even in part, on a day of the wish."""
        return any(day in self.days and day.weekday() in self.weekdays for day in slot.days())


@dataclass(frozen=True, slots=True)
class AtMost:
    """No more turns than this in any one period."""

    turns: int
    per: Per


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody, or a unit, that takes turns."""

    id: str
    share: int = 1
    """How much of the whole falls to them beside others: 2 takes twice as much as 1."""
    away: tuple[Days, ...] = ()
    wishes: tuple[Wish, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    gap_days: int = 0
    """Whole days that must lie free between two of their turns."""
    rest: timedelta = timedelta(0)
    """Time that must pass between the end of a turn and the start of the next."""

    def __post_init__(self) -> None:
        if self.share < 1 or self.gap_days < 0 or self.rest < timedelta(0):
            raise BadRota(f"{self.id}: a share is 1 or more, a gap and a rest are not below 0")
        if any(limit.turns < 0 for limit in self.at_most):
            raise BadRota(f"{self.id}: nobody can take fewer turns than none")

    def is_away(self, slot: Slot) -> bool:
        """Whether an absence touches the slot."""
        return any(day in away for away in self.away for day in slot.days())


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing to be filled: a week, a shift, a market morning."""

    id: str
    start: datetime
    end: datetime
    places: int = 1
    counts: int = 1
    """How much one turn of it weighs in what everybody bears."""
    kinds: frozenset[str] = frozenset()
    """What makes it harder than others, each spread evenly by itself: holiday, night, weekend."""
    only: frozenset[str] | None = None
    """Who may take it at all; None: anybody."""
    fixed: frozenset[str] = frozenset()
    """Who has it for certain: turns that are past, or promised."""

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise BadRota(f"{self.id}: times without a time zone")
        if self.end <= self.start or self.places < 0 or self.counts < 1:
            raise BadRota(f"{self.id}: ends before it starts, or has no weight, or places below 0")

    def days(self) -> Iterator[date]:
        """The calendar days it touches."""
        day = self.start.date()
        last = self.last_day()
        while day <= last:
            yield day
            day += timedelta(days=1)

    def last_day(self) -> date:
        """The last day it touches: midnight belongs to the day before."""
        return (self.end - timedelta(microseconds=1)).date()


Plan = Mapping[str, frozenset[str]]
"""Slot → who takes it."""


@dataclass(frozen=True, slots=True)
class Rota:
    """What is asked of the solver."""

    takers: tuple[Taker, ...]
    slots: tuple[Slot, ...]
    present: Plan | None = None
    """The plan that stands; what can stay of it stays."""
    kinds: tuple[str, ...] = ()
    """The kinds of slot to spread evenly, the most important first; kinds of slots that are not
    named here come after these, by name."""

    def __post_init__(self) -> None:
        for rows in (self.takers, self.slots):
            if len({row.id for row in rows}) < len(rows):
                raise BadRota("two takers or two slots have the same id")
        known = {taker.id for taker in self.takers}
        for slot in self.slots:
            if strange := (slot.fixed | (slot.only or frozenset())) - known:
                raise BadRota(f"{slot.id}: nobody here is {', '.join(sorted(strange))}")

    def in_order(self) -> Rota:
        """The same, takers by id and slots by time: the answer does not hang on the order given."""
        named = dict.fromkeys(self.kinds)
        rest = sorted({kind for slot in self.slots for kind in slot.kinds} - set(named))
        return Rota(
            takers=tuple(sorted(self.takers, key=lambda taker: taker.id)),
            slots=tuple(sorted(self.slots, key=lambda slot: (slot.start, slot.end, slot.id))),
            present=self.present,
            kinds=(*named, *rest),
        )


def all_days(first: date, last: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Start and end of a slot that lasts whole days, both included."""
    midnight = datetime.min.time()
    after = last + timedelta(days=1)
    return datetime.combine(first, midnight, zone), datetime.combine(after, midnight, zone)
