"""A query that names no community does not run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count

from linshuo.domain.trail.models import Counter
from linshuo.domain.trail.scoping import Unscoped
from linshuo.kit.actor import Actor

HERE, THERE = 1, 2


@pytest.fixture(autouse=True)
def _rows(db: None) -> None:
    for community_id in (HERE, THERE):
        for key in ("a", "b"):
            Counter.objects.create(community_id=community_id, key=key, n=community_id)


async def _walk(rows: Any) -> list[Any]:
    return [row async for row in rows.aiterator()]


RUNS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "len": len,
    "bool": bool,
    "index": lambda q: q[0],
    "slice": lambda q: list(q[:1]),
    "in": lambda q: Counter() in q,
    "count": lambda q: q.count(),
    "exists": lambda q: q.exists(),
    "first": lambda q: q.first(),
    "last": lambda q: q.last(),
    "get": lambda q: q.get(pk=1),
    "latest": lambda q: q.latest("n"),
    "earliest": lambda q: q.earliest("n"),
    "in_bulk": lambda q: q.in_bulk([1]),
    "iterator": lambda q: list(q.iterator(chunk_size=10)),
    "aiterator": lambda q: asyncio.run(_walk(q)),
    "values": lambda q: list(q.values("n")),
    "values_list": lambda q: list(q.values_list("n", flat=True)),
    "distinct": lambda q: list(q.distinct()),
    "filter": lambda q: list(q.filter(n=1)),
    "exclude": lambda q: list(q.exclude(n=1)),
    "order_by": lambda q: list(q.order_by("n")),
    "annotate": lambda q: list(q.values("n").annotate(c=Count("pk"))),
    "select_for_update": lambda q: list(q.select_for_update()),
    "only": lambda q: list(q.only("n")),
    "aggregate": lambda q: q.aggregate(Count("pk")),
    "contains": lambda q: q.contains(Counter(pk=1)),
    "update": lambda q: q.update(n=9),
    "delete": lambda q: q.delete(),
    "bulk_update": lambda q: q.bulk_update([Counter(pk=1, n=9)], ["n"]),
    "get_or_create": lambda q: q.get_or_create(key="a"),
    "update_or_create": lambda q: q.update_or_create(key="a"),
    "create": lambda q: q.create(key="c"),
    "raw": lambda q: list(q.raw("SELECT * FROM trail_counter")),
    "union": lambda q: list(q.union(q)),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_unscoped_it_does_not_run(run: Callable[[Any], Any]) -> None:
    with pytest.raises(Unscoped), transaction.atomic():
        run(Counter.objects.all())
    assert sorted(Counter.objects.everywhere().values_list("n", flat=True)) == [1, 1, 2, 2]


@pytest.mark.parametrize("via", ["within", "of"])
def test_scoped_it_gives_the_rows_of_one_community(via: str) -> None:
    rows = (
        Counter.objects.within(HERE) if via == "within" else Counter.objects.of(Actor.house(HERE))
    )
    assert {row.community_id for row in rows} == {HERE}
    assert rows.count() == 2 and rows.exists()


@pytest.mark.parametrize(
    "narrow",
    [
        lambda q: q.filter(key="a"),
        lambda q: q.exclude(key="b"),
        lambda q: q.order_by("-n"),
        lambda q: q.filter(n__gte=0).distinct(),
        lambda q: q.all(),
        lambda q: q.select_for_update(),
        lambda q: q & Counter.objects.all(),
        lambda q: q | Counter.objects.within(HERE),
    ],
)
def test_whatever_is_asked_next_the_scope_stays(narrow: Callable[[Any], Any]) -> None:
    assert {row.community_id for row in narrow(Counter.objects.within(HERE))} == {HERE}


def test_a_second_scope_does_not_widen_the_first() -> None:
    assert list(Counter.objects.within(HERE).within(THERE)) == []


@pytest.mark.parametrize(
    "join",
    [
        lambda q: q | Counter.objects.all(),
        lambda q: Counter.objects.all() | q,
        lambda q: q ^ Counter.objects.all(),
        lambda q: q.union(Counter.objects.all()),
        lambda q: Counter.objects.all().union(q),
    ],
)
def test_joining_an_unscoped_side_lets_nothing_in(join: Callable[[Any], Any]) -> None:
    with pytest.raises(Unscoped):
        list(join(Counter.objects.within(HERE)))


def test_a_change_within_a_community_touches_no_other() -> None:
    assert Counter.objects.within(HERE).update(n=7) == 2
    Counter.objects.within(HERE).filter(key="a").delete()
    assert list(Counter.objects.within(THERE).values_list("n", flat=True)) == [2, 2]


def test_the_houses_own_upkeep_sees_everything() -> None:
    assert Counter.objects.everywhere().count() == 4


def test_a_new_row_names_its_community_or_is_made_within_one() -> None:
    Counter.objects.create(community_id=HERE, key="c")
    Counter.objects.within(HERE).get_or_create(community_id=HERE, key="d")
    assert Counter.objects.within(HERE).count() == 4
