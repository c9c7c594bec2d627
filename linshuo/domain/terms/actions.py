"""Every write of the index: always in the transaction of the rows it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.db import connection, transaction

from linshuo.domain.terms import engine
from linshuo.domain.terms.models import Entry
from linshuo.domain.terms.words import Kind, Scope, entry_id

T = TypeVar("T")

BATCH = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A row that is to be found: its text, and who may find it."""

    kind: str
    ref_id: int
    community_id: int
    text: str
    audiences: tuple[str, ...]


def index(
    kind: str, ref_id: int, *, community_id: int, text: str, audiences: Iterable[str]
) -> None:
    """Make a row be found by its text as it is now, by these audiences and by no other words.

    Must run inside the transaction that changed the row.
    """
    index_many([Row(kind, ref_id, community_id, text, tuple(audiences))])


def index_many(rows: Iterable[Row]) -> int:
    """`index` for many rows at once, and how many they were. Of a row given twice, the last."""
    _must_be_in_transaction()
    count = 0
    for batch in _batches(rows):
        entries = {entry.id: entry for entry in map(_entry, batch)}
        count += len(batch)
        _put(list(entries.values()))
    return count


def forget(kind: str, ref_id: int, *, community_id: int) -> None:
    """Make a row be found no more. Forgetting what was never indexed is fine."""
    _must_be_in_transaction()
    mine = Entry.objects.within(community_id).filter(pk=entry_id(kind, ref_id))
    engine.tell(list(mine) if engine.is_sqlite() else (), ())
    mine.delete()


@transaction.atomic
def rebuild(rows: Iterable[Row], *, community_id: int) -> int:
    """Make the index of one community again from its rows, and how many they were.

    `rows` are all of them; what is not among them is found no more.
    """
    mine = Entry.objects.within(community_id)
    if engine.is_sqlite():
        for batch in _batches(mine.iterator(chunk_size=BATCH)):
            engine.tell(batch, ())
    mine.delete()
    return index_many(_checked(rows, community_id))


@transaction.atomic
def renew_engine() -> None:
    """Make the database's own index again from the entries, for all communities.

    Needed after rows came into the table by another way than this module (a restore row by row).
    """
    engine.renew()


def _checked(rows: Iterable[Row], community_id: int) -> Iterator[Row]:
    for row in rows:
        if row.community_id != community_id:
            raise ValueError(f"{row.kind} {row.ref_id} is of community {row.community_id}")
        yield row


def _put(entries: list[Entry]) -> None:
    if engine.is_sqlite():
        ids = [entry.id for entry in entries]
        old = {e.id: e for e in Entry.objects.everywhere().filter(pk__in=ids)}
        entries = [e for e in entries if e.id not in old or old[e.id].terms != e.terms]
        engine.tell([old[e.id] for e in entries if e.id in old], ())
    Entry.objects.everywhere().bulk_create(
        entries,
        update_conflicts=True,
        unique_fields=["community_id", "kind", "ref_id"],
        update_fields=["terms"],
    )
    engine.tell((), entries)


def _entry(row: Row) -> Entry:
    kind = Kind(row.kind)
    return Entry(
        id=entry_id(kind, row.ref_id),
        community_id=row.community_id,
        kind=kind.value,
        ref_id=row.ref_id,
        terms=Scope(row.community_id, kind).spell(row.text, row.audiences),
    )


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch


def _must_be_in_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("the index is written in the transaction of its row")
