"""Chinese text as people type it: normalising, and the one bigram function both engines share."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([a-z0-9]+)")
_BLANKS = re.compile(r"[ \t\u00a0\u3000\u200b\ufeff]+")
_LINES = re.compile(r"\n\s*\n+")
_CLAUSE_ENDS = re.compile(r"[。！？!?\n；;]")


def tidy(text: str) -> str:
    """What a person meant to type: full-width letters and digits narrowed, odd spaces folded.

    Chinese punctuation stays as it is: it is not a typing slip. Control characters go.
    """
    narrowed = "".join(
        chr(ord(c) - 0xFEE0) if "\uff10" <= c <= "\uff19" or "\uff21" <= c <= "\uff5a" else c
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
    )
    clean = "".join(
        c for c in narrowed if c == "\n" or c == "\t" or unicodedata.category(c) != "Cc"
    )
    lines = (_BLANKS.sub(" ", line).strip() for line in clean.split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def fold(text: str) -> str:
    """For comparing and indexing only: compatibility forms folded, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def bigrams(text: str) -> list[str]:
    """Index terms of a text, in order, each once.

    A run of Chinese gives each pair of neighbours and its last character alone (so that a search
    for one character, as a prefix, finds it wherever it stands); letters and digits stay words.
    """
    terms: dict[str, None] = {}
    for han, word in _RUNS.findall(fold(text)):
        if word:
            terms[word[:40]] = None
            continue
        for left, right in itertools.pairwise(han):
            terms[left + right] = None
        terms[han[-1]] = None
    return list(terms)


def query_terms(text: str) -> list[tuple[str, bool]]:
    """What to look for: (term, whether as a prefix). All must be there."""
    wanted: dict[tuple[str, bool], None] = {}
    for han, word in _RUNS.findall(fold(text)):
        if word:
            wanted[(word[:40], True)] = None
        elif len(han) == 1:
            wanted[(han, True)] = None
        else:
            for left, right in itertools.pairwise(han):
                wanted[(left + right, False)] = None
    return list(wanted)


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """Pinyin initials of a name, so that 张桂香 is found by zgx."""
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")
    return "".join(letters).lower()[:20]


def first_sentence(text: str, most: int = 30) -> str:
    """A title for something said: its first clause, cut where it would not fit a line.

    Empty only when nothing was said: what begins with “？？” has its title in what follows.
    """
    clauses = (clause.strip() for clause in _CLAUSE_ENDS.split(text))
    head = next((clause for clause in clauses if clause), " ".join(text.split()))
    return head if len(head) <= most else head[: most - 1] + "…"
