"""Somebody else's Excel form, filled: their look and all they wrote stay, named cells get values.

What cannot be filled is said of the cell it is about: a merged cell's inside, a locked cell of a
protected sheet, a formula, a sheet that is not there.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from linshuo.exchange.sheets import MOST_BYTES, MOST_UNPACKED
from linshuo.kit.refused import Refused

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,4})")
_FILLER = Path(__file__).with_name("filler.py")


@dataclass(frozen=True, slots=True)
class Seen:
    """One sheet as far as it is shown: rows of cells in a few characters each."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Value:
    """What goes into which cell; None only asks whether it could."""

    sheet: str
    cell: str
    value: str | int | float | None = None


def look(content: bytes) -> list[Seen]:
    """The visible sheets of a workbook. Raises `Refused` with the field "file"."""
    _check(content)
    answer, _rest = _ask({"do": "look"}, content)
    if answer.get("problem"):
        raise _broken()
    seen = [Seen(s["name"], tuple(tuple(r) for r in s["rows"])) for s in answer["sheets"]]
    if not seen:
        raise Refused("form-empty", _("这个表格里没有看得见的工作表。"), "file")
    return seen


def has_drawings(content: bytes) -> bool:
    """Whether there are pictures or charts in it, which a filled copy may leave out."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(n.startswith(("xl/charts/", "xl/media/")) for n in archive.namelist())
    except zipfile.BadZipFile:
        return False


def cell_name(typed: str) -> str:
    """B3 of b3 or $B$3. Raises `Refused("cell")`."""
    found = CELL.fullmatch(typed.strip().upper())
    if found is None:
        raise Refused("cell", _("格子写成列的字母加行的数字，比如 B3。"), "cell")
    return found[1] + found[2]


def check(content: bytes, cells: Sequence[Value]) -> None:
    """Raises `Refused("cell")` for the first cell that cannot be filled; its field is cell<n>."""
    _fill("try", content, [Value(v.sheet, v.cell) for v in cells])


def fill(content: bytes, cells: Sequence[Value]) -> bytes:
    """The workbook with the values in it. Raises as `check` does."""
    return _fill("fill", content, cells)


def _fill(do: str, content: bytes, cells: Sequence[Value]) -> bytes:
    told = [{"sheet": v.sheet, "cell": v.cell, "value": v.value} for v in cells]
    answer, filled = _ask({"do": do, "cells": told}, content)
    problem = answer.get("problem")
    if not problem:
        return filled
    if problem == "broken":
        raise _broken()
    n = int(answer["n"])
    raise Refused("cell", _why(problem, cells[n], answer.get("first", "")), f"cell{n}")


def _why(problem: str, at: Value, first: str) -> str:
    sentences = {
        "sheet": _("表里没有叫“%(sheet)s”的工作表。"),
        "far": _("%(cell)s 太远了，填不到那里。"),
        "merged": _("%(cell)s 在合并的格子里面，要写就写左上角的 %(first)s。"),
        "protected": _("“%(sheet)s”加了保护，%(cell)s 是锁着的。先在 Excel 里撤销保护，再交一次。"),
        "formula": _("%(cell)s 里是公式，填进去公式就没有了。换一个格子，让公式自己算。"),
    }
    return sentences[problem] % {"sheet": at.sheet, "cell": at.cell, "first": first}


def _check(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        message = _("文件太大了，最多 %d MB。")
        raise Refused("form-big", message % (MOST_BYTES // 2**20), "file")
    if not content.startswith(b"PK\x03\x04"):
        raise Refused(
            "form-kind", _("请交 .xlsx 文件。旧的 .xls 先在 Excel 里另存为 .xlsx。"), "file"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            names = archive.namelist()
    except Exception:  # a forged directory can raise almost anything
        raise _broken() from None
    if unpacked > MOST_UNPACKED or "xl/workbook.xml" not in names:
        raise _broken()
    if any(n.startswith("xl/vbaProject") for n in names):
        raise Refused("form-macro", _("这个表格里有宏。请另存为不带宏的 .xlsx 再交。"), "file")


def _broken() -> Refused:
    sentence = _("这个表格打不开：它坏了、加了密码，或者太大。请在 Excel 里另存为 .xlsx 再交。")
    return Refused("form-broken", sentence, "file")


def _ask(order: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Let the child process open it: see `filler`."""
    line = json.dumps(order, ensure_ascii=False).encode() + b"\n"
    command = [sys.executable, "-I", str(_FILLER)]
    try:
        done = subprocess.run(
            command, input=line + content, capture_output=True, timeout=90, check=False
        )
        if done.returncode != 0:
            return {"problem": "broken"}, b""
        head, _newline, rest = done.stdout.partition(b"\n")
        answer: dict[str, Any] = json.loads(head)
    except (subprocess.TimeoutExpired, ValueError, OSError):
        return {"problem": "broken"}, b""
    return answer, rest
