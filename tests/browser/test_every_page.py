"""Every page of the house at 390 px, and every public one in the elder view too: axe finds
nothing, nothing is wider than the screen at 390 and 320 px or at 200 % on a desk, nothing is asked
of another origin, and no script complains."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import DESK, PHONE
from tests.cast import Cast
from tests.door_table import COLUMNS, DOORS
from tests.test_doors import House, open_house

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = {"anon": "", "secretary": "张书记", "field": "李网格", "resident": "王阿姨"}
NARROW = {"width": 320, "height": 640}
TWICE = {"width": 720, "height": 450}
"""A desk's screen of 1440 px at 200 %."""
COVERED = """() => {
  const kept = (e) => /fixed|sticky/.test(getComputedStyle(e).position);
  const stays = (e) => e && (kept(e) || stays(e.parentElement));
  const found = [];
  for (const e of document.querySelectorAll("a[href], button, summary, select, textarea")) {
    const box = e.getClientRects()[0];
    if (!box || !box.width || e.closest(".sr-only, .nobody") || !e.checkVisibility()) continue;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const top = document.elementFromPoint(x, y);
    if (!top || e.contains(top) || top.contains(e) || stays(top)) continue;
    found.push(e.outerHTML.slice(0, 90));
  }
  return found;
}"""
"""What cannot be pressed on the first screen of a phone because something else lies over it."""
NOT_A_PAGE = {
    *("desk:notebook-worker", "desk:notebook-pdf", "desk:slips-print", "desk:sheet-pdf"),
    *("desk:receipts", "desk:need-receipt", "desk:check-in-form", "healthz", "readyz"),
    *("desk:honour-count", "desk:import-progress", "desk:rota-progress", "desk:takeout-progress"),
}
"""Doors that hand out a script, a file or a part of a page, where the address does not say so."""
FILES = (".pdf", ".csv", ".ics", ".js", ".xlsx", ".png")


def pages_of(house: House, column: str) -> list[str]:
    """The addresses this person can look at, from the table of doors."""
    place = COLUMNS.index(column)
    found = [
        reverse(door.name, args=[house.given(arg) for arg in door.args])
        for door in DOORS
        if door.method == "GET" and door.statuses[place] == 200 and door.name not in NOT_A_PAGE
    ]
    return [url for url in found if not url.endswith(FILES)]


def faults(page: Page, url: str, asked: list[str], origin: str) -> list[str]:
    """What is wrong with one page, in words."""
    found = []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for rule in Axe().run(page).response["violations"]:
        found.append(f"{url}: {rule['id']} {rule['nodes'][0]['html'][:120]}")
    for size in (PHONE, NARROW, TWICE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if (over := page.evaluate(wide)) > 0:
            found.append(f"{url}: {over} px too wide at {size['width']}")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += [f"{url}: {what} is covered" for what in page.evaluate(COVERED)]
    found += [f"{url}: asked {other}" for other in asked if not other.startswith((origin, "data:"))]
    return found


WALKS = [*((column, "") for column in PEOPLE), ("anon", "elder")]
SEEN = ("field",)
"""Who sees the secretary's pages with less on them: left out of a whole run, for its time."""


@pytest.mark.parametrize(
    ("column", "view"),
    [pytest.param(*walk, marks=[pytest.mark.again] if walk[0] in SEEN else []) for walk in WALKS],
)
def test_every_page_is_fit_for_a_phone(
    cast: Cast, walk_in: Callable[..., Page], live_server: object, column: str, view: str
) -> None:
    house = open_house(cast)
    page = walk_in(PEOPLE[column], PHONE)
    if view:
        page.goto(f"/c/JF/?view={view}")
        expect(page.locator("html")).to_have_attribute("data-view", view)
    asked: list[str] = []
    page.on("request", lambda request: _note(asked, request))
    wrong: list[str] = []
    visited = pages_of(house, column)
    assert len(visited) >= 3
    for url in visited:
        asked.clear()
        answer = page.goto(url)
        assert answer is not None and answer.status == 200, url
        wrong += faults(page, url, asked, str(live_server))
    assert wrong == [], "\n".join(wrong)


def _note(asked: list[str], request: Request) -> None:
    if not request.url.startswith("blob:"):
        asked.append(request.url)


def test_the_desk_works_without_scripts(
    cast: Cast, chromium: object, live_server: object, walk_in: Callable[..., Page]
) -> None:
    """A form behind a dialog unfolds in place, and posts."""
    house = open_house(cast)
    signed_in = walk_in("李网格", DESK)
    cookies = signed_in.context.cookies()
    context = chromium.new_context(  # type: ignore[attr-defined]
        java_script_enabled=False, base_url=str(live_server), locale="zh-CN"
    )
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"/desk/JF/needs/{house.need.number}/")
    page.locator("#do-sort > summary").click()
    page.locator("#do-sort input[name=title]").fill("三楼拐角的灯")
    page.locator("#do-sort button[type=submit]").click()
    assert "三楼拐角的灯" in page.locator("h2").first.inner_text()
    context.close()
