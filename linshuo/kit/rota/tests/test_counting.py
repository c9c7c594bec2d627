"""The bounds of evenness: what counting says is exactly what any loads at all could reach."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.rota.counting import fairest, width

takers = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5)), min_size=1, max_size=4)


@given(takers, st.data())
def test_high_and_low_are_the_best_of_all_ways_to_bear_the_sum(
    each: list[tuple[int, int]], data: st.DataObject
) -> None:
    shares, rooms = [share for share, _ in each], [room for _, room in each]
    total = data.draw(st.integers(0, sum(rooms)))
    ways = [w for w in product(*(range(room + 1) for room in rooms)) if sum(w) == total]
    found = fairest(total, shares, rooms)
    tops = [max(Fraction(load, s) for load, s in zip(way, shares, strict=True)) for way in ways]
    assert found.high == min(tops)
    bottoms = [
        min(
            (Fraction(n, s) for n, s, room in zip(way, shares, rooms, strict=True) if n < room),
            default=found.high,
        )
        for way in ways
    ]
    assert found.low == min(max(bottoms), found.high)
    assert found.width <= min(width(way, shares, rooms) for way in ways)


def test_fifty_two_weeks_among_eighteen() -> None:
    found = fairest(52, [1] * 18, [10] * 18)
    assert (found.low, found.high, found.width) == (2, 3, 1)


def test_one_who_has_little_room_leaves_more_to_the_others() -> None:
    found = fairest(9, [1, 1, 1], [1, 9, 9])
    assert (found.low, found.high) == (4, 4)
    assert width([1, 4, 4], [1, 1, 1], [1, 9, 9]) == 0
    assert width([1, 5, 3], [1, 1, 1], [1, 9, 9]) == 2
