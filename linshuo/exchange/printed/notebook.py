"""A day of somebody's notebook as a page on paper."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.notebook import Entry, Page, page
from linshuo.exchange.printed.engine import pdf
from linshuo.kit import wording
from linshuo.kit.actor import Actor

_FRAMES = {"done": "outline", "closed": "solid", "reported": "open", "open": "open"}
"""办结 is hollow and 销号 is solid; what has ended otherwise has no frame."""


def notebook_day(viewer: Actor, person_id: int, day: date) -> bytes:
    """The page as a PDF. Raises `NotYours` for a notebook that is not the viewer's to open."""
    found = page(viewer, person_id, day)
    return pdf("notebook", _data(found))


def _data(found: Page) -> dict[str, object]:
    n = len(found.entries)
    count = ngettext("%d 件", "%d 件", n) % n
    number = _("第 %d 页") % found.number
    return {
        "numeral": str(found.day.day),
        "month": _("%(year)d 年 %(month)d 月") % {"year": found.day.year, "month": found.day.month},
        "weekday": wording.weekday(found.day),
        "author": found.author,
        "post": found.post,
        "page_line": f"{number} ・ {count}",
        "foot": _("一事一记，一日一记。提的人只写姓。"),
        "entries": [_entry(entry) for entry in found.entries],
    }


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "no": str(entry.no),
        "meta": f"{entry.hour} {entry.source} ・ {entry.place} ・ {entry.speaker}",
        "urgency": entry.urgency,
        "danger": entry.danger,
        "words": entry.words,
        **_line(entry),
    }


def _line(entry: Entry) -> dict[str, str]:
    became = entry.became
    if became is None:
        undecided = _("怎么办：□ 当场办结　□ 转问题　□ 转需求　□ 仅记录")
        return {"glyph": "", "frame": "", "line": _("仅记录") if entry.noted else undecided}
    seal = NEED.states[became.state].seal if became.state else ""
    parts = (became.how, became.number, became.title, became.now, became.followed)
    return {
        "glyph": seal,
        "frame": _FRAMES.get(became.state, "none"),
        "line": "　".join(part for part in parts if part),
    }
