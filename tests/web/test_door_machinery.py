"""Doors: who is let in, who meets a 404, and what a screen left alone answers."""

from __future__ import annotations

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from linshuo.domain.people.models import Account
from linshuo.web import lock
from tests.cast import PIN, Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.rooms")]

LEDGER = "/desk/JF/try/ledger/"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def li(cast: Cast) -> Account:
    return sign_up(cast, "李网格")


def test_a_stranger_is_sent_to_sign_in_and_back() -> None:
    answer = Client().get(LEDGER + "?tab=red")
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=%2Fdesk%2FJF%2Ftry%2Fledger%2F%3Ftab%3Dred"


def test_a_form_sent_by_a_stranger_comes_back_to_its_page_and_never_to_another_site() -> None:
    back = Client().post(LEDGER, {"words": "x"}, HTTP_REFERER="http://testserver/desk/JF/now/")
    assert back["Location"].endswith("?next=%2Fdesk%2FJF%2Fnow%2F")
    away = Client().post(LEDGER, {"words": "x"}, HTTP_REFERER="https://example.org/desk/")
    assert away["Location"].endswith("?next=%2Fmy%2F")


def test_a_part_of_a_page_leads_the_whole_page_to_sign_in() -> None:
    answer = Client().get(
        LEDGER, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/a/"
    )
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fa%2F"


def test_staff_come_in_whatever_the_case_of_the_prefix(li: Account) -> None:
    client = signed_in(li)
    assert client.get(LEDGER).content.decode() == "JF:李网格"
    assert client.get("/desk/jf/try/ledger/").content.decode() == "JF:李网格"
    assert "no-store" in client.get(LEDGER)["Cache-Control"]


@pytest.mark.parametrize("prefix", ["XX", "JF%00", "JF' OR 1=1", "嘉福"])
def test_no_such_community_is_a_404(li: Account, prefix: str) -> None:
    assert signed_in(li).get(f"/desk/{prefix}/try/ledger/").status_code == 404


def test_another_community_and_a_missing_capability_look_like_no_page(
    cast: Cast, li: Account
) -> None:
    make_cast("XA", "西安里社区")
    client = signed_in(li)
    assert client.get("/desk/XA/try/ledger/").status_code == 404
    assert client.get("/desk/JF/try/staff/").status_code == 404
    wang = signed_in(sign_up(cast, "王阿姨"))
    assert wang.get(LEDGER).status_code == 404


def test_an_ended_appointment_closes_the_door(cast: Cast, li: Account) -> None:
    from linshuo.domain.people.models import Appointment

    Appointment.objects.within(cast.community.pk).filter(person=cast.person("李网格")).update(
        ends="2020-01-01"
    )
    assert signed_in(li).get(LEDGER).status_code == 404


def test_what_a_view_refuses(li: Account) -> None:
    client = signed_in(li)
    assert client.get("/desk/JF/try/not-yours/").status_code == 404
    refused = client.get("/desk/JF/try/refused/")
    assert refused.status_code == 409
    assert "现在还不行，明天再来。" in refused.content.decode()


def test_a_screen_left_alone_asks_for_the_digits_and_then_shows_the_page(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(299)
        assert client.get(LEDGER).status_code == 200
        clock.shift(299)
        assert client.get(LEDGER).content.decode() == "JF:李网格"
        clock.shift(301)
        asked = client.get(LEDGER + "?tab=red").content.decode()
        assert "李网格，还是您吗？" in asked
        assert 'action="/my/unlock/"' in asked
        assert 'name="next" value="/desk/JF/try/ledger/?tab=red"' in asked
        wrong = client.post("/my/unlock/", {"pin": "1111", "next": LEDGER + "?tab=red"})
        assert wrong.status_code == 400
        assert "还能试 4 次" in wrong.content.decode()
        assert 'name="next" value="/desk/JF/try/ledger/?tab=red"' in wrong.content.decode()
        opened = client.post("/my/unlock/", {"pin": PIN, "next": LEDGER + "?tab=red"})
        assert (opened.status_code, opened["Location"]) == (302, LEDGER + "?tab=red")
        assert client.get(LEDGER).content.decode() == "JF:李网格"


def test_throwing_the_cookie_away_opens_nothing(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        client.get(LEDGER)
        clock.shift(301)
        kept = client.cookies[lock.COOKIE].value
        for forged in (None, "", "x", kept[:-2], kept.replace(":", "::")):
            if forged is None:
                del client.cookies[lock.COOKIE]
            else:
                client.cookies[lock.COOKIE] = forged
            assert "还是您吗" in client.get(LEDGER).content.decode()


def test_another_session_s_cookie_opens_nothing(cast: Cast, li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(301)
        other = signed_in(sign_up(cast, "何秘书"))
        other.get(LEDGER)
        client.cookies[lock.COOKIE] = other.cookies[lock.COOKIE].value
        assert "还是您吗" in client.get(LEDGER).content.decode()


def test_what_was_typed_goes_where_it_was_going_once_the_digits_are_right(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(400)
        form = {"words": ["路灯<不亮>", "井盖\n松了"], "password": "geheim", "pin": "9999"}
        asked = client.post(LEDGER, form).content.decode()
        assert "路灯&lt;不亮&gt;" in asked
        assert "井盖\n松了" in asked
        assert "geheim" not in asked
        assert "9999" not in asked
        del form["password"], form["pin"]
        wrong = client.post(LEDGER, {**form, lock.PIN_FIELD: "0000"})
        assert wrong.status_code == 400
        assert "还能试 4 次" in wrong.content.decode()
        assert "路灯&lt;不亮&gt;" in wrong.content.decode()
        sent = client.post(LEDGER, {**form, lock.PIN_FIELD: PIN}).content.decode()
        assert sent == "kept:['路灯<不亮>', '井盖\\n松了']:['words']:"


def test_a_file_is_asked_for_again_and_never_lost_in_silence(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(400)
        photo = SimpleUploadedFile("路灯.jpg", b"jpeg", "image/jpeg")
        asked = client.post(LEDGER, {"words": "x", "photo": photo}).content.decode()
        assert "再选一次“路灯.jpg”" in asked
        assert '<input type="file" id="file-1" name="photo"' in asked
        assert 'enctype="multipart/form-data"' in asked
        again = SimpleUploadedFile("路灯2.jpg", b"jpeg", "image/jpeg")
        sent = client.post(LEDGER, {"words": "x", "photo": again, lock.PIN_FIELD: PIN})
        assert sent.content.decode() == "kept:['x']:['words']:路灯2.jpg"


def test_digits_on_a_screen_that_is_open_again_do_no_harm(li: Account) -> None:
    client = signed_in(li)
    sent = client.post(LEDGER, {"words": "x", lock.PIN_FIELD: "wrong"})
    assert sent.content.decode() == "kept:['x']:['words']:"
    away = client.post("/my/unlock/", {"pin": PIN, "next": "https://example.org/"})
    assert away["Location"] == "/my/"


def test_five_wrong_tries_sign_out_and_only_the_password_helps(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(400)
        for _ in range(4):
            assert client.post(LEDGER, {lock.PIN_FIELD: "0000"}).status_code == 400
        fifth = client.post(LEDGER, {lock.PIN_FIELD: "0000"})
        assert fifth["Location"] == "/accounts/login/"
        assert "_auth_user_id" not in client.session
        assert "错了五次" in client.get("/accounts/login/").content.decode()
        other = signed_in(li)
        clock.shift(400)
        assert other.post(LEDGER, {lock.PIN_FIELD: PIN})["Location"] == "/accounts/login/"


def test_a_part_of_a_page_becomes_the_lock_as_a_whole(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(400)
        part = {
            "HTTP_HX_REQUEST": "true",
            "HTTP_HX_CURRENT_URL": "http://testserver/desk/JF/x/?a=1",
        }
        looked = client.get(LEDGER, **part)
        assert (looked.status_code, looked["HX-Retarget"]) == (200, "body")
        assert 'name="next" value="/desk/JF/x/?a=1"' in looked.content.decode()
        sent = client.post(LEDGER, {"words": "x"}, **part)
        assert f'action="{LEDGER}"' in sent.content.decode()


def test_what_a_page_fetches_by_itself_does_not_keep_it_open(li: Account) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(200)
        assert client.get(LEDGER, HTTP_X_REQUESTED_WITH="fetch").status_code == 200
        clock.shift(200)
        assert client.get(LEDGER, HTTP_X_REQUESTED_WITH="fetch").status_code == 503
        assert "还是您吗" in client.get(LEDGER).content.decode()


def test_the_element_unlocks(li: Account) -> None:
    element = {"HTTP_X_REQUESTED_WITH": "fetch"}
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(li)
        clock.shift(400)
        wrong = client.post("/my/unlock/", {"pin": "0000"}, **element)
        assert (wrong.status_code, wrong.content.decode()) == (400, "不是这四位，还能试 4 次。")
        assert client.post("/my/unlock/", {"pin": PIN}, **element).status_code == 204
        assert client.get(LEDGER).content.decode() == "JF:李网格"
        for _ in range(4):
            assert client.post("/my/unlock/", {"pin": "x" * 5000}, **element).status_code == 400
        out = client.post("/my/unlock/", {"pin": "0000"}, **element)
        assert (out.status_code, out["Location"]) == (401, "/accounts/login/")
        assert client.post("/my/unlock/", {"pin": PIN}, **element).status_code == 401
        page = client.post("/my/unlock/", {"pin": PIN, "next": LEDGER})
        assert page["Location"] == "/accounts/login/?next=%2Fdesk%2FJF%2Ftry%2Fledger%2F"


def test_the_cookie_that_says_when_is_not_for_scripts(li: Account) -> None:
    client = signed_in(li)
    client.get(LEDGER)
    cookie = client.cookies[lock.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert settings.LOCK_SECONDS == 300


def test_the_second_factor_is_asked_for_by_a_page_that_explains(cast: Cast) -> None:
    zhang = sign_up(cast, "张书记")
    first = signed_in(zhang).get("/desk/JF/try/export/")
    assert first.status_code == 403
    assert "两把钥匙" in first.content.decode()
    assert signed_in(zhang, second=True).get("/desk/JF/try/export/").content == b"money"


def test_a_proof_of_half_an_hour_ago_is_no_proof(cast: Cast) -> None:
    with time_machine.travel("2025-03-03 09:00", tick=False) as clock:
        client = signed_in(sign_up(cast, "张书记"), second=True)
        for _ in range(7):
            clock.shift(250)
            client.get(LEDGER)
        assert client.get("/desk/JF/try/export/").content == b"money"
        clock.shift(100)
        assert client.get("/desk/JF/try/export/").status_code == 403
