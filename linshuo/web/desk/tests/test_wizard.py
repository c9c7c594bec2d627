"""The first day: from nothing to sign-in cards, and nothing saved before the end."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from linshuo.acts.communities import first_code
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import head_of
from linshuo.domain.places.models import Community, Place
from tests.cast import make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

ABOUT = {
    "name": "嘉福社区", "prefix": "jf", "code": "350206003012", "street": "殿前街道",
    "phone": "0592-5550100", "emergency_phone": "", "hours": "8:00–22:00", "address": "",
}  # fmt: skip
TABLES = {
    "places": "小区\t楼栋\t片区\n盐业小区\t1-12栋\t盐业片区\n嘉福花园\t1、2号楼\t",
    "staff": "姓名\t职务\t片区或小区\t手机\n张明\t书记\t\t13800000001\n何秀\t片区秘书\t盐业片区\t",
    "units": "水务局\t陈工\t13900000001",
}


@pytest.fixture(autouse=True)
def _fresh_attempts() -> None:
    cache.clear()


@pytest.fixture
def opener() -> Client:
    """A browser into which the code of the console was typed."""
    client = Client()
    code = first_code()
    assert code is not None
    assert client.post("/desk/open/", {"code": code.lower()})["Location"] == "/desk/open/"
    return client


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def hidden(answer: Any) -> dict[str, str]:
    """What the page carries on, as a browser would send it."""
    found = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()
    )
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_without_the_code_nobody_opens_the_first(client: Client) -> None:
    first_code()
    page = client.get("/desk/open/")
    assert "启动码" in words(page)
    wrong = client.post("/desk/open/", {"code": "ABCD-EFGH-JKMN"})
    assert wrong.status_code == 422
    assert "不是这个码" in words(wrong)
    assert "启动码有 12 个字母和数字" in words(client.post("/desk/open/", {"code": ""}))
    for _ in range(12):
        last = client.post("/desk/open/", {"code": "ABCD-EFGH-JKMN"})
    assert "试的次数多了" in words(last)
    answer = client.post("/desk/open/", {**ABOUT, **TABLES, "step": "look"})
    assert answer.status_code == 422
    assert not Community.objects.exists()


def test_from_nothing_to_cards(opener: Client) -> None:
    assert "先说说这个社区" in words(opener.get("/desk/open/"))
    tables = opener.post("/desk/open/", {**ABOUT, "step": "about"})
    assert "从表格里复制三张表" in words(tables)
    assert "第 " not in re.sub(r"第 \d 步", "", words(tables))
    look = opener.post("/desk/open/", {**hidden(tables), **TABLES})
    assert "嘉福社区（JF）：1 个片区，2 个小区，14 栋楼，2 个职务，1 家共建单位。" in words(look)
    assert not Community.objects.exists()
    done = opener.post("/desk/open/", hidden(look))
    assert (done.status_code, done["Location"]) == (302, "/desk/open/cards/")
    community = Community.objects.get()
    assert Place.objects.within(community.pk).count() == 1 + 1 + 2 + 14
    cards = words(opener.get("/desk/open/cards/"))
    assert "张明" in cards
    assert "何秀" in cards
    code = re.findall(r"\b([2-9A-Z]{4}-[2-9A-Z]{4})\b", cards)[0]

    head = Client()
    assert "张明，您好" in words(head.post("/accounts/card/", {"code": code}))
    form = {"code": code, "username": "张明", "password": "shuo-guo-jiu-suan", "pin": "2580"}
    entered = head.post("/accounts/card/", form)
    assert (entered.status_code, entered["Location"]) == (302, "/desk/JF/")
    assert head.get("/desk/JF/people/staff/").status_code == 200
    assert head_of(community.pk) == Person.objects.within(community.pk).get(name="张明").pk


def test_a_second_visit_finds_the_door_shut(opener: Client, client: Client) -> None:
    opener.post("/desk/open/", {**ABOUT, **TABLES, "step": "look"})
    assert opener.get("/desk/open/")["Location"].startswith("/accounts/login/")
    assert client.get("/desk/open/")["Location"].startswith("/accounts/login/")
    assert client.get("/desk/open/cards/").status_code == 404
    with time_machine.travel("2099-01-01"):
        assert opener.get("/desk/open/cards/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "社区叫什么名字？"),
        ("name", "长" * 41, "最多 40 个字，现在有 41 个。"),
        ("prefix", "", "前缀是 2 到 6 个字母或数字"),
        ("prefix", "J", "前缀是 2 到 6 个字母或数字"),
        ("prefix", "嘉福", "前缀是 2 到 6 个字母或数字"),
        ("prefix", "1JF", "前缀是 2 到 6 个字母或数字"),
        ("prefix", "open", "这个前缀留作他用"),
        ("prefix", "TOOLONG", "最多 6 个字"),
        ("code", "123", "12 位数字"),
        ("code", "１２３４５６７８９０１２", "12 位数字"),
        ("phone", "9" * 21, "最多 20 个字"),
        ("hours", "a\x00", "看不见的怪字"),
        ("address", "长" * 81, "最多 80 个字"),
    ],
)
def test_each_field_of_the_first_page_has_its_sentence(
    opener: Client, field: str, value: str, sentence: str
) -> None:
    answer = opener.post("/desk/open/", {**ABOUT, field: value, "step": "about"})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "殿前街道" in words(answer)
    straight = opener.post("/desk/open/", {**ABOUT, **TABLES, field: value, "step": "look"})
    assert straight.status_code == 422
    assert not Community.objects.exists()


def test_bad_rows_are_named_and_what_was_typed_is_kept(opener: Client) -> None:
    tables = {
        "places": "盐业小区\t1-3栋\n盐业小区\t9-2栋",
        "staff": "张明\t书记\n李想\t大队长",
        "units": "水务局\n水务局",
    }
    answer = opener.post("/desk/open/", {**ABOUT, **tables, "step": "tables"})
    assert answer.status_code == 422
    page = words(answer)
    assert page.count("第 2 行") == 3
    assert "看不出是哪几栋" in page
    assert "“大队长”不知道是什么职务" in page
    assert "盐业小区\t9-2栋" in page
    assert "李想\t大队长" in page
    straight = opener.post("/desk/open/", {**ABOUT, **tables, "step": "look"})
    assert straight.status_code == 422
    assert not Community.objects.exists()


@pytest.mark.parametrize("table", ["places", "staff", "units"])
def test_ten_thousand_rows_and_a_flood_are_answered(opener: Client, table: str) -> None:
    many = "\n".join(f"甲{n}\t书记" for n in range(10_000))
    answer = opener.post("/desk/open/", {**ABOUT, **TABLES, table: many, "step": "tables"})
    assert answer.status_code == 422
    assert "有 10000 行" in words(answer)
    flood = opener.post("/desk/open/", {**ABOUT, **TABLES, table: "楼" * 200_001, "step": "tables"})
    assert flood.status_code == 422
    assert "太长了" in words(flood)
    odd = "😀\t\x0b\x1f\u202e書記\n\ufeff,,,\n\t\t\t"
    assert opener.post(
        "/desk/open/", {**ABOUT, **TABLES, table: odd, "step": "tables"}
    ).status_code in (200, 422)
    assert not Community.objects.exists()


def test_one_may_go_back_and_forth_and_lose_nothing(opener: Client) -> None:
    look = opener.post("/desk/open/", {**ABOUT, **TABLES, "step": "tables"})
    back = opener.post("/desk/open/", {**hidden(look), "to": "tables"})
    assert "盐业小区\t1-12栋\t盐业片区" in words(back)
    first = opener.post("/desk/open/", {**hidden(look), "to": "about"})
    assert 'value="嘉福社区"' in words(first)
    assert hidden(first)["staff"] == TABLES["staff"]
    again = opener.post("/desk/open/", {**ABOUT, **hidden(first), "name": "嘉福新社区"})
    assert "盐业小区\t1-12栋\t盐业片区" in words(again)


def test_a_secretary_opens_a_second_one_and_field_staff_do_not() -> None:
    cast = make_cast("XA", "西安里社区")
    zhang = signed_in(sign_up(cast, "张书记"))
    assert "先说说这个社区" in words(zhang.get("/desk/open/"))
    assert zhang.post("/desk/open/", {**ABOUT, **TABLES, "step": "look"}).status_code == 302
    assert Community.objects.filter(prefix="JF").exists()
    taken = zhang.post("/desk/open/", {**ABOUT, **TABLES, "prefix": "xa", "step": "look"})
    assert taken.status_code == 422
    assert "已经有社区在用" in words(taken)
    assert signed_in(sign_up(cast, "李网格")).get("/desk/open/").status_code == 404
    assert zhang.get("/desk/JF/people/staff/").status_code == 404  # opened, not entered


def test_a_screen_left_alone_locks_the_wizard_and_keeps_the_tables() -> None:
    cast = make_cast("XA", "西安里社区")
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        zhang = signed_in(sign_up(cast, "张书记"))
        clock.shift(600)
        asked = zhang.post("/desk/open/", {**ABOUT, **TABLES, "step": "tables"})
        assert "还是您吗" in words(asked)
        carried = hidden(asked)
        assert carried["staff"] == TABLES["staff"]
        look = zhang.post("/desk/open/", {**carried, "_lock_pin": "2580"})
        assert "看一遍，对了就开通" in words(look)
