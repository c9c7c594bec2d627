"""The child process that opens somebody's workbook; nobody imports it.

A workbook of six kilobytes can claim a cell in its farthest corner, and the reader then asks for
half a terabyte and aborts, taking its whole process along. So it gets a process of its own, with
little memory and little time. Bytes come in by stdin; out go the rows as JSON, every cell as text.
Only the standard library and calamine are imported: starting must be quick.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from typing import Any

import python_calamine

MEMORY = 1536 * 2**20
SECONDS = 60


def text_of(cell: Any) -> str:
    """A cell as text: whole numbers without their `.0`, dates as ISO, times of day as they are."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    return str(cell)


def read(content: bytes, most_rows: int, most_columns: int) -> dict[str, Any]:
    """The first visible sheet with something on it."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError:
        return {"problem": "password"}
    shown = python_calamine.SheetVisibleEnum.Visible
    kind = python_calamine.SheetTypeEnum.WorkSheet
    for meta in book.sheets_metadata:
        if meta.visible != shown or meta.typ != kind:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if not sheet.height:
            continue
        top, left = sheet.start or (0, 0)
        if top + sheet.height > most_rows:
            return {"problem": "rows", "n": top + sheet.height}
        if left + sheet.width > most_columns:
            return {"problem": "columns", "n": left + sheet.width}
        rows = [[text_of(c) for c in row] for row in sheet.to_python(skip_empty_area=False)]
        return {"name": meta.name, "rows": rows, "merged": sheet.merged_cell_ranges or []}
    return {"problem": "empty"}


def main() -> int:
    """Read stdin, write the answer. Any failure at all is an answer too, or an abort."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (limit if hard < 0 else min(limit, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    except BaseException:  # a Rust panic is no Exception
        answer = {"problem": "broken"}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
