"""The piece of a text that shows why it was found."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEFORE, LONGEST = 12, 60
_GAPS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some of a text: what stands before the words found, these words, and what follows."""

    before: str
    hit: str = ""
    after: str = ""

    def __str__(self) -> str:
        return self.before + self.hit + self.after


def excerpt(text: str, typed: str, *, most: int = LONGEST) -> Excerpt:
    """At most `most` characters of a text around the first of the typed words that is in it.

    Words that are found by their pairs only may stand nowhere as typed: then the text's beginning.
    """
    text = " ".join(text.split())
    start, length = _place(text.lower(), typed.lower())
    cut = max(0, min(start - BEFORE, len(text) - most)) if length else 0
    end = min(len(text), cut + most)
    before = ("…" if cut else "") + text[cut:start]
    after = text[start + length : end] + ("…" if end < len(text) else "")
    return Excerpt(before, text[start : start + length], after)


def _place(text: str, typed: str) -> tuple[int, int]:
    for word in _GAPS.split(typed):
        start = text.find(word) if word else -1
        if start >= 0:
            return start, len(word)
    return 0, 0
