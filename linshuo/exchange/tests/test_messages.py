"""A sheet of messages goes in whole or not at all, keeps what it says, and goes in once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linshuo.domain.needs.models import Category, Need, Result, Supporter
from linshuo.domain.terms import queries as terms
from linshuo.domain.trail.verify import verify
from linshuo.exchange import columns, messages, plans, sheets
from linshuo.exchange.tests.books import book
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db

HEAD = ["留言编号", "留言主题", "留言时间", "留言详情", "点赞数"]
NOW = clock.at_local(2020, 2, 3, 10)


def planned(cast: Cast, rows: list[list[Any]], by: Actor | None = None, **more: Any) -> plans.Plan:
    sheet = sheets.read(book(rows), "a.xlsx", columns.recognises)
    return plans.plan(sheet, columns.guess(sheet.headers), by or cast.zhang, **more)


def take(cast: Cast, rows: list[list[Any]], **more: Any) -> messages.Report:
    leave_out = more.pop("leave_out", False)
    with clock.standing_at(NOW):
        return messages.carry_out(planned(cast, rows, **more), by=cast.zhang, leave_out=leave_out)


def needs(cast: Cast) -> dict[str, Need]:
    found = Need.objects.within(cast.community.pk).select_related("place", "category", "owner")
    return {need.old_number: need for need in found}


def test_a_message_keeps_its_number_its_time_and_its_supporters() -> None:
    cast = make_cast()
    report = take(
        cast, [HEAD, [188031, "路灯不亮", "2019/7/19 18:19:54", "\n\t\t三栋楼下一片黑。", 12]]
    )
    need = needs(cast)["188031"]
    assert report.taken == ((2, "JF-2019-0001"),)
    assert (need.number, need.state, need.visibility) == ("JF-2019-0001", "reported", "staff")
    assert need.reported_at == clock.at_local(2019, 7, 19, 18, 19).replace(second=54)
    assert (need.title, need.words) == ("路灯不亮", "三栋楼下一片黑。")
    assert need.due_at == clock.at_local(2020, 2, 4, 10), "the answer is due from when we heard it"
    supporter = Supporter.objects.within(cast.community.pk).get()
    assert (need.supporters, supporter.heads, supporter.via) == (12, 12, "import")
    assert terms.find(cast.community.pk, "need", "楼下一片黑", audiences=None) == [need.pk]
    assert verify() == []


def test_the_same_file_again_adds_none() -> None:
    cast = make_cast()
    rows = [HEAD, [1, "灯", "2019-01-01", "灯不亮", 3], [None, "水", "2019-01-02", "没有水", None]]
    first, second = take(cast, rows), take(cast, rows)
    assert (len(first.taken), len(second.taken), second.known) == (2, 0, (2, 3))
    assert Need.objects.within(cast.community.pk).count() == 2
    assert Supporter.objects.within(cast.community.pk).count() == 1


def test_one_bad_row_and_none_is_taken() -> None:
    cast = make_cast()
    rows = [HEAD, [1, "灯", "2019-01-01", "灯不亮", 3], [2, "水", "1899-12-31", "没有水", "许多"]]
    found = planned(cast, rows)
    assert [(p.row, p.column) for p in found.problems] == [(3, "留言时间"), (3, "点赞数")]
    with pytest.raises(Refused) as caught:
        take(cast, rows)
    assert (caught.value.code, "1 行" in str(caught.value)) == ("problems", True)
    assert not Need.objects.within(cast.community.pk).exists()
    report = take(cast, rows, leave_out=True)
    assert (len(report.taken), report.left_out) == (1, (3,))


def test_a_failure_in_the_middle_leaves_nothing_and_no_gap() -> None:
    cast = make_cast()
    rows = [HEAD, *([n, "灯", "2019-01-01", f"第 {n} 盏灯不亮", 0] for n in range(1, 121))]

    def stumble(done: int, total: int) -> None:
        if done >= 100:
            raise RuntimeError("the power went off")

    with clock.standing_at(NOW), pytest.raises(RuntimeError):
        messages.carry_out(planned(cast, rows), by=cast.zhang, progress=stumble)
    assert not Need.objects.within(cast.community.pk).exists()
    assert terms.find(cast.community.pk, "need", "灯不亮", audiences=None) == []
    assert take(cast, rows).taken[0] == (2, "JF-2019-0001")
    assert verify() == []


def test_a_reply_makes_it_done_and_leaves_the_check_to_somebody() -> None:
    cast = make_cast()
    head = ["编号", "主题", "详情", "时间", "答复意见", "答复时间"]
    report = take(
        cast,
        [
            head,
            [7, "路没修好", "挖了一年。", "2019/4/24 16:03:40", "已在施工。", "2019/5/9 9:49:10"],
        ],
    )
    need = needs(cast)["7"]
    result = Result.objects.within(cast.community.pk).get()
    assert report.replies == 1
    assert (need.state, need.outcome, need.result_text) == ("done", "", "已在施工。")
    assert need.finished_at == clock.at_local(2019, 5, 9, 9, 49).replace(second=10)
    assert need.due_at is not None and need.due_at > NOW, "no wall of red on the first day"
    assert (result.kind, result.text, result.at) == ("reply", "已在施工。", need.finished_at)
    assert verify() == []


def test_a_reply_before_the_message_is_a_problem() -> None:
    cast = make_cast()
    head = ["编号", "详情", "时间", "答复", "答复时间"]
    found = planned(cast, [head, [7, "挖了一年。", "2019-04-24", "好的。", "2018-05-09"]])
    assert [p.column for p in found.problems] == ["答复时间"]


def test_a_title_that_is_too_long_is_cut_and_kept_whole_before_the_words() -> None:
    cast = make_cast()
    title = "很" * 70
    report = take(cast, [HEAD, [1, title, "2019-01-01", "灯不亮", 0]])
    need = needs(cast)["1"]
    assert len(report.taken) == 1
    assert (need.title, need.words) == ("很" * 59 + "…", f"{title}\n\n灯不亮")


def test_categories_known_and_new() -> None:
    cast = make_cast()
    head = ["编号", "详情", "时间", "一级分类"]
    rows = [["1", "灯", "2019-01-01", "楼道与照明"], ["2", "路", "2019-01-01", "城乡建设"],
            ["3", "水", "2019-01-01", "城乡建设"], ["4", "门", "2019-01-01", None]]  # fmt: skip
    report = take(cast, [head, *rows])
    new = Category.objects.within(cast.community.pk).get(name="城乡建设")
    found = needs(cast)
    assert report.new_categories == ("城乡建设",)
    assert (found["1"].category, found["4"].category) == (cast.category("light"), None)
    assert found["2"].category_id == found["3"].category_id == new.pk
    assert new.code == "cxjs"


def test_a_column_that_is_no_list_of_categories() -> None:
    cast = make_cast()
    rows = [[n, "灯", "2019-01-01", f"类 {n}"] for n in range(50)]
    with pytest.raises(Refused) as caught:
        planned(cast, [["编号", "详情", "时间", "类别"], *rows])
    assert (caught.value.code, caught.value.field) == ("categories", "category")


def test_an_old_ledger_with_places_and_owners() -> None:
    cast = make_cast()
    head = ["序号", "问题", "日期", "小区", "责任人"]
    rows = [[1, "灯不亮", "2019.3.1", "盐业小区3栋2单元", "李网格"],
            [2, "没有水", "2019年3月2日", "火星", "路人甲"]]  # fmt: skip
    with clock.standing_at(NOW):
        found = planned(cast, [head, *rows], source="老台账")
        messages.carry_out(found, by=cast.zhang)
    one, two = needs(cast)["1"], needs(cast)["2"]
    assert (one.place_id, one.owner_id) == (cast.building.pk, cast.person("李网格").pk)
    assert (two.place_id, two.owner_id) == (cast.root.pk, None)
    assert [(r.row, r.column) for r in found.remarks] == [(3, "小区"), (3, "责任人")]
    assert (one.origin, one.title, one.words) == ("import:老台账", "灯不亮", "灯不亮")


def test_the_same_number_from_another_ledger_is_not_taken_for_the_same_matter() -> None:
    cast = make_cast()
    take(cast, [HEAD, [1, "灯", "2019-01-01", "灯不亮", 0]])
    other = [HEAD, [1, "水", "2019-02-02", "没有水", 0]]
    assert [p.row for p in planned(cast, other).problems] == [2]
    assert len(take(cast, other, source="另一本").taken) == 1


def test_the_same_row_twice_counts_once_and_the_same_number_for_two_matters_is_a_problem() -> None:
    cast = make_cast()
    row = [1, "灯", "2019-01-01", "灯不亮", 0]
    assert planned(cast, [HEAD, row, row]).twice == (3,)
    clash = planned(cast, [HEAD, row, [1, "水", "2019-02-02", "没有水", 0]])
    assert [(p.row, p.column) for p in clash.problems] == [(3, "留言编号")]


def test_what_a_row_may_lack() -> None:
    cast = make_cast()
    found = planned(
        cast,
        [HEAD, [1, "灯", None, "灯不亮", 0], [2, None, "2019-01-01", None, 0],
         [3, "灯", "2219-01-01", "灯", 0], [4, "灯", "2090-01-01", "灯", -1],
         ["x" * 50, "灯", "2019-01-01", "灯" * 20_001, 0]],
    )  # fmt: skip
    assert sorted({p.row for p in found.problems}) == [2, 3, 4, 5, 6]
    assert not found.lines


def test_a_sheet_that_lacks_a_column() -> None:
    cast = make_cast()
    for head, field in ((["编号", "时间"], "words"), (["编号", "详情"], "at")):
        with pytest.raises(Refused) as caught:
            planned(cast, [head, ["1", "2019-01-01"]])
        assert caught.value.field == field
    with pytest.raises(Refused) as caught:
        planned(cast, [HEAD])
    assert caught.value.field == "file"


def test_a_house_whose_clock_stands_in_another_winter_takes_messages_of_the_next_month() -> None:
    """The demo goes on from its own December; the real messages run into January."""
    cast = make_cast()
    rows = [HEAD, [1, "灯", "2020-01-05 08:00", "灯不亮", 2]]
    with clock.standing_at(clock.at_local(2019, 12, 1, 9)):
        messages.carry_out(planned(cast, rows), by=cast.zhang)
    need = needs(cast)["1"]
    assert need.reported_at == clock.at_local(2020, 1, 5, 8)
    assert need.due_at is not None and need.due_at > need.reported_at
    assert verify() == []


def test_only_who_may_import() -> None:
    cast = make_cast()
    rows = [HEAD, [1, "灯", "2019-01-01", "灯不亮", 3]]
    found = planned(cast, rows)
    for stranger in (cast.li, cast.wang, cast.he):
        with pytest.raises(NotYours):
            planned(cast, rows, by=stranger)
        with pytest.raises(NotYours):
            messages.carry_out(found, by=stranger)


def test_another_community_sees_nothing_of_it() -> None:
    cast, other = make_cast(), make_cast("XG", "仙阁社区")
    rows = [HEAD, [1, "灯", "2019-01-01", "灯不亮", 3]]
    take(cast, rows)
    assert len(take(other, rows).taken) == 1, "its own numbers, its own rows"
    assert Need.objects.within(other.community.pk).get().number == "XG-2019-0001"


def test_the_command_says_what_it_did_and_what_it_would_not(tmp_path: Path) -> None:
    cast = make_cast()
    path = tmp_path / "a.xlsx"
    path.write_bytes(book([HEAD, [1, "灯", "2019-01-01", "灯不亮", 3], [2, "水", "昨天", "水", 0]]))
    said: list[str] = []
    assert messages.main(str(path), "jf", out=said.append) == 1
    assert any("第 3 行" in line and "留言时间" in line for line in said)
    assert messages.main(str(path), "jf", leave_out=True, out=said.append) == 0
    assert "收了 1 行。" in said
    assert messages.main(str(path), "XX", out=said.append) == 1
    assert messages.main(str(tmp_path / "none.xlsx"), "JF", out=said.append) == 1
    path.write_bytes(b"%PDF-1.4")
    assert messages.main(str(path), "JF", out=said.append) == 1
    assert Need.objects.within(cast.community.pk).count() == 1


REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "citizen-messages"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real messages are not beside the project")
def test_the_real_messages_all_go_in() -> None:
    cast = make_cast()
    said: list[str] = []
    for name, rows in (("messages", 2142), ("messages-labelled", 494)):
        assert messages.main(str(REAL / f"{name}.xlsx"), "JF", out=said.append) == 0
        assert f"收了 {rows} 行。" in said
    assert messages.main(str(REAL / "messages.xlsx"), "JF", out=said.append) == 0
    assert "以前收过、这次跳过的：2142 行。" in said
    mine = Need.objects.within(cast.community.pk)
    assert mine.count() == 2636
    assert not mine.exclude(visibility="staff").exists()
    words = dict(mine.values_list("pk", "words"))
    titles = dict(mine.values_list("pk", "title"))
    for word in ("路灯", "噪音", "老人"):
        found = set(terms.find(cast.community.pk, "need", word, audiences=None, most=3000))
        assert found >= {pk for pk in words if word in words[pk] + titles[pk]}
        assert found
