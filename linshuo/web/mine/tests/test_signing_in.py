"""Getting in: a card, a password, a second factor; and the ways it is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from linshuo.domain.people.models import Account, Card
from linshuo.domain.people.staffing import issue_card
from linshuo.domain.trail.verify import verify
from tests.cast import PASSWORD, PIN, Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db

CARD = "/accounts/card/"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _fresh_attempts() -> None:
    cache.clear()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def words(answer: Any) -> str:
    return str(answer.content.decode())


def code_for(cast: Cast, name: str) -> str:
    return issue_card(cast.person(name), by=cast.house).paper.code


def open_form(code: str, **over: str) -> dict[str, str]:
    return {"code": code, "username": "李网格", "password": PASSWORD, "pin": PIN, **over}


def test_a_card_opens_an_account_once(cast: Cast, client: Client) -> None:
    code = code_for(cast, "李网格")
    typed = f"{code[:4]} - {code[4:]}".lower()
    assert f'value="{code[:4]}-{code[4:]}"' in words(client.get(f"{CARD}?code={code}"))
    assert "李网格，您好" in words(client.post(CARD, {"code": typed}))
    done = client.post(CARD, open_form(code))
    assert (done.status_code, done["Location"]) == (302, "/desk/JF/")
    assert client.get("/desk/JF/people/").status_code == 200
    again = Client().post(CARD, {"code": code})
    assert again.status_code == 422
    assert "这张卡打不开" in words(again)
    assert list(verify()) == []


def test_looking_at_a_card_s_address_tells_nothing(cast: Cast, client: Client) -> None:
    code = code_for(cast, "李网格")
    real = words(client.get(f"{CARD}?code={code}")).replace(code[:4] + "-" + code[4:], "X")
    fake = words(client.get(f"{CARD}?code=ABCDEFGH")).replace("ABCD-EFGH", "X")
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert strip.sub("", real) == strip.sub("", fake)


def test_one_answer_for_every_code_that_will_not_do(cast: Cast, client: Client) -> None:
    used, void, old = (code_for(cast, n) for n in ("李网格", "何秘书", "王阿姨"))
    client.post(CARD, open_form(used))
    code_for(cast, "何秘书")
    answers = [Client().post(CARD, {"code": c}) for c in (used, void, "ABCDEFGH", "?", "x" * 40)]
    Card.objects.within(cast.community.pk).filter(paper__code=old).update(
        expires_at="2001-01-01T00:00Z"
    )
    answers.append(Client().post(CARD, {"code": old}))
    said = {re.findall(r"field__error.*?</span></span>", words(a), re.S)[0] for a in answers}
    assert len(said) == 1
    assert {a.status_code for a in answers} == {422}


def test_guessing_codes_comes_to_an_end_and_begins_again(cast: Cast) -> None:
    code = code_for(cast, "李网格")
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        for n in range(30):
            assert "打不开" in words(Client().post(CARD, {"code": f"ABCDEF{n:02d}"}))
        shut = words(Client().post(CARD, {"code": code}))
        assert "试的次数多了" in shut
        assert "试的次数多了" in words(Client().post(CARD, {"code": "ABCDEFGH"}))
        clock.shift(61)
    with time_machine.travel("2025-03-03 09:02", tick=False):
        assert "打不开" in words(Client().post(CARD, {"code": "ABCDEFGH"}))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("username", "", "起一个登录名。"),
        ("username", "李 网格", "不要空格"),
        ("username", "x" * 41, "登录名最多 40 个字。"),
        ("username", "💡💡", "字母、数字、汉字"),
        ("username", "a\x00b", ""),
        ("username", "别人", "有人用了"),
        ("password", "", "密码不能空着。"),
        ("password", "12345678", ""),
        ("password", "kurz", ""),
        ("password", "x" * 201, "密码最多 200 个字。"),
        ("pin", "", "四位数字"),
        ("pin", "12a4", "解锁码是 4 位数字。"),
        ("pin", "１２３４", "解锁码是 4 位数字。"),
        ("pin", "1234", "太好猜"),
        ("pin", "7777", "太好猜"),
        ("pin", "12345", "只要四位数字。"),
    ],
)
def test_each_field_of_the_card_has_its_sentence(
    cast: Cast, client: Client, field: str, value: str, sentence: str
) -> None:
    sign_up(cast, "何秘书", "别人")
    code = code_for(cast, "李网格")
    answer = client.post(CARD, open_form(code, **{field: value}))
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert f"id_{field}_error" in words(answer)
    assert PASSWORD not in words(answer)
    assert Account.objects.count() == 1
    assert client.post(CARD, open_form(code)).status_code == 302


def test_a_new_card_mends_a_forgotten_password(cast: Cast, client: Client) -> None:
    account = sign_up(cast, "李网格", "liwangge")
    other = signed_in(account)
    code = code_for(cast, "李网格")
    step = words(client.post(CARD, {"code": code}))
    assert "您的登录名是 liwangge" in step
    assert 'name="username"' not in step
    form = {"code": code, "password": "yi-ju-xin-de-hua", "pin": "8642"}
    assert client.post(CARD, form)["Location"] == "/desk/JF/"
    assert other.get("/desk/JF/people/").status_code == 302  # the old password's session is over
    account.refresh_from_db()
    assert account.check_password("yi-ju-xin-de-hua")


def test_password_and_username(cast: Cast) -> None:
    sign_up(cast, "李网格", "liwangge")
    sign_up(cast, "王阿姨", "wangayi")
    for who, home in (("liwangge", "/desk/JF/"), ("wangayi", "/my/")):
        client = Client()
        assert "登录卡" in words(client.get(LOGIN))
        entered = client.post(LOGIN, {"login": who, "password": PASSWORD})
        assert (entered.status_code, entered["Location"]) == (302, home)
        assert client.session.get_expire_at_browser_close()
        assert client.session.get_expiry_age() <= 8 * 3600
    back = Client().post(
        LOGIN, {"login": "liwangge", "password": PASSWORD, "next": "/desk/JF/people/"}
    )
    assert back["Location"] == "/desk/JF/people/"
    away = Client().post(
        LOGIN, {"login": "liwangge", "password": PASSWORD, "next": "https://example.org/"}
    )
    assert away["Location"] == "/desk/JF/"


def test_wrong_name_and_wrong_password_sound_alike_and_are_limited(cast: Cast) -> None:
    sign_up(cast, "李网格", "liwangge")
    wrong = Client().post(LOGIN, {"login": "liwangge", "password": "nein"})
    nobody = Client().post(LOGIN, {"login": "niemand", "password": "nein"})
    sentence = "登录名或密码不对。忘了密码，请社区再印一张登录卡。"
    assert sentence in words(wrong)
    assert sentence in words(nobody)
    for _ in range(5):
        last = Client().post(LOGIN, {"login": "liwangge", "password": "nein"})
    assert "试的次数多了" in words(last)
    assert "试的次数多了" in words(
        Client().post(LOGIN, {"login": "liwangge", "password": PASSWORD})
    )


def test_signing_in_makes_the_digits_count_afresh(cast: Cast) -> None:
    account = sign_up(cast, "李网格", "liwangge")
    Account.objects.filter(pk=account.pk).update(pin_failures=5)
    Client().post(LOGIN, {"login": "liwangge", "password": PASSWORD})
    account.refresh_from_db()
    assert account.pin_failures == 0


def test_only_the_addresses_this_house_needs_are_there(client: Client) -> None:
    for name in (
        "account_signup",
        "account_email",
        "account_reset_password",
        "account_set_password",
    ):
        with pytest.raises(NoReverseMatch):
            reverse(name)
    for path in ("signup/", "email/", "password/reset/", "confirm-email/", "login/code/"):
        assert client.get(f"/accounts/{path}").status_code == 404


def test_signing_out(cast: Cast) -> None:
    client = signed_in(sign_up(cast, "李网格"))
    assert "退出" in words(client.get("/accounts/logout/"))
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/my/")["Location"] == "/accounts/login/?next=%2Fmy%2F"


def totp(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_the_second_factor_is_set_up_and_then_asked_for(cast: Cast) -> None:
    account = sign_up(cast, "张书记", "zhang")
    client = Client()
    client.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    assert "手机上的验证器" in words(client.get("/accounts/second/"))
    again = client.get("/accounts/second/app/")
    assert again["Location"].startswith("/accounts/again/")
    assert client.post(again["Location"], {"password": PASSWORD}).status_code == 302
    page = words(client.get("/accounts/second/app/"))
    assert "data:image/svg+xml;base64," in page
    secret = re.findall(r'translate="no">([A-Z2-7]{16,})<', page)[0]
    wrong = client.post("/accounts/second/app/", {"code": "000000"})
    assert "这个验证码不对" in words(wrong)
    assert client.post("/accounts/second/app/", {"code": totp(secret)}).status_code == 302
    assert (
        len(re.findall(r"<li>\d{4}|<li>\w{8}", words(client.get("/accounts/second/codes/")))) >= 8
    )
    assert "恢复码" in words(client.get("/accounts/second/"))
    kept = Authenticator.objects.get(user=account, type="totp").data["secret"]
    assert secret not in kept  # sealed

    fresh = Client()
    stopped = fresh.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    assert stopped["Location"] == "/accounts/second/show/"
    assert fresh.get("/desk/JF/people/").status_code == 302
    assert "还差一把钥匙" in words(fresh.get("/accounts/second/show/"))
    cache.clear()
    assert fresh.post("/accounts/second/show/", {"code": totp(secret)})["Location"] == "/desk/JF/"
    assert fresh.get("/desk/JF/people/").status_code == 200


def test_every_page_of_the_second_factor_is_drawn_in_our_look(cast: Cast) -> None:
    client = Client()
    sign_up(cast, "张书记", "zhang")
    client.post(LOGIN, {"login": "zhang", "password": PASSWORD})
    client.post("/accounts/again/", {"password": PASSWORD})
    for path in (
        "second/",
        "second/app/",
        "second/keys/",
        "second/keys/add/",
        "password/",
        "again/",
    ):
        answer = client.get(f"/accounts/{path}")
        assert answer.status_code == 200, path
        page = words(answer)
        assert 'class="plain__main"' in page, path
        assert "<script>" not in page
        assert " style=" not in page
        assert "onclick" not in page


def test_changing_the_password(cast: Cast) -> None:
    account = sign_up(cast, "李网格")
    client = signed_in(account)
    form = {"oldpassword": "falsch", "password1": "neu-und-lang-genug", "password2": "neu"}
    refused = words(client.post("/accounts/password/", form))
    assert "现在的密码不对。" in refused
    form = {
        "oldpassword": PASSWORD,
        "password1": "neu-und-lang-genug",
        "password2": "neu-und-lang-genug",
    }
    assert client.post("/accounts/password/", form).status_code == 302
    assert client.get("/my/").status_code == 200
