"""Several communities side by side, with what is stuck, over 200,000 needs in 20 communities.

    ./dev bench beside           fill (some minutes, once) and measure, on both databases
    ./dev bench beside --small   4,000 needs: to see that it runs
    ./dev bench beside --write   put the figures into docs/measurements.md

The page is measured below the web: everything that it asks the database and works out. However many
communities, the queries are the same; what 20 cost is told as a multiple of what 2 cost.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any

from bench import report
from bench.filler import fill
from bench.stage import ENGINES, stage

SIZES = {"full": (200_000, 20), "small": (4_000, 20)}
FEW = 2
TIMES = 7
BATCH = 5_000


def main() -> None:
    """Measure on each database, in a process of its own: settings are read once."""
    want = report.asked("beside", (__doc__ or "").splitlines()[0])
    if want.child:
        print(json.dumps(measure(want.child, want.size)))
        return
    found = {}
    for engine in want.engine or list(ENGINES):
        command = [sys.executable, "-m", "bench.beside", "--child", engine]
        command += ["--small"] * (want.size == "small")
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found[engine] = json.loads(done.stdout.splitlines()[-1])
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    rows = [[name, *(figures.get(name, "") for figures in found.values())] for name in names]
    needs, communities = SIZES[want.size]
    text = f"{needs:,} needs in {communities} communities.\n\n" + report.table(["", *found], rows)
    print(text)
    if want.write:
        report.write("beside", text)


def measure(engine: str, size: str) -> dict[str, str]:
    """Every figure by its name, formatted."""

    def lay() -> None:
        fill(*SIZES[size], lambda said: print(said, file=sys.stderr, flush=True))
        _events()

    with stage(engine, f"beside-{size}", lay):
        from linshuo.domain.places.models import Community
        from linshuo.insight.beside import Here
        from linshuo.kit.actor import Actor

        rows = Community.objects.filter(prefix__startswith="B").order_by("prefix")
        places = [Here(row, Actor.house(row.pk)) for row in rows]
        figures: dict[str, str] = {}
        for name, days in (("a month", 30), ("a year", 365)):
            few, many = _page(places[:FEW], days), _page(places, days)
            figures[f"queries, {FEW} and {len(places)} communities"] = f"{few[1]} and {many[1]}"
            figures[f"{name}, {len(places)} communities"] = report.ms(many[0] * 1000)
            figures[f"{name}, {FEW} communities"] = report.ms(few[0] * 1000)
            figures[f"{name}: {len(places)} as a multiple of {FEW}"] = f"{many[0] / few[0]:.1f}"
        return figures


def _page(places: list[Any], days: int) -> tuple[float, int]:
    """Seconds (the middle one of some) and queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from linshuo.domain.needs.models import Need
    from linshuo.insight.beside import answered, side_by_side, stuck

    last = Need.objects.everywhere().order_by("-reported_at").first()
    assert last is not None
    now: datetime = last.reported_at

    def once() -> None:
        side_by_side(places, now - timedelta(days=days), now)
        stuck(places, now)
        answered(places, now)

    with CaptureQueriesContext(connection) as caught:
        once()
    return median(_timed(once) for _time in range(TIMES)), len(caught)


def _timed(do: Callable[[], None]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def _events() -> None:
    """The trail's part that the page reads: when each need was reported, finished and closed."""
    from linshuo.domain.trail.models import Event

    made = _moves()
    while batch := list(islice(made, BATCH)):
        Event.objects.everywhere().bulk_create(batch)


def _moves() -> Iterator[Any]:
    from linshuo.domain.needs.models import Need
    from linshuo.domain.trail.models import Event

    columns = ("pk", "community_id", "reported_at", "accepted_at", "finished_at", "closed_at")
    rows = Need.objects.everywhere().order_by("pk").values_list(*columns)
    for pk, here, *times in rows.iterator(chunk_size=BATCH):
        for verb, at in zip(("report", "accept", "finish", "confirm"), times, strict=True):
            if at is not None:
                yield Event(
                    community_id=here,
                    at=at,
                    recorded_at=at,
                    verb=f"need:{verb}",
                    subject_kind="need",
                    subject_id=pk,
                    row_kind="need",
                    row_id=pk,
                )


if __name__ == "__main__":
    main()
