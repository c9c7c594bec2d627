"""报到 by its owner: on one's own page with an account, on the square without one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from linshuo.acts import checking_in
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.people.models import CheckIn, Consent, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import issue_card
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock
from linshuo.web import limits
from linshuo.web.links import check_in_link
from tests.cast import T0, Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_board import open_need
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db
MINE = "/my/check-in/JF/"
SQUARE = "/c/JF/check-in/"


@pytest.fixture
def cast() -> Iterator[Cast]:
    cache.clear()
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=1)):
        yield made


def text(answer: Any, status: int = 200) -> str:
    said = unescape(answer.content.decode())
    assert answer.status_code == status, said[:2000]
    return said


def form(cast: Cast, **over: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "unit": "嘉福社区共建单位甲", "place": str(cast.estate.pk), "skills": ["electric"],
        "times": ["saturday", "evening"], "interests": ["elders"], "note": "爬不了楼",
        "age_band": "adult", "consents": ["contact", "share_unit"],
    }  # fmt: skip
    return {**given, **over}


def the_one(cast: Cast) -> CheckIn:
    return CheckIn.objects.within(cast.community.pk).select_related("person").get()


# --- with an account ---------------------------------------------------------------------------


@pytest.fixture
def wang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "王阿姨"))


def test_a_check_in_from_ones_own_page(cast: Cast, wang: Client) -> None:
    assert "您还没有在这里报到" in text(wang.get("/my/"))
    page = text(wang.get(MINE))
    assert '<option value="嘉福社区共建单位甲">' in page and 'name="phone"' not in page
    assert 'name="consents" value="contact" checked' not in page  # nothing is agreed to beforehand
    assert wang.post(MINE, form(cast))["Location"] == MINE
    row = the_one(cast)
    assert (row.person, row.state, row.via) == (cast.person("王阿姨"), "submitted", "web")
    assert (row.partnership, row.unit_text) == (cast.partnership, "")
    assert (row.skills, row.times) == ("electric", "evening,saturday")
    assert {c.purpose for c in Consent.objects.within(cast.community.pk)} == {
        "contact",
        "share_unit",
    }
    assert "交来了，等回执" in text(wang.get("/my/"))
    checking_in.accept(row, by=cast.zhang)
    mine = text(wang.get(MINE))
    for part in ("JF-B-2019-0001", "电工水工", "平日晚上、周六", "爬不了楼", "盐业小区"):
        assert part in mine, part


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"consents": ["share_unit"]}, "没有同意社区联系"),
        ({"age_band": "child"}, "监护人是谁、同意了"),
        ({"skills": ["flying"]}, "不在可选的里面"),
        ({"note": "长" * 121}, "太长了"),
    ],
)
def test_what_will_not_do_is_said_and_what_was_typed_stays(
    cast: Cast, wang: Client, over: dict[str, Any], sentence: str
) -> None:
    page = text(wang.post(MINE, form(cast, **over)), 422)
    assert sentence in page and 'value="嘉福社区共建单位甲"' in page
    assert not CheckIn.objects.within(cast.community.pk).exists()


def test_pause_resume_still_change_and_end(cast: Cast, wang: Client) -> None:
    wang.post(MINE, form(cast))
    checking_in.accept(the_one(cast), by=cast.zhang)
    assert "一年以内" in text(wang.post(f"{MINE}pause/", {"until": "2019-11-05"}), 422)
    assert "歇到哪一天？" in text(wang.post(f"{MINE}pause/", {}), 422)
    wang.post(f"{MINE}pause/", {"until": "2019-12-01"})
    assert "歇到12月1日" in text(wang.get(MINE))
    wang.post(f"{MINE}resume/")
    wang.post(f"{MINE}still/")
    row = the_one(cast)
    assert row.state == "accepted" and row.due_at is not None and row.due_at.year == 2020
    wang.post(MINE, {**form(cast), "unit": "街坊队", "skills": ["law"], "licence": "律师证"})
    row = the_one(cast)
    assert (row.unit_text, row.partnership, row.skills, row.licence) == (
        "街坊队", None, "law", "律师证",
    )  # fmt: skip
    line = put_up(open_need(cast), by=cast.li, kind="claim", text="写几副春联", slots=1)
    sign(line.pk, by=actor_of(cast.person("王阿姨")))
    assert "写几副春联" in text(wang.get(MINE))
    wang.post(f"{MINE}end/")
    assert the_one(cast).state == "ended"
    assert Pledge.objects.within(cast.community.pk).get().state == "ended"
    assert "上一次：结束了：本人不来了" in text(wang.get(MINE))


def test_moving_to_the_community_next_door(cast: Cast, wang: Client) -> None:
    with clock.standing_at(T0):
        other = make_cast("YY", "邻近社区")
    wang.post(MINE, form(cast))
    assert "转到哪个社区？" in text(wang.post(f"{MINE}move/", {}), 422)
    answer = wang.post(f"{MINE}move/", {"to": other.community.pk})
    assert answer["Location"] == "/my/check-in/YY/"
    assert "交来了，等回执" in text(wang.get("/my/check-in/YY/"))
    assert the_one(cast).ended_because == "moved"


def test_ones_own_and_nobody_elses(cast: Cast, wang: Client) -> None:
    with clock.standing_at(T0):
        make_cast("YY", "邻近社区")
    assert wang.get("/my/check-in/YY/").status_code == 404
    come(cast)
    assert "林志愿" not in text(wang.get(MINE))
    assert wang.post(f"{MINE}end/").status_code == 404
    assert wang.post(f"{MINE}accept/").status_code == 404
    assert the_one(cast).state == "submitted"


# --- without one -------------------------------------------------------------------------------


def hand_in(cast: Cast, **over: Any) -> Any:
    given = {"name": "林志愿", "phone": "13700000001", "draft": str(uuid4())}
    return Client().post(SQUARE, {**form(cast), **given, **over})


def test_a_stranger_checks_in_and_sees_the_number_later(cast: Cast) -> None:
    assert "写两分钟" in text(Client().get(SQUARE))
    where = hand_in(cast)["Location"]
    page = text(Client().get(where))
    assert "交来了。" in page and "林志愿" not in page and "13700000001" not in page
    row = the_one(cast)
    assert (row.person.name, row.via, row.partnership) == ("林志愿", "web", cast.partnership)
    assert row.person.account is None
    checking_in.accept(row, by=cast.zhang)
    page = text(Client().get(where))
    assert "JF-B-2019-" in page and "0001" in page and "林志愿" not in page
    checking_in.end(row, by=cast.zhang)
    assert "结束了。" in text(Client().get(where))


def test_a_neighbours_number_tells_nothing_and_agrees_to_nothing(cast: Cast) -> None:
    row = checking_in.accept(come(cast), by=cast.zhang)
    agreed = {c.purpose for c in Consent.objects.within(cast.community.pk)}
    where = hand_in(cast, consents=["contact", "name_public", "share_helper"])["Location"]
    page = text(Client().get(where))
    assert "交来了。" in page and row.receipt_no not in page and "0001" not in page
    assert {c.purpose for c in Consent.objects.within(cast.community.pk)} == agreed
    assert CheckIn.objects.within(cast.community.pk).count() == 1


def test_a_machine_and_a_second_press_add_nobody(cast: Cast) -> None:
    assert "交来了。" in text(Client().get(hand_in(cast, website="http://x")["Location"]))
    assert not CheckIn.objects.within(cast.community.pk).exists()
    once = str(uuid4())
    first, second = (hand_in(cast, draft=once, phone="")["Location"] for _n in range(2))
    assert first == second
    assert Person.objects.within(cast.community.pk).filter(name="林志愿").count() == 1


def test_the_bucket_runs_out_with_a_sentence(cast: Cast) -> None:
    for n in range(limits.CHECKED_IN.size):
        assert hand_in(cast, name=f"来{n}", phone="").status_code == 302
    assert "过几分钟再按一次" in text(hand_in(cast, name="又一位", phone=""), 422)


@pytest.mark.parametrize(
    ("over", "sentence"),
    [({"name": ""}, "怎么称呼？"), ({"phone": "12"}, "电话"), ({"consents": []}, "勾上第一条")],
)
def test_refused_on_the_square(cast: Cast, over: dict[str, Any], sentence: str) -> None:
    assert sentence in text(hand_in(cast, **over), 422)
    assert not CheckIn.objects.within(cast.community.pk).exists()


def test_a_card_tells_its_holder_and_is_not_used_up(cast: Cast) -> None:
    card = issue_card(cast.person("王阿姨"), by=cast.zhang)
    url = f"{SQUARE}card/"
    asked = {"code": card.paper.code}
    assert "您还没有在这里报到" in text(Client().post(url, asked))
    row = come(cast, person=cast.person("王阿姨"))
    checking_in.accept(row, by=cast.zhang)
    page = text(Client().post(url, asked))
    assert "0001" in page and "王阿姨" not in page
    card.paper.refresh_from_db()
    assert card.paper.used_at is None
    assert "打不开" in text(Client().post(url, {"code": "ABCD2345"}), 422)


def test_an_address_of_another_community_or_forged_is_none(cast: Cast) -> None:
    with clock.standing_at(T0):
        other = make_cast("YY", "邻近社区")
    row = come(cast)
    assert Client().get(check_in_link(row)).status_code == 200
    forged = check_in_link(row).replace("/c/JF/", f"/c/{other.community.prefix}/")
    assert Client().get(forged).status_code == 404
    assert Client().get(f"{SQUARE}nonsense/").status_code == 404
