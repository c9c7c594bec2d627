"""找一找: what is found, by whom, and what nobody finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from linshuo.domain.needs.actions import accept, report
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.needs.notes import write
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.staffing import appoint
from linshuo.domain.terms.actions import index
from linshuo.insight import search as module
from linshuo.insight.excerpts import Excerpt, excerpt
from linshuo.insight.search import search
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from tests.cast import T0, Cast, draft, make_cast, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.standing_at(T0):
        yield


@pytest.fixture
def cast(monday: None) -> Cast:
    return make_cast()


def make_note(cast: Cast, by: Actor, words: str, **over: Any) -> Note:
    given = {"place": cast.building, "source": "visit", "draft_id": draft(), **over}
    return write(by=by, words=words, **given)


def numbers(viewer: Actor, text: str) -> list[str]:
    return [hit.number for hit in search(viewer, text).needs.rows]


class TestNeeds:
    def test_every_word_of_title_text_and_place_finds_it_newest_first(self, cast: Cast) -> None:
        old = make_need(cast, words="楼道的路灯坏了")
        new = make_need(cast, words="门口路灯太暗", title="灯光", place=cast.other_estate)
        assert numbers(cast.zhang, "路灯") == [new.number, old.number]
        assert numbers(cast.zhang, "灯光") == numbers(cast.zhang, "嘉福花园") == [new.number]
        assert numbers(cast.zhang, "路灯 楼道") == [old.number]
        assert search(cast.zhang, "电梯").empty
        assert search(cast.zhang, " 　\n").empty

    def test_newest_is_by_when_it_was_said_not_by_when_it_came_in(self, cast: Cast) -> None:
        said_later = make_need(cast, words="路灯坏了")
        imported = make_need(cast, words="路灯坏了", at=clock.at_local(2018, 3, 1))
        assert numbers(cast.zhang, "路灯") == [said_later.number, imported.number]

    def test_a_line_says_where_when_and_how_it_stands(self, cast: Cast) -> None:
        need = make_need(cast, words="三楼的路灯又不亮了", title="楼道里黑")
        [hit] = search(cast.zhang, "路灯").needs.rows
        assert (hit.pk, hit.state, hit.place, hit.when) == (
            need.pk,
            "reported",
            "盐业小区 3 栋",
            "11月4日",
        )
        assert (str(hit.title), hit.title.hit, hit.words.hit) == ("楼道里黑", "", "路灯")

    def test_pages_follow_one_another_and_the_count_is_of_all(self, cast: Cast) -> None:
        made = [make_need(cast, words=f"路灯坏了，第{n}回").number for n in range(7)]
        seen, after = [], ""
        for _page in range(4):
            found = search(cast.zhang, "路灯", kinds=["need"], most=2, after=after).needs
            assert found.count == 7
            seen += [hit.number for hit in found.rows]
            after = found.after
        assert seen == made[::-1]
        assert after == ""

    @pytest.mark.parametrize("mark", ["x", "1_", "_", "9" * 400 + "_1", "nan_1", "1e309_2"])
    def test_a_mark_that_makes_no_sense_begins_at_the_top(self, cast: Cast, mark: str) -> None:
        need = make_need(cast, words="路灯坏了")
        for kind in ("need", "note", "person"):
            search(cast.zhang, "路灯", kinds=[kind], after=mark)
        found = search(cast.zhang, "路灯", kinds=["need"], after=mark)
        assert [hit.number for hit in found.needs.rows] == [need.number]

    def test_counts_stop_at_the_cap(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "CAP", 3)
        for n in range(4):
            make_need(cast, words=f"路灯坏了，第{n}回")
        found = search(cast.zhang, "路灯", most=2).needs
        assert (found.count, found.capped, len(found.rows)) == (3, True, 2)

    def test_it_is_found_as_soon_as_it_is_said_and_by_its_place_as_it_is(self, cast: Cast) -> None:
        need = make_need(cast, words="路灯坏了")
        accept(need, by=cast.zhang, category=cast.category(), owner=cast.person("李网格"))
        assert numbers(cast.zhang, "路灯") == [need.number]


class TestNumbers:
    @pytest.mark.parametrize(
        "typed",
        ["JF-2019-0002", "jf-2019-2", "ＪＦ－２０１９－０００２", "2019-0002", "0002", "2", "JF 2"],
    )
    def test_a_number_goes_straight_to_its_need(self, cast: Cast, typed: str) -> None:
        make_need(cast)
        need = make_need(cast)
        assert search(cast.zhang, typed).straight == need.number == "JF-2019-0002"

    @pytest.mark.parametrize("typed", ["XX-2019-0002", "2018-0002", "3", "000", "JF-2019-00020"])
    def test_no_other_number_does(self, cast: Cast, typed: str) -> None:
        make_need(cast)
        make_need(cast)
        found = search(cast.zhang, typed)
        assert (found.straight, found.by_number) == ("", [])

    def test_of_two_years_with_the_same_serial_both_are_shown(self, cast: Cast) -> None:
        new = make_need(cast)
        old = make_need(cast, at=clock.at_local(2018, 5, 4))
        found = search(cast.zhang, "1")
        assert found.straight == ""
        assert [hit.number for hit in found.by_number] == [new.number, old.number]

    def test_the_old_ledger_s_number_does_too(self, cast: Cast) -> None:
        need = make_need(cast, old_number="台账〔2016〕88", origin="旧台账.xlsx")
        assert search(cast.zhang, "台账〔2016〕88").straight == need.number
        assert search(cast.zhang, "台账〔2016〕8").straight == ""

    def test_a_number_out_of_reach_is_no_number(self, cast: Cast) -> None:
        make_need(cast, place=cast.other_estate)
        assert search(cast.he, "JF-2019-0001").empty
        assert search(make_cast("XX", "别处社区").zhang, "JF-2019-0001").empty


class TestWalls:
    def test_nothing_of_another_community(self, cast: Cast) -> None:
        other = make_cast("XX", "别处社区")
        for n in range(30):
            make_need(other, words=f"路灯坏了{n}")
            make_note(other, other.li, f"路灯又坏了{n}")
        mine = make_need(cast, words="路灯坏了")
        found = search(cast.zhang, "路灯")
        assert [hit.number for hit in found.needs.rows] == [mine.number]
        assert (found.needs.count, found.notes.count, found.persons.count) == (1, 0, 0)

    def test_staff_find_what_lies_in_their_reach(self, cast: Cast) -> None:
        near = make_need(cast, words="路灯坏了")
        make_need(cast, words="路灯坏了", place=cast.other_estate)
        assert numbers(cast.he, "路灯") == [near.number]
        assert search(cast.he, "路灯").needs.count == 1

    def test_what_one_asked_for_oneself_is_found_outside_one_s_reach(self, cast: Cast) -> None:
        need = make_need(
            cast, words="路灯坏了", place=cast.other_estate, requester=cast.person("何秘书")
        )
        assert numbers(cast.he, "路灯") == [need.number]

    def test_a_resident_finds_what_they_asked_for(self, cast: Cast) -> None:
        mine = make_need(cast, words="路灯坏了")
        make_need(cast, words="路灯坏了", requester=None)
        assert numbers(cast.wang, "路灯") == [mine.number]
        assert search(cast.wang, "李网格").persons.count == 0

    def test_words_said_at_the_door_are_not_a_member_s_to_find(self, cast: Cast) -> None:
        need = make_need(cast, words="王阿姨13800131234说路灯坏了")
        accept(
            need,
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            visibility="public",
            public_title="楼道的灯不亮",
            public_text="三楼楼道的灯不亮。",
        )
        for outsider in (cast.zhao, cast.chen, Actor(cast.community.pk)):
            for typed in ("路灯", "13800131234", "1380013", need.number, "王阿姨"):
                assert search(outsider, typed).empty, (outsider.name, typed)

    def test_staff_who_are_members_too_find_no_more_for_it(self, cast: Cast) -> None:
        appoint(cast.person("何秘书"), Role.MEMBER, place=cast.root, by=cast.house)
        need = make_need(cast, words="路灯坏了", place=cast.other_estate)
        accept(
            need,
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            visibility="members",
            public_text="灯不亮。",
        )
        assert search(cast.he, "路灯").empty

    def test_the_house_finds_everything_in_its_community(self, cast: Cast) -> None:
        need = make_need(cast, words="路灯坏了")
        make_note(cast, cast.li, "路灯")
        found = search(cast.house, "路灯")
        assert [hit.number for hit in found.needs.rows] == [need.number]
        assert found.notes.count == 1


class TestNotes:
    def test_one_s_own_notebook_and_all_of_them_for_who_leafs_through_all(self, cast: Cast) -> None:
        mine = make_note(cast, cast.li, "三楼的路灯坏了，晚上摸黑")
        others = make_note(cast, cast.he, "路灯坏了")
        found = search(cast.li, "路灯").notes
        assert [(hit.pk, hit.author, hit.day) for hit in found.rows] == [
            (mine.pk, "李网格", "2019-11-04")
        ]
        assert found.rows[0].words == Excerpt("三楼的", "路灯", "坏了，晚上摸黑")
        assert [hit.pk for hit in search(cast.zhang, "路灯").notes.rows] == [others.pk, mine.pk]
        assert search(cast.ma, "路灯").notes.count == search(cast.wang, "路灯").notes.count == 0

    def test_the_notebook_s_own_rule_holds_whatever_the_index_says(self, cast: Cast) -> None:
        note = make_note(cast, cast.li, "路灯坏了")
        audiences = [f"u{cast.person('何秘书').pk}"]
        index("note", note.pk, community_id=cast.community.pk, text="路灯", audiences=audiences)
        assert search(cast.he, "路灯").notes.count == 0


class TestPersons:
    def names(self, viewer: Actor, text: str) -> list[str]:
        return [hit.name for hit in search(viewer, text).persons.rows]

    @pytest.mark.parametrize("typed", ["张桂香", "桂香", "zgx", "ZG", "z g x", "13799990000"])
    def test_by_name_by_initials_by_a_whole_number(self, cast: Cast, typed: str) -> None:
        know_person(name="张桂香", phone="13799990000", place=cast.building, by=cast.li)
        know_person(name="林永福", phone="13799990001", by=cast.li)
        [hit] = [h for h in search(cast.li, typed).persons.rows if h.title == ""]
        assert (hit.name, hit.phone, hit.place) == ("张**", "137****0000", "盐业小区 3 栋")

    @pytest.mark.parametrize(
        "typed", ["137999", "0000", "1379999000", "gx", "香桂", "张桂香香", "%", "_", "张%", "*"]
    )
    def test_by_nothing_else(self, cast: Cast, typed: str) -> None:
        know_person(name="张桂香", phone="13799990000", by=cast.li)
        assert self.names(cast.li, typed) == []

    def test_colleagues_are_named_in_full(self, cast: Cast) -> None:
        [hit] = search(cast.li, "张书记").persons.rows
        assert (hit.name, hit.title) == ("张书记", "社区党总支书记")

    def test_a_number_is_looked_up_by_staff_only(self, cast: Cast) -> None:
        assert self.names(cast.li, "13800131234") == ["王**"]
        assert self.names(cast.li, "+86 138-0013-1234") == ["王**"]
        for other in (cast.zhao, cast.chen, cast.ma):
            assert self.names(other, "13800131234") == []
        assert self.names(make_cast("XX", "别处社区").zhang, "13800009900") == []

    def test_a_resident_finds_nobody_but_themselves(self, cast: Cast) -> None:
        assert self.names(cast.wang, "王阿姨") == ["王**"]
        assert self.names(cast.wang, "张书记") == self.names(cast.wang, "l") == []

    def test_whoever_was_erased_is_not_found(self, cast: Cast) -> None:
        person = know_person(name="张桂香", by=cast.li)
        person.erased_at = T0
        person.save(update_fields=["erased_at"])
        assert self.names(cast.li, "张桂香") == []

    def test_pages_follow_one_another(self, cast: Cast) -> None:
        made = [know_person(name=f"林小{c}", by=cast.li).pk for c in "春夏秋冬梅"]
        seen, after = [], ""
        for _page in range(3):
            found = search(cast.li, "林小", kinds=["person"], most=2, after=after).persons
            assert found.count == 5
            seen += [hit.pk for hit in found.rows]
            after = found.after
        assert (seen, after) == (made, "")


def test_as_many_queries_at_ten_rows_as_at_many(cast: Cast, django_assert_num_queries: Any) -> None:
    viewer = cast.zhang

    def fill(count: int) -> None:
        for n in range(count):
            make_need(cast, words=f"林先生说路灯坏了{n}")
            make_note(cast, cast.li, f"林先生说路灯坏了{n}")
            know_person(name=f"林先生{n}", by=cast.li)

    fill(2)
    with django_assert_num_queries(4):
        search(viewer, "林先生")
    fill(40)
    with django_assert_num_queries(7):
        found = search(viewer, "林先生")
    assert (found.needs.count, found.notes.count, found.persons.count) == (42, 42, 42)
    assert [len(part.rows) for part in (found.needs, found.notes, found.persons)] == [20, 20, 20]


def test_only_the_kinds_asked_for(cast: Cast) -> None:
    make_need(cast, words="张桂香说路灯坏了")
    make_note(cast, cast.li, "张桂香说路灯坏了")
    know_person(name="张桂香", by=cast.li)
    for kind, part in (("need", "needs"), ("note", "notes"), ("person", "persons")):
        found = search(cast.zhang, "张桂香", kinds=[kind])
        counts = {p: getattr(found, p).count for p in ("needs", "notes", "persons")}
        assert counts == {p: int(p == part) for p in counts}


class TestExcerpts:
    @pytest.mark.parametrize(
        ("text", "typed", "expected"),
        [
            ("路灯坏了", "路灯", ("", "路灯", "坏了")),
            ("三楼LED灯", "led", ("三楼", "LED", "灯")),
            ("三楼\n\n路灯", "电梯 路灯", ("三楼 ", "路灯", "")),
            ("老人说养老院", "老人院", ("", "", "老人说养老院")),
            ("路灯", "。", ("", "", "路灯")),
            ("", "路灯", ("", "", "")),
        ],
    )
    def test_the_words_found(self, text: str, typed: str, expected: tuple[str, str, str]) -> None:
        assert excerpt(text, typed) == Excerpt(*expected)

    def test_a_long_text_is_cut_around_them(self) -> None:
        shown = excerpt("甲" * 100 + "路灯" + "乙" * 100, "路灯")
        assert shown == Excerpt("…" + "甲" * 12, "路灯", "乙" * 46 + "…")
        assert str(excerpt("甲" * 100 + "路灯", "路灯")) == "…" + "甲" * 58 + "路灯"
        assert str(excerpt("甲" * 100, "路灯")) == "甲" * 60 + "…"


def test_a_need_reported_by_the_house_for_an_import_is_found(cast: Cast) -> None:
    need: Need = report(
        by=cast.house, place=cast.root, words="噪音太大", kind="problem", source="import", at=T0
    )
    assert numbers(cast.zhang, "噪音") == [need.number]
