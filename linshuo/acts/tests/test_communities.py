"""Opening a community: tables read row by row, and all or nothing saved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.acts.communities import (
    Plan,
    check_first_code,
    first_code,
    open_whole,
    read_places,
    read_staff,
    read_units,
)
from linshuo.acts.opening_tables import MOST_PLACES, MOST_STAFF, role_of
from linshuo.domain.needs.models import Category
from linshuo.domain.people.models import Appointment, Organisation, Partnership, Person
from linshuo.domain.people.queries import actor_of, head_of
from linshuo.domain.people.staffing import open_account
from linshuo.domain.places.models import Community, Place
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.kit.can import Can, Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import make_cast

PLACES = """小区\t楼栋\t片区
盐业小区\t1-12栋\t盐业片区
盐业小区\t党群服务站\t盐业片区
嘉福花园\t1、2、3号楼\t
万景公寓"""
STAFF = """张书记 社区党总支书记 13800000001
何秘书, 盐业片区秘书, , 13800000002
李网格，外勤员，全社区，13800000003
钱会计\t出纳\t\t"""
UNITS = """水务局,陈工,13900000001
殿前小学"""


def plan(**over: object) -> Plan:
    places = read_places(PLACES)
    staff = read_staff(STAFF, places.rows)
    assert not places.problems
    given: dict[str, object] = {
        "name": "嘉福社区",
        "prefix": "jf",
        "street": "殿前街道",
        "code": "350206003012",
        "places": tuple(places.rows),
        "staff": tuple(staff.rows),
        "units": tuple(read_units(UNITS).rows),
    }
    return Plan(**{**given, **over})  # type: ignore[arg-type]


def sentences(reading: object) -> list[tuple[int, str]]:
    return [(p.number, p.sentence) for p in reading.problems]  # type: ignore[attr-defined]


def test_places_are_read_with_ranges_and_districts() -> None:
    found = read_places(PLACES).rows
    assert [(r.estate, len(r.buildings), r.district) for r in found] == [
        ("盐业小区", 12, "盐业片区"),
        ("盐业小区", 1, "盐业片区"),
        ("嘉福花园", 3, ""),
        ("万景公寓", 0, ""),
    ]


def test_each_bad_place_row_is_named() -> None:
    text = "\n".join([
        "盐业小区\t1-3栋\t盐业片区",
        "\t4栋\t盐业片区",
        "盐业小区\t9-2栋\t盐业片区",
        "盐业小区\t3栋\t嘉福片区",
        "长" * 41 + "\t1栋",
        "盐业片区\t1栋\t",
    ])  # fmt: skip
    found = sentences(read_places(text))
    assert [n for n, _ in found] == [2, 3, 4, 4, 5, 6]
    assert found[0][1] == "没有写小区。"
    assert "看不出是哪几栋" in found[1][1]
    assert {"“盐业小区”在第 1 行属于盐业片区，这里又属于别的片区。",
            "“盐业小区 3栋”在第 1 行已经写过了。"} == {found[2][1], found[3][1]}  # fmt: skip
    assert "太长了" in found[4][1]
    assert "又是小区又是片区" in found[5][1]


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("书记", Role.SECRETARY),
        ("社区党总支书记", Role.SECRETARY),
        ("副书记", Role.DEPUTY),
        ("居委会主任", Role.DEPUTY),
        ("盐业片区秘书", Role.DISTRICT_SECRETARY),
        ("小区秘书", Role.ESTATE_SECRETARY),
        ("外勤员", Role.FIELD_STAFF),
        ("网格员", Role.FIELD_STAFF),
        ("出纳", Role.CASHIER),
        ("监督委员", Role.SUPERVISOR),
        ("厂长", None),
        ("", None),
    ],
)
def test_what_a_post_is_called_says_the_role(title: str, role: Role | None) -> None:
    assert role_of(title) == role


def test_each_bad_staff_row_is_named() -> None:
    places = read_places(PLACES).rows
    text = "\n".join([
        "张书记\t书记\t\t13800000001",
        "\t外勤员",
        "李网格\t大队长",
        "何秘书\t片区秘书",
        "王秘书\t小区秘书\t金都花园",
        "赵网格\t外勤员\t\t138000",
        "孙网格\t外勤员\t\t",
        "孙网格\t出纳\t\t",
        "张书记\t书记\t\t13800000001",
    ])  # fmt: skip
    found = sentences(read_staff(text, places))
    assert [n for n, _ in found] == [2, 3, 4, 5, 6, 8, 9]
    words = [w for _, w in found]
    assert words[0] == "怎么称呼？"
    assert "不知道是什么职务" in words[1]
    assert words[2] == "何秘书管哪里？写上片区或小区。"
    assert "“金都花园”不在地方表里" in words[3]
    assert "少了 5 位" in words[4]
    assert "和第 7 行同名" in words[5]
    assert "和第 1 行一样" in words[6]


def test_a_community_needs_a_head() -> None:
    found = sentences(read_staff("李网格\t外勤员", []))
    assert found == [(0, "至少要有一位书记，往后由书记来添人。")]
    assert sentences(read_staff("", [])) == found


def test_units() -> None:
    assert sentences(read_units("水务局\n水务局\n,陈工\n小学,,13900000001")) == [
        (2, "“水务局”在第 1 行已经写过了。"),
        (3, "没有写单位名。"),
        (4, "写了手机，没有写联络员是谁。"),
    ]


def test_ten_thousand_rows_are_answered() -> None:
    many = "\n".join(f"小区{n}\t1栋" for n in range(10_000))
    assert sentences(read_places(many)) == [
        (0, f"有 10000 行，一次最多 {MOST_PLACES} 行。其余的开通以后再加。")
    ]
    assert read_staff("\n".join(["张\t书记"] * 10_000), []).problems[0].number == 0
    assert str(MOST_STAFF) in read_staff("\n".join(["张\t书记"] * 10_000), []).problems[0].sentence
    spread = "\n".join(f"小区{n}\t1-150栋" for n in range(20))
    assert read_places(spread).problems[-1].number == 0


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=300))
def test_no_text_at_all_breaks_the_reading(places: str, staff: str, units: str) -> None:
    found = read_places(places)
    read_staff(staff, found.rows)
    read_units(units)
    for reading in (found, read_staff(staff, found.rows), read_units(units)):
        assert all(p.sentence for p in reading.problems)


@pytest.mark.django_db
def test_the_whole_community_stands_after_one_call() -> None:
    opened = open_whole(plan(), by=None)
    pk = opened.community.pk
    assert opened.community.prefix == "JF"
    kinds = list(Place.objects.within(pk).values_list("kind", flat=True))
    assert {k: kinds.count(k) for k in set(kinds)} == {
        "community": 1, "district": 1, "estate": 3, "building": 16,
    }  # fmt: skip
    he = actor_of(Person.objects.within(pk).get(name="何秘书"))
    assert not he.everywhere(Can.NEED_ACCEPT)
    yanye = Place.objects.within(pk).get(full_name="盐业小区 12栋")
    jiafu = Place.objects.within(pk).get(full_name="嘉福花园 1号楼")
    assert he.reaches(Can.NEED_ACCEPT, yanye.path)
    assert not he.reaches(Can.NEED_ACCEPT, jiafu.path)
    head = Person.objects.within(pk).get(pk=head_of(pk))
    assert (head.name, head.phone) == ("张书记", "13800000001")
    assert Partnership.objects.within(pk).count() == 2
    assert Appointment.objects.within(pk).filter(role=Role.LIAISON).count() == 1
    assert Category.objects.within(pk).count() > 10
    assert [c.person.name for c in opened.cards] == ["张书记", "何秘书", "李网格", "钱会计"]
    account = open_account(
        opened.cards[0].paper.code, username="zhang", password="yi-ju-hua-zui-hao-ji", pin="2580"
    )
    assert account.username == "zhang"
    assert list(verify()) == []


@pytest.mark.django_db
def test_nothing_is_left_of_a_plan_that_fails() -> None:
    before = Event.objects.everywhere().count()
    with pytest.raises(Refused) as refused:
        open_whole(plan(code="12"), by=None)
    assert refused.value.field == "code"
    broken = plan()
    rows = (*broken.places, broken.places[2])
    with pytest.raises(Refused):
        open_whole(plan(places=rows), by=None)
    assert not Community.objects.exists()
    assert not Person.objects.everywhere().exists()
    assert not Organisation.objects.exists()
    assert Event.objects.everywhere().count() == before


@pytest.mark.django_db
def test_a_second_one_is_opened_by_a_secretary_and_by_nobody_below() -> None:
    cast = make_cast("XA", "西安里社区")
    for nobody in (None, cast.li, cast.he, cast.wang, cast.chen):
        with pytest.raises(NotYours):
            open_whole(plan(), by=nobody)
    opened = open_whole(plan(), by=cast.zhang)
    event = Event.objects.within(opened.community.pk).get(verb="community:open")
    assert event.actor_id == cast.zhang.person_id
    with pytest.raises(Refused) as taken:
        open_whole(plan(), by=cast.zhang)
    assert taken.value.field == "prefix"
    with pytest.raises(Refused) as kept:
        open_whole(plan(prefix="open"), by=cast.zhang)
    assert kept.value.field == "prefix"
    with pytest.raises(Refused) as headless:
        open_whole(plan(prefix="AB", staff=()), by=cast.zhang)
    assert headless.value.code == "secretary"


@pytest.mark.django_db
def test_the_first_code_opens_once_and_only_the_newest() -> None:
    old = first_code()
    new = first_code()
    assert old is not None
    assert new is not None
    assert not check_first_code(old)
    assert check_first_code(new.lower().replace("-", " "))
    assert not check_first_code("")
    assert not check_first_code("ABCD-EFGH-JKMN")
    open_whole(plan(), by=None)
    assert not check_first_code(new)
    assert first_code() is None
