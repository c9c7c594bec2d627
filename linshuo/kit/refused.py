"""A refusal is an answer: a sentence fit for a resident and a code for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):
    """An anticipated "no" of the domain.

    `code` is stable and for machines; `sentence` is for the person who asked, and says what to do
    next; `field` names the form field it is about, when it is about one.
    """

    def __init__(self, code: str, sentence: str | _StrPromise, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.field = field

    def __str__(self) -> str:
        return str(self.sentence)

    def __repr__(self) -> str:
        return f"Refused({self.code!r}, {str(self.sentence)!r}, field={self.field!r})"


class NotYours(Refused):
    """The row is not there for this actor. Doors answer 404, never 403: existence is not told."""


class Lost(Refused):
    """The state has moved on since the page was drawn."""
