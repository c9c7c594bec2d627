"""轮值: fair within one round, gaps and absences kept, the past untouched; swaps by both; and every
thing that cannot be said in a sentence."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.acts import posts as posts_acts
from linshuo.acts import rotas as acts
from linshuo.acts.partnering import part
from linshuo.api import ics
from linshuo.domain.board.models import Post
from linshuo.domain.board.posting import set_hours, set_up_post
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import add_partner, appoint
from linshuo.domain.places.actions import set_day
from linshuo.domain.service import agenda, duty, rota_publishing, rota_swaps, rotas
from linshuo.domain.service.models import Turn
from linshuo.domain.service.public import on_duty
from linshuo.domain.service.rota_reads import changes, my_swaps, year
from linshuo.domain.service.rota_rounds import cut, gap_days
from linshuo.domain.service.rota_rows import Rota, RotaMember, RotaStage, RotaSwap
from linshuo.domain.service.rota_solving import days_of, stand
from linshuo.domain.service.rota_words import proof, reasons
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
NOW = clock.at_local(2019, 11, 25, 9)
FIRST, LAST = date(2019, 12, 2), date(2020, 3, 8)
"""Fourteen weeks from a Monday; the Spring Festival has the one from 27 January to itself."""


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _an_autumn_day() -> Any:
    with clock.standing_at(NOW):
        yield


def units(cast: Cast, n: int) -> list[Partnership]:
    return [add_partner(name=f"单位{mark}", by=cast.house) for mark in "甲乙丙丁戊己庚辛"[:n]]


def liaison(cast: Cast, unit: Partnership) -> Actor:
    person = know_person(name=f"{unit}联络员", phone="", by=cast.house)
    appoint(person, Role.LIAISON, partnership=unit, title="联络员", by=cast.house)
    return actor_of(person)


def a_post(cast: Cast, **over: Any) -> Post:
    given_: dict[str, Any] = {"kind": "rota", "name": "居民之家值周", "place": cast.estate}
    return set_up_post(by=cast.zhang, **{**given_, **over})


def drawn(cast: Cast, members: list[Any], post: Post | None = None, **over: Any) -> Rota:
    rules: dict[str, Any] = {
        "first": FIRST, "last": LAST, "per": "week", "members": members, "basis": "联席会议上说好的"
    }  # fmt: skip
    return rotas.draw_up(post or a_post(cast), by=cast.zhang, **{**rules, **over})


def made(cast: Cast, rota: Rota) -> Rota:
    acts.make(rota, by=cast.zhang)
    return Rota.objects.within(cast.community.pk).select_related("post").get(pk=rota.pk)


def in_force(cast: Cast, members: list[Any], **over: Any) -> Rota:
    return rota_publishing.publish(made(cast, drawn(cast, members, **over)), by=cast.zhang)


def holders(rota: Rota) -> dict[date, int]:
    """The unit of each round."""
    turns = Turn.objects.within(rota.community_id).filter(rota=rota.key_id, covers__isnull=True)
    return {t.round_on: t.partnership_id or 0 for t in turns if t.round_on}


def member(rota: Rota, unit: Partnership) -> RotaMember:
    return RotaMember.objects.within(rota.community_id).get(rota=rota, partnership=unit)


def refused(code: str, call: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value.sentence)


# --- from a draft to turns ------------------------------------------------------------------------


def test_a_rota_is_made_with_its_proof_and_published_as_turns(cast: Cast) -> None:
    four = units(cast, 4)
    rota = drawn(cast, four, gap=2)
    rotas.add_days(
        member(rota, four[0]), by=cast.zhang, kind="away", first=FIRST, last=date(2019, 12, 15)
    )
    rotas.add_days(
        member(rota, four[1]), by=cast.zhang, kind="rather_not", first=date(2019, 12, 23)
    )
    rota = made(cast, rota)
    assert rota.stage == RotaStage.MADE
    assert not holders(rota)  # a draft is nobody's turn
    said = proof(cast.zhang, stand(rota))
    assert said[0] == "最多的 4 轮，最少的 3 轮，最多的和最少的只差一轮，不能再均了。"
    assert "同一家两轮之间，至少隔 2 周。" in said
    assert "“最好不排”的日子都避开了。" in said

    rota_publishing.publish(rota, by=cast.zhang)
    kept = holders(rota)
    assert len(kept) == 13
    assert sorted(Counter(kept.values()).values()) == [3, 3, 3, 4]
    assert four[0].pk not in (kept[FIRST], kept[FIRST + timedelta(7)])
    assert verify(cast.community.pk) == []
    row = on_duty(cast.community.pk, clock.at_local(2019, 12, 3, 10))[0]
    first_unit = Partnership.objects.within(cast.community.pk).get(pk=kept[FIRST])
    assert (row.now, row.here, row.until) == ((str(first_unit),), "轮值，", "到 12月8日")


def test_a_round_is_whole_days_in_a_calendar_or_the_hours_of_the_post(cast: Cast) -> None:
    whole = in_force(cast, units(cast, 2), last=date(2019, 12, 15))
    text = ics.write(agenda.of_rota(cast.community.pk, "嘉福社区")).decode()
    assert "DTSTART;VALUE=DATE:20191202" in text
    assert "DTEND;VALUE=DATE:20191209" in text
    assert holders(whole)

    hall = a_post(cast, name="周六开门")
    for weekday, begin in ((5, 9), (2, 14)):
        set_hours(hall, by=cast.zhang, weekday=weekday, starts=time(begin), ends=time(begin + 2))
    kept = in_force(cast, [cast.partnership], post=hall, last=date(2019, 12, 15))
    turns = Turn.objects.within(cast.community.pk).filter(rota=kept).order_by("starts")
    assert [f"{clock.local(t.starts):%d %H}" for t in turns] == ["04 14", "07 09", "11 14", "14 09"]
    assert (
        "DTSTART;TZID=Asia/Shanghai:20191207T090000"
        in ics.write(agenda.of_post(cast.community.pk, hall.pk, "嘉福社区")).decode()
    )


def test_weeks_that_are_all_days_off_are_left_out_or_go_to_who_was_named(cast: Cast) -> None:
    """27 January to 2 February 2020: the Spring Festival from Monday to Sunday."""
    off, (one, two, guard) = date(2020, 1, 27), units(cast, 3)
    span = {"first": date(2020, 1, 13), "last": date(2020, 2, 16)}
    skipped = in_force(cast, [one, two], **span)
    assert off not in holders(skipped)
    assert year(cast.zhang, stand(skipped))[0].cells[2].note == "放假，不排"

    post = a_post(cast, name="值班")
    named = in_force(cast, [one, two], post=post, holidays="named", holiday_unit=guard, **span)
    assert holders(named)[off] == guard.pk
    usual = in_force(cast, [one, two], post=a_post(cast, name="照常"), holidays="usual", **span)
    assert holders(usual)[off] in (one.pk, two.pk)


# --- what cannot be ------------------------------------------------------------------------------


def test_what_cannot_be_is_said_in_a_sentence(cast: Cast) -> None:
    two = units(cast, 2)
    post = a_post(cast)
    refused("past", drawn, cast, two, post, first=date(2019, 10, 1))
    refused("last", drawn, cast, two, post, last=date(2019, 12, 1))
    refused("long", drawn, cast, two, post, last=date(2021, 12, 31))
    refused("members", drawn, cast, [], post)
    refused("basis", drawn, cast, two, post, basis=" ")
    refused("holiday-unit", drawn, cast, two, post, holidays="named")
    desk = set_up_post(by=cast.zhang, kind="desk", name="医生", place=cast.estate)
    refused("post", drawn, cast, two, desk)
    with pytest.raises(NotYours):
        rotas.draw_up(post, by=cast.chen, first=FIRST, last=LAST, per="week", members=two,
                      basis="说好的")  # fmt: skip

    rota = drawn(cast, two, post)
    one = member(rota, two[0])
    refused("all-away", rotas.add_days, one, by=cast.zhang, kind="away", first=FIRST, last=LAST)
    refused("days", rotas.add_days, one, by=cast.zhang, kind="away", first=date(2020, 4, 1))
    in_force(cast, two, post=post)
    again = drawn(cast, two, a_post(cast, name="另一个岗"))
    told = refused("overlap", drawn, cast, two, post, first=LAST, last=date(2020, 5, 1))
    assert told.startswith("这个岗从2019年12月2日到2020年3月8日已经有一张轮值表了")
    refused("overlap", rota_publishing.publish, made(cast, rota), by=cast.zhang)
    assert again.stage == RotaStage.DRAFT


def test_a_table_of_days_off_that_ends_before_the_rota_does(cast: Cast) -> None:
    with clock.standing_at(clock.at_local(2030, 12, 1, 9)):
        two, post = units(cast, 2), a_post(cast)
        span = {"first": date(2030, 12, 30), "last": date(2031, 1, 26)}
        told = refused("calendar", drawn, cast, two, post, **span)
        assert "还没有 2030 年的放假安排" in told
        for year_ in (2030, 2031):
            day = date(2030, 12, 30) if year_ == 2030 else date(2031, 1, 1)
            set_day(day, working=False, name="元旦", by=cast.zhang)
        assert drawn(cast, two, post, **span).pk
        assert drawn(cast, two, post, holidays="usual", **span).pk


def test_why_there_is_no_plan(cast: Cast) -> None:
    one, two = units(cast, 2)
    rota = drawn(cast, [one, two], gap=2, last=date(2019, 12, 22))
    rota = made(cast, rota)
    assert rota.stage == RotaStage.FAILED
    assert reasons(cast.zhang, stand(rota)) == [
        "12月2日–22日这 3 轮，怎么排最多只排得上 2 轮：那时能来的只有单位甲、单位乙。"
        "间隔（现在是 2 周）改小，或者再请几家。"
    ]
    rotas.settle(rota, by=cast.zhang, members=[one, two], basis="联席会议上说好的", gap=0)
    for unit in (one, two):
        row = member(rota, unit)
        rotas.add_days(row, by=cast.zhang, kind="away", first=date(2019, 12, 10))
    rota = made(cast, rota)
    (told,) = reasons(cast.zhang, stand(rota))
    assert told.startswith("12月9日–15日这一轮谁都来不了。")
    days = days_of(rota)[0]
    days.member.rota = rota
    rotas.drop_days(days, by=cast.zhang)
    assert made(cast, rota).stage == RotaStage.MADE


# --- made anew -----------------------------------------------------------------------------------


def test_after_somebody_leaves_the_past_stays_and_little_else_changes(cast: Cast) -> None:
    four = units(cast, 4)
    rota = in_force(cast, four, gap=1)
    before = holders(rota)
    with clock.standing_at(clock.at_local(2019, 12, 18, 9)):
        part(four[3], by=cast.zhang)
        free = [c for m in year(cast.zhang, stand(rota)) for c in m.cells if c.note and c.turn]
        assert {c.note for c in free} == {"空着，还没有人替"}
        draft = rotas.redraw(rota, by=cast.zhang)
        assert rotas.redraw(rota, by=cast.zhang).pk == draft.pk
        draft = made(cast, draft)
        assert draft.stage == RotaStage.MADE
        theirs = [d for d, unit in before.items() if unit == four[3].pk and d > date(2019, 12, 18)]
        assert len(changes(cast.zhang, stand(draft))) == len(theirs)
        assert holders(rota) == before  # nothing changes before it is published
        rota_publishing.publish(draft, by=cast.zhang)
    after = holders(draft)
    assert {d for d in before if before[d] != after[d]} == set(theirs)
    assert four[3].pk not in [unit for d, unit in after.items() if d > date(2019, 12, 18)]
    rota.refresh_from_db()
    assert rota.stage == RotaStage.GONE
    assert verify(cast.community.pk) == []


def test_a_past_round_somebody_stood_in_for_is_left_as_it_was(cast: Cast) -> None:
    rota = in_force(cast, units(cast, 4), gap=1)
    turns = Turn.objects.within(cast.community.pk).select_related("partnership")
    first = turns.get(round_on=FIRST)
    duty.away(first, by=cast.zhang)
    kept = holders(rota)
    other = Partnership.objects.within(cast.community.pk).get(pk=kept[FIRST + timedelta(days=14)])
    posts_acts.stand_in(first, by=cast.zhang, partnership=other)
    with clock.standing_at(clock.at_local(2019, 12, 10, 9)):
        draft = made(cast, rotas.redraw(rota, by=cast.zhang))
        assert FIRST.isoformat() not in (draft.plan or {})["rounds"]
        rota_publishing.publish(draft, by=cast.zhang)
    assert holders(draft)[FIRST] == kept[FIRST]
    assert turns.get(covers=first).partnership_id == other.pk
    assert stand(draft).keeper(FIRST) == member(draft, other).pk


def test_ground_that_moved_since_a_plan_was_made(cast: Cast) -> None:
    two = units(cast, 3)
    rota = in_force(cast, two, last=date(2020, 1, 12))
    draft = made(cast, rotas.redraw(rota, by=cast.zhang))
    kept = holders(rota)
    gives = date(2019, 12, 9)
    takes = next(d for d in sorted(kept) if d > gives and kept[d] != kept[gives])
    rota_swaps.type_in(rota, by=cast.zhang, gives=gives, takes=takes, word="电话里说好的")
    told = refused("swapped", rota_publishing.publish, draft, by=cast.zhang)
    assert told.startswith("排好以后，12月9日–15日这一轮有人换过了")
    draft = made(cast, rotas.settle(draft, by=cast.zhang, members=two, basis="说好的"))
    with clock.standing_at(clock.at_local(2019, 12, 3, 9)):
        refused("begun", rota_publishing.publish, draft, by=cast.zhang)


# --- swaps ---------------------------------------------------------------------------------------


def test_a_swap_takes_both_and_keeps_the_rules(cast: Cast) -> None:
    three = units(cast, 3)
    asker, other, third = (liaison(cast, unit) for unit in three)
    rota = drawn(cast, three, gap=1, last=date(2020, 1, 12))
    rotas.add_days(member(rota, three[1]), by=cast.zhang, kind="away", first=date(2020, 1, 6))
    rota = rota_publishing.publish(made(cast, rota), by=cast.zhang)
    kept = holders(rota)
    mine = [d for d in sorted(kept) if kept[d] == three[0].pk]
    theirs = [d for d in sorted(kept) if kept[d] == three[1].pk]
    now = stand(rota)
    fits = {
        (a, b): rota_swaps.why_not(now, days_of(rota), a, b, full=True)
        for a in mine for b in theirs
    }  # fmt: skip
    good = next(pair for pair, why in fits.items() if not why)
    bad = next(((a, b), why) for (a, b), why in fits.items() if why)
    assert any(word in bad[1] for word in ("隔得太近，说好至少隔 1 周", "那几天来不了"))
    refused("swap", rota_swaps.ask_swap, rota, by=asker, gives=bad[0][0], takes=bad[0][1])
    with pytest.raises(NotYours):
        rota_swaps.ask_swap(rota, by=third, gives=good[0], takes=good[1])

    swap = rota_swaps.ask_swap(rota, by=asker, gives=good[0], takes=good[1])
    assert rota_swaps.ask_swap(rota, by=asker, gives=good[0], takes=good[1]).pk == swap.pk
    assert holders(rota) == kept  # asked is not done
    assert [s.for_me for s in my_swaps(other)] == [True]
    for stranger in (asker, third, cast.zhang):
        with pytest.raises(NotYours):
            rota_swaps.answer(swap, by=stranger, yes=True)
    rota_swaps.answer(swap, by=other, yes=False)
    assert holders(rota) == kept
    again = rota_swaps.ask_swap(rota, by=asker, gives=good[0], takes=good[1])
    rota_swaps.answer(again, by=other, yes=True)
    assert holders(rota) == kept | {good[0]: three[1].pk, good[1]: three[0].pk}
    refused("answered", rota_swaps.take_back, again, by=asker)
    assert my_swaps(other) == []
    assert verify(cast.community.pk) == []


def test_the_office_types_in_what_both_agreed_to_and_how(cast: Cast) -> None:
    rota = in_force(cast, units(cast, 3), last=date(2020, 1, 12))
    kept = holders(rota)
    gives, takes = sorted(kept)[1:3]
    typed = {"by": cast.li, "gives": gives, "takes": takes}
    refused("word", rota_swaps.type_in, rota, word="", **typed)
    done = rota_swaps.type_in(rota, word="两家联络员电话里说好的", **typed)
    assert done.answer == RotaSwap.Answer.YES
    assert holders(rota) == kept | {gives: kept[takes], takes: kept[gives]}
    with clock.standing_at(clock.at_local(2019, 12, 10, 9)):
        refused("swap", rota_swaps.type_in, rota, word="电话里说好的", **typed)


# --- a round as a turn ---------------------------------------------------------------------------


def test_away_stood_in_for_moved_and_handed_over(cast: Cast) -> None:
    two = units(cast, 2)
    first, second = (liaison(cast, unit) for unit in two)
    rota = in_force(cast, two, last=date(2019, 12, 29))
    turn = Turn.objects.within(cast.community.pk).filter(rota=rota).order_by("starts").first()
    assert turn is not None
    mine, other = (first, second) if turn.partnership_id == two[0].pk else (second, first)
    duty.away(turn, by=mine)
    unit = next(u for u in two if u.pk != turn.partnership_id)
    posts_acts.stand_in(turn, by=other, partnership=unit)
    cell = year(mine, stand(rota))[0].cells[0]
    assert (cell.who, cell.note) == (str(unit), "")
    stranger = add_partner(name="没参加的", by=cast.house)
    free = Turn.objects.within(cast.community.pk).filter(rota=rota).order_by("-starts").first()
    assert free is not None
    duty.away(free, by=cast.zhang)
    with pytest.raises(Refused, match="还没认这个岗"):
        posts_acts.stand_in(free, by=cast.zhang, partnership=stranger)

    hall = a_post(cast, name="周六开门")
    set_hours(hall, by=cast.zhang, weekday=5, starts=time(9), ends=time(11))
    kept = in_force(cast, [cast.partnership], post=hall, last=date(2019, 12, 15))
    turn = Turn.objects.within(cast.community.pk).filter(rota=kept).order_by("starts").first()
    assert turn is not None
    begin, end = clock.at_local(2019, 12, 8, 9), clock.at_local(2019, 12, 8, 11)
    moved = duty.move(turn, by=cast.chen, starts=begin, ends=end)
    assert (moved.pk, moved.starts) == (turn.pk, begin)
    week = timedelta(days=7)
    told = refused("round", duty.move, turn, by=cast.chen, starts=begin + week, ends=end + week)
    assert told.startswith("改到这一轮里的日子：12月2日–8日")
    duty.hand_over(turn, by=cast.chen, text="钥匙在窗台上")
    assert verify(cast.community.pk) == []


# --- any rota ------------------------------------------------------------------------------------


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    n=st.integers(3, 6),
    gap=st.integers(0, 2),
    away=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 11)), max_size=3),
    day=st.integers(0, 60),
)
def test_any_rota_is_even_and_keeps_gap_absences_and_the_past(
    cast: Cast, n: int, gap: int, away: list[tuple[int, int]], day: int
) -> None:
    """Ten weeks, so as even as can be is a round apart, whoever cannot when; then one leaves."""
    members = [
        add_partner(name=f"{cast.community.pk}-{n}-{gap}-{day}-{k}-{clock.now()}", by=cast.house)
        for k in range(n)
    ]
    post = a_post(cast, name=f"岗{Post.objects.within(cast.community.pk).count()}")
    rota = drawn(cast, members, post, gap=gap, last=FIRST + timedelta(days=69), holidays="usual")
    gone = {(k % n, week) for k, week in away if week < 10}
    for k, week in gone:
        on = FIRST + timedelta(days=7 * week + 3)
        rotas.add_days(member(rota, members[k]), by=cast.zhang, kind="away", first=on)
    rota = made(cast, rota)
    if rota.stage == RotaStage.FAILED:
        assert reasons(cast.zhang, stand(rota))
        return
    rota_publishing.publish(rota, by=cast.zhang)
    kept = holders(rota)
    _sound(kept, members, gap, gone)
    limited = (rota.plan or {})["limited"]
    loads = Counter(kept.values())
    counts = [loads[m.pk] for m in members]
    assert limited or gone or max(counts) - min(counts) <= 1

    with clock.standing_at(NOW + timedelta(days=day)):
        draft = rotas.redraw(rota, by=cast.zhang)
        rotas.leave(member(draft, members[0]), by=cast.zhang)
        draft = made(cast, draft)
        if draft.stage == RotaStage.MADE:
            rota_publishing.publish(draft, by=cast.zhang)
        after, today = holders(draft), clock.today()
    past = {d for d in kept if d <= today}
    assert {d: after[d] for d in past} == {d: kept[d] for d in past}
    if draft.stage != RotaStage.FAILED:
        _sound(after, members, gap, gone)
        left = today + timedelta(days=1)
        assert members[0].pk not in [u for d, u in after.items() if d > left]


def _sound(
    kept: dict[date, int], members: list[Partnership], gap: int, gone: set[tuple[int, int]]
) -> None:
    assert sorted(kept) == [FIRST + timedelta(days=7 * k) for k in range(10)]
    order = [kept[d] for d in sorted(kept)]
    for k, unit in enumerate(order):
        assert unit not in order[k + 1 : k + 1 + gap]
        assert (next(i for i, m in enumerate(members) if m.pk == unit), k) not in gone


def test_what_a_period_is_cut_into_and_how_far_apart() -> None:
    assert cut(date(2019, 12, 5), date(2019, 12, 17), "week") == [
        (date(2019, 12, 5), date(2019, 12, 8)),
        (date(2019, 12, 9), date(2019, 12, 15)),
        (date(2019, 12, 16), date(2019, 12, 17)),
    ]
    months = cut(date(2019, 1, 15), date(2021, 12, 31), "month")
    for gap in range(13):
        need = gap_days("month", gap)
        for k, (_first, last) in enumerate(months):
            for far, (first, _last) in enumerate(months[k + 1 :]):
                assert ((first - last).days <= need) == (far < gap)


def test_the_maker_that_breaks_or_is_silent(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rota = drawn(cast, units(cast, 2))
    rota = rota_publishing.start(rota, by=cast.zhang)
    refused("alive", acts.again, rota, by=cast.zhang)
    with clock.standing_at(NOW + timedelta(minutes=10)):
        acts.again(rota, by=cast.zhang)
    rota.refresh_from_db()
    assert rota.stage == RotaStage.MADE
    assert isinstance(rota.made_at, datetime)
