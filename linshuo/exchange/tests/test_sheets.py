"""Any spreadsheet that somebody hands in is read, or refused with a sentence."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linshuo.exchange import cells, columns, sheets
from linshuo.exchange.tests.books import book
from linshuo.kit.refused import Refused


def read(content: bytes, name: str = "a.xlsx") -> sheets.Sheet:
    return sheets.read(content, name, columns.recognises)


def refusal(content: bytes, name: str = "a.xlsx") -> Refused:
    with pytest.raises(Refused) as caught:
        read(content, name)
    assert caught.value.field == "file"
    return caught.value


def test_ids_lose_their_point_and_cells_their_tabs() -> None:
    sheet = read(book([["编号", "内容"], [188031, "\n\t\t\t路灯\u3000１２ 盏\t\n"]]))
    assert sheet.headers == ("编号", "内容")
    assert sheet.rows == (sheets.Row(2, ("188031", "路灯 12 盏")),)


def test_header_below_a_title_and_a_note() -> None:
    sheet = read(
        book(
            [["嘉福社区问题台账", None, None], [], ["说明：按月填", "填表人：何", None],
             ["编号", "问题", "日期"], ["1", "灯不亮", "2019-12-01"]],
            merge="A1:C1",
        )
    )  # fmt: skip
    assert sheet.headers == ("编号", "问题", "日期")
    assert [row.number for row in sheet.rows] == [5]


def test_blank_rows_and_banners_and_a_repeated_header_are_no_data() -> None:
    rows = [["编号", "问题"], ["1", "灯"], [], ["三月", None], ["编号", "问题"], ["2", "水"]]
    sheet = read(book(rows, merge="A4:B4"))
    assert [row.cells for row in sheet.rows] == [("1", "灯"), ("2", "水")]
    assert [row.number for row in sheet.rows] == [2, 6]


def test_a_cell_merged_downwards_counts_for_each_row() -> None:
    rows = [["小区", "问题"], ["盐业小区", "灯"], [None, "水"], ["嘉福花园", "门"]]
    sheet = read(book(rows, merge="A2:A3"))
    assert [row.cells[0] for row in sheet.rows] == ["盐业小区", "盐业小区", "嘉福花园"]


def test_formulas_count_as_their_values_and_dates_as_dates() -> None:
    sheet = read(book([["问题", "时间"], ["=A9&A8", datetime(2019, 7, 19, 18, 19, 54)]]))  # noqa: DTZ001
    assert sheet.rows[0].cells == ("算出来的", "2019-07-19 18:19:54")


def test_columns_without_a_name_and_with_the_same_name() -> None:
    sheet = read(book([["编号", None, "内容", "内容"], ["1", "二", "三", "四"]]))
    assert sheet.headers == ("编号", "第 2 列", "内容", "内容 (2)")


def test_csv_in_both_encodings_and_with_tabs() -> None:
    for content, name in (
        ("编号,内容\r\n1,灯\r\n".encode("gb18030"), "a.csv"),
        ("编号,内容\n1,灯\n".encode("utf-8-sig"), "a.csv"),
        ("编号\t内容\n1\t灯\n".encode(), "a.tsv"),
        ("编号\t内容\n1\t灯\n".encode("utf-16"), "a.txt"),
        ('编号;内容\n1;"灯"\n'.encode(), "a.csv"),
    ):
        assert read(content, name).rows == (sheets.Row(2, ("1", "灯")),)


def test_what_is_no_sheet_is_said_in_a_sentence() -> None:
    for content, code in (
        (b"", "sheet-empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, "sheet-kind"),
        (b"PK\x03\x04" + b"x" * 60, "sheet-broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "sheet-kind"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "sheet-html"),
        (b"\n \n,,\n", "sheet-header"),
        (b"a" * (sheets.MOST_BYTES + 1), "sheet-big"),
    ):
        assert refusal(content).code == code
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refusal(out.getvalue()).code == "sheet-kind"


def test_an_empty_workbook() -> None:
    assert refusal(book([])).code == "sheet-empty"


def test_a_hundred_thousand_rows_are_refused_with_their_number() -> None:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = workbook.add_worksheet()
    for y in range(100_000):
        page.write_number(y, 0, y)
    workbook.close()
    refused = refusal(out.getvalue())
    assert refused.code == "sheet-rows"
    assert "100000" in str(refused)
    lines = "\n".join(f"{n},话" for n in range(sheets.MOST_ROWS + 500))
    assert refusal(f"编号,内容\n{lines}".encode(), "a.csv").code == "sheet-rows"


def test_exactly_as_many_rows_as_are_allowed() -> None:
    lines = "\n".join(f"{n},话" for n in range(sheets.MOST_ROWS))
    assert len(read(f"编号,内容\n{lines}".encode(), "a.csv").rows) == sheets.MOST_ROWS


def test_too_many_columns() -> None:
    assert refusal(book([[f"列{n}" for n in range(201)]])).code == "sheet-columns"
    assert refusal(",".join(f"c{n}" for n in range(300)).encode(), "a.csv").code == "sheet-columns"


def test_a_cell_in_the_farthest_corner_takes_nothing_down() -> None:
    """Six kilobytes for which the reader asks half a terabyte and aborts its process."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    page = workbook.add_worksheet()
    page.write(0, 0, "编号")
    page.write(1_048_575, 16_383, "x")
    workbook.close()
    assert refusal(out.getvalue()).code == "sheet-broken"


def test_a_workbook_that_unpacks_into_a_flood() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (sheets.MOST_UNPACKED + 1))
    assert len(out.getvalue()) < 2**20
    assert refusal(out.getvalue()).code == "sheet-bomb"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019/7/19 18:19:54", "2019-07-19T18:19:54+08:00"),
        ("2020-01-04 9:05", "2020-01-04T09:05:00+08:00"),
        ("2020-01-04", "2020-01-04T00:00:00+08:00"),
        ("2020-01-04T09:05:06.123", "2020-01-04T09:05:06+08:00"),
        ("２０２０年1月4日 8时20分", "2020-01-04T08:20:00+08:00"),
        ("2019.12.1", "2019-12-01T00:00:00+08:00"),
        ("20191201", "2019-12-01T00:00:00+08:00"),
        ("43665.76382", "2019-07-19T18:19:54+08:00"),
    ],
)
def test_dates_as_people_write_them(text: str, iso: str) -> None:
    assert cells.when(text).isoformat() == iso


@pytest.mark.parametrize(
    "text",
    ["1899-12-31", "1900-01-01", "0", "1", "2019-13-01", "2019-02-30", "昨天", "1/2/2019", "12:30",
     "2019-12-01 25:00", "9999-12-31", "99999"],
)  # fmt: skip
def test_dates_that_are_none(text: str) -> None:
    with pytest.raises(Refused):
        cells.when(text)


def test_counts() -> None:
    assert [cells.count(t) for t in ("", "0", "12", "12.0", "1,234", "１２人")] == [
        0,
        0,
        12,
        12,
        1234,
        12,
    ]
    for bad in ("-1", "1.5", "许多", "9" * 30):
        with pytest.raises(Refused):
            cells.count(bad)


_VALID = book([["编号", "内容"], [1, "灯"]])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    start=st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe"]),
    rest=st.binary(max_size=600),
    name=st.sampled_from(["a.xlsx", "a.csv", "a.tsv", "a.xls"]),
)
@example(start=b"\xff\xfe", rest=b"\x00\xd8", name="a.csv")
@example(start=b"", rest=b'"', name="a.csv")
def test_any_bytes_whatever_are_read_or_refused(start: bytes, rest: bytes, name: str) -> None:
    _read_or_refuse(start + rest, name)


@settings(max_examples=25, deadline=None)
@given(at=st.integers(0, len(_VALID) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_workbook_with_a_wrong_byte_or_its_end_missing(at: int, byte: int, cut: bool) -> None:
    content = _VALID[:at] if cut else _VALID[:at] + bytes([byte]) + _VALID[at + 1 :]
    _read_or_refuse(content, "a.xlsx")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_whatever_is_read_or_refused(text: str) -> None:
    _read_or_refuse(text.encode("utf-8", "surrogatepass"), "a.csv")


def _read_or_refuse(content: bytes, name: str) -> None:
    try:
        sheet = read(content, name)
    except Refused as refused:
        assert str(refused)
    else:
        assert len(set(sheet.headers)) == len(sheet.headers)
        assert all(len(row.cells) == len(sheet.headers) for row in sheet.rows)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=30), st.from_regex(r"\d{1,12}([./-]\d{1,9}){0,4}", fullmatch=True))
)
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        assert cells.when(text).year >= cells.FIRST_YEAR
    except Refused as refused:
        assert str(refused)
