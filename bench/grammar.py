"""Synthetic troubles in Chinese: a small seeded grammar, so that every run says the same.

The words of a small town are few and its names are many: a handful of common words in most
texts, thousands of names in a few each. That is the shape a search index meets in life, so
streets, estates and people here are put together from characters instead of picked from a list,
and each community has its own.
"""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

_TEXT = Path(__file__).with_name("words.toml").read_text("utf-8")
_WORDS = {name: words.split() for name, words in tomllib.loads(_TEXT).items()}
_ESTATES = ("小区", "小区", "花园", "花园", "苑", "苑")
_STREETS = "路路路路街街街街巷巷巷巷"


class Speaker:
    """Says the troubles of one community. Two speakers with the same seed say the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.streets = [self._made("name", 2) + tail for tail in _STREETS]
        self.estates = [self._made("name", 2) + tail for tail in _ESTATES]

    def _made(self, of: str, count: int) -> str:
        characters = "".join(_WORDS[of])
        return "".join(self.random.choice(characters) for _ in range(count))

    def _pick(self, name: str) -> str:
        return self.random.choice(_WORDS[name])

    def person(self) -> str:
        """A name."""
        return self._made("surname", 1) + self._made("given", self.random.choice((1, 2, 2)))

    def place(self) -> str:
        """A place as people say it."""
        if self.random.random() < 0.4:
            street = self.random.choice(self.streets)
            return f"{street}{self.random.randint(1, 300)}号{self._pick('tails')}"
        estate = self.random.choice(self.estates)
        return f"{estate}{self.random.randint(1, 40)}栋{self._pick('where')}"

    def _clause(self) -> str:
        roll = self.random.random()
        if roll < 0.45:
            return f"{self.place()}的{self._pick('thing')}{self._pick('broken')}"
        if roll < 0.65:
            return f"{self.place()}{self._pick('noise')}{self._pick('act')}"
        if roll < 0.8:
            return f"{self.person()}家的{self._pick('who')}{self._pick('wish')}"
        return (
            f"{self._pick('time')}有{self._pick('who')}在{self._pick('where')}{self._pick('harm')}"
        )

    def trouble(self) -> tuple[str, str]:
        """A title and the text under it, some 20 to 150 characters, mostly short."""
        title = self._clause()
        clauses = [title, *(self._clause() for _ in range(self.random.choice((0, 1, 1, 2, 3))))]
        return title[:60], f"{self._pick('time')}，{'，'.join(clauses)}。{self._pick('ask')}。"

    def again(self, text: str) -> str:
        """The same trouble in another's words: a tenth of the characters lost, a clause added."""
        kept = "".join(c for c in text if self.random.random() > 0.1)
        return f"{self._pick('time')}{kept}{self._clause()}。{self._pick('ask')}。"
