"""活动和会 through the doors: announced, signed up for, gone through, resolved, printed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linshuo.acts import checking_in, gathering
from linshuo.domain.people.actions import know_person
from linshuo.domain.service import activities, coming
from linshuo.domain.service.models import Activity, ActivityNeed, Resolution, ServiceRecord, Turn
from linshuo.kit import clock
from tests.cast import PASSWORD, Cast, make_cast, make_need, sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def client_of(cast: Cast, who: str) -> Client:
    account = sign_up(cast, who)
    client = Client()
    client.post(reverse("account_login"), {"login": account.username, "password": PASSWORD})
    return client


def tomorrow(hour: int) -> datetime:
    return clock.start_of(clock.today() + timedelta(days=1)) + timedelta(hours=hour)


def hold(cast: Cast, **over: Any) -> Activity:
    given: dict[str, Any] = {
        "by": cast.zhang,
        "kind": "volunteer_day",
        "title": "清理小公园",
        "place": cast.estate,
        "starts": tomorrow(9),
        "ends": tomorrow(11),
    }
    return activities.hold(**{**given, **over})


def begun(cast: Cast, **over: Any) -> Activity:
    """One that goes on now."""
    now = clock.now()
    return hold(
        cast, starts=now - timedelta(hours=1), ends=now + timedelta(minutes=20),
        at=now - timedelta(days=1), **over,
    )  # fmt: skip


def desk(name: str, *args: Any) -> str:
    return reverse(f"desk:{name}", args=["JF", *args])


def typed(cast: Cast, **over: Any) -> dict[str, Any]:
    return {
        "kind": "fair", "title": "爱心集市", "place": cast.estate.pk, "where": "北门",
        "day": tomorrow(9).date().isoformat(), "starts": "09:00", "ends": "11:00", "places": "20",
        "hosts": [cast.partnership.pk], "owner": cast.person("李网格").pk, "risk": "",
        "insurance": "", "numbers": "", "about": "", **over,
    }  # fmt: skip


def test_announced_at_the_desk_and_read_on_the_square(cast: Cast) -> None:
    need = make_need(cast)
    client = client_of(cast, "张书记")
    empty = client.post(desk("activity-new"), typed(cast, title="", day=""))
    assert empty.status_code == 422
    wrong = client.post(desk("activity-new"), typed(cast, numbers="JF-2019-9999"))
    assert "没有编号是" in wrong.content.decode() and not Activity.objects.everywhere().exists()
    assert client.post(desk("activity-new"), typed(cast, numbers=need.number)).status_code == 302
    row = Activity.objects.within(cast.community.pk).get()
    assert ActivityNeed.objects.within(cast.community.pk).get().need == need
    page = client.get(desk("activity", row.pk)).content.decode()
    assert row.code in page and need.title in page
    listed = Client().get(reverse("plaza:activities", args=["JF"])).content.decode()
    assert "爱心集市" in listed and "还有 20 个名额" in listed
    one = Client().get(reverse("plaza:activity", args=["JF", row.pk])).content.decode()
    assert "共建单位甲" in one and row.code not in one and need.title not in one
    assert client.get(desk("activity-change", row.pk)).status_code == 200
    changed = client.post(desk("activity-change", row.pk), typed(cast, places="30"))
    assert changed.status_code == 302
    client.post(desk("activity-cancel", row.pk), {"why": "下大雨"})
    one = Client().get(reverse("plaza:activity", args=["JF", row.pk])).content.decode()
    assert "取消了：下大雨" in one
    assert "取消了：下大雨" in client.get(desk("activities") + "?tab=cancelled").content.decode()


def test_somebody_signs_up_withdraws_and_comes_by_the_code(cast: Cast) -> None:
    row = begun(cast)
    client = client_of(cast, "王阿姨")
    url = reverse("mine:join", args=["JF", row.pk])
    assert "我来" in client.get(url).content.decode()
    assert Client().get(url).status_code == 302, "to the sign-in page"
    client.post(url)
    turn = Turn.objects.within(cast.community.pk).get(away_at__isnull=True)
    client.post(reverse("mine:place-withdraw", args=[turn.pk]))
    client.post(url)
    turn = Turn.objects.within(cast.community.pk).get(away_at__isnull=True)
    assert "清理小公园" in client.get(reverse("mine:activities")).content.decode()
    assert "清理小公园" in client.get(reverse("mine:home")).content.decode()
    code = reverse("mine:place-code", args=[turn.pk])
    wrong = client.post(code, {"code": "0000"})
    assert wrong.status_code == 422 and "还能试 4 次" in wrong.content.decode()
    turn.refresh_from_db()
    assert turn.code_tries == 1, "a refusal keeps what it cost"
    assert client.post(code, {"code": row.code}).status_code == 302
    assert "您来了，记下了" in client.get(url).content.decode()
    other = client_of(cast, "赵在职")
    assert other.post(code, {"code": row.code}).status_code == 404
    assert other.post(reverse("mine:place-withdraw", args=[turn.pk])).status_code == 404


def test_a_liaison_signs_up_a_member_and_withdraws_them(cast: Cast) -> None:
    row = hold(cast)
    mate = know_person(name="同事甲", phone="13900000077", by=cast.house)
    here = checking_in.check_in(
        by=cast.house, person=mate, partnership=cast.partnership, via="desk", consents=["contact"]
    )
    checking_in.accept(here, by=cast.zhang)
    client = client_of(cast, "陈老板")
    url = reverse("mine:join-member", args=["JF", row.pk])
    wrong = client.post(url, {"name": "王阿姨", "phone": "13800131234"})
    assert wrong.status_code == 422 and "没有您单位的这一位" in wrong.content.decode()
    assert client.post(url, {"name": "同事甲", "phone": "13900000077"}).status_code == 302
    page = client.get(reverse("mine:join", args=["JF", row.pk])).content.decode()
    assert "同事甲" in page
    turn = Turn.objects.within(cast.community.pk).get()
    assert client.post(reverse("mine:place-withdraw", args=[turn.pk])).status_code == 302
    row.refresh_from_db()
    assert row.taken == 0


def test_the_roll_at_the_desk(cast: Cast) -> None:
    row = begun(cast, owner=cast.person("李网格"))
    client = client_of(cast, "李网格")
    client.post(desk("activity-sign-up", row.pk), {"name": "老陈", "phone": ""})
    client.post(desk("activity-sign-up", row.pk), {"name": "老林", "phone": ""})
    assert client.post(desk("activity-sign-up", row.pk), {"name": ""}).status_code == 422
    first, second = Turn.objects.within(cast.community.pk).order_by("pk")
    answer = client.post(
        desk("activity-list", row.pk),
        {"came": [first.pk], "via": "paper", "hours": "1"},
        follow=True,
    )
    assert "来了 1 位" in answer.content.decode()
    assert ServiceRecord.objects.within(cast.community.pk).get().person == first.person
    second.refresh_from_db()
    assert second.missed_at is not None
    client.post(desk("activity-outcome", row.pk), {"text": "小公园干净了，长辈能坐下。"})
    page = Client().get(reverse("plaza:activity", args=["JF", row.pk])).content.decode()
    assert "长辈能坐下" in page and "老陈" not in page
    assert client.get(desk("sign-in-sheet", row.pk)).content.startswith(b"%PDF")


def test_a_meeting_from_agenda_to_resolution(cast: Cast) -> None:
    need = make_need(cast)
    row = begun(cast, kind="meeting", title="十二月联席会议")
    client = client_of(cast, "张书记")
    assert (
        client.post(desk("activity-need", row.pk), {"number": need.short_number}).status_code == 302
    )
    item = ActivityNeed.objects.within(cast.community.pk).get()
    client.post(desk("activity-item", row.pk, item.pk, "say"), {"said": "供电所下周来看"})
    said = {"text": "装三盏灯", "owner": cast.person("李网格").pk, "due_on": "", "number": ""}
    assert client.post(desk("resolution-new", row.pk), said).status_code == 422
    said["due_on"] = (clock.today() + timedelta(days=3)).isoformat()
    assert client.post(desk("resolution-new", row.pk), said).status_code == 302
    made = Resolution.objects.within(cast.community.pk).get()
    li = client_of(cast, "李网格")
    assert "装三盏灯" in li.get(desk("today")).content.decode()
    page = client.get(desk("activity", row.pk)).content.decode()
    assert "供电所下周来看" in page and "装三盏灯" in page
    client.post(desk("activity-outcome", row.pk), {"text": "到会十八家。"})
    assert client.get(desk("minutes", row.pk)).content.startswith(b"%PDF")
    li.post(desk("resolution-done", row.pk, made.pk), {"done_text": "装好了"})
    made.refresh_from_db()
    assert made.done_text == "装好了"
    assert "装三盏灯" not in li.get(desk("today")).content.decode()
    outside = Client().get(reverse("plaza:activity", args=["JF", row.pk])).content.decode()
    assert "到会十八家" not in outside and "装三盏灯" not in outside


def test_the_agenda_is_there_when_the_meeting_is_announced(cast: Cast) -> None:
    need = make_need(cast)
    type(need).objects.within(need.community_id).filter(pk=need.pk).update(for_meeting=True)
    client = client_of(cast, "张书记")
    client.post(desk("activity-new"), typed(cast, kind="meeting", title="联席会议"))
    row = Activity.objects.within(cast.community.pk).get()
    page = client.get(desk("activity", row.pk)).content.decode()
    assert need.title in page and "退回过两次" in page
    assert client.get(desk("minutes", row.pk)).content.startswith(b"%PDF")


def test_the_next_one_is_on_the_front_page(cast: Cast) -> None:
    hold(cast)
    assert "清理小公园" in Client().get(reverse("plaza:front", args=["JF"])).content.decode()


def test_as_many_queries_whatever_there_is(cast: Cast, django_assert_max_num_queries: Any) -> None:
    row = hold(cast)
    for n in range(12):
        gathering.sign_up_named(row, by=cast.zhang, name=f"人{n}")
        hold(cast, title=f"第{n}次")
    me = cast.person("赵在职")
    coming.sign_up(row, by=cast.zhao, person=me)
    client = client_of(cast, "张书记")
    with django_assert_max_num_queries(24):
        client.get(desk("activity", row.pk))
    with django_assert_max_num_queries(16):
        client.get(desk("activities"))
    with django_assert_max_num_queries(8):
        Client().get(reverse("plaza:activities", args=["JF"]))
