"""Putting away what one was told: the door, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.test import Client

from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Category
from linshuo.domain.trail.sealing import seal_all
from linshuo.kit import clock
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from linshuo.notices.queries import inbox
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0):
        category = Category.objects.within(made.community.pk).get(code="light")
        actions.accept(make_need(made), by=made.he, category=category, owner=made.person("李网格"))
        seal_all()
        drain()
        yield made


def as_(cast: Cast, name: str) -> Client:
    return signed_in(sign_up(cast, name))


def test_the_owner_puts_it_away_and_is_back_on_today(cast: Cast) -> None:
    (message,) = Message.objects.everywhere()
    answer = as_(cast, "李网格").post(f"/desk/JF/told/{message.pk}/done/")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/JF/#told")
    assert inbox(cast.li) == []


def test_with_htmx_the_line_goes(cast: Cast) -> None:
    (message,) = Message.objects.everywhere()
    answer = as_(cast, "李网格").post(
        f"/desk/JF/told/{message.pk}/done/", headers={"HX-Request": "true"}
    )
    assert (answer.status_code, answer.content) == (200, b"")


def test_anybody_else_meets_a_404_and_nothing_changes(cast: Cast) -> None:
    (message,) = Message.objects.everywhere()
    for name in ("张书记", "马监督"):
        assert as_(cast, name).post(f"/desk/JF/told/{message.pk}/done/").status_code == 404
    assert as_(cast, "赵在职").post(f"/desk/JF/told/{message.pk}/done/").status_code == 404
    assert Client().post(f"/desk/JF/told/{message.pk}/done/").status_code == 302, "to sign in"
    message.refresh_from_db()
    assert message.done_at is None


def test_all_at_once(cast: Cast) -> None:
    client = as_(cast, "李网格")
    assert client.get("/desk/JF/told/done/").status_code == 405
    assert client.post("/desk/JF/told/done/").status_code == 302
    assert inbox(cast.li) == []


def test_the_block_shows_each_line_with_its_own_button(cast: Cast) -> None:
    told = inbox(cast.li)
    block = render_to_string("desk/today/told.html", {"told": told, "prefix": "JF"})
    assert told[0].text in block and f"/desk/JF/told/{told[0].pk}/done/" in block
    assert f"/desk/JF/needs/{told[0].number}/" in block
    assert "都知道了" not in block, "one line needs no button for all"
    assert render_to_string("desk/today/told.html", {"told": [], "prefix": "JF"}).strip() == ""
