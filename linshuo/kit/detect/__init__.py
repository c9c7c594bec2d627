"""Marking what could give a person away in a text that is about to be shown outside.

A mark is a question to whoever releases the text, never an answer: only a person releases.
What is marked and what is not, and how often that is right: `docs/detector.md`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from linshuo.kit.detect import doors, giveaway, names, numbers
from linshuo.kit.detect.plain import plain

__all__ = ["Mark", "find_marks"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text and what it may be.

    Kinds: identity, account, phone, plate, contact (e-mail, chat), door, name, giveaway.
    """

    kind: str
    start: int
    end: int
    text: str


def find_marks(text: str, *, place_shown: bool = False) -> list[Mark]:
    """Where the text may name someone, in order; overlapping marks are given once.

    `place_shown` says that the page shows the estate beside the text: then an age and an illness
    are a giveaway even if the text itself names no place. Time is linear in the text: every
    pattern has a greatest width, and no stretch is looked at twice for the same kind.
    """
    folded = plain(text)
    taken = bytearray(len(text))
    found: list[Mark] = []
    for kind, start, end in itertools.chain(
        numbers.find(folded),
        doors.find(folded),
        names.find(folded),
        giveaway.find(folded, place_shown=place_shown),
    ):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(Mark(kind, start, end, text[start:end]))
    return sorted(found, key=lambda mark: mark.start)
