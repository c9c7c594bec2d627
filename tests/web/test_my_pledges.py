"""我认的 and the page where one signs: one's own and nobody else's, in one thumb's reach."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.domain.people.actions import give_consent, know_person
from linshuo.domain.people.models import Purpose
from linshuo.domain.people.queries import actor_of, looks_at
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.actions import plan_turn
from linshuo.kit import clock
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_board import SOON, helper, make_ask, open_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    cache.clear()
    with clock.standing_at(SOON):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def zhao(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "赵在职"))


@pytest.fixture
def chen(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "陈老板"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def newest(cast: Cast) -> Pledge:
    return Pledge.objects.within(cast.community.pk).order_by("-pk")[0]


def test_one_signs_and_learns_what_comes_next_and_how_to_let_go(cast: Cast, zhao: Client) -> None:
    ask = make_ask(cast, hint="两个周六上午")
    page = words(zhao.get(f"/my/sign/JF/{ask.pk}/"))
    for part in ("会电工的", "两个周六上午", "等您签名", "签上我的名字", "不用说原因"):
        assert part in page, part
    page = words(zhao.post(f"/my/sign/JF/{ask.pk}/", follow=True))
    for part in ("认下了，谢谢您", "11月12日以前，社区和您联系", "不认了", "约个日子"):
        assert part in page, part
    assert "您签过了" in words(zhao.get(f"/my/sign/JF/{ask.pk}/"))
    assert "会电工的" in words(zhao.get("/my/"))


def test_nothing_in_the_office_s_words_or_of_the_requester_shows(cast: Cast, zhao: Client) -> None:
    need = open_need(cast)
    ask = make_ask(cast, need=need)
    zhao.post(f"/my/sign/JF/{ask.pk}/")
    for url in (
        "/my/",
        "/my/pledges/",
        f"/my/pledges/{newest(cast).pk}/",
        f"/my/sign/JF/{ask.pk}/",
    ):
        page = words(zhao.get(url))
        assert need.words not in page and "王阿姨" not in page and "3 栋" not in page, url
        assert "三楼拐角的灯不亮" in page or url == "/my/pledges/", url


def test_a_full_line_queues_and_the_next_is_asked_and_answers(cast: Cast, zhao: Client) -> None:
    ask = make_ask(cast, slots=1)
    other = helper(cast, 1)
    first = sign(ask.pk, by=actor_of(other))
    assert "排个队" in words(zhao.get(f"/my/sign/JF/{ask.pk}/"))
    page = words(zhao.post(f"/my/sign/JF/{ask.pk}/", follow=True))
    assert "您在排队" in page and "您前面还有 0 位" in page
    pledges.release(first, by=actor_of(other))
    pk = newest(cast).pk
    page = words(zhao.get("/my/"))
    assert "11月8日以前回一句，来还是不来" in page and "这次不来了" in page
    assert "认下了，谢谢您" in words(zhao.post(f"/my/pledges/{pk}/agree/", follow=True))


def test_letting_go_is_one_click_and_can_be_undone(cast: Cast, zhao: Client) -> None:
    ask = make_ask(cast, slots=1)
    zhao.post(f"/my/sign/JF/{ask.pk}/")
    pk = newest(cast).pk
    page = words(zhao.post(f"/my/pledges/{pk}/release/", follow=True))
    assert "放下了：会电工的。不用说原因。" in page and f"/my/pledges/{pk}/again/" in page
    assert "认下了" in words(zhao.post(f"/my/pledges/{pk}/again/", follow=True))
    assert newest(cast).state == "accepted"
    assert zhao.post(f"/my/pledges/{newest(cast).pk}/again/").status_code == 404


def test_a_day_is_planned_and_a_bad_one_said(cast: Cast, zhao: Client) -> None:
    zhao.post(f"/my/sign/JF/{make_ask(cast).pk}/")
    url = f"/my/pledges/{newest(cast).pk}/plan/"
    for wrong, sentence in (
        ("", "约在哪一天？"),
        ("周六", "日期认不出来"),
        ("2019-11-01", "从今天往后"),
        ("99999999999", "日期认不出来"),
    ):
        answer = zhao.post(url, {"planned_on": wrong})
        assert answer.status_code == 422 and sentence in words(answer), wrong
    page = words(zhao.post(url, {"planned_on": "2019-11-09"}, follow=True))
    assert "约在11月9日 星期六" in page and "改日子" in page


def test_the_phone_shows_to_the_helper_when_agreed_and_the_look_is_seen(
    cast: Cast, zhao: Client
) -> None:
    zhao.post(f"/my/sign/JF/{make_ask(cast).pk}/")
    url = f"/my/pledges/{newest(cast).pk}/"
    assert "怎么联系对方" not in words(zhao.get(url))
    assert "还没同意" in words(zhao.post(f"{url}contact/"))
    give_consent(cast.person("王阿姨"), Purpose.SHARE_HELPER, by=cast.wang)
    assert "13800131234" not in words(zhao.get(url))
    assert "13800131234" in words(zhao.post(f"{url}contact/"))
    assert looks_at(cast.person("王阿姨"))[0].by == "赵在职"


def test_a_liaison_signs_for_the_unit_and_hands_on(cast: Cast, chen: Client) -> None:
    ask = make_ask(cast, kind="donate", text="声控灯", slots=12, unit="盏")
    url = f"/my/sign/JF/{ask.pk}/"
    assert "签谁的名" in words(chen.get(url)) and "共建单位甲" in words(chen.get(url))
    given = {"name": str(cast.partnership.pk), "slots": "20", "goods": "十二盏灯"}
    assert "认几位，从 1 到 12" in words(chen.post(url, given))
    assert "这里只写数字" in words(chen.post(url, {**given, "slots": "十二"}))
    assert "选上面的一项" in words(chen.post(url, {**given, "name": "0", "slots": "1"}))
    chen.post(url, {**given, "slots": "12"})
    pledge = newest(cast)
    assert (pledge.partnership_id, pledge.slots, pledge.goods) == (
        cast.partnership.pk,
        12,
        "十二盏灯",
    )
    mine = f"/my/pledges/{pledge.pk}/"
    assert "交接" in words(chen.get(mine))
    assert "交给谁" in words(chen.post(f"{mine}hand/", {"unit": "", "name": ""}))
    assert "还不认识这一位" in words(chen.post(f"{mine}hand/", {"name": "谁", "phone": ""}))
    know_person(name="老周", phone="13700000008", by=cast.house)
    page = chen.post(f"{mine}hand/", {"name": "老周", "phone": "13700000008"}, follow=True)
    assert "交接好了" in words(page)


def test_hours_are_mine_in_another_s_word(cast: Cast, zhao: Client) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    starts = SOON - timedelta(hours=3)
    turn = plan_turn(pledge, by=cast.li, starts=starts, ends=starts + timedelta(minutes=90))
    witness(turn, by=cast.li, word="requester")
    assert "来过 1 次，一共 <b>1 小时 30 分</b>" in words(zhao.get("/my/"))
    page = words(zhao.get("/my/pledges/"))
    assert "社区打电话问的" in page and "不积分，不排名" in page


def test_another_s_pledge_is_not_there(cast: Cast, zhao: Client, chen: Client) -> None:
    zhao.post(f"/my/sign/JF/{make_ask(cast).pk}/")
    pk = newest(cast).pk
    assert chen.get(f"/my/pledges/{pk}/").status_code == 404
    for verb in ("agree", "plan", "hand", "contact", "release", "again"):
        assert chen.post(f"/my/pledges/{pk}/{verb}/").status_code == 404, verb
    assert zhao.post(f"/my/pledges/{pk}/hand/").status_code == 404


def test_a_line_one_may_not_see_is_not_there(cast: Cast, zhao: Client) -> None:
    private = make_ask(cast, need=open_need(cast, "staff"))
    for url in (f"JF/{private.pk}", "JF/999999", f"YY/{private.pk}", f"JF/{2**63}"):
        assert zhao.get(f"/my/sign/{url}/").status_code == 404, url
    members = make_ask(cast, need=open_need(cast, "members"))
    assert zhao.get(f"/my/sign/JF/{members.pk}/").status_code == 200
    wang = signed_in(sign_up(cast, "王阿姨"))
    assert wang.get(f"/my/sign/JF/{members.pk}/").status_code == 404


def test_it_costs_the_same_however_much_one_signed_for(cast: Cast, zhao: Client) -> None:
    sign(make_ask(cast).pk, by=cast.zhao)

    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert zhao.get(url).status_code == 200
        return len(found)

    few = [queries(url) for url in ("/my/", "/my/pledges/")]
    for n in range(12):
        sign(make_ask(cast, text=f"第{n}样").pk, by=cast.zhao)
    assert [queries(url) for url in ("/my/", "/my/pledges/")] == few
