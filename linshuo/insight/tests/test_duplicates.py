"""Likely duplicates: the same matter in other words, near rather than far, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from linshuo.domain.needs.actions import accept, merge, withdraw
from linshuo.domain.needs.models import Need
from linshuo.domain.places.actions import add_place
from linshuo.domain.places.models import PlaceKind
from linshuo.insight.duplicates import LIKELY, suggest
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db

SAID = "盐业小区三栋楼道的路灯坏了半个月，老人晚上摸黑上楼，摔了一跤"
AGAIN = "三栋楼道里那盏路灯坏了半个多月没人修，老人晚上上楼摔了一跤，请快点来修"
OTHERS = (
    "门口的烧烤摊油烟很大，窗户不敢开",
    "电动车停在消防通道里充电",
    "二楼的下水道堵了，水漫到走廊",
    "希望给孩子们办一个假期书法班",
    "棋牌室吵到半夜，楼上的学生睡不好",
    "楼顶漏水，墙皮一块一块往下掉",
)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.standing_at(T0):
        yield


@pytest.fixture
def cast(monday: None) -> Cast:
    made = make_cast()
    for words in OTHERS:
        make_need(made, words=words)
    return made


def ids(viewer: Actor, text: str = AGAIN, **more: Any) -> list[int]:
    return [found.need_id for found in suggest(viewer, text, **more)]


def test_the_same_matter_in_other_words_is_suggested_and_nothing_else(cast: Cast) -> None:
    need = make_need(cast, words=SAID)
    [found] = suggest(cast.zhang, AGAIN)
    assert (found.need_id, found.number, found.title) == (need.pk, need.number, need.title)
    assert LIKELY <= found.score < 100


def test_the_very_same_words_come_first_with_a_full_score(cast: Cast) -> None:
    make_need(cast, words=AGAIN)
    copy = make_need(cast, words=SAID)
    found = suggest(cast.zhang, SAID)
    assert (found[0].need_id, found[0].score) == (copy.pk, 100)
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


@pytest.mark.parametrize("text", [*OTHERS[:2], "", "。！", "a", "12345", "我", "路灯坏了" * 2000])
def test_what_was_never_said_before_has_no_duplicate(cast: Cast, text: str) -> None:
    need = make_need(cast, words="想学用手机")
    assert need.pk not in ids(cast.zhang, text)


def test_something_new_has_none_at_all(cast: Cast) -> None:
    assert ids(cast.zhang, "想学用手机，孩子不在身边，没人教") == []


def test_no_more_than_asked_for(cast: Cast) -> None:
    for _n in range(5):
        make_need(cast, words=SAID)
    assert len(ids(cast.zhang)) == 3
    assert len(ids(cast.zhang, most=1)) == 1


def test_a_need_is_no_duplicate_of_itself_even_when_it_alone_has_its_words(cast: Cast) -> None:
    first = make_need(cast, words=SAID)
    assert ids(cast.zhang, SAID, exclude=first.pk) == []
    again = make_need(cast, words=AGAIN)
    assert ids(cast.zhang, SAID, exclude=first.pk) == [again.pk]
    assert ids(cast.zhang, AGAIN, exclude=again.pk) == [first.pk]


def test_words_that_only_the_need_itself_has_lead_nowhere_and_take_no_room(cast: Cast) -> None:
    unique = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    first = make_need(cast, words=f"{SAID}，{unique}")
    again = make_need(cast, words=SAID)
    assert ids(cast.zhang, f"{SAID}，{unique}", exclude=first.pk) == [again.pk]


def test_a_title_counts_beside_the_text(cast: Cast) -> None:
    need = make_need(cast, title="三栋路灯坏了", words="老人摔了一跤，晚上看不见。")
    [bare] = suggest(cast.zhang, "晚上看不见，老人摔了一跤。")
    [with_title] = suggest(cast.zhang, "晚上看不见，老人摔了一跤。", title="三栋的路灯坏了")
    assert bare.need_id == with_title.need_id == need.pk
    assert with_title.score > bare.score


class TestWhoMaySee:
    def test_nothing_of_another_community(self, cast: Cast) -> None:
        other = make_cast("XX", "别处社区")
        make_need(other, words=SAID)
        assert ids(cast.zhang) == []

    def test_nothing_out_of_reach(self, cast: Cast) -> None:
        need = make_need(cast, words=SAID, place=cast.other_estate, requester=None)
        assert ids(cast.he) == []
        assert ids(cast.zhang) == [need.pk]

    def test_no_raw_words_for_members(self, cast: Cast) -> None:
        need = make_need(cast, words=SAID)
        accept(
            need,
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            visibility="public",
            public_text="楼道的路灯不亮。",
        )
        assert ids(cast.zhao) == ids(cast.chen) == []
        assert ids(cast.wang) == [need.pk]  # her own


class TestWhatStillStands:
    def test_withdrawn_ones_are_left_out(self, cast: Cast) -> None:
        need = make_need(cast, words=SAID)
        withdraw(need, by=cast.wang)
        assert ids(cast.zhang) == []

    def test_a_merged_one_speaks_for_the_one_it_was_merged_into(self, cast: Cast) -> None:
        survivor = make_need(cast, words="楼道太黑，要装感应的")
        merged = make_need(cast, words=SAID)
        merge(merged, survivor, by=cast.zhang)
        assert ids(cast.zhang) == [survivor.pk]
        assert ids(cast.zhang, exclude=survivor.pk) == []

    def test_but_not_where_either_is_out_of_reach(self, cast: Cast) -> None:
        far = {"place": cast.other_estate, "requester": None}
        merge(
            make_need(cast, words=SAID),
            make_need(cast, words="楼道太黑，要装感应的", **far),
            by=cast.zhang,
        )
        assert ids(cast.he) == []
        merge(
            make_need(cast, words=SAID, **far),
            make_need(cast, words="楼道太黑，要装感应的"),
            by=cast.zhang,
        )
        assert ids(cast.he) == []

    def test_supporters_are_told(self, cast: Cast) -> None:
        need = make_need(cast, words=SAID)
        Need.objects.within(cast.community.pk).filter(pk=need.pk).update(supporters=4)
        assert [s.supporters for s in suggest(cast.zhang, AGAIN)] == [4]


class TestPlaces:
    SHORT = "门口的路灯不亮了，晚上看不见"

    def test_here_or_inside_is_likelier_than_somewhere_unknown(self, cast: Cast) -> None:
        make_need(cast, words=SAID, place=cast.building)
        [unknown] = suggest(cast.zhang, AGAIN)
        [root] = suggest(cast.zhang, AGAIN, place=cast.root)
        [same] = suggest(cast.zhang, AGAIN, place=cast.building)
        [around] = suggest(cast.zhang, AGAIN, place=cast.estate)
        assert unknown.score == root.score < same.score == around.score

    def test_elsewhere_is_less_likely(self, cast: Cast) -> None:
        make_need(cast, words=SAID, place=cast.building)
        [unknown] = suggest(cast.zhang, AGAIN)
        elsewhere = suggest(cast.zhang, AGAIN, place=cast.other_estate)
        assert not elsewhere or elsewhere[0].score < unknown.score

    def test_of_two_alike_the_near_one_comes_first(self, cast: Cast) -> None:
        near = make_need(cast, words=self.SHORT, place=cast.other_estate)
        far = make_need(cast, words=self.SHORT, place=cast.building)
        block = add_place(cast.other_estate, kind=PlaceKind.BUILDING, name="1 栋", by=cast.house)
        assert ids(cast.zhang, self.SHORT, place=block)[0] == near.pk
        assert ids(cast.zhang, self.SHORT, place=cast.building)[0] == far.pk


def test_it_is_found_among_many_newer_ones_next_door_and_here(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    need = make_need(cast, words=SAID)
    other = make_cast("XX", "别处社区")
    for n in range(70):
        make_need(other, words=f"{AGAIN}{n}")
        make_need(cast, words=f"{OTHERS[n % len(OTHERS)]}，第{n}回了，老人晚上上楼")
    with django_assert_max_num_queries(22):
        assert ids(cast.zhang) == [need.pk]
