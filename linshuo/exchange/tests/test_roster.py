"""A roster comes in: every row named that will not do, nobody taken until it is put right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linshuo.acts import checking_in
from linshuo.domain.people.models import CheckIn, Consent, Person
from linshuo.domain.trail.verify import verify
from linshuo.exchange import roster, roster_plans, sheets
from linshuo.exchange.roster_plans import RosterPlan
from linshuo.exchange.tests.books import book
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db

HEADERS = ["序号", "姓名", "手机号", "工作单位", "居住小区", "特长", "空闲时间", "备注", "是否同意",
           "报到日期", "身份证号"]  # fmt: skip
ID = "11010519491231002X"
"""The example number of GB 11643."""


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0 + timedelta(days=1)):
        yield made


def person(n: int, **over: Any) -> list[Any]:
    cells = {
        "序号": n, "姓名": f"志愿{n:03d}", "手机号": f"137{n:08d}", "工作单位": "市水文局",
        "居住小区": "盐业小区", "特长": "水电维修、律师", "空闲时间": "周末", "备注": "",
        "是否同意": "是", "报到日期": "2019-11-01", "身份证号": ID,
    }  # fmt: skip
    return [{**cells, **over}[header] for header in HEADERS]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"姓名": ""}, "姓名", "没有写称呼"),
    ({"姓名": "长" * 41}, "姓名", "最多 40 个字"),
    ({"姓名": f"王{ID}"}, "姓名", "身份证号"),
    ({"手机号": "1370000"}, "手机号", "少了 4 位"),
    ({"手机号": "问他老婆"}, "手机号", "不是数字"),
    ({"工作单位": "局" * 81}, "工作单位", "最多 80 个字"),
    ({"居住小区": "月亮小区"}, "居住小区", "没有叫“月亮小区”的小区"),
    ({"备注": "长" * 121}, "备注", "最多 120 个字"),
    ({"备注": f"证件 {ID}"}, "备注", "身份证号"),
    ({"是否同意": "不同意"}, "是否同意", "不能替他报到"),
    ({"是否同意": ""}, "是否同意", "看不出同意不同意"),
    ({"报到日期": "去年"}, "报到日期", "不是一个日期"),
    ({"报到日期": "2099-01-01"}, "报到日期", "还没到"),
]


def planned(cast: Cast, rows: list[list[Any]], *, agreed: bool = False) -> RosterPlan:
    sheet = sheets.read(book([HEADERS, *rows]), "名册.xlsx", roster_plans.recognises)
    mapping = roster_plans.guess(sheet.headers)
    return roster_plans.plan(sheet, mapping, cast.zhang, agreed=agreed)


def there(cast: Cast) -> Any:
    return CheckIn.objects.within(cast.community.pk)


@pytest.mark.parametrize(("over", "column", "sentence"), WRONG)
def test_each_thing_wrong_is_named_by_row_column_and_reason(
    cast: Cast, over: dict[str, Any], column: str, sentence: str
) -> None:
    found = planned(cast, [person(1), person(2, **over)])
    assert [(p.row, p.column) for p in found.problems] == [(3, column)]
    assert sentence in found.problems[0].sentence
    assert len(found.lines) == 1


def test_500_rows_of_which_37_are_wrong(cast: Cast) -> None:
    rows = [person(n) for n in range(500)]
    bad = {n * 13: WRONG[n % len(WRONG)][0] for n in range(37)}
    for n, over in bad.items():
        rows[n] = person(n, **over)
    found = planned(cast, rows)
    assert {p.row for p in found.problems} == {n + 2 for n in bad}
    assert all(p.column and p.sentence for p in found.problems)
    with pytest.raises(Refused) as refused:
        roster.carry_out(found, by=cast.zhang)
    assert "37 行" in str(refused.value) and not there(cast).exists()
    people = Person.objects.within(cast.community.pk)
    before = people.count()
    report = roster.carry_out(found, by=cast.zhang, leave_out=True)
    assert (len(report.taken), report.left_out) == (463, tuple(sorted(n + 2 for n in bad)))
    assert there(cast).count() == 463 and people.count() == before + 463
    again = planned(cast, rows)
    assert (len(again.lines), len(again.known)) == (0, 463)
    mended = planned(cast, [person(n) for n in range(500)])
    assert (len(mended.lines), len(mended.known)) == (37, 463)


def test_what_is_kept_of_a_row(cast: Cast) -> None:
    rows = [person(1, 工作单位=cast.partnership.organisation.name, 特长="电工 开挖机", 备注="怕狗")]
    found = planned(cast, rows)
    assert [r.sentence for r in found.remarks] == ["“开挖机”记在“还说了”里。"]
    assert "身份证号" in found.left_alone
    roster.carry_out(found, by=cast.zhang, receipt=True)
    row = there(cast).get()
    assert (row.via, row.state, row.receipt_no) == ("roster", "accepted", "JF-B-2019-0001")
    assert (row.skills, row.times, row.note) == (
        "electric,other", "saturday,sunday", "怕狗；开挖机",
    )  # fmt: skip
    assert row.partnership == cast.partnership and row.place == cast.estate
    assert row.submitted_at == clock.at_local(2019, 11, 1, 0)
    assert [c.purpose for c in Consent.objects.within(cast.community.pk)] == ["contact"]
    assert ID not in str(list(Person.objects.within(cast.community.pk).values()))
    assert verify() == []


def test_whoever_left_is_not_brought_back(cast: Cast) -> None:
    row = come(cast, "志愿001", phone="13700000001")
    checking_in.end(row, by=cast.zhang)
    found = planned(cast, [person(1)])
    assert (found.lines, found.known) == ((), (2,))
    assert "本人想来再报到" in found.remarks[0].sentence


def test_people_without_a_telephone(cast: Cast) -> None:
    rows = [person(1, 手机号=""), person(2, 手机号="", 姓名="志愿001")]
    assert "分不清是不是一个人" in planned(cast, rows).problems[0].sentence
    rows[1] = person(2, 手机号="", 姓名="志愿001", 工作单位="街坊队")
    found = planned(cast, rows)
    assert len(found.lines) == 2
    roster.carry_out(found, by=cast.zhang)
    again = planned(cast, rows)
    assert (again.lines, again.known) == ((), (2, 3))
    assert planned(cast, [person(3), person(3)]).twice == (3,)


def test_nobody_is_agreed_for(cast: Cast) -> None:
    sheet = sheets.read(book([["姓名"], ["林志愿"]]), "a.xlsx", roster_plans.recognises)
    mapping = roster_plans.guess(sheet.headers)
    with pytest.raises(Refused) as refused:
        roster_plans.plan(sheet, mapping, cast.zhang, agreed=False)
    assert refused.value.field == "agreed"
    assert len(roster_plans.plan(sheet, mapping, cast.zhang, agreed=True).lines) == 1
    with pytest.raises(Refused) as refused:
        roster_plans.plan(sheet, {}, cast.zhang, agreed=True)
    assert refused.value.field == "name"
    for by in (cast.he, cast.li, cast.wang):
        with pytest.raises(NotYours):
            roster_plans.plan(sheet, mapping, by, agreed=True)


def test_checking_costs_the_same_however_long(cast: Cast) -> None:
    def queries(n: int) -> int:
        with CaptureQueriesContext(connection) as found:
            roster_plans.plan(
                sheets.read(book([HEADERS, *map(person, range(n))]), "a.xlsx"),
                {"name": 1}, house, agreed=True,
            )  # fmt: skip
        return len(found)

    house = cast.house
    assert queries(2) == queries(60) <= 3


def test_the_command_line(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "名册.xlsx"
    file.write_bytes(book([HEADERS, person(1), person(2, 姓名="")]))
    told: list[str] = []
    assert roster.main(str(file), "JF", out=told.append) == 1
    assert "第 3 行，姓名：没有写称呼。" in told and not there(cast).exists()
    assert roster.main(str(file), "JF", leave_out=True, receipt=True, out=told.append) == 0
    assert "收了 1 人。" in told and "回执号从 JF-B-2019-0001 到 JF-B-2019-0001。" in told
    told.clear()
    assert roster.main(str(file), "JF", leave_out=True, out=told.append) == 0
    assert "收了 0 人。" in told and there(cast).count() == 1
    assert roster.main(str(file), "XX", out=told.append) == 1
    bare = tmp_path / "bare.csv"
    bare.write_text("姓名\n林志愿\n")
    told.clear()
    assert roster.main(str(bare), "JF", out=told.append) == 1
    assert any("--agreed" in line for line in told)
