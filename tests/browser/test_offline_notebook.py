"""Nothing written in a stairwell is lost: no signal, a closed page, in the end one note each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from linshuo.domain.needs.models import Note
from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = """async () => {
  const open = indexedDB.open("linshuo-notes");
  const db = await new Promise((done) => (open.onsuccess = () => done(open.result)));
  const all = db.transaction("notes").objectStore("notes").getAll();
  const rows = await new Promise((done) => (all.onsuccess = () => done(all.result)));
  db.close();
  return rows.map((row) => new TextDecoder().decode(row.sealed));
}"""


def notebook(page: Page) -> None:
    """The page, once its element stands and the worker has kept what it needs."""
    page.goto("/desk/JF/notebook/")
    page.locator("l-notebook[data-ready]").wait_for(state="attached")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def written(cast: Cast) -> list[str]:
    rows = Note.objects.within(cast.community.pk).order_by("at")
    return list(rows.values_list("words", flat=True))


def test_without_a_signal_it_waits_on_the_phone_and_then_goes(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    page = walk_in("李网格", PHONE)
    notebook(page)
    words, band = page.locator("form.capture [name=words]"), page.locator(".capture__said")
    expect(band).to_be_hidden()

    page.context.set_offline(True)
    words.fill("楼梯间里说的第一件。")
    page.get_by_role("button", name="记下").click()
    expect(band).to_contain_text("没有信号。")
    expect(band).to_contain_text("1 条待送")
    expect(words).to_have_value("")
    assert written(cast) == []

    page.goto("/desk/JF/notebook/")
    expect(page.locator("main.shell")).to_be_visible()
    expect(band).to_contain_text("1 条待送")
    words.fill("楼梯间里说的第二件。")
    page.get_by_role("button", name="记下").click()
    expect(band).to_contain_text("2 条待送")
    kept = page.evaluate(KEPT)
    assert len(kept) == 2
    assert "楼梯间" not in "".join(kept)

    page.context.set_offline(False)
    expect(page.locator(".notebook__page")).to_contain_text("楼梯间里说的第二件。")
    assert written(cast) == ["楼梯间里说的第一件。", "楼梯间里说的第二件。"]
    page.locator("l-notebook[data-ready]").wait_for(state="attached")
    assert page.evaluate(KEPT) == []


def test_what_was_being_typed_is_there_again_and_not_after_it_was_saved(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    page = walk_in("李网格", DESK)
    notebook(page)
    words = page.locator("form.entry--write [name=words]")
    words.fill("写到一半")
    page.locator("l-notebook[data-kept]").wait_for(state="attached")
    draft = page.locator("form.entry--write [name=draft_id]").input_value()
    page.reload()
    expect(words).to_have_value("写到一半")
    expect(page.locator("form.entry--write [name=draft_id]")).to_have_value(draft)
    with page.expect_navigation():
        words.press("Control+Enter")
    page.locator("l-notebook[data-ready]").wait_for(state="attached")
    expect(words).to_have_value("")
    assert written(cast) == ["写到一半"]
    assert page.evaluate(KEPT) == []


def test_a_note_that_the_office_does_not_take_can_be_opened_and_mended(
    cast: Cast, walk_in: Callable[..., Page]
) -> None:
    page = walk_in("李网格", PHONE)
    notebook(page)
    form, band = page.locator("form.capture"), page.locator(".capture__said")
    page.context.set_offline(True)
    form.locator("[name=words]").fill("留了电话的一件。")
    form.locator("summary").click()
    form.locator("[name=speaker_phone]").fill("13900001111")
    form.get_by_role("button", name="记下").click()
    expect(band).to_contain_text("1 条待送")
    page.context.set_offline(False)
    expect(band).to_contain_text("有一条没收下：留了电话，也写个称呼")
    band.get_by_role("button", name="打开改一改").click()
    expect(form.locator("[name=words]")).to_have_value("留了电话的一件。")
    form.locator("[name=speaker_name]").fill("林大姐")
    with page.expect_navigation():
        form.get_by_role("button", name="记下").click()
    assert written(cast) == ["留了电话的一件。"]
