"""The house speaks English throughout: nothing said on a screen is left in Chinese."""

from __future__ import annotations

from linshuo.config import i18n


def test_every_word_on_screen_has_its_english() -> None:
    """Translated, with the same placeholders, none of them a guess (`./dev translate` lists)."""
    assert [str(fault) for fault in i18n.missing("en")] == []


def test_nothing_is_marked_doubtful() -> None:
    """Also not among strings that no source says any more."""
    assert [message.id for message in i18n.read("en") if message.id and message.fuzzy] == []


def test_no_english_ends_louder_than_its_chinese() -> None:
    """No exclamation marks; the house does not praise and does not shout."""
    loud = [m.id for m in i18n.read("en") if m.id and "!" in "".join(i18n._parts(m.string))]
    assert loud == []
