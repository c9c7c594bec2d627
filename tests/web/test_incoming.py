"""The desk's list of what strangers said: let in or turned away; the photo for staff alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from linshuo.acts.outside import keep_photo, say
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.waiting import Incoming
from linshuo.kit import clock
from tests.cast import T0, Cast, draft, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=1)):
        yield made


def client_of(cast: Cast, name: str) -> Client:
    return signed_in(sign_up(cast, name))


def said(cast: Cast, **over: Any) -> Incoming:
    given = {"place": cast.estate, "draft_id": draft(), "words": "路灯不亮。", **over}
    row = say(**given).incoming
    assert row is not None
    return row


def test_oldest_due_first_and_machines_folded_at_the_end(cast: Cast) -> None:
    said(cast, words="灯不亮，不急的。")
    said(cast, words="停水了，要快的。", urgency="utility")
    said(cast, words="买药加我。", suspect=True)
    page = client_of(cast, "张书记").get("/desk/JF/incoming/").content.decode()
    assert page.index("要快的") < page.index("不急的") < page.index("买药加我")
    assert page.index('<details class="section"') < page.index("买药加我")


def test_let_in_it_gets_its_number_once(cast: Cast) -> None:
    row, zhang = said(cast, phone="13800137777"), client_of(cast, "张书记")
    assert "13800137777" not in zhang.get("/desk/JF/incoming/").content.decode()
    url = f"/desk/JF/incoming/{row.pk}/let-in/"
    assert zhang.post(url, {"title": "路灯"}).status_code == 422
    answer = zhang.post(url, {"kind": "problem", "title": "路灯"})
    need = Need.objects.within(cast.community.pk).get()
    assert answer["Location"] == f"/desk/JF/needs/{need.number}/" and need.title == "路灯"
    assert zhang.post(url, {"kind": "problem"})["Location"] == "/desk/JF/incoming/"
    assert Need.objects.within(cast.community.pk).count() == 1


def test_turned_away_with_a_reason(cast: Cast) -> None:
    row, zhang = said(cast), client_of(cast, "张书记")
    url = f"/desk/JF/incoming/{row.pk}/turn-away/"
    assert "请写一句为什么" in zhang.post(url, {"reason": ""}).content.decode()
    assert zhang.post(url, {"reason": "这是广告。"}).status_code == 302
    assert "没有等着的" in zhang.get("/desk/JF/incoming/").content.decode()


def test_what_is_out_of_reach_is_not_there(cast: Cast) -> None:
    row = said(cast, place=cast.other_estate)
    he = client_of(cast, "何秘书")
    assert "路灯不亮" not in he.get("/desk/JF/incoming/").content.decode()
    for what in ("let-in", "turn-away"):
        assert he.post(f"/desk/JF/incoming/{row.pk}/{what}/").status_code == 404


def test_the_photo_is_for_whoever_may_let_it_in(cast: Cast, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "JPEG")
    photo = keep_photo(out.getvalue(), community_id=cast.community.pk)
    url = f"/desk/JF/incoming/{said(cast, photo=photo).pk}/photo/"
    answer = client_of(cast, "张书记").get(url)
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content)[:2] == b"\xff\xd8"
    assert "no-store" in answer["Cache-Control"]
    assert client_of(cast, "李网格").get(url).status_code == 404
    assert Client().get(url).status_code == 302
