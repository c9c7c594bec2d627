"""Hours: who may write down whose word, and how a wrong one is put right without being lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linshuo.acts.signing import came, sign
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import actions as service
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.service.queries import hours_of, turns_of, unit_hours
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast
from tests.test_board import SOON, helper, make_ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def planned(
    cast: Cast, *, hours: int = 2, unit: Partnership | None = None
) -> tuple[Pledge, Turn, datetime]:
    """A turn that has begun, with the moment after its end."""
    by = cast.li if unit else cast.zhao
    pledge = sign(make_ask(cast).pk, by=by, partnership=unit)
    ends = SOON + timedelta(hours=1 + hours)
    turn = service.plan_turn(pledge, by=cast.li, starts=SOON + timedelta(hours=1), ends=ends)
    return pledge, turn, ends + timedelta(hours=1)


def test_a_word_is_written_down_by_whoever_works_there_or_was_served(cast: Cast) -> None:
    _pledge, turn, after = planned(cast)
    served = cast.person("王阿姨")
    stranger = actor_of(helper(cast, 7))
    with clock.standing_at(after):
        for by in (stranger, cast.chen):
            with pytest.raises(NotYours):
                service.confirm(turn, by=by, via="person", confirmed_by=served)
            with pytest.raises(NotYours):
                came(turn, by=by, via="person", confirmed_by=served)
        assert not ServiceRecord.objects.within(cast.community.pk).exists()
        assert came(turn, by=cast.wang, via="person", confirmed_by=served).minutes == 120


def test_a_secretary_of_another_estate_writes_nobodys_word_here(cast: Cast) -> None:
    _pledge, turn, after = planned(cast)
    other = know_person(name="邻小区秘书", phone="13700000099", by=cast.house)
    appoint(other, Role.ESTATE_SECRETARY, place=cast.other_estate, by=cast.house)
    with clock.standing_at(after), pytest.raises(NotYours):
        service.confirm(turn, by=actor_of(other), via="colleague", confirmed_by=other)


def test_it_is_the_word_of_whoever_could_have_seen_it(cast: Cast) -> None:
    _pledge, turn, after = planned(cast)
    passer_by = helper(cast, 3)
    with clock.standing_at(after):
        for via, whose in (
            ("call", passer_by),
            ("person", passer_by),
            ("colleague", cast.person("何秘书")),
            ("slip", None),
        ):
            with pytest.raises(Refused) as refused:
                came(turn, by=cast.li, via=via, confirmed_by=whose)
            assert refused.value.code == "whose-word", via
        done = came(turn, by=cast.li, via="colleague", confirmed_by=cast.person("李网格"))
    assert done.minutes == 120


def test_whoever_speaks_for_a_unit_does_not_write_down_its_hours(cast: Cast) -> None:
    _pledge, turn, after = planned(cast, unit=cast.partnership)
    both = know_person(name="两头跑", phone="13700000098", by=cast.house)
    appoint(both, Role.FIELD_STAFF, place=cast.root, by=cast.house)
    appoint(both, Role.LIAISON, partnership=cast.partnership, by=cast.house)
    who = helper(cast, 4)
    with clock.standing_at(after):
        with pytest.raises(NotYours):
            came(
                turn, by=actor_of(both), via="call", person=who, confirmed_by=cast.person("王阿姨")
            )
        done = came(turn, by=cast.li, via="call", person=who, confirmed_by=cast.person("王阿姨"))
        with pytest.raises(NotYours):
            service.correct(done, by=actor_of(both), minutes=30, why="少了")
        assert unit_hours(cast.chen).total == "2 小时"


def wrong_hours(cast: Cast) -> tuple[Pledge, ServiceRecord, datetime]:
    pledge, turn, after = planned(cast)
    with clock.standing_at(after):
        done = came(turn, by=cast.li, via="call", confirmed_by=cast.person("王阿姨"))
    return pledge, done, after


def test_a_corrected_record_stays_and_both_sides_see_it(cast: Cast) -> None:
    pledge, wrong, after = wrong_hours(cast)
    with clock.standing_at(after):
        right = service.correct(wrong, by=cast.zhang, minutes=60, why="中途接孩子，早走一小时")
        assert service.correct(
            wrong, by=cast.zhang, minutes=60, why="中途接孩子，早走一小时"
        ).pk == right.pk  # fmt: skip
        own = hours_of(cast.zhao)
        (turn,) = turns_of(cast.zhao, pledge)
    assert (own.total, own.times) == ("1 小时", 1)
    assert (own.rows[0].was, own.rows[0].long) == ("2 小时", "1 小时")
    assert "张书记更正：中途接孩子" in own.rows[0].note
    assert [said.struck for said in turn.said] == [True, False]
    assert "早走一小时" in turn.said[1].note and not turn.asks
    event = Event.objects.within(cast.community.pk).get(verb="service:correct")
    assert event.detail == {"was": 120, "minutes": 60, "why": "中途接孩子，早走一小时"}
    seal_all()
    assert verify() == []


def test_hours_corrected_to_nought_are_shown_and_count_for_nothing(cast: Cast) -> None:
    _pledge, wrong, after = wrong_hours(cast)
    with clock.standing_at(after):
        service.correct(wrong, by=cast.zhang, minutes=0, why="记错人了，那天没来")
        own = hours_of(cast.zhao)
    assert (own.total, own.times, len(own.rows)) == ("0 分", 0, 1)


@pytest.mark.parametrize(
    ("minutes", "why", "code"),
    [(None, "写错了", "minutes"), (-1, "写错了", "minutes"), (121, "写错了", "minutes"),
     (120, "写错了", "same"), (60, " ", "why"), (60, "长" * 201, "why")],
)  # fmt: skip
def test_a_correction_needs_a_number_that_can_be_and_a_reason(
    cast: Cast, minutes: int | None, why: str, code: str
) -> None:
    _pledge, wrong, after = wrong_hours(cast)
    with clock.standing_at(after), pytest.raises(Refused) as refused:
        service.correct(wrong, by=cast.zhang, minutes=minutes, why=why)
    assert refused.value.code == code


def test_a_record_is_corrected_once_and_by_a_head_for_somebody_else(cast: Cast) -> None:
    _pledge, wrong, after = wrong_hours(cast)
    member: Actor = cast.zhao
    with clock.standing_at(after):
        for by in (cast.li, cast.he, member):
            with pytest.raises(NotYours):
                service.correct(wrong, by=by, minutes=60, why="写错了")
        service.correct(wrong, by=cast.zhang, minutes=60, why="写错了")
        with pytest.raises(Refused) as again:
            service.correct(wrong, by=cast.zhang, minutes=90, why="还是写错了")
    assert again.value.code == "corrected"


def test_a_correction_keeps_to_the_eight_hours_of_the_day(cast: Cast) -> None:
    ask = make_ask(cast)
    pledge = sign(ask.pk, by=cast.zhao)
    morning = clock.start_of(SOON.date() + timedelta(days=1)) + timedelta(hours=8)
    turns = [
        service.plan_turn(
            pledge,
            by=cast.li,
            starts=morning + timedelta(hours=n),
            ends=morning + timedelta(hours=m),
        )
        for n, m in ((0, 5), (5, 10))
    ]
    word = cast.person("王阿姨")
    with clock.standing_at(morning + timedelta(hours=12)):
        first = came(turns[0], by=cast.li, via="call", confirmed_by=word)
        second = came(turns[1], by=cast.li, via="call", confirmed_by=word, minutes=180)
        with pytest.raises(Refused) as refused:
            service.correct(second, by=cast.zhang, minutes=240, why="其实做到六点")
        assert refused.value.code == "cap"
        service.correct(first, by=cast.zhang, minutes=240, why="十二点走的")
        assert (
            service.correct(second, by=cast.zhang, minutes=240, why="其实做到六点").minutes == 240
        )
