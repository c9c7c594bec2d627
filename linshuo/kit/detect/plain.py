"""A text as the patterns read it: folded sign by sign, so that every place stays where it was."""

from __future__ import annotations

from linshuo.kit.text import fold

Span = tuple[str, int, int]
"""What a stretch may be, where it begins, and where it ends (the end is not in it)."""

_DASHES = "‐‑‒–—―−"
_BLANKS = "\t\r\u00ad\u200b\u200c\u200d\u2060\ufeff"
_SAME = {ord(c): "-" for c in _DASHES} | {ord(c): " " for c in _BLANKS}


def plain(text: str) -> str:
    """Full-width signs narrowed, letters small, every dash a hyphen, every blank a space.

    What would grow when folded (…, ㎡) is left alone: a mark must sit where the text has it.
    """
    return "".join(f if len(f := fold(c)) == 1 else c for c in text.translate(_SAME))
