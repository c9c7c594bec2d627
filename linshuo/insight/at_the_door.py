"""What strangers said and nobody has let in yet, as it stands among the things to do today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from linshuo.domain.needs.doorway import reachable
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.text import first_sentence

SOON = timedelta(days=1)
HEAD = 32
"""Characters of what was said: enough to tell one from another."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said, formatted, without its author."""

    pk: int
    words: str
    place: str
    when: str
    clock_look: str
    clock_words: str
    for_neighbour: bool


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """The first few, the earliest answer date first; `count` is all of them."""

    rows: list[Said]
    count: int

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


def waiting(viewer: Actor) -> ScopedQuerySet[Incoming]:
    """What the viewer may let in and nobody has answered; a machine's words are among them."""
    return Incoming.objects.of(viewer).filter(
        reachable(viewer), let_in_at__isnull=True, turned_away_at__isnull=True
    )


def count(viewer: Actor) -> int:
    """How many people wait to be let in; what looks like a machine's is not counted."""
    return waiting(viewer).filter(suspect=False).count() if viewer.can(Can.NEED_ACCEPT) else 0


def at_the_door(viewer: Actor, *, cap: int, at: datetime | None = None) -> AtTheDoor:
    """The first `cap` of them, and how many there are. One query as long as they are few."""
    if not viewer.can(Can.NEED_ACCEPT):
        return AtTheDoor([], 0)
    now = at or clock.now()
    found = waiting(viewer).filter(suspect=False).select_related("place")
    rows = list(found.order_by("due_at", "pk")[: cap + 1])
    return AtTheDoor(
        [_said(row, now) for row in rows[:cap]],
        len(rows) if len(rows) <= cap else count(viewer),
    )


def clock_of_answer(due_at: datetime, now: datetime) -> tuple[str, str]:
    """The gauge of an answer date and its words: red when it has passed, blue on the last day."""
    left = due_at - now
    look = "red" if left < timedelta(0) else "blue" if left < SOON else "empty"
    return look, wording.until(due_at, now)


def _said(row: Incoming, now: datetime) -> Said:
    look, words = clock_of_answer(row.due_at, now)
    return Said(
        pk=row.pk,
        words=first_sentence(row.words, HEAD),
        place=row.place.full_name,
        when=wording.moment(row.received_at),
        clock_look=look,
        clock_words=words,
        for_neighbour=row.for_neighbour,
    )
