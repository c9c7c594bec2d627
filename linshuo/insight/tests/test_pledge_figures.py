"""How many things were taken on, by whom, and how often somebody came: as of any day."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from linshuo.acts.pledging import arrange, witness
from linshuo.acts.signing import keep, sign
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.service.actions import correct
from linshuo.insight.behind import behind
from linshuo.insight.figures import FIGURES
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast
from tests.test_board import SOON, helper, make_ask

pytestmark = pytest.mark.django_db
KEYS = ("pledges.accepted", "pledges.units", "pledges.members", "service.records")


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def values(cast: Cast, days: float) -> tuple[int, ...]:
    at = SOON + timedelta(days=days)
    return tuple(FIGURES[key].read(cast.community.pk, at).value for key in KEYS)


def test_what_was_taken_on_counts_until_it_is_let_go_and_for_good_once_kept(cast: Cast) -> None:
    with clock.standing_at(SOON):
        ask = make_ask(cast, slots=2)
        kept = sign(ask.pk, by=cast.zhao)
        let_go = sign(ask.pk, by=cast.chen, partnership=cast.partnership)
        sign(ask.pk, by=actor_of(helper(cast, 1)))
        gift = sign(make_ask(cast, kind="donate").pk, by=cast.zhao)
        handed = sign(make_ask(cast).pk, by=cast.zhao)
    with clock.standing_at(SOON + timedelta(days=1)):
        turn = arrange(kept, by=cast.li, day=T0.date(), starts=time(9), ends=time(11))
        record = witness(turn, by=cast.li, word="requester")
        keep(kept, by=cast.li)
        keep(gift, by=cast.li, receipt="收到了")
    with clock.standing_at(SOON + timedelta(days=2)):
        pledges.release(let_go, by=cast.chen)
        pledges.hand_over(handed, to=helper(cast, 2), by=cast.zhao)
        correct(record, by=cast.zhang, minutes=60, why="早走了一小时")
    assert values(cast, -1) == (0, 0, 0, 0)
    assert values(cast, 0.5) == (4, 1, 1, 0)
    assert values(cast, 1.5) == (4, 1, 1, 1)
    assert values(cast, 2.5) == (3, 0, 2, 1)
    # the one in the queue was asked, and has not said yes


def test_each_row_behind_leads_to_its_pledge_and_names_are_masked(cast: Cast) -> None:
    with clock.standing_at(SOON):
        pledge = sign(make_ask(cast).pk, by=cast.zhao)
        sign(make_ask(cast).pk, by=cast.chen, partnership=cast.partnership)
        turn = arrange(pledge, by=cast.li, day=T0.date(), starts=time(9), ends=time(11))
        witness(turn, by=cast.li, word="requester")
        found = {key: behind(cast.li, key, clock.now()) for key in KEYS}
    assert {r.pledge for r in found["pledges.accepted"].rows} >= {pledge.pk}
    assert [r.title for r in found["pledges.members"].rows] == ["赵**"]
    assert "共建单位甲" in found["pledges.units"].rows[0].title
    row = found["service.records"].rows[0]
    assert (row.now, row.pledge) == ("2 小时", pledge.pk)
    assert all(f.hidden == 0 for f in found.values())
