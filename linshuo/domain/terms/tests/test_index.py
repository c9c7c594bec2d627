"""What was said is found: every word of it, as it is now, by those it is meant for, and nowhere
else. Each test runs on the database that the run chose."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.domain.terms import actions, engine, queries
from linshuo.domain.terms.actions import Row
from linshuo.domain.terms.models import Entry
from linshuo.domain.terms.words import Scope, entry_id, terms_of, wanted

pytestmark = pytest.mark.django_db

A, B = 71, 72
STAFF = ("staff",)


@pytest.fixture(autouse=True)
def agreement() -> Iterator[None]:
    """After every test SQLite's index and the entries still say the same."""
    yield
    assert engine.agrees()


def said(text: str, ref_id: int = 1, *, community: int = A, kind: str = "need") -> None:
    actions.index(kind, ref_id, community_id=community, text=text, audiences=STAFF)


def found(text: str, *, community: int = A, kind: str = "need", **more: int | None) -> list[int]:
    return queries.find(community, kind, text, audiences=STAFF, **more)  # type: ignore[arg-type]


class TestWords:
    """What may be typed."""

    @pytest.mark.parametrize(
        "typed",
        [
            *(
                "路灯",
                "灯",
                "坏",
                "了",
                "三个月",
                "盐业小区三栋",
                "路灯 坏了",
                "坏了，路灯",
                "「路灯」",
            ),
            *("LED", "led", "le", "ＬＥＤ", "l", "12", "1", "１２盏", "6500k", "65", "𠮷", "𠮷祥"),
        ],
    )
    def test_every_part_of_what_was_said_finds_it(self, typed: str) -> None:
        said("盐业小区三栋的路灯坏了三个月，想换 LED 6500K 的，一共12盏，𠮷祥路那边")
        assert found(typed) == [1]

    @pytest.mark.parametrize(
        "typed", ["电梯", "灯路", "梯", "6500l", "ed", "路灯 电梯", "路灯电梯", "13", "123"]
    )
    def test_what_was_not_said_finds_nothing(self, typed: str) -> None:
        said("盐业小区三栋的路灯坏了三个月，想换 LED 6500K 的，一共12盏")
        assert found(typed) == []

    @pytest.mark.parametrize("typed", ["", "  ", "，。！", "()*\"':", "-", "😀"])
    def test_nothing_typed_finds_nothing(self, typed: str) -> None:
        said("路灯坏了，。！😀")
        assert found(typed) == []
        assert queries.count(A, "need", typed, audiences=STAFF) == 0
        assert not Entry.objects.within(A).filter(
            ref_id__in=queries.matching(A, "need", typed, audiences=STAFF)
        )

    @pytest.mark.parametrize(
        "typed",
        ['路灯"', "路灯' OR '1'='1", "路灯*", "路灯 AND", "NEAR(路灯)", "路灯\x00", "^路灯:-&|!"],
    )
    def test_an_engine_s_own_signs_are_only_signs(self, typed: str) -> None:
        said("路灯坏了 or 1 1 and near")
        assert found(typed) == [1]

    def test_a_pasted_page_is_looked_for_by_its_beginning(self) -> None:
        page = "".join(chr(0x4E00 + n * 7) for n in range(2000))
        said(page)
        assert found(page) == [1]
        assert found(page[500:] + page[:500]) == [1]

    def test_a_text_of_the_greatest_length_is_taken(self) -> None:
        page = "".join(chr(0x4E00 + (n * n) % 20000) for n in range(20_000))
        said(page)
        assert found(page[:300]) == [1]

    def test_the_end_of_a_very_long_word_does_not_count(self) -> None:
        said("x" * 60)
        assert found("x" * 20) == found("x" * 45) == [1]

    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(data=st.data())
    def test_any_piece_of_a_chinese_text_finds_it(self, data: st.DataObject) -> None:
        han = st.one_of(
            st.sampled_from("路灯坏了小区老人噪音"),
            st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
            st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
        )
        text = data.draw(
            st.text(st.one_of(han, st.sampled_from("，。 \n")), min_size=1, max_size=60)
        )
        start = data.draw(st.integers(0, len(text) - 1))
        piece = text[start : data.draw(st.integers(start + 1, len(text)))]
        with transaction.atomic():
            said(text)
            said("别的事", 2)
            assert (1 in found(piece)) == bool(wanted(piece))
            transaction.set_rollback(True)


class TestWalls:
    """The scope is in every term."""

    def test_forty_old_hits_are_found_behind_ten_thousand_newer_ones_next_door(self) -> None:
        actions.index_many(Row("need", n, A, f"路灯第{n}盏不亮", STAFF) for n in range(1, 41))
        actions.index_many(Row("need", n, B, "路灯又不亮", STAFF) for n in range(41, 10_041))
        assert found("路灯", most=200) == list(range(40, 0, -1))
        assert queries.count(A, "need", "路灯", audiences=STAFF) == 40
        assert queries.count(B, "need", "路灯", audiences=STAFF, cap=500) == 500
        assert found("路灯", community=B, most=3) == [10_040, 10_039, 10_038]
        mine = queries.matching(A, "need", "路灯", audiences=STAFF)
        assert Entry.objects.everywhere().filter(kind="need", ref_id__in=mine).count() == 40

    def test_kinds_do_not_mix(self) -> None:
        said("路灯", 1, kind="need")
        said("路灯", 2, kind="note")
        said("路灯", 2, kind="person")
        assert found("路灯") == [1]
        assert found("路灯", kind="note") == found("路灯", kind="person") == [2]

    def test_no_words_can_look_like_a_scope(self) -> None:
        spelled = Scope(A, "need")
        said(f"{spelled.term('路灯')} {spelled.audience('staff')} 71·1··staff", 9, community=B)
        assert found("路灯") == found("staff") == found("71") == []

    def test_only_its_audiences_find_it(self) -> None:
        actions.index("note", 5, community_id=A, text="路灯", audiences=["u7", "p1"])

        def hears(audiences: set[str] | None) -> list[int]:
            ids = queries.find(A, "note", "路灯", audiences=audiences)
            assert queries.count(A, "note", "路灯", audiences=audiences) == len(ids)
            matched = queries.matching(A, "note", "路灯", audiences=audiences)
            assert Entry.objects.within(A).filter(ref_id__in=matched).count() == len(ids)
            return ids

        assert hears({"u7"}) == hears({"p1", "p2"}) == hears({"u7", "p1"}) == hears(None) == [5]
        assert hears({"u8"}) == hears({"u"}) == hears({"u77"}) == hears(set()) == []

    @pytest.mark.parametrize("name", ["", "a b", "A", "·x", '"', "员工"])
    def test_an_audience_that_could_be_something_else_is_refused(self, name: str) -> None:
        with pytest.raises(ValueError, match="audience"):
            actions.index("need", 1, community_id=A, text="路灯", audiences=[name])


class TestInStep:
    """The index follows its row."""

    def test_a_changed_text_is_found_by_its_new_words_only(self) -> None:
        said("路灯坏了")
        said("电梯坏了")
        assert (found("路灯"), found("电梯"), found("坏了")) == ([], [1], [1])

    def test_a_changed_audience_too(self) -> None:
        said("路灯坏了")
        actions.index("need", 1, community_id=A, text="路灯坏了", audiences=["u7"])
        assert found("路灯") == []
        assert queries.find(A, "need", "路灯", audiences=["u7"]) == [1]

    def test_what_is_forgotten_is_not_found(self) -> None:
        said("路灯坏了")
        actions.forget("need", 1, community_id=B)
        assert found("路灯") == [1]
        actions.forget("need", 1, community_id=A)
        actions.forget("need", 1, community_id=A)
        assert found("路灯") == []
        said("路灯又坏了")
        assert found("路灯") == [1]

    def test_a_transaction_that_fails_leaves_no_trace(self) -> None:
        said("路灯坏了")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            said("电梯坏了")
            said("电梯也坏了", 2)
            1 / 0  # noqa: B018
        assert (found("路灯"), found("电梯")) == ([1], [])

    def test_many_at_once_is_the_same_as_one_by_one(self) -> None:
        chance = random.Random(3)
        rows = [
            Row("need", n % 700 + 1, A, "".join(chance.choices("路灯电梯坏了又 a1", k=12)), STAFF)
            for n in range(1300)
        ]
        for row in rows:
            said(row.text, row.ref_id)
        one_by_one = list(Entry.objects.within(A).order_by("id").values_list("id", "terms"))
        for n in range(1, 701):
            actions.forget("need", n, community_id=A)
        assert actions.index_many(iter(rows)) == 1300
        assert list(Entry.objects.within(A).order_by("id").values_list("id", "terms")) == one_by_one
        for typed in ("路灯", "坏了又", "a", "灯 1"):
            holding = [
                id_ // 8
                for id_, terms in reversed(one_by_one)
                if {Scope(A, "need").term(w) for w in wanted(typed)} <= set(terms.split())
            ]
            assert found(typed, most=1000) == holding != []

    def test_rebuilding_one_community_leaves_the_other_alone(self) -> None:
        said("路灯坏了", 1)
        said("电梯坏了", 2)
        said("路灯坏了", 3, community=B)
        rows = [Row("need", 2, A, "雨棚漏水", STAFF), Row("note", 4, A, "雨棚", STAFF)]
        assert actions.rebuild(rows, community_id=A) == 2
        assert (found("坏了"), found("雨棚"), found("雨棚", kind="note")) == ([], [2], [4])
        assert found("路灯", community=B) == [3]

    def test_rebuilding_takes_no_row_of_another_community(self) -> None:
        said("路灯坏了")
        with pytest.raises(ValueError, match="need 2"):
            actions.rebuild([Row("need", 2, B, "雨棚", STAFF)], community_id=A)
        assert (found("路灯"), found("雨棚", community=B)) == ([1], [])

    def test_the_engine_s_index_is_made_again_from_the_entries(self) -> None:
        said("路灯坏了")
        terms = Scope(A, "need").spell("雨棚漏水", STAFF)
        Entry(entry_id("need", 2), A, "need", 2, terms).save(force_insert=True)
        assert engine.agrees() == (connection.vendor != "sqlite")
        actions.renew_engine()
        assert (found("路灯"), found("雨棚")) == ([1], [2])

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        "write",
        [
            lambda: said("路灯"),
            lambda: actions.index_many([]),
            lambda: actions.forget("need", 1, community_id=A),
        ],
    )
    def test_it_is_written_in_the_transaction_of_its_row(self, write: Callable[[], object]) -> None:
        with pytest.raises(RuntimeError, match="transaction"):
            write()


class TestOrder:
    """Newest first, whatever the engine finds first."""

    def test_pages_follow_one_another(self) -> None:
        order = list(range(1, 61))
        random.Random(1).shuffle(order)
        for n in order:
            said("路灯" if n % 3 else "电梯", n)
        everything = [n for n in range(60, 0, -1) if n % 3]
        pages, before = [], None
        while page := found("路灯", most=7, before=before):
            pages += page
            before = page[-1]
        assert pages == everything
        assert found("路灯", most=0) == []

    def test_a_very_common_word_is_walked_down_from_the_newest(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(engine, "CAP", 20)
        actions.index_many(
            Row("need", n, A, "路灯" + "坏" * (n % 2), ("u7",) if n % 5 else STAFF)
            for n in range(1, 301)
        )
        mine = [n for n in range(300, 0, -1) if n % 5 == 0]
        assert found("路灯", most=40) == mine[:40]
        assert found("路灯", most=40, before=mine[39]) == mine[40:]
        every = queries.find(A, "need", "路灯 坏", audiences=None, most=40)
        assert every == [n for n in range(300, 0, -1) if n % 2][:40]

    def test_a_subquery_goes_with_other_filters_and_any_order(self) -> None:
        for n in range(1, 31):
            said("路灯" if n % 2 else "电梯", n)
        page = (
            Entry.objects.within(A)
            .filter(ref_id__in=queries.matching(A, "need", "路灯", audiences=STAFF), ref_id__gt=9)
            .order_by("ref_id")
        )
        assert [e.ref_id for e in page[:4]] == [11, 13, 15, 17]
        assert page.count() == 10

    def test_so_does_a_condition_on_the_key(self) -> None:
        """The entries of thirty needs stand in for rows that thirty notes speak of."""
        for n in range(1, 31):
            said("别的", n)
            said("路灯" if n % 2 else "电梯", entry_id("need", n), kind="note")
        rows = Entry.objects.within(A).filter(kind="need")
        lamps = queries.having(A, "note", "路灯", audiences=STAFF)
        assert [e.ref_id for e in rows.filter(lamps).order_by("-ref_id")[:3]] == [29, 27, 25]
        assert rows.filter(lamps).count() == rows.exclude(lamps).count() == 15
        assert rows.filter(lamps | Q(ref_id=2)).count() == 16
        assert not rows.filter(queries.having(A, "note", "。", audiences=STAFF))
        assert not rows.filter(queries.having(B, "note", "路灯", audiences=STAFF))


class TestRarity:
    """What a likely duplicate is looked for by."""

    def test_the_rarest_terms_come_first_and_common_ones_not_at_all(self) -> None:
        actions.index_many(
            Row("need", n, A, "路灯" + "坏了" * (n <= 30) + "歪了" * (n <= 2), STAFF)
            for n in range(1, queries.OFTEN + 2)
        )
        said("路灯", 99, community=B)
        terms = ["路灯", "坏了", "歪了", "没有"]
        assert queries.rarest(A, terms, 5) == ["歪了", "坏了"]
        assert queries.rarest(A, terms, 1) == ["歪了"]
        assert queries.rarest(A, terms, 5, least=3) == ["坏了"]
        assert queries.rarest(B, terms, 5) == ["路灯"]
        assert queries.rarest(A, [], 5) == []

    def test_rows_that_share_rarer_terms_come_first(self) -> None:
        said("路灯坏了", 1)
        said("路灯歪了", 2)
        said("路灯歪了坏了", 3)
        said("电梯", 4)
        assert queries.sharing(A, ["坏了", "歪了"]) == [3, 2, 1]
        assert queries.sharing(A, ["坏了", "路灯"], most=2) == [3, 1]
        assert queries.sharing(B, ["坏了"]) == queries.sharing(A, []) == []


def test_the_terms_of_a_text() -> None:
    assert terms_of("修路灯 Led1") == ["修路", "修", "路", "路灯", "灯", "l", "le", "led", "led1"]
    assert wanted("修路灯 Led1 灯") == ["修路", "路灯", "led1", "灯"]


def test_one_row_costs_the_same_few_statements(django_assert_max_num_queries: object) -> None:
    said("路灯坏了")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        said("路灯坏了三个月了，盐业小区三栋门口的", 1)
