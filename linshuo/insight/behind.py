"""The rows behind a figure, as far as the viewer may see them.

A figure counts what there is; a list shows what one may see. Where the two differ, the page says
by how many, so that neither is mistaken for the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linshuo.insight.cuts import Cut, Part, cuts_of, get_cut, parts
from linshuo.insight.figures import Figure, end_of
from linshuo.insight.figures.reading import in_order
from linshuo.insight.rows import KINDS, Row
from linshuo.insight.saved import find_figure, saved_figures
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
    period: bool = False
    """Whether it is of a time, not of a moment."""
    broken: str = ""
    """Why it can no longer be counted."""


@dataclass(frozen=True, slots=True)
class Behind:
    """One figure with the rows behind it. `hidden`: counted, but not the viewer's to see."""

    figure: Told
    rows: list[Row]
    hidden: int
    after: str
    cuts: tuple[Cut, ...] = ()
    cut: Cut | None = None
    parts: list[Part] = field(default_factory=list)
    part: Part | None = None


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


def since_of(day: date | None, until: date) -> datetime | None:
    """The moment just before a day begins: what happens on it is in the period.

    Raises `Refused` for a day after the last one of the period.
    """
    if day is None or day < FIRST_DAY:
        return None
    if day > until:
        raise Refused("since", _("开头的一天在末一天后面了。"), "since")
    return clock.start_of(day) - timedelta(microseconds=1)


def all_figures(viewer: Actor, at: datetime, since: datetime | None = None) -> list[Told]:
    """Every figure at a moment, or of the time up to it: one query each."""
    here = viewer.community_id
    return [_told(f, f.value(here, at, since)) for f in in_order()]


def saved_here(viewer: Actor) -> list[Told]:
    """The figures saved from lists, as of now; one that cannot be counted says why."""
    found = []
    for figure in saved_figures(viewer.community_id):
        try:
            found.append(_told(figure, figure.value(viewer.community_id, clock.now())))
        except Refused as refused:
            found.append(_told(figure, 0, broken=str(refused.sentence)))
    return found


def _told(figure: Figure, value: int, count: int | None = None, broken: str = "") -> Told:
    return Told(
        key=figure.key,
        name=str(figure.name),
        unit=str(figure.unit),
        counts=str(figure.counts),
        leaves_out=str(figure.leaves_out),
        value=value,
        said=figure.words(value),
        count=count if figure.measure else None,
        period=figure.period,
        broken=broken,
    )


def known(viewer: Actor, key: str) -> Figure:
    """A figure by its key. Raises `NotYours` when there is no such figure."""
    try:
        return find_figure(viewer.community_id, key)
    except Refused as refused:
        raise NotYours("figure", refused.sentence) from None


def behind(
    viewer: Actor,
    key: str,
    at: datetime,
    *,
    since: datetime | None = None,
    by: str = "",
    part: str = "",
    after: str = "",
) -> Behind:
    """A figure and some of the rows behind it, the newest first, by keyset.

    `by` tells it apart, `part` shows one part alone; what makes no sense does nothing. `after` is
    the mark of the page before; one that makes no sense begins at the top. Raises `NotYours` when
    there is no such figure, `Refused("filter")` when a saved one can no longer be counted.
    """
    figure = known(viewer, key)
    here = viewer.community_id
    cut = get_cut(figure, by)
    told = parts(figure, cut, here, at, since) if cut else []
    chosen = next((p for p in told if p.key == part), None)
    rows = _narrowed(figure, here, at, since, by, part if chosen else "")
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
    return Behind(
        _told(figure, value, count), drawn, hidden, more, cuts_of(figure), cut, told, chosen
    )


def _narrowed(
    figure: Figure, here: int, at: datetime, since: datetime | None, by: str, part: str
) -> QuerySet[Any, Any]:
    """The rows of a figure, or of one part of it."""
    rows = figure.rows(here, at, since)
    cut = get_cut(figure, by) if part else None
    where = cut.where(here, rows, part) if cut else None
    return rows if where is None else rows.filter(where)


MOST_OUT = 20_000
"""Rows in one workbook; the newest."""


def seen_rows(
    viewer: Actor,
    key: str,
    at: datetime,
    *,
    since: datetime | None = None,
    by: str = "",
    part: str = "",
) -> tuple[list[Row], int]:
    """The rows behind a figure, or behind one part of it, that the viewer may see, and how many
    there are that they may not."""
    figure = known(viewer, key)
    rows = _narrowed(figure, viewer.community_id, at, since, by, part)
    kind = KINDS[figure.kind]
    seen = rows.filter(kind.scope(viewer))
    drawn = kind.draw(seen.order_by("-pk"))[:MOST_OUT]
    return [kind.row(r) for r in drawn], rows.count() - seen.count()
