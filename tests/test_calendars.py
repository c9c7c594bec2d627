"""Calendars: what stands in them and what does not, read back by two programs that are not ours."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import ics
import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linshuo.acts.pledging import arrange
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs.actions import accept
from linshuo.domain.people.actions import give_consent, withdraw_consent
from linshuo.domain.people.models import Purpose
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.service import agenda, duty
from linshuo.domain.service.models import Activity, Turn
from linshuo.domain.service.subscribing import close_link, open_link
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours
from tests.cast import Cast, make_cast, make_need, sign_up
from tests.signing import signed_in
from tests.test_posts import MONDAY, at, keeper, station, whole_day

pytestmark = pytest.mark.django_db
Read = dict[str, tuple[str, datetime, datetime]]
LONG = "请会电工的邻居来换楼道里的灯，自己带上梯子和手电，换完喝杯热茶再走，谢谢您；说好了；，\\"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_monday() -> Any:
    with clock.standing_at(MONDAY):
        yield


def activity(cast: Cast, title: str = "爱心集市，年底这一场", **over: Any) -> Activity:
    """An activity on a Saturday, as it stands once announced."""
    row = Activity(
        **{
            "community": cast.community,
            "kind": "fair",
            "title": title,
            "about": "磨刀、理发；量血压\n下雨就改在居民之家",
            "place": cast.estate,
            "where": "小广场",
            "starts": at(7, 9),
            "ends": at(7, 11, 30),
            **over,
        }
    )
    row.save(force_insert=True)
    return row


def full(cast: Cast) -> str:
    """赵在职 with a turn of each kind; returns the token of his calendar."""
    zhao = cast.person("赵在职")
    need = accept(
        make_need(cast),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        visibility="public",
        public_title="楼道的灯",
        public_text="楼道的灯不亮，请人来换。",
    )
    line = put_up(need, by=cast.li, kind="claim", text=LONG[:40], slots=1)
    pledge = sign(line.pk, by=cast.zhao)
    day = at(6, 0).date()
    arrange(pledge, by=cast.zhao, day=day, starts=at(6, 14).time(), ends=at(6, 16).time())
    post = station(cast, name="小区城管")
    ask = put_up(post, by=cast.zhang, kind="manage", text="来坐班", slots=1)
    sign(ask.pk, by=cast.zhang, person=zhao)
    whole_day(cast, post, zhao, 2)
    fair = activity(cast)
    Turn.objects.create(
        community=cast.community, activity=fair, person=zhao, starts=fair.starts, ends=fair.ends
    )
    return open_link(zhao, by=cast.zhao)


def get(name: str, *args: Any, **headers: str) -> Any:
    return Client().get(reverse(name, args=args), headers=headers)


def by_ics(text: str) -> Read:
    """What the `ics` package reads."""
    return {
        event.uid: (event.name or "", event.begin.datetime, event.end.datetime)
        for event in ics.Calendar(text).events
    }


def by_vobject(text: str) -> Read:
    """What the `vobject` package reads."""
    return {
        event.uid.value: (event.summary.value, event.dtstart.value, event.dtend.value)
        for event in vobject.readOne(text).contents.get("vevent", [])
    }


def events(text: str) -> list[dict[str, str]]:
    """A third, plain reading: lines unfolded, no more."""
    plain = text.replace("\r\n ", "")
    found = []
    for block in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", plain, re.S):
        pairs = (line.split(":", 1) for line in block.split("\r\n") if line)
        found.append({name.split(";")[0]: value for name, value in pairs})
    return found


# --- two readers agree ----------------------------------------------------------------------------


def test_two_readers_agree_on_every_feed(cast: Cast) -> None:
    token = full(cast)
    activity(cast, LONG, starts=at(20, 19), ends=at(21, 1))
    post = Turn.objects.within(cast.community.pk).filter(post__isnull=False)[0].post_id
    feeds = [("calendar", token), ("calendar-activities", "JF"), ("calendar-post", "JF", post)]
    for name, *args in feeds:
        text = get(name, *args).content.decode()
        one, other = by_ics(text), by_vobject(text)
        assert one == other, name
        assert len(one) == len(events(text)) > 0, name
    mine = by_ics(get("calendar", token).content.decode())
    assert (LONG[:40], at(6, 14), at(6, 16)) in mine.values()
    assert ("爱心集市，年底这一场", at(7, 9), at(7, 11, 30)) in mine.values()
    assert len([title for title, *_ in mine.values() if title == "小区城管"]) == 4
    public = by_ics(get("calendar-activities", "JF").content.decode())
    assert (LONG, at(20, 19), at(21, 1)) in public.values()


def test_lines_are_folded_at_75_octets_and_no_character_is_cut(cast: Cast) -> None:
    activity(cast, LONG)
    raw = get("calendar-activities", "JF").content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()
    assert any(line.startswith(b" ") for line in lines), "the long title must have been folded"
    head = raw.decode().replace("\r\n ", "")
    for wanted in (
        *("METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H"),
        *("BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "DTSTART;TZID=Asia/Shanghai:20191207T090000"),
    ):
        assert wanted in head, wanted


# --- a turn's life --------------------------------------------------------------------------------


def test_a_turn_given_up_stays_as_cancelled_under_the_same_uid(cast: Cast) -> None:
    token = full(cast)
    before = {e["UID"]: e for e in events(get("calendar", token).content.decode())}
    turn = Turn.objects.within(cast.community.pk).filter(post__isnull=False).order_by("starts")[0]
    with clock.standing_at(MONDAY + timedelta(hours=1)):
        duty.away(turn, by=cast.zhao)
        after = {e["UID"]: e for e in events(get("calendar", token).content.decode())}
    assert before.keys() == after.keys()
    (changed,) = [uid for uid in after if after[uid] != before[uid]]
    assert (before[changed]["STATUS"], before[changed]["SEQUENCE"]) == ("CONFIRMED", "0")
    assert (after[changed]["STATUS"], after[changed]["SEQUENCE"]) == ("CANCELLED", "1")
    with clock.standing_at(MONDAY + timedelta(hours=2)):
        duty.back(turn, by=cast.zhao)
        again = {e["UID"]: e for e in events(get("calendar", token).content.decode())}
    assert (again[changed]["STATUS"], again[changed]["SEQUENCE"]) == ("CONFIRMED", "2")
    assert again[changed]["LAST-MODIFIED"] > before[changed]["LAST-MODIFIED"]


def test_what_is_let_go_or_called_off_is_cancelled_too(cast: Cast) -> None:
    token = full(cast)
    pledge = Turn.objects.within(cast.community.pk).get(pledge__isnull=False).pledge
    assert pledge is not None
    pledges.release(pledge, by=cast.zhao)
    fair = Activity.objects.within(cast.community.pk).get()
    fair.cancelled_at = clock.now()
    fair.cancelled_because = "下大雨"
    fair.save(update_fields=["cancelled_at", "cancelled_because"])
    off = [e for e in events(get("calendar", token).content.decode()) if e["STATUS"] != "CONFIRMED"]
    assert sorted(e["DTSTART"][:8] for e in off) == ["20191206", "20191207"]
    assert {e["SEQUENCE"] for e in off} == {"1"}
    (shown,) = events(get("calendar-activities", "JF").content.decode())
    assert shown["STATUS"] == "CANCELLED" and "取消了：下大雨" in shown["DESCRIPTION"]


# --- who reads what -------------------------------------------------------------------------------


def test_a_post_names_whoever_agreed_and_nobody_else(cast: Cast) -> None:
    post = station(cast)
    chen = keeper(cast, post, "陈医生")
    lin = keeper(cast, post, "林医生", named=False)
    whole_day(cast, post, chen, 0)
    whole_day(cast, post, lin, 1)
    titles = {e["SUMMARY"] for e in events(get("calendar-post", "JF", post.pk).content.decode())}
    assert titles == {"小区医生：陈医生", "小区医生"}
    first = get("calendar-post", "JF", post.pk)
    with clock.standing_at(MONDAY + timedelta(hours=1)):
        withdraw_consent(chen, Purpose.NAME_PUBLIC, by=cast.house)
        later = get(
            "calendar-post", "JF", post.pk, if_modified_since=first.headers["Last-Modified"]
        )
        assert later.status_code == 200, "a name taken back must not stay in anybody's copy"
        assert "陈医生" not in later.content.decode()


def test_the_rota_shows_units_and_no_person(cast: Cast) -> None:
    post = station(cast, name="夜间值守", kind="rota")
    ask = put_up(post, by=cast.zhang, kind="claim", text="轮一周", slots=2)
    sign(ask.pk, by=cast.zhang, partnership=cast.partnership)
    duty.plan_at_post(
        post, by=cast.zhang, starts=at(9, 19), ends=at(9, 22), partnership=cast.partnership
    )
    chen = keeper(cast, post, "陈医生")
    duty.plan_at_post(post, by=cast.zhang, starts=at(10, 19), ends=at(10, 22), person=chen)
    (shown,) = events(get("calendar-rota", "JF").content.decode())
    assert shown["SUMMARY"] == "夜间值守：嘉福社区共建单位甲"
    liaison = open_link(cast.person("陈老板"), by=cast.chen)
    (own,) = events(get("calendar", liaison).content.decode())
    assert own["SUMMARY"] == "夜间值守（嘉福社区共建单位甲）"


def test_of_a_need_the_estate_stands_there_and_never_the_building(cast: Cast) -> None:
    text = get("calendar", full(cast)).content.decode()
    places = {e.get("LOCATION") for e in events(text)}
    assert "盐业小区" in places and "3 栋" not in text


def test_an_address_is_told_once_renewed_and_ended(cast: Cast) -> None:
    zhao = cast.person("赵在职")
    first = open_link(zhao, by=cast.zhao)
    second = open_link(zhao, by=cast.zhao)
    assert first != second and len(second) == 43
    assert get("calendar", first).status_code == 404
    assert get("calendar", second).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark FROM service_calendarlink")
        assert second not in {row[0] for row in cursor.fetchall()}
    with pytest.raises(NotYours):
        open_link(zhao, by=cast.zhang)
    assert close_link(zhao, by=cast.zhao) and not close_link(zhao, by=cast.zhao)
    for wrong in (second, "x" * 43, "", "短", "x" * 5000):
        path = f"/calendar/{wrong}.ics"
        assert Client().get(path).status_code == 404
    assert verify() == []


def test_whoever_was_erased_has_no_calendar(cast: Cast) -> None:
    token = full(cast)
    zhao = cast.person("赵在职")
    zhao.erased_at = clock.now()
    zhao.save(update_fields=["erased_at"])
    assert get("calendar", token).status_code == 404


def test_another_communitys_post_is_not_here(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    theirs = station(other)
    assert get("calendar-post", "JF", theirs.pk).status_code == 404
    assert get("calendar-activities", "ZZ").status_code == 404


# --- asked again and again ------------------------------------------------------------------------


def test_whoever_has_it_already_is_told_so(cast: Cast) -> None:
    token = full(cast)
    first = get("calendar", token)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    tag = first.headers["ETag"]
    with clock.standing_at(MONDAY + timedelta(hours=3)):
        again = get("calendar", token, if_none_match=tag)
        assert (again.status_code, again.content) == (304, b"")
        since = get("calendar", token, if_modified_since=first.headers["Last-Modified"])
        assert since.status_code == 304
        duty.away(
            Turn.objects.within(cast.community.pk).filter(hours__isnull=False)[0], by=cast.zhao
        )
        assert get("calendar", token, if_none_match=tag).status_code == 200


def test_ten_thousand_turns_of_the_past_leave_it_small(cast: Cast) -> None:
    token = full(cast)
    small = get("calendar", token).content
    zhao = cast.person("赵在职")
    post = Turn.objects.within(cast.community.pk).filter(post__isnull=False)[0].post
    begin = agenda._window()[0] - timedelta(hours=2)
    Turn.objects.bulk_create(
        Turn(
            community=cast.community,
            post=post,
            person=zhao,
            starts=begin - timedelta(hours=2 * n),
            ends=begin - timedelta(hours=2 * n - 1),
        )
        for n in range(10_000)
    )
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert get("calendar", token).content == small
    assert len(small) < 8_000 and len(asked) <= 6
    assert get("calendar-post", "JF", post and post.pk).content.count(b"BEGIN:VEVENT") == 4


def test_a_calendar_without_anything_is_one_all_the_same(cast: Cast) -> None:
    actor = actor_of(cast.person("王阿姨"))
    token = open_link(cast.person("王阿姨"), by=actor)
    give_consent(cast.person("王阿姨"), Purpose.NAME_PUBLIC, by=actor)
    for name, *args in (
        ("calendar", token),
        ("calendar-activities", "JF"),
        ("calendar-rota", "JF"),
    ):
        answer = get(name, *args)
        assert answer.status_code == 200 and by_ics(answer.content.decode()) == {}


# --- where one gets it ----------------------------------------------------------------------------


def test_the_page_tells_the_address_once(cast: Cast) -> None:
    station(cast)
    client = signed_in(sign_up(cast, "赵在职"))
    square = client.get("/c/JF/posts/").content.decode()
    post = re.search(r"/c/JF/posts/\d+/", square)
    assert (
        post and "webcal://testserver/c/JF/calendar/posts/" in client.get(post[0]).content.decode()
    )
    page, zhao = reverse("mine:calendars"), cast.person("赵在职").pk
    assert "生成我的日历地址" in client.get(page).content.decode()
    made = client.post(page, {"person": zhao, "do": "open"}).content.decode()
    (address,) = set(re.findall(r"http://testserver(/calendar/[\w-]{43}\.ics)", made))
    assert f"webcal://testserver{address}" in made
    assert client.get(address).status_code == 200
    later = client.get(page).content.decode()
    assert address not in later and "换一个新地址" in later and "小区医生" in later
    client.post(page, {"person": zhao, "do": "close"})
    assert client.get(address).status_code == 404
    theirs = cast.person("王阿姨").pk
    assert client.post(page, {"person": theirs, "do": "open"}).status_code == 404
    assert client.post(page, {"person": zhao, "do": "sell"}).status_code == 404
