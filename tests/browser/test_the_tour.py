"""The tour of the documentation in the demo it speaks of, filled and started as anybody does it:
every link opens, for whom the stop names, a page that says what the tour says; and one record leads
through it by pressing alone, from its note to the brief and back."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from linshuo.demo.cards import PASSWORD
from tests.browser.conftest import DESK

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TOUR = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
DEMO = "http://127.0.0.1:8000"
"""Where the demo is when nothing else is asked for, so where the tour's links lead."""
STARTED = "邻说 is at"
LONGEST = 300
"""Seconds after which filling a year and starting is taken to hang; on a free core it is forty."""
REFERENCES = dict(re.findall(r"^\[([\w-]+)\]: (\S+)$", TOUR, re.M))


@dataclass(frozen=True, slots=True)
class Look:
    """One link of a stop: as whom to open it (nobody: ""), and the words it leads to."""

    stop: str
    who: str
    words: str
    path: str


def looks() -> list[Look]:
    """Where each stop says to look, in order."""
    found = []
    for stop in re.split(r"^(?=\*\*\d+\. )", TOUR, flags=re.M)[1:]:
        title, who = stop.split("**")[1], None
        told = r"\b[Aa]s `(\w+)`|([Ww]ith no account)|\[([^\]]+)\]\[([\w-]+)\]"
        for name, nobody, words, key in re.findall(told, stop.partition("\n\n")[0]):
            if key:
                assert who is not None, f"{title}: as whom?"
                assert REFERENCES[key].startswith(DEMO), key
                found.append(Look(title, who, words, REFERENCES[key].removeprefix(DEMO)))
            else:
                who = "" if nobody else name
    return found


@dataclass
class Running:
    """A demo that runs, and who has signed in to it."""

    browser: Browser
    address: str
    said: str
    """What it printed at its start: the second factor's spare codes among it."""
    pages: dict[str, Page] = field(default_factory=dict)

    def page(self, who: str) -> Page:
        """The page of this person, who signs in once."""
        if who not in self.pages:
            context = self.browser.new_context(
                viewport=DESK,  # type: ignore[arg-type]
                locale="zh-CN",
                base_url=self.address,
            )
            page = self.pages[who] = context.new_page()
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
            if who:
                self._sign_in(page, who)
        return self.pages[who]

    def _sign_in(self, page: Page, who: str) -> None:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        code = page.locator("input[name=code]")
        if code.count():
            spare = re.search(rf"{who} is asked [^\n]*\n[^\n]*one of these: (\d+)", self.said)
            assert spare is not None, self.said
            code.fill(spare[1])
            with page.expect_navigation():
                page.keyboard.press("Enter")


@pytest.fixture
def running(chromium: Browser, tmp_path: Path) -> Iterator[Running]:
    """`linshuo demo --fresh`, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("LINSHUO_", "DJANGO_"))}
    env |= {"LINSHUO_DATA": str(tmp_path / "demo"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "linshuo.config.cli", "demo", "--fresh", "--port", str(port)]
    with (
        (tmp_path / "complaints").open("w+") as complaints,
        subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=complaints, text=True
        ) as demo,
    ):
        hurry = threading.Timer(LONGEST, demo.kill)
        hurry.start()
        said = ""
        assert demo.stdout is not None
        for line in demo.stdout:
            said += line
            if line.startswith(STARTED):
                break
        hurry.cancel()
        if STARTED not in said:
            complaints.seek(0)
            pytest.fail(f"the demo did not start:\n{said}{complaints.read()}")
        found = Running(chromium, f"http://127.0.0.1:{port}", said)
        yield found
        for page in found.pages.values():
            page.context.close()
        demo.terminate()
        demo.communicate(timeout=30)


def test_every_link_of_the_tour_opens_and_its_record_leads_through_it(running: Running) -> None:
    assert [wrong for look in looks() if (wrong := not_there(running, look))] == []
    assert len(looks()) == len(REFERENCES) + 1, "each address is led to; the need's twice"
    press_through(running.page("shuji"))


def not_there(running: Running, look: Look) -> str:
    """What is wrong with one link of the tour; nothing when it leads to what it says."""
    page = running.page(look.who)
    answer = page.goto(look.path, wait_until="domcontentloaded")
    where = page.locator("body")
    if anchor := urlsplit(look.path).fragment:
        where = page.locator(f"#{anchor}")
    status = answer.status if answer else 0
    said = where.first.inner_text() if where.count() else ""
    if status == 200 and look.words in " ".join(said.split()):
        return ""
    return f"{look.stop} {look.path} ({look.who or 'no account'}): {status}, no “{look.words}”"


def press_through(page: Page) -> None:
    """The record of the tour, each page by a link on the page before; and where one ends up is
    where the tour says."""
    page.goto(path("note"))
    note = page.locator(f"#{urlsplit(path('note')).fragment}")
    press(note.get_by_role("link", name="JF-2019-0038"), "need")
    press(line(page).get_by_role("link", name="赵**"), "pledge")
    press(page.get_by_role("link", name="赵**，2 小时"), "record")
    press(page.locator("main").get_by_role("link", name="JF-2019-0038"), "need")
    followed = page.locator(".moment", has_text="三十天回访")
    expect(followed).to_contain_text("7月1日")
    expect(followed).to_contain_text("居民说好了")

    press(line(page).get_by_role("link", name="赵**"), "pledge")
    press(page.get_by_role("link", name="2019 年度志愿服务表扬"), "honour")
    for fact, row in (("turns", "帮着把旧家具抬上车的"), ("settled", "5 栋旁建充电车棚")):
        expect(page.locator(f"#{fact}").get_by_role("link", name=row)).to_be_visible()
    with page.expect_response("**/certificate.pdf") as paper:
        press(page.get_by_role("link", name="印证书"))
    assert paper.value.status == 200
    assert paper.value.headers["content-type"] == "application/pdf"
    page.go_back()
    press(page.get_by_role("link", name="JF-H-2019-0031"))
    assert re.fullmatch(r"/h/[A-Z0-9]{12}/", urlsplit(page.url).path), page.url
    expect(page.locator("h1")).to_have_text("有这张证书，有效")
    expect(page.locator("main")).to_contain_text("赵在职")
    press(page.get_by_role("link", name="光荣榜"), "roll")

    press(page.get_by_role("link", name="登录").first)  # signed in already: back at the desk
    press(page.get_by_role("link", name="数字", exact=True))
    press(page.get_by_role("link", name="简报", exact=True))
    press(page.get_by_role("link", name="嘉福社区志愿者日简报"), "brief")
    press(page.get_by_role("link", name="36 件", exact=True), "figure")
    press(page.get_by_role("link", name="5 栋旁建充电车棚"), "need")
    press(page.locator(".moment").get_by_role("link", name="记下"), "note")
    expect(note).to_contain_text("我妈出门侧着身走")

    page.goto(path("brief"))  # and what else stands behind it: money and people
    press(page.get_by_role("link", name="¥3,940,000.00"))
    of_it = page.get_by_role("link", name="嘉福花园五处充电车棚　收认捐款　共建单位丁党支部")
    press(of_it.last, "voucher")
    press(page.get_by_role("link", name="嘉福花园五处充电车棚"), "project")
    press(page.get_by_role("link", name="JF-2019-0038"), "need")
    page.goto(path("brief"))
    press(page.get_by_role("link", name="23 人", exact=True))
    press(page.get_by_role("link", name="赵**"))
    press(page.get_by_role("link", name="2019 年度志愿服务表扬"), "honour")


def line(page: Page) -> Locator:
    """The line of the board on the need's page."""
    return page.locator("#board .line", has_text="帮着把旧家具抬上车的")


def press(link: Locator, leads_to: str = "") -> None:
    """Follow a link; `leads_to` is what the tour calls the page it must lead to."""
    page = link.page
    with page.expect_navigation():
        link.click()
    if leads_to:
        here, meant = urlsplit(page.url), urlsplit(path(leads_to))
        assert unquote(here.path) == unquote(meant.path), f"{leads_to} is at {here.path} now"


def path(key: str) -> str:
    """The address of a page of the tour, without the host."""
    return REFERENCES[key].removeprefix(DEMO)


def test_what_the_tour_links_to_in_the_house_is_there() -> None:
    """Files by links of its own are `test_docs`'s to look for; here their headings."""
    for target, anchor in re.findall(r"\]\(([^)#:\s]+)#([\w-]+)\)", TOUR):
        text = (ROOT / "docs" / target).read_text(encoding="utf-8")
        heads = re.findall(r"^#+ (.+)$", text, re.M)
        assert anchor in {re.sub(r"[^\w\- ]", "", h).lower().replace(" ", "-") for h in heads}
