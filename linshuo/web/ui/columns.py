"""A chart of pairs, month by month, drawn on the server as one `<svg>`: an outline for what came
in, filled for what was settled. The numbers stand above, and the table behind it is the page's.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE, HIGH = 300, 120
TOP, FOOT = 16, 20
BAR = 15


def columns(rows: Sequence[tuple[str, int, int]], *, title: str) -> SafeString:
    """(words, what came in, what was settled) a month. Nothing at all gives an empty string."""
    most = max((max(first, second) for _words, first, second in rows), default=0)
    if most <= 0:
        return SafeString()
    step = WIDE / len(rows)
    drawn = format_html_join(
        "",
        "{}",
        (
            (_pair(round(step * n + step / 2), words, first, second, most),)
            for n, (words, first, second) in enumerate(rows)
        ),
    )
    return format_html(
        '<svg class="chart__drawing chart__columns" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line class="chart__hair" x1="0" x2="{}" y1="{}" y2="{}"/>{}</svg>',
        WIDE,
        HIGH,
        title,
        WIDE,
        HIGH - FOOT,
        HIGH - FOOT,
        drawn,
    )


def _pair(x: int, words: str, first: int, second: int, most: int) -> SafeString:
    return format_html(
        '{}{}<text class="chart__along" x="{}" y="{}">{}</text>',
        _bar(x - BAR - 1, first, most, "chart__bar-in"),
        _bar(x + 1, second, most, "chart__bar-done"),
        x,
        HIGH - FOOT + 12,
        words,
    )


def _bar(x: int, amount: int, most: int, look: str) -> SafeString:
    high = round((HIGH - TOP - FOOT) * amount / most)
    y = HIGH - FOOT - high
    number = format_html(
        '<text class="chart__along" x="{}" y="{}">{}</text>', x + BAR / 2, y - 8, amount
    )
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>{}',
        look,
        x,
        y,
        BAR,
        high,
        number if amount else "",
    )
