"""A unit's page: what it does here, and what its liaison may not see."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from linshuo.acts import checking_in, offering, pledging
from linshuo.acts.asking import ask as ask_resident
from linshuo.acts.signing import keep, sign
from linshuo.domain.needs import actions as needs
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges import actions as pledges
from linshuo.insight.units import members_of, open_for_unit, two_way, work_of
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast
from tests.test_board import make_ask, open_need

pytestmark = pytest.mark.django_db
SOON = T0 + timedelta(days=1)
TOMORROW = SOON.date() + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(SOON):
        yield


def member(cast: Cast, name: str, *consents: str) -> None:
    row = checking_in.check_in(
        by=cast.li, via="desk", name=name, unit_text=str(cast.partnership),
        consents=["contact", *consents],
    )  # fmt: skip
    checking_in.accept(row, by=cast.zhang)


def test_members_are_named_only_who_agreed_that_their_unit_knows(cast: Cast) -> None:
    member(cast, "林志愿", "share_unit")
    member(cast, "何志愿")
    for viewer in (cast.chen, cast.zhang):
        found = members_of(viewer, cast.partnership)
        assert (found.count, found.named, found.unnamed) == (2, ("林志愿",), 1)


def test_what_it_signed_for_stands_under_how_it_stands(cast: Cast) -> None:
    one, two, three = (make_ask(cast, text=f"样{n}") for n in "一二三")
    mine = {"by": cast.chen, "partnership": cast.partnership}
    sign(one.pk, **mine)
    pledges.release(sign(two.pk, **mine), by=cast.chen)
    keep_it(cast, three.pk)
    work = work_of(cast.chen, cast.partnership)
    assert [[row.text for row in rows] for rows in (work.live, work.kept, work.released)] == [
        ["样一"], ["样三"], ["样二"],
    ]  # fmt: skip


def keep_it(cast: Cast, ask: int, **over: Any) -> None:
    """Signed for, planned, come, and said so."""
    pledge = sign(ask, by=cast.chen, partnership=cast.partnership, **over)
    turn = pledging.arrange(pledge, by=cast.chen, day=TOMORROW, starts=time(9), ends=time(10))
    with clock.standing_at(SOON + timedelta(days=1, hours=6)):
        pledging.witness(turn, by=cast.li, word="requester", name="小陈师傅")
        keep(pledge, by=cast.li)


def test_turns_hours_and_what_came_of_it(cast: Cast) -> None:
    need = open_need(cast)
    ask = make_ask(cast, need=need, text="换灯")
    again = make_ask(cast, need=need, text="再看一次")
    keep_it(cast, ask.pk)
    other = sign(again.pk, by=cast.chen, partnership=cast.partnership)
    with clock.standing_at(SOON + timedelta(days=2)):
        pledging.arrange(
            other, by=cast.chen, day=TOMORROW + timedelta(days=5), starts=time(9), ends=time(10)
        )
        work = work_of(cast.chen, cast.partnership)
        assert [what for _when, what in work.turns] == ["再看一次"]
        assert work.hours.times == 1 and work.came_of == []
        done = needs.finish(need, by=cast.li, result_text="三楼换了声控灯。", outcome="solved")
        ask_resident(done, by=cast.he, channel="phone", said="settled", words="亮堂了。")
        (outcome,) = work_of(cast.chen, cast.partnership).came_of
        assert (outcome.title, outcome.result, outcome.said) == (need.public_title, "", ())
        (inside,) = work_of(cast.zhang, cast.partnership).came_of
        assert inside.result == "三楼换了声控灯。"


def test_the_liaison_sees_whoever_asked_only_once_it_is_agreed(cast: Cast) -> None:
    ask = offering.offer(by=cast.chen, partnership=cast.partnership, text="上门理发", slots=1)
    sign(ask.pk, by=cast.wang)
    sign(ask.pk, by=cast.li, person=know_person(name="周爷爷", phone="", by=cast.li))
    work = work_of(cast.chen, cast.partnership)
    assert [(row.who, row.text) for row in work.asked] == [("王**", "上门理发")]
    (offered,) = work.offers
    assert (offered.text, offered.left) == ("上门理发", "请满了")
    assert work.live == []


def test_both_lists_side_by_side(cast: Cast, django_assert_num_queries: Any) -> None:
    offering.offer(by=cast.chen, partnership=cast.partnership, text="上门理发")
    offering.offer(by=cast.zhao, text="教用手机")
    add_partner(name="单位乙", by=cast.house)
    viewer = cast.zhang
    with django_assert_num_queries(3):
        both = two_way(viewer)
    assert {u.name: [o.text for o in u.offers] for u in both.units} == {
        "嘉福社区共建单位甲": ["上门理发"],
        "单位乙": [],
    }
    assert ([u.name for u in both.said], both.silent) == (["嘉福社区共建单位甲"], ["单位乙"])
    assert [(o.giver, o.text) for o in both.people] == [("赵**", "教用手机")]


def test_what_a_unit_could_sign_for_now(cast: Cast) -> None:
    one, two = make_ask(cast, text="样一"), make_ask(cast, text="样二")
    make_ask(cast, need=open_need(cast, "staff"), text="不公开的")
    offering.offer(by=cast.zhao, text="教用手机")
    sign(one.pk, by=cast.chen, partnership=cast.partnership)
    assert [row.text for row in open_for_unit(cast.chen, cast.partnership)] == [two.text]
