"""Tables: on the screen, and in `docs/measurements.md` between two marks of a benchmark's name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.stage import ROOT

DOCUMENT = ROOT / "docs" / "measurements.md"


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
