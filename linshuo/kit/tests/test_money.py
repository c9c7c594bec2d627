"""Amounts as they are typed, booked and said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.money import MOST_FEN, capitals, parse_yuan, plain_yuan, spoken, yuan
from linshuo.kit.refused import Refused


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12345.60", 1234560),
        ("￥１２，３４５．６０元", 1234560),
        (" 59,100 元整", 5910000),
        ("394万元", 394000000),
        ("5.91万", 5910000),
        ("0.01", 1),
        ("100.", 10000),
        ("1.00000", 100),
        ("99999999.99", MOST_FEN),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("-5", "amount-negative"),
        ("0", "amount-zero"),
        ("0.00", "amount-zero"),
        ("0.001", "amount-fine"),
        ("0.0000001万", "amount-fine"),
        ("1e400", "amount"),
        ("1,23", "amount"),
        ("", "amount"),
        ("inf", "amount"),
        ("一百", "amount"),
        ("1" * 400, "amount-large"),
        ("1000000000", "amount-large"),
        ("100000000", "amount-large"),
    ],
)
def test_what_is_no_amount_gets_a_sentence_at_its_field(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_yuan(typed, "given")
    assert (refused.value.code, refused.value.field) == (code, "given")


@given(st.integers(1, MOST_FEN))
def test_what_is_written_is_read_back_the_same(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == parse_yuan(plain_yuan(fen)) == fen
    assert parse_yuan(spoken(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "said", "written"),
    [
        (5910000, "5.91万元", "伍万玖仟壹佰元整"),
        (394000000, "394万元", "叁佰玖拾肆万元整"),
        (4560, "45.60元", "肆拾伍元陆角整"),
        (1234567, "12,345.67元", "壹万贰仟叁佰肆拾伍元陆角柒分"),
        (10000005, "100,000.05元", "壹拾万元零伍分"),
        (100001000, "100.001万元", "壹佰万零壹拾元整"),
        (5, "0.05元", "伍分"),
    ],
)
def test_an_amount_is_said_and_written_out(fen: int, said: str, written: str) -> None:
    assert (spoken(fen), capitals(fen)) == (said, written)
