"""How even a plan can be at best, by counting alone: what is to be borne, and what each can bear.

The measure: everybody bears at most `high` for each share, and at least `low` for each share or all
that absences and rules leave them (their room). Between high and low is what is made small.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm


@dataclass(frozen=True, slots=True)
class Fairest:
    """The lowest `high` and the highest `low` that the sum allows: none is narrower."""

    low: Fraction
    high: Fraction

    @property
    def width(self) -> Fraction:
        """No plan is more even than this."""
        return self.high - self.low


def fairest(total: int, shares: Sequence[int], rooms: Sequence[int]) -> Fairest:
    """The best possible, if `total` is to be borne by takers of these shares and rooms.

    `total` is at most the sum of the rooms. `high` is a lower bound, since below it the rooms do
    not hold the total; `low` an upper bound, since above it more would be borne than there is.
    """
    both = list(zip(shares, rooms, strict=True))
    scale = lcm(*shares)

    def most(high: int) -> int:
        return sum(min(room, high * share // scale) for share, room in both)

    def least(low: int) -> int:
        return sum(min(room, -(-low * share // scale)) for share, room in both)

    steps = range(max(room * scale // share for share, room in both) + 1)
    high = Fraction(bisect_left(steps, total, key=most), scale)
    low = Fraction(bisect_right(steps, total, key=least) - 1, scale)
    return Fairest(low=min(low, high), high=high)


def width(loads: Sequence[int], shares: Sequence[int], rooms: Sequence[int]) -> Fraction:
    """How uneven these loads are: the most, less the least of those who had room for more."""
    per_share = [Fraction(load, share) for load, share in zip(loads, shares, strict=True)]
    if not per_share:
        return Fraction(0)
    high = max(per_share)
    free = [p for p, load, room in zip(per_share, loads, rooms, strict=True) if load < room]
    return high - min([*free, high])
