"""Figures open: the number and the rows behind it are one thing, now and as of any day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.acts.asking import ask
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import change
from linshuo.domain.needs import actions, notes, working
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Appointment
from linshuo.domain.people.staffing import appoint, end_appointment
from linshuo.insight.cuts import cuts_of, parts
from linshuo.insight.figures import (
    FIGURES,
    Measure,
    end_of,
    figure,
    flow,
    get_figure,
    print_figures,
    read_all,
)
from linshuo.insight.rows import KINDS
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import Refused
from tests.cast import T0, Cast, draft, make_cast, make_need
from tests.test_board import SOON, make_ask

STATES = {
    "needs.heard": {"reported", "open", "done", "closed", "declined"},
    "needs.waiting": {"reported"},
    "needs.open": {"open"},
    "needs.done": {"done"},
    "needs.settled": {"done", "closed"},
    "needs.closed": {"closed"},
}
DAY = timedelta(days=1)


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def value(cast: Cast, key: str, days: float = 0) -> int:
    return FIGURES[key].read(cast.community.pk, T0 + days * DAY).value


def accepted(cast: Cast, need: Need | None = None) -> Need:
    return actions.accept(
        need or make_need(cast),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
    )


def settled(cast: Cast, need: Need | None = None) -> Need:
    return actions.settle(need or make_need(cast), by=cast.li, result_text="换了灯")


def closed(cast: Cast, need: Need | None = None) -> Need:
    return ask(need or settled(cast), by=cast.he, channel="phone", said="settled")


def a_bit_of_everything(cast: Cast) -> None:
    make_need(cast)
    living = accepted(cast)
    settled(cast)
    working.sort_out(closed(cast), by=cast.li, tags=["hard"])
    closed(cast, settled(cast, make_need(cast, requester=cast.person("赵在职"))))
    ask(settled(cast), by=cast.he, channel="phone", said="not_settled", words="没好")
    ask(closed(cast), by=cast.he, channel="phone", said="not_settled", words="又坏了")
    actions.merge(make_need(cast), living, by=cast.zhang)
    actions.withdraw(make_need(cast), by=cast.wang)
    told = {"reason": "不归社区", "who_can_help": "区城管局"}
    actions.decline(make_need(cast), by=cast.zhang, **told)
    actions.contest(actions.decline(make_need(cast), by=cast.zhang, **told), by=cast.wang)
    actions.extend(accepted(cast), by=cast.li, due_on=date(2020, 1, 6), reason="等货")


# --- now ---


def test_now_the_figures_say_what_the_columns_say(cast: Cast) -> None:
    a_bit_of_everything(cast)
    rows = Need.objects.of(cast.house)
    for key, states in STATES.items():
        read = FIGURES[key].read(cast.community.pk, clock.now())
        wanted = set(rows.filter(state__in=states).values_list("pk", flat=True))
        assert set(read.row_ids) == wanted and read.value == len(wanted), key
    hard = rows.filter(state="closed").exclude(tags="").values_list("pk", flat=True)
    assert set(FIGURES["needs.hard-closed"].read(cast.community.pk, T0).row_ids) == set(hard)
    again = rows.filter(reopened__gt=0).values_list("pk", flat=True)
    assert set(FIGURES["needs.reopened"].read(cast.community.pk, T0).row_ids) == set(again)


steps = st.lists(
    st.sampled_from(["make", "accept", "settle", "finish", "yes", "no", "withdraw"]),
    min_size=3,
    max_size=14,
)


@pytest.mark.django_db
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_of_every_day_the_figures_say_what_the_columns_said_then(walk: list[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        with clock.standing_at(T0):
            cast = make_cast("FG", "数字社区")
        said: dict[int, dict[str, set[int]]] = {}
        for n, step in enumerate(walk):
            with clock.standing_at(T0 + n * DAY):
                try:
                    with transaction.atomic():
                        _step(cast, step)
                except Refused:
                    pass
            rows = Need.objects.of(cast.house)
            said[n] = {
                key: set(rows.filter(state__in=states).values_list("pk", flat=True))
                for key, states in STATES.items()
            }
        for n, columns in said.items():
            for key, pks in columns.items():
                read = FIGURES[key].read(cast.community.pk, T0 + n * DAY)
                assert set(read.row_ids) == pks, (n, key)
        transaction.set_rollback(True)


def _step(cast: Cast, step: str) -> None:
    """The oldest matter that still lives takes the step; each needs its state, else it refuses."""
    live = Need.objects.of(cast.house).filter(state__in=["reported", "open", "done"])
    need = live.select_related("place", "note").order_by("progress_at", "pk").first()
    if step == "make" or need is None:
        make_need(cast, at=None)
    elif step == "accept":
        accepted(cast, need)
    elif step == "settle":
        settled(cast, need)
    elif step == "finish":
        actions.finish(
            need, by=cast.li, outcome="solved", result_text="换了", no_results_because="小事"
        )
    elif step == "withdraw":
        actions.withdraw(need, by=cast.wang)
    else:
        ask(need, by=cast.he, channel="phone", said="settled" if step == "yes" else "not_settled")


# --- as of a day ---


def test_a_matter_that_comes_back_leaves_the_past_as_it_was(cast: Cast) -> None:
    need = closed(cast)
    with clock.standing_at(T0 + 9 * DAY):
        ask(need, by=cast.he, channel="phone", said="not_settled", words="又坏了")
    assert [value(cast, "needs.closed", d) for d in (-1, 0, 8.9, 9, 20)] == [0, 1, 1, 0, 0]
    assert [value(cast, "needs.open", d) for d in (0, 9)] == [0, 1]
    assert [value(cast, "needs.reopened", d) for d in (8.9, 9)] == [0, 1]


def test_columns_that_change_later_leave_the_past_as_it_was(cast: Cast) -> None:
    """Tags, the outcome a mark was given for, the places of a line, the matter it is for."""
    need = settled(cast)
    ask(need, by=cast.he, channel="phone", said="settled", rating_result=4)
    working.sort_out(need, by=cast.li, tags=["hard"])
    with clock.standing_at(SOON):
        line = make_ask(cast, slots=1)
        sign(line.pk, by=cast.zhao)
    with clock.standing_at(SOON + 5 * DAY):
        working.sort_out(need, by=cast.li, tags=[])
        change(line, by=cast.li, slots=2, text=line.text)
        back = ask(need, by=cast.he, channel="phone", said="not_settled", words="又坏了")
        told = {"result_text": "要区里来办", "no_results_because": "已经转了"}
        actions.finish(back, by=cast.li, outcome="beyond", **told)
    with clock.standing_at(SOON + 9 * DAY):
        assert line.need is not None
        actions.withdraw(line.need, by=cast.zhang, reason="不要了")
        since = (SOON - T0).days
        keys = ("needs.hard-closed", "rated.result", "asks.unmet")
        days = {n: tuple(value(cast, key, since + n) for key in keys) for n in (1, 6, 10)}
    assert days == {1: (1, 400, 0), 6: (0, 400, 1), 10: (0, 400, 0)}


def test_what_was_typed_back_counts_from_when_it_happened(cast: Cast) -> None:
    with clock.standing_at(T0 + 10 * DAY):
        make_need(cast, at=T0 + 3 * DAY)
    assert [value(cast, "needs.heard", d) for d in (2.9, 3, 10)] == [0, 1, 1]


def test_the_end_of_a_day_includes_the_day(cast: Cast) -> None:
    day = date(2019, 12, 1)
    assert end_of(day) + timedelta(microseconds=1) == clock.start_of(day + DAY)
    with clock.standing_at(end_of(day)):
        make_need(cast, at=None)
    heard = FIGURES["needs.heard"]
    assert heard.read(cast.community.pk, end_of(day)).value == 1
    assert heard.read(cast.community.pk, end_of(day - DAY)).value == 0


def test_notes_are_counted_by_when_they_were_written_down(cast: Cast) -> None:
    for days in (0, 5):
        with clock.standing_at(T0 + days * DAY):
            notes.write(
                by=cast.li, draft_id=draft(), place=cast.building, words="灯坏", source="visit"
            )
    assert [value(cast, "notes.written", d) for d in (-1, 0, 4, 5)] == [0, 1, 1, 2]


def test_who_serves_is_counted_by_the_day(cast: Cast) -> None:
    held = Appointment.objects.of(cast.house).get(person=cast.person("李网格"))
    with clock.standing_at(T0 + 5 * DAY):
        end_appointment(held, by=cast.zhang)
        appoint(cast.person("赵在职"), Role.FIELD_STAFF, place=cast.estate, by=cast.zhang)
    assert [value(cast, "staff.field", d) for d in (-1, 0, 4, 5, 9)] == [0, 1, 1, 1, 1]
    assert value(cast, "staff.district-secretaries") == 1
    assert value(cast, "staff.estate-secretaries") == 0


def test_a_word_counts_a_look_does_not(cast: Cast) -> None:
    closed(cast)
    ask(
        settled(cast, make_need(cast, requester=None)),
        by=cast.he,
        channel="visit",
        said="seen_fine",
    )
    assert (value(cast, "needs.closed"), value(cast, "needs.closed-by-word")) == (2, 1)


def test_a_neighbours_rows_are_in_no_figure(cast: Cast) -> None:
    before = {r.figure.key: r.row_ids for r in read_all(cast.community.pk, T0)}
    a_bit_of_everything(make_cast("YY", "邻近社区"))
    assert {r.figure.key: r.row_ids for r in read_all(cast.community.pk, T0)} == before


# --- definitions ---


def test_every_figure_says_what_it_counts(cast: Cast) -> None:
    a_bit_of_everything(cast)
    for key in FIGURES:
        told = get_figure(key)
        assert told.key == key and str(told.name) and told.kind in KINDS
        assert str(told.unit) or told.measure is not None
        assert str(told.counts).endswith("。")
        read = told.read(cast.community.pk, T0)
        assert len(read.row_ids) == len(set(read.row_ids))
        assert read.value == told.value(cast.community.pk, T0)
        assert told.measure is not None or read.value == len(read.row_ids)
        for cut in cuts_of(told):
            found = parts(told, cut, cast.community.pk, T0)
            rows = told.rows(cast.community.pk, T0)
            assert sorted(pk for p in found for pk in p.row_ids) == sorted(read.row_ids), key
            for part in found:
                where = cut.where(cast.community.pk, rows, part.key)
                assert where is not None
                again = rows.filter(where).values_list("pk", flat=True)
                assert sorted(again) == list(part.row_ids), (key, cut.key, part.key)


def test_a_figure_may_add_up_its_rows_and_be_of_a_period(cast: Cast) -> None:
    """The value of a measured figure follows from its rows; a period ends where it began."""
    for key in ("try.count", "try.sum"):
        FIGURES.pop(key, None)
    sums = Measure("supporters", lambda n: f"¥{n}.00")
    told = {"name": "x", "unit": "", "counts": "x。"}

    def rows(community_id: int, since: datetime | None, until: datetime) -> QuerySet[Need, Need]:
        found = Need.objects.within(community_id).filter(reported_at__lte=until)
        return found.filter(reported_at__gt=since) if since else found

    count, total = flow("try.count", **told)(rows), flow("try.sum", measure=sums, **told)(rows)
    try:
        for day in range(3):
            with clock.standing_at(T0 + day * DAY):
                make_need(cast, at=None)
        Need.objects.of(cast.house).update(supporters=7)
        here, until = cast.community.pk, T0 + DAY
        assert [f.read(here, until, T0).value for f in (count, total)] == [1, 7]
        assert [f.value(here, until) for f in (count, total)] == [2, 14]
        assert (total.read(here, until).said, count.read(here, until).said) == ("¥14.00", "2")
        assert len(total.read(here, until).row_ids) == 2
    finally:
        for key in ("try.count", "try.sum"):
            FIGURES.pop(key)


def test_a_figure_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        get_figure("needs.invented")
    assert refused.value.code == "figure"


def test_two_figures_do_not_share_a_key() -> None:
    declare = figure("needs.heard", name="x", unit="x", counts="x")
    with pytest.raises(ValueError, match=r"needs\.heard"):
        declare(lambda community_id, as_of: Need.objects.none())


# --- the command ---


def test_the_command_prints_each_figure_with_its_rows(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    need = make_need(cast)
    assert print_figures("jf", date(2019, 12, 1), True) == 0
    told = {f["key"]: f for f in json.loads(capsys.readouterr().out)}
    assert set(told) == set(FIGURES)
    heard = told["needs.heard"]
    assert set(heard) == {
        "key", "name", "definition", "leaves_out", "as_of", "value", "said", "rows"
    }  # fmt: skip
    assert (heard["value"], heard["rows"]) == (1, {"kind": "need", "ids": [need.pk]})
    assert heard["as_of"].startswith("2019-11-04T09:00:00")  # the future is not known yet
    counted = [f for f in told.values() if get_figure(f["key"]).measure is None]
    assert counted and all(f["value"] == len(f["rows"]["ids"]) for f in counted)


def test_the_command_reads_the_past(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make_need(cast)
    assert print_figures("JF", date(2019, 11, 3), True) == 0
    told = {f["key"]: f["value"] for f in json.loads(capsys.readouterr().out)}
    assert told["needs.heard"] == 0


def test_the_command_prints_lines_for_people(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each figure with its value, what it counts and leaves out, and how many rows it opens to."""
    make_need(cast)
    assert print_figures("JF", None, False) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [n for n, line in enumerate(lines) if not line.startswith(" ")]
    assert sorted(lines[n].split()[0] for n in heads) == sorted(FIGURES)
    at = next(n for n in heads if lines[n].startswith("needs.heard"))
    heard = FIGURES["needs.heard"]
    assert lines[at].split()[1:] == ["1", "件", str(heard.name)]
    told = [line.strip() for line in lines[at + 1 : at + 4]]
    assert told == [str(heard.counts), f"不算：{heard.leaves_out}", "1 条记录 (need)"]


def test_the_command_knows_no_such_community(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    assert print_figures("XX", None, True) == 2
    told = capsys.readouterr()
    assert told.out == "" and "XX" in told.err and "JF" in told.err
