"""Names and numbers on their way to a screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.detect import find_marks
from linshuo.kit.masking import mask_name, mask_phone, mask_text

NAME = st.text(alphabet="张王李林桂香明华欧阳司马", min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林晓月", "林**"),
        ("林月", "林**"),
        ("林", "林**"),
        ("欧阳小月", "欧阳**"),
        (" 林晓月 ", "林**"),
        ("Anna Lin", "A**"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_the_surname_and_two_stars(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(NAME)
def test_no_more_than_the_surname_is_shown(name: str) -> None:
    shown = mask_name(name).rstrip("*")
    assert name.startswith(shown)
    assert len(shown) <= 2


@given(NAME, st.text(alphabet="桂香明华", max_size=6))
def test_length_tells_nothing(name: str, more: str) -> None:
    assert len(mask_name(f"林{name}")) == len(mask_name(f"林{name}{more}"))


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800131234", "138****1234"),
        ("138 0013 1234", "138****1234"),
        ("0592-5550100", "059****0100"),
        ("5550100", "***100"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_enough_for_its_owner_too_little_to_dial(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@given(st.text(alphabet="0123456789 -", max_size=25))
def test_never_a_whole_number(phone: str) -> None:
    digits = "".join(c for c in phone if c.isdigit())
    kept = [c for c in mask_phone(phone) if c.isdigit()]
    assert len(kept) <= 7
    assert len(digits) - len(kept) >= min(3, len(digits))


def test_a_text_that_leaves_the_office_loses_numbers_doors_and_self_namings() -> None:
    said = "我叫欧阳建国，住7栋909室，电话13987650123，楼上漏水。"
    assert mask_text(said) == "我叫**，住**，电话**，楼上漏水。"
    assert mask_text("楼道的灯不亮。") == "楼道的灯不亮。"


@given(st.text(max_size=200))
def test_what_is_not_marked_stays_as_it_was(text: str) -> None:
    kept = mask_text(text)
    marks = [m for m in find_marks(text) if m.kind != "giveaway"]
    assert len(kept) == len(text) + sum(2 - len(m.text) for m in marks)
    if not marks:
        assert kept == text
