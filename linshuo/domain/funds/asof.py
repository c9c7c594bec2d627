"""What the books came to on a day, added up from what moved until then: for what is made public,
and for months that are closed. As things are now, `queries.totals` says."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Sum

from linshuo.domain.funds.access import Book
from linshuo.domain.funds.models import PotKind, Transfer
from linshuo.domain.funds.queries import Key, Totals, key_of, totals

Flows = dict[tuple[str, str], int]
"""How much went from each kind of pot to each other, in 分."""


def flows(
    community_id: int, *, until: date, since: date | None = None, book: Book | None = None
) -> dict[Key, Flows]:
    """What moved from `since` to `until`, both included, of each book: one query."""
    rows = Transfer.objects.within(community_id).filter(happened_on__lte=until)
    if since is not None:
        rows = rows.filter(happened_on__gte=since)
    if book is not None:
        rows = rows.filter(**{f"from_pot__{book.trail_kind}": book})
    found: dict[Key, Flows] = defaultdict(dict)
    for collection, project, source, target, amount in (
        rows.values_list(
            *("from_pot__collection_id", "from_pot__project_id", "from_pot__kind", "to_pot__kind")
        )
        .annotate(n=Sum("amount_fen"))
        .order_by()
    ):
        key = ("collection", collection) if collection is not None else ("project", project)
        found[key][source, target] = int(amount)
    return dict(found)


def _into(moved: Flows, kind: PotKind) -> int:
    came = sum(n for (_source, target), n in moved.items() if target == kind)
    return came - sum(n for (source, _target), n in moved.items() if source == kind)


def summed(moved: Flows, promised: int = 0) -> Totals:
    """The sums of a book from what moved in it."""
    direct = _into(moved, PotKind.DIRECT)
    return Totals(
        promised=promised,
        raised=-_into(moved, PotKind.DONORS),
        direct=direct,
        spent=_into(moved, PotKind.SPENT) + direct,
        box=_into(moved, PotKind.BOX),
        bank=_into(moved, PotKind.BANK),
        advance=_into(moved, PotKind.ADVANCE),
        goods=_into(moved, PotKind.GOODS),
    )


def as_of(book: Book, day: date) -> Totals:
    """What a book came to at the end of a day; what is promised, as it is promised now."""
    moved = flows(book.community_id, until=day, book=book).get(key_of(book), {})
    return summed(moved, totals(book).promised)


def within(book: Book, since: date, until: date) -> Totals:
    """What came in and went out of a book over a stretch of days, both included."""
    return summed(
        flows(book.community_id, since=since, until=until, book=book).get(key_of(book), {})
    )
