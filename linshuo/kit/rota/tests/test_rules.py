"""Each rule: a plan that breaks it is found out, and the solver keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from linshuo.kit.rota import (
    AtMost,
    BadRota,
    Broken,
    Days,
    Impossible,
    Planned,
    Rota,
    Slot,
    Taker,
    broken,
    solve,
)
from linshuo.kit.rota.rules import stretches
from linshuo.kit.rota.tests.made import days, having, on, shift, takers, whole

A = Taker("a")
WEEK = (whole(0), whole(3), whole(6))
NIGHT_THEN_DAY = (shift(0, 22), shift(1, 14))
HOURS = timedelta(hours=1)

RULES = {
    "away": ((replace(A, away=(days(3),)),), WEEK, ("3",)),
    "only": ((A, Taker("b", away=(days(0, 6),))), (whole(0, only=frozenset("b")),), ("0",)),
    "overlap": ((A,), (shift(0, 8), shift(0, 12)), ("0/8", "0/12")),
    "rest": ((replace(A, rest=11 * HOURS),), NIGHT_THEN_DAY, ("0/22", "1/14")),
    "gap": ((replace(A, gap_days=3),), (whole(0), whole(3)), ("0", "3")),
    "day": ((replace(A, at_most=(AtMost(1, "day"),)),), (shift(0, 6), shift(0, 18, 4)), ()),
    "week": ((replace(A, at_most=(AtMost(2, "week"),)),), WEEK, ("0", "3", "6")),
    "month": ((replace(A, at_most=(AtMost(1, "month"),)),), (whole(0), whole(29)), ("0", "29")),
    "rota": ((replace(A, at_most=(AtMost(1, "rota"),)),), (whole(0), whole(60)), ("0", "60")),
}
"""Rule → takers and slots by which a cannot have all of them, and the slots it is about."""

ALLOWED = {
    "away": ((replace(A, away=(days(4),)),), WEEK),
    "only": ((A,), (whole(0, only=frozenset("a")),)),
    "overlap": ((A,), (shift(0, 8), shift(0, 16))),
    "rest": ((replace(A, rest=8 * HOURS),), NIGHT_THEN_DAY),
    "gap": ((replace(A, gap_days=2),), (whole(0), whole(3))),
    "day": ((replace(A, at_most=(AtMost(1, "day"),)),), (shift(0, 22), shift(1, 18, 4))),
    "week": ((replace(A, at_most=(AtMost(2, "week"),)),), (whole(0), whole(6), whole(7))),
    "month": ((replace(A, at_most=(AtMost(1, "month"),)),), (whole(0), whole(30))),
    "rota": ((replace(A, at_most=(AtMost(2, "rota"),)),), (whole(0), whole(60))),
}
"""Rule → the same a little looser: a can have all."""


def all_to_a(slots: tuple[Slot, ...]) -> dict[str, frozenset[str]]:
    return {slot.id: frozenset("a") for slot in slots}


@pytest.mark.parametrize("rule", RULES)
def test_a_plan_that_breaks_a_rule_is_found_out(rule: str) -> None:
    who, slots, about = RULES[rule]
    about = about or tuple(slot.id for slot in slots)
    assert broken(Rota(who, slots), all_to_a(slots)) == [Broken(rule, about, "a")]


@pytest.mark.parametrize("rule", RULES)
def test_the_solver_keeps_the_rule_and_goes_up_to_its_edge(rule: str) -> None:
    assert isinstance(solve(Rota(*RULES[rule][:2])), Impossible)
    who, slots = ALLOWED[rule]
    answer = solve(Rota(who, slots))
    assert isinstance(answer, Planned)
    assert dict(answer.takers) == all_to_a(slots)


@pytest.mark.parametrize("rule", RULES)
def test_a_fixed_turn_that_breaks_a_rule_is_named_with_it(rule: str) -> None:
    who, slots, about = RULES[rule]
    fixed = tuple(replace(slot, fixed=frozenset("a")) for slot in slots)
    answer = solve(Rota(who, fixed))
    assert isinstance(answer, Impossible)
    reason = answer.reasons[0]
    assert (reason.why, reason.rule, reason.takers) == ("fixed", rule, ("a",))
    assert reason.slots == (about or tuple(slot.id for slot in slots))
    assert rule in str(reason)


def test_places_left_open_or_overfull_and_a_fixed_turn_given_away_are_found_out() -> None:
    rota = Rota(takers("abc"), (whole(0, places=2), whole(1, fixed=frozenset("b"))))
    assert broken(rota, having(_0="ab", _1="b")) == []
    assert broken(rota, having(_0="a", _1="b")) == [Broken("places", ("0",))]
    assert broken(rota, having(_0="abc", _1="b")) == [Broken("places", ("0",))]
    assert broken(rota, having(_0="ab", _1="a")) == [Broken("fixed", ("1",), "b")]
    assert broken(rota, {}) != []


def test_a_fixed_turn_stays_where_it_is() -> None:
    slots = (whole(0, fixed=frozenset("b")), whole(1, fixed=frozenset("b")), whole(2), whole(3))
    answer = solve(Rota(takers("ab"), slots))
    assert isinstance(answer, Planned)
    assert dict(answer.takers) == having(_0="b", _1="b", _2="a", _3="a")


def test_a_night_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    evening, night = shift(0, 16), shift(0, 22)
    assert [list(slot.days()) for slot in (evening, night)] == [[on(0)], [on(0), on(1)]]
    absent = Taker("a", away=(days(1),))
    assert not absent.is_away(evening)
    assert absent.is_away(night)


def test_rules_become_few_rows() -> None:
    """A week of daily slots with two days between turns: five rows of three, not eighteen pairs."""
    slots = [whole(day) for day in range(7)]
    rows = stretches(Taker("a", gap_days=2, at_most=(AtMost(1, "day"), AtMost(7, "week"))), slots)
    assert sorted(rows) == [(1, [n, n + 1, n + 2]) for n in range(5)]


def test_a_narrow_limit_is_not_lost_in_a_wide_one() -> None:
    slots = [whole(day) for day in (0, 1, 7, 8)]
    limits = (AtMost(1, "week"), AtMost(3, "rota"))
    rows = stretches(Taker("a", at_most=limits), slots)
    assert sorted(rows) == [(1, [0, 1]), (1, [2, 3]), (3, [0, 1, 2, 3])]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Days(on(1), on(0)),
        lambda: Taker("a", share=0),
        lambda: Taker("a", gap_days=-1),
        lambda: Taker("a", at_most=(AtMost(-1, "day"),)),
        lambda: Slot("s", datetime(2026, 6, 1), datetime(2026, 6, 2)),  # noqa: DTZ001
        lambda: shift(0, 8, 0),
        lambda: whole(0, places=-1),
        lambda: Rota(takers("aa"), ()),
        lambda: Rota(takers("a"), (whole(0), whole(0))),
        lambda: Rota(takers("a"), (whole(0, only=frozenset("ax")),)),
        lambda: solve(Rota((), ())),
    ],
)
def test_what_contradicts_itself_is_no_rota(make: object) -> None:
    assert callable(make)
    with pytest.raises(BadRota):
        make()
