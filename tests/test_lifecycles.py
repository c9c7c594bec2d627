"""Every lifecycle, walked: no way through the table leads where it must not, and no other way is
there at all."""

from __future__ import annotations

import ast
import dataclasses
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linshuo
from linshuo.acts.asking import ask
from linshuo.domain.needs import actions
from linshuo.domain.needs.lifecycle import LIVE, NEED, Facts
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.moves import BadTable, Lifecycle, Move, State
from linshuo.kit.refused import Refused
from tests.cast import T0, Cast, make_cast, make_need

ROOT = Path(linshuo.__file__).parent
WRITERS = {"domain/trail/moves.py"}
"""The one place that may assign a state: everything else goes through `move()`."""


# --- the table itself ---------------------------------------------------------------------------


def test_a_table_with_a_dead_end_does_not_load() -> None:
    with pytest.raises(BadTable, match="dead end"):

        class Stuck(Lifecycle[Facts]):
            kind = "stuck"
            begun = State("begun", "begun", "始", due_for="x", start=True)
            lost = State("lost", "lost", "失", due_for="x")
            go = Move("go", "go", (begun,), lost, Can.NEED_WORK)


def test_a_table_with_an_unreachable_state_does_not_load() -> None:
    with pytest.raises(BadTable, match="cannot be reached"):

        class Island(Lifecycle[Facts]):
            kind = "island"
            begun = State("begun", "begun", "始", final=True, start=True)
            far = State("far", "far", "远", final=True)


def test_a_state_without_a_clock_does_not_load() -> None:
    with pytest.raises(BadTable, match="nothing is due"):

        class Silent(Lifecycle[Facts]):
            kind = "silent"
            begun = State("begun", "begun", "始", start=True)
            ended = State("ended", "ended", "终", final=True)
            end = Move("end", "end", (begun,), ended, Can.NEED_WORK)


def test_the_live_states_are_those_with_a_clock() -> None:
    assert set(LIVE) == {s.name for s in NEED.states.values() if not s.final}


# --- the guards, over every combination of facts -------------------------------------------------

facts = st.builds(
    Facts,
    **{
        field.name: {
            "bool": st.booleans(),
            "str": st.sampled_from(["", "x", "写明了"]),
            "int": st.integers(0, 5),
            "int | None": st.none() | st.integers(1, 3),
            "frozenset[int]": st.frozensets(st.integers(1, 3)),
        }[str(field.type)]
        for field in dataclasses.fields(Facts)
    },
)


def passes(move: Move[Facts], f: Facts) -> bool:
    try:
        move.check(f)
    except Refused as refused:
        assert str(refused.sentence).strip() and refused.code
        return False
    return True


@given(facts)
def test_nobody_closes_what_they_finished(f: Facts) -> None:
    if passes(NEED.confirm, f):
        assert f.by is None or f.by != f.finished_by


@given(facts)
def test_closing_always_rests_on_something(f: Facts) -> None:
    if passes(NEED.confirm, f):
        assert not f.resident_says_not
        assert (
            f.resident_says_settled
            or (f.has_requester and f.attempt_days >= 3)
            or (not f.has_requester and f.inspected_by - {f.finished_by})
        )


@given(facts)
def test_finishing_always_says_what_and_how(f: Facts) -> None:
    if passes(NEED.finish, f):
        assert f.result_text and f.outcome and (f.results or f.no_results_because)


@given(facts)
def test_nothing_is_shown_outside_without_a_released_text(f: Facts) -> None:
    if passes(NEED.accept, f):
        assert f.visibility == "staff" or f.has_public_text
        assert f.has_category and f.has_owner


# --- real rows, walked at random ------------------------------------------------------------------


def press(cast: Cast, need: Need, verb: str, who: str, at: datetime) -> Need:
    """Try one verb as one person; whatever it needs is given, so that only the rules refuse."""
    by = cast.actor(who)
    other = make_need(cast, at=at) if verb == "merge" else None
    calls: dict[str, Any] = {
        "accept": lambda: actions.accept(
            need, by=by, category=cast.category(), owner=cast.person("李网格"), at=at
        ),
        "settle": lambda: actions.settle(need, by=by, result_text="办好了", at=at),
        "decline": lambda: actions.decline(
            need, by=by, reason="不归社区", who_can_help="区城管", at=at
        ),
        "contest": lambda: actions.contest(need, by=by, at=at),
        "merge": lambda: actions.merge(need, other or need, by=by, at=at),
        "finish": lambda: actions.finish(
            need, by=by, outcome="solved", result_text="换好了", no_results_because="当天", at=at
        ),
        "confirm": lambda: actions.confirm(need, by=by, at=at),
        "ask": lambda: ask(need, by=by, channel="phone", said=Contact.Said.SETTLED, at=at),
        "reopen": lambda: actions.reopen(need, by=by, reason="没好", at=at),
        "extend": lambda: actions.extend(
            need, by=by, due_on=(at + timedelta(days=60)).date(), reason="等货", at=at
        ),
        "withdraw": lambda: actions.withdraw(need, by=by, reason="不要了", at=at),
    }
    result: Need = calls[verb]()
    return result


steps = st.lists(
    st.tuples(
        st.sampled_from([*NEED.moves, "ask"]),
        st.sampled_from(["张书记", "何秘书", "李网格", "王阿姨", "外人"]),
    ),
    min_size=1,
    max_size=9,
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps)
def test_a_random_walk_stays_on_the_table(walk: list[tuple[str, str]]) -> None:
    with transaction.atomic():
        _walk(walk)
        transaction.set_rollback(True)


def _walk(walk: list[tuple[str, str]]) -> None:
    cast = make_cast("WK", "散步社区")
    stranger = make_cast("XX", "别处")
    cast.persons["外人"] = cast.person("赵在职")
    need = make_need(cast)
    known = {(s.name, m.verb): m.target.name for m in NEED.moves.values() for s in m.sources}
    for n, (verb, who) in enumerate(walk):
        at = T0 + timedelta(days=n + 1)
        before = need.state
        with clock.standing_at(at):
            try:
                with transaction.atomic():
                    press(cast, need, verb, who, at)
            except Refused:
                need.refresh_from_db()
                assert need.state == before
                continue
        need.refresh_from_db()
        through = "confirm" if verb == "ask" else verb
        assert need.state in (before, known.get((before, through)))
        assert (need.due_at is not None) == (need.state in LIVE or need.state == "closed")
        assert who != "外人" or need.state == before
        last = Event.objects.within(cast.community.pk).filter(row_kind="need", row_id=need.pk)
        assert last.order_by("-id").first() is not None
    assert verify(cast.community.pk) == []
    assert stranger.community.pk != cast.community.pk


@pytest.mark.django_db
def test_the_database_refuses_a_live_need_without_a_due_date() -> None:
    cast = make_cast()
    need = make_need(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.within(cast.community.pk).filter(pk=need.pk).update(due_at=None)


# --- no other way -------------------------------------------------------------------------------


def state_writes(path: Path) -> list[int]:
    """Lines that assign `.state` or pass `state=` to an update."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [
                t.lineno for t in targets if isinstance(t, ast.Attribute) and t.attr == "state"
            ]
        is_update = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("update", "bulk_update")
        )
        if is_update:
            found += [k.value.lineno for k in node.keywords if k.arg == "state"]  # type: ignore[union-attr]
    return found


def test_no_other_code_changes_the_state_of_anything_with_a_lifecycle() -> None:
    offenders = {
        str(path.relative_to(ROOT)): lines
        for path in sorted(ROOT.joinpath("domain").rglob("*.py"))
        + sorted(ROOT.joinpath("acts").rglob("*.py"))
        + sorted(ROOT.joinpath("web").rglob("*.py"))
        + sorted(ROOT.joinpath("demo").rglob("*.py"))
        if "/tests/" not in str(path) and (lines := state_writes(path))
    }
    assert set(offenders) == WRITERS
