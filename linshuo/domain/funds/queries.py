"""Reads of the books for those who keep them: sums of a book, statements of any stretch of time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, F, Q, Sum, When
from django.db.models.functions import Coalesce

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.access import Book, of_book
from linshuo.domain.funds.models import (
    WORLD,
    Pot,
    PotKind,
    Transfer,
    Voucher,
    VoucherKind,
)
from linshuo.domain.funds.sums import Totals, summed
from linshuo.domain.pledges.access import PROMISED
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit.masking import mask_name

PAGE = 50


Key = tuple[str, int]
"""A book by kind and id: ("project", 3)."""


def key_of(book: Book) -> Key:
    """The book's name among many."""
    return book.trail_kind, book.pk


def totals(book: Book) -> Totals:
    """What one book comes to, as things are now: two queries."""
    return totals_of([book])[key_of(book)]


def totals_of(books: Iterable[Book]) -> dict[Key, Totals]:
    """What several books of one community come to: two queries, however many there are."""
    wanted = list(books)
    if not wanted:
        return {}
    community = wanted[0].community_id
    mine = _any_of(wanted)
    held: dict[Key, dict[str, int]] = {key_of(book): {} for book in wanted}
    pots = Pot.objects.within(community).filter(mine)
    for collection, project, kind, balance in pots.values_list(
        "collection_id", "project_id", "kind", "balance_fen"
    ):
        held[_key(collection, project)][kind] = balance
    signed = (
        Pledge.objects.within(community)
        .filter(_any_of(wanted, "ask__"), PROMISED)
        .values_list("ask__collection_id", "ask__project_id")
        .annotate(n=Sum("amount_fen"))
        .order_by()
    )
    promised = {_key(collection, project): n for collection, project, n in signed}
    return {key: summed(found, promised.get(key, 0)) for key, found in held.items()}


def _any_of(books: Iterable[Book], prefix: str = "") -> Q:
    projects = [book.pk for book in books if isinstance(book, Project)]
    collections = [book.pk for book in books if isinstance(book, Collection)]
    return Q(**{f"{prefix}project_id__in": projects}) | Q(
        **{f"{prefix}collection_id__in": collections}
    )


def _key(collection: int | None, project: int | None) -> Key:
    return ("collection", collection) if collection is not None else ("project", project or 0)


@dataclass(frozen=True, slots=True)
class Line:
    """One movement as it stands in a statement. Amounts in 分; `balance_fen` after it."""

    pk: int
    voucher_id: int
    day: date
    kind: str
    words: str
    who: str
    came_fen: int
    went_fen: int
    balance_fen: int
    receipt_no: str
    moved_within: str
    """Where money only changed its place: 箱里的现金 → 账户."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one pot, or everything a book holds, did over a stretch of time. `after` is the mark of
    the next page, empty on the last."""

    opening_fen: int
    came_fen: int
    went_fen: int
    lines: list[Line]
    after: str

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.came_fen - self.went_fen


def statement(
    book: Book,
    *,
    since: date,
    until: date,
    pot: str = "",
    after: str = "",
    size: int = PAGE,
) -> Statement:
    """The movements from `since` to `until`, both included, oldest first.

    `pot` is a kind of pot; without it everything the book holds counts as one, and money that only
    changes its place comes and goes nowhere. A mark that makes no sense begins at the top. As many
    queries however long the book: four, and two for each pot.
    """
    inside = _inside(book, pot)
    everything = Transfer.objects.within(book.community_id)
    opening = _balance(everything.filter(happened_on__lt=since), inside)
    within = Q(happened_on__gte=since, happened_on__lte=until)
    sums = _sums(everything.filter(within), inside)
    balance, shown = opening, within
    if mark := _mark(after):
        day, pk = mark
        earlier = Q(happened_on__lt=day) | Q(happened_on=day, pk__lte=pk)
        later = Q(happened_on__gt=day) | Q(happened_on=day, pk__gt=pk)
        before = everything.filter(within, earlier, happened_on__lte=day)
        balance += _balance(before, inside)
        shown = within & Q(happened_on__gte=day) & later
    found = _page(everything.filter(shown), inside, size + 1)
    lines = []
    for row in found[:size]:
        came = row.amount_fen if row.from_pot_id not in inside else 0
        went = row.amount_fen if row.to_pot_id not in inside else 0
        balance += came - went
        lines.append(_line(row, came, went, balance))
    last = found[size - 1] if len(found) > size else None
    return Statement(
        opening_fen=opening,
        came_fen=sums[0],
        went_fen=sums[1],
        lines=lines,
        after=f"{last.happened_on:%Y%m%d}.{last.pk}" if last else "",
    )


def _page(rows: ScopedQuerySet[Transfer], inside: frozenset[int], size: int) -> list[Transfer]:
    """The first of these rows that touch the pots. They are chosen pot by pot along the indexes
    that have the order of a statement, and then joined: asked for pots with an OR, both engines
    sort the whole book for each page (docs/measurements.md)."""
    keys: set[tuple[date, int]] = set()
    for pot in sorted(inside):
        for way in ("from_pot", "to_pot"):
            ordered = rows.filter(**{way: pot}).order_by("happened_on", "pk")
            keys.update(ordered.values_list("happened_on", "pk")[:size])
    chosen = [pk for _day, pk in sorted(keys)[:size]]
    whole = ("voucher__giver", "voucher__unit__organisation", "from_pot", "to_pot")
    return list(rows.filter(pk__in=chosen).select_related(*whole).order_by("happened_on", "pk"))


def _inside(book: Book, pot: str) -> frozenset[int]:
    rows = Pot.objects.within(book.community_id).filter(**of_book(book))
    rows = rows.filter(kind=pot) if pot in PotKind.values else rows.exclude(kind__in=WORLD)
    return frozenset(rows.values_list("pk", flat=True))


def _sums(rows: ScopedQuerySet[Transfer], inside: frozenset[int]) -> tuple[int, int]:
    """What came into these pots and what went out of them, in 分. Each side is added up along its
    own index: with an OR of both, SQLite reads every transfer of the community for it."""
    among = Case(When(from_pot__in=inside, then=F("amount_fen")), output_field=BigIntegerField())
    came = rows.filter(to_pot__in=inside).aggregate(
        whole=Coalesce(Sum("amount_fen"), 0), within=Coalesce(Sum(among), 0)
    )
    went = rows.filter(from_pot__in=inside).aggregate(whole=Coalesce(Sum("amount_fen"), 0))
    return int(came["whole"] - came["within"]), int(went["whole"] - came["within"])


def _balance(rows: ScopedQuerySet[Transfer], inside: frozenset[int]) -> int:
    came, went = _sums(rows, inside)
    return came - went


def _mark(after: str) -> tuple[date, int] | None:
    day, _dot, pk = after.partition(".")
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:8])), int(pk)
    except ValueError:
        return None


def _line(row: Transfer, came: int, went: int, balance: int) -> Line:
    voucher = row.voucher
    within = ""
    if not came and not went:
        source, target = PotKind(row.from_pot.kind), PotKind(row.to_pot.kind)
        within = f"{source.label} → {target.label}"
    return Line(
        pk=row.pk,
        voucher_id=voucher.pk,
        day=row.happened_on,
        kind=str(VoucherKind(voucher.kind).label),
        words=voucher.text,
        who=who(voucher),
        came_fen=came,
        went_fen=went,
        balance_fen=balance,
        receipt_no=voucher.receipt_no,
        moved_within=within,
    )


def who(voucher: Voucher) -> str:
    """Whom a voucher is about, for the office: units in full, persons masked, nobody unnamed.

    Read with `giver` and `unit__organisation`.
    """
    if voucher.unit is not None:
        return str(voucher.unit)
    if voucher.giver is not None:
        return mask_name(voucher.giver.name)
    if voucher.giver_name:
        return mask_name(voucher.giver_name)
    return voucher.payee
