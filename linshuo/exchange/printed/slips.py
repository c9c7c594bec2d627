"""Pads of slips: what is torn off at the door for somebody who has no phone to look things up on.

A slip has three parts under one number and says nothing about anybody. The resident's alone carries
an eight-character code: whoever notes the matter types it in, and from then on its holder may ask
how it stands. The second part stays in the notebook, the third hangs on a door nobody opened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from linshuo.domain.papers import actions as papers
from linshuo.domain.papers.models import Paper, PaperKind
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import fonts, pdf, qr
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.codes import clean_code
from linshuo.kit.refused import NotYours, Refused

MOST = 100
"""Slips in one pad: as many as a stapler holds, and as few as a lost pad should be."""
MOST_SERIAL = 10_000_000


@dataclass(frozen=True, slots=True)
class Pad:
    """Slips printed in one go."""

    printed_at: datetime
    first: int
    last: int
    count: int
    used: int
    void: int


def issue(count: int, *, by: Actor) -> Pad:
    """Make a pad's worth of numbered slips. Raises `Refused` outside 1 to 100, and where no font
    could print them: codes that never reach paper help nobody."""
    if not 1 <= count <= MOST:
        raise Refused("count", _("一次印 1 到 %d 张。") % MOST, "count")
    fonts()
    at = clock.now()
    made = papers.issue(PaperKind.SLIP, count, by=by, at=at)
    return Pad(at, made[0].serial, made[-1].serial, count, 0, 0)


def pads(viewer: Actor, most: int = 20) -> list[Pad]:
    """The newest pads of the viewer's community: one query."""
    _must(viewer)
    rows = (
        Paper.objects.of(viewer)
        .filter(kind=PaperKind.SLIP)
        .values("printed_at")
        .annotate(
            first=Min("serial"),
            last=Max("serial"),
            count=Count("pk"),
            used=Count("used_at"),
            void=Count("void_at"),
        )
        .order_by("-printed_at")[:most]
    )
    return [Pad(**row) for row in rows]


def _must(viewer: Actor) -> None:
    if not (viewer.is_house or viewer.can(Can.PAPER_ISSUE)):
        raise NotYours("paper:issue", _("没有这一页。"))


def void(typed: str, *, by: Actor) -> Paper:
    """A slip that was lost or spoilt, by its number or its code: its code opens nothing any more.

    Raises `Refused("slip")` when there is none.
    """
    _must(by)
    code = clean_code(typed)[:16]
    mine = Paper.objects.of(by).filter(kind=PaperKind.SLIP)
    if code.isdigit() and len(code) <= 7:
        found = mine.filter(serial=int(code)).first()
    else:
        found = mine.filter(code=code).first() if code else None
    if found is None:
        raise Refused(
            "slip", _("没有这张纸条。写纸条右下角的号，或者 8 个字母和数字的码。"), "slip"
        )
    if found.void_at is not None:
        raise Refused("void", _("这张已经作废了。"), "slip")
    return papers.void(found, by=by)


def print_pad(
    community: Community,
    first: int,
    last: int,
    *,
    viewer: Actor,
    site: str = "",
    track: Callable[[str], str] | None = None,
) -> bytes:
    """The slips from `first` to `last` that are neither used nor void, as a PDF, three to a page.

    `site` is the site's address in words. `track` gives a code's own address for its QR code, or
    is None while there is no page to lead to. Raises `Refused` and `NotYours`.
    """
    _must(viewer)
    if not 1 <= first <= last < min(first + papers.MOST_AT_ONCE, MOST_SERIAL):
        raise NotYours("slips", _("没有这一页。"))
    rows = Paper.objects.of(viewer).filter(
        kind=PaperKind.SLIP, serial__range=(first, last), used_at__isnull=True, void_at__isnull=True
    )
    slips = list(rows.order_by("serial"))
    if not slips:
        raise NotYours("slips", _("这一本没有可以印的了。"))
    data = {
        "community": community.name,
        "phone": community.phone,
        "where": [p for p in (community.address, _hours(community.hours), site) if p],
        "said": _("您说的，我们有听。"),
        "how": _("想知道办得怎么样，报下面的码。"),
        "notebook": _("记本子的"),
        "notebook_keep": _("夹在本子里，不给别人。"),
        "where_label": _("哪儿"),
        "missed": _("我们来过了"),
        "missed_how": _("没遇上您。有事打电话，或者到服务站，报右下角的号。"),
        "phone_label": _("打电话，或到服务站："),
        "matter": _("什么事"),
        "day": _("日期"),
        "who": _("谁记的"),
        "keep": _("请收好。码只有您有，别给不认识的人看。"),
        "slips": [_slip(paper, track) for paper in slips],
    }
    return pdf("slips", data)


def _hours(hours: str) -> str:
    return _("开门 %s") % hours if hours else ""


def _slip(paper: Paper, track: Callable[[str], str] | None) -> dict[str, str]:
    return {
        "serial": f"{paper.serial:04d}",
        "left": paper.code[:4],
        "right": paper.code[4:],
        "qr": qr(track(paper.code)) if track else "",
    }
