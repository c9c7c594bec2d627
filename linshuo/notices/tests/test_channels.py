"""Real requests over a real wire, to a server here that plays 企业微信, 钉钉 and a gateway."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from linshuo.domain.needs import actions
from linshuo.domain.people.actions import choose_telling
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.clock import at_local
from linshuo.kit.refused import NotYours, Refused
from linshuo.notices.calls import to_tell
from linshuo.notices.models import Letter, Message, Robot
from linshuo.notices.robots import add_robot, recognise, remove_robot, robots, try_robot
from linshuo.notices.tests.doing import given, of, work
from linshuo.notices.tests.played import Played, nobody_listens
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db

NEXT = at_local(2019, 11, 5, 8)


def group(town: Cast, outside: Played, **over: Any) -> Robot:
    told: dict[str, Any] = {"name": "值班群", "address": outside.wecom, "by": town.zhang}
    return add_robot(**{**told, **over})


def test_danger_is_said_in_the_group_at_once_and_once(town: Cast, outside: Played) -> None:
    group(town, outside)
    need = make_need(town, urgency="danger", words="3 栋 402 煤气味，王阿姨一个人在家。")
    assert work() == 1
    assert work() == 0
    (heard,) = outside.heard
    assert (heard.path, heard.query) == ("/cgi-bin/webhook/send", {"key": "693a91f6-7xxx"})
    assert heard.body["msgtype"] == "text"
    assert heard.text == (
        f"【嘉福社区】急\n{need.number} 有危险的一件事，还没有人答复 "
        f"https://linshuo.example.org/desk/JF/needs/{need.number}/"
    )


def test_the_rest_once_a_day_unless_only_urgent_is_wanted(town: Cast, outside: Played) -> None:
    group(town, outside)
    group(town, outside, name="急事群", address=outside.dingtalk, urgent_only=True)
    need = make_need(town)
    actions.decline(need, by=town.he, reason="不归社区管。", who_can_help="可以找街道。")
    need.refresh_from_db()
    actions.contest(need, by=town.li)
    assert work() == 0
    with clock.standing_at(NEXT):
        assert work() == 1
    (heard,) = outside.heard
    assert heard.path == "/cgi-bin/webhook/send"
    assert heard.text.startswith(f"【嘉福社区】这一天的事\n{need.number} 有一件没有受理的")


def test_what_is_one_person_s_own_is_not_said_in_the_group(town: Cast, outside: Played) -> None:
    group(town, outside)
    given(town)
    with clock.standing_at(NEXT):
        work()
    assert outside.heard == []


def test_a_robot_of_dingtalk_is_signed(town: Cast, outside: Played) -> None:
    group(town, outside, address=outside.dingtalk, sign="SEC0a1b")
    make_need(town, urgency="danger")
    work()
    (heard,) = outside.heard
    assert heard.query["access_token"] == "5ad2f1"
    told = f"{heard.query['timestamp']}\nSEC0a1b".encode()
    wanted = base64.b64encode(hmac.new(b"SEC0a1b", told, hashlib.sha256).digest()).decode()
    assert heard.query["sign"] == wanted
    assert heard.text.startswith("【嘉福社区】急")


@pytest.mark.parametrize(
    ("status", "answer", "trouble"),
    [
        (500, b"", "HTTP 500"),
        (200, b'{"errcode": 93000, "errmsg": "invalid webhook url"}', "errcode 93000"),
        (200, b"<html>", "JSONDecodeError"),
        (200, b"[]", "AttributeError"),
    ],
)
def test_a_robot_that_refuses_is_tried_again_and_then_somebody_is_called(
    town: Cast, outside: Played, status: int, answer: bytes, trouble: str
) -> None:
    robot = group(town, outside)
    need = make_need(town, urgency="danger")
    outside.status, outside.answer = status, answer
    for minutes in (0, 1, 6):
        with clock.standing_at(T0 + timedelta(minutes=minutes)):
            assert work() == 0
    assert len(outside.heard) == 3
    letter = Letter.objects.everywhere().get(robot=robot)
    assert (letter.state, letter.trouble) == ("failed", trouble)
    (line,) = robots(town.zhang)
    assert trouble in line.trouble
    (call,) = [call for call in to_tell(town.he) if call.why == "群消息没发出去"]
    assert (call.who, call.lines[0].number) == ("“值班群”群里的人", need.number)


def test_a_robot_that_comes_back_says_it_once(town: Cast, outside: Played) -> None:
    group(town, outside)
    make_need(town, urgency="danger")
    outside.status = 503
    work()
    outside.status = 200
    with clock.standing_at(T0 + timedelta(minutes=1)):
        assert work() == 1
        assert work() == 0
    assert len(outside.heard) == 2


def test_a_redirect_leads_nowhere(town: Cast, outside: Played) -> None:
    group(town, outside)
    make_need(town, urgency="danger")
    outside.status, outside.location = 302, f"http://{outside.host}/elsewhere"
    assert work() == 0
    assert [heard.path for heard in outside.heard] == ["/cgi-bin/webhook/send"]


def test_long_news_fit_into_what_a_robot_takes(town: Cast, outside: Played) -> None:
    group(town, outside)
    for n in range(20):
        make_need(town, urgency="danger", words=f"第 {n} 处电线掉下来了。")
    work()
    (heard,) = outside.heard
    assert len(heard.text.encode()) <= 2048
    assert heard.text.endswith("还有 8 件，登录以后看。")


def test_a_text_message_through_the_gateway(town: Cast, outside: Played, settings: Any) -> None:
    settings.SMS_URL = outside.sms
    need, phone = given(town), town.person("李网格").phone
    given(town, "水不热。")
    with clock.standing_at(NEXT):
        assert work() == 1
    (heard,) = outside.heard
    assert (heard.path, heard.body["to"]) == ("/sms", phone)
    assert heard.body["text"] == (
        f"【嘉福社区】{need.number} 有一件事交给您办，还有 1 件。"
        f"https://linshuo.example.org/desk/JF/needs/{need.number}/"
    )


def test_a_gateway_that_is_down_ends_on_the_call_list(town: Cast, settings: Any) -> None:
    settings.SMS_URL = f"json://127.0.0.1:{nobody_listens()}/sms?:to={{phone}}"
    make_need(town, urgency="danger")
    for minutes in range(8):
        with clock.standing_at(T0 + timedelta(minutes=minutes)):
            assert work() == 0
    assert {row.state for row in Letter.objects.everywhere()} == {"failed"}
    assert {call.why for call in to_tell(town.li)} == {"短信没发出去"}
    assert of(town, "张书记")[0].call_at is not None


def test_whoever_prefers_a_mail_gets_no_text_message(
    town: Cast, outside: Played, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.SMS_URL = outside.sms
    choose_telling(town.person("张书记"), by=town.zhang, way="email", email="a@example.org")
    choose_telling(town.person("何秘书"), by=town.he, way="sms", email="b@example.org")
    make_need(town, urgency="danger")
    assert work() == 2
    assert [mail.to for mail in mailoutbox] == [["a@example.org"]]
    assert [heard.body["to"] for heard in outside.heard] == [town.person("何秘书").phone]


def test_addresses_of_robots_are_recognised(town: Cast) -> None:
    known = {
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1-2": Robot.Kind.WECOM,
        "https://oapi.dingtalk.com/robot/send?access_token=ab": Robot.Kind.DINGTALK,
    }
    assert {address: recognise(address) for address in known} == known


@pytest.mark.parametrize(
    "address",
    [
        "",
        "值班群",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
        "https://oapi.dingtalk.com/robot/send?key=1",
        "https://qyapi.weixin.qq.com@127.0.0.1/send?key=1",
        "https://127.0.0.1/send?key=1",
        "https://[::1/send?key=1",
        "file:///etc/passwd?key=1",
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + "1" * 600,
    ],
)
def test_the_house_sends_requests_to_no_other_address(town: Cast, address: str) -> None:
    with pytest.raises(Refused) as refused:
        add_robot(name="群", address=address, by=town.zhang)
    assert refused.value.field == "address"


def test_only_who_keeps_the_settings_adds_and_takes_away(town: Cast, outside: Played) -> None:
    for actor in (town.he, town.li, town.zhao, town.ma):
        with pytest.raises(NotYours):
            group(town, outside, by=actor)
    robot = group(town, outside)
    with pytest.raises(NotYours):
        remove_robot(robot.pk, by=make_cast("BH").zhang)
    with pytest.raises(Refused) as refused:
        group(town, outside, name="又一个")
    assert refused.value.code == "robot-twice"


def test_an_address_is_kept_encrypted_and_forgotten(town: Cast, outside: Played) -> None:
    robot = group(town, outside, sign="SEC0a1b")
    kept = Robot.objects.within(town.community.pk).get(pk=robot.pk)
    assert "693a91f6" not in kept.address_enc and "SEC0a1b" not in kept.sign_enc
    assert robots(town.zhang)[0].ending == "7xxx"
    remove_robot(robot.pk, by=town.zhang)
    kept.refresh_from_db()
    assert (kept.address_enc, kept.sign_enc) == ("", "")
    assert robots(town.zhang) == []
    seal_all()
    assert verify(town.community.pk) == []


def test_a_robot_taken_away_says_nothing_more(town: Cast, outside: Played) -> None:
    robot = group(town, outside)
    make_need(town, urgency="danger")
    outside.status = 500
    work()
    make_need(town, urgency="danger", words="电线掉了。")
    remove_robot(robot.pk, by=town.zhang)
    outside.status = 200
    with clock.standing_at(T0 + timedelta(minutes=10)):
        assert work() == 0
        assert [call for call in to_tell(town.he) if "值班群" in call.who] == []
    assert len(outside.heard) == 1
    assert not Message.objects.within(town.community.pk).filter(robot=robot, way="any").exists()


def test_a_sentence_can_be_tried(town: Cast, outside: Played) -> None:
    robot = group(town, outside)
    try_robot(robot.pk, by=town.zhang)
    assert "试一句" in outside.heard[0].text
    outside.answer = b'{"errcode": 310000, "errmsg": "keywords not in content"}'
    with pytest.raises(Refused) as refused:
        try_robot(robot.pk, by=town.zhang)
    assert "errcode 310000" in str(refused.value.sentence)
    with pytest.raises(NotYours):
        try_robot(robot.pk, by=town.he)
