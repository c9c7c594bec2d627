"""The rows behind a figure as a workbook: what the page shows and no more, signed and logged.

What is counted, how it was counted and who took it stand above the rows, so that the sheet explains
itself without us. Text is always written as text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.exchange.ledger import CONTROL, MOST_CELL
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_text

PLAIN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What stands above the rows."""

    key: str
    title: str
    """听到 36 件."""
    lines: Sequence[str]
    """What is counted, what is not, of which time."""
    columns: Sequence[tuple[str, int]]
    """Header and width in characters."""
    hidden: int = 0
    """Rows counted and not listed."""


def export(
    viewer: Actor, told: Told, rows: Iterable[Sequence[str]], *, at: datetime | None = None
) -> IO[bytes]:
    """The workbook, open at its beginning; that it was taken is on record."""
    moment = at or clock.now()
    listed = list(rows)
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=viewer.community_id)
        detail = {"figure": told.key, "rows": len(listed)}
        record("figure:export", row=community, by=viewer, at=moment, detail=detail)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer streams and closes it
    book = xlsxwriter.Workbook(out, PLAIN)
    page = book.add_worksheet(_("数进去的"))
    text = book.add_format({"font_size": 10, "valign": "top", "text_wrap": True})
    bold = book.add_format({"font_size": 10, "bold": True, "top": 2, "bottom": 1})
    title = book.add_format({"font_size": 16, "bold": True})
    small = book.add_format({"font_size": 9, "font_color": "#5e6269"})
    mark = _("%(who)s导出，%(when)s，%(where)s，姓名已遮") % {
        "who": viewer.name,
        "when": f"{wording.day(moment)} {wording.hour(moment)}",
        "where": community.name,
    }
    for x, (_header, width) in enumerate(told.columns):
        page.set_column(x, x, width)
    page.set_row(0, 26)
    page.write_string(0, 0, told.title, title)
    lines = [*told.lines, mark]
    if told.hidden:
        lines.append(_("另有 %d 条不在导出的人看得到的范围里，只数进去，不列出来。") % told.hidden)
    for y, line in enumerate(lines, 1):
        page.write_string(y, 0, line.translate(CONTROL)[:MOST_CELL], small)
    top = len(lines) + 1
    for x, (header, _width) in enumerate(told.columns):
        page.write_string(top, x, header, bold)
    for y, row in enumerate(listed, top + 1):
        for x, value in enumerate(row):
            if value:
                page.write_string(y, x, mask_text(value).translate(CONTROL)[:MOST_CELL], text)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.repeat_rows(top)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L{mark.replace('&', '&&')[:200]}&R&P / &N")
    book.set_properties({"title": told.title, "author": viewer.name, "company": ""})
    book.close()
    out.seek(0)
    return out
