"""Telephone numbers as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import Refused

MOBILE = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800131234", "13800131234"),
        ("138 0013 1234", "13800131234"),
        ("138-0013-1234", "13800131234"),
        ("+86 138 0013 1234", "13800131234"),
        ("8613800131234", "13800131234"),
        ("１３８００１３１２３４", "13800131234"),
        ("0592-5550100", "05925550100"),
        ("（0592）5550100", "05925550100"),
        ("5550100", "5550100"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_ways_of_writing_a_number_are_one_number(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["138001312345", "12800131234", "问他儿子", "138001312三四", "110", "138٠٠١٣١٢٣٤", "+", "86"],
)
def test_what_nobody_could_dial_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_phone(typed, "speaker_phone")
    assert (refused.value.code, refused.value.field) == ("phone", "speaker_phone")


def test_a_short_mobile_is_told_how_many_digits_are_missing() -> None:
    with pytest.raises(Refused) as refused:
        clean_phone("138001312")
    assert "2" in str(refused.value)


@given(MOBILE, st.sampled_from(["", " ", "-", "—"]))
def test_every_mobile_is_kept_as_its_eleven_digits(mobile: str, between: str) -> None:
    assert clean_phone(between.join([mobile[:3], mobile[3:7], mobile[7:]])) == mobile


@given(st.text(max_size=20))
def test_anything_else_is_digits_or_a_refusal(typed: str) -> None:
    try:
        kept = clean_phone(typed)
    except Refused as refused:
        assert refused.code == "phone" and str(refused)
        return
    assert kept == "" or (kept.isascii() and kept.isdigit())
    assert clean_phone(kept) == kept
