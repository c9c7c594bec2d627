"""The ledger goes out masked, as text, logged, and comes back as it went."""

from __future__ import annotations

import io
import zipfile

import pytest

from linshuo.domain.needs.queries import Filters
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.exchange import sheets
from linshuo.exchange.ledger import Options, export
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast, make_need

pytestmark = pytest.mark.django_db


ALL = Filters()


def out(cast: Cast, filters: Filters = ALL, **options: object) -> sheets.Sheet:
    with export(cast.zhang, filters, Options(**options), filters_said="未销号的") as book:  # type: ignore[arg-type]
        return sheets.read(book.read(), "a.xlsx", lambda h: h in ("编号", "题目"))


def inside(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def cell(sheet: sheets.Sheet, header: str, row: int = 0) -> str:
    return sheet.rows[row].cells[sheet.headers.index(header)]


def test_out_and_in_again() -> None:
    cast = make_cast()
    need = make_need(cast, title="三楼的灯不亮")
    sheet = out(cast)
    assert len(sheet.rows) == 1, "title and definitions are no rows"
    assert cell(sheet, "编号") == need.number
    assert cell(sheet, "题目") == "三楼的灯不亮"
    assert cell(sheet, "在哪里") == "盐业小区 3 栋"
    assert cell(sheet, "提出") == "2019-11-04 09:00:00"
    assert cell(sheet, "到期") == "2019-11-05 09:00:00"


def test_text_that_looks_like_a_formula_stays_text() -> None:
    cast = make_cast()
    titles = ['=HYPERLINK("http://example.org","灯")', "+1+1", "-2", "@sum", "=cmd|'/c calc'!A0"]
    for title in titles:
        make_need(cast, title=title)
    with export(cast.zhang, Filters(), Options()) as book:
        content = book.read()
    assert {row.cells[4] for row in sheets.read(content, "a.xlsx").rows} >= set(titles)
    assert "<f>" not in inside(content)


def test_names_are_masked_until_somebody_says_why() -> None:
    cast = make_cast()
    make_need(cast)
    assert cell(out(cast), "谁提的") == "王**"
    assert "原话" not in out(cast).headers
    with pytest.raises(Refused) as caught:
        out(cast, names=True)
    assert caught.value.field == "reason"
    whole = out(cast, names=True, words=True, reason="街道要的季度表")
    assert cell(whole, "谁提的") == "王阿姨"
    assert "摸着墙走" in cell(whole, "原话")


def test_who_took_what_is_in_the_trail_and_on_the_sheet() -> None:
    cast = make_cast()
    make_need(cast)
    with export(
        cast.zhang, Filters(), Options(names=True, reason="街道要的"), filters_said="未销号的"
    ) as book:
        content = book.read()
    event = Event.objects.within(cast.community.pk).get(verb="ledger:export")
    assert event.actor_id == cast.person("张书记").pk
    assert event.detail == {
        "rows": 1, "filters": "未销号的", "names": True, "words": False, "reason": "街道要的",
    }  # fmt: skip
    for words in ("张书记导出", "未销号的", "含全名", "用途：街道要的"):
        assert inside(content).count(words) == 2, "under the title, and in the foot of each page"
    assert verify() == []


def test_only_what_the_filters_leave_and_only_ones_own() -> None:
    cast, other = make_cast(), make_cast("XG", "仙阁社区")
    make_need(cast, title="灯不亮")
    make_need(cast, title="没有水", kind="wish")
    make_need(other, title="别人家的灯")
    titles = {cell(out(cast), "题目", row) for row in range(2)}
    assert titles == {"灯不亮", "没有水"}
    assert cell(out(cast, Filters(kind="wish")), "题目") == "没有水"
    for nobody in (cast.li, cast.he, cast.ma, cast.wang):
        with pytest.raises(NotYours):
            export(nobody, Filters(), Options())
