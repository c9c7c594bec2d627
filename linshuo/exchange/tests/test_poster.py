"""The board on paper, read back by eyes that are not ours: QR codes, fonts, names, numbers."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from linshuo.acts.signing import sign
from linshuo.acts.typing_back import print_board, type_row
from linshuo.domain.board.actions import put_up, take_down
from linshuo.domain.needs.actions import accept
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import Paper
from linshuo.domain.people.actions import know_person
from linshuo.domain.pledges import actions as pledges
from linshuo.exchange.printed import engine, pledge_receipts, poster, receipts, slips
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db
SITE = "https://linshuo.example"


@pytest.fixture(autouse=True)
def _printable() -> None:
    try:
        engine.fonts()
    except Refused:
        pytest.skip("no Chinese font on this machine")


def public_need(cast: Cast, title: str = "楼道的灯") -> Need:
    """An open matter everyone may see."""
    return accept(
        make_need(cast),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        visibility="public",
        public_title=title,
        public_text="三楼拐角的灯不亮，请人来换。",
    )


def make_board(cast: Cast, lines: int = 4) -> list[Need]:
    """A line of each kind, one after another."""
    kinds = ("claim", "donate", "manage", "adopt")
    needs = []
    for n in range(lines):
        need = public_need(cast, f"第{n}件事")
        put_up(need, kind=kinds[n % 4], text=f"要人做的{n}", slots=3, by=cast.li)
        needs.append(need)
    return needs


def given(cast: Cast, sheet: Any) -> dict[str, Any]:
    """What a door hands over."""
    return {
        "viewer": cast.li,
        "site": "linshuo.example",
        "front": f"{SITE}/c/JF/",
        "type_back": f"{SITE}/desk/JF/sheets/{sheet.code}/",
        "need_page": lambda number: f"{SITE}/c/JF/needs/{number}/",
    }


def read(pages: list[bytes]) -> set[str]:
    """Every QR code on the pictures."""
    found: set[str] = set()
    for content in pages:
        picture = Image.open(io.BytesIO(content)).convert("L")
        found |= {code.text for code in zxingcpp.read_barcodes(picture)}
    return found


@pytest.mark.parametrize(("size", "ppi"), [("a1", 90), ("a4", 150)])
def test_every_qr_code_of_the_poster_is_read_back(size: str, ppi: int) -> None:
    cast = make_cast()
    needs = make_board(cast)
    sheet = print_board(by=cast.li)
    data = poster.poster_data(cast.community, sheet, size, **given(cast, sheet))
    codes = read(engine.pictures("poster", data, ppi=ppi))
    assert codes == {
        f"{SITE}/c/JF/",
        f"{SITE}/desk/JF/sheets/{sheet.code}/",
        *(f"{SITE}/c/JF/needs/{need.number}/" for need in needs),
    }


def test_fonts_are_embedded_and_subset(tmp_path: Path) -> None:
    pdffonts = shutil.which("pdffonts")
    if pdffonts is None:
        pytest.skip("no poppler-utils on this machine")
    cast = make_cast()
    make_board(cast)
    sheet = print_board(by=cast.li)
    slips.issue(1, by=cast.zhang)
    papers = {
        "a1": poster.poster(cast.community, sheet, "a1", **given(cast, sheet)),
        "a4": poster.poster(cast.community, sheet, "a4", **given(cast, sheet)),
        "slips": slips.print_pad(cast.community, 1, 1, viewer=cast.zhang),
    }
    for name, content in papers.items():
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(content)
        shown = subprocess.run(
            [pdffonts, str(path)], capture_output=True, text=True, check=True
        ).stdout
        rows = [re.search(r"\s(yes|no)\s+(yes|no)\s+(yes|no)\s", x) for x in shown.splitlines()[2:]]
        assert rows and all(row and row.groups()[:2] == ("yes", "yes") for row in rows), shown


def test_who_signed_is_masked_and_a_line_taken_down_keeps_no_place() -> None:
    cast = make_cast()
    make_board(cast)
    sheet = print_board(by=cast.li)
    type_row(sheet.code, 2, "林大明", phone="13700000001", by=cast.li)
    type_row(sheet.code, 2, unit=cast.partnership.organisation.name, by=cast.li)
    gone = Need.objects.within(cast.community.pk).order_by("pk").last()
    assert gone is not None
    Need.objects.within(cast.community.pk).filter(pk=gone.pk).update(visibility="staff")
    data = poster.poster_data(cast.community, sheet, "a4", **given(cast, sheet))
    rows = [row for group in data["groups"] for row in group["rows"]]
    assert [row["line"] for row in rows] == ["1", "2", "3"]
    assert rows[1]["names"] == ["林**", cast.partnership.organisation.name]
    assert [row["blank"] for row in rows] == [3, 1, 3]
    said = str(data)
    assert "13700000001" not in said and "林大明" not in said and gone.public_title not in said
    assert "永远没有收款码" in data["promise"]


def test_a_line_for_a_name_is_at_least_ninety_millimetres() -> None:
    page = (engine.HERE / "poster.typ").read_text()
    found = re.search(r"#let line-width = pick\((\d+)mm, (\d+)mm\)", page)
    assert found and min(int(mm) for mm in found.groups()) >= 90


def test_a_board_that_is_long_or_gone_still_prints() -> None:
    cast = make_cast()
    need = public_need(cast, '#let x = "y" $a$ *b* \\ [c]')
    asks = [
        put_up(need, kind="claim", text=f"要人做的{n}", slots=500, by=cast.li) for n in range(24)
    ]
    sheet = print_board(by=cast.li)
    for size in poster.SIZES:
        assert poster.poster(cast.community, sheet, size, **given(cast, sheet))[:5] == b"%PDF-"
    for ask in asks:
        take_down(ask, by=cast.li)
    assert poster.poster(cast.community, sheet, "a4", **given(cast, sheet))[:5] == b"%PDF-"
    with pytest.raises(NotYours):
        poster.poster(cast.community, sheet, "a0", **given(cast, sheet))


def test_slips_and_receipts_lead_to_their_own_pages(tmp_path: Path) -> None:
    cast = make_cast()
    need, private = public_need(cast), make_need(cast, at=T0)
    content = receipts.receipts(
        cast.community,
        [need, private],
        site="linshuo.example",
        track=None,
        need_page=lambda number: f"{SITE}/c/JF/needs/{number}/",
        with_slip=True,
    )
    assert read(rasterised(content, tmp_path)) == {f"{SITE}/c/JF/needs/{need.number}/"}
    slips.issue(2, by=cast.zhang)
    codes = Paper.objects.within(cast.community.pk).values_list("code", flat=True)
    content = slips.print_pad(
        cast.community, 1, 2, viewer=cast.zhang, track=lambda code: f"{SITE}/slip/?code={code}"
    )
    assert read(rasterised(content, tmp_path)) == {f"{SITE}/slip/?code={code}" for code in codes}
    with pytest.raises(Refused):
        receipts.receipts(cast.community, [], site="", track=None, need_page=str)


def test_what_was_signed_goes_home_on_paper_and_a_private_matter_leads_nowhere(
    tmp_path: Path,
) -> None:
    cast = make_cast()
    public, secret = public_need(cast, "楼道的灯"), make_need(cast, words="不想让人知道的事")
    owner = cast.person("李网格")
    secret = accept(secret, by=cast.zhang, category=cast.category(), owner=owner)
    signed = []
    for need, kind, slots in ((public, "claim", 1), (secret, "claim", 2)):
        line = put_up(need, kind=kind, text=f"要人做的{need.pk}", slots=slots, by=cast.li)
        for name in ("林大明", "陈小亮"):
            person = know_person(name=name, phone="", by=cast.li)
            signed.append(sign(line.pk, by=cast.li, person=person))
    given = {
        "site": "linshuo.example",
        "need_page": lambda number: f"{SITE}/c/JF/needs/{number}/",
        "board": f"{SITE}/c/JF/board/",
    }
    content = pledge_receipts.pledge_receipts(cast.community, signed, **given)
    assert read(rasterised(content, tmp_path)) == {
        f"{SITE}/c/JF/needs/{public.number}/",
        given["board"],
    }
    for pledge in signed:
        pledges.release(pledges.reload(pledge, cast.li), by=cast.li)
    with pytest.raises(Refused, match="没有还认着的"):
        ended = [pledges.reload(pledge, cast.li) for pledge in signed]
        pledge_receipts.pledge_receipts(cast.community, ended, **given)


def rasterised(content: bytes, folder: Path) -> list[bytes]:
    """The PDF as it would be seen, by another program than the one that wrote it."""
    pdftoppm = shutil.which("pdftoppm")
    if pdftoppm is None:
        pytest.skip("no poppler-utils on this machine")
    (folder / "paper.pdf").write_bytes(content)
    for old in folder.glob("*.png"):
        old.unlink()
    subprocess.run([pdftoppm, "-r", "150", "-png", "paper.pdf", "page"], cwd=folder, check=True)
    return [path.read_bytes() for path in sorted(folder.glob("*.png"))]
