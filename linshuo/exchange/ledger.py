"""The ledger out: what the viewer may see under the filters of the page, as a workbook.

Residents' names are masked and their words left out unless somebody ticks otherwise and says why;
either way the trail says who took what. Text is always written as text, so that a title beginning
with = is a title. Rows stream: a ledger of any length needs the memory of one row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need, Outcome, Tag
from linshuo.domain.needs.queries import Filters, clock_of, matching
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name, mask_text
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_ROWS = 100_000
MOST_CELL = 32_767
"""Characters that a cell of a workbook can hold."""
CONTROL = {c: None for c in range(32) if c not in (9, 10)}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header, its width in characters, and what a need says in it."""

    header: str
    width: int
    value: Callable[[Need], str | int | datetime | None]


@dataclass(frozen=True, slots=True)
class Options:
    """What is taken beyond the masked ledger, and why."""

    names: bool = False
    words: bool = False
    reason: str = ""

    @property
    def whole(self) -> bool:
        return self.names or self.words


def rows_for(viewer: Actor, filters: Filters, at: datetime) -> QuerySet[Need, Need]:
    """The needs that would be taken out: seen by the viewer, and the viewer's to take out."""
    return Need.objects.of(viewer).filter(
        visible(viewer), visible(viewer, Can.NEED_EXPORT), matching(viewer, filters, at)
    )


def export(
    viewer: Actor, filters: Filters, options: Options, *, filters_said: str = ""
) -> IO[bytes]:
    """The workbook, open at its beginning. Raises `Refused` with the field that will not do.

    `filters_said` are the filters in words, for the line under the title and for the trail.
    """
    if not viewer.can(Can.NEED_EXPORT):
        raise NotYours("need:export", _("没有这一页。"))
    reason = tidy(options.reason)[:200]
    if options.whole and len(reason) < 2:
        raise Refused("reason", _("要带全名或原话，写一句拿去做什么。"), "reason")
    at = clock.now()
    rows = rows_for(viewer, filters, at).select_related("place", "owner", "category", "requester")
    total = rows.count()
    if total > MOST_ROWS:
        message = _("有 %(n)d 件，一次最多导出 %(most)d 件。先筛一筛。")
        raise Refused("many", message % {"n": total, "most": MOST_ROWS})
    detail = {
        "rows": total,
        "filters": filters_said,
        "names": options.names,
        "words": options.words,
        "reason": reason,
    }
    # Logged first, and in a transaction of its own: writing a long sheet must not hold up others.
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=viewer.community_id)
        record("ledger:export", row=community, by=viewer, at=at, detail=detail)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer streams and closes it
    ordered = rows.order_by("reported_at", "pk").iterator(chunk_size=500)
    _Book(out, community, viewer, options, at, filters_said).write(ordered)
    out.seek(0)
    return out


def columns(options: Options, at: datetime) -> list[Column]:
    """The columns in their order."""
    tags = {t.value: str(t.label) for t in Tag}
    said: Callable[[str], str] = str if options.words else mask_text
    found = [
        Column(_("编号"), 14, lambda n: n.number),
        Column(_("原来的编号"), 11, lambda n: "" if n.old_number.startswith("~") else n.old_number),
        Column(_("类型"), 8, lambda n: str(n.get_kind_display())),
        Column(_("类别"), 11, lambda n: n.category.name if n.category else ""),
        Column(_("题目"), 36, lambda n: said(n.title)),
        Column(_("在哪里"), 18, lambda n: n.place.full_name),
        Column(_("怎么来的"), 9, lambda n: str(n.get_source_display())),
        Column(_("谁提的"), 9, _asked(options)),
        Column(_("也要"), 6, lambda n: n.supporters),
        Column(_("难痛堵"), 9, lambda n: "、".join(tags.get(t, "") for t in n.tag_list)),
        Column(_("责任人"), 9, lambda n: n.owner.name if n.owner else ""),
        Column(_("状态"), 11, lambda n: str(n.get_state_display())),
        Column(_("时限"), 10, lambda n: clock_of(n, at)[1]),
        Column(_("提出"), 11, lambda n: n.reported_at),
        Column(_("到期"), 11, lambda n: n.due_at),
        Column(_("受理"), 11, lambda n: n.accepted_at),
        Column(_("办结"), 11, lambda n: n.finished_at),
        Column(_("销号"), 11, lambda n: n.closed_at),
        Column(_("办成了什么样"), 12, lambda n: _outcome(n.outcome)),
        Column(_("办理结果或进展"), 40, lambda n: said(n.result_text or n.progress)),
        Column(_("退回"), 6, lambda n: n.reopened),
        Column(_("延期"), 6, lambda n: n.extended),
    ]
    if options.words:
        found.insert(5, Column(_("原话"), 50, lambda n: n.words))
    return found


def _asked(options: Options) -> Callable[[Need], str]:
    """Masked unless ticked; then in full."""
    if options.names:
        return lambda n: n.requester.name if n.requester else ""
    return lambda n: mask_name(n.requester.name) if n.requester else ""


def _outcome(value: str) -> str:
    return str(Outcome(value).label) if value else ""


class _Book:
    """One workbook under way."""

    def __init__(
        self, out: IO[bytes], community: Community, viewer: Actor, options: Options,
        at: datetime, filters_said: str,
    ) -> None:  # fmt: skip
        self.options, self.at, self.filters_said = options, at, filters_said
        self.community, self.viewer = community, viewer
        # XlsxWriter's own guesses are off: a text is a text whatever it begins with.
        self.book = xlsxwriter.Workbook(
            out,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.page = self.book.add_worksheet(_("问题台账"))
        self.columns = columns(options, at)
        base = {"font_size": 10, "valign": "top"}
        self.text = self.book.add_format({**base, "text_wrap": True})
        self.number = self.book.add_format({**base, "num_format": "0"})
        self.day = self.book.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"})
        self.bold = self.book.add_format({**base, "bold": True, "top": 2, "bottom": 1})
        self.title = self.book.add_format({"font_size": 16, "bold": True})
        self.small = self.book.add_format({"font_size": 9, "font_color": "#5e6269"})

    def write(self, rows: Iterator[Need]) -> None:
        """Title, watermark, header, rows, and what the figures mean."""
        self._set_up()
        y = 3
        for need in rows:
            for x, column in enumerate(self.columns):
                self._cell(y, x, column.value(need))
            y += 1
        for line in (None, *definitions()):
            if line is not None:
                self.page.merge_range(y, 0, y, len(self.columns) - 1, line, self.small)
            y += 1
        self.book.close()

    def _set_up(self) -> None:
        page = self.page
        for x, column in enumerate(self.columns):
            page.set_column(x, x, column.width)
        page.set_row(0, 26)
        page.write_string(0, 0, f"{self.community.name} {_('问题台账')}", self.title)
        page.write_string(1, 0, self._watermark(), self.small)
        for x, column in enumerate(self.columns):
            page.write_string(2, x, column.header, self.bold)
        page.freeze_panes(3, 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.repeat_rows(2)
        page.fit_to_pages(1, 0)
        page.set_footer(f"&L{self._watermark().replace('&', '&&')[:200]}&R&P / &N")
        self.book.set_properties(
            {"title": _("问题台账"), "author": self.viewer.name, "company": ""}
        )

    def _watermark(self) -> str:
        """Who took it, when, from where: on the sheet and on each printed page."""
        local = clock.local(self.at)
        parts = [
            _("%(who)s导出，%(day)s %(hour)s") % {
                "who": self.viewer.name, "day": wording.day(self.at), "hour": f"{local:%H:%M}",
            },
            self.community.name,
            self.filters_said,
            _("含全名") if self.options.names else _("姓名已遮"),
            _("用途：%s") % self.options.reason if self.options.whole else "",
        ]  # fmt: skip
        return "　".join(part for part in parts if part)

    def _cell(self, y: int, x: int, value: Any) -> None:
        if value is None or value == "":
            return
        if isinstance(value, datetime):
            self.page.write_datetime(y, x, clock.local(value).replace(tzinfo=None), self.day)
        elif isinstance(value, int):
            if value:
                self.page.write_number(y, x, value, self.number)
        else:
            self.page.write_string(y, x, value.translate(CONTROL)[:MOST_CELL], self.text)


def definitions() -> list[str]:
    """What the words and figures of the ledger mean, for whoever gets the sheet without us."""
    return [
        _("提出：人家说的那一天。到期：这一步该办好的那一天，每一步都有。"),
        _("办结：办的人说办好了。销号：另一个人核对过，居民说好了，才算。"),
        _("也要：除了提的人，还有多少人说“我也要”。导入的数没有名字。"),
        _("退回、延期：各有几次。空着就是没有。"),
    ]
