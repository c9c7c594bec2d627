"""Reading any spreadsheet that somebody hands in: .xlsx, .xls, .csv, .tsv.

What comes out is a frozen `Sheet` of tidy text. What goes wrong is one `Refused` with a sentence
that says what to do about the file; nothing else is ever raised.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

MOST_BYTES = 10 * 2**20
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_UNPACKED = 200 * 2**20
"""Bytes of a workbook once unpacked; real ones of 10 MB stay well below."""
HEADER_WITHIN = 20
"""The header row is looked for among the first so many rows: titles and notes stand above it."""

_READER = Path(__file__).with_name("reader.py")
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_HTML = re.compile(rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|meta|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of data. `number` is the row's number as Excel shows it at the left."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the headers, each named once, and the rows below them, as wide as the headers."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    name: str = ""


def read(content: bytes, name: str, known: Callable[[str], bool] = bool) -> Sheet:
    """The table in a file. `known` says whether a header is one the caller looks for.

    `name` only chooses the delimiter of a text file; everything else is told by the content.
    Raises `Refused` with the field "file".
    """
    if not content:
        raise _refused("empty", _("这个文件是空的。"))
    if len(content) > MOST_BYTES:
        raise _refused(
            "big", _("文件太大了，最多 %d MB。可以分成几个来收。") % (MOST_BYTES // 2**20)
        )
    sheet_name = ""
    merged: list[Any] = []
    if content.startswith(b"PK\x03\x04"):
        _check_zip(content)
        sheet_name, grid, merged = _workbook(content)
    elif content.startswith(_OLE2):
        sheet_name, grid, merged = _workbook(content)
    else:
        grid = _text(content, name)
    return _table(grid, merged, known, sheet_name)


def _refused(code: str, sentence: str) -> Refused:
    return Refused(f"sheet-{code}", sentence, "file")


def _not_a_sheet() -> Refused:
    return _refused("kind", _("这不是表格。请交 .xlsx、.xls、.csv 或 .tsv 文件。"))


def _broken() -> Refused:
    return _refused(
        "broken", _("这个表格打不开：它坏了，或者铺得太大。请在 Excel 里另存为 .xlsx 再交。")
    )


def _check_zip(content: bytes) -> None:
    """Only a workbook, and not one that unpacks into a flood."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            unpacked = sum(info.file_size for info in archive.infolist())
    except Exception:  # a forged directory can raise almost anything
        raise _broken() from None
    if unpacked > MOST_UNPACKED:
        raise _refused("bomb", _("这个表格展开以后太大了。请把数据复制到一个新的表格里再交。"))
    if "xl/workbook.xml" not in names:
        raise _not_a_sheet()


def _workbook(content: bytes) -> tuple[str, list[list[str]], list[Any]]:
    """Let the child process open it: see `reader`."""
    command = [
        sys.executable,
        "-I",
        str(_READER),
        str(MOST_ROWS + HEADER_WITHIN),
        str(MOST_COLUMNS),
    ]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=90, check=False)
        answer: dict[str, Any] = (
            json.loads(done.stdout) if done.returncode == 0 else {"problem": "broken"}
        )
    except (subprocess.TimeoutExpired, ValueError, OSError):
        raise _broken() from None
    problem = answer.get("problem")
    if problem == "rows":
        raise _too_many_rows(answer["n"])
    if problem == "columns":
        raise _too_many_columns(answer["n"])
    if problem == "empty":
        raise _refused("empty", _("这个表格里什么也没有。"))
    if problem == "password":
        raise _refused("password", _("这个表格加了密码。请先去掉密码再交。"))
    if problem:
        raise _broken() if content.startswith(b"PK") else _not_a_sheet()
    return answer["name"], answer["rows"], answer["merged"]


def _too_many_rows(n: int) -> Refused:
    message = _("这个表格有 %(n)d 行，一次最多收 %(most)d 行。请分成几个来收。")
    return _refused("rows", message % {"n": n, "most": MOST_ROWS})


def _too_many_columns(n: int) -> Refused:
    message = _("这个表格有 %(n)d 列，最多 %(most)d 列。请只留要收的那几列。")
    return _refused("columns", message % {"n": n, "most": MOST_COLUMNS})


def _text(content: bytes, name: str) -> list[list[str]]:
    if _HTML.match(content[:200]):
        raise _refused(
            "html", _("这是一张网页，只是名字像表格。请用 Excel 打开它，另存为 .xlsx 再交。")
        )
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text, name)):
            rows.append(row)
            if len(row) > MOST_COLUMNS and any(c.strip() for c in row[MOST_COLUMNS:]):
                raise _too_many_columns(len(row))
            if len(rows) > MOST_ROWS + HEADER_WITHIN:
                raise _too_many_rows(text.count("\n"))
    except csv.Error:
        raise _not_a_sheet() from None
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8, what Excel calls Unicode text, or what a Chinese Windows writes."""
    encodings = ("utf-8-sig", "gb18030")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16", "utf-16")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeError:
            continue
        if _CONTROL.search(text):
            break
        return text
    raise _not_a_sheet()


def _delimiter(text: str, name: str) -> str:
    if name.lower().endswith(".tsv"):
        return "\t"
    head = text[:5000]
    return max((",", "\t", ";", "，"), key=head.count)


def _table(
    grid: list[list[str]], merged: Sequence[Any], known: Callable[[str], bool], name: str
) -> Sheet:
    lines = [[tidy(cell) for cell in row] for row in grid]
    banners = _fill_merged(lines, merged)
    at = _header_row(lines, known)
    width = max((i + 1 for row in lines[at:] for i, cell in enumerate(row) if cell), default=0)
    headers = _headers(lines[at], width)
    rows = []
    for index, line in enumerate(lines[at + 1 :], start=at + 1):
        cells = tuple((line + [""] * width)[:width])
        if not any(cells) or index in banners or cells == tuple((lines[at] + [""] * width)[:width]):
            continue  # blank, a heading across the page, or the header again on the next page
        rows.append(Row(index + 1, cells))
    if len(rows) > MOST_ROWS:
        raise _too_many_rows(len(rows))
    return Sheet(headers, tuple(rows), name)


def _fill_merged(lines: list[list[str]], merged: Sequence[Any]) -> set[int]:
    """Write a cell merged downwards into each of its rows; return the rows that are one banner."""
    banners: set[int] = set()
    for (top, left), (bottom, right) in merged:
        if top >= len(lines) or left >= len(lines[top]):
            continue
        words = lines[top][left]
        for row in range(top, min(bottom, len(lines) - 1) + 1):
            if right > left and sum(1 for c in lines[row] if c) <= 1 and row == top:
                banners.add(row)
            elif left < len(lines[row]) and not lines[row][left]:
                lines[row][left] = words
    return banners


def _header_row(lines: list[list[str]], known: Callable[[str], bool]) -> int:
    """The row with the most headers the caller knows; failing that, the first with two words."""

    def score(row: list[str]) -> tuple[int, int]:
        words = {cell for cell in row if cell and len(cell) <= 30}
        return sum(1 for w in words if known(w)), min(len(words), 2)

    head = list(enumerate(lines[:HEADER_WITHIN]))
    best = max(head, key=lambda pair: (*score(pair[1]), -pair[0]), default=None)
    if best is None or not any(best[1]):
        raise _refused("header", _("找不到表头那一行：每一列叫什么，写在最上面。"))
    return best[0]


def _headers(row: list[str], width: int) -> tuple[str, ...]:
    """Each column's name, once: a missing one is numbered, a repeated one too."""
    headers: list[str] = []
    for index in range(width):
        base = (row[index] if index < len(row) else "").replace("\n", "")[:40]
        wanted = base or _("第 %d 列") % (index + 1)
        n = 1
        while wanted in headers:
            n += 1
            wanted = f"{base} ({n})"
        headers.append(wanted)
    return tuple(headers)
