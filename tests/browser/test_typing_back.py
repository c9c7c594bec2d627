"""A signed sheet typed back without touching the mouse."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from linshuo.acts.typing_back import print_board, type_row
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs.actions import accept
from linshuo.domain.people.models import CheckIn, Partnership
from linshuo.domain.pledges.actions import release
from linshuo.domain.pledges.models import HeldRow, Pledge
from linshuo.kit.text import initials
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast, make_need

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def signed_sheet(cast: Cast) -> str:
    """The code of a sheet with two lines, one of which has been read badly."""
    for slots, text in ((3, "会电工的"), (1, "能走路、有耐心")):
        need = accept(
            make_need(cast),
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            visibility="public",
            public_text="三楼拐角的灯不亮，请人来换。",
        )
        put_up(need, kind="claim", text=text, slots=slots, by=cast.li)
    sheet = print_board(by=cast.zhang)
    type_row(sheet.code, 1, "王？", by=cast.li, illegible=True)
    type_row(sheet.code, 1, unit=cast.partnership.organisation.name, by=cast.li)
    return sheet.code


def test_rows_by_keyboard_and_the_cursor_stands_in_the_next_one(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    code = signed_sheet(cast)
    page = walk_in("李网格", DESK)
    page.goto("/desk/JF/sheets/")
    page.get_by_label("纸上的码").fill(code.lower())
    page.keyboard.press("Enter")
    line = page.locator("#id_line")
    expect(line).to_be_focused()
    for number, name, said in (("2", "林大明", "认上了"), ("2", "陈小亮", "排在后面")):
        page.keyboard.type(number)
        page.keyboard.press("Tab")
        page.keyboard.type(name)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(f"{name}")
        expect(page.get_by_role("status")).to_contain_text(said)
        expect(line).to_have_value("")
        expect(line).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Tab")
    page.keyboard.type("后来的")
    page.keyboard.press("Enter")
    expect(page.get_by_text("这张纸上是第 1 到第 2 行")).to_be_visible()
    expect(line).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("后来的")
    assert Pledge.objects.within(cast.community.pk).count() == 3
    _look(page, "typing")


def test_a_volunteer_day_of_104_rows_at_the_keyboard(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    """Scenario 2: one row nobody can read, one line with three places and five signers; a unit by
    the letters of its pinyin, a new one said twice; the sheet once more adds nothing."""
    for slots, text in ((3, "会电工的"), (120, "能走路、有耐心")):
        need = accept(
            make_need(cast),
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person("李网格"),
            visibility="public",
            public_text="三楼拐角的灯不亮，请人来换。",
        )
        put_up(need, kind="claim", text=text, slots=slots, by=cast.li)
    sheet = print_board(by=cast.zhang)
    letters = initials(cast.partnership.organisation.name)
    rows = [("1", f"师傅{n}", "") for n in range(5)]
    rows += [("2", f"热心人{n}", letters if n % 2 else "") for n in range(97)]
    page = walk_in("李网格", DESK)
    page.goto(f"/desk/JF/sheets/{sheet.code}/")
    for row in [*rows, *rows[:4]]:
        _type(page, *row)
    _type(page, "2", "", "鹭江水文站", said="再按一次")
    expect(page.locator("#id_unit")).to_be_focused()
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("先收着，等核实")
    page.locator("#id_line").fill("2")
    page.locator("#id_name").fill("林？")
    page.get_by_role("button", name="看不清，先收着").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("收着了")
    states = Counter(Pledge.objects.within(cast.community.pk).values_list("state", flat=True))
    assert states == {"accepted": 101, "waiting": 2}
    assert HeldRow.objects.within(cast.community.pk).count() == 1
    handed_in = CheckIn.objects.within(cast.community.pk)
    assert handed_in.filter(state="submitted", via="board").count() == 102
    assert handed_in.filter(partnership=cast.partnership).count() == 48
    assert Partnership.objects.within(cast.community.pk).get(unconfirmed=True)
    first = Pledge.objects.within(cast.community.pk).filter(ask_id=sheet.lines[0])
    release(first.get(person__name="师傅0"), by=cast.zhang)
    assert Counter(first.values_list("state", flat=True)) == {
        "accepted": 2, "asked": 1, "waiting": 1, "ended": 1,
    }  # fmt: skip


def _type(page: Page, line: str, name: str, unit: str, said: str = "") -> None:
    """One row, by the keys alone, from the line's field to Enter."""
    expect(page.locator("#id_line")).to_be_focused()
    page.keyboard.type(line)
    for word in (name, unit):
        page.keyboard.press("Tab")
        page.keyboard.type(word)
    with page.expect_response(lambda answer: "/sheets/" in answer.url):
        page.keyboard.press("Enter")
    if said:
        expect(page.locator("#entry")).to_contain_text(said)
    else:
        expect(page.locator("#id_line")).to_have_value("")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_both_pages_are_fit_to_be_used(
    cast: Cast, walk_in: Callable[..., Page], size: dict[str, int]
) -> None:
    code = signed_sheet(cast)
    page = walk_in("李网格", size)
    for name, url in (("sheets", "/desk/JF/sheets/"), ("sheet", f"/desk/JF/sheets/{code}/")):
        page.goto(url)
        assert Axe().run(page).response["violations"] == []
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0
        _look(page, f"{name}-{size['width']}")


def _look(page: Page, name: str) -> None:
    """A picture, for whoever asks for one."""
    if folder := os.environ.get("LOOK_INTO"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
