"""怎么告诉我: one's own wish, kept and shown; nobody else's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from linshuo.domain.people.models import Telling
from linshuo.kit import clock
from linshuo.notices.tests.doing import given, work
from tests.cast import T0, Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any) -> Iterator[Cast]:
    settings.MAIL_ON, settings.SMS_URL = True, ""
    with clock.standing_at(T0):
        yield make_cast()


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "李网格"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_an_address_is_kept_and_shown_to_its_owner_alone(cast: Cast, li: Client) -> None:
    pk = cast.person("李网格").pk
    form = {"person": pk, "way": "email", "email": "Li@Example.org"}
    page = words(li.post("/my/told/", form, follow=True))
    assert "往后就这样告诉您" in page and 'value="li@example.org"' in page
    assert re.search(r'<input[^>]*value="email"[^>]*checked', page)
    zhang = signed_in(sign_up(cast, "张书记"))
    assert "li@example.org" not in words(zhang.get("/my/told/"))


def test_what_cannot_be_is_said_and_what_was_typed_stays(cast: Cast, li: Client) -> None:
    pk = cast.person("李网格").pk
    answer = li.post("/my/told/", {"person": pk, "way": "email", "email": ""})
    assert answer.status_code == 422 and "写上邮箱，才发得了邮件。" in words(answer)
    answer = li.post("/my/told/", {"person": pk, "way": "any", "email": "li at home"})
    assert "这个邮箱认不出来" in words(answer) and 'value="li at home"' in words(answer)
    answer = li.post("/my/told/", {"person": pk, "way": "pigeon", "email": ""})
    assert "从上面选一样。" in words(answer)
    assert not Telling.objects.everywhere().exists()


@pytest.mark.parametrize("whose", ["", "x", "王阿姨"])
def test_nobody_else_s(cast: Cast, li: Client, whose: str) -> None:
    person = str(cast.person(whose).pk) if whose == "王阿姨" else whose
    form = {"person": person, "way": "look", "email": ""}
    assert li.post("/my/told/", form).status_code == 404
    assert not Telling.objects.everywhere().exists()


def test_only_what_the_server_can_do_is_offered(cast: Cast, li: Client, settings: Any) -> None:
    assert 'value="sms"' not in words(li.get("/my/told/"))
    settings.SMS_URL = "json://sms.example.org/?:to={phone}"
    assert 'value="sms"' in words(li.get("/my/told/"))
    settings.MAIL_ON = False
    page = words(li.get("/my/told/"))
    assert 'value="email"' not in page and "还没有接上邮箱" in page


def test_what_one_was_told_lately(cast: Cast, li: Client) -> None:
    need = given(cast, "402 的王阿姨家漏水。")
    work()
    page = words(li.get("/my/told/"))
    assert f"{need.number} 有一件事交给您办" in page
    assert "漏水" not in page
