"""All books of a community out at once: as one workbook, or as text for beancount.

Whoever gave is masked in both; a single book goes out with names from its own page, by whoever
keeps or checks it. The trail says who took what.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.models import Pot
from linshuo.domain.funds.queries import key_of, totals_of
from linshuo.domain.funds.sums import Totals
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.exchange import account_sheet, beancount
from linshuo.exchange.account_sheet import Wish
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

BEGINNING = date(2000, 1, 1)
TRIES = 3
"""How often the books are read again when something was booked meanwhile."""
SHEET = "xlsx"
TEXT = "beancount"
WIDTHS = (20, 30, 10, 16, 16, 18, 16, 16)

Book = Collection | Project


def export(viewer: Actor, what: str) -> IO[bytes]:
    """All books as `SHEET` or `TEXT`, open at its beginning.

    Raises `NotYours` for whoever reads no money, `Refused("busy")` while more is booked than can be
    read in between.
    """
    if viewer.person_id is None or not viewer.can(Can.MONEY_READ):
        raise NotYours("money:export", _("没有这一页。"))
    at = clock.now()
    # Logged first, and in a transaction of its own: writing a long file must not hold up others.
    with transaction.atomic():
        community = Community.objects.select_for_update().get(pk=viewer.community_id)
        record("books:export", row=community, by=viewer, at=at, detail={"what": what})
    write = _sheets if what == SHEET else _text
    return _whole(lambda out: write(out, community, viewer, at), viewer)


def _whole(write: Callable[[IO[bytes]], None], viewer: Actor) -> IO[bytes]:
    """A file in which the sums and the rows are of one moment."""
    for _time in range(TRIES):
        before = _balances(viewer)
        out = tempfile.TemporaryFile()  # noqa: SIM115 - the answer streams and closes it
        try:
            write(out)
        except BaseException:
            out.close()
            raise
        if _balances(viewer) == before:
            out.seek(0)
            return out
        out.close()
    raise Refused("busy", _("这会儿正有人入账，过一分钟再导出。"))


def _balances(viewer: Actor) -> list[tuple[int, int]]:
    rows = Pot.objects.of(viewer).order_by("pk")
    return list(rows.values_list("pk", "balance_fen"))


def _text(out: IO[bytes], _community: Community, viewer: Actor, _at: datetime) -> None:
    for line in beancount.lines(viewer):
        out.write(f"{line}\n".encode())


def books_of(viewer: Actor) -> list[Book]:
    """Every book that money moved through, collections first, in the order of their numbers."""
    found: list[Book] = []
    for model, key in ((Collection, "collection"), (Project, "project")):
        moved = Pot.objects.of(viewer).filter(**{f"{key}__isnull": False}).values(f"{key}_id")
        rows = model.objects.of(viewer).filter(pk__in=moved).order_by("number")
        found += list(rows)
    return found


def _sheets(out: IO[bytes], community: Community, viewer: Actor, at: datetime) -> None:
    made = account_sheet.workbook(out)
    look = account_sheet.looks(made)
    wish = Wish(since=BEGINNING, until=clock.today())
    mark = account_sheet.watermark(community, viewer, wish, "", _("所有的账"), at)
    books = books_of(viewer)
    sums = totals_of(books)
    first = made.add_worksheet(_("合计"))
    account_sheet.head(first, look, _("%s的账") % community.name, mark, _headers(), WIDTHS)
    columns = [0] * 5
    for y, book in enumerate(books, start=3):
        first.write_string(y, 0, book.number, look.text)
        first.write_string(y, 1, book.name, look.text)
        first.write_string(y, 2, _kind(book), look.text)
        for x, fen in enumerate(_figures(sums[key_of(book)])):
            columns[x] += fen
            first.write_number(y, x + 3, fen / 100, look.money)
    last = 3 + len(books)
    first.write_string(last, 1, _("合计"), look.bold)
    for x, fen in enumerate(columns):
        first.write_number(last, x + 3, fen / 100, look.sums)
    for book in books:
        account_sheet.write_statement(made, look, book.number, book, wish, mark)
    made.set_properties({"title": community.name, "author": viewer.name, "company": ""})
    made.close()


def _headers() -> tuple[str, ...]:
    return (
        *(_("编号"), _("名称"), _("是什么")),
        *(_("答应给（元）"), _("收到（元）"), _("其中直接付的（元）")),
        *(_("花掉（元）"), _("还剩（元）")),
    )


def _kind(book: Book) -> str:
    return _("募集") if isinstance(book, Collection) else _("项目")


def _figures(found: Totals) -> tuple[int, ...]:
    return (found.promised, found.raised, found.direct, found.spent, found.left)
