"""The public board over a million needs in 200 communities, on both databases.

    ./dev bench board            fill (some ten minutes, once) and measure
    ./dev bench board --small    20,000 needs in 8 communities: to see that it runs
    ./dev bench board --write    put the figures into docs/measurements.md

Sixteen strangers ask over HTTP, without pauses. *Hot*: everybody asks for the same communities'
boards, as on the evening after the article. *Cold*: a community, a filter and a place in the list
picked at random each time, so that no page was drawn before. Each is told as a share of
what the same server's constant page answers, the two by turns.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from statistics import mean, median
from typing import Any
from urllib.request import urlopen

from bench import report
from bench.ledger import CONSTANT, PORT, _load, _queries, _spread
from bench.meter import CLIENTS, HOST, Hand, memory, server, timed
from bench.stage import stage

HOT = 6
"""Communities that everybody asks for."""
ROUNDS = 4
EACH = 4000
"""Addresses for one load: more than it gets through."""


def main() -> None:
    """Measure on each database."""
    report.measure_each("board", report.asked("board", __doc__.splitlines()[0]), measure)


def measure(engine: str, size: str, seconds: float) -> dict[str, str]:
    """Every figure by its name, formatted."""
    from bench.board_filler import lay
    from bench.filler import fill

    def say(what: str) -> None:
        print(what, file=sys.stderr, flush=True)

    name = f"ledger-{size}"
    with stage(engine, name, lambda: fill(*report.SIZES[size], say)):
        lay(name, engine)
        figures = _size()
        figures |= _pages(seconds, say)
        return figures


def _size() -> dict[str, str]:
    from linshuo.domain.board.models import Ask
    from linshuo.domain.pledges.models import Pledge

    asks = Ask.objects.everywhere()
    return {
        "lines that take names": f"{asks.filter(closed_at__isnull=True).count():,}",
        "lines taken down": f"{asks.filter(closed_at__isnull=False).count():,}",
        "signatures": f"{Pledge.objects.everywhere().count():,}",
    }


def _pages(seconds: float, say: Any) -> dict[str, str]:
    from django.core.management import call_command

    from linshuo.domain.places.models import Community

    call_command("collectstatic", interactive=False, verbosity=0)
    prefixes = list(
        Community.objects.filter(prefix__startswith="B")
        .order_by("prefix")
        .values_list("prefix", flat=True)
    )
    strangers: list[Hand] = [("", prefix) for prefix in prefixes[:CLIENTS]]
    hot = [f"/c/{prefix}/board/" for prefix in prefixes[:HOT]]
    figures = {name: _queries(hot[0], ("x=y", "")) for name in ("queries, drawn", "queries, kept")}
    cold = _random_pages(prefixes)
    pages = {
        "hot": (lambda: hot, False),
        "hot, nothing changed (304)": (lambda: hot, True),
        "cold": (lambda: list(islice(cold, EACH)), False),
    }
    with server(PORT) as pid:
        figures |= _first_looks(prefixes[CLIENTS:], hot)
        for name, (paths, again) in pages.items():
            figures |= _beside(name, paths, strangers, seconds, again)
            say(f"  {name}: {figures[name]}")
        one = _load(list(islice(cold, EACH)), strangers[:1], seconds / 2)
        figures["cold, one client"] = f"{report.ms(one.p50)} (p95 {report.ms(one.p95)})"
        figures["memory of a worker"] = f"{max(memory(pid)):.0f} MB"
    return figures


def _beside(
    name: str, paths: Callable[[], list[str]], hands: list[Hand], seconds: float, again: bool
) -> dict[str, str]:
    """A page and the constant page, by turns, so that whatever else the machine does meets both."""
    base, many, turn = [], [], max(1.0, seconds / ROUNDS)
    for _round in range(ROUNDS):
        base.append(_load([CONSTANT], hands, turn / 2))
        many.append(_load(paths(), hands, turn, again))
        base.append(_load([CONSTANT], hands, turn / 2))
    constant, rate = mean(load.rate for load in base), mean(load.rate for load in many)
    return {
        f"constant page beside {name}": f"{constant:.0f} a second,"
        f" p95 {report.ms(median(load.p95 for load in base))}",
        name: f"{rate / constant:.3f} of constant, {rate:.0f} a second,"
        f" p95 {report.ms(median(load.p95 for load in many))}, {many[-1].bytes / 1000:.0f} kB",
    }


def _first_looks(prefixes: list[str], seen: list[str]) -> dict[str, str]:
    """Boards of communities that this server was never asked about: nothing of them is kept."""
    for turn in range(40):  # each process has read its templates
        _get(f"{seen[0]}?n={turn}")
    looks = timed([lambda p=p: _get(f"/c/{p}/board/") for p in prefixes])
    return {"a community's first page, one client": _spread(looks)}


def _get(path: str) -> None:
    with urlopen(f"http://{HOST}:{PORT}{path}", timeout=60) as answer:
        answer.read()


def _random_pages(prefixes: list[str]) -> Iterator[str]:
    """Addresses of which next to none comes twice: any community, kind, skill, and depth."""
    chance = random.Random(7)
    now = datetime.now().astimezone()
    while True:
        mark = (now - timedelta(seconds=chance.randint(0, 30 * 86400))).timestamp()
        parts = [f"after={mark:.6f}_1"] if chance.random() < 0.5 else []
        parts += [f"kind={chance.choice(('claim', 'donate', 'manage', 'adopt'))}"] * (
            chance.random() < 0.4
        )
        parts += [f"skill={chance.choice(('teach', 'care', 'green'))}"] * (chance.random() < 0.2)
        parts.append(f"n={chance.randint(0, 10**9)}")
        yield f"/c/{chance.choice(prefixes)}/board/?{'&'.join(parts)}"


if __name__ == "__main__":
    main()
