"""Tables: on the screen, and in `docs/measurements.md` between two marks of a benchmark's name."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime

from bench.stage import ENGINES, ROOT

DOCUMENT = ROOT / "docs" / "measurements.md"


SIZES = {"full": (1_000_000, 200), "small": (20_000, 8)}
"""Needs and communities."""


def asked(name: str, says: str) -> argparse.Namespace:
    """What the caller of a benchmark over the big databases wants."""
    parser = argparse.ArgumentParser(prog=f"bench {name}", description=says)
    parser.add_argument("--small", action="store_const", const="small", default="full", dest="size")
    parser.add_argument("--engine", choices=ENGINES, action="append", help="default: both")
    parser.add_argument("--seconds", type=float, default=8, help="of each load (%(default)s)")
    parser.add_argument("--write", action="store_true", help="into docs/measurements.md")
    parser.add_argument("--child", choices=ENGINES, help=argparse.SUPPRESS)
    return parser.parse_args()


def measure_each(
    name: str, want: argparse.Namespace, measure: Callable[[str, str, float], dict[str, str]]
) -> None:
    """Measure on each database in a process of its own, since settings are read once; print the
    table, and write it into the document if that was asked for."""
    if want.child:
        print(json.dumps(measure(want.child, want.size, want.seconds)))
        return
    found = {}
    for engine in want.engine or list(ENGINES):
        print(f"== {engine}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"bench.{name}", "--child", engine]
        command += ["--seconds", str(want.seconds)] + ["--small"] * (want.size == "small")
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        found[engine] = json.loads(done.stdout.splitlines()[-1])  # the server may speak before
    text = _side_by_side(name, found, want)
    print(text)
    if want.write:
        write(name, text)


def _side_by_side(name: str, found: dict[str, dict[str, str]], want: argparse.Namespace) -> str:
    import django

    from bench.meter import CLIENTS, machine

    needs, communities = SIZES[want.size]
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    head = ["", *({"sqlite": "SQLite", "postgres": "PostgreSQL"}[e] for e in found)]
    rows = [[name, *(figures.get(name, "") for figures in found.values())] for name in names]
    return (
        f"{needs:,} needs in {communities} communities; {CLIENTS} clients for {want.seconds:g} s"
        f" a page; {machine()}, Django {django.__version__};"
        f" measured {datetime.now():%Y-%m-%d}"  # noqa: DTZ005
        f" by `./dev bench {name}`.\n\n{table(head, rows)}\n"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [list(head), ["---"] + ["---:"] * (len(head) - 1), *map(list, rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def write(name: str, text: str) -> None:
    """Put the text into the document, in place of what this benchmark wrote there last."""
    begin, end = f"<!-- bench {name} -->", f"<!-- end of bench {name} -->"
    document = DOCUMENT.read_text("utf-8")
    block = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not block.search(document):
        raise SystemExit(f"{DOCUMENT} has no place marked {begin} … {end}")
    DOCUMENT.write_text(block.sub(lambda _: f"{begin}\n{text.strip()}\n{end}", document), "utf-8")


def ms(value: float) -> str:
    """Milliseconds to two figures that mean something."""
    return (
        f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms" if value >= 1 else f"{value:.2f} ms"
    )
