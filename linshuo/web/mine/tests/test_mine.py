"""One's own page: everything kept of me, who looked, what I agreed to, what I asked for."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linshuo.domain.people.actions import give_consent, reveal
from linshuo.domain.people.models import Account, Consent, Person, Purpose
from linshuo.domain.people.queries import actor_of
from tests.cast import PASSWORD, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_attempts() -> None:
    cache.clear()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def wang(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "王阿姨"))


def words(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_the_page_tells_everything_that_is_kept(cast: Cast, wang: Client) -> None:
    need = make_need(cast)
    reveal(cast.person("王阿姨"), by=cast.li, reason="约周六上门")
    page = words(wang.get("/my/"))
    for part in ("王阿姨", "13800131234", "盐业小区 3 栋", need.number, need.title, "听到了",
                 "李网格", "约周六上门", "把我的称呼和电话告诉来帮忙的人"):  # fmt: skip
        assert part in page, part
    assert "去工作台" not in page


def test_nobody_else_s_matters_are_on_it(cast: Cast, wang: Client) -> None:
    need = make_need(cast, requester=cast.person("赵在职"))
    assert need.number not in words(wang.get("/my/"))


def test_staff_see_their_posts_and_the_way_to_the_desk(cast: Cast) -> None:
    page = words(signed_in(sign_up(cast, "何秘书")).get("/my/"))
    assert "盐业片区秘书" in page
    assert "去工作台" in page


def test_it_costs_the_same_however_much_there_is(cast: Cast, wang: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert wang.get("/my/").status_code == 200
        return len(found)

    few = queries()
    for n in range(12):
        make_need(cast, words=f"第 {n} 件事，灯不亮。")
        reveal(cast.person("王阿姨"), by=cast.li, reason=f"第 {n} 次")
    # One more for the names of those who looked; a fixed number in all.
    assert few <= queries() <= few + 1 <= 24


def test_a_consent_is_given_and_taken_back(cast: Cast, wang: Client) -> None:
    person = cast.person("王阿姨")
    form = {"person": person.pk, "purpose": "name_public", "do": "give"}
    assert "您同意：在公示和展板上写我的全名" in words(wang.post("/my/consent/", form, follow=True))
    wang.post("/my/consent/", form)
    assert Consent.objects.within(cast.community.pk).get().withdrawn_at is None
    form["do"] = "withdraw"
    assert "收回了" in words(wang.post("/my/consent/", form, follow=True))
    assert Consent.objects.within(cast.community.pk).get().withdrawn_at is not None


@pytest.mark.parametrize("form", [
    {"purpose": "contact"},
    {"person": "x", "purpose": "contact"},
    {"person": "0", "purpose": "contact"},
    {"purpose": "everything"},
])  # fmt: skip
def test_a_forged_consent_is_a_404(cast: Cast, wang: Client, form: dict[str, str]) -> None:
    zhao = cast.person("赵在职")
    give_consent(zhao, Purpose.CONTACT, by=actor_of(zhao))
    for person in (form.get("person", ""), str(zhao.pk)):
        sent = {**form, "person": person, "do": "withdraw"}
        assert wang.post("/my/consent/", sent).status_code == 404
    assert Consent.objects.within(cast.community.pk).get().withdrawn_at is None


def test_new_digits_against_the_password(cast: Cast, wang: Client) -> None:
    for form, sentence in [
        ({"password": "", "pin": "8642"}, "密码不能空着。"),
        ({"password": "falsch", "pin": "8642"}, "密码不对。"),
        ({"password": PASSWORD, "pin": "1234"}, "太好猜"),
        ({"password": PASSWORD, "pin": "86a2"}, "4 位数字"),
        ({"password": PASSWORD, "pin": ""}, "四位数字"),
    ]:
        answer = wang.post("/my/digits/", form)
        assert answer.status_code == 422
        assert sentence in words(answer)
    done = wang.post("/my/digits/", {"password": PASSWORD, "pin": "8642"})
    assert done.status_code == 302
    assert "换好了" in words(wang.get("/my/"))


def test_guessing_the_password_there_comes_to_an_end(cast: Cast, wang: Client) -> None:
    for _ in range(10):
        wang.post("/my/digits/", {"password": "falsch", "pin": "8642"})
    answer = wang.post("/my/digits/", {"password": PASSWORD, "pin": "8642"})
    assert "试的次数多了" in words(answer)


def test_a_language_is_kept_on_the_device(client: Client) -> None:
    answer = client.post("/my/language/", {"language": "en", "next": "/accounts/login/"})
    assert (answer["Location"], client.cookies["linshuo_language"].value) == (
        "/accounts/login/",
        "en",
    )
    assert 'lang="en"' in words(client.get("/accounts/login/"))
    for odd in ("xx", "", "../../etc", "zh-hant"):
        client.post("/my/language/", {"language": odd, "next": "https://example.org/"})
        assert client.cookies["linshuo_language"].value == "en"


def test_an_account_in_two_communities_sees_both(cast: Cast) -> None:
    account = sign_up(cast, "王阿姨")
    other = make_cast("XA", "西安里社区")
    Person.objects.within(other.community.pk).filter(pk=other.person("赵在职").pk).update(
        account=account
    )
    page = words(signed_in(account).get("/my/"))
    assert "嘉福社区" in page
    assert "西安里社区" in page


def test_an_account_that_nobody_knows_gets_a_page(cast: Cast) -> None:
    account = Account.objects.create_user("niemand", PASSWORD)
    assert "还没有连到任何一个社区" in words(signed_in(account).get("/my/"))


def test_a_resident_s_phone_does_not_lock_but_staff_s_does(cast: Cast, wang: Client) -> None:
    import time_machine

    li = sign_up(cast, "李网格")
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        wang, staff = signed_in(Account.objects.get(username="王阿姨jf")), signed_in(li)
        clock.shift(3600)
        assert "我说过的事" in words(wang.get("/my/"))
        assert "还是您吗" in words(staff.get("/my/"))
