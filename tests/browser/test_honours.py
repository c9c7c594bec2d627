"""A round of honours by clicks: criteria, choice, notice, an objection that is right, a certificate
that is taken back; and what its QR code says before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from linshuo.domain.honours.models import Candidate, Objection, Round
from linshuo.kit import clock
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_signing import clean
from tests.cast import Cast
from tests.honours import AS_OF, records

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_ORDER = """names => [...names].sort(new Intl.Collator("zh-u-co-stroke").compare)"""
"""The order of strokes as the browser's own ICU has it."""


def go_to(moment: datetime) -> None:
    """Let the whole process, the server's threads too, go on from a moment."""
    clock.shift((moment - datetime.now(tz=clock.SHANGHAI)).total_seconds())


@pytest.fixture
def november(cast: Cast) -> Iterator[Cast]:
    """The community with its records, on 20 November 2019."""
    go_to(AS_OF)
    records(cast)
    yield cast
    clock.shift(0)


def test_an_upheld_objection_and_a_revoked_certificate(
    november: Cast, walk_in: Callable[..., Page]
) -> None:
    desk = walk_in("张书记", DESK)
    drawn_up(desk)
    row = Round.objects.within(november.community.pk).get()
    chosen(desk)
    clean(desk)
    desk.get_by_role("button", name="公示", exact=True).click()
    expect(desk.locator("main")).to_contain_text("公示中")

    phone = walk_in("", PHONE)
    phone.goto(f"/c/JF/honours/{row.pk}/?view=elder")
    shown = phone.locator(".honours-list b").all_inner_texts()
    assert shown == ["共建单位乙", "嘉福社区共建单位甲", "丁**", "王**", "林**"]
    assert shown[:2] == phone.evaluate(IN_ORDER, shown[:2])
    assert shown[2:] == phone.evaluate(IN_ORDER, shown[2:])
    clean(phone)
    phone.get_by_label("说的是谁").select_option(label="王** 来过 3 次")
    phone.get_by_label("哪里不对").fill("那天来的是他哥哥，不是他")
    phone.get_by_role("button", name="提出来").click()
    expect(phone.locator("h1")).to_have_text("收到了")
    clean(phone)

    watch = walk_in("马监督", PHONE)
    watch.goto(f"/desk/JF/honours/{row.pk}/#objections")
    said = watch.locator(f"#said-{Objection.objects.within(november.community.pk).get().pk}")
    said.get_by_label("有道理，名单要改").check()
    said.get_by_label("怎么答复").fill("查了签到的纸，是他哥哥，改了")
    said.get_by_role("button", name="答复").click()
    expect(watch.locator("#objections")).to_contain_text("有道理，改了名单")
    phone.reload()
    expect(phone.locator("h1")).to_have_text("答复了")
    phone.goto(f"/c/JF/honours/{row.pk}/")
    assert "王**" not in phone.locator(".honours-list").last.inner_text()
    expect(phone.locator("main")).to_contain_text("核实以后改过名单")

    go_to(AS_OF + timedelta(days=8))
    desk.goto(f"/desk/JF/honours/{row.pk}/")
    desk.get_by_role("button", name="公示期满，授").click()
    expect(desk.get_by_role("link", name="印全部证书")).to_be_visible()
    ding = Candidate.objects.within(november.community.pk).get(person__name="丁老师")
    phone.goto(f"/h/{ding.code}/")
    expect(phone.locator("h1")).to_have_text("有这张证书，有效")
    clean(phone)
    phone.goto("/c/JF/honours/")
    assert phone.locator(".honours-roll").last.inner_text().split() == ["丁**", "林**"]

    desk.goto(f"/desk/JF/honours/{row.pk}/of/{ding.pk}/")
    desk.locator("#revoke > summary").click()
    desk.locator("dialog[open]").get_by_label("为什么撤销").fill("时长查实是别人的")
    desk.locator("dialog[open]").get_by_role("button", name="撤销").click()
    expect(desk.locator("main")).to_contain_text("时长查实是别人的")
    phone.goto(f"/h/{ding.code}/")
    expect(phone.locator("h1")).to_have_text("有过这张证书，不再有效")
    expect(phone.locator("main")).not_to_contain_text("别人")


def drawn_up(desk: Page) -> None:
    """The criteria, with the live count, and what they come to."""
    desk.goto("/desk/JF/honours/new/")
    desk.get_by_label("叫什么").fill("2019 年度志愿服务表扬")
    desk.fill("[name=unit-standing]", "")
    desk.fill("[name=unit-hosted]", "2")
    desk.fill("[name=person-turns]", "9")
    desk.get_by_label("叫什么").focus()
    expect(desk.locator(".honours-meets")).to_contain_text("2 个单位、0 位志愿者")
    desk.get_by_role("button", name="拟好了").click()
    desk.get_by_role("button", name="按记录算一遍").click()
    expect(desk.locator("main")).to_contain_text("没有一位志愿者达到“来过 9 次以上”")
    desk.get_by_role("link", name="改条件").click()
    desk.fill("[name=person-turns]", "2")
    desk.get_by_role("button", name="改好了").click()
    desk.get_by_role("button", name="按记录算一遍").click()
    desk.get_by_role("link", name="来过 3 次").first.click()
    expect(desk.locator("#turns li")).to_have_count(3)
    desk.go_back()


def chosen(desk: Page) -> None:
    """Who is there, and the choice with its reason; without one nothing moves."""
    desk.get_by_label("张书记", exact=True).check()
    desk.get_by_label("马监督", exact=True).check()
    desk.get_by_role("button", name="记下谁在场").click()
    desk.get_by_role("button", name="勾上的评上").click()
    expect(desk.locator("#choose")).to_contain_text("写一句为什么")
    desk.get_by_label("为什么").first.fill("记录达到条件，在场的都同意")
    desk.get_by_role("button", name="勾上的评上").click()
    expect(desk.locator("#list")).to_contain_text("评上 5 个")
