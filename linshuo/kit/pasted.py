"""Tables pasted from a spreadsheet, or typed as one would type them into a message.

Pure: text in, rows of cells out, each with the number of its line. Never raises, whatever the
text: what is wrong with a row is for the reader of that table to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linshuo.kit.text import tidy

MOST_LINE = 2_000
"""Characters of one line that are looked at; the rest of it is nobody's name."""

_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_COMMAS = re.compile(r"[,，]")
_WIDE_BLANKS = re.compile(r"[ \u00a0\u3000]{2,}|\u3000")
_BLANKS = re.compile(r"[ \u00a0]+")
_RANGE = re.compile(
    r"(?P<head>\D*?)(?P<first>\d{1,4})\s*(?P<unit>[^\d\s\-–—~～至到]{0,4})\s*(?:[-–—~～至到])\s*"
    r"(?P=head)(?P<last>\d{1,4})\s*(?P<tail>\D*)"
)
_LIST = re.compile(r"[、/；;]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line that holds something: its number as an editor would count it, and its cells."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int) -> str:
        """The cell, or nothing where the line is shorter."""
        return self.cells[index] if 0 <= index < len(self.cells) else ""


def rows(text: str) -> list[Row]:
    """The lines that are not blank, cut into cells.

    Each line is cut by the strongest separator it contains: tabs (what a spreadsheet pastes), then
    commas of either width, then runs of two or more blanks or a wide blank, then single blanks.
    """
    found = []
    for number, line in enumerate(_LINE_ENDS.split(text), start=1):
        cells = _cut(line[:MOST_LINE])
        if any(cells):
            found.append(Row(number, tuple(cells)))
    return found


def _cut(line: str) -> list[str]:
    line = line.strip(" \u00a0\u3000\ufeff\u200b")
    if "\t" in line:
        parts = line.split("\t")
    elif _COMMAS.search(line):
        parts = _COMMAS.split(line)
    elif _WIDE_BLANKS.search(line):
        parts = _WIDE_BLANKS.split(line)
    else:
        parts = _BLANKS.split(line)
    return [_clean(part) for part in parts]


def _clean(cell: str) -> str:
    cell = " ".join(tidy(cell).split())
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"').strip()
    return cell


def by_heading(
    table: Sequence[Row], headings: Mapping[str, Sequence[str]]
) -> tuple[list[Row], bool]:
    """The rows with their cells in the order of `headings`, and whether a heading line was found.

    `headings` maps each column to the words it may be headed with. A first line made only of such
    words (two of them at least) is the heading: the columns may then come in any order, with
    columns nobody asked for between them. Without one, the columns are taken as they come.
    """
    if not table:
        return [], False
    known = {word: name for name, words in headings.items() for word in words}
    first = [known.get(cell) for cell in table[0].cells]
    named = [name for name in first if name]
    unknown = [
        cell for cell, name in zip(table[0].cells, first, strict=True) if cell and name is None
    ]
    if len(set(named)) < min(2, len(headings)) or len(unknown) > len(named):
        return list(table), False
    where = {name: first.index(name) for name in headings if name in first}
    return [
        Row(row.number, tuple(row.cell(where.get(name, -1)) for name in headings))
        for row in table[1:]
    ], True


def expand(text: str, most: int = 200) -> list[str]:
    """A range or a list of names as single names: “1-3栋” is 1栋 2栋 3栋, “1、3栋” is 1栋 3栋.

    What is neither stays one name. An empty list means a range that runs backwards or is longer
    than `most`: somebody must look at it.
    """
    text = text.strip()
    if not text:
        return []
    pieces = [piece.strip() for piece in _LIST.split(text) if piece.strip()]
    unit = re.sub(r"^.*\d", "", pieces[-1]) if pieces else ""
    found: list[str] = []
    for piece in pieces:
        if len(pieces) > 1 and piece[-1].isdigit():
            piece += unit
        whole = _RANGE.fullmatch(piece)
        if whole is None:
            found.append(piece)
            continue
        first, last = int(whole["first"]), int(whole["last"])
        tail = (whole["tail"] or whole["unit"]).strip()
        if whole["unit"] and whole["tail"].strip() not in ("", whole["unit"].strip()):
            found.append(piece)  # “1栋-2单元” is one name, not a range
            continue
        if last < first or last - first >= most:
            return []
        found += [f"{whole['head']}{n}{tail}" for n in range(first, last + 1)]
    return found if len(found) <= most else []
