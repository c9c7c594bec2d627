"""Money as the office reads it: vouchers in a list, the books, and what waits for somebody.

The sums themselves are `funds.queries`'; here they are put beside what they belong to. Whoever gave
is masked in lists; the page of one voucher shows whom it names, because a second person has to
check it against the paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.models import ROUTES, PotKind, Voucher, VoucherKind
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours
from linshuo.kit.text import tidy

PAGE = 50
MOST_BOOKS = 400
TABS = ("waiting", "booked", "refused", "all")
WHOLE = (
    *("collection", "project", "giver", "unit__organisation", "advance_to", "line", "file"),
    *("recorded_by", "checked_by", "reverses"),
)
"""What is read together with a voucher that is going to be shown."""

Book = Collection | Project


def readable(viewer: Actor) -> None:
    """Whoever reads no money finds no page. Raises `NotYours`."""
    if not viewer.can(Can.MONEY_READ):
        raise NotYours("money", "")


def get_book(viewer: Actor, number: str) -> Book:
    """The collection or the project of this number. Raises `NotYours`."""
    readable(viewer)
    for model in (Collection, Project):
        rows = model.objects.of(viewer).select_related("place", "owner")
        found: Book | None = rows.filter(number=tidy(number).upper()[:20]).first()
        if found is not None:
            return found
    raise NotYours("book", "")


def get_voucher(viewer: Actor, pk: int) -> Voucher:
    """One voucher of the viewer's community, with all it names. Raises `NotYours`."""
    readable(viewer)
    found = Voucher.objects.of(viewer).select_related(*WHOLE).filter(pk=pk).first()
    if found is None:
        raise NotYours("voucher", "")
    return found


def books(viewer: Actor) -> list[tuple[str, str]]:
    """Every book by number and name, the newest first: for a list to choose from. Two queries."""
    readable(viewer)
    found = []
    for model in (Collection, Project):
        rows = model.objects.of(viewer).exclude(state="dropped").order_by("-pk")
        found += list(rows.values_list("number", "name")[:MOST_BOOKS])
    return found


# --- vouchers -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list of vouchers."""

    tab: str = "waiting"
    kind: str = ""
    kinds: tuple[str, ...] = ()
    book: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """One voucher, ready to be shown."""

    pk: int
    kind_words: str
    what: str
    day: str
    route: str
    amount: str
    book: str
    number: str
    """The number of its book."""
    state_words: str
    receipt: str
    note: str
    struck: bool
    """Booked, and taken back by another since."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of vouchers; `after` leads to the next one."""

    rows: list[VoucherRow]
    after: str


def vouchers(viewer: Actor, filters: Filters, after: str = "", size: int = PAGE) -> Found:
    """The vouchers under these filters, the latest first. Two queries, however many there are."""
    readable(viewer)
    rows = Voucher.objects.of(viewer).filter(matching(filters))
    place = _place(after)
    if place is not None:
        day, pk = place
        rows = rows.filter(Q(happened_on__lt=day) | Q(happened_on=day, pk__lt=pk))
    found = list(rows.select_related(*WHOLE).order_by("-happened_on", "-pk")[: size + 1])
    more = found[size - 1] if len(found) > size else None
    return Found(
        rows=rows_of(found[:size]),
        after=f"{more.happened_on.isoformat()}.{more.pk}" if more else "",
    )


def recent(viewer: Actor, book: Book, most: int = 8) -> list[VoucherRow]:
    """The latest vouchers of one book, whatever became of them. Two queries."""
    readable(viewer)
    rows = Voucher.objects.of(viewer).filter(**{book.trail_kind: book}).select_related(*WHOLE)
    return rows_of(rows.order_by("-pk")[:most])


def counts(viewer: Actor, filters: Filters) -> dict[str, int]:
    """How many vouchers stand in each tab under the other filters. One query."""
    found: dict[str, int] = (
        Voucher.objects.of(viewer)
        .filter(_narrowed(filters))
        .aggregate(**{tab: Count("pk", filter=_in_tab(tab)) for tab in TABS[:3]}, all=Count("pk"))
    )
    return found


def matching(filters: Filters) -> Q:
    """What the list of vouchers is narrowed to."""
    return _in_tab(filters.tab) & _narrowed(filters)


def _in_tab(tab: str) -> Q:
    if tab == "waiting":
        return Q(booked_at__isnull=True, refused_at__isnull=True)
    if tab == "booked":
        return Q(booked_at__isnull=False)
    return Q(refused_at__isnull=False) if tab == "refused" else Q()


def _narrowed(filters: Filters) -> Q:
    found = Q(kind=filters.kind) if filters.kind else Q()
    if filters.kinds:
        found &= Q(kind__in=filters.kinds)
    if filters.book:
        found &= Q(collection__number=filters.book) | Q(project__number=filters.book)
    words = filters.text.strip()[:40]
    if words:
        found &= (
            Q(text__icontains=words)
            | Q(payee__icontains=words)
            | Q(receipt_no__icontains=words)
            | Q(unit__organisation__name__icontains=words)
        )
    return found


def _place(after: str) -> tuple[date, int] | None:
    day, _sep, pk = after.partition(".")
    try:
        return (date.fromisoformat(day), int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    except ValueError:
        return None


def rows_of(found: Iterable[Voucher]) -> list[VoucherRow]:
    """Vouchers as rows; one query for those that were taken back."""
    rows = list(found)
    if not rows:
        return []
    back = set(
        Voucher.objects.within(rows[0].community_id)
        .filter(reverses__in=[row.pk for row in rows], booked_at__isnull=False)
        .values_list("reverses_id", flat=True)
    )
    return [row_of(row, struck=row.pk in back) for row in rows]


def row_of(row: Voucher, *, struck: bool = False) -> VoucherRow:
    """One voucher as a row of a list."""
    return VoucherRow(
        pk=row.pk,
        kind_words=str(row.get_kind_display()),
        what=row.text or str(row.get_kind_display()),
        day=wording.near_day(row.happened_on),
        route=route_of(row),
        amount=yuan(row.amount_fen),
        book=row.book.name,
        number=row.book.number,
        state_words=_state_words(row, struck),
        receipt=row.receipt_no,
        note=str(row.get_kind_display()) if row.text else "",
        struck=struck,
    )


def _state_words(row: Voucher, struck: bool) -> str:
    if row.refused_at is not None:
        return _("没有通过")
    if row.booked_at is None:
        return str(_("%s记的，等核对") % row.recorded_by.name)
    if struck:
        return _("冲回了")
    checker = row.checked_by.name if row.checked_by else ""
    return _("%(by)s记，%(checker)s核") % {"by": row.recorded_by.name, "checker": checker}


def giver_of(row: Voucher, *, masked: bool = True) -> str:
    """Who gave: a unit by its name, a person masked in lists, or nobody named."""
    if row.unit is not None:
        return str(row.unit)
    if row.unnamed:
        return _("不留名")
    name = row.giver.name if row.giver else row.giver_name
    return mask_name(name) if masked else str(name)


def route_of(row: Voucher) -> str:
    """From where to where: 王** → 账户, 账户 → 锦祥建设."""
    first = row.reverses if row.kind == VoucherKind.REVERSE and row.reverses else row
    ends = ROUTES[VoucherKind(first.kind)]
    words = [_end_words(first, end) for end in ends]
    if first is not row:
        words.reverse()
    return " → ".join(words)


def _end_words(row: Voucher, end: PotKind) -> str:
    label = str(end.label)
    if end == PotKind.DONORS:
        return giver_of(row) or label
    if end in (PotKind.SPENT, PotKind.DIRECT):
        return row.payee or label
    return label


def waiting_of(viewer: Actor, most: int) -> tuple[list[Voucher], int]:
    """The vouchers nobody has checked yet, the longest waiting first, and how many there are."""
    readable(viewer)
    rows = Voucher.objects.of(viewer).filter(_in_tab("waiting"))
    found = list(rows.select_related(*WHOLE).order_by("pk")[:most])
    return found, rows.count() if len(found) == most else len(found)
