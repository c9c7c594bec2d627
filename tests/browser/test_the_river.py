"""A note at 390 px becomes a closed matter, as three people; then the trail is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from playwright.sync_api import Locator, Page, expect

from linshuo.domain.needs.models import Need
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def press(page: Page, verb: str) -> Locator:
    """Open the dialog behind a button of the need's page, and give it back."""
    opener = page.locator(f"#do-{verb}")
    opener.locator("summary").click()
    return page.locator("dialog[open]")


def send(page: Page, dialog: Locator, label: str) -> None:
    """Press the button that sends the form of the open dialog."""
    with page.expect_navigation():
        dialog.get_by_role("button", name=label, exact=True).click()


def test_from_a_note_on_a_phone_to_a_closed_matter(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    need = _said_at_a_door(cast, walk_in("李网格", PHONE))
    _accepted(cast, walk_in("张书记", DESK), need)
    _worked_on(walk_in("李网格", PHONE), need)
    need.refresh_from_db()
    assert (need.state, need.outcome) == ("done", "solved")
    _checked(walk_in("何秘书", PHONE), need)
    need.refresh_from_db()
    assert need.state == "closed"

    seal_all()
    assert verify() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE needs_need SET result_text = %s WHERE id = %s", ["", need.pk])
    assert [m.what for m in verify()] == [f"need {need.pk}"]


def _said_at_a_door(cast: Cast, page: Page) -> Need:
    page.goto("/desk/JF/notebook/")
    form = page.locator("form.capture")
    form.locator("textarea[name=words]").fill("三楼拐角那盏灯又不亮了。")
    form.get_by_role("radio", name="别处").check(force=True)
    form.locator("select[name=place_other]").select_option(value=str(cast.building.pk))
    with page.expect_navigation():
        form.get_by_role("button", name="记下").click()
    expect(page.locator("body")).to_contain_text("三楼拐角那盏灯又不亮了")
    with page.expect_navigation():
        page.get_by_role("button", name="转问题").locator("visible=true").first.click()
    need = Need.objects.within(cast.community.pk).get()
    assert need.state == "reported" and need.place_id == cast.building.pk
    return need


def _accepted(cast: Cast, page: Page, need: Need) -> None:
    page.goto("/desk/JF/ledger/")
    page.get_by_role("link", name="三楼拐角那盏灯又不亮了").click()
    dialog = press(page, "accept")
    dialog.locator("select[name=category]").select_option(value=str(cast.category().pk))
    dialog.locator("select[name=owner]").select_option(value=str(cast.person("李网格").pk))
    send(page, dialog, "受理")
    expect(page.locator("h1")).to_have_text(need.number)
    expect(page.locator("body")).to_contain_text("受理了")


def _worked_on(page: Page, need: Need) -> None:
    page.goto(f"/desk/JF/needs/{need.number}/")
    dialog = press(page, "progress")
    dialog.locator("textarea[name=text]").fill("灯泡到货，下午换。")
    send(page, dialog, "写进展")
    dialog = press(page, "finish")
    send(page, dialog, "办结")
    expect(page.locator("body")).to_contain_text("请先写明办理结果")
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("radio", name="办成了").check(force=True)
    dialog.locator("textarea[name=result_text]").fill("换了声控灯，亮了。")
    send(page, dialog, "办结")


def _checked(page: Page, need: Need) -> None:
    """Nobody in particular had raised it: another member of staff goes to look."""
    page.goto(f"/desk/JF/needs/{need.number}/")
    dialog = press(page, "ask")
    dialog.get_by_role("radio", name="看过，好了").check(force=True)
    dialog.get_by_role("radio", name="上门").check(force=True)
    send(page, dialog, "问好没好")
    expect(page.locator("body")).to_contain_text("已销号")
