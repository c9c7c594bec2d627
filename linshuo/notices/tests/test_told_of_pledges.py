"""Who is told of a pledge: the person who signed, the unit's liaison, the matter's owner."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts.pledging import tick
from linshuo.acts.signing import sign
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock
from linshuo.kit.clock import at_local
from linshuo.notices.calls import to_tell
from linshuo.notices.models import Message
from linshuo.notices.queries import inbox, lately
from linshuo.notices.tests.doing import hear, mailbox, of, work
from tests.cast import T0, Cast, sign_up
from tests.test_board import helper, make_ask

pytestmark = pytest.mark.django_db


def queued(town: Cast, **who: Any) -> Pledge:
    """Somebody waits on a full line, and the place comes free."""
    ask = make_ask(town, slots=1)
    first = sign(ask.pk, by=town.li, person=helper(town, 1))
    waiting = sign(ask.pk, by=town.li, **who)
    hear()
    Message.objects.everywhere().delete()
    pledges.release(first, by=town.li)
    return pledges.reload(waiting, town.house)


def test_whoever_is_next_is_asked_by_mail(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "赵在职")
    pledge = queued(town, person=town.person("赵在职"))
    with clock.standing_at(at_local(2019, 11, 5, 8)):
        assert work() == 1
    body = mailoutbox[0].body
    assert "您排队的那一行空出来了，等您一句话，来还是不来" in body
    assert f"https://linshuo.example.org/my/pledges/{pledge.pk}/" in body
    assert "热心人" not in body


def test_a_unit_is_asked_through_its_liaison_and_called_without_a_channel(town: Cast) -> None:
    queued(town, partnership=town.partnership)
    work()
    assert [m.saying for m in of(town, "陈老板")] == ["invite"]
    (call,) = to_tell(town.he)
    assert call.lines[0].text == "“会电工的”空出来一位，等您一句话，来还是不来。"
    assert call.phone.startswith("139") and "0000000" not in call.phone


def test_an_account_of_one_s_own_is_no_desk(town: Cast) -> None:
    sign_up(town, "陈老板")
    queued(town, partnership=town.partnership)
    work()
    assert of(town, "陈老板")[0].way == Message.Way.CALL


def test_whoever_answered_meanwhile_is_not_asked(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "赵在职")
    pledge = queued(town, person=town.person("赵在职"))
    work()
    pledges.agree(pledge, by=town.zhao)
    with clock.standing_at(at_local(2019, 11, 5, 8)):
        assert work() == 0
    assert mailoutbox == []


def quiet(town: Cast, **who: Any) -> Pledge:
    """Somebody signed, and for five days nobody called."""
    pledge = sign(make_ask(town).pk, by=town.li, **who)
    hear()
    Message.objects.everywhere().delete()
    return pledge


def test_five_quiet_days_are_told_to_the_liaison_and_to_the_owner(town: Cast) -> None:
    quiet(town, partnership=town.partnership)
    with clock.standing_at(T0 + timedelta(days=5)):
        assert tick() == 1
        hear()
        assert [m.saying for m in of(town, "陈老板")] == ["remind"]
        assert [m.saying for m in of(town, "李网格")] == ["uncalled"]
        assert inbox(town.li)[0].text == "“会电工的”有人认下五天了，还没有人联系。"
        assert tick() == 0 and hear() == 0, "once"


def test_two_who_wait_for_one_matter_are_one_line_to_its_owner(
    town: Cast, mailoutbox: list[Any]
) -> None:
    mailbox(town, "李网格")
    ask = make_ask(town, slots=3)
    for n in (1, 2):
        sign(ask.pk, by=town.li, person=helper(town, n))
    hear()
    Message.objects.everywhere().delete()
    with clock.standing_at(T0 + timedelta(days=5)):
        assert tick() == 2
        hear()
        assert len(of(town, "李网格")) == 2
    with clock.standing_at(at_local(2019, 11, 10, 8)):
        work()
    assert mailoutbox[0].subject == "嘉福社区：1 件事"
    assert mailoutbox[0].body.count("有人认下五天了") == 1


def test_once_a_day_is_agreed_it_is_no_news(town: Cast) -> None:
    pledge = quiet(town, person=town.person("赵在职"))
    with clock.standing_at(T0 + timedelta(days=5)):
        tick()
        day = clock.today() + timedelta(days=1)
        pledges.plan(pledges.reload(pledge, town.house), by=town.zhao, planned_on=day)
        work()
        assert {m.way for m in of(town, "赵在职")} == {Message.Way.MOOT}
        assert inbox(town.li) == []


def test_one_s_own_page_says_what_was_told_and_how(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "赵在职")
    pledge = queued(town, person=town.person("赵在职"))
    work()
    (line,) = lately(town.person("赵在职"))
    assert line.text == "“会电工的”空出来一位，等您一句话，来还是不来。"
    assert (line.how, line.url) == ("还没发", f"/my/pledges/{pledge.pk}/")
    with clock.standing_at(at_local(2019, 11, 5, 8)):
        work()
    assert lately(town.person("赵在职"))[0].how == "邮件"


def test_the_other_community_hears_nothing(town: Cast) -> None:
    from tests.cast import make_cast

    other = make_cast("BH")
    queued(town, partnership=town.partnership)
    work()
    assert not Message.objects.within(other.community.pk).exists()
    assert to_tell(other.zhang) == []
