"""Marks in a text about to be shown outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.kit.detect import find_marks
from linshuo.kit.text import fold

SAID = st.text(alphabet="路灯坏了，。…㎡ ½ﬁ\n（）一二三", max_size=20)
PLANTED = st.sampled_from(
    [
        ("phone", "13912345678"),
        ("phone", "139 1234 5678"),
        ("phone", "139-1234-5678"),
        ("phone", "１３９１２３４５６７８"),
        ("phone", "0592-5550100"),
        ("identity", "35020419560101123X"),
        ("identity", "350204195601011234"),
        ("door", "3栋2单元501室"),
        ("door", "３栋２单元５０１室"),
        ("door", "12号楼1单元302"),
        ("door", "3-2-501"),
    ]
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(m.kind, m.text) for m in find_marks(text)]


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("打13912345678找我", [("phone", "13912345678")]),
        ("座机0592-5550100。", [("phone", "0592-5550100")]),
        ("身份证350204195601011234", [("identity", "350204195601011234")]),
        ("住在3栋2单元501室", [("door", "3栋2单元501室")]),
        ("家住302室的", [("door", "302室")]),
        ("我叫张桂香，灯坏了", [("name", "张桂香")]),
        ("联系人：林月", [("name", "林月")]),
        ("我是业主，灯坏了", []),
        ("本人居民，反映", []),
        ("三楼拐角那盏灯又不亮了", []),
        ("2019年12月1日换了灯，花了120元", []),
        ("", []),
    ],
)
def test_what_may_name_someone_is_marked(text: str, marks: list[tuple[str, str]]) -> None:
    assert kinds(text) == marks


def test_several_marks_come_in_the_order_of_the_text() -> None:
    text = "我叫张桂香，住3栋2单元501室，打13912345678。"
    assert [m.kind for m in find_marks(text)] == ["name", "door", "phone"]


def test_a_full_width_number_is_marked_beside_signs_that_fold_longer() -> None:
    """… and ㎡ become several characters when folded: the marks must still sit where they are."""
    text = "漏了2㎡……打１３９１２３４５６７８"
    assert kinds(text) == [("phone", "１３９１２３４５６７８")]


@given(SAID, PLANTED, SAID)
def test_what_is_planted_is_found_where_it_was_planted(
    before: str, planted: tuple[str, str], after: str
) -> None:
    kind, text = planted
    said = f"{before}，{text}。{after}"
    start = len(before) + 1
    assert any(
        m.kind == kind and m.start <= start and start + len(text) <= m.end for m in find_marks(said)
    ), find_marks(said)


@given(
    st.text(max_size=200) | st.text(alphabet="1390 -—栋单元室号我叫是张，０１３９…㎡", max_size=80)
)
def test_marks_of_any_text_are_in_order_apart_and_where_they_say(text: str) -> None:
    end = 0
    for mark in find_marks(text):
        assert end <= mark.start < mark.end <= len(text)
        assert text[mark.start : mark.end] == mark.text
        if mark.kind == "phone":
            assert sum(c.isdigit() for c in fold(mark.text)) >= 10
        end = mark.end
