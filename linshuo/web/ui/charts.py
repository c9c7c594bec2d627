"""Charts drawn on the server as one `<svg>`: ink only, told apart by weight, dash and a fill.

A chart is a picture of a table that stands behind it on the page. Numbers are the caller's own
words; only where a line runs is worked out here. All classes, no style of its own: the strict CSP
holds, and the elder view and paper are the style sheet's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE, HIGH = 360, 236
LEFT, RIGHT, TOP, FOOT = 44, 128, 14, 30
"""Room for the words around the drawing, in its own units: a phone shows them one to one."""
APART = 23
"""Least distance between two words at the ends of lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that goes up in steps."""

    words: str
    """What stands at its end: 收到 48.6万."""
    look: Literal["dotted", "heavy", "filled"]
    points: Sequence[tuple[float, int]]
    """(how far along, 0 to 1; how much by then), in order; before the first it is nothing."""


def steps(
    lines: Sequence[Line],
    *,
    title: str,
    along: Sequence[tuple[float, str]],
    say: Callable[[int], str],
    until: float = 1.0,
) -> SafeString:
    """Lines that only know steps, on one scale from nothing.

    `along` are the words under the drawing, `say` turns a height into the word beside its
    hairline, `until` is how far along today is. Nothing at all gives an empty string.
    """
    highest = max((amount for line in lines for _x, amount in line.points), default=0)
    if highest <= 0:
        return SafeString()
    top, every = scale(highest)
    hairs = format_html_join(
        "",
        '<line class="chart__hair" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="chart__scale" x="{}" y="{}">{}</text>',
        (
            (LEFT, WIDE - RIGHT, y, y, LEFT - 6, y, say(amount))
            for amount in range(0, top + 1, every)
            for y in (_y(amount, top),)
        ),
    )
    foot = format_html_join(
        "",
        '<text class="chart__along" x="{}" y="{}">{}</text>',
        ((_x(share), HIGH - FOOT + 20, words) for share, words in along),
    )
    drawn = format_html_join(
        "", "{}", ((_line(line, top, until),) for line in sorted(lines, key=_filled_first))
    )
    ends = format_html_join(
        "",
        '<text class="chart__end" x="{}" y="{}">{}</text>',
        ((_x(until) + 8, y, words) for y, words in _ends(lines, top)),
    )
    return format_html(
        '<svg class="chart__drawing" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDE,
        HIGH,
        title,
        hairs + foot + drawn + ends,
    )


def bar(parts: Sequence[int], whole: int, *, title: str) -> SafeString:
    """How far something has come: of a dotted whole, a framed part, and of that a filled one.

    `parts` are the framed and the filled amount. Nothing is drawn wider than the whole.
    """
    whole = max(whole, *parts)
    if whole <= 0:
        return SafeString()
    framed, filled = (round(300 * amount / whole, 1) for amount in parts)
    return format_html(
        '<svg class="chart__bar" viewBox="-1 -1 302 16" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><path class="chart__line chart__line--dotted" d="M0 14H300V0H0Z"/>'
        '<path class="chart__under" d="M0 14H{}V0H0Z"/>'
        '<path class="chart__line chart__line--filled" d="M0 14H{}V0H0Z"/></svg>',
        title,
        filled,
        framed,
    )


def scale(highest: int) -> tuple[int, int]:
    """The top of a scale and the distance of its hairlines, in round numbers: three or four."""
    unit = 1
    while unit * 10 < highest:
        unit *= 10
    every = next(
        unit * tenths // 10
        for tenths in (2, 5, 10, 20, 25, 50)
        if unit * tenths // 10 * 4 >= highest and unit * tenths >= 10
    )
    return every * -(-highest // every), every


def _filled_first(line: Line) -> bool:
    return line.look != "filled"


def _x(share: float) -> float:
    return round(LEFT + (WIDE - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)


def _y(amount: int, top: int) -> float:
    return round(HIGH - FOOT - (HIGH - TOP - FOOT) * max(amount, 0) / top, 1)


def _line(line: Line, top: int, until: float) -> SafeString:
    path, floor = [f"M{_x(0)} {_y(0, top)}"], _y(0, top)
    for share, amount in line.points:
        path.append(f"H{_x(share)}V{_y(amount, top)}")
    path.append(f"H{_x(until)}")
    outline = "".join(path)
    under = (
        format_html('<path class="chart__under" d="{}V{}Z"/>', outline, floor)
        if line.look == "filled"
        else SafeString()
    )
    return under + format_html(
        '<path class="chart__line chart__line--{}" d="{}"/>', line.look, outline
    )


def _ends(lines: Sequence[Line], top: int) -> list[tuple[float, str]]:
    """Where the words at the ends stand: beside their line, or as near as the next allows."""
    ends = ((_y(line.points[-1][1] if line.points else 0, top), line) for line in lines)
    wanted = sorted(ends, key=lambda end: end[0])
    found: list[tuple[float, str]] = []
    for y, line in wanted:
        found.append((max(y, found[-1][0] + APART) if found else max(y, TOP), line.words))
    over = found[-1][0] - (HIGH - FOOT) if found else 0
    if over > 0:  # pushed out at the foot: all of them move up together
        lowest: float = HIGH - FOOT
        for n in range(len(found) - 1, -1, -1):
            found[n] = (min(found[n][0], lowest), found[n][1])
            lowest = found[n][0] - APART
    return [(round(y, 1), words) for y, words in found]
