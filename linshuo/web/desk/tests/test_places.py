"""The desk's pages about places, things and settings."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.domain.needs.models import Category
from linshuo.domain.places.actions import add_place
from linshuo.domain.places.models import Asset, Community, DayOff, Place
from linshuo.domain.places.queries import workdays
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def zhang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "张书记"))


def test_the_tree_costs_the_same_however_large(cast: Cast, zhang: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert zhang.get("/desk/JF/places/").status_code == 200
        return len(found)

    few = queries()
    for n in range(30):
        add_place(cast.estate, kind="building", name=f"{n + 10} 栋", by=cast.house)
    assert queries() == few <= 8
    page = zhang.get("/desk/JF/places/").content.decode()
    assert "31 栋" in page


def test_only_narrower_kinds_go_under_a_place(cast: Cast, zhang: Client) -> None:
    url = f"/desk/JF/places/{cast.estate.pk}/"
    kinds = [k for k, _ in zhang.get(url).context["form"].fields["kind"].choices]
    assert kinds == ["building"]
    assert zhang.post(url, {"kind": "building", "name": "12 栋"}).status_code == 302
    assert Place.objects.within(cast.community.pk).get(name="12 栋").full_name == "盐业小区 12 栋"
    assert zhang.get(f"/desk/JF/places/{cast.building.pk}/").context["form"] is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"kind": "building", "name": ""}, "这个地方叫什么名字？"),
        ({"kind": "building", "name": "3 栋"}, "这里已经有一个“3 栋”。"),
        ({"kind": "building", "name": "长" * 41}, "最多 40 个字"),
        ({"kind": "building", "name": "\u200b"}, "这个地方叫什么名字？"),
        ({"kind": "community", "name": "x"}, "请从名单里选一个。"),
        ({"kind": "", "name": "x"}, "是小区还是楼栋？"),
    ],
)
def test_each_field_of_a_place_has_its_sentence(
    cast: Cast, zhang: Client, form: dict[str, str], sentence: str
) -> None:
    before = Place.objects.within(cast.community.pk).count()
    answer = zhang.post(f"/desk/JF/places/{cast.estate.pk}/", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Place.objects.within(cast.community.pk).count() == before


def test_a_place_closes_from_the_inside_out(cast: Cast, zhang: Client) -> None:
    zhang.post(f"/desk/JF/places/{cast.estate.pk}/close/")
    zhang.post(f"/desk/JF/places/{cast.root.pk}/close/")
    assert not Place.objects.within(cast.community.pk).filter(closed_at__isnull=False).exists()
    zhang.post(f"/desk/JF/places/{cast.building.pk}/close/")
    zhang.post(f"/desk/JF/places/{cast.estate.pk}/close/")
    closed = Place.objects.within(cast.community.pk).filter(closed_at__isnull=False)
    assert {p.pk for p in closed} == {cast.building.pk, cast.estate.pk}


def test_another_community_s_place_is_not_there(cast: Cast, zhang: Client) -> None:
    other = make_cast("XA", "西安里社区")
    assert zhang.get(f"/desk/JF/places/{other.estate.pk}/").status_code == 404
    assert zhang.post(f"/desk/JF/places/{other.estate.pk}/close/").status_code == 404


def test_things_are_registered_once(cast: Cast, zhang: Client) -> None:
    form = {"name": "大榕树", "kind": "树", "code": "s-01", "place": cast.estate.pk}
    assert zhang.post("/desk/JF/places/assets/", form).status_code == 302
    again = zhang.post("/desk/JF/places/assets/", form)
    assert again.status_code == 422
    assert "编号 S-01 已经有了" in again.content.decode()
    assert Asset.objects.within(cast.community.pk).count() == 1
    assert "大榕树" in zhang.get(f"/desk/JF/places/{cast.estate.pk}/").content.decode()


def test_the_community_s_own_words(cast: Cast, zhang: Client) -> None:
    form = {
        "name": "嘉福社区",
        "code": "350206003012",
        "phone": "0592-5550100",
        "emergency_phone": "13800009999",
        "hours": "8:00–22:00",
        "address": "盐业路 8 号",
    }
    assert zhang.post("/desk/JF/settings/", form).status_code == 302
    found = Community.objects.get(prefix="JF")
    assert (found.code, found.emergency_phone) == ("350206003012", "13800009999")
    for field, value, sentence in [
        ("name", "", "社区叫什么名字？"),
        ("code", "12", "12 位数字"),
        ("hours", "长" * 81, "最多 80 个字"),
    ]:
        answer = zhang.post("/desk/JF/settings/", {**form, field: value})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_categories(cast: Cast, zhang: Client) -> None:
    form = {"name": "加装电梯", "code": "", "done_days": "60"}
    assert zhang.post("/desk/JF/settings/categories/", form).status_code == 302
    assert Category.objects.within(cast.community.pk).get(name="加装电梯").done_days == 60
    for field, value, sentence in [
        ("name", "", "类别要有名字"),
        ("code", "light", "代码 light 已经有了。"),
        ("done_days", "0", "办理天数从 1 到 365。"),
        ("done_days", "十天", "办理天数从 1 到 365。"),
        ("done_days", "9" * 400, "办理天数从 1 到 365。"),
    ]:
        answer = zhang.post("/desk/JF/settings/categories/", {**form, field: value})
        assert answer.status_code == 422, field
        assert sentence in answer.content.decode()


def test_a_day_off_of_our_own_moves_the_working_days(cast: Cast, zhang: Client) -> None:
    day = date(2019, 12, 2)
    assert workdays(cast.community.pk)(day)
    zhang.post("/desk/JF/settings/days/", {"day": "2019-12-02", "working": "0", "name": "台风"})
    zhang.post("/desk/JF/settings/days/", {"day": "2019-12-02", "working": "0", "name": "台风停工"})
    assert DayOff.objects.within(cast.community.pk).get().name == "台风停工"
    assert not workdays(cast.community.pk)(day)
    for form, sentence in [
        ({"day": "", "working": "0"}, "哪一天？"),
        ({"day": "2019-13-45", "working": "0"}, "日子写成"),
        ({"day": "2019-12-03", "working": "7"}, "请从名单里选一个。"),
        ({"day": "2019-12-03", "working": "1", "name": "长" * 41}, "最多 40 个字"),
    ]:
        answer = zhang.post("/desk/JF/settings/days/", form)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
