"""Debian's Chromium, one browser a run, one fresh person a context."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

if TYPE_CHECKING:  # pytest reads this file before Django is set up
    from tests.cast import Cast

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tour fills a demo of its own and takes longest: begun last, it would leave one of two
    cores with nothing to do."""
    items.sort(key=lambda item: item.path.name != "test_the_tour.py")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The installed Chromium; a download of Playwright's own is never asked for."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("chromium is not installed: ./dev test installs it on Debian")
    # Playwright's loop runs in this thread, and Django would refuse the ORM beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, in a database that a server in another thread can see."""
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def walk_in(chromium: Browser, live_server: object, cast: Cast) -> Iterator[Callable[..., Page]]:
    """`walk_in("李网格", PHONE)`: that person, signed in, on a screen of that size."""
    from tests.cast import PASSWORD, sign_up

    contexts: list[BrowserContext] = []

    def enter(name: str = "", size: dict[str, int] = DESK, locale: str = "zh-CN") -> Page:
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale=locale,
            base_url=str(live_server),
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        if name:
            account = sign_up(cast, name)
            page.goto("/accounts/login/")
            page.fill("input[name=login]", account.username)
            page.fill("input[name=password]", PASSWORD)
            with page.expect_navigation():
                page.keyboard.press("Enter")
        return page

    yield enter
    for context in contexts:
        context.close()
