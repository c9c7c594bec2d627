"""After the signature: days, turns, whose word, who may call whom, and what the clock brings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from linshuo.acts.pledging import arrange, contact_for_helper, hand_on, may_call, tick, witness
from linshuo.acts.signing import sign
from linshuo.domain.people.actions import give_consent, know_person
from linshuo.domain.people.models import Purpose
from linshuo.domain.people.queries import actor_of, looks_at
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import row_of
from linshuo.domain.service.queries import hours_of
from linshuo.domain.trail.models import Event
from linshuo.insight.life import life
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast
from tests.test_board import SOON, helper, make_ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.standing_at(SOON):
        yield


def fresh(pledge: Pledge) -> Pledge:
    """The row as it is now."""
    return pledges.reload(pledge, Actor.house(pledge.community_id))


def test_a_turn_to_come_is_a_day_agreed(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    day = SOON.date() + timedelta(days=3)
    arrange(pledge, by=cast.zhao, day=day, starts=time(9), ends=time(11))
    now = fresh(pledge)
    assert (now.state, now.planned_on) == ("under_way", day)
    assert now.first_contact_at is not None


def test_a_day_gone_by_is_typed_back_and_plans_nothing(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    turn = arrange(pledge, by=cast.li, day=T0.date(), starts=time(9), ends=time(11))
    assert fresh(pledge).state == "accepted"
    assert witness(turn, by=cast.li, word="requester").minutes == 120
    assert hours_of(cast.zhao).total == "2 小时"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"day": None}, "day"), ({"starts": None}, "starts"), ({"ends": None}, "ends"),
     ({"ends": time(8)}, "ends")],
)  # fmt: skip
def test_what_is_missing_of_a_turn_is_said_beside_its_field(
    cast: Cast, given: dict[str, object], field: str
) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    whole = {"day": SOON.date(), "starts": time(9), "ends": time(11)}
    with pytest.raises(Refused) as refused:
        arrange(pledge, by=cast.zhao, **{**whole, **given})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_whose_word_it_is_must_be_said_and_be_another_s(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    turn = arrange(pledge, by=cast.li, day=T0.date(), starts=time(9), ends=time(11))
    with pytest.raises(NotYours):
        witness(turn, by=cast.zhao, word="requester")
    for word, code in (("", "whose-word"), ("slip", "no-slip")):
        with pytest.raises(Refused) as refused:
            witness(turn, by=cast.li, word=word)
        assert (refused.value.code, refused.value.field) == (code, "word")
    own = sign(make_ask(cast).pk, by=cast.li)
    mine = arrange(own, by=cast.li, day=T0.date(), starts=time(12), ends=time(13))
    with pytest.raises(Refused) as refused:
        witness(mine, by=cast.li, word="requester")
    assert refused.value.code == "own-word"


def test_a_unit_says_who_came(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.chen, partnership=cast.partnership)
    turn = arrange(pledge, by=cast.li, day=T0.date(), starts=time(9), ends=time(10))
    with pytest.raises(Refused) as refused:
        witness(turn, by=cast.li, word="colleague")
    assert refused.value.field == "name"
    assert witness(turn, by=cast.li, word="colleague", name="小吴").person.name == "小吴"


def test_the_phone_shows_once_accepted_and_agreed_and_the_look_is_seen(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    pledge = sign(ask.pk, by=cast.zhao)
    waiting = sign(ask.pk, by=actor_of(helper(cast, 1)))
    assert not may_call(pledge, cast.zhao)
    with pytest.raises(Refused) as refused:
        contact_for_helper(pledge, by=cast.zhao)
    assert refused.value.code == "consent"
    give_consent(cast.person("王阿姨"), Purpose.SHARE_HELPER, by=cast.wang)
    assert contact_for_helper(pledge, by=cast.zhao) == ("王阿姨", "13800131234")
    looks = looks_at(cast.person("王阿姨"))
    assert [(look.by, look.reason) for look in looks] == [("赵在职", "认了“会电工的”")]
    assert waiting.person is not None
    with pytest.raises(Refused) as queued:
        contact_for_helper(waiting, by=actor_of(waiting.person))
    assert queued.value.code == "not-held"
    with pytest.raises(NotYours):
        contact_for_helper(pledge, by=cast.chen)


def test_a_unit_hands_on_only_to_whom_the_community_knows(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.chen, partnership=cast.partnership)
    with pytest.raises(Refused) as refused:
        hand_on(pledge, by=cast.chen, name="陌生人", phone="13700000009")
    assert (refused.value.code, refused.value.field) == ("unknown", "name")
    known = know_person(name="老周", phone="13700000008", by=cast.house)
    assert hand_on(pledge, by=cast.chen, name="老周", phone="137 0000 0008").person_id == known.pk


def test_the_clock_passes_places_on_once_and_after_a_weekend(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    first = sign(ask.pk, by=cast.zhao)
    second, third = (sign(ask.pk, by=actor_of(helper(cast, n))) for n in (1, 2))
    pledges.release(first, by=cast.zhao)
    assert tick(SOON + timedelta(days=2, hours=23)) == 0
    with clock.standing_at(SOON + timedelta(days=6)):
        assert tick() == 1
        assert tick() == 0, "a second time there is nothing to do"
    assert (fresh(second).ended_as, fresh(third).state) == ("expired", "asked")
    assert fresh(third).due_at == SOON + timedelta(days=9)
    ask.refresh_from_db()
    assert ask.taken == 1


def test_five_days_without_a_call_are_marked_once(cast: Cast) -> None:
    quiet = sign(make_ask(cast).pk, by=cast.zhao)
    called = sign(make_ask(cast).pk, by=cast.zhao)
    pledges.plan(called, by=cast.zhao, planned_on=SOON.date() + timedelta(days=20))
    with clock.standing_at(SOON + timedelta(days=4, hours=23)):
        assert tick() == 0
    with clock.standing_at(SOON + timedelta(days=6)):
        assert (tick(), tick()) == (1, 0)
    assert fresh(quiet).reminded_at == SOON + timedelta(days=6)
    assert fresh(called).reminded_at is None
    events = Event.objects.within(cast.community.pk).filter(verb="pledge:remind")
    assert events.count() == 1


def test_once_they_came_nobody_asks_whether_they_did(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    days = [SOON.date() + timedelta(days=n) for n in (1, 3)]
    first, last = (
        arrange(fresh(pledge), by=cast.zhao, day=day, starts=time(9), ends=time(11)) for day in days
    )
    with clock.standing_at(first.ends):
        witness(first, by=cast.li, word="requester")
        assert fresh(pledge).due_for == "came", "another day is agreed"
    with clock.standing_at(last.ends + timedelta(days=2)):
        late = row_of(fresh(pledge), clock.now())
        assert (late.do, late.next_words.endswith("来过了没有？")) == ("came", True)
        for _twice in range(2):
            witness(last, by=cast.li, word="requester")
        said = row_of(fresh(pledge), clock.now())
        assert (said.do, said.clock_look) == ("keep", "empty") and "没有" not in said.next_words
        assert Event.objects.within(cast.community.pk).filter(verb="pledge:heard").count() == 1
        assert not any(":" in m.title for m in life(pledge.ask.need))
        arrange(fresh(pledge), by=cast.zhao, day=clock.today(), starts=time(20), ends=time(21))
        assert fresh(pledge).due_for == "came"


def test_an_answer_in_time_counts_though_the_job_is_late(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    first = sign(ask.pk, by=cast.zhao)
    second = sign(ask.pk, by=actor_of(helper(cast, 1)))
    pledges.release(first, by=cast.zhao)
    assert second.person is not None
    pledges.agree(fresh(second), by=actor_of(second.person))
    with clock.standing_at(SOON + timedelta(days=4)):
        tick()
    assert fresh(second).state == "accepted"


def test_a_life_tells_who_signed_and_names_nobody_who_let_go(cast: Cast) -> None:
    ask = make_ask(cast, slots=2)
    pledge = sign(ask.pk, by=cast.zhao)
    sign(ask.pk, by=cast.chen, partnership=cast.partnership)
    pledges.plan(pledge, by=cast.zhao, planned_on=SOON.date() + timedelta(days=3))
    pledges.release(fresh(pledge), by=cast.zhao)
    told = {m.title: m for m in life(ask.need)}
    assert "赵**、嘉福社区共建单位甲 签名，“会电工的”" in told["认领"].text
    assert told["认领"].state == "taken"
    assert "赵** 约在 11月8日" in told["联系上了"].text
    assert "赵" not in told["空出来了"].text
    titles = [m.title for m in life(ask.need)]
    assert titles.index("上榜") < titles.index("认领") < titles.index("办结")
    assert not any(":" in title for title in titles)
