"""The two shapes a form has: a table of many records (on paper and as a sheet), and one record."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.exchange.ledger import CONTROL, MOST_CELL
from linshuo.exchange.printed.engine import pdf
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours

ON_PAPER = 300
"""Rows that are printed at once: about fifteen sheets. All of them go out as a workbook."""
IN_A_SHEET = 20_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and how wide it is beside the others."""

    head: str
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """Many records of one kind, every cell already in words."""

    key: str
    title: str
    about: str
    """What is counted here, and over which days."""
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: int
    """How many there are; more than `rows` when only the newest were asked for."""
    foot: Sequence[str] = ()
    notes: Sequence[str] = ()
    signs: Sequence[str] = ()
    inside: bool = True
    """Whether it stays in the office, and says so."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something said on a single sheet; `blank` lines are left for the pen."""

    label: str
    lines: Sequence[str] = ()
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Single:
    """One record on one sheet."""

    title: str
    under: str
    number: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    signs: Sequence[str]
    notes: Sequence[str] = ()
    columns: Sequence[Column] = field(default=())
    rows: Sequence[Sequence[str]] = ()
    inside: bool = True
    """Whether it stays in the office, and says so."""


def _frame(community: Community, at: datetime, inside: bool) -> dict[str, Any]:
    told = _("%s 打印，内部用。") if inside else _("%s 打印。")
    return {
        "community": community.name,
        "phone": community.phone,
        "phone_label": _("电话"),
        "as_of": told % wording.moment(at),
    }


def table_pdf(community: Community, table: Table, *, at: datetime | None = None) -> bytes:
    """A table on paper. Raises `Refused` without a font."""
    notes = list(table.notes)
    if table.total > len(table.rows):
        told = _("一共 %(total)d 行，纸上印最近的 %(n)d 行。要全部的，下载表格。")
        notes.append(told % {"total": table.total, "n": len(table.rows)})
    data = {
        **_frame(community, at or clock.now(), table.inside),
        "title": table.title,
        "about": table.about,
        "columns": [each.head for each in table.columns],
        "widths": [each.width for each in table.columns],
        "rows": [list(row) for row in table.rows],
        "foot": list(table.foot),
        "notes": notes,
        "signs": list(table.signs),
    }
    return pdf("register", data)


def single_pdf(community: Community, sheet: Single, *, at: datetime | None = None) -> bytes:
    """One record on paper. Raises `Refused` without a font."""
    data = {
        **_frame(community, at or clock.now(), sheet.inside),
        "title": sheet.title,
        "under": sheet.under,
        "number": sheet.number,
        "facts": [list(pair) for pair in sheet.facts if pair[1]],
        "parts": [
            {"label": p.label, "lines": list(p.lines), "blank": p.blank} for p in sheet.parts
        ],
        "columns": [each.head for each in sheet.columns],
        "widths": [each.width for each in sheet.columns],
        "rows": [list(row) for row in sheet.rows],
        "signs": list(sheet.signs),
        "notes": list(sheet.notes),
    }
    return pdf("single", data)


def table_xlsx(viewer: Actor, table: Table, *, at: datetime | None = None) -> bytes:
    """A table as a workbook, with who took it out on it, and an event about that. Raises `NotYours`
    for whoever may take nothing out."""
    if not viewer.can(Can.NEED_EXPORT):
        raise NotYours("need:export", _("没有这一页。"))
    moment = at or clock.now()
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=viewer.community_id)
        detail = {"form": table.key, "rows": len(table.rows), "said": table.about}
        record("form:export", row=community, by=viewer, at=moment, detail=detail)
    out = io.BytesIO()
    _write(out, community, viewer, table, moment)
    return out.getvalue()


def _write(
    out: io.BytesIO, community: Community, viewer: Actor, table: Table, at: datetime
) -> None:
    # A text is a text, whatever it begins with.
    plain = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, plain)
    page = book.add_worksheet(table.title[:31])
    bold = book.add_format({"bold": True, "top": 2, "bottom": 1})
    text = book.add_format({"valign": "top", "text_wrap": True, "font_size": 10})
    for x, column in enumerate(table.columns):
        page.set_column(x, x, 4 + column.width * 3)
        page.write_string(3, x, column.head, bold)
    title = book.add_format({"bold": True, "font_size": 14})
    page.write_string(0, 0, f"{community.name} {table.title}", title)
    page.write_string(1, 0, table.about)
    told = {"who": viewer.name, "when": wording.moment(at)}
    page.write_string(2, 0, _("%(who)s导出，%(when)s。姓名已遮。") % told)
    for y, row in enumerate([*table.rows, *([table.foot] if table.foot else [])], start=4):
        for x, cell in enumerate(row):
            page.write_string(y, x, cell.translate(CONTROL)[:MOST_CELL], text)
    page.freeze_panes(4, 1)
    page.repeat_rows(3)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    book.close()
