"""`./dev shots`: every page of the demo at 390 and 1440 px, into the git-ignored folder `shots/`.

A developer's look at what was made, not a test: it fills a demo of its own, starts the real server,
signs in as the secretary and photographs what is there.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "shots"
SIZES = {"390": (390, 844), "1440": (1440, 900)}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]

PUBLIC = {
    "front": "/c/JF/",
    "board": "/c/JF/board/",
    "danger": "/c/JF/speak/",
    "speak": "/c/JF/speak/?go=1",
    "track": "/c/JF/track/",
    "offers": "/c/JF/offers/",
    "posts": "/c/JF/posts/",
    "activities": "/c/JF/activities/",
    "money-public": "/c/JF/money/",
    "project-public": "/c/JF/projects/JF-P-2018-01/",
    "collection-public": "/c/JF/collections/JF-C-2019-01/",
    "honours-public": "/c/JF/honours/",
    "check-in": "/c/JF/check-in/",
    "figure-public": "/c/JF/figures/closed/",
    "front-elder": "/c/JF/?view=elder",
    "speak-elder": "/c/JF/speak/?go=1",
    "board-elder": "/c/JF/board/",
    "plain": "/c/JF/?view=plain",
    "never": "/never/",
    "sign-in": "/accounts/login/",
    "card": "/accounts/card/",
}
DESK = {
    "today": "/desk/JF/",
    "notebook": "/desk/JF/notebook/",
    "notebooks": "/desk/JF/notebook/all/",
    "ledger": "/desk/JF/ledger/",
    "ledger-red": "/desk/JF/ledger/?tab=red",
    "search": "/desk/JF/search/?q=路灯",
    "people": "/desk/JF/people/",
    "staff": "/desk/JF/people/staff/",
    "units": "/desk/JF/people/units/",
    "places": "/desk/JF/places/",
    "assets": "/desk/JF/places/assets/",
    "imports": "/desk/JF/imports/",
    "slips": "/desk/JF/slips/",
    "sheets": "/desk/JF/sheets/",
    "pledges": "/desk/JF/pledges/",
    "calls": "/desk/JF/calls/",
    "incoming": "/desk/JF/incoming/",
    "voices": "/desk/JF/voices/",
    "check-ins": "/desk/JF/check-ins/",
    "desk-posts": "/desk/JF/posts/",
    "desk-activities": "/desk/JF/activities/",
    "two-way-list": "/desk/JF/people/offers/",
    "hours": "/desk/JF/hours/",
    "rotas": "/desk/JF/posts/rotas/",
    "money": "/desk/JF/money/",
    "vouchers": "/desk/JF/money/vouchers/",
    "collections": "/desk/JF/money/collections/",
    "desk-collection": "/desk/JF/money/collections/JF-C-2019-01/",
    "projects": "/desk/JF/money/projects/",
    "desk-project": "/desk/JF/money/projects/JF-P-2018-01/",
    "statement": "/desk/JF/money/books/JF-C-2019-01/",
    "bank": "/desk/JF/money/bank/",
    "months": "/desk/JF/money/months/",
    "honours": "/desk/JF/honours/",
    "briefs": "/desk/JF/briefs/",
    "week": "/desk/JF/week/",
    "beside": "/desk/JF/beside/",
    "figures": "/desk/JF/figures/",
    "figure": "/desk/JF/figures/needs.hard-closed/?as_of=2019-12-01",
    "settings": "/desk/JF/settings/",
    "categories": "/desk/JF/settings/categories/",
    "days": "/desk/JF/settings/days/",
    "wizard": "/desk/open/",
    "mine": "/my/",
}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(port: int, data: Path) -> tuple[subprocess.Popen[str], str]:
    """The demo, serving; and what it printed on the way."""
    command = [str(Path(sys.executable).parent / "linshuo"), "demo"]
    env = {**os.environ, "PORT": str(port), "LINSHUO_DATA": str(data)}
    log = data.with_suffix(".log").open("w+")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, text=True)
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            break
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
    log.seek(0)
    return server, log.read()


def sign_in(page: Page, printed: str, data: Path) -> None:
    """As the secretary, with the password and the code that the demo prints."""
    password = re.search(r"password of all: (\S+)", printed)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", "shuji")
    page.fill("input[name=password]", password.group(1) if password else "")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    if page.locator("input[name=code]").count():
        told = subprocess.run(
            [str(Path(sys.executable).parent / "linshuo"), "demo", "--code"],
            env={**os.environ, "LINSHUO_DATA": str(data)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        code = re.search(r"\b(\d{6})\b", told)
        page.fill("input[name=code]", code.group(1) if code else "")
        with page.expect_navigation():
            page.keyboard.press("Enter")


def shoot(page: Page, pages: dict[str, str], size: str) -> int:
    """Photograph pages from top to bottom; returns how many did not answer with 200."""
    wrong = 0
    for name, url in pages.items():
        answer = page.goto(url)
        status = answer.status if answer else 0
        wrong += status != 200
        page.screenshot(path=OUT / f"{name}-{size}.png", full_page=True)
        sys.stdout.write(f"{status} {name}-{size}.png\n")
    return wrong


def public_needs(page: Page) -> dict[str, str]:
    """A public matter with lines to sign for, and one with a resident's words."""
    found = {}
    for name, url, link in (
        ("public-need", "/c/JF/board/", ".board__item h3 a[href*='/needs/']"),
        ("public-settled", "/c/JF/", ".voice a"),
        ("public-post", "/c/JF/posts/", "a[href*='/posts/']"),
        ("public-raising", "/c/JF/money/", "a[href*='/projects/JF-P-2019-']"),
    ):
        page.goto(url)
        first = page.locator(link).first
        if first.count():
            found[name] = str(first.get_attribute("href"))
    return found


def shoot_wall(browser: Browser, port: int) -> int:
    """The hall's television is one size."""
    context = browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="zh-CN",
        base_url=f"http://127.0.0.1:{port}",
    )  # fmt: skip
    wrong = shoot(context.new_page(), {"wall": "/c/JF/wall/"}, "1920")
    context.close()
    return wrong


def needs_of(page: Page) -> dict[str, str]:
    """A few needs worth looking at: the first of three tabs of the ledger."""
    found = {}
    for tab in ("red", "done", "green"):
        page.goto(f"/desk/JF/ledger/?tab={tab}")
        link = page.locator("a.l-link").first
        if link.count():
            found[f"need-{tab}"] = str(link.get_attribute("href"))
    return found


def main() -> int:
    """Fill, serve, photograph, stop."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("chromium is not installed (on Debian: apt-get install chromium)\n")
        return 2
    OUT.mkdir(exist_ok=True)
    data = OUT / "data"
    port = free_port()
    server, printed = start(port, data)
    wrong = 0
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            for size, (width, height) in SIZES.items():
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    device_scale_factor=2,
                    locale="zh-CN",
                    base_url=f"http://127.0.0.1:{port}",
                )
                page = context.new_page()
                wrong += shoot(page, PUBLIC | public_needs(page), size)
                sign_in(page, printed, data)
                wrong += shoot(page, DESK | needs_of(page), size)
                context.close()
            wrong += shoot_wall(browser, port)
            browser.close()
    finally:
        server.terminate()
        server.wait(timeout=20)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
