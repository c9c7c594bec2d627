"""One need's whole life, told in order, with what is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linshuo.domain.needs import actions, working
from linshuo.domain.needs.history import timeline
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import get_need
from linshuo.domain.needs.supporters import support
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def told(cast: Cast, need: Need, phase: str = "past") -> list[str]:
    moments = timeline(get_need(cast.zhang, need.number))
    return [m.title for m in moments if m.phase == phase]


def open_need(cast: Cast) -> Need:
    return actions.accept(
        make_need(cast), by=cast.zhang, category=cast.category(), owner=cast.person("李网格")
    )


def test_what_happened_is_told_in_order_and_once(cast: Cast) -> None:
    need = open_need(cast)
    for n, act in enumerate(
        (
            lambda: working.add_result(need, by=cast.li, text="灯泡到货"),
            lambda: support(need, by=cast.li, person=cast.person("赵在职")),
            lambda: working.escalate(need, by=cast.zhang, why="要街道帮"),
            lambda: working.take_back(need, by=cast.zhang, why="街道说行"),
        ),
        start=1,
    ):
        with clock.standing_at(T0 + timedelta(hours=n)):
            act()
    assert told(cast, need) == ["听到了", "受理", "进展", "我也要", "报街道", "街道答复"]


def test_what_was_typed_back_stands_where_it_happened(cast: Cast) -> None:
    need = open_need(cast)
    with clock.standing_at(T0 + timedelta(days=5)):
        working.still_true(need, by=cast.li)
        working.add_result(need, by=cast.li, text="补记", at=T0 + timedelta(days=2))
    assert told(cast, need) == ["听到了", "受理", "进展", "问过，还要办"]


@pytest.mark.parametrize(
    ("state", "to_come"),
    [
        ("reported", ["答复", "办结", "销号", "回访"]),
        ("open", ["办结", "销号", "回访"]),
        ("done", ["销号", "回访"]),
        ("closed", ["回访"]),
        ("withdrawn", []),
    ],
)
def test_what_is_still_to_come_is_shown_from_the_first_day(
    cast: Cast, state: str, to_come: list[str]
) -> None:
    need = open_need(cast) if state == "open" else make_need(cast)
    if state in ("done", "closed"):
        need = actions.settle(need, by=cast.li, result_text="换了灯")
    if state == "closed":
        working.add_contact(need, by=cast.he, purpose="confirm", channel="phone", said="settled")
        need = actions.confirm(need, by=cast.he)
    if state == "withdrawn":
        need = actions.withdraw(need, by=cast.wang)
    assert need.state == state
    assert told(cast, need, "next") == to_come
    assert len(told(cast, need, "today")) == (state in ("reported", "open", "done"))


def test_a_merged_matter_points_to_the_one_that_goes_on(cast: Cast) -> None:
    survivor = make_need(cast, requester=None)
    twin = actions.merge(make_need(cast), survivor, by=cast.zhang)
    there = timeline(get_need(cast.zhang, twin.number))[-1]
    assert (there.title, there.url) == ("并入", f"need:{survivor.number}")
    here = [m for m in timeline(get_need(cast.zhang, survivor.number)) if m.title == "我也要"]
    assert [m.url for m in here] == [f"need:{twin.number}"]


def test_every_moment_says_who(cast: Cast) -> None:
    need = open_need(cast)
    past = [m for m in timeline(get_need(cast.zhang, need.number)) if m.phase == "past"]
    assert [m.by for m in past] == ["李网格", "张书记"]


def test_a_long_life_asks_no_more_questions_than_a_short_one(cast: Cast) -> None:
    need = open_need(cast)
    asked = []
    for more in (2, 25):
        for n in range(more):
            working.add_result(need, by=cast.li, text=f"第 {n} 次去看")
            support(need, by=cast.house, heads=1)
            working.add_contact(
                need, by=cast.he, purpose="answer", channel="phone", said="told", words="说了"
            )
        row = get_need(cast.zhang, need.number)
        with CaptureQueriesContext(connection) as queries:
            timeline(row)
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 7
