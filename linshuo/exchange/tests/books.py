"""Small workbooks made on the spot."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter


def book(rows: list[list[Any]], *, merge: str = "", sheet: str = "表") -> bytes:
    """An .xlsx with these rows, everything as it is: numbers as numbers, dates as dates."""
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm"})
    page = workbook.add_worksheet(sheet)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if isinstance(cell, str) and cell.startswith("="):
                page.write_formula(y, x, cell, None, "算出来的")
            elif cell is not None:
                page.write(y, x, cell)
    if merge:
        page.merge_range(merge, None)
        y, x = merge.split(":")[0][1:], merge[0]
        value = rows[int(y) - 1]["ABCDEFGH".index(x)]
        page.write(merge.split(":")[0], value)
    workbook.close()
    return out.getvalue()
