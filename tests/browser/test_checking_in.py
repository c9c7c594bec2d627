"""报到 on a phone: checked in, given a receipt across the counter, paused, each within a minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from linshuo.domain.people.models import CheckIn
from linshuo.kit import clock
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_signing import clean
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINUTE = 60


def fill_in(page: Page) -> None:
    """What somebody taps with a thumb."""
    page.get_by_label("电工水工", exact=True).check()
    page.get_by_label("周六", exact=True).check()
    page.get_by_label("社区为这件事联系我", exact=True).check()


def test_a_member_checks_in_and_pauses(cast: Cast, walk_in: Callable[..., Page]) -> None:
    phone = walk_in("王阿姨", PHONE)
    started = time.monotonic()
    phone.locator(f"#check-in-{cast.person('王阿姨').pk}").get_by_role("link").click()
    clean(phone)
    expect(phone.locator("[name=guardian]")).to_be_hidden()
    phone.get_by_label("不满十四岁", exact=True).check()
    expect(phone.locator("[name=guardian]")).to_be_visible()
    phone.get_by_label("成年", exact=True).check()
    phone.get_by_role("button", name="报到").click()  # nothing agreed to yet
    expect(phone.locator("main")).to_contain_text("勾上第一条")
    clean(phone)
    fill_in(phone)
    phone.get_by_role("button", name="报到").click()
    expect(phone.locator("main")).to_contain_text("交来了，等回执")
    assert time.monotonic() - started < MINUTE
    clean(phone)

    desk = walk_in("何秘书", DESK)
    expect(desk.locator("#check-ins")).to_contain_text("王阿姨")
    desk.locator("#check-ins").get_by_role("button", name="给回执").click()
    expect(desk.locator(".number__serial")).to_have_text("0001")
    clean(desk)
    desk.set_viewport_size(PHONE)
    row = CheckIn.objects.within(cast.community.pk).get()
    for url in ("", "?tab=accepted", f"{row.pk}/", "new/"):
        desk.goto(f"/desk/JF/check-ins/{url}")
        clean(desk)
    for url in ("", "add/", f"{cast.partnership.pk}/"):
        desk.goto(f"/desk/JF/people/units/{url}")
        clean(desk)

    started = time.monotonic()
    phone.reload()
    expect(phone.locator("main")).to_contain_text(row.receipt_no)
    phone.locator("#pause > summary").click()
    until = clock.today() + timedelta(days=40)
    phone.locator("dialog[open] [name=until]").fill(until.isoformat())
    phone.get_by_role("button", name="歇到那天").click()
    expect(phone.locator("main")).to_contain_text("歇着")
    assert time.monotonic() - started < MINUTE
    clean(phone)
    phone.get_by_role("button", name="结束报到").click()
    expect(phone.locator("main")).to_contain_text("想来随时再报到")


def test_a_stranger_checks_in_in_the_elder_view(cast: Cast, walk_in: Callable[..., Page]) -> None:
    phone = walk_in("", PHONE)
    phone.goto("/c/JF/check-in/?view=elder")
    clean(phone)
    phone.get_by_label("怎么称呼").fill("林志愿")
    fill_in(phone)
    phone.get_by_role("button", name="报到").click()
    expect(phone.locator("h1")).to_have_text("交来了。")
    clean(phone)
    phone.goto("/c/JF/check-in/card/")
    clean(phone)
