"""Marking what could give a person away in a text that is about to be shown outside.

A mark is a question to whoever releases the text, never an answer: only a person releases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linshuo.kit.text import fold


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text and what it may be: phone, identity, door, name."""

    kind: str
    start: int
    end: int
    text: str


_SIGN = r"[\da-zA-Z一二三四五六七八九十百]"
_HOUSE = rf"{_SIGN}{{1,4}} ?(?:栋|幢|座|号楼|单元)"
_BIRTHDAY = r"(?:19|20)\d{2}(?:0\d|1[0-2])[0-3]\d"
_CALLED = r"(?:我叫|我是|本人|联系人|姓名)[:： ]?"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity", re.compile(rf"(?<!\d)[1-9]\d{{5}}{_BIRTHDAY}\d{{3}}[\dxX](?!\d)")),
    ("phone", re.compile(r"(?<!\d)1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)")),
    (
        "door",
        re.compile(rf"{_HOUSE}(?:{_SIGN}|[\- ]){{0,8}}(?:单元)?[\d]{{0,4}} ?(?:室|房|号|户)"),
    ),
    ("door", re.compile(rf"{_HOUSE}[ \-]?(?:\d{{1,2}} ?单元[ \-]?)?\d{{3,4}}(?![\d年])")),
    ("door", re.compile(r"(?<!\d)\d{1,3}[\-—]\d{1,2}[\-—]\d{3,4}(?!\d)|(?<!\d)\d{3,4} ?室")),
    ("name", re.compile(_CALLED + r"([\u4e00-\u9fff]{2,3})(?=[，。,. ;；:：、\n]|$)")),
)
_NOT_A_NAME = re.compile(
    r"业主|居民|住户|村民|市民|群众|老人|一名|一个|学生|家长|这里|我们|本人|小区"
)


def find_marks(text: str) -> list[Mark]:
    """Where the text may name someone, in order; overlapping marks are given once."""
    folded = _fold_in_place(text)
    found: list[Mark] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(folded):
            group = 1 if match.re.groups else 0
            start, end = match.span(group)
            if kind == "name" and _NOT_A_NAME.search(folded[start:end]):
                continue
            if not any(m.start < end and start < m.end for m in found):
                found.append(Mark(kind, start, end, text[start:end]))
    return sorted(found, key=lambda m: m.start)


def _fold_in_place(text: str) -> str:
    """Folded sign by sign, leaving alone what would grow (…, ㎡), so that places stay places."""
    return "".join(f if len(f := fold(c)) == 1 else c for c in text)
