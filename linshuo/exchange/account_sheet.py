"""A statement out, as a workbook: every movement of a book or of one of its pots over some time.

Whoever gave is masked unless somebody ticks otherwise and says why; either way the trail says who
took what. Amounts are numbers in yuan that add up in the sheet as they do in the books.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any

import xlsxwriter
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.models import Voucher
from linshuo.domain.funds.queries import Line, statement
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.exchange.ledger import CONTROL, MOST_CELL, MOST_ROWS
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

CHUNK = 500
WIDTHS = (12, 16, 34, 22, 20, 14, 14, 16)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is taken: one pot or all that is held (""), from which day to which; names, and why."""

    since: date
    until: date
    pot: str = ""
    names: bool = False
    reason: str = ""


def export(viewer: Actor, book: Collection | Project, wish: Wish, *, said: str = "") -> IO[bytes]:
    """The workbook, open at its beginning. `said` is the wish in words, for sheet and trail.

    Raises `NotYours` for whoever does not keep or check the books, `Refused` for names without a
    reason, or more rows than a sheet holds.
    """
    here = viewer.community_id == book.community_id
    if not here or not (viewer.can(Can.MONEY_RECORD) or viewer.can(Can.MONEY_CHECK)):
        raise NotYours("money:export", _("没有这一页。"))
    reason = tidy(wish.reason)[:200]
    if wish.names and len(reason) < 2:
        raise Refused("reason", _("要带全名，写一句拿去做什么。"), "reason")
    if wish.until < wish.since:
        raise Refused("until", _("结束的日子早于开始的日子。"))
    at = clock.now()
    detail = {"book": book.number, "said": said, "names": wish.names, "reason": reason}
    # Logged first, and in a transaction of its own: writing a long sheet must not hold up others.
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=viewer.community_id)
        record("statement:export", row=community, by=viewer, at=at, detail=detail)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer streams and closes it
    _write(out, community, viewer, book, wish, reason, said, at)
    out.seek(0)
    return out


def _pages(book: Collection | Project, wish: Wish) -> Iterator[tuple[Line, str]]:
    """Every movement with whom it is about, page by page."""
    after, n = "", 0
    while True:
        found = statement(
            book, since=wish.since, until=wish.until, pot=wish.pot, after=after, size=CHUNK
        )
        n += len(found.lines)
        if n > MOST_ROWS:
            raise Refused("many", _("一次最多导出 %d 笔，把日子选短一些。") % MOST_ROWS)
        named = _named(book, found.lines) if wish.names else {}
        for line in found.lines:
            yield line, named.get(line.voucher_id) or line.who
        after = found.after
        if not after:
            return


def _named(book: Collection | Project, lines: list[Line]) -> dict[int, str]:
    rows = Voucher.objects.within(book.community_id).filter(pk__in=[x.voucher_id for x in lines])
    return {
        row.pk: row.giver.name if row.giver else row.giver_name
        for row in rows.select_related("giver")
    }


def _write(
    out: IO[bytes], community: Community, viewer: Actor, book: Collection | Project, wish: Wish,
    reason: str, said: str, at: datetime,
) -> None:  # fmt: skip
    made = workbook(out)
    mark = watermark(community, viewer, wish, reason, said, at)
    write_statement(made, looks(made), _("流水"), book, wish, mark)
    made.set_properties({"title": book.number, "author": viewer.name, "company": ""})
    made.close()


def workbook(out: IO[bytes]) -> Any:
    """A workbook in which a text is a text, whatever it begins with: XlsxWriter's own guesses are
    off."""
    return xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """How the cells of an account look."""

    title: Any
    text: Any
    day: Any
    money: Any
    bold: Any
    sums: Any
    small: Any


def looks(made: Any) -> Looks:
    """The looks, made for one workbook."""
    base = {"font_size": 10, "valign": "top"}
    return Looks(
        title=made.add_format({"font_size": 16, "bold": True}),
        text=made.add_format({**base, "text_wrap": True}),
        day=made.add_format({**base, "num_format": "yyyy-mm-dd", "align": "left"}),
        money=made.add_format({**base, "num_format": "#,##0.00"}),
        bold=made.add_format({**base, "bold": True, "top": 2, "bottom": 1}),
        sums=made.add_format(
            {**base, "bold": True, "num_format": "#,##0.00", "top": 1, "bottom": 2}
        ),
        small=made.add_format({"font_size": 9, "font_color": "#5e6269"}),
    )


def head(
    sheet: Any, look: Looks, title: str, mark: str, headers: Iterable[str], widths: Iterable[int]
) -> None:
    """The three rows every sheet begins with, and how it prints."""
    for x, width in enumerate(widths):
        sheet.set_column(x, x, width)
    sheet.write_string(0, 0, title[:MOST_CELL], look.title)
    sheet.write_string(1, 0, mark[:MOST_CELL], look.small)
    for x, header in enumerate(headers):
        sheet.write_string(2, x, header, look.bold)
    sheet.freeze_panes(3, 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.repeat_rows(2)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{mark.replace('&', '&&')[:200]}&R&P / &N")


def write_statement(
    made: Any, look: Looks, name: str, book: Collection | Project, wish: Wish, mark: str
) -> None:
    """One sheet: every movement of a book, with what was there before and what is left."""
    sheet = made.add_worksheet(name)
    head(sheet, look, f"{book.name} {book.number}", mark, _headers(), WIDTHS)
    first = statement(book, since=wish.since, until=wish.until, pot=wish.pot, size=1)
    sheet.write_string(3, 2, _("上期结余"), look.text)
    sheet.write_number(3, 7, first.opening_fen / 100, look.money)
    y = 4
    for line, who in _pages(book, wish):
        sheet.write_datetime(y, 0, datetime.combine(line.day, time()), look.day)
        for x, words in enumerate((line.kind, line.words, who, line.receipt_no), start=1):
            if words:
                sheet.write_string(y, x, words.translate(CONTROL)[:MOST_CELL], look.text)
        for x, fen in ((5, line.came_fen), (6, line.went_fen), (7, line.balance_fen)):
            if fen or x == 7:
                sheet.write_number(y, x, fen / 100, look.money)
        y += 1
    sheet.write_string(y, 2, _("合计"), look.bold)
    for x, fen in ((5, first.came_fen), (6, first.went_fen), (7, first.closing_fen)):
        sheet.write_number(y, x, fen / 100, look.sums)


def _headers() -> tuple[str, ...]:
    return (
        *(_("哪一天"), _("哪一种"), _("事由"), _("谁"), _("收据号")),
        *(_("进（元）"), _("出（元）"), _("结余（元）")),
    )


def watermark(
    community: Community, viewer: Actor, wish: Wish, reason: str, said: str, at: datetime
) -> str:
    """Who took it, when, from where: on each sheet and on each printed page."""
    parts = [
        _("%(who)s导出，%(day)s %(hour)s") % {
            "who": viewer.name, "day": wording.day(at), "hour": f"{clock.local(at):%H:%M}",
        },
        community.name,
        said,
        _("含全名") if wish.names else _("姓名已遮"),
        _("用途：%s") % reason if wish.names else "",
    ]  # fmt: skip
    return "　".join(part for part in parts if part)
