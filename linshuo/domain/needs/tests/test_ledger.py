"""The ledger: each row once, whatever the page; counts that add up; the same few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import PAGE, TABS, Filters, _after, counts, ledger, total
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def open_need(cast: Cast, **over: object) -> Need:
    return actions.accept(
        make_need(cast, **over),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
    )


def one_in_every_state(cast: Cast) -> dict[str, Need]:
    told = {
        "reported": make_need(cast),
        "open": open_need(cast),
        "done": actions.settle(make_need(cast), by=cast.li, result_text="换了灯"),
        "declined": actions.decline(
            make_need(cast), by=cast.zhang, reason="不归社区", who_can_help="区城管局"
        ),
        "withdrawn": actions.withdraw(make_need(cast), by=cast.wang),
    }
    told["merged"] = actions.merge(make_need(cast), told["open"], by=cast.zhang)
    closing = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    working.add_contact(closing, by=cast.he, purpose="confirm", channel="phone", said="settled")
    told["closed"] = actions.confirm(closing, by=cast.he)
    return told


def pages(viewer: Actor, filters: Filters) -> list[list[str]]:
    """The numbers on each page, leafing to the end."""
    leafed, mark = [], ""
    for _ in range(20):
        page = ledger(viewer, filters, after=mark)
        leafed.append([r.number for r in page.rows])
        if not (mark := page.after):
            return leafed
    raise AssertionError("no end")


# --- paging ---


def test_leafing_through_shows_every_row_once(cast: Cast) -> None:
    """Many said at the same moment: the id decides between them."""
    for n in range(120):
        make_need(cast, words=f"第{n}件", requester=None, at=T0 - timedelta(hours=n // 40))
    for tab, order in (("live", ("due_at", "pk")), ("all", ("-reported_at", "-pk"))):
        leafed = pages(cast.zhang, Filters(tab=tab))
        assert [len(p) for p in leafed] == [PAGE, PAGE, 20]
        shown = [number for p in leafed for number in p]
        rows = Need.objects.of(cast.zhang).order_by(*order)
        assert shown == list(rows.values_list("number", flat=True)), tab


def test_a_row_added_meanwhile_neither_repeats_nor_hides_another(cast: Cast) -> None:
    for n in range(60):
        make_need(cast, words=f"第{n}件", requester=None, at=T0 - timedelta(minutes=n))
    first = ledger(cast.zhang, Filters(tab="all"))
    newest = make_need(cast, words="刚说的", at=T0)
    second = ledger(cast.zhang, Filters(tab="all"), after=first.after)
    shown = [r.number for r in (*first.rows, *second.rows)]
    assert len(shown) == len(set(shown)) == 60 and newest.number not in shown


@pytest.mark.parametrize(
    "mark",
    ["", "x", "_", "1_", "_1", "nan_1", "inf_1", "-inf_3", "1e400_1", "1e15_1", "1_x", "1_1_1",
     "٣_٣", "12_" + "9" * 40, "0_0", "'; DROP TABLE needs_need_1"],
)  # fmt: skip
@pytest.mark.parametrize("tab", ["live", "all"])
def test_a_mark_that_makes_no_sense_breaks_nothing(cast: Cast, mark: str, tab: str) -> None:
    make_need(cast)
    assert len(ledger(cast.zhang, Filters(tab=tab), after=mark).rows) <= 1


@given(
    st.datetimes(
        min_value=datetime(1992, 1, 1),  # noqa: DTZ001 - before, clocks in China jumped
        max_value=datetime(2090, 1, 1),  # noqa: DTZ001
        timezones=st.just(clock.SHANGHAI),
    ),
    st.integers(1, 10**12),
)
def test_a_mark_names_its_moment_to_the_microsecond(when: datetime, pk: int) -> None:
    begin, beyond = _after(f"{when.timestamp():.6f}_{pk}", live=True).children
    assert begin == ("due_at__gte", when)
    after, same = beyond.children
    assert after == ("due_at__gt", when)
    assert same.children == [("due_at", when), ("pk__gt", pk)]


# --- counts ---


def test_counts_and_totals_and_rows_agree_in_every_tab(cast: Cast) -> None:
    one_in_every_state(cast)
    for days in (0, 1, 5, 9, 40, 400):
        at = T0 + timedelta(days=days)
        told = counts(cast.zhang, at=at)
        for tab in TABS:
            n = total(cast.zhang, Filters(tab=tab), at=at)
            assert n == len(ledger(cast.zhang, Filters(tab=tab), at=at).rows), tab
            assert tab == "all" or told[f"n_{tab}"] == n, (tab, days)
        colours = [told[f"n_{c}"] for c in ("red", "yellow", "blue", "empty")]
        assert sum(colours) == told["n_live"]
        assert told["n_live"] + told["n_green"] + told["n_ended"] == 7


def test_everyone_counts_what_they_see(cast: Cast) -> None:
    make_need(cast)
    make_need(cast, place=cast.other_estate, requester=cast.person("赵在职"))
    for viewer, n in ((cast.zhang, 2), (cast.he, 1), (cast.zhao, 1), (cast.chen, 0)):
        assert counts(viewer)["n_live"] == total(viewer, Filters()) == n
        assert len(ledger(viewer, Filters()).rows) == n


def test_each_state_is_in_its_tab(cast: Cast) -> None:
    needs = one_in_every_state(cast)

    def tab(name: str) -> set[str]:
        rows = ledger(cast.zhang, Filters(tab=name)).rows
        return {state for state, n in needs.items() if n.number in {r.number for r in rows}}

    assert tab("live") == {"reported", "open", "done"}
    assert tab("done") == {"done"}
    assert tab("green") == {"closed"}
    assert tab("ended") == {"declined", "withdrawn", "merged"}
    assert tab("all") == tab("what nobody knows") | {"closed"} | tab("ended") == set(needs)


def test_what_was_closed_this_week_stays_under_its_own_line(cast: Cast) -> None:
    closed = one_in_every_state(cast)["closed"]
    week = timedelta(days=7)
    for at, shown in ((T0, 1), (T0 + week, 1), (T0 + week + timedelta(seconds=1), 0)):
        assert [r.number for r in ledger(cast.zhang, Filters(), at=at).recent] == [
            closed.number
        ] * shown
    assert ledger(cast.zhang, Filters(tab="red")).recent == []


# --- filters ---

FILTERS: dict[str, Callable[[Cast], Filters]] = {
    "place": lambda c: Filters(tab="all", place=c.other_estate.path),
    "owner": lambda c: Filters(tab="all", owner=c.persons["何秘书"].pk),
    "category": lambda c: Filters(tab="all", category=c.category("noise").pk),
    "tag": lambda c: Filters(tab="all", tag="pain"),
    "any tag": lambda c: Filters(tab="all", tag="any"),
    "kind": lambda c: Filters(tab="all", kind="small_wish"),
    "text": lambda c: Filters(tab="all", text="木棉"),
    "number": lambda c: Filters(tab="all", text="jf-2019-0002"),
    "wide number": lambda c: Filters(tab="all", text="ＪＦ-2019-0002"),
    "serial": lambda c: Filters(tab="all", text="2"),
    "old number": lambda c: Filters(tab="all", text="K-77"),
    "escalated": lambda c: Filters(tab="all", escalated=True),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_what_it_says_and_nothing_else(cast: Cast, name: str) -> None:
    make_need(cast, words="不相干的一件")
    told = make_need(
        cast,
        place=cast.other_estate,
        words="木棉树倒了",
        kind="small_wish",
        old_number="K-77",
        origin="old",
    )
    actions.accept(
        told,
        by=cast.zhang,
        category=cast.category("noise"),
        owner=cast.person("何秘书"),
        tags=["pain"],
    )
    working.escalate(told, by=cast.zhang, why="要街道帮")
    make_need(cast, words="又一件不相干的")
    rows = ledger(cast.zhang, FILTERS[name](cast)).rows
    assert [r.number for r in rows] == ["JF-2019-0002"]


def test_nobody_owns_is_a_filter_too(cast: Cast) -> None:
    open_need(cast)
    lone = make_need(cast)
    assert [r.number for r in ledger(cast.zhang, Filters(owner=0)).rows] == [lone.number]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(tab="' OR 1=1"),
        Filters(place="%"),
        Filters(place="/%/"),
        Filters(tag="' OR"),
        Filters(kind="x" * 500),
        Filters(owner=10**30),
        Filters(category=-(10**30)),
        Filters(text="፩"),
        Filters(text="²"),
        Filters(text="１２"),
        Filters(text="9" * 6),
        Filters(text="-" * 50 + "9"),
        Filters(text="\x00灯"),
        Filters(text="灯\x00坏-1"),
        Filters(text='"灯" AND NOT * ( : ^'),
        Filters(text="灯" * 3000),
        Filters(text="🙂👨‍👩‍👧"),
    ],
)
def test_whatever_stands_in_the_address_is_no_error(cast: Cast, filters: Filters) -> None:
    make_need(cast)
    assert len(ledger(cast.zhang, filters).rows) == total(cast.zhang, filters)


# --- rows as they stand ---


def test_a_row_is_ready_to_be_shown(cast: Cast) -> None:
    need = open_need(cast)
    working.sort_out(need, by=cast.li, tags=["hard", "pain"])
    (row,) = ledger(cast.zhang, Filters(), at=clock.at_local(2019, 11, 13, 9)).rows
    assert (row.number, row.serial, row.state) == ("JF-2019-0001", "0001", "open")
    assert (row.place, row.owner) == ("盐业小区 3 栋", "李网格")
    assert (row.due, row.clock_look) == ("11月14日", "yellow")
    assert row.tags == ("难点", "痛点")


@pytest.mark.parametrize(
    ("days", "look", "words"),
    [
        (0, "blue", "明天"),
        (1, "blue", "今天 9:00"),
        (1.001, "red", "过了 9:00"),
        (4, "red", "超 3 天"),
    ],
)
def test_the_gauge_says_what_is_left(cast: Cast, days: float, look: str, words: str) -> None:
    make_need(cast)
    (row,) = ledger(cast.zhang, Filters(), at=T0 + timedelta(days=days)).rows
    assert (row.clock_look, row.clock_words) == (look, words)


# --- the same few queries ---


def test_the_ledger_asks_the_same_few_questions_however_many_rows(cast: Cast) -> None:
    viewer = cast.zhang
    asked = []
    for more in (10, 45):
        for n in range(more):
            open_need(cast, words=f"又一件 {n}", requester=None)
        with CaptureQueriesContext(connection) as queries:
            ledger(viewer, Filters(text="又一件"))
            counts(viewer)
            total(viewer, Filters())
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 5
