"""Who is told of what is offered, of a line of a post, and who is asked whether they would come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts import checking_in, offering
from linshuo.acts.inviting import invite
from linshuo.acts.pledging import tick
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up, take_down
from linshuo.domain.board.models import Ask
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.people import checking
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock
from linshuo.kit.clock import at_local
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.actions import done
from linshuo.notices.calls import number_to_tell, to_tell, told
from linshuo.notices.models import Message
from linshuo.notices.queries import inbox, lately
from linshuo.notices.tests.doing import hear, mailbox, of, work
from tests.cast import T0, Cast
from tests.test_board import helper, make_ask

pytestmark = pytest.mark.django_db


def sayings(town: Cast, who: str) -> list[str]:
    return [m.saying for m in of(town, who)]


def haircut(town: Cast) -> Ask:
    return offering.offer(by=town.chen, partnership=town.partnership, text="上门理发", slots=1)


def post_line(town: Cast) -> Ask:
    post = set_up_post(
        by=town.zhang, owner=town.person("李网格"), kind="desk", name="小区医生", place=town.estate
    )
    return put_up(post, by=town.zhang, kind="manage", text="来坐班", slots=1)


def member(town: Cast, name: str = "赵在职") -> None:
    """Checked in, with a receipt."""
    row = checking_in.check_in(
        by=town.house, person=town.person(name), via="desk", consents=["contact"]
    )
    checking_in.accept(row, by=town.zhang)


# --- what is offered ----------------------------------------------------------------------------


def test_the_provider_is_told_that_somebody_asked(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "陈老板")
    pledge = sign(haircut(town).pk, by=town.wang)
    with clock.standing_at(at_local(2019, 11, 5, 8)):
        assert work() == 1
    assert "您提供的一项，有人来请了：上门理发" in mailoutbox[0].body
    assert f"/my/offers/asked/{pledge.pk}/" in mailoutbox[0].body
    assert "王" not in mailoutbox[0].body


def test_five_quiet_days_remind_the_provider_and_nobody_else(town: Cast) -> None:
    sign(haircut(town).pk, by=town.wang)
    hear()
    with clock.standing_at(T0 + timedelta(days=5)):
        assert tick() == 1
        hear()
    assert sayings(town, "陈老板") == ["serve", "serve-late"]
    assert sayings(town, "王阿姨") == []


def test_whoever_does_not_let_go_themself_is_told(town: Cast) -> None:
    pledge = sign(haircut(town).pk, by=town.wang)
    pledges.release(pledge, by=town.chen)
    hear()
    assert (sayings(town, "王阿姨"), sayings(town, "陈老板")) == (["off"], ["serve"])
    pledges.release(sign(pledge.ask_id, by=town.wang), by=town.wang)
    hear()
    assert sayings(town, "王阿姨") == ["off"]
    assert sayings(town, "陈老板") == ["serve", "serve", "not-needed"]


def test_a_provider_without_a_channel_is_called(town: Cast) -> None:
    sign(haircut(town).pk, by=town.wang)
    work()
    with clock.standing_at(at_local(2019, 11, 5, 9)):
        work()
        (call,) = to_tell(town.zhang)
        assert call.lines[0].text == "有人请您来做“上门理发”，七天里联系上，约个日子。"
        assert call.lines[0].number == ""
        assert number_to_tell(call.pk, by=town.zhang) == "13900000001"
        assert told(call.pks, by=town.zhang) == 1


# --- a line of a post ---------------------------------------------------------------------------


def test_a_queue_for_a_post_is_told_like_any_other(town: Cast) -> None:
    ask = post_line(town)
    first = sign(ask.pk, by=town.zhang, person=helper(town, 1))
    waiting = sign(ask.pk, by=town.zhao)
    pledges.release(first, by=town.zhang)
    hear()
    assert sayings(town, "赵在职") == ["invite"]
    (line,) = lately(town.person("赵在职"))
    assert (line.text, line.url) == (
        "“来坐班”空出来一位，等您一句话，来还是不来。",
        f"/my/pledges/{waiting.pk}/",
    )


def test_five_quiet_days_of_a_post_are_told_to_whoever_keeps_it(town: Cast) -> None:
    pledge: Pledge = sign(post_line(town).pk, by=town.zhao)
    hear()
    with clock.standing_at(T0 + timedelta(days=5)):
        tick()
        hear()
        (line,) = inbox(town.li)
        assert line.text == "“来坐班”有人认下五天了，还没有人联系。"
        assert line.url == f"/desk/JF/pledges/{pledge.pk}/"
        done(line.pk, by=town.li)
        assert inbox(town.li) == []


# --- asked whether they would -------------------------------------------------------------------


def test_a_member_is_asked_once_and_it_stays_true_while_a_place_is_free(town: Cast) -> None:
    member(town)
    ask = make_ask(town, slots=1)
    hear()
    before = len(of(town, "赵在职"))
    assert invite(ask.pk, by=town.li, person=town.person("赵在职"))
    assert not invite(ask.pk, by=town.zhang, person=town.person("赵在职"))
    hear()
    assert sayings(town, "赵在职")[before:] == ["wanted"]
    (line,) = inbox(town.zhao)
    assert line.text == "“会电工的”还缺人，社区想问您来不来。来不来都行。"
    assert line.url == f"/my/sign/JF/{ask.pk}/"
    sign(ask.pk, by=town.zhao)
    assert inbox(town.zhao) == []


def test_a_unit_is_asked_through_whoever_speaks_for_it(town: Cast) -> None:
    ask = post_line(town)
    assert invite(ask.pk, by=town.zhang, partnership=town.partnership)
    hear()
    assert sayings(town, "陈老板") == ["wanted"]
    assert Message.objects.within(town.community.pk).get(saying="wanted").need_id is None


def test_three_times_in_thirty_days_is_enough(town: Cast) -> None:
    member(town)
    lines = [make_ask(town, text=f"第{n}样") for n in "一二三四"]
    for ask in lines[:3]:
        assert invite(ask.pk, by=town.li, person=town.person("赵在职"))
    with pytest.raises(Refused) as refused:
        invite(lines[3].pk, by=town.li, person=town.person("赵在职"))
    assert refused.value.code == "peace"
    with clock.standing_at(T0 + timedelta(days=31)):
        assert invite(lines[3].pk, by=town.li, person=town.person("赵在职"))


def test_who_is_not_asked(town: Cast) -> None:
    ask, zhao = make_ask(town), town.person("赵在职")
    with pytest.raises(Refused) as refused:
        invite(ask.pk, by=town.li, person=zhao)
    assert refused.value.code == "not-here"
    member(town)
    for by in (town.zhao, town.chen):
        with pytest.raises(NotYours):
            invite(ask.pk, by=by, person=zhao)
    with pytest.raises(Refused):
        invite(ask.pk, by=town.li)
    row = checking.standing(zhao)
    assert row is not None
    checking.pause(row, by=town.zhao, until=T0.date() + timedelta(days=20))
    with pytest.raises(Refused):
        invite(ask.pk, by=town.li, person=zhao)
    sign(ask.pk, by=town.zhao)
    with pytest.raises(Refused) as refused:
        invite(ask.pk, by=town.li, person=zhao)
    assert refused.value.code == "signed"
    take_down(ask, by=town.li)
    with pytest.raises(Refused) as refused:
        invite(ask.pk, by=town.li, partnership=town.partnership)
    assert refused.value.code == "full"
