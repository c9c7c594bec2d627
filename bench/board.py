"""The public board over a million needs in 200 communities, on both databases.

    ./dev bench board            fill (some ten minutes, once) and measure
    ./dev bench board --small    20,000 needs in 8 communities: to see that it runs
    ./dev bench board --write    put the figures into docs/measurements.md

Sixteen strangers ask over HTTP, without pauses. *Hot*: everybody asks for the same communities'
boards, as on the evening after the article. *Cold*: a community, a filter and a place in the list
picked at random each time, so that no page was drawn before. Each is told as a share of
what the same server's constant page answers in the same minute.
"""

from __future__ import annotations

import random
import sys
from datetime import datetime, timedelta
from typing import Any
from urllib.request import urlopen

from bench import report
from bench.ledger import CONSTANT, PORT, _load, _queries, _spread
from bench.meter import CLIENTS, HOST, Hand, memory, server, timed
from bench.stage import stage

HOT = 6
"""Communities that everybody asks for."""


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
    loads = {
        "hot": lambda: _load(hot, strangers, seconds),
        "hot, nothing changed (304)": lambda: _load(hot, strangers, seconds, again=True),
        "cold": lambda: _load(_random_pages(prefixes), strangers, seconds),
    }
    with server(PORT) as pid:
        figures |= _first_looks(prefixes[CLIENTS:], hot)
        for name, asked in loads.items():
            first = _load([CONSTANT], strangers, seconds / 2)
            many = asked()
            again = _load([CONSTANT], strangers, seconds / 2)
            base = (first.rate + again.rate) / 2
            figures[f"constant page beside {name}"] = (
                f"{base:.0f} a second, p95 {report.ms(max(first.p95, again.p95))}"
            )
            figures[name] = (
                f"{many.rate / base:.3f} of constant, {many.rate:.0f} a second,"
                f" p95 {report.ms(many.p95)}, {many.bytes / 1000:.0f} kB"
            )
            say(f"  {name}: {figures[name]}")
        one = _load(_random_pages(prefixes, seed=8), strangers[:1], seconds / 2)
        figures["cold, one client"] = f"{report.ms(one.p50)} (p95 {report.ms(one.p95)})"
        figures["memory of a worker"] = f"{max(memory(pid)):.0f} MB"
    return figures


def _first_looks(prefixes: list[str], seen: list[str]) -> dict[str, str]:
    """Boards of communities that this server was never asked about: nothing of them is kept."""
    for turn in range(40):  # each process has read its templates
        _get(f"{seen[0]}?n={turn}")
    looks = timed([lambda p=p: _get(f"/c/{p}/board/") for p in prefixes])
    return {"a community's first page, one client": _spread(looks)}


def _get(path: str) -> None:
    with urlopen(f"http://{HOST}:{PORT}{path}", timeout=60) as answer:
        answer.read()


def _random_pages(prefixes: list[str], seed: int = 7, count: int = 20_000) -> list[str]:
    """Addresses of which next to none comes twice: any community, kind, skill, and depth."""
    chance = random.Random(seed)
    now = datetime.now().astimezone()
    found = []
    for _n in range(count):
        mark = (now - timedelta(seconds=chance.randint(0, 30 * 86400))).timestamp()
        parts = [f"after={mark:.6f}_1"] if chance.random() < 0.5 else []
        parts += [f"kind={chance.choice(('claim', 'donate', 'manage', 'adopt'))}"] * (
            chance.random() < 0.4
        )
        parts += [f"skill={chance.choice(('teach', 'care', 'green'))}"] * (chance.random() < 0.2)
        parts.append(f"n={chance.randint(0, 10**9)}")
        found.append(f"/c/{chance.choice(prefixes)}/board/?{'&'.join(parts)}")
    return found


if __name__ == "__main__":
    main()
