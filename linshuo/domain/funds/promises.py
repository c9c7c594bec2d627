"""Reads: what units promised, part by part, and what came of it. Amounts are in 分."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from linshuo.domain.board.models import WHOLE
from linshuo.domain.board.queries import title_of
from linshuo.domain.funds.access import Book, of_book
from linshuo.domain.funds.checks import NET, booked, came_and_back
from linshuo.domain.funds.models import Voucher
from linshuo.domain.pledges.access import PROMISED
from linshuo.domain.pledges.instalments import HOLDS, Part, parts_of
from linshuo.domain.pledges.models import Ended, Instalment, Pledge
from linshuo.domain.pledges.queries import who_of
from linshuo.domain.trail.scoping import ScopedQuerySet


@dataclass(frozen=True, slots=True)
class Promise:
    """One unit's promise for one collection or project, and what came of it."""

    pledge: int
    who: str
    unit: int
    about: str
    """What it is for, by its name."""
    book: Book
    amount_fen: int
    paid_fen: int
    parts: tuple[Part, ...]
    fulfilled: bool

    @property
    def left_fen(self) -> int:
        """What is still to come of it."""
        return max(0, self.amount_fen - self.paid_fen)

    @property
    def next(self) -> Part | None:
        """The part that comes next, of those that have not come in full."""
        return next((part for part in self.parts if part.left_fen > 0), None)


def paid_by_part(community_id: int, parts: Iterable[int]) -> dict[int, int]:
    """What came towards each part, to the community or straight to a contractor. One query."""
    rows = Voucher.objects.within(community_id).filter(booked(instalment_id__in=list(parts)))
    return _sums(rows, "instalment_id")


def paid_by_pledge(community_id: int, pledges: Iterable[int]) -> dict[int, int]:
    """What came of each pledge and was not given back. One query."""
    ids = list(pledges)
    rows = Voucher.objects.within(community_id).filter(came_and_back(pledge_id__in=ids))
    found = dict(rows.order_by().values_list("pledge_id").annotate(n=NET))
    return {pk: found.get(pk, 0) for pk in ids}


def _sums(rows: ScopedQuerySet[Voucher], key: str) -> dict[int, int]:
    found = rows.order_by().values_list(key).annotate(n=Sum("amount_fen"))
    return dict(found.values_list(key, "n"))


def promises_to(book: Book) -> list[Promise]:
    """Everything promised for one collection or project, in the order of signing: five queries."""
    key = f"ask__{book.trail_kind}"
    rows = Pledge.objects.within(book.community_id).filter(PROMISED, **{key: book})
    return _promises(book.community_id, rows)


def promises_by(community_id: int, partnership_id: int) -> list[Promise]:
    """Everything one unit promised, the newest last: five queries. The caller has made sure that
    whoever asks is of the office or speaks for the unit."""
    rows = Pledge.objects.within(community_id).filter(PROMISED, partnership_id=partnership_id)
    return _promises(community_id, rows)


def promise_of(pledge: Pledge) -> Promise | None:
    """One pledge's promise; None for a pledge without an amount."""
    rows = Pledge.objects.within(pledge.community_id).filter(amount_fen__isnull=False, pk=pledge.pk)
    return next(iter(_promises(pledge.community_id, rows)), None)


def _promises(community_id: int, rows: ScopedQuerySet[Pledge]) -> list[Promise]:
    whole = (f"ask__{name}" for name in WHOLE)
    found = list(
        rows.select_related("partnership__organisation", "person", *whole).order_by(
            "signed_at", "pk"
        )
    )
    parts = _parts(community_id, found)
    came = paid_by_pledge(community_id, (p.pk for p in found))
    return [_promise(p, came[p.pk], parts.get(p.pk, [])) for p in found]


def _parts(community_id: int, pledges: list[Pledge]) -> Mapping[int, list[Part]]:
    rows = Instalment.objects.within(community_id).filter(pledge__in=pledges)
    paid = paid_by_part(community_id, rows.values_list("pk", flat=True))
    return parts_of(community_id, pledges, paid)


def _promise(pledge: Pledge, paid_fen: int, parts: list[Part]) -> Promise:
    book = pledge.ask.project or pledge.ask.collection
    assert book is not None
    return Promise(
        pledge=pledge.pk,
        who=who_of(pledge),
        unit=pledge.partnership_id or 0,
        about=title_of(pledge.ask),
        book=book,
        amount_fen=pledge.amount_fen or 0,
        paid_fen=paid_fen,
        parts=tuple(parts),
        fulfilled=pledge.ended_as == Ended.FULFILLED,
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A part that has not come in full, with whose it is."""

    part: Part
    promise: Promise


def due_between(
    community_id: int, since: date | None, until: date, *, only: Book | None = None
) -> list[Due]:
    """Parts to come whose day lies between two days, by day: what the desk looks for. Without
    `since` also those whose day has gone by. Five queries."""
    rows = Instalment.objects.within(community_id).filter(
        due_on__lte=until, pledge__state__in=HOLDS
    )
    if since is not None:
        rows = rows.filter(due_on__gte=since)
    if only is not None:
        rows = rows.filter(**{f"pledge__ask__{only.trail_kind}": only})
    ids = set(rows.values_list("pledge_id", flat=True))
    pledges = Pledge.objects.within(community_id).filter(pk__in=ids)
    found = [
        Due(part, promise)
        for promise in _promises(community_id, pledges)
        for part in promise.parts
        if part.left_fen > 0 and part.due_on <= until and (since is None or part.due_on >= since)
    ]
    return sorted(found, key=lambda due: (due.part.due_on, due.part.pk))


def waiting_in(book: Book) -> int:
    """How many vouchers of a book nobody has checked yet."""
    rows = Voucher.objects.within(book.community_id).filter(**of_book(book))
    return rows.filter(booked_at__isnull=True, refused_at__isnull=True).count()
