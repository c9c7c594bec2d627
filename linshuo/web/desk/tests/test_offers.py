"""服务 ⇄ 需求 at the desk: the two-way list, one offer, a unit's work, and asking somebody."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from linshuo.acts import checking_in, offering
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask, Offer
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_board import SOON, make_ask

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.standing_at(SOON):
        yield


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def zhang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "张书记"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def haircut(cast: Cast) -> Ask:
    return offering.offer(
        by=cast.chen, partnership=cast.partnership, text="上门理发", slots=2, unit="户"
    )


def test_units_stand_side_by_side_on_screen_and_on_paper(cast: Cast, zhang: Client) -> None:
    haircut(cast)
    for address in ("/desk/JF/people/offers/", "/desk/JF/people/offers/print/"):
        page = words(zhang.get(address))
        assert "嘉福社区共建单位甲" in page and "上门理发" in page and "还能帮 2 户" in page


def test_the_desk_offers_for_a_person_who_said_so(cast: Cast, zhang: Client) -> None:
    given = {"text": "教用手机", "slots": "2", "unit": "位", "name": "", "giver": ""}
    answer = zhang.post("/desk/JF/people/offers/add/", given)
    assert answer.status_code == 422 and "是谁？" in words(answer) and "教用手机" in words(answer)
    assert zhang.post("/desk/JF/people/offers/add/", {**given, "name": "孙老师"}).status_code == 302
    assert Offer.objects.within(cast.community.pk).get().person is not None
    assert "孙**" in words(zhang.get("/desk/JF/people/offers/"))


def test_staff_ask_for_a_resident_and_end_it(cast: Cast, zhang: Client) -> None:
    ask = haircut(cast)
    answer = zhang.post(
        f"/desk/JF/people/offers/{ask.pk}/", {"name": "李奶奶", "phone": "", "giver": ""}
    )
    assert answer.status_code == 302
    pledge = Pledge.objects.within(cast.community.pk).get()
    assert (pledge.person.name if pledge.person else "", pledge.state) == ("李奶奶", "accepted")
    page = words(zhang.get(f"/desk/JF/people/offers/{ask.pk}/"))
    assert "李**" in page and "还能帮 1 户" in page
    own = {"name": "", "giver": str(cast.partnership.pk)}
    refused = zhang.post(f"/desk/JF/people/offers/{ask.pk}/", own)
    assert refused.status_code == 422 and "自己提供的" in words(refused)
    assert zhang.get(f"/desk/JF/pledges/{pledge.pk}/").status_code == 200
    zhang.post(f"/desk/JF/people/offers/{ask.pk}/end/")
    assert "不再提供了" in words(zhang.get(f"/desk/JF/people/offers/{ask.pk}/"))


def test_a_line_that_is_no_offer_has_no_such_page(cast: Cast, zhang: Client) -> None:
    assert zhang.get(f"/desk/JF/people/offers/{make_ask(cast).pk}/").status_code == 404


def test_a_unit_s_page_shows_its_work_and_takes_an_offer(cast: Cast, zhang: Client) -> None:
    address = f"/desk/JF/people/units/{cast.partnership.pk}/"
    given = {"text": "借会议室", "slots": "3", "unit": "次"}
    assert zhang.post(f"{address}offer/", {**given, "text": ""}).status_code == 422
    assert zhang.post(f"{address}offer/", given).status_code == 302
    assert "借会议室" in words(zhang.get(address))


# --- asking somebody ----------------------------------------------------------------------------


def electrician(cast: Cast) -> int:
    row = checking_in.check_in(
        by=cast.li, via="desk", name="林志愿", consents=["contact"], skills=["electric"]
    )
    return checking_in.accept(row, by=cast.zhang).person_id


def test_whom_one_could_ask_stands_beside_the_line_and_a_press_writes_it_down(
    cast: Cast, zhang: Client
) -> None:
    who = electrician(cast)
    ask = make_ask(cast, skill="electric")
    need = f"/desk/JF/needs/{ask.need.number}/" if ask.need else ""
    page = words(zhang.get(need))
    assert "可以问问谁" in page and "林志愿" in page and "填了“电工水工”" in page
    answer = zhang.post(f"/desk/JF/asks/{ask.pk}/invite/", {"who": f"person-{who}"}, follow=True)
    assert "电话单" in words(answer) and "问过了，等回话" in words(answer)
    event = Event.objects.within(cast.community.pk).get(verb="ask:invite")
    assert (event.row_id, event.subject_id) == (ask.pk, who)
    assert not Pledge.objects.within(cast.community.pk).exists(), "a question, no assignment"


def test_a_post_s_lines_have_the_same(cast: Cast, zhang: Client) -> None:
    who = electrician(cast)
    post = set_up_post(by=cast.zhang, kind="patrol", name="线路巡查", place=cast.estate)
    ask = put_up(post, by=cast.zhang, kind="manage", text="看线路的", skill="electric")
    assert "填了“电工水工”" in words(zhang.get(f"/desk/JF/posts/{post.pk}/"))
    answer = zhang.post(f"/desk/JF/asks/{ask.pk}/invite/", {"who": f"person-{who}"})
    assert answer["Location"] == f"/desk/JF/posts/{post.pk}/#lines"


@pytest.mark.parametrize("who", ["", "person-", "person-x", "person-0", "place-1", "person-１"])
def test_nobody_in_particular_is_nobody(cast: Cast, zhang: Client, who: str) -> None:
    ask = make_ask(cast)
    assert zhang.post(f"/desk/JF/asks/{ask.pk}/invite/", {"who": who}).status_code == 404
