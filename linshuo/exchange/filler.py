"""The child process that fills somebody else's workbook; nobody imports it.

It gets a process of its own with little memory and little time, for the reason told in `reader`. By
stdin come one line of JSON and the workbook; out go one line of JSON and, when it was filled, the
workbook. Only the standard library and openpyxl are imported.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

MEMORY = 1536 * 2**20
SECONDS = 60
LOOK_ROWS, LOOK_COLUMNS = 60, 16
MOST_ROW, MOST_COLUMN = 2000, 200


def look(book: Any) -> dict[str, Any]:
    """What the sheets show, as far as a person would look for a cell to fill."""
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        rows = [
            [words(cell.value) for cell in row]
            for row in sheet.iter_rows(
                max_row=min(sheet.max_row, LOOK_ROWS),
                max_col=min(sheet.max_column, LOOK_COLUMNS),
            )
        ]
        sheets.append({"name": sheet.title, "rows": rows})
    return {"sheets": sheets}


def words(value: Any) -> str:
    """A cell in a few characters."""
    return "" if value is None else str(value)[:30]


def fill(book: Any, cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Write each value into its cell; or say of which cell why it cannot be."""
    for n, given in enumerate(cells):
        problem = place(book, given["sheet"], given["cell"], given["value"])
        if problem:
            return {**problem, "n": n}
    return {}


def place(book: Any, name: str, at: str, value: Any) -> dict[str, Any]:
    """Write one value. A value of None only asks whether it could be written."""
    if name not in book.sheetnames:
        return {"problem": "sheet"}
    sheet = book[name]
    if not hasattr(sheet, "iter_rows"):
        return {"problem": "sheet"}
    column, row = coordinate_from_string(at)
    if row > MOST_ROW or column_index_from_string(column) > MOST_COLUMN:
        return {"problem": "far"}
    cell = sheet[at]
    if isinstance(cell, MergedCell):
        first = next((r.start_cell.coordinate for r in sheet.merged_cells.ranges if at in r), "")
        return {"problem": "merged", "first": first}
    if sheet.protection.sheet and cell.protection.locked:
        return {"problem": "protected"}
    if cell.data_type == "f":
        return {"problem": "formula"}
    if value is not None:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"  # a text is a text whatever it begins with
    return {}


def work(order: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Do what is asked: look, or fill."""
    book = openpyxl.load_workbook(io.BytesIO(content), rich_text=True)
    if order["do"] == "look":
        return look(book), b""
    answer = fill(book, order["cells"])
    if answer or order["do"] == "try":
        return answer, b""
    out = io.BytesIO()
    book.save(out)
    return {}, out.getvalue()


def main() -> int:
    """Read stdin, write the answer. Any failure at all is an answer too, or an abort."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (limit if hard < 0 else min(limit, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        order = json.loads(sys.stdin.buffer.readline())
        answer, content = work(order, sys.stdin.buffer.read())
    except BaseException:
        answer, content = {"problem": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    sys.stdout.buffer.write(b"\n" + content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
