"""Suggestions with reasons: what fits whom, and whom one leaves in peace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts import checking_in, offering
from linshuo.acts.inviting import invite
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up, take_down
from linshuo.domain.board.fitting import INTERESTED, TIMES
from linshuo.domain.board.models import Ask
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.people import checking
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.skills import FreeTime, Interest
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.pledges import actions as pledges
from linshuo.insight.suggestions import Candidate, for_lines, for_member
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast
from tests.test_board import make_ask, open_need

pytestmark = pytest.mark.django_db
SOON = T0 + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(SOON):
        yield


def here(cast: Cast, name: str = "林志愿", **over: Any) -> CheckIn:
    """Somebody with a receipt: an electrician of 盐业小区, free on Saturdays, for houses."""
    said: dict[str, Any] = {
        "by": cast.li, "via": "desk", "name": name, "phone": "13700000001",
        "consents": ["contact"], "skills": ["electric"], "times": ["saturday"],
        "interests": ["houses"], "place": cast.estate,
    }  # fmt: skip
    return checking_in.accept(checking_in.check_in(**{**said, **over}), by=cast.zhang)


def lamp(cast: Cast, **over: Any) -> Ask:
    return make_ask(
        cast, **{"text": "装声控灯", "hint": "两个周六上午", "skill": "electric", **over}
    )


def texts(row: CheckIn) -> list[str]:
    return [each.text for each in for_member(row.person)]


# --- to a member --------------------------------------------------------------------------------


def test_every_reason_stands_in_the_members_own_words(cast: Cast) -> None:
    lamp(cast)
    (found,) = for_member(here(cast).person)
    assert (found.text, found.left) == ("装声控灯", "还差 2 位")
    assert found.reasons == (
        "您填了“电工水工”",
        "就在盐业小区",
        "您说周六有空",
        "您愿意帮“楼道和房前屋后”",
    )


def test_the_best_stands_first_and_five_are_enough(cast: Cast) -> None:
    row, need = here(cast), open_need(cast)
    for n in "一二三四五":
        lamp(cast, need=need, text=f"看门{n}", skill="", hint="")
    lamp(cast, need=need)
    found = texts(row)
    assert found[0] == "装声控灯"
    assert len(found) == 5


@pytest.mark.parametrize(
    "over",
    [{"skill": "medical"}, {"hint": "周日上午"}, {"hint": "工作日白天"}, {"hint": "晚上"}],
)
def test_what_speaks_against_it_leaves_it_out(cast: Cast, over: dict[str, Any]) -> None:
    lamp(cast, **over)
    assert texts(here(cast)) == []


def test_where_nothing_was_said_nothing_is_suggested(cast: Cast) -> None:
    make_ask(cast, text="来两位", skill="")
    nothing = {"skills": [], "times": [], "interests": [], "place": None}
    assert texts(here(cast, **nothing)) == []
    assert for_member(cast.person("赵在职")) == [], "who did not check in"


def test_what_is_full_down_signed_or_hidden_is_left_out(cast: Cast) -> None:
    row = here(cast)
    full, down, signed, hidden = (lamp(cast, text=f"灯{n}", slots=1) for n in "一二三四")
    sign(full.pk, by=cast.li, person=cast.person("赵在职"))
    take_down(down, by=cast.li)
    pledges.release(sign(signed.pk, by=actor_of(row.person)), by=actor_of(row.person))
    make_ask(cast, need=open_need(cast, "staff"), text="不公开的", skill="electric")
    offering.offer(by=cast.zhao, text="修水龙头", skill="electric")
    assert texts(row) == [hidden.text], "a line one let go of is not put forward again"


def test_who_rests_is_left_in_peace(cast: Cast) -> None:
    lamp(cast)
    row = here(cast)
    assert texts(row)
    checking.pause(row, by=cast.zhang, until=SOON.date() + timedelta(days=20))
    assert texts(row) == []


def test_a_licensed_post_is_for_whoever_holds_the_licence(cast: Cast) -> None:
    post = set_up_post(
        by=cast.zhang, kind="desk", name="小区医生", place=cast.estate, licence="医师资格证"
    )
    put_up(post, by=cast.zhang, kind="manage", text="来坐班", skill="medical")
    without = here(cast, skills=["medical"])
    holder = here(cast, "陈医生", phone="", skills=["medical"], licence="医师资格证")
    assert (texts(without), texts(holder)) == ([], ["来坐班"])


def test_another_community_is_another_board(cast: Cast) -> None:
    lamp(make_cast("YY", "邻近社区"))
    assert texts(here(cast)) == []


def test_every_time_and_interest_has_its_words() -> None:
    assert set(TIMES) == set(FreeTime)
    assert set(INTERESTED) == set(Interest)


# --- to the desk --------------------------------------------------------------------------------


def candidates(cast: Cast, ask: Ask) -> list[Candidate]:
    return for_lines(cast.zhang, [ask.pk]).get(ask.pk, [])


def test_whom_one_could_ask_with_reasons(cast: Cast) -> None:
    ask, row = lamp(cast), here(cast)
    here(cast, "别的本事", phone="", skills=["law"], interests=[], times=[], place=None)
    (found,) = candidates(cast, ask)
    assert (found.key, found.name, found.asked) == (f"person-{row.person_id}", "林志愿", False)
    assert found.reasons[:2] == ("填了“电工水工”", "就在盐业小区")


def test_a_unit_by_what_it_offers_signed_for_and_can(cast: Cast) -> None:
    offering.offer(by=cast.chen, partnership=cast.partnership, text="免费修插座", skill="electric")
    before = lamp(cast, text="换灯泡")
    sign(before.pk, by=cast.chen, partnership=cast.partnership)
    here(cast, "厂里电工", phone="", unit_text="嘉福社区共建单位甲", place=None, interests=[])
    add_partner(name="单位乙", by=cast.house)
    found = [c for c in candidates(cast, lamp(cast)) if c.key.startswith("partnership")]
    assert [(c.name, c.reasons) for c in found] == [
        ("嘉福社区共建单位甲", ("提供“免费修插座”", "认过“换灯泡”", "有 1 位填了“电工水工”"))
    ]


def test_who_signed_or_let_go_is_not_named_again(cast: Cast) -> None:
    ask, row = lamp(cast), here(cast)
    pledge = sign(ask.pk, by=actor_of(row.person))
    assert candidates(cast, ask) == []
    pledges.release(pledge, by=actor_of(row.person))
    assert candidates(cast, ask) == []


def test_who_was_asked_is_marked_and_after_three_left_in_peace(cast: Cast) -> None:
    row, need = here(cast), open_need(cast)
    lines = [lamp(cast, need=need, text=f"灯{n}") for n in "一二三四"]
    for ask in lines[:3]:
        invite(ask.pk, by=cast.li, person=row.person)
    assert candidates(cast, lines[0])[0].asked
    assert candidates(cast, lines[3]) == []
    with clock.standing_at(SOON + timedelta(days=31)):
        assert candidates(cast, lines[3])


def test_for_whom_and_for_which_lines(cast: Cast) -> None:
    ask = lamp(cast, slots=1)
    here(cast)
    (masked,) = for_lines(cast.li, [ask.pk])[ask.pk]
    assert masked.name == "林**"
    for viewer in (cast.zhao, cast.chen, cast.ma):
        assert for_lines(viewer, [ask.pk]) == {}
    sign(ask.pk, by=cast.zhao)
    assert candidates(cast, ask) == []


def test_the_questions_do_not_grow_with_the_lines(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    here(cast)
    need = open_need(cast)
    few = [lamp(cast, need=need, text="灯一")]
    many = [*few, *(lamp(cast, need=need, text=f"灯{n}") for n in "二三四五")]
    viewer = cast.zhang
    for chosen in (few, many):
        with django_assert_num_queries(8):
            for_lines(viewer, [a.pk for a in chosen])
