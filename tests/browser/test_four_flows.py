"""A member with a phone checks in, takes what is suggested, moves a turn and pauses: one thumb, few
taps, no pinch, nothing to push aside. Each flow is known by what the database holds after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta

import pytest
from playwright.sync_api import Locator, Page

from linshuo.acts import checking_in, posts
from linshuo.domain.board.actions import put_up
from linshuo.domain.people.models import CheckIn
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Turn
from linshuo.kit import clock
from tests.browser.conftest import PHONE
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = """() => {
  const root = document.documentElement;
  const wide = [...document.querySelectorAll("body *")].filter(
    each => each.getBoundingClientRect().right > root.clientWidth + 1).map(each => each.className);
  return root.scrollWidth > root.clientWidth ? [location.pathname, ...wide] : [];
}"""
PINCH = "() => document.querySelector('meta[name=viewport]').content"


@dataclass
class Thumb:
    """Counts what a thumb does on one page of a phone, and looks at every page it comes to."""

    page: Page
    taps: int = 0
    pages: int = 0

    def begin(self) -> None:
        """A new flow, from one's own page."""
        self.taps = self.pages = 0
        self.page.goto("/my/")
        self._look()

    def tap(self, what: Locator) -> None:
        """One tap that stays on the page."""
        what.click()
        self.taps += 1

    def pick(self, field: Locator, day: str) -> None:
        """A day is chosen: one tap, as the phone's own calendar has it."""
        field.fill(day)
        self.taps += 1

    def go(self, what: Locator) -> None:
        """One tap that leads to a page."""
        with self.page.expect_navigation():
            what.click()
        self.taps += 1
        self._look()

    def _look(self) -> None:
        self.pages += 1
        assert self.page.evaluate(WIDER) == [], "nothing is wider than the phone"
        said = self.page.evaluate(PINCH)
        assert "user-scalable" not in said and "maximum-scale" not in said


def test_four_flows_with_one_thumb(cast: Cast, walk_in: Callable[..., Page]) -> None:
    me, today = cast.person("王阿姨"), clock.today()
    post = posts.set_up(by=cast.zhang, kind="desk", name="修理摊", place=cast.estate)
    put_up(post, by=cast.zhang, kind="manage", text="修修小电器", hint="周六上午", skill="electric")
    page = walk_in("王阿姨", PHONE)
    thumb = Thumb(page)

    # Checks in.
    thumb.begin()
    thumb.go(page.locator(f"#check-in-{me.pk}").get_by_role("link"))
    for word in ("电工水工", "周六", "社区为这件事联系我"):
        thumb.tap(page.get_by_label(word, exact=True))
    thumb.go(page.get_by_role("button", name="报到"))
    row = CheckIn.objects.within(cast.community.pk).get(person=me)
    assert (row.state, row.skills, row.times) == ("submitted", "electric", "saturday")
    assert (thumb.taps, thumb.pages) == (5, 3)
    checking_in.accept(row, by=cast.he)

    # Takes what is suggested.
    thumb.begin()
    thumb.go(page.get_by_role("button", name="签上我的名字"))
    assert Pledge.objects.within(cast.community.pk).get(person=me).state == "accepted"
    assert (thumb.taps, thumb.pages) == (1, 2)
    given = {"weekday": (today.weekday() + 3) % 7, "starts": time(9), "ends": time(11)}
    posts.keep(post, by=cast.zhang, person=me, **given)

    # Moves a turn.
    thumb.begin()
    thumb.go(page.get_by_role("link", name="换一天").first)
    other = today + timedelta(days=5)
    thumb.pick(page.locator("[name=day]"), other.isoformat())
    thumb.go(page.get_by_role("button", name="就这天"))
    turns = Turn.objects.within(cast.community.pk).order_by("starts")
    assert turns[0].away_at is not None
    moved = turns.get(hours__isnull=True)
    assert (clock.local(moved.starts).date(), moved.away_at) == (other, None)
    assert (thumb.taps, thumb.pages) == (3, 3)

    # Pauses.
    thumb.begin()
    thumb.go(page.locator(f"#check-in-{me.pk}").get_by_role("link"))
    thumb.tap(page.locator("#pause > summary"))
    until = today + timedelta(days=40)
    thumb.pick(page.locator("dialog[open] [name=until]"), until.isoformat())
    thumb.go(page.get_by_role("button", name="歇到那天"))
    row.refresh_from_db()
    assert (row.state, row.paused_until) == ("paused", until)
    assert (thumb.taps, thumb.pages) == (4, 3)
