"""What a place looked like before a work and after: drawn, since nobody was there with a camera.

Each scene is a pair of pictures in ink on paper. The pages that show them say they are drawings.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw

WIDE, HIGH = 960, 720
TWICE = 2
"""Drawn twice as large and made smaller, so that slanting lines are smooth."""
PAPER, GROUND, WALL, SHADE = "#f4f1e8", "#dcd7ca", "#e6e1d4", "#b9b3a5"
INK, NIGHT, LIGHT, WATER = "#191c21", "#33373e", "#ecd9a0", "#9fb4c2"

Spot = tuple[float, float]


class Sheet:
    """A sheet of paper in units of one hundredth of its width; the ground begins at 58."""

    def __init__(self, sky: str = PAPER, ground: str = GROUND) -> None:
        self.picture = Image.new("RGB", (WIDE * TWICE, HIGH * TWICE), sky)
        self.pen = ImageDraw.Draw(self.picture)
        self.box(-1, 58, 101, 76, fill=ground)

    def _at(self, spots: Sequence[Spot]) -> list[Spot]:
        unit = WIDE * TWICE / 100
        return [(x * unit, y * unit) for x, y in spots]

    def line(self, *spots: Spot, width: float = 0.5, ink: str = INK) -> None:
        """A stroke from spot to spot."""
        thick = max(int(width * WIDE * TWICE / 100), 1)
        self.pen.line(self._at(spots), fill=ink, width=thick, joint="curve")

    def shape(self, *spots: Spot, fill: str = WALL, ink: str | None = INK) -> None:
        """A filled outline."""
        self.pen.polygon(self._at(spots), fill=fill)
        if ink:
            self.line(*spots, spots[0], ink=ink)

    def box(
        self, left: float, top: float, right: float, foot: float, *, fill: str = WALL,
        ink: str | None = INK,
    ) -> None:  # fmt: skip
        """A rectangle."""
        self.shape((left, top), (right, top), (right, foot), (left, foot), fill=fill, ink=ink)

    def ring(
        self, x: float, y: float, r: float, *, fill: str | None = None, flat: float = 1
    ) -> None:
        """A circle, or lying flat an ellipse."""
        spots = self._at([(x - r, y - r * flat), (x + r, y + r * flat)])
        self.pen.ellipse(spots, fill=fill, outline=INK, width=int(0.5 * WIDE * TWICE / 100))

    def cable(self, start: Spot, end: Spot, sag: float, *, width: float = 0.35) -> None:
        """A wire that hangs between two spots, `sag` units deep."""
        n = 24
        (x, y), (to_x, to_y) = start, end
        spots = [
            (x + (to_x - x) * k / n, y + (to_y - y) * k / n + 4 * sag * k / n * (1 - k / n))
            for k in range(n + 1)
        ]
        self.line(*spots, width=width)

    def bytes(self) -> bytes:
        """As a PNG."""
        out = io.BytesIO()
        self.picture.resize((WIDE, HIGH), Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()


# --- What stands in several scenes ----------------------------------------------------------------


def _house(
    on: Sheet, left: float, top: float, *, fill: str = WALL, lit: Sequence[int] = ()
) -> None:
    """A block of flats with windows; `lit` are the windows with a light behind them."""
    on.box(left, top, left + 30, 58, fill=fill)
    for n in range(9):
        x, y = left + 4 + n % 3 * 8, top + 4 + n // 3 * (58 - top - 6) / 3
        on.box(x, y, x + 5, y + 6, fill=LIGHT if n in lit else SHADE)


def _bike(on: Sheet, x: float, y: float = 64) -> None:
    """An electric bicycle."""
    for wheel in (x, x + 12):
        on.ring(wheel, y, 3, fill=PAPER)
    on.line((x, y), (x + 4, y - 1), (x + 8, y - 1), (x + 12, y), width=0.9)
    on.line((x + 12, y), (x + 10, y - 8), (x + 8, y - 8.5), width=0.7)
    on.shape((x, y - 5), (x + 5, y - 5), (x + 5, y - 3.6), (x, y - 3.6), fill=INK)


def _pole(on: Sheet, x: float, top: float) -> None:
    on.line((x, 62), (x, top), width=1)


# --- The scenes -----------------------------------------------------------------------------------


def _well() -> Sheet:
    on = Sheet()
    _house(on, 62, 20)
    on.line((24, 52), (24, 24), width=1)
    on.line((46, 52), (46, 24), width=1)
    on.shape((20, 25), (35, 15), (50, 25), fill=SHADE)
    on.line((24, 32), (46, 32), width=0.8)
    on.line((35, 32), (35, 44))
    on.shape((32, 44), (38, 44), (37, 50), (33, 50), fill=WATER)
    on.box(20, 52, 50, 66, fill=WALL)
    for row in range(3):
        for n in range(4):
            x = 20 + n * 7.5 + row % 2 * 3.5
            on.line((x, 52 + row * 4.7), (x, 56.7 + row * 4.7), width=0.3)
        on.line((20, 56.7 + row * 4.7), (50, 56.7 + row * 4.7), width=0.3)
    return on


def _tap() -> Sheet:
    on = Sheet(WALL, PAPER)
    on.line((16, -1), (16, 34), (30, 34), width=3.2)
    on.box(28, 28, 42, 40, fill=PAPER)
    on.ring(35, 34, 4.4, fill=PAPER)
    on.line((35, 34), (37.5, 31.6), width=0.6)
    on.line((42, 34), (66, 34), (66, 42), width=3.2)
    on.line((54, 34), (54, 27), width=1.2)
    on.line((49, 27), (59, 27), width=1.6)
    on.shape((64.4, 43), (67.6, 43), (68.4, 62), (63.6, 62), fill=WATER, ink=None)
    on.shape((50, 60), (82, 60), (78, 73), (54, 73), fill=PAPER)
    on.ring(66, 61, 12, fill=WATER, flat=0.12)
    return on


def _tangle() -> Sheet:
    on = Sheet()
    _house(on, 4, 18)
    _house(on, 66, 22)
    on.line((50, 64), (47, 8), width=1.4)
    on.line((41, 14), (54, 13), width=1)
    for n in range(7):
        on.cable((34, 22 + n * 3.2), (47.3, 12 + n % 3), 4 + n)
        on.cable((48, 12 + n % 4), (66, 26 + n * 2.6), 7 + n * 1.4)
    on.ring(49, 22, 3)
    on.ring(50, 23, 4.2)
    return on


def _meters() -> Sheet:
    on = Sheet(WALL, PAPER)
    on.line((50, -1), (50, 14), width=1.6)
    on.box(18, 14, 82, 62, fill=PAPER)
    for n in range(8):
        x, y = 23 + n % 4 * 14, 18 + n // 4 * 22
        on.box(x, y, x + 11, y + 17, fill=WALL)
        on.ring(x + 5.5, y + 6, 3.4, fill=PAPER)
        on.line((x + 5.5, y + 6), (x + 7.6 - n % 3, y + 4), width=0.5)
        on.box(x + 2.5, y + 11.5, x + 8.5, y + 14.5, fill=SHADE)
    return on


def _stairwell() -> Sheet:
    on = Sheet(WALL, SHADE)
    for n in range(6):
        on.box(56 + n * 7.4, 58 - n * 6, 101, 64 - n * 6, fill=PAPER)
    on.box(18, 6, 34, 20, fill=SHADE)
    on.line((26, 6), (26, 20))
    on.cable((26, 20), (18, 58), -7, width=0.5)
    on.cable((30, 20), (40, 58), 6, width=0.5)
    for x in (8, 26, 44):
        _bike(on, x)
    return on


def _shed() -> Sheet:
    on = Sheet()
    on.shape((4, 26), (90, 20), (96, 25), (10, 31), fill=SHADE)
    for x in (12, 50, 90):
        on.line((x, 28 if x < 80 else 25), (x, 60), width=1)
    on.line((12, 42), (90, 42), width=0.6)
    for n in range(4):
        on.box(20 + n * 18, 37, 26 + n * 18, 43, fill=PAPER)
        on.line((22 + n * 18, 39), (22 + n * 18, 41))
        on.line((24 + n * 18, 39), (24 + n * 18, 41))
        _bike(on, 17 + n * 18)
        on.cable((23 + n * 18, 43), (20 + n * 18, 59), 1.5)
    return on


def _dark() -> Sheet:
    on = Sheet(NIGHT, "#24272c")
    _house(on, 6, 20, fill="#2b2f35", lit=(4,))
    _house(on, 66, 24, fill="#2b2f35", lit=(1,))
    on.line((49, 64), (49, 20), (55, 17), width=1)
    return on


def _lamps() -> Sheet:
    on = Sheet(NIGHT, "#4a4a46")
    _house(on, 6, 20, fill="#3a3f46", lit=(1, 3, 4, 8))
    _house(on, 66, 24, fill="#3a3f46", lit=(0, 1, 5, 7))
    for x in (22, 50, 80):
        on.shape((x + 5, 20), (x + 9, 20), (x + 18, 72), (x - 4, 72), fill="#8c8365", ink=None)
    for x in (22, 50, 80):
        on.line((x, 66), (x, 18), (x + 6, 17), width=1)
        on.shape((x + 4, 17), (x + 10, 17), (x + 9, 20), (x + 5, 20), fill=LIGHT)
    return on


def _blind() -> Sheet:
    on = Sheet()
    _house(on, 8, 14)
    _house(on, 66, 14)
    on.line((52, 62), (52, 16), width=1)
    on.line((52, 18), (58, 18), width=0.8)
    on.cable((58, 18), (60, 40), -4)
    on.cable((57, 18), (56, 34), 3)
    return on


def _seeing() -> Sheet:
    on = Sheet()
    _house(on, 8, 14)
    _house(on, 66, 14)
    on.shape((43, 24), (22, 72), (50, 72), fill="#cfc9ba", ink=None)
    _pole(on, 52, 16)
    on.line((52, 18), (49, 20), width=0.8)
    on.shape((41, 22), (49, 17.5), (51, 21), (43, 25.6), fill=INK)
    on.ring(42, 24, 1.9, fill=WATER)
    on.box(50, 34, 54, 42, fill=PAPER)
    return on


def _flood() -> Sheet:
    on = Sheet()
    _house(on, 8, 14)
    _house(on, 64, 18)
    for n in range(9):
        on.line((6 + n * 11, 4 + n % 3 * 3), (4 + n * 11, 11 + n % 3 * 3), width=0.3)
    on.ring(50, 66, 42, fill=WATER, flat=0.14)
    on.ring(44, 66, 12, flat=0.12)
    for n in range(4):
        on.box(18 + n * 17, 64, 24 + n * 17, 66.5, fill=WALL)
    return on


def _drained() -> Sheet:
    on = Sheet()
    _house(on, 8, 14)
    _house(on, 64, 18)
    for n in range(9):
        on.line((6 + n * 11, 4 + n % 3 * 3), (4 + n * 11, 11 + n % 3 * 3), width=0.3)
    on.line((-1, 62), (101, 62), width=0.6)
    for x in (18, 46, 74):
        on.box(x, 64, x + 16, 69, fill=SHADE)
        for n in range(1, 6):
            on.line((x + n * 2.66, 64), (x + n * 2.66, 69), width=0.6)
    return on


SCENES: dict[str, tuple[Callable[[], Sheet], Callable[[], Sheet]]] = {
    "盐业小区通自来水、污水入网": (_well, _tap),
    "盐业小区一户一表": (_tangle, _meters),
    "嘉福花园五处充电车棚": (_stairwell, _shed),
    "小区和背街的路灯": (_dark, _lamps),
    "看得见的监控": (_blind, _seeing),
    "排水和化粪池": (_flood, _drained),
}
"""Of a work by its name: before, and after."""
DRAWN = "两张都是画的示意图。"


def before_and_after(work: str) -> dict[str, bytes]:
    """The pair of a work, as a step takes photos; nothing for a work nobody drew."""
    if work not in SCENES:
        return {}
    before, after = SCENES[work]
    return {"before": before().bytes(), "after": after().bytes()}
