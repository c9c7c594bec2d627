"""What one offers, one's unit's page, and one press on a suggestion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from linshuo.acts import checking_in, offering
from linshuo.acts.signing import sign
from linshuo.domain.board.models import Ask, Offer
from linshuo.domain.people.actions import give_consent, know_person
from linshuo.domain.people.models import Purpose
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Turn
from linshuo.kit import clock
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_board import SOON, make_ask, open_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.standing_at(SOON):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def chen(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "陈老板"))


@pytest.fixture
def zhao(cast: Cast) -> Client:
    row = checking_in.check_in(
        by=cast.house, person=cast.person("赵在职"), via="desk", consents=["contact"],
        skills=["electric"], times=["saturday"], interests=["houses"], place=cast.estate,
    )  # fmt: skip
    checking_in.accept(row, by=cast.zhang)
    return signed_in(sign_up(cast, "赵在职"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def haircut(cast: Cast, slots: int = 2) -> Ask:
    return offering.offer(
        by=cast.chen, partnership=cast.partnership, text="上门理发", slots=slots, unit="户"
    )


# --- suggestions --------------------------------------------------------------------------------


def test_a_suggestion_stands_with_its_reasons_and_one_press_signs_it(
    cast: Cast, zhao: Client
) -> None:
    ask = make_ask(cast, text="装声控灯", skill="electric", hint="周六上午")
    page = words(zhao.get("/my/"))
    assert "您填了“电工水工”，就在盐业小区，您说周六有空，您愿意帮“楼道和房前屋后”" in page
    answer = zhao.post(f"/my/take/JF/{ask.pk}/")
    pledge = Pledge.objects.within(cast.community.pk).get(ask=ask)
    assert pledge.person == cast.person("赵在职")
    assert answer["Location"] == f"/my/pledges/{pledge.pk}/"
    assert "眼下没有正合您的" in words(zhao.get("/my/"))


def test_money_is_not_signed_for_by_one_press(cast: Cast, zhao: Client) -> None:
    make_ask(cast, text="声控灯", kind="donate", slots=12, unit="盏")
    page = words(zhao.get("/my/"))
    assert "看看怎么捐" in page and "/my/take/" not in page


# --- what one offers ----------------------------------------------------------------------------


def test_a_member_offers_and_ends_it(cast: Cast, zhao: Client) -> None:
    given = {"text": "教用手机", "slots": "2", "unit": "位", "hint": "周日", "skill": "teach"}
    wrong = zhao.post("/my/offers/JF/", {**given, "text": "找我 13800000004"})
    assert wrong.status_code == 422 and "教用手机" not in words(wrong)
    assert zhao.post("/my/offers/JF/", given).status_code == 302
    assert "教用手机" in words(zhao.get("/my/offers/JF/"))
    square = words(zhao.get("/c/JF/offers/"))
    assert "教用手机" in square and "赵**" in square and "赵在职" not in square
    row = Offer.objects.within(cast.community.pk).get()
    assert zhao.post(f"/my/offers/{row.pk}/end/").status_code == 302
    zhao.get("/my/offers/JF/")  # says that it is down
    assert "教用手机" not in words(zhao.get("/c/JF/offers/"))


def test_a_resident_is_told_to_check_in_first(cast: Cast) -> None:
    wang = signed_in(sign_up(cast, "王阿姨"))
    answer = wang.post("/my/offers/JF/", {"text": "织毛衣", "slots": "1", "unit": "件"})
    assert answer.status_code == 422 and "先报到" in words(answer)


# --- the unit -----------------------------------------------------------------------------------


def test_a_liaison_signs_for_the_unit_by_one_press(cast: Cast, chen: Client) -> None:
    ask = make_ask(cast, text="装声控灯")
    hidden = make_ask(cast, need=open_need(cast, "staff"), text="不公开的")
    page = words(chen.get(f"/my/units/{cast.partnership.pk}/"))
    assert "装声控灯" in page and "不公开的" not in page
    chen.post(f"/my/units/{cast.partnership.pk}/sign/{ask.pk}/")
    assert Pledge.objects.within(cast.community.pk).get(ask=ask).partnership == cast.partnership
    answer = chen.post(f"/my/units/{cast.partnership.pk}/sign/{hidden.pk}/")
    assert answer.status_code == 404


def test_no_resident_s_data_before_it_is_agreed_and_contact_only_with_a_yes(
    cast: Cast, chen: Client
) -> None:
    ask = haircut(cast, slots=1)
    pledge = sign(ask.pk, by=cast.wang)
    waiting = sign(ask.pk, by=cast.li, person=know_person(name="周爷爷", phone="", by=cast.li))
    unit = words(chen.get(f"/my/units/{cast.partnership.pk}/"))
    assert "王**" in unit and "王阿姨" not in unit and "周" not in unit.replace("周六", "")
    assert chen.get(f"/my/offers/asked/{waiting.pk}/").status_code == 404
    address = f"/my/offers/asked/{pledge.pk}/"
    assert "要本人同意才看得到" in words(chen.get(address))
    assert chen.post(f"{address}contact/").status_code == 409
    give_consent(cast.person("王阿姨"), Purpose.SHARE_HELPER, by=cast.wang)
    assert "13800131234" in words(chen.post(f"{address}contact/"))
    assert "13800131234" not in words(chen.get(address)), "once"
    assert "陈老板" in words(signed_in(sign_up(cast, "王阿姨")).get("/my/"))


def test_a_day_is_agreed_with_its_hours_or_let_go(cast: Cast, chen: Client) -> None:
    pledge = sign(haircut(cast).pk, by=cast.wang)
    address = f"/my/offers/asked/{pledge.pk}/"
    day = (SOON.date() + timedelta(days=2)).isoformat()
    answer = chen.post(f"{address}plan/", {"day": day, "starts": "10:00", "ends": "9:00"})
    assert answer.status_code == 422 and "结束要在开始以后" in words(answer)
    chen.post(f"{address}plan/", {"day": day, "starts": "9:00", "ends": "10:30"})
    turn = Turn.objects.within(cast.community.pk).get()
    assert turn.partnership == cast.partnership
    assert chen.post(f"{address}release/").status_code == 302
    pledge.refresh_from_db()
    assert pledge.ended_as == "released"
    assert chen.get(address).status_code == 404


def test_a_link_leads_a_colleague_to_the_form_with_the_unit_filled_in(
    cast: Cast, chen: Client
) -> None:
    unit = words(chen.get(f"/my/units/{cast.partnership.pk}/"))
    link = re.search(r"/c/JF/check-in/\?unit=[\w:\-]+", unit)
    assert link
    filled = 'name="unit" value="嘉福社区共建单位甲"'
    assert filled in words(Client().get(link[0]))
    for forged in ("/c/JF/check-in/?unit=xx", link[0][:-2] + "zz"):
        assert filled not in words(Client().get(forged))


# --- asking for it ------------------------------------------------------------------------------


def test_a_resident_asks_on_the_same_page_as_for_any_line(cast: Cast) -> None:
    ask = haircut(cast)
    wang = signed_in(sign_up(cast, "王阿姨"))
    assert words(wang.get(f"/my/sign/JF/{ask.pk}/")).count("上门理发") >= 1
    answer = wang.post(f"/my/sign/JF/{ask.pk}/", {"name": "me"})
    pledge = Pledge.objects.within(cast.community.pk).get()
    assert answer["Location"] == f"/my/pledges/{pledge.pk}/"
    page = words(wang.get(answer["Location"]))
    assert "嘉福社区共建单位甲和您联系" in page
