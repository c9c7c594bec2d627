"""A signed sheet typed back without touching the mouse."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from linshuo.acts.typing_back import print_board, type_row
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs.actions import accept
from linshuo.domain.pledges.models import Pledge
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
