"""The plan is the best there is: compared with every other plan, on rotas small enough for that."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.kit.rota import AtMost, Impossible, Planned, Rota, Slot, Taker, Wish, broken, solve
from linshuo.kit.rota.tests.made import (
    days,
    every_plan,
    having,
    room,
    shift,
    takers,
    weight,
    whole,
)

Plan = dict[str, frozenset[str]]


def uneven(rota: Rota, plan: Plan, kind: str, rooms: dict[str, int]) -> Fraction:
    """Between the most for a share and the least of those who had room for more."""
    loads = {
        taker.id: sum(weight(s, kind) for s in rota.slots if taker.id in plan[s.id])
        for taker in rota.takers
    }
    each = {taker.id: Fraction(loads[taker.id], taker.share) for taker in rota.takers}
    most = max(each.values())
    return most - min([each[who] for who in each if loads[who] < rooms[who]], default=most)


def wishes(rota: Rota, plan: Plan) -> tuple[int, int]:
    """Unwelcome turns, and welcome ones, with fewer being better in both."""
    unwanted = wanted = 0
    for taker in rota.takers:
        for slot in rota.slots:
            if taker.id in plan[slot.id]:
                touched = {wish.wanted for wish in taker.wishes if wish.touches(slot)}
                unwanted += False in touched
                wanted += touched == {True}
    return unwanted, -wanted


def judged(rota: Rota, plan: Plan, rooms: dict[str, dict[str, int]]) -> tuple[object, ...]:
    """What plans are compared by, the most important first."""
    now = rota.present or {}
    return (
        uneven(rota, plan, "", rooms[""]),
        sum(len(now.get(slot.id, frozenset()) - plan[slot.id]) for slot in rota.slots),
        *(uneven(rota, plan, kind, rooms[kind]) for kind in rota.in_order().kinds),
        *wishes(rota, plan),
    )


def agrees_with_every_other_plan(rota: Rota) -> None:
    plans = every_plan(rota)
    answer = solve(rota)
    if not plans:
        assert isinstance(answer, Impossible)
        return
    assert isinstance(answer, Planned)
    assert not broken(rota, answer.takers)
    rooms = {
        kind: {taker.id: room(rota, taker, kind) for taker in rota.takers}
        for kind in ("", *rota.in_order().kinds)
    }
    best = min(judged(rota, plan, rooms) for plan in plans)
    assert judged(rota, dict(answer.takers), rooms) == best
    assert answer.proven
    told = [level.value for level in answer.levels if level.aim not in ("wished", "unwanted")]
    assert told == [
        value for n, value in enumerate(best[:-2]) if n != 1 or rota.present is not None
    ]


# --- Rotas drawn at random -----------------------------------------------------------------------

NAMES = "abc"


@st.composite
def some_slots(draw: st.DrawFn) -> tuple[Slot, ...]:
    """Up to five slots of one or two days, or shifts, some of them harder or for some alone."""
    slots = []
    for n in range(draw(st.integers(1, 5))):
        only = draw(st.none() | st.none() | st.frozensets(st.sampled_from(NAMES), min_size=1))
        slots.append(
            shift(
                draw(st.integers(0, 6)),
                draw(st.sampled_from((0, 8, 22))),
                draw(st.sampled_from((8, 24, 48))),
                id=f"s{n}",
                places=draw(st.sampled_from((1, 1, 1, 2))),
                counts=draw(st.sampled_from((1, 1, 1, 2))),
                kinds=draw(st.frozensets(st.sampled_from(("holiday", "night")), max_size=1)),
                only=only,
            )
        )
    return tuple(slots)


some_days = st.tuples(st.integers(0, 7), st.integers(0, 3)).map(lambda d: days(d[0], sum(d)))


@st.composite
def some_taker(draw: st.DrawFn, name: str) -> Taker:
    return Taker(
        name,
        share=draw(st.sampled_from((1, 1, 2, 3))),
        away=tuple(draw(st.lists(some_days, max_size=1))),
        wishes=tuple(draw(st.lists(st.builds(Wish, some_days, st.booleans()), max_size=2))),
        at_most=tuple(
            draw(
                st.lists(
                    st.builds(AtMost, st.integers(1, 3), st.sampled_from(("day", "week", "rota"))),
                    max_size=1,
                )
            )
        ),
        gap_days=draw(st.sampled_from((0, 0, 1, 2))),
        rest=timedelta(hours=draw(st.sampled_from((0, 11)))),
    )


@st.composite
def some_rota(draw: st.DrawFn) -> Rota:
    slots = draw(some_slots())
    present = None
    if draw(st.booleans()):
        present = {s.id: draw(st.frozensets(st.sampled_from(NAMES), max_size=2)) for s in slots}
    return Rota(tuple(draw(some_taker(name)) for name in NAMES), slots, present)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_rota())
def test_no_plan_is_better_in_any_aim(rota: Rota) -> None:
    agrees_with_every_other_plan(rota)


# --- And some by hand ----------------------------------------------------------------------------


def planned(rota: Rota) -> Planned:
    answer = solve(rota)
    assert isinstance(answer, Planned)
    assert answer.proven
    return answer


def test_seven_days_among_three_differ_by_one() -> None:
    plan = planned(Rota(takers("abc"), tuple(whole(day) for day in range(7))))
    assert sorted(plan.loads.values()) == [2, 2, 3]
    assert (plan.level("fair").value, plan.level("fair").bound) == (1, 1)


def test_a_share_of_two_takes_twice_as_much() -> None:
    rota = Rota((Taker("a", share=2), Taker("b")), tuple(whole(day) for day in range(6)))
    plan = planned(rota)
    assert plan.loads == {"a": 4, "b": 2}
    assert plan.level("fair").value == 0


def test_a_heavy_turn_counts_as_two() -> None:
    slots = (whole(0, counts=2), whole(1), whole(2))
    assert planned(Rota(takers("ab"), slots)).loads == {"a": 2, "b": 2}


def test_whoever_is_away_for_most_of_it_takes_what_they_can_and_the_rest_is_even() -> None:
    who = (Taker("a", away=(days(1, 9),)), *takers("bc"))
    plan = planned(Rota(who, tuple(whole(day) for day in range(9))))
    assert plan.loads == {"a": 1, "b": 4, "c": 4}
    assert (plan.limited, plan.level("fair").value) == (("a",), 0)


def test_what_counting_proves_is_not_searched_for() -> None:
    steps = []
    who = (Taker("a", away=(days(1, 9),)), *takers("bc"))
    solve(
        Rota(who, tuple(whole(day) for day in range(9))),
        on_progress=lambda progress: steps.append(progress.step),
    )
    assert steps == ["counting", "fair"]


def test_holidays_are_even_too() -> None:
    slots = tuple(whole(day, kinds=frozenset({"holiday"} if day < 3 else ())) for day in range(9))
    plan = planned(Rota(takers("abc"), slots))
    assert {who for day in "012" for who in plan.takers[day]} == set("abc")
    assert plan.level("kind", "holiday").value == 0


def test_evenness_that_counting_promises_and_no_plan_has_is_searched_for() -> None:
    """Four to bear make two each by counting, but a turn that weighs three is not cut in two."""
    plan = planned(Rota(takers("ab"), (whole(0, counts=3), whole(1))))
    assert sorted(plan.loads.values()) == [1, 3]
    assert (plan.level("fair").value, plan.level("fair").bound) == (2, 2)


def test_wishes_give_way_to_evenness_and_unwelcome_turns_count_more_than_welcome_ones() -> None:
    likes = Taker("a", wishes=(Wish(days(0, 3), wanted=True),))
    never = Taker("b", wishes=(Wish(days(3), wanted=False),))
    plan = planned(Rota((likes, never), tuple(whole(day) for day in range(4))))
    assert sorted(plan.loads.values()) == [2, 2]
    assert plan.takers["3"] == {"a"}
    assert [plan.level("unwanted").value, plan.level("wished").value] == [0, 2]


def test_a_wish_for_a_weekday() -> None:
    thursdays = Wish(days(0, 13), wanted=True, weekdays=frozenset({3}))
    rota = Rota(
        (*takers("bc"), Taker("a", wishes=(thursdays,))), tuple(whole(d) for d in range(14))
    )
    plan = planned(rota)
    assert plan.takers["3"] == plan.takers["10"] == {"a"}


def test_after_an_absence_two_turns_change_hands_and_all_else_stays() -> None:
    before = planned(Rota(takers("abc"), tuple(whole(day) for day in range(9))))
    away = min(before.takers["4"])
    who = tuple(Taker(name, away=(days(4),) if name == away else ()) for name in "abc")
    plan = planned(Rota(who, tuple(whole(d) for d in range(9)), present=before.takers))
    assert sorted(plan.loads.values()) == [3, 3, 3]
    assert len(plan.changed) == plan.level("changes").value == 2
    assert ("4", away) in plan.changed


def test_a_plan_that_still_holds_stays_as_it_is_whatever_the_wishes() -> None:
    present = having(_0="a", _1="b", _2="a", _3="b")
    who = (Taker("a", wishes=(Wish(days(0), wanted=False),)), Taker("b"))
    plan = planned(Rota(who, tuple(whole(day) for day in range(4)), present=present))
    assert dict(plan.takers) == present
    assert not plan.changed


def test_the_order_of_what_is_given_makes_no_difference() -> None:
    who, slots = takers("abcd", gap_days=1), tuple(whole(day) for day in range(11))
    one, other = planned(Rota(who, slots)), planned(Rota(who[::-1], slots[::-1]))
    assert one.takers == other.takers
    assert planned(Rota(who, slots)).takers == one.takers
