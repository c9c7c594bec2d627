"""The river end to end as five people: field staff with a slip, the secretary, a member, the
resident who has nothing but the slip, and the checker; then the trail is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from linshuo.domain.board.models import Ask
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.papers.actions import issue
from linshuo.domain.papers.models import PaperKind
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import ServiceRecord, Via
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_the_river import press, send
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = "三楼拐角那盏灯又不亮了，住三楼的老人夜里不敢下楼。"
TOLD = "楼道拐角的灯不亮，想请会电工的来看一看。"


def test_from_a_slip_to_the_residents_own_word_as_five_people(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    (paper,) = issue(PaperKind.SLIP, 1, by=cast.zhang)
    need = _field_staff_tears_off_a_slip(cast, walk_in("李网格", PHONE), paper.code)
    ask = _secretary_puts_it_on_the_board(cast, walk_in("张书记", DESK), need)
    _member_signs(walk_in("赵在职", PHONE), ask)
    _field_staff_hears_that_they_came(walk_in("李网格", PHONE), need)
    _resident_says_it_is_settled(walk_in("", PHONE), paper.code, need)
    _checker_closes(walk_in("何秘书", DESK), need)
    seal_all()
    assert verify() == []


def _field_staff_tears_off_a_slip(cast: Cast, page: Page, code: str) -> Need:
    page.goto("/desk/JF/notebook/")
    form = page.locator("form.capture")
    form.locator("textarea[name=words]").fill(SAID)
    form.get_by_role("radio", name="别处").check(force=True)
    form.locator("select[name=place_other]").select_option(value=str(cast.building.pk))
    form.locator("details.capture__fold > summary").click()
    form.locator("input[name=slip]").fill(code)
    form.get_by_role("radio", name="转问题").check(force=True)
    with page.expect_navigation():
        form.get_by_role("button", name="记下").click()
    need = Need.objects.within(cast.community.pk).get()
    assert need.paper is not None and need.paper.code == code and need.requester is None
    return need


def _secretary_puts_it_on_the_board(cast: Cast, page: Page, need: Need) -> Ask:
    page.goto(f"/desk/JF/needs/{need.number}/")
    dialog = press(page, "accept")
    dialog.locator("select[name=category]").select_option(value=str(cast.category().pk))
    dialog.locator("select[name=owner]").select_option(value=str(cast.person("李网格").pk))
    send(page, dialog, "受理")
    dialog = press(page, "release")
    dialog.get_by_role("radio", name="公开").check(force=True)
    dialog.locator("[name=public_title]").fill("楼道拐角的灯")
    dialog.locator("textarea[name=public_text]").fill(TOLD)
    with page.expect_navigation():
        dialog.locator("button[type=submit]").last.click()
    dialog = press(page, "put-up")
    page.fill("#putup_text", "会电工的")
    page.fill("#putup_slots", "1")
    send(page, dialog, "上榜一行")
    expect(page.locator("#board")).to_contain_text("会电工的")
    return Ask.objects.within(cast.community.pk).get()


def _member_signs(page: Page, ask: Ask) -> None:
    page.goto("/c/JF/board/")
    expect(page.locator("main")).not_to_contain_text("老人")
    page.get_by_role("link", name=re.compile("我来认领")).first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="签上我的名字").click()
    pledge = Pledge.objects.within(ask.community_id).get()
    page.goto(f"/my/pledges/{pledge.pk}/")
    page.locator("#plan > summary").click()
    page.locator("dialog[open] input[name=planned_on]").fill(clock.today().isoformat())
    with page.expect_navigation():
        page.locator("dialog[open]").get_by_role("button", name="约好了").click()
    pledge.refresh_from_db()
    assert pledge.state == "under_way"


def _field_staff_hears_that_they_came(page: Page, need: Need) -> None:
    """The hours are written down from a turn, in the word on the slip; then the matter is done."""
    pledge = Pledge.objects.within(need.community_id).get()
    page.goto(f"/desk/JF/pledges/{pledge.pk}/")
    dialog = press(page, "turn")
    dialog.locator("input[name=day]").fill((clock.today() - timedelta(days=1)).isoformat())
    dialog.locator("input[name=starts]").fill("09:00")
    dialog.locator("input[name=ends]").fill("10:30")
    send(page, dialog, "约一班")
    dialog = press(page, "came")
    dialog.get_by_role("radio", name="便民条上写的").check(force=True)
    send(page, dialog, "来过了")
    record = ServiceRecord.objects.within(need.community_id).get()
    assert (record.minutes, record.via) == (90, Via.SLIP)
    page.goto(f"/desk/JF/needs/{need.number}/")
    dialog = press(page, "finish")
    dialog.get_by_role("radio", name="办成了").check(force=True)
    dialog.locator("textarea[name=result_text]").fill("换了声控灯，亮了。")
    send(page, dialog, "办结")


def _resident_says_it_is_settled(page: Page, code: str, need: Need) -> None:
    page.goto("/s/")
    page.get_by_label("纸条上的码").fill(f"{code[:4]}-{code[4:].lower()}")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(need.number)
    expect(page.locator("main")).to_contain_text("换了声控灯")
    page.get_by_role("link", name="办好没好，您说了算").click()
    page.locator("textarea[name=words]").fill("亮了，夜里敢下楼了。")
    page.locator("input[name=result][value='5']").check(force=True)
    page.locator("input[name=attitude][value='4']").check(force=True)
    with page.expect_navigation():
        page.get_by_role("button", name="好了", exact=True).click()
    expect(page.locator("h1")).to_contain_text("谢谢您")
    said = Contact.objects.within(need.community_id).get(said="settled")
    assert (said.rating_result, said.rating_attitude) == (5, 4)


def _checker_closes(page: Page, need: Need) -> None:
    page.goto(f"/desk/JF/needs/{need.number}/")
    expect(page.locator("body")).to_contain_text("亮了，夜里敢下楼了。")
    dialog = press(page, "confirm")
    send(page, dialog, "销号")
    need.refresh_from_db()
    assert need.state == "closed"
    page.goto(f"/c/JF/needs/{need.number}/")
    expect(page.locator("main")).to_contain_text(TOLD)
