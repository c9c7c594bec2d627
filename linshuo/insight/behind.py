"""The rows behind a figure, as far as the viewer may see them.

A figure counts what there is; a list shows what one may see. Where the two differ, the page says
by how many, so that neither is mistaken for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from linshuo.insight.figures import FIGURES, Figure, end_of, get_figure
from linshuo.insight.rows import KINDS, Row
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused

PAGE = 50
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure at a moment, for a list of figures."""

    key: str
    name: str
    unit: str
    counts: str
    leaves_out: str
    value: int
    said: str
    """The value as it is said: 1,480, ¥59,100.00."""
    count: int | None = None
    """Of how many rows, where the value does not count them."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One figure with the rows behind it. `hidden`: counted, but not the viewer's to see."""

    figure: Told
    rows: list[Row]
    hidden: int
    after: str


def moment_of(day: date | None) -> datetime:
    """The last moment of a day, the present one for today and when no day is given.

    Raises `Refused` for a day that has not come, or before anything was written down.
    """
    if day is None:
        return clock.now()
    if day > clock.today():
        raise Refused("future", _("这一天还没到。"), "as_of")
    if day < FIRST_DAY:
        raise Refused("past", _("最早看到 %s。") % wording.day(FIRST_DAY), "as_of")
    return min(end_of(day), clock.now())


def all_figures(viewer: Actor, at: datetime, since: datetime | None = None) -> list[Told]:
    """Every figure at a moment, or of the time up to it: one query each."""
    here = viewer.community_id
    return [_told(f, f.value(here, at, since)) for f in FIGURES.values()]


def _told(figure: Figure, value: int, count: int | None = None) -> Told:
    return Told(
        key=figure.key,
        name=str(figure.name),
        unit=str(figure.unit),
        counts=str(figure.counts),
        leaves_out=str(figure.leaves_out),
        value=value,
        said=figure.words(value),
        count=count if figure.measure else None,
    )


def behind(
    viewer: Actor, key: str, at: datetime, *, since: datetime | None = None, after: str = ""
) -> Behind:
    """A figure and some of the rows behind it, the newest first, by keyset.

    `after` is the mark of the page before; one that makes no sense begins at the top. Raises
    `NotYours` when there is no such figure.
    """
    try:
        figure = get_figure(key)
    except Refused as refused:
        raise NotYours("figure", refused.sentence) from None
    rows = figure.rows(viewer.community_id, at, since)
    kind = KINDS[figure.kind]
    count = rows.count()
    value = figure.value_of(rows) if figure.measure else count
    seen = rows.filter(kind.scope(viewer))
    hidden = count - seen.count()
    if after.isdecimal() and len(after) < 19:
        seen = seen.filter(pk__lt=int(after))
    shown = list(kind.draw(seen.order_by("-pk"))[: PAGE + 1])
    more = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    drawn = [kind.row(r) for r in shown[:PAGE]]
    return Behind(_told(figure, value, count), drawn, hidden, more)
