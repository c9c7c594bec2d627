"""The desk's pages about people, staff and partner units."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Appointment, Consent, Partnership, Person
from linshuo.domain.people.queries import looks_at
from linshuo.domain.people.staffing import card_for, unused_cards
from linshuo.domain.trail.models import Event
from linshuo.kit.can import Role
from tests.cast import Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def zhang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "张书记"))


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "李网格"))


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_names_and_phones_are_masked_but_staff_are_named(cast: Cast, li: Client) -> None:
    page = words(li.get("/desk/JF/people/"))
    assert "王**" in page
    assert "138****1234" in page
    assert "王阿姨" not in page
    assert "13800131234" not in page
    assert "张书记" in page


@pytest.mark.parametrize(
    "q", ["王阿", "way", "WA", "13800131234", "138 0013 1234", "１３８００１３１２３４"]
)
def test_a_person_is_found_by_name_initials_or_the_whole_phone(
    cast: Cast, li: Client, q: str
) -> None:
    page = words(li.get("/desk/JF/people/", {"q": q}))
    assert "王**" in page
    assert "赵**" not in page


@pytest.mark.parametrize(
    "q", ["1380013", "没有这个人", "x" * 500, "%", "_", "' OR 1=1", "\x00", "💡"]
)
def test_what_finds_nobody_says_what_to_do(cast: Cast, li: Client, q: str) -> None:
    answer = li.get("/desk/JF/people/", {"q": q})
    assert answer.status_code == 200
    if len(q) < 40 and q != "\x00":
        assert "没有找到这个人。" in words(answer)


def test_pages_follow_one_another_and_cost_the_same(cast: Cast, li: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert li.get("/desk/JF/people/").status_code == 200
        return len(found)

    few = queries()
    for n in range(120):
        know_person(name=f"居民{n:03d}", by=cast.house)
    assert queries() == few <= 9
    seen: set[str] = set()
    address = "/desk/JF/people/"
    for _ in range(5):
        answer = li.get(address)
        seen |= {row.url for row in answer.context["rows"]}
        if not answer.context["next"]:
            break
        address = "/desk/JF/people/" + answer.context["next"]
    assert len(seen) == Person.objects.within(cast.community.pk).count()


@pytest.mark.parametrize("after", ["x", "_", "a_-1", "a_9999999999999999999999", "\x00_1", "_²"])
def test_a_mark_that_makes_no_sense_begins_at_the_top(cast: Cast, li: Client, after: str) -> None:
    assert li.get("/desk/JF/people/", {"after": after}).status_code == 200


def test_a_phone_opens_with_a_reason_that_its_owner_can_read(cast: Cast, li: Client) -> None:
    wang = cast.person("王阿姨")
    url = f"/desk/JF/people/{wang.pk}/"
    assert "13800131234" not in words(li.get(url))
    refused = li.post(f"{url}reveal/", {"reason": " "})
    assert refused.status_code == 422
    assert "要写一句为什么" in words(refused)
    assert not looks_at(wang)
    seen = words(li.post(f"{url}reveal/", {"reason": "约她周六在家"}))
    assert "13800131234" in seen
    assert "王阿姨" in seen
    assert [(look.by, look.reason) for look in looks_at(wang)] == [("李网格", "约她周六在家")]
    assert "谁看过电话" not in words(li.get(url))


def test_the_head_sees_who_looked(cast: Cast, li: Client, zhang: Client) -> None:
    url = f"/desk/JF/people/{cast.person('王阿姨').pk}/"
    li.post(f"{url}reveal/", {"reason": "约她周六在家"})
    assert "约她周六在家" in words(zhang.get(url))


def test_a_person_is_added_once_and_changed(cast: Cast, zhang: Client) -> None:
    form = {"name": "张桂香", "phone": "139 0000 7777", "place": cast.estate.pk}
    first = zhang.post("/desk/JF/people/add/", form)
    assert first.status_code == 302
    assert zhang.post("/desk/JF/people/add/", form)["Location"] == first["Location"]
    person = Person.objects.within(cast.community.pk).get(name="张桂香")
    assert (person.phone, person.initials, person.place_id) == (
        "13900007777",
        "zgx",
        cast.estate.pk,
    )
    zhang.post(f"{first['Location']}change/", {"name": "", "phone": "13900008888", "place": ""})
    person.refresh_from_db()
    assert (person.name, person.phone) == ("张桂香", "13900008888")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "怎么称呼？"),
        ("name", " \u200b ", "怎么称呼？"),
        ("name", "长" * 41, "最多 40 个字，现在有 41 个。"),
        ("name", "a\x00b", "看不见的怪字"),
        ("phone", "1380000", "少了 4 位。没有手机可以不填。"),
        ("phone", "13800", "少了 6 位"),
        ("phone", "打我手机", "不是数字"),
        ("phone", "1" * 400, "最多 30 个字"),
        ("place", "0", "请从名单里选一个。"),
        ("place", "x", "请从名单里选一个。"),
    ],
)
def test_each_field_of_a_person_has_its_sentence(
    cast: Cast, zhang: Client, field: str, value: str, sentence: str
) -> None:
    before = Person.objects.within(cast.community.pk).count()
    form = {"name": "钱阿姨", "phone": "", "place": "", field: value}
    answer = zhang.post("/desk/JF/people/add/", form)
    if not sentence:
        assert answer.status_code == 302
        return
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "钱阿姨" in words(answer) or field == "name"
    assert Person.objects.within(cast.community.pk).count() == before


def test_a_place_of_another_community_is_not_on_the_list(cast: Cast, zhang: Client) -> None:
    other = make_cast("XA", "西安里社区")
    form = {"name": "钱阿姨", "phone": "", "place": other.estate.pk}
    assert zhang.post("/desk/JF/people/add/", form).status_code == 422


def test_another_community_s_person_is_not_there(cast: Cast, zhang: Client) -> None:
    other = make_cast("XA", "西安里社区")
    pk = other.person("王阿姨").pk
    row = Appointment.objects.within(other.community.pk).first()
    assert row is not None
    for method, address in [
        ("get", f"people/{pk}/"),
        ("post", f"people/{pk}/reveal/"),
        ("post", f"people/{pk}/change/"),
        ("post", f"people/{pk}/consent/"),
        ("get", f"people/staff/{row.pk}/end/"),
        ("get", f"people/staff/give/?person={pk}"),
        ("get", f"people/staff/cards/?person={pk}"),
        ("get", f"people/units/{other.partnership.pk}/"),
        ("get", "people/staff/give/?person=x"),
        ("get", "people/staff/give/?person=99999999999999999999"),
        ("get", f"people/{10**18}/"),
    ]:
        assert getattr(zhang, method)(f"/desk/JF/{address}").status_code == 404, address
    answer = zhang.post("/desk/JF/people/staff/card/", {"person": pk})
    assert answer.status_code == 404
    assert not unused_cards(other.zhang)


def test_consents_are_written_down_on_somebody_s_word(cast: Cast, zhang: Client) -> None:
    url = f"/desk/JF/people/{cast.person('王阿姨').pk}/consent/"
    zhang.post(url, {"purpose": "words_public", "do": "give"})
    zhang.post(url, {"purpose": "words_public", "do": "give"})
    rows = Consent.objects.within(cast.community.pk)
    assert rows.filter(withdrawn_at__isnull=True).count() == 1
    zhang.post(url, {"purpose": "words_public", "do": "withdraw"})
    assert rows.filter(withdrawn_at__isnull=True).count() == 0
    assert zhang.post(url, {"purpose": "everything", "do": "give"}).status_code == 200
    assert rows.count() == 1


def test_what_a_person_asked_for_stands_on_their_page(cast: Cast, zhang: Client) -> None:
    need = make_need(cast)
    page = words(zhang.get(f"/desk/JF/people/{cast.person('王阿姨').pk}/"))
    assert need.number in page
    assert need.title in page


def test_someone_new_is_taken_on_and_gets_a_card(cast: Cast, zhang: Client) -> None:
    form = {"name": "孙网格", "phone": "13900001234", "role": "field_staff", "title": "外勤员",
            "place": cast.district.pk, "starts": "", "ends": ""}  # fmt: skip
    answer = zhang.post("/desk/JF/people/staff/give/", form, follow=True)
    assert "孙网格" in words(answer)
    assert "还不能登录" in words(answer)
    sun = Person.objects.within(cast.community.pk).get(name="孙网格")
    again = zhang.post("/desk/JF/people/staff/give/", form)
    assert again.status_code == 422
    assert "已经是这个职务了" in words(again)
    printed = words(zhang.post("/desk/JF/people/staff/card/", {"person": sun.pk}, follow=True))
    [(person, paper)] = unused_cards(cast.zhang)
    assert person.pk == sun.pk
    assert f"{paper.code[:4]}-{paper.code[4:]}" in printed
    assert "<svg" in printed
    assert "testserver/accounts/card/" in printed
    assert card_for(paper.code).person_id == sun.pk


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "怎么称呼？"),
        ("phone", "12x", "不是数字"),
        ("role", "", "做什么？"),
        ("role", "emperor", "请从名单里选一个。"),
        ("role", "liaison", "请从名单里选一个。"),
        ("title", "长" * 41, "最多 40 个字"),
        ("place", "", "管哪里？"),
        ("starts", "明天", "日子写成"),
        ("ends", "2001-01-01", "早于开始"),
    ],
)
def test_each_field_of_a_post_has_its_sentence(
    cast: Cast, zhang: Client, field: str, value: str, sentence: str
) -> None:
    form = {"name": "孙网格", "phone": "", "role": "field_staff", "title": "",
            "place": cast.district.pk, "starts": "", "ends": "", field: value}  # fmt: skip
    answer = zhang.post("/desk/JF/people/staff/give/", form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Person.objects.within(cast.community.pk).filter(name="孙网格").exists()


def test_a_deputy_cannot_make_a_secretary(cast: Cast) -> None:
    from linshuo.acts.serving import roles_to_give, take_on
    from linshuo.domain.people.staffing import appoint
    from linshuo.kit.refused import NotYours

    appoint(cast.person("李网格"), Role.DEPUTY, place=cast.root, by=cast.house)
    assert Role.SECRETARY not in roles_to_give(cast.li)
    assert Role.FIELD_STAFF in roles_to_give(cast.li)
    with pytest.raises(NotYours):
        take_on(by=cast.li, role=Role.SECRETARY, person=cast.person("李网格"), place=cast.root)


def test_a_post_ends_but_not_the_last_secretary_s(cast: Cast, zhang: Client) -> None:
    rows = Appointment.objects.within(cast.community.pk)
    head = rows.get(role=Role.SECRETARY)
    kept = zhang.post(f"/desk/JF/people/staff/{head.pk}/end/", {"ends": ""})
    assert kept.status_code == 422
    assert "先任命新书记" in words(kept)
    field = rows.get(role=Role.FIELD_STAFF)
    assert "李网格不再担任外勤员" in words(zhang.get(f"/desk/JF/people/staff/{field.pk}/end/"))
    assert zhang.post(f"/desk/JF/people/staff/{field.pk}/end/", {"ends": ""}).status_code == 302
    field.refresh_from_db()
    assert field.ends is not None
    assert zhang.get(f"/desk/JF/people/staff/{field.pk}/end/").status_code == 404


def test_units_and_their_liaisons(cast: Cast, zhang: Client) -> None:
    assert "陈老板" in words(zhang.get("/desk/JF/people/units/"))
    zhang.post("/desk/JF/people/units/add/", {"name": "水务局", "uscc": ""})
    unit = Partnership.objects.within(cast.community.pk).get(organisation__name="水务局")
    bad = zhang.post("/desk/JF/people/units/add/", {"name": "电力局", "uscc": "12"})
    assert bad.status_code == 422
    assert "18 位" in words(bad)
    url = f"/desk/JF/people/units/{unit.pk}/"
    zhang.post(f"{url}liaison/", {"name": "陈工", "phone": "13900002222"})
    assert "陈工" in words(zhang.get(url))
    row = Appointment.objects.within(cast.community.pk).get(partnership=unit)
    assert (row.role, row.person.name) == ("liaison", "陈工")


def test_field_staff_read_units_and_add_none(cast: Cast, li: Client) -> None:
    assert li.get("/desk/JF/people/units/").status_code == 200
    assert li.post("/desk/JF/people/units/add/", {"name": "水务局"}).status_code == 404
    assert Partnership.objects.within(cast.community.pk).count() == 1
    for closed in ("people/add/", "people/staff/", "people/staff/give/", "places/", "settings/"):
        assert li.get(f"/desk/JF/{closed}").status_code == 404, closed


def test_the_staff_page_costs_the_same_however_many_serve(cast: Cast, zhang: Client) -> None:
    from linshuo.domain.people.staffing import appoint, issue_card

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert zhang.get("/desk/JF/people/staff/").status_code == 200
        return len(found)

    few = queries()
    for n in range(15):
        person = know_person(name=f"外勤{n}", by=cast.house)
        appoint(person, Role.FIELD_STAFF, place=cast.root, by=cast.house)
        issue_card(person, by=cast.house)
    assert queries() == few <= 9


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=st.text(max_size=60), phone=st.text(max_size=20))
def test_no_name_or_phone_at_all_breaks_the_form(
    cast: Cast, zhang: Client, name: str, phone: str
) -> None:
    answer = zhang.post("/desk/JF/people/add/", {"name": name, "phone": phone, "place": ""})
    assert answer.status_code in (302, 422)


def test_every_look_and_change_left_its_event(cast: Cast, zhang: Client) -> None:
    wang = cast.person("王阿姨")
    zhang.post(f"/desk/JF/people/{wang.pk}/reveal/", {"reason": "问地址"})
    zhang.post(f"/desk/JF/people/{wang.pk}/change/", {"name": "王桂花", "phone": "", "place": ""})
    verbs = list(
        Event.objects.within(cast.community.pk)
        .filter(row_kind="person", row_id=wang.pk)
        .order_by("id")
        .values_list("verb", flat=True)
    )
    assert verbs[-2:] == ["person:reveal", "person:change"]
