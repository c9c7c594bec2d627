"""How many signatures a second the board takes, from eight clients that all want the same lines.

    python -m bench.claim [--seconds 8] [--clients 8] [--write]

Each client is a process of its own that signs for lines picked at random, as fast as it can,
through the act the pages use: place or queue, two moves, the trail. What counts is how many were
accepted a second, the longest anybody waited, and that no line ended with more names than places.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import report
from bench.stage import ENGINES, _disconnect, _migrate, _settings
from tests.postgres import temporary_postgres

LINES, PLACES, MEMBERS = 400, 25, 400


@contextlib.contextmanager
def _database(engine: str) -> Iterator[str]:
    """An empty database of the engine, durable, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="linshuo-bench-") as home:
        if engine == "sqlite":
            yield f"sqlite:///{home}/claim.sqlite3"
        else:
            with temporary_postgres(careful=True) as url:
                yield url


def _fill() -> tuple[list[int], list[int]]:
    """A community, an open public matter, its lines, and members who may sign."""
    from linshuo.domain.board.actions import put_up
    from linshuo.domain.people.actions import know_person
    from linshuo.domain.people.staffing import appoint
    from linshuo.kit.can import Role
    from tests.cast import make_cast
    from tests.test_board import open_need

    cast = make_cast()
    need = open_need(cast)
    lines = [
        put_up(need, by=cast.zhang, kind="claim", text=f"第 {n} 行", slots=PLACES).pk
        for n in range(LINES)
    ]
    members = []
    for n in range(MEMBERS):
        person = know_person(name=f"热心人{n}", phone=f"137{n:08d}", by=cast.house)
        appoint(person, Role.MEMBER, place=cast.root, by=cast.house)
        members.append(person.pk)
    return lines, members


def _client(seed: int, seconds: float, lines: list[int], members: list[int]) -> None:
    """Sign until the time is up, and print what happened."""
    from linshuo.acts.signing import sign
    from linshuo.domain.people.models import Person
    from linshuo.domain.people.queries import actor_of

    picked = random.Random(seed)
    mine = members[seed * 50 : seed * 50 + 50] or members
    actors = [actor_of(p) for p in Person.objects.everywhere().filter(pk__in=mine)]
    accepted, waiting, waits = 0, 0, []
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        pledge = sign(picked.choice(lines), by=picked.choice(actors))
        waits.append(time.perf_counter() - begun)
        accepted += pledge.state == "accepted"
        waiting += pledge.state == "waiting"
    waits.sort()
    told = {"accepted": accepted, "waiting": waiting, "longest": waits[-1]}
    sys.stdout.write(json.dumps({**told, "p95": waits[int(len(waits) * 0.95)]}) + "\n")


def _oversubscribed() -> int:
    """Lines with more names than places, counted from the rows."""
    from django.db.models import Sum

    from linshuo.domain.board.models import Ask
    from linshuo.domain.pledges.lifecycle import HOLDING
    from linshuo.domain.pledges.models import Pledge

    held = dict(
        Pledge.objects.everywhere()
        .filter(state__in=HOLDING)
        .values_list("ask_id")
        .annotate(n=Sum("slots"))
    )
    asks = Ask.objects.everywhere().values_list("pk", "slots", "taken")
    return sum(held.get(pk, 0) != taken or taken > slots for pk, slots, taken in asks)


def measure(engine: str, clients: int, seconds: float) -> list[str]:
    """One engine's row of the table."""
    from linshuo.domain.pledges.models import Pledge

    lines, members = _fill()
    given = json.dumps({"lines": lines, "members": members})
    command = [sys.executable, "-m", "bench.claim", "--seconds", str(seconds), "--child"]
    running = [
        subprocess.Popen(
            [*command, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(clients)
    ]
    told = [json.loads(process.communicate(given)[0].splitlines()[-1]) for process in running]
    accepted = sum(t["accepted"] for t in told)
    kept = Pledge.objects.everywhere().filter(state="accepted").count()
    return [
        engine,
        f"{kept / seconds:.0f}",
        f"{accepted + sum(t['waiting'] for t in told)}",
        report.ms(1000 * max(t["p95"] for t in told)),
        report.ms(1000 * max(t["longest"] for t in told)),
        str(_oversubscribed()),
    ]


def main() -> int:
    """Measure both engines and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--child", type=int)
    asked = parser.parse_args()
    if asked.child is not None:
        import django

        django.setup()
        given = json.loads(sys.stdin.read())
        _client(asked.child, asked.seconds, given["lines"], given["members"])
        return 0
    if asked.engine is None:
        return _both(asked)
    with _database(asked.engine) as url, tempfile.TemporaryDirectory() as data:
        _settings(url, Path(data))
        _migrate()
        row = measure(asked.engine, asked.clients, asked.seconds)
        _disconnect()
    sys.stdout.write(json.dumps(row) + "\n")
    return 0


def _both(asked: argparse.Namespace) -> int:
    head = ["", "accepted a second", "presses", "p95", "longest wait", "lines oversubscribed"]
    rows = []
    for engine in ENGINES:
        command = [sys.executable, "-m", "bench.claim", "--engine", engine]
        command += ["--seconds", str(asked.seconds), "--clients", str(asked.clients)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
    text = report.table(head, rows)
    sys.stdout.write(f"{asked.clients} clients, {asked.seconds:g} s each\n\n{text}\n")
    if asked.write:
        report.write("claim", f"{asked.clients} clients, {asked.seconds:g} s.\n\n{text}")
    return 1 if any(row[-1] != "0" for row in rows) else 0


if __name__ == "__main__":
    raise SystemExit(main())
