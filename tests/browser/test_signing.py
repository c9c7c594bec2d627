"""A line is put up at the desk, signed for on a phone, agreed on, let go and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from linshuo.domain.board.models import Ask
from linshuo.domain.needs.actions import accept
from linshuo.kit import clock
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast, make_need

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def clean(page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the phone."""
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"][:120]) for rule in found] == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


def test_from_the_line_to_the_signature_and_back(cast: Cast, walk_in: Callable[..., Page]) -> None:
    need = accept(
        make_need(cast, at=clock.now()),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        visibility="public",
        public_text="三楼拐角的灯不亮，请人来换。",
    )
    desk = walk_in("李网格", DESK)
    desk.goto(f"/desk/JF/needs/{need.number}/")
    desk.locator("#do-put-up > summary").click()
    desk.fill("#putup_text", "会电工的")
    desk.fill("#putup_slots", "2")
    desk.fill("#putup_hint", "两个周六上午")
    desk.locator("dialog[open]").get_by_role("button", name="上榜一行").click()
    expect(desk.locator("#board")).to_contain_text("会电工的")
    ask = Ask.objects.within(cast.community.pk).get()

    phone = walk_in("赵在职", PHONE)
    phone.goto(f"/my/sign/JF/{ask.pk}/")
    clean(phone)
    phone.get_by_role("button", name="签上我的名字").click()
    expect(phone.locator("main")).to_contain_text("认下了，谢谢您")
    clean(phone)
    phone.get_by_role("button", name="不认了").click()
    expect(phone.locator("main")).to_contain_text("不用说原因")
    phone.get_by_role("button", name="撤回").click()
    expect(phone.locator("main")).to_contain_text("认下了")
    phone.goto("/my/")
    clean(phone)

    desk.reload()
    expect(desk.locator("#board .sign").first).to_have_text("赵**")
    desk.set_viewport_size(PHONE)
    for url in (f"/desk/JF/needs/{need.number}/", "/desk/JF/pledges/?tab=live"):
        desk.goto(url)
        clean(desk)
    desk.locator("table.ledger a.l-link").click()
    clean(desk)
