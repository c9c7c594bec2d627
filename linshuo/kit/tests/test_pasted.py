"""Pasted tables: every separator people use, and no text at all that breaks the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.pasted import Row, by_heading, expand, rows

HEADINGS = {"name": ("姓名", "名字"), "role": ("职务",), "phone": ("手机", "电话")}


@pytest.mark.parametrize(
    "line",
    [
        "李网格\t外勤员\t13800001111",
        "李网格,外勤员,13800001111",
        "李网格，外勤员，13800001111",
        "李网格   外勤员  13800001111",
        "李网格\u3000外勤员\u300013800001111",
        "李网格 外勤员 13800001111",
        '"李网格"\t"外勤员"\t１３８００００１１１１',
    ],
)
def test_every_separator_people_use(line: str) -> None:
    assert rows(line) == [Row(1, ("李网格", "外勤员", "13800001111"))]


def test_the_strongest_separator_of_a_line_wins() -> None:
    assert rows("嘉福花园 A 区\t3 栋\n盐业小区, 1 栋")[0].cells == ("嘉福花园 A 区", "3 栋")
    assert rows("盐业小区, 1 栋")[0].cells == ("盐业小区", "1 栋")
    assert rows("盐业 小区  1 栋")[0].cells == ("盐业 小区", "1 栋")


def test_blank_lines_are_left_out_but_counted() -> None:
    assert [r.number for r in rows("\n甲\r\n \t \r\n乙\u2028丙")] == [2, 4, 5]


def test_a_heading_line_orders_the_columns() -> None:
    pasted = rows("序号\t手机\t姓名\t职务\n1\t138\t李网格\t外勤员")
    found, headed = by_heading(pasted, HEADINGS)
    assert headed
    assert found == [Row(2, ("李网格", "外勤员", "138"))]


def test_without_a_heading_the_first_line_is_a_row() -> None:
    found, headed = by_heading(rows("李网格 外勤员"), HEADINGS)
    assert not headed
    assert found == [Row(1, ("李网格", "外勤员"))]
    assert by_heading([], HEADINGS) == ([], False)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1-3栋", ["1栋", "2栋", "3栋"]),
        ("1～3 栋", ["1栋", "2栋", "3栋"]),
        ("9至11号楼", ["9号楼", "10号楼", "11号楼"]),
        ("1栋-3栋", ["1栋", "2栋", "3栋"]),
        ("A1-A3座", ["A1座", "A2座", "A3座"]),
        ("1、3、5栋", ["1栋", "3栋", "5栋"]),
        ("1-2、7栋", ["1栋", "2栋", "7栋"]),
        ("3栋", ["3栋"]),
        ("党群服务中心", ["党群服务中心"]),
        ("1栋-2单元", ["1栋-2单元"]),
        ("", []),
        ("12-1栋", []),
        ("1-9999栋", []),
    ],
)
def test_ranges_and_lists(text: str, names: list[str]) -> None:
    assert expand(text) == names


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(text: str) -> None:
    table = rows(text)
    assert all(any(row.cells) for row in table)
    assert all("\n" not in cell and "\t" not in cell for row in table for cell in row.cells)
    again, headed = by_heading(table, HEADINGS)
    assert len(again) == len(table) - headed
    for row in table:
        for cell in row.cells:
            assert all(name.strip() for name in expand(cell))


@given(st.lists(st.lists(st.sampled_from(["甲", "3栋", "x y", ""]), min_size=2, max_size=4)))
def test_what_a_spreadsheet_copies_is_read_back(table: list[list[str]]) -> None:
    text = "\n".join("\t".join(cells) for cells in table)
    kept = [cells for cells in table if any(cells)]
    read = [list(row.cells) for row in rows(text)]
    assert [[c for c in cells if c] for cells in read] == [[c for c in k if c] for k in kept]
