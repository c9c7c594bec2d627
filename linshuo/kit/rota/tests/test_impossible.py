"""What cannot be filled is said with its reason; what was not settled in time is said too."""

from __future__ import annotations

import random

import pytest

from linshuo.kit.rota import (
    AtMost,
    Impossible,
    Planned,
    Progress,
    Reason,
    Rota,
    Taker,
    Undecided,
    broken,
    solve,
)
from linshuo.kit.rota.tests.made import days, takers, whole


def reasons(rota: Rota) -> tuple[Reason, ...]:
    answer = solve(rota)
    assert isinstance(answer, Impossible)
    return answer.reasons


def test_slots_that_nobody_or_too_few_may_take_are_all_named() -> None:
    who = (Taker("a", away=(days(1),)), Taker("b", away=(days(1), days(2))))
    found = reasons(Rota(who, (whole(0, places=2), whole(1), whole(2, places=2))))
    assert found == (
        Reason("nobody", ("1",), (), 1, 0),
        Reason("too_few", ("2",), ("a",), 2, 1),
    )
    assert str(found[1]) == "2: 2 places, 1 can be filled (too_few)"


def test_more_fixed_than_there_are_places() -> None:
    (found,) = reasons(Rota(takers("ab"), (whole(0, fixed=frozenset("ab")),)))
    assert (found.why, found.rule, found.takers) == ("fixed", "places", ("a", "b"))


def test_the_shortest_stretch_that_cannot_be_filled_together_is_named() -> None:
    """Two takers with two days between turns hold two of any three days, not three."""
    who = takers("ab", gap_days=2)
    slots = (whole(0), whole(10), whole(20), whole(21), whole(22), whole(40))
    (found,) = reasons(Rota(who, slots))
    assert found == Reason("together", ("20", "21", "22"), ("a", "b"), 3, 2)
    assert str(found) == "20 … 22: 3 places, 2 can be filled (together)"


def test_more_is_asked_than_all_can_bear() -> None:
    who = takers("ab", at_most=(AtMost(2, "rota"),))
    (found,) = reasons(Rota(who, tuple(whole(day) for day in range(6))))
    assert (found.needed, found.possible, found.takers) == (5, 4, ("a", "b"))


def test_a_stretch_that_only_its_fixed_turns_make_impossible() -> None:
    who = (Taker("a", gap_days=3), Taker("b", away=(days(2),)))
    (found,) = reasons(Rota(who, (whole(0, fixed=frozenset("a")), whole(2))))
    assert found == Reason("together", ("0", "2"), ("a", "b"), 2, 1)


# --- Time ----------------------------------------------------------------------------------------


def hard() -> Rota:
    """Sixty weights of six digits to be split evenly in three: soon found, never proven."""
    chance = random.Random(1)
    slots = tuple(whole(day, counts=chance.randrange(10**5, 10**6)) for day in range(60))
    return Rota(takers("abc"), slots)


def test_without_time_nothing_is_claimed() -> None:
    rota = Rota(takers("ab"), (whole(0), whole(1)))
    assert isinstance(solve(rota, seconds=0), Undecided)
    assert isinstance(solve(rota, should_stop=lambda: True), Undecided)


def test_when_time_ends_before_the_proof_the_plan_says_so_with_its_bound() -> None:
    answer = solve(hard(), seconds=2)
    assert isinstance(answer, Planned)
    assert not broken(hard(), answer.takers)
    fair = answer.level("fair")
    assert 0 <= fair.bound < fair.value
    assert not fair.proven
    assert not answer.proven


def test_it_tells_how_far_it_is_and_stops_when_told_to() -> None:
    told: list[Progress] = []

    def stop() -> bool:
        return any(progress.step == "fair" and progress.bound is not None for progress in told)

    answer = solve(hard(), on_progress=told.append, should_stop=stop, seconds=60)
    assert not isinstance(answer, Impossible)
    assert answer.seconds < 30
    assert told[0].step == "counting"
    assert [p.seconds for p in told] == sorted(p.seconds for p in told)


def test_what_whoever_listens_raises_is_raised() -> None:
    def burst(progress: Progress) -> None:
        if progress.bound is not None:
            raise LookupError(progress.step)

    with pytest.raises(LookupError, match="fair"):
        solve(hard(), on_progress=burst, seconds=60)
