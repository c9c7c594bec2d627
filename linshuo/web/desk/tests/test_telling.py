"""At the desk: the groups the house speaks in, and those who are told by telephone."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from linshuo.domain.people.queries import looks_at
from linshuo.kit import clock
from linshuo.notices.models import Message, Robot
from linshuo.notices.tests.doing import given, work
from linshuo.notices.tests.played import Played, playing
from tests.cast import T0, Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any) -> Iterator[Cast]:
    settings.SMS_URL, settings.ROBOT_HOSTS = "", []
    with clock.standing_at(T0):
        yield make_cast()


@pytest.fixture
def outside(settings: Any) -> Iterator[Played]:
    with playing() as played:
        settings.ROBOT_HOSTS = [played.host]
        yield played


@pytest.fixture
def zhang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "张书记"))


@pytest.fixture
def he(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "何秘书"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_a_group_is_added_tried_and_taken_away(cast: Cast, zhang: Client, outside: Played) -> None:
    form = {"name": "值班群", "address": f"  {outside.wecom}\n", "sign": "", "urgent_only": "on"}
    page = words(zhang.post("/desk/JF/settings/groups/", form, follow=True))
    assert "“值班群”添上了" in page and "只发急的" in page and "…7xxx" in page
    assert outside.wecom not in page, "the address is a key and is not shown again"
    robot = Robot.objects.within(cast.community.pk).get()
    page = words(zhang.post(f"/desk/JF/settings/groups/{robot.pk}/try/", follow=True))
    assert "去群里看看" in page
    assert "试一句" in outside.heard[0].text
    page = words(zhang.post(f"/desk/JF/settings/groups/{robot.pk}/remove/", follow=True))
    assert "不再往那里发" in page and "还没有往哪个群里发" in page


def test_what_the_robot_answers_stands_beside_it(
    cast: Cast, zhang: Client, outside: Played
) -> None:
    zhang.post("/desk/JF/settings/groups/", {"name": "值班群", "address": outside.dingtalk})
    robot = Robot.objects.within(cast.community.pk).get()
    outside.answer = b'{"errcode": 310000, "errmsg": "sign not match"}'
    answer = zhang.post(f"/desk/JF/settings/groups/{robot.pk}/try/")
    assert answer.status_code == 422
    assert "没发出去：errcode 310000" in words(answer)


def test_a_wrong_address_is_said_beside_its_field_and_stays(zhang: Client) -> None:
    form = {"name": "值班群", "address": "http://127.0.0.1/x?key=1"}
    answer = zhang.post("/desk/JF/settings/groups/", form)
    page = words(answer)
    assert answer.status_code == 422
    assert "这不像群机器人的地址" in page and 'value="http://127.0.0.1/x?key=1"' in page
    assert "这个群叫什么" in words(zhang.post("/desk/JF/settings/groups/", {}))
    assert not Robot.objects.everywhere().exists()


def test_the_page_says_what_this_server_has(zhang: Client, settings: Any) -> None:
    settings.MAIL_ON = False
    page = words(zhang.get("/desk/JF/settings/groups/"))
    assert "还没有接上，请管服务器的人设" in page
    settings.MAIL_ON, settings.SMS_URL = True, "json://sms.example.org/?:to={phone}"
    assert "还没有接上" not in words(zhang.get("/desk/JF/settings/groups/"))


def test_those_to_be_told_stand_on_the_call_list_until_ticked_off(cast: Cast, he: Client) -> None:
    need = given(cast)
    work()
    page = words(he.get("/desk/JF/calls/"))
    assert "要告诉的人" in page and "“灯不亮”交给您办。" in page and need.number in page
    phone = cast.person("李网格").phone
    assert phone not in page
    (message,) = Message.objects.within(cast.community.pk).filter(way="call")
    page = words(he.post(f"/desk/JF/told/{message.pk}/dial/"))
    assert phone in page
    assert len(looks_at(cast.person("李网格"))) == 1
    answer = he.post("/desk/JF/told/called/", {"message": [str(message.pk)]}, follow=True)
    assert "已经告诉" in words(answer) and "要告诉的人" not in words(answer)
    again = he.post("/desk/JF/told/called/", {"message": [str(message.pk)]})
    assert again.status_code == 302, "pressing twice is once"


@pytest.mark.parametrize("forged", ["", "x", "９", "9" * 40, "-1", "1"])
def test_a_forged_message_is_not_there(he: Client, forged: str) -> None:
    assert he.post("/desk/JF/told/called/", {"message": [forged]}).status_code == 404
