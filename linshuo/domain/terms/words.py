"""Which terms a text is found by: the one spelling that both engines share.

Every term is matched whole, never as a prefix: a prefix makes either engine read all terms that
begin with it (40 to 80 ms among a million rows for one common character), a term one list.
So a text is indexed by what may be typed: each pair of neighbouring Chinese characters, each
character by itself, and each beginning of a word of letters or digits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum

from linshuo.kit.text import bigrams, query_terms

LONGEST_WORD = 20
"""Letters and digits of one word that count; what is typed beyond them is not compared."""
MOST_TERMS = 20_000
"""Of one text: some 10,000 characters. PostgreSQL takes a megabyte of terms, far more than that."""
MOST_WANTED = 64
"""Of one search; a pasted page is looked for by its beginning."""


class Kind(StrEnum):
    """What an entry stands for."""

    NEED = "need"
    NOTE = "note"
    PERSON = "person"


CODES: dict[Kind, int] = {Kind.NEED: 1, Kind.NOTE: 2, Kind.PERSON: 3}
"""Below 8: an entry's id is its row's id times eight plus this."""


def entry_id(kind: str, ref_id: int) -> int:
    """The id of the one entry of a row: known without looking, and newest first like the rows."""
    return ref_id * 8 + CODES[Kind(kind)]


def terms_of(text: str) -> list[str]:
    """Everything a text is found by, each once, in order of appearance."""
    found: dict[str, None] = {}
    for term in bigrams(text):
        if term.isascii():
            found |= dict.fromkeys(term[:n] for n in range(1, min(len(term), LONGEST_WORD) + 1))
        else:
            found |= dict.fromkeys((term, *term))
        if len(found) > MOST_TERMS:
            break
    return list(found)[:MOST_TERMS]


def wanted(text: str) -> list[str]:
    """What a search looks for: an entry is found when it has all of these.

    Empty when nothing was typed that could be found (spaces, punctuation).
    """
    cut = (term[:LONGEST_WORD] if term.isascii() else term for term, _prefix in query_terms(text))
    return list(dict.fromkeys(cut))[:MOST_WANTED]


class Scope:
    """Spells terms of one kind in one community.

    The middle dot cannot be part of a word, so nothing that people write can look like a scope,
    and a doubled one marks an audience. For FTS5's ascii tokenizer, which keeps every character
    beyond ASCII, and for a `tsvector` such a spelling is one term.
    """

    def __init__(self, community_id: int, kind: str) -> None:
        self.prefix = f"{community_id}·{CODES[Kind(kind)]}·"

    def term(self, word: str) -> str:
        """A word of this scope."""
        return self.prefix + word

    def audience(self, name: str) -> str:
        """An audience of this scope: letters and digits, such as p12 or u7."""
        if not (name.isascii() and name.isalnum() and name.islower()):
            raise ValueError(f"an audience is small letters and digits: {name!r}")
        return f"{self.prefix}·{name}"

    def spell(self, text: str, audiences: Iterable[str]) -> str:
        """All terms of an entry, audiences first, separated by spaces: as the row keeps them."""
        listeners = (self.audience(name) for name in sorted(set(audiences)))
        return " ".join([*listeners, *(self.term(word) for word in terms_of(text))])

    def ask(self, words: Iterable[str], audiences: Collection[str] | None) -> Asked:
        """All of the words, and one of the audiences unless they are None."""
        heard = None if audiences is None else tuple(self.audience(a) for a in sorted(audiences))
        return Asked(tuple(self.term(word) for word in words), heard)


class Asked:
    """A search in spelled terms. Empty means that nothing can be found by it."""

    def __init__(self, every: tuple[str, ...], some: tuple[str, ...] | None) -> None:
        self.every = every
        self.some = some

    def __bool__(self) -> bool:
        return bool(self.every) and self.some != ()

    def as_fts5(self) -> str:
        """For `MATCH`. Terms hold no quotes: they are our own spelling."""
        parts = [f'"{term}"' for term in self.every]
        if self.some:
            parts.append("(" + " OR ".join(f'"{term}"' for term in self.some) + ")")
        return " AND ".join(parts)

    def as_tsquery(self) -> str:
        """For `@@`, after a cast."""
        parts = [f"'{term}'" for term in self.every]
        if self.some:
            parts.append("(" + " | ".join(f"'{term}'" for term in self.some) + ")")
        return " & ".join(parts)
