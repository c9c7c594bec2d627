"""Taking in a whole file of matters: what would be asked again for every row is asked once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from linshuo.domain.needs import due
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import next_numbers
from linshuo.kit import clock
from linshuo.kit.actor import Actor


@dataclass
class Intake:
    """Numbers drawn in one block a year, and the answer date of matters heard at one moment.

    Lives as long as the transaction it was opened in: if that is rolled back, the numbers are too,
    and no series has a gap.
    """

    community_id: int
    heard_at: datetime
    prefix: str
    _next: dict[int, int]
    _due: dict[str, datetime] = field(default_factory=dict)

    def number(self, said_at: datetime) -> str:
        """The next number of the year in which the matter was said."""
        year = clock.local(said_at).year
        serial = self._next[year]
        self._next[year] = serial + 1
        return numbered(self.prefix, year, serial)

    def due_at(self, urgency: str) -> datetime:
        """By when a matter of this urgency, heard now, is to be answered."""
        if urgency not in self._due:
            self._due[urgency] = due.answer_by(self.community_id, urgency, self.heard_at)
        return self._due[urgency]


def open_intake(years: Mapping[int, int], *, by: Actor, heard_at: datetime) -> Intake:
    """Draw so many numbers of each year. Must run inside the transaction of the rows."""
    if not connection.in_atomic_block:
        raise RuntimeError("numbers are drawn in the transaction of their rows")
    return Intake(
        community_id=by.community_id,
        heard_at=heard_at,
        prefix=prefix_of(by.community_id),
        _next={
            year: next_numbers(by.community_id, f"need:{year}", count)
            for year, count in sorted(years.items())
        },
    )


def prefix_of(community_id: int) -> str:
    """What the numbers of a community begin with."""
    return Community.objects.values_list("prefix", flat=True).get(pk=community_id)


def numbered(prefix: str, year: int, serial: int) -> str:
    """JF-2019-0042."""
    return f"{prefix}-{year}-{serial:04d}"
