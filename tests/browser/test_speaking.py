"""我有话说 in the elder view, a question a screen; and the address that the desk hands over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from linshuo.domain.needs.waiting import Incoming
from tests.browser.conftest import PHONE
from tests.browser.test_signing import clean
from tests.cast import Cast, make_need

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "楼上漏水，滴到床上了。"


def walk_through(page: Page, look: Callable[[Page], None]) -> None:
    """Every question once, back from the third to the first, and forward again."""
    page.goto("/c/JF/speak/?view=elder")
    look(page)
    page.get_by_role("link", name="没有危险，往下说").click()
    go_on, back = page.get_by_role("button", name="下一步"), page.get_by_role("button", name="回去")
    go_on.click()
    expect(page.locator("h1")).to_have_text("您遇到什么难处？")
    expect(page.locator("main")).to_contain_text("写一句，什么事？")
    look(page)
    page.locator("textarea[name=words]").fill(WORDS)
    go_on.click()
    expect(page.locator("h1")).to_have_text("急不急？")
    page.get_by_role("radio", name="停水停电，要快").check(force=True)
    look(page)
    go_on.click()
    expect(page.locator("h1")).to_have_text("在哪个小区？")
    page.get_by_label("选一个").select_option(label="盐业小区")
    look(page)
    back.click()
    expect(page.get_by_role("radio", name="停水停电，要快")).to_be_checked()
    back.click()
    expect(page.locator("textarea[name=words]")).to_have_value(WORDS)
    go_on.click()
    go_on.click()
    expect(page.get_by_label("选一个").locator("option:checked")).to_have_text("盐业小区")
    go_on.click()
    page.locator("input[name=phone]").fill("13800139999")
    look(page)
    go_on.click()
    page.locator("input[name=name]").fill("林大姐")
    look(page)
    go_on.click()
    look(page)
    page.get_by_role("button", name="说给社区听").click()
    expect(page.locator("h1")).to_have_text("收到了。")
    look(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_in_the_elder_view_what_was_typed_is_never_lost(
    cast: Cast, chromium: Browser, live_server: object, scripts: bool
) -> None:
    context = chromium.new_context(
        viewport=PHONE,  # type: ignore[arg-type]
        base_url=str(live_server),
        locale="zh-CN",
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    walk_through(page, clean if scripts else lambda page: None)
    context.close()
    row = Incoming.objects.within(cast.community.pk).get()
    assert (row.words, row.urgency, row.place) == (WORDS, "utility", cast.estate)
    assert (row.name, row.phone) == ("林大姐", "13800139999")


def test_the_address_handed_over_at_the_door_opens_on_the_residents_phone(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    need = make_need(cast)
    desk = walk_in("李网格", PHONE)
    desk.goto(f"/desk/JF/needs/{need.number}/")
    desk.get_by_role("button", name="给说的人一条链接").click()
    given = desk.locator("#own-link")
    expect(given.locator("svg.qr")).to_be_in_viewport()
    clean(desk)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    given.get_by_role("button", name="抄下链接").click()
    expect(given.get_by_role("button", name="抄好了")).to_be_visible()
    address = desk.evaluate("navigator.clipboard.readText()")
    resident = walk_in("", PHONE)
    resident.goto(address)
    expect(resident.locator("main")).to_contain_text(need.number)
    clean(resident)
