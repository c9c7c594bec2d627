"""Text as people type it: tidied for keeping, folded for comparing, cut into terms for finding."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.text import bigrams, first_sentence, fold, initials, query_terms, tidy

HAN = "路灯坏了三楼拐角盐业小区水电老人噪音"
SPOKEN = st.text(alphabet=HAN + "，。！ \n", max_size=40)
WORD = st.text(alphabet="abcxyz0123456789", min_size=1, max_size=50)


def finds(wanted: str, text: str) -> bool:
    """Whether a search for `wanted` would find `text`: every term is there."""
    terms = bigrams(text)
    return all(
        any(term.startswith(asked) for term in terms) if as_prefix else asked in terms
        for asked, as_prefix in query_terms(wanted)
    )


# --- tidy


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３８００１３１２３４", "13800131234"),
        ("ＪＦ－２０１９", "JF－2019"),
        ("三楼\u3000\u3000灯坏了", "三楼 灯坏了"),
        ("  灯坏了。 \r\n 谢谢\r", "灯坏了。\n谢谢"),
        ("灯\x00坏\x07了", "灯坏了"),
        ("灯\u200b坏了\ufeff", "灯 坏了"),
        ("一\n\n\n\n二", "一\n\n二"),
        ("一\n \t \n二", "一\n\n二"),
        ("", ""),
        (" \n\u3000\n ", ""),
    ],
)
def test_slips_of_typing_are_mended(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


def test_chinese_punctuation_is_not_a_slip() -> None:
    said = "“灯坏了”，他说；（三楼）：真的？【急】！"
    assert tidy(said) == said


@given(st.text(max_size=80))
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once


@given(st.text(max_size=80))
def test_tidied_text_holds_no_control_character_but_line_ends(text: str) -> None:
    assert all(c == "\n" or unicodedata.category(c) != "Cc" for c in tidy(text))


@given(st.text(max_size=80))
def test_tidied_text_has_no_blank_at_either_end(text: str) -> None:
    assert tidy(text) == tidy(text).strip()


# --- fold


def test_folding_equates_what_looks_alike() -> None:
    assert fold("ＡＢＣ１２３") == fold("abc123") == "abc123"


@given(st.text(max_size=80))
def test_folding_ignores_case(text: str) -> None:
    assert fold(text) == fold(fold(text))


# --- terms


def test_a_run_of_chinese_gives_pairs_and_its_last_character() -> None:
    assert bigrams("路灯坏了") == ["路灯", "灯坏", "坏了", "了"]


def test_letters_and_digits_stay_words() -> None:
    assert bigrams("JF-2019-0042 号楼") == ["jf", "2019", "0042", "号楼", "楼"]


def test_pairs_do_not_reach_across_punctuation() -> None:
    assert "灯坏" not in bigrams("路灯，坏了")


def test_a_single_character_is_looked_for_as_the_beginning_of_a_pair() -> None:
    assert query_terms("灯") == [("灯", True)]


@given(st.text(max_size=60))
def test_each_term_is_given_once_and_none_is_empty(text: str) -> None:
    terms = bigrams(text)
    assert len(terms) == len(set(terms))
    assert all(0 < len(term) <= 40 for term in terms)


@given(SPOKEN, st.integers(0, 40), st.integers(0, 40))
def test_any_stretch_of_what_was_said_finds_it(said: str, start: int, length: int) -> None:
    assert finds(said[start : start + length], said)


@given(SPOKEN, WORD, SPOKEN, st.integers(1, 50))
def test_the_beginning_of_a_word_finds_it(before: str, word: str, after: str, most: int) -> None:
    assert finds(word[:most], f"{before} {word} {after}")


@given(SPOKEN, SPOKEN)
def test_words_from_two_places_find_a_text_with_both(one: str, other: str) -> None:
    assert finds(f"{other} {one}", f"{one}。{other}")


def test_a_word_that_is_not_there_does_not_find() -> None:
    assert not finds("水管", "路灯坏了")
    assert not finds("灯路", "路灯坏了")


# --- initials


@pytest.mark.parametrize(
    ("name", "letters"), [("张桂香", "zgx"), ("何秘书", "hms"), ("Anna", "anna"), ("", "")]
)
def test_a_name_is_found_by_its_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


@given(st.text(max_size=60))
def test_initials_fit_their_column(name: str) -> None:
    assert len(initials(name)) <= 20


# --- a title


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("三楼的灯坏了。晚上摸黑。", "三楼的灯坏了"),
        ("灯坏了", "灯坏了"),
        ("灯坏了\n打电话给我", "灯坏了"),
        ("  灯坏了！", "灯坏了"),
        ("。灯坏了。", "灯坏了"),
        ("！！灯坏了", "灯坏了"),
    ],
)
def test_the_first_clause_is_the_title(said: str, title: str) -> None:
    assert first_sentence(said) == title


def test_a_long_clause_is_cut_with_an_ellipsis() -> None:
    title = first_sentence("路" * 100, 30)
    assert title == "路" * 29 + "…"


@given(st.text(max_size=100), st.integers(2, 60))
def test_a_title_fits_one_line_and_is_never_empty_for_something_said(said: str, most: int) -> None:
    title = first_sentence(said, most)
    assert len(title) <= most
    assert "\n" not in title
    assert bool(title) == bool(said.strip())
