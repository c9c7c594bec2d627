"""The board on paper at the desk: printed, typed back row by row, and what could not be read."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linshuo.acts import typing_back
from linshuo.acts.typing_back import held_on, print_board
from linshuo.domain.board.actions import put_up, take_down
from linshuo.domain.board.models import Ask
from linshuo.domain.needs.actions import accept
from linshuo.domain.papers.models import Paper
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.exchange.printed import engine
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests.cast import Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def make_ask(cast: Cast, slots: int = 2) -> Ask:
    """One line of a public matter."""
    need = accept(
        make_need(cast),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        visibility="public",
        public_text="三楼拐角的灯不亮，请人来换。",
    )
    return put_up(need, kind="claim", text="会电工的", slots=slots, by=cast.li)


def test_print_find_and_type_back() -> None:
    cast = make_cast()
    client = signed_in(sign_up(cast, "李网格"))
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")
    shown = client.post("/desk/JF/sheets/print/", follow=True).content.decode()
    assert "还没有可以签名的" in shown
    make_ask(cast)
    shown = client.post("/desk/JF/sheets/print/", follow=True).content.decode()
    sheet = Paper.objects.within(cast.community.pk).get(kind="board")
    assert "第 1 期编好了" in shown
    for size in ("a1", "a4"):
        answer = client.get(f"/desk/JF/sheets/{sheet.code}/{size}.pdf")
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert client.get(f"/desk/JF/sheets/{sheet.code}/a9.pdf").status_code == 404
    typed = f"{sheet.code[:4]}-{sheet.code[4:].lower()}"
    found = client.get("/desk/JF/sheets/", {"code": typed})
    assert found["Location"] == f"/desk/JF/sheets/{sheet.code}/"
    row = {"line": "1", "name": "林大明", "do": "keep"}
    shown = client.post(found["Location"], row, follow=True).content.decode()
    assert "林大明，认上了" in shown and "林**" in shown
    listed = client.get("/desk/JF/sheets/").content.decode()
    assert f"{sheet.code[:4]}-{sheet.code[4:]}" in listed


def test_with_htmx_the_row_comes_back_with_the_next_one_empty() -> None:
    cast = make_cast()
    ask = make_ask(cast, 1)
    url = f"/desk/JF/sheets/{print_board(by=cast.zhang).code}/"
    client = signed_in(sign_up(cast, "李网格"))
    said = []
    for name in ("林大明", "陈小亮", "陈小亮"):
        answer = client.post(url, {"line": "1", "name": name}, headers=HTMX)
        shown = answer.content.decode()
        assert answer.status_code == 200 and "<html" not in shown and 'value="1"' not in shown
        said.append([w for w in ("认上了", "排在后面", "已经有了") if w in shown])
    assert said == [["认上了"], ["排在后面"], ["已经有了"]]
    take_down(ask, by=cast.li)
    answer = client.post(url, {"line": "1", "name": "后来的"}, headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 422 and "撤下来了" in shown and 'value="后来的"' in shown
    assert "撤下了" in client.get(url).content.decode()


def test_a_row_nobody_can_read_waits_below() -> None:
    cast = make_cast()
    make_ask(cast)
    sheet = print_board(by=cast.zhang)
    url = f"/desk/JF/sheets/{sheet.code}/"
    client = signed_in(sign_up(cast, "李网格"))
    client.post(url, {"line": "1", "name": "王？", "do": "hold"})
    client.post(url, {"line": "", "name": "", "do": "hold"})
    rows = held_on(sheet, by=cast.li)
    assert [(r.line, r.typed) for r in rows] == [(0, ""), (1, "王？")]
    wrong = client.post(
        f"/desk/JF/sheets/held/{rows[1].pk}/", {"line": "9", "name": "王小明", "do": "make-out"}
    )
    assert wrong.status_code == 422 and 'value="王小明"' in wrong.content.decode()
    right = {"line": "1", "name": "王小明", "do": "make-out"}
    shown = client.post(f"/desk/JF/sheets/held/{rows[1].pk}/", right, follow=True)
    assert "王小明，认上了" in shown.content.decode()
    client.post(f"/desk/JF/sheets/held/{rows[0].pk}/", {"do": "let-go"})
    assert list(held_on(sheet, by=cast.li)) == []
    assert Pledge.objects.within(cast.community.pk).count() == 1


def test_a_photo_stays_with_the_row_it_is_of(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    cast, other = make_cast(), make_cast("YY", "邻近社区")
    make_ask(cast)
    sheet = print_board(by=cast.zhang)
    url = f"/desk/JF/sheets/{sheet.code}/"
    client = signed_in(sign_up(cast, "李网格"))
    bad = SimpleUploadedFile("a.jpg", b"no photo at all", content_type="image/jpeg")
    answer = client.post(url, {"line": "1", "name": "王？", "do": "hold", "photo": bad})
    assert answer.status_code == 422 and "不是照片" in answer.content.decode()
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    good = SimpleUploadedFile("a.png", drawn.getvalue(), content_type="image/png")
    client.post(url, {"line": "1", "name": "王？", "do": "hold", "photo": good})
    (row,) = held_on(sheet, by=cast.li)
    shown = client.get(f"/desk/JF/sheets/held/{row.pk}/photo/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(shown).startswith(b"\xff\xd8")
    stranger = signed_in(sign_up(other, "张书记"))
    assert stranger.get(f"/desk/YY/sheets/held/{row.pk}/photo/").status_code == 404


def test_bad_rows_are_said_beside_the_field_with_what_was_typed() -> None:
    cast = make_cast()
    make_ask(cast)
    url = f"/desk/JF/sheets/{print_board(by=cast.zhang).code}/"
    client = signed_in(sign_up(cast, "李网格"))
    for row in (
        {},
        {"line": "7", "name": "张三"},
        {"line": "1"},
        {"line": "1", "name": "张三", "unit": "没有的单位"},
        {"line": "1", "name": "张三", "phone": "12"},
        {"line": "1", "name": "很" * 5000},
        {"line": "\x00", "name": "张三"},
    ):
        assert client.post(url, row).status_code == 422, row
        assert client.post(url, row, headers=HTMX).status_code == 422, row
    for code in ("ABCDEFGH", "x" * 5000, "；", "\x00"):
        answer = client.get("/desk/JF/sheets/", {"code": code})
        assert answer.status_code == 422, code
    assert client.get("/desk/JF/sheets/ABCDEFGH/").status_code == 404
    assert not Pledge.objects.within(cast.community.pk).exists()


def test_another_community_and_who_does_not_work_here_find_nothing() -> None:
    cast, other = make_cast(), make_cast("YY", "邻近社区")
    make_ask(cast)
    code = print_board(by=cast.zhang).code
    for url in (f"/desk/YY/sheets/{code}/", f"/desk/YY/sheets/{code}/a4.pdf"):
        assert signed_in(sign_up(other, "张书记")).get(url).status_code == 404
    for name in ("王阿姨", "马监督", "陈老板"):
        client = signed_in(sign_up(cast, name))
        assert client.get("/desk/JF/sheets/").status_code == 404
        assert client.post("/desk/JF/sheets/print/").status_code == 404


def test_the_camera_is_for_these_pages_only() -> None:
    cast = make_cast()
    client = signed_in(sign_up(cast, "李网格"))
    assert "camera=(self)" in client.get("/desk/JF/sheets/")["Permissions-Policy"]
    assert "camera=()" in client.get("/desk/JF/")["Permissions-Policy"]
    assert "camera=()" in client.get("/")["Permissions-Policy"]


def test_receipts_of_one_matter_and_of_the_day() -> None:
    cast = make_cast()
    need = make_need(cast)
    client = signed_in(sign_up(cast, "李网格"))
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")
    assert (
        "没有回执可印" in client.get("/desk/JF/sheets/receipts.pdf", follow=True).content.decode()
    )
    make_need(cast, at=clock.now())
    for url in ("sheets/receipts.pdf", f"needs/{need.number}/receipt.pdf"):
        answer = client.get(f"/desk/JF/{url}")
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "印回执" in client.get(f"/desk/JF/needs/{need.number}/").content.decode()
    assert client.get("/desk/JF/needs/JF-2019-9999/receipt.pdf").status_code == 404


def test_receipts_of_what_was_signed_one_by_one_and_a_whole_sheet() -> None:
    cast = make_cast()
    make_ask(cast, 1)
    sheet = print_board(by=cast.zhang)
    client = signed_in(sign_up(cast, "李网格"))
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")
    whole = f"/desk/JF/sheets/{sheet.code}/signed/receipts.pdf"
    page = client.get(whole, follow=True).content.decode()
    assert "没有还认着的" in page and "一次印好回执" not in page
    for name in ("林大明", "陈小亮"):
        typing_back.type_row(sheet.code, 1, name, by=cast.li)
    assert "一次印好回执" in client.get(f"/desk/JF/sheets/{sheet.code}/").content.decode()
    first, second = Pledge.objects.within(cast.community.pk).order_by("pk")
    assert (first.state, second.state) == ("accepted", "waiting")
    for url in (whole, f"/desk/JF/pledges/{second.pk}/receipt.pdf"):
        answer = client.get(url)
        assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert "印回执" in client.get(f"/desk/JF/pledges/{first.pk}/").content.decode()
    pledges.release(first, by=cast.li)
    assert "印回执" not in client.get(f"/desk/JF/pledges/{first.pk}/").content.decode()
    assert client.get(f"/desk/JF/pledges/{first.pk}/receipt.pdf").status_code == 302
    assert client.get("/desk/JF/sheets/ABCDEFGH/signed/receipts.pdf").status_code == 404
