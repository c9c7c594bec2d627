"""What the books came to on a day, added up from what moved until then: for what is made public,
and for months that are closed. As things are now, `queries.totals` says."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db.models import Sum

from linshuo.domain.funds.access import Book
from linshuo.domain.funds.models import Transfer
from linshuo.domain.funds.queries import Key, key_of, totals
from linshuo.domain.funds.sums import Totals, summed

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


def held(moved: Flows) -> dict[str, int]:
    """What was in each kind of pot after that: what came into it, less what went out."""
    found: dict[str, int] = defaultdict(int)
    for (source, target), amount in moved.items():
        found[source] -= amount
        found[target] += amount
    return found


def as_of(book: Book, day: date) -> Totals:
    """What a book came to at the end of a day; what is promised, as it is promised now."""
    moved = flows(book.community_id, until=day, book=book).get(key_of(book), {})
    return summed(held(moved), totals(book).promised)


def within(book: Book, since: date, until: date) -> Totals:
    """What came in and went out of a book over a stretch of days, both included."""
    moved = flows(book.community_id, since=since, until=until, book=book)
    return summed(held(moved.get(key_of(book), {})))
