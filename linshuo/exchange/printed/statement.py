"""收支明细: everything that came and went in a book over a period, for the office's own file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.funds.access import Book
from linshuo.domain.funds.queries import Line, statement
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf
from linshuo.exchange.printed.money import frame
from linshuo.kit import wording
from linshuo.kit.money import yuan
from linshuo.kit.refused import Refused

MOST = 1500
"""Rows on one paper: some seventy pages. More is a sheet for a computer."""


def statement_paper(
    community: Community, book: Book, *, since: date, until: date, at: datetime | None = None
) -> bytes:
    """The statement as a PDF. Raises `Refused` for more rows than anybody reads on paper."""
    return pdf("statement", statement_data(community, book, since=since, until=until, at=at))


def statement_data(
    community: Community, book: Book, *, since: date, until: date, at: datetime | None = None
) -> dict[str, Any]:
    """What stands on the statement."""
    found = statement(book, since=since, until=until, size=MOST)
    if found.after:
        raise Refused("too-long", _("超过 %d 笔，印出来没法看；缩短日子，或者导出表格。") % MOST)
    n = len(found.lines)
    return {
        **frame(community, at),
        "title": _("收支明细"),
        "name": book.name,
        "number": book.number,
        "period": _span(book, found.lines, since, until),
        "sums": [
            [_("期初还剩"), yuan(found.opening_fen)],
            [_("进"), yuan(found.came_fen)],
            [_("出"), yuan(found.went_fen)],
            [_("期末还剩"), yuan(found.closing_fen)],
        ],
        "columns": [_("序号"), _("日期"), _("事由"), _("进"), _("出"), _("结余")],
        "rows": [_row(k, line) for k, line in enumerate(found.lines, 1)],
        "foot": [
            _("合计"), "", ngettext("%d 笔", "%d 笔", n) % n,
            _plain(found.came_fen), _plain(found.went_fen), _plain(found.closing_fen),
        ],
        "empty": _("这段时间没有收支。"),
        "words": _(
            "单位：元。单位直接付给施工的不经过这里，不在这张表里。记上了不能改，写错了再记一笔冲销。"
            "内部用；贴出来的用《收支公开》。"
        ),
        "signs": [_("记账"), _("复核"), _("监督")],
    }  # fmt: skip


def _span(book: Book, lines: list[Line], since: date, until: date) -> str:
    first = max(since, lines[0].day) if lines else max(since, date(2000, 1, 1))
    since_words = wording.day(since if since.year > 1990 else first)
    return _("%(since)s到%(until)s") % {"since": since_words, "until": wording.day(until)}


def _row(n: int, line: Line) -> dict[str, str]:
    return {
        "no": str(n),
        "day": line.day.isoformat(),
        "what": line.words or line.kind,
        "who": _("　").join(filter(None, [line.kind if line.words else "", line.who])),
        "note": line.moved_within or line.receipt_no,
        "came": _plain(line.came_fen) if line.came_fen else "",
        "went": _plain(line.went_fen) if line.went_fen else "",
        "left": _plain(line.balance_fen),
    }


def _plain(fen: int) -> str:
    return yuan(fen).replace("¥", "")
