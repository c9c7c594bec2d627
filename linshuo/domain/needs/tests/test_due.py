"""When things are due, and what colour that is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.domain.needs import actions, due
from linshuo.domain.needs.lifecycle import LIVE, NEED
from linshuo.domain.needs.models import Need
from linshuo.domain.places.actions import set_day
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests.cast import T0, Cast, make_cast, make_need

AT = clock.at_local(2019, 12, 2, 9)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def local(*t: int) -> datetime:
    return clock.at_local(*t)


# --- answering ---


@pytest.mark.parametrize(
    ("urgency", "said", "answer"),
    [
        ("danger", (2019, 11, 8, 17, 0), (2019, 11, 8, 17, 0)),
        ("danger", (2019, 11, 9, 3, 0), (2019, 11, 9, 3, 0)),
        ("utility", (2019, 11, 8, 17, 0), (2019, 11, 8, 19, 0)),
        ("utility", (2019, 11, 9, 23, 30), (2019, 11, 10, 1, 30)),
        ("general", (2019, 11, 4, 9, 0), (2019, 11, 5, 9, 0)),
        ("general", (2019, 11, 8, 17, 0), (2019, 11, 11, 17, 0)),
        ("general", (2019, 11, 8, 21, 0), (2019, 11, 11, 21, 0)),
        ("general", (2019, 11, 9, 10, 0), (2019, 11, 11, 18, 0)),
        ("general", (2019, 11, 10, 22, 0), (2019, 11, 11, 18, 0)),
        ("general", (2020, 1, 23, 16, 0), (2020, 2, 3, 16, 0)),  # Chinese New Year, lengthened
        ("general", (2019, 9, 28, 10, 0), (2019, 9, 29, 18, 0)),  # a made-up working Sunday
        ("general", (2019, 12, 31, 12, 0), (2020, 1, 2, 12, 0)),
    ],
)
def test_reporting_sets_the_answer_date(
    cast: Cast, urgency: str, said: tuple[int, ...], answer: tuple[int, ...]
) -> None:
    with clock.standing_at(local(*said)):
        need = make_need(cast, urgency=urgency, at=None, by=cast.house)
    assert need.due_at == local(*answer) and need.due_for == "answer"


def test_a_communitys_own_day_off_counts(cast: Cast) -> None:
    set_day(local(2019, 11, 5).date(), working=False, name="台风", by=cast.zhang)
    with clock.standing_at(T0):
        assert make_need(cast).due_at == local(2019, 11, 6, 9)


# --- the other dates ---


def test_work_is_due_by_six_in_the_evening_after_the_categorys_days(cast: Cast) -> None:
    with clock.standing_at(T0):
        need = actions.accept(
            make_need(cast),
            by=cast.zhang,
            category=cast.category("light"),
            owner=cast.person("李网格"),
        )
    assert (need.due_at, need.due_for) == (local(2019, 11, 14, 18), "finish")


def test_a_day_of_ones_own_may_be_named(cast: Cast) -> None:
    with clock.standing_at(T0):
        need = actions.accept(
            make_need(cast),
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            due_on=local(2019, 11, 4).date(),
        )
    assert need.due_at == local(2019, 11, 4, 18)


def test_a_check_is_due_in_three_working_days(cast: Cast) -> None:
    with clock.standing_at(local(2019, 11, 7, 15)):
        need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    assert (need.due_at, need.due_for) == (local(2019, 11, 12, 15), "confirm")


# --- colours ---


@pytest.mark.parametrize(
    ("state", "due_in", "silent_for", "colour"),
    [
        ("reported", -1, 0, "red"),
        ("reported", 0, 0, "blue"),
        ("reported", 48 * 60, 0, "blue"),
        ("reported", 48 * 60 + 1, 0, "empty"),
        ("reported", 9999, 99999, "empty"),
        ("open", -1, 99999, "red"),
        ("open", 60, 7 * 24 * 60 + 1, "yellow"),
        ("open", 99999, 7 * 24 * 60 + 1, "yellow"),
        ("open", 99999, 7 * 24 * 60, "empty"),
        ("done", 60, 99999, "blue"),
        ("closed", -1, 0, "green"),
        ("declined", -1, 0, "empty"),
    ],
)
def test_red_overdue_yellow_behind_blue_near_green_closed(
    state: str, due_in: int, silent_for: int, colour: str
) -> None:
    minute = timedelta(minutes=1)
    assert due.colour(state, AT + due_in * minute, AT - silent_for * minute, AT) == colour


def test_without_a_date_there_is_no_colour() -> None:
    assert due.colour("merged", None, AT, AT) == "empty"
    assert due.colour("closed", None, AT, AT) == "green"


minutes = st.sampled_from([-99999, -1, 0, 1, 2879, 2880, 2881, 10079, 10080, 10081, 99999]) | (
    st.integers(-20000, 20000)
)
rows = st.lists(
    st.tuples(st.sampled_from(sorted(NEED.states)), minutes, minutes), min_size=1, max_size=25
)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows)
def test_the_list_and_the_row_agree_on_every_colour(
    told: list[tuple[str, int, int]],
) -> None:
    with transaction.atomic():
        cast = _small_world()
        wanted: dict[str, set[int]] = {c: set() for c in ("red", "yellow", "blue", "empty")}
        wanted["green"] = set()
        for n, (state, due_in, silent_for) in enumerate(told):
            row = _row(cast, n, state, due_in, silent_for)
            if state in LIVE or state == "closed":
                wanted[due.colour(row.state, row.due_at, row.progress_at, AT)].add(row.pk)
        for colour, pks in wanted.items():
            found = Need.objects.of(cast.house).filter(due.with_colour(colour, AT))
            assert set(found.values_list("pk", flat=True)) == pks, colour
        transaction.set_rollback(True)


def _small_world() -> Cast:
    return make_cast("CL", "颜色社区")


def _row(cast: Cast, n: int, state: str, due_in: int, silent_for: int) -> Need:
    """A row as SQL would leave it: colours look at columns, not at how they came about."""
    row = Need(
        community=cast.community,
        number=f"CL-{n}",
        kind="problem",
        place=cast.building,
        title="x",
        words="x",
        source="visit",
        urgency="general",
        state=state,
        due_at=AT + timedelta(minutes=due_in),
        reported_at=AT,
        progress_at=AT - timedelta(minutes=silent_for),
    )
    if state == "merged":
        row.survivor = Need.objects.of(cast.house).first() or _row(cast, 999, "declined", 0, 0)
    row.save(force_insert=True)
    return row


# --- longer ---


def test_a_longer_time_has_a_reason_and_is_counted(cast: Cast) -> None:
    with clock.standing_at(T0):
        need = _open(cast)
        need = actions.extend(need, by=cast.li, due_on=local(2019, 12, 2).date(), reason="等货")
        need = actions.extend(need, by=cast.li, due_on=local(2019, 12, 9).date(), reason="再等")
    assert (need.due_at, need.extended, need.reason) == (local(2019, 12, 9, 18), 2, "再等")


@pytest.mark.parametrize("day", [(2019, 11, 14), (2019, 11, 5), (2018, 1, 1)])
def test_longer_means_later(cast: Cast, day: tuple[int, int, int]) -> None:
    with clock.standing_at(T0):
        need = _open(cast)
        with pytest.raises(Refused) as refused:
            actions.extend(need, by=cast.li, due_on=local(*day).date(), reason="等货")
    assert (refused.value.code, refused.value.field) == ("due-earlier", "due_on")


def test_what_is_overdue_is_extended_beyond_today(cast: Cast) -> None:
    with clock.standing_at(T0):
        need = _open(cast)
    with clock.standing_at(local(2019, 12, 2, 9)):
        with pytest.raises(Refused):
            actions.extend(need, by=cast.li, due_on=local(2019, 12, 1).date(), reason="等货")
        need = actions.extend(need, by=cast.li, due_on=local(2019, 12, 2).date(), reason="等货")
    assert need.due_at == local(2019, 12, 2, 18)


def test_two_extensions_from_the_same_page_are_both_counted(cast: Cast) -> None:
    with clock.standing_at(T0):
        page = _open(cast)
        actions.extend(page, by=cast.li, due_on=local(2019, 12, 2).date(), reason="等货")
        again = actions.extend(page, by=cast.zhang, due_on=local(2019, 12, 9).date(), reason="再等")
        assert again.extended == 2
        with pytest.raises(Refused):
            actions.extend(page, by=cast.li, due_on=local(2019, 12, 3).date(), reason="等货")


def _open(cast: Cast) -> Need:
    return actions.accept(
        make_need(cast), by=cast.zhang, category=cast.category(), owner=cast.person("李网格")
    )
