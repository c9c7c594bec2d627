"""Pads of slips at the desk, and the notebook as a page."""

from __future__ import annotations

import pytest

from linshuo.acts.notebook import write_down
from linshuo.domain.papers.models import Paper
from tests.cast import T0, draft, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def test_number_a_pad_print_it_and_void_one() -> None:
    cast = make_cast()
    client = signed_in(sign_up(cast, "何秘书"))
    assert "还没有印过" in client.get("/desk/JF/slips/").content.decode()
    shown = client.post("/desk/JF/slips/", {"count": "4"}, follow=True).content.decode()
    if "没有中文字体" in shown:
        pytest.skip("no Chinese font on this machine")
    assert "0001–0004" in shown
    answer = client.get("/desk/JF/slips/1-4/")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    shown = client.post("/desk/JF/slips/void/", {"slip": "0003"}, follow=True).content.decode()
    assert "0003 号作废了" in shown
    assert Paper.objects.within(cast.community.pk).get(serial=3).void_at is not None


def test_bad_numbers_are_said_beside_the_field() -> None:
    cast = make_cast()
    client = signed_in(sign_up(cast, "何秘书"))
    for count in ("", "0", "-3", "101", "many", "4.5"):
        assert client.post("/desk/JF/slips/", {"count": count}).status_code == 422, count
    for slip in ("", "777", "nothing", "很" * 30, "\x00"):
        assert client.post("/desk/JF/slips/void/", {"slip": slip}).status_code == 422, slip
    for pad in ("1-4", "0-0", "9-1", "1-99999", "99999999999999999999-99999999999999999999"):
        assert client.get(f"/desk/JF/slips/{pad}/").status_code == 404, pad


def test_who_may_not_print_finds_no_page() -> None:
    cast = make_cast()
    for name in ("李网格", "王阿姨", "马监督"):
        client = signed_in(sign_up(cast, name))
        assert client.get("/desk/JF/slips/").status_code == 404
        assert client.get("/desk/JF/slips/1-4/").status_code == 404
        assert client.post("/desk/JF/slips/void/", {"slip": "1"}).status_code == 404


def test_a_day_of_the_notebook_as_a_page() -> None:
    cast = make_cast()
    write_down(by=cast.li, draft_id=draft(), place=cast.estate, words="灯", source="visit", at=T0)
    pk = cast.person("李网格").pk
    client = signed_in(sign_up(cast, "李网格"))
    answer = client.get(f"/desk/JF/notebook/{pk}/2019-11-04/pdf/")
    if answer.status_code == 409:
        assert "没有中文字体" in answer.content.decode()
        pytest.skip("no Chinese font on this machine")
    assert answer.content.startswith(b"%PDF-")
    for url in (f"{pk}/2019-13-04", f"{pk}/x", "999999/2019-11-04", f"{pk}/2999-01-01"):
        assert client.get(f"/desk/JF/notebook/{url}/pdf/").status_code == 404, url
