"""Names in the order of strokes, as a roll of names is read here (按姓氏笔画为序): not a ranking.

`strokes.txt` is the stroke collation of Unicode's CLDR. No library on PyPI that is kept up brings
it: PyICU wants a compiler and ICU's headers, icu4py has no collation, and the rest are either GPL
or were left years ago (`docs/decisions/0013-names-in-the-order-of-strokes.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

Thing = TypeVar("Thing")
Place = tuple[int, int]
"""Which class of character, and where it stands in it."""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], list[int]]:
    """Where each character stands, and with which place each number of strokes begins."""
    places: dict[str, int] = {}
    begins = [0]
    lines = (Path(__file__).with_suffix(".txt")).read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("#"):
            continue
        _number, _sep, characters = line.partition(" ")
        for character in characters:
            places.setdefault(character, len(places))
        begins.append(len(places))
    return places, begins


def strokes(character: str) -> int:
    """How many strokes a character has; 0 where the table does not know it."""
    places, begins = _table()
    found = places.get(character)
    if found is None:
        return 0
    return next(n for n, begin in enumerate(begins) if found < begin)


def key(name: str) -> tuple[Place, ...]:
    """What to sort a name by: each character by its strokes; letters and digits come before, and
    characters that the table does not know after."""
    places, _begins = _table()
    found: list[Place] = []
    for character in name:
        where = places.get(character)
        if where is not None:
            found.append((1, where))
        else:
            found.append((2 if character > "\u2e7f" else 0, ord(character)))
    return tuple(found)


def by_strokes(things: Iterable[Thing], name: Callable[[Thing], str]) -> list[Thing]:
    """Things in the order of strokes of their names; of two alike the first stays first."""
    return sorted(things, key=lambda thing: key(name(thing)))
