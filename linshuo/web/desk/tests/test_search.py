"""找一找 as a page: marks, counts, the way to each thing, and nothing breaks it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linshuo.acts import notebook as acts
from linshuo.kit import clock
from tests.cast import T0, Cast, draft, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(hours=3)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def li(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "李网格"))


def find(client: Client, **query: Any) -> Any:
    with clock.standing_at(NOW):
        return client.get("/desk/JF/search/", query)


def test_what_was_said_is_found_with_its_words_marked(cast: Cast, li: Client) -> None:
    need = make_need(cast)
    with clock.standing_at(T0):
        note = acts.write_down(
            by=cast.li, draft_id=draft(), place=cast.building, words="路灯夜里亮。", source="visit"
        ).note
    page = find(li, q="灯").content.decode()
    assert "<mark>灯</mark>" in page
    assert f'href="/desk/JF/needs/{need.number}/"' in page
    day = f"/desk/JF/notebook/{note.author_id}/2019-11-04/#note-{note.pk}"
    assert f'href="{day}"' in page


def test_a_whole_number_leads_straight_to_its_need(cast: Cast, li: Client) -> None:
    need = make_need(cast)
    for typed in (need.number, need.short_number, "2019-0001", "ｊｆ-2019-0001"):
        answer = find(li, q=typed)
        assert answer.status_code == 302
        assert answer["Location"] == f"/desk/JF/needs/{need.number}/"
    assert find(li, q="1").status_code == 200


def test_residents_are_found_masked_by_name_and_by_initials(cast: Cast, li: Client) -> None:
    for typed in ("王阿姨", "way"):
        page = find(li, q=typed).content.decode()
        assert "王**" in page
        assert "王阿姨</a>" not in page
        assert f'href="/desk/JF/people/{cast.person("王阿姨").pk}/"' in page


def test_nothing_of_another_community_or_of_others_notebooks(cast: Cast) -> None:
    make_need(make_cast("XM", "隔壁社区"), words="隔壁的路灯。")
    with clock.standing_at(T0):
        acts.write_down(
            by=cast.li, draft_id=draft(), place=cast.building, words="记着路灯。", source="visit"
        )
    page = find(signed_in(sign_up(cast, "何秘书")), q="路灯").content.decode()
    assert "没有找到。" in page
    assert "隔壁的" not in page
    assert "记着" not in page


def test_many_are_counted_and_turned_page_by_page(cast: Cast, li: Client) -> None:
    for n in range(25):
        make_need(cast, at=T0 + timedelta(minutes=-n), by=cast.house)
    first = find(li, q="灯")
    block = first.context["blocks"][0]
    assert (block.said, len(block.found.rows)) == ("25", 20)
    assert f"kind=need&amp;after={block.found.after}" in first.content.decode()
    second = find(li, q="灯", kind="need", after=block.found.after)
    assert len(second.context["blocks"][0].found.rows) == 5


@pytest.mark.parametrize(
    "q", ["", "  ", "\0", "%", "' OR 1=1 --", "“”", "<script>", "字" * 100_000]
)
def test_whatever_is_typed_the_page_stands(cast: Cast, li: Client, q: str) -> None:
    make_need(cast)
    answer = find(li, q=q[:4000])
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode().replace('<script src="', "").replace(
        '<script type="', ""
    )


def test_what_is_too_long_says_so(cast: Cast, li: Client) -> None:
    assert "只按前 200 个字找。" in find(li, q="灯" * 300).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "nosuch"},
        {"kind": "need", "after": "x"},
        {"kind": "note", "after": "9" * 999},
        {"kind": "person", "after": "-1"},
        {"kind": "need", "after": "nan_1"},
        {"kind": "need", "after": "1e400_1"},
        {"after": "\0"},
    ],
)
def test_a_mark_that_makes_no_sense_does_no_harm(
    cast: Cast, li: Client, query: dict[str, str]
) -> None:
    make_need(cast)
    assert find(li, q="灯", **query).status_code == 200


def test_before_anything_is_typed_the_page_says_what_can_be_found(li: Client) -> None:
    assert "要找什么？" in find(li).content.decode()
