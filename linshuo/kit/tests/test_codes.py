"""Codes read off paper and typed by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.codes import ALPHABET, clean_code, new_code, spaced

CODE = st.text(alphabet=ALPHABET, min_size=1, max_size=16)


def test_no_letter_looks_like_another() -> None:
    assert not set("01IO") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET) == 31


def test_a_code_is_eight_of_the_alphabet() -> None:
    for code in (new_code() for _ in range(200)):
        assert len(code) == 8 and set(code) <= set(ALPHABET)


def test_two_codes_are_never_alike() -> None:
    assert len({new_code() for _ in range(2000)}) == 2000


@given(CODE)
def test_what_is_read_aloud_is_typed_back(code: str) -> None:
    assert clean_code(spaced(code)) == code


@given(CODE)
def test_case_blanks_and_dashes_do_not_matter(code: str) -> None:
    assert clean_code(f"  {spaced(code).lower().replace('-', ' — ')}\n") == code


@given(CODE)
def test_a_full_width_keyboard_does_not_matter(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert clean_code(wide) == code


@given(st.text(max_size=40))
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    once = clean_code(typed)
    assert clean_code(once) == once
    assert all(c.isascii() and c.isalnum() for c in once)


def test_groups_of_four() -> None:
    assert spaced("ABCDEFGH") == "ABCD-EFGH"
    assert spaced("ABCDE") == "ABCD-E"
