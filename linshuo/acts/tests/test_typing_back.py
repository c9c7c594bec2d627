"""A signed sheet typed back: each row by itself, over-signed lines queue, nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.acts.typing_back import (
    held_on,
    let_go,
    lines_of_sheet,
    make_out,
    print_board,
    signed_on,
    type_row,
)
from linshuo.domain.board.actions import put_up, take_down
from linshuo.domain.board.models import Ask
from linshuo.domain.needs import actions as needs
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import Paper
from linshuo.domain.people.models import Person
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import HeldRow, Pledge
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db


def open_need(cast: Cast, visibility: str = "public") -> Need:
    """An accepted matter, released or not."""
    return needs.accept(
        make_need(cast),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        visibility=visibility,
        public_text="" if visibility == "staff" else "三楼拐角的灯不亮，请人来换。",
    )


def make_ask(cast: Cast, slots: int, text: str = "会电工的", kind: str = "claim") -> Ask:
    """One line on the board."""
    return put_up(open_need(cast), kind=kind, text=text, slots=slots, by=cast.li)


def count(cast: Cast) -> dict[str, int]:
    """Signatures of the community by state."""
    states = list(Pledge.objects.within(cast.community.pk).values_list("state", flat=True))
    return {state: states.count(state) for state in set(states)}


def test_a_sheet_of_104_rows_typed_back_and_typed_again() -> None:
    """Scenario 2 of the board: 101 accepted, 2 waiting, 1 held; the same sheet again adds 0."""
    cast = make_cast()
    make_ask(cast, 500, "来的都行")
    make_ask(cast, 3)
    sheet = print_board(by=cast.zhang)
    rows = [(1, f"热心人{n}") for n in range(98)] + [(2, f"电工{n}") for n in range(5)]

    def whole_sheet() -> list[str]:
        done = [type_row(sheet.code, line, name, by=cast.li).status for line, name in rows]
        return [*done, type_row(sheet.code, 2, "王？", by=cast.li, illegible=True).status]

    first = whole_sheet()
    assert [first.count(s) for s in ("accepted", "waiting", "held")] == [101, 2, 1]
    people = Person.objects.within(cast.community.pk).count()
    assert set(whole_sheet()) == {"again"}
    assert count(cast) == {"accepted": 101, "waiting": 2}
    assert Person.objects.within(cast.community.pk).count() == people
    assert len(signed_on(sheet, by=cast.li)) == 103
    assert len(held_on(sheet, by=cast.li)) == 1

    on_two = Pledge.objects.within(cast.community.pk).filter(ask_id=sheet.lines[1]).order_by("pk")
    pledges.release(on_two[0], by=cast.li)
    assert [p.state for p in on_two] == ["ended", "accepted", "accepted", "asked", "waiting"]
    assert verify() == []


def test_the_board_is_frozen_by_kind_and_only_what_everyone_may_see() -> None:
    cast = make_cast()
    adopt = make_ask(cast, 1, "浇浇水", "adopt")
    claim = make_ask(cast, 2)
    put_up(open_need(cast, "staff"), kind="claim", text="不公开的", slots=1, by=cast.li)
    put_up(open_need(cast, "members"), kind="claim", text="给党员看的", slots=1, by=cast.li)
    down = make_ask(cast, 1, "撤下的")
    take_down(down, by=cast.li)
    sheet = print_board(by=cast.li)
    assert (sheet.lines, sheet.version) == ([claim.pk, adopt.pk], 1)
    assert print_board(by=cast.zhang).version == 1
    make_ask(cast, 1, "又一行", "donate")
    assert print_board(by=cast.zhang).version == 2


def test_yesterdays_sheet_works_for_the_lines_that_still_stand() -> None:
    cast = make_cast()
    gone, stays = make_ask(cast, 2, "要撤的"), make_ask(cast, 2, "还在的")
    sheet = print_board(by=cast.zhang)
    make_ask(cast, 2, "新来的")
    type_row(sheet.code, 1, "早来的", by=cast.li)
    take_down(gone, by=cast.li)
    assert [(s.number, s.stands) for s in lines_of_sheet(sheet, by=cast.li)] == [
        (1, False),
        (2, True),
    ]
    with pytest.raises(Refused, match="撤下来了") as caught:
        type_row(sheet.code, 1, "后来的", by=cast.li)
    assert caught.value.field == "line"
    assert type_row(sheet.code, 1, "早来的", by=cast.li).status == "again"
    assert type_row(sheet.code, 2, "后来的", by=cast.li).text == stays.text
    assert count(cast) == {"accepted": 2}


def test_a_matter_withdrawn_from_view_takes_no_more_names() -> None:
    cast = make_cast()
    ask = make_ask(cast, 2)
    sheet = print_board(by=cast.zhang)
    Need.objects.within(cast.community.pk).filter(pk=ask.need_id).update(visibility="staff")
    for someone in (cast.zhang, cast.li, cast.he):
        with pytest.raises(Refused, match="撤下来了"):
            type_row(sheet.code, 1, "张三", by=someone)


def test_units_sign_by_name_and_persons_of_a_unit_by_their_own() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    sheet = print_board(by=cast.zhang)
    unit = cast.partnership.organisation.name
    assert type_row(sheet.code, 1, unit=f" {unit} ", by=cast.li).status == "accepted"
    assert type_row(sheet.code, 1, unit=unit, by=cast.li).status == "again"
    for name in ("林大明", "陈小亮"):
        typed = type_row(sheet.code, "１", name, unit, by=cast.li)
        assert typed.pledge is not None and typed.pledge.person is not None
        assert typed.pledge.partnership is None and typed.pledge.paper_id == sheet.pk
    with pytest.raises(Refused, match="再按一次") as caught:
        type_row(sheet.code, 1, "林大明", "没有的单位", by=cast.li)
    assert (caught.value.field, caught.value.code) == ("unit", "unit-new")
    assert count(cast) == {"accepted": 3}


def test_a_new_unit_is_kept_to_be_confirmed_once_it_is_said_twice() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    sheet = print_board(by=cast.zhang)
    typed = type_row(sheet.code, 1, unit="鹭江水文站", new_unit="鹭江水文站", by=cast.li)
    assert typed.new_unit is not None and typed.new_unit.unconfirmed
    again = type_row(sheet.code, 1, unit="ljsw", by=cast.li)
    assert (again.status, again.new_unit) == ("again", None)
    with pytest.raises(Refused, match="写全名"):
        type_row(sheet.code, 1, unit="zz", by=cast.li)
    with pytest.raises(Refused, match="多打一个字母"):
        type_row(sheet.code, 1, unit="l", by=cast.li)
    assert verify() == []


def test_a_signer_who_has_not_checked_in_gets_a_check_in_to_be_confirmed() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    make_ask(cast, 5, text="会修门锁的")
    sheet = print_board(by=cast.zhang)
    unit = cast.partnership.organisation.name
    first = type_row(sheet.code, 1, "林大明", unit, by=cast.li)
    assert first.check_in is not None
    assert (first.check_in.state, first.check_in.via) == ("submitted", "board")
    assert first.check_in.partnership == cast.partnership
    second = type_row(sheet.code, 2, "林大明", unit, by=cast.li)
    assert second.check_in is None, "who signs for two lines comes once"
    assert first.pledge is not None and second.pledge is not None
    assert first.pledge.person_id == second.pledge.person_id
    other = type_row(sheet.code, 2, "林大明", by=cast.li)
    assert other.status == "again", "on one line one name is one signature"
    assert type_row(sheet.code, 1, unit=unit, by=cast.li).check_in is None
    assert verify() == []


def test_a_signature_is_of_the_day_it_was_given_and_not_before_the_sheet() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    with clock.standing_at(T0):
        sheet = print_board(by=cast.zhang)
    with clock.standing_at(T0 + timedelta(days=4)):
        typed = type_row(sheet.code, 1, "林大明", by=cast.li, at=T0 + timedelta(days=1))
        assert typed.pledge is not None and typed.pledge.signed_at == T0 + timedelta(days=1)
        with pytest.raises(Refused) as caught:
            type_row(sheet.code, 1, "陈小亮", by=cast.li, at=T0 - timedelta(days=1))
    assert caught.value.field == "day"


def test_two_who_share_a_name_are_told_apart_by_two_telephones_only() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    sheet = print_board(by=cast.zhang)
    said = [
        type_row(sheet.code, 1, "林大明", phone=phone, by=cast.li).status
        for phone in ("13700000001", "", "13700000001", "13700000002", "13700000002")
    ]
    assert said == ["accepted", "again", "again", "accepted", "again"]


def test_what_no_row_can_be() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    sheet = print_board(by=cast.zhang)
    for line in ("", "0", "2", "-1", "一", "1.5", "9" * 40, "\x00", "x" * 5000):
        with pytest.raises(Refused) as caught:
            type_row(sheet.code, line, "张三", by=cast.li)
        assert caught.value.field == "line", line
    for row, field in (
        ({}, "name"),
        ({"name": "很" * 60}, "name"),
        ({"name": "张三", "phone": "12"}, "phone"),
        ({"name": "看" * 100, "illegible": True}, "name"),
    ):
        with pytest.raises(Refused) as caught:
            type_row(sheet.code, 1, by=cast.li, **row)
        assert caught.value.field == field, row
    for code in ("", "ABCDEFGH", "；", "x" * 5000, "\x00"):
        with pytest.raises(Refused) as caught:
            type_row(code, 1, "张三", by=cast.li)
        assert caught.value.field == "code"
    assert not Pledge.objects.within(cast.community.pk).exists()
    assert not HeldRow.objects.within(cast.community.pk).exists()


def test_the_code_is_found_as_typed_or_scanned_but_not_next_door() -> None:
    cast, other = make_cast(), make_cast("YY", "邻近社区")
    make_ask(cast, 9)
    code = print_board(by=cast.zhang).code
    for n, typed in enumerate(
        (f" {code[:4]}-{code[4:].lower()} ", f"https://example.org/desk/JF/sheets/{code}/")
    ):
        assert type_row(typed, 1, f"热心人{n}", by=cast.li).status == "accepted"
    with pytest.raises(Refused):
        type_row(code, 1, "张三", by=other.zhang)
    for nobody in (cast.wang, cast.zhao, cast.chen, cast.ma):
        with pytest.raises(NotYours):
            type_row(code, 1, "张三", by=nobody)
        with pytest.raises(NotYours):
            print_board(by=nobody)


def test_a_held_row_waits_until_it_is_made_out_or_let_go() -> None:
    cast = make_cast()
    make_ask(cast, 5)
    sheet = print_board(by=cast.zhang)
    one = type_row(sheet.code, 1, "王？", by=cast.li, illegible=True).held
    two = type_row(sheet.code, "", "", by=cast.li, illegible=True).held
    assert one is not None and two is not None
    with pytest.raises(Refused):
        make_out(one.pk, 7, "王小明", by=cast.li)
    assert len(held_on(sheet, by=cast.li)) == 2
    assert make_out(one.pk, 1, "王小明", by=cast.li).status == "accepted"
    let_go(two.pk, by=cast.li)
    let_go(two.pk, by=cast.li)
    assert list(held_on(sheet, by=cast.li)) == []
    assert type_row(sheet.code, 1, "王？", by=cast.li, illegible=True).status == "again"
    with pytest.raises(NotYours):
        let_go(two.pk, by=make_cast("YY", "邻近社区").zhang)
    assert verify() == []


def test_an_empty_board_is_not_printed() -> None:
    cast = make_cast()
    with pytest.raises(Refused, match="还没有可以签名的"):
        print_board(by=cast.zhang)
    assert not Paper.objects.within(cast.community.pk).exists()
