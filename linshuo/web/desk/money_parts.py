"""What the money pages share: addresses of books, sums that open, rows of books."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from linshuo.domain.board.lifecycle import COLLECTION, PROJECT
from linshuo.domain.funds.models import PotKind
from linshuo.domain.funds.queries import key_of, totals, totals_of
from linshuo.domain.funds.sums import Totals
from linshuo.insight.money import Book
from linshuo.kit.money import yuan
from linshuo.web.doors import DoorRequest


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that opens to its rows."""

    label: str
    amount: str
    url: str = ""
    note: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class BookRow:
    """A collection or a project in a list."""

    url: str
    number: str
    name: str
    state_words: str
    note: str
    sums: list[tuple[str, str]]


def maybe(name: str, *args: Any) -> str:
    """An address, or nothing where no such page is there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def book_url(request: DoorRequest, book: Book) -> str:
    """The page of a collection or a project."""
    return reverse(f"desk:{book.trail_kind}", args=[request.community.prefix, book.number])


def statement_url(request: DoorRequest, book: Book, pot: str = "") -> str:
    """The statement of a book, or of one of its pots, from the beginning to today."""
    url = reverse("desk:money-statement", args=[request.community.prefix, book.number])
    return f"{url}?pot={pot}" if pot else url


def vouchers_url(request: DoorRequest, book: Book, tab: str = "all") -> str:
    """The vouchers of a book."""
    url = reverse("desk:money-vouchers", args=[request.community.prefix])
    return f"{url}?tab={tab}&book={book.number}"


def state_words(book: Book) -> str:
    """Where a book stands, in words."""
    life: Any = COLLECTION if book.trail_kind == "collection" else PROJECT
    return str(life.states[book.state].label)


def sums_of(request: DoorRequest, book: Book, found: Totals) -> list[Sum]:
    """What a book comes to, each figure with the way to its rows."""
    told = []
    if found.promised:
        url = f"{book_url(request, book)}#funders"
        told.append(Sum(_("答应给"), yuan(found.promised), url))
    direct = _("其中单位直接付给施工的 %s") % yuan(found.direct) if found.direct else ""
    told += [
        Sum(_("收到"), yuan(found.raised), statement_url(request, book, "donors"), direct),
        Sum(_("花掉"), yuan(found.spent), statement_url(request, book, "spent"), direct),
        Sum(_("还剩"), yuan(found.left), statement_url(request, book), _where(found), True),
    ]
    return told


def _where(found: Totals) -> str:
    parts = [
        f"{PotKind(kind).label} {yuan(fen)}"
        for kind, fen in (
            ("bank", found.bank),
            ("box", found.box),
            ("advance", found.advance),
            ("goods", found.goods),
        )
        if fen
    ]
    return "，".join(parts) if len(parts) > 1 else "".join(p.rsplit(" ", 1)[0] for p in parts)


def pots_of(book: Book) -> list[tuple[str, str]]:
    """What the book holds now, place by place."""
    found = totals(book)
    return [
        (str(PotKind.BANK.label), yuan(found.bank)),
        (str(PotKind.BOX.label), yuan(found.box)),
        (str(PotKind.ADVANCE.label), yuan(found.advance)),
    ]


def book_rows(request: DoorRequest, books: Iterable[Book]) -> list[BookRow]:
    """Books as rows with their sums: two queries, however many there are."""
    found = list(books)
    sums = totals_of(found)
    return [_row(request, book, sums[key_of(book)]) for book in found]


def _row(request: DoorRequest, book: Book, found: Totals) -> BookRow:
    shown = [
        *([(_("答应给"), found.promised)] if found.promised else []),
        *((_("收到"), found.raised), (_("花掉"), found.spent), (_("还剩"), found.left)),
    ]
    return BookRow(
        url=book_url(request, book),
        number=book.number,
        name=book.name,
        state_words=state_words(book),
        note=book.place.full_name,
        sums=[(label, yuan(fen)) for label, fen in shown],
    )
