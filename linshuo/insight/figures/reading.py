"""What a figure is: a key, a written definition, a value, and the rows behind it.

A figure finds rows; its value is how many there are or, where it has a measure, what they add up
to. So the number and the list behind it cannot disagree. The past is read from the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate

from django.db.models import F, Field, OuterRef, QuerySet, Subquery, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.refused import Refused

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Find = Callable[[int, datetime], "QuerySet[Any, Any]"]
"""The rows of a community as of a moment."""
FindIn = Callable[[int, "datetime | None", datetime], "QuerySet[Any, Any]"]
"""The rows of a community after `since` (None: from the beginning) and up to a moment."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the rows of a figure come to, where it does not count them."""

    of: str
    """The column or annotation of a row that is measured: whole 分, minutes, a duration."""
    words: Callable[[int], str]
    """The value as it is said, with its unit: ¥59,100.00, 12 小时."""
    fold: Callable[[Iterable[Any]], int] = sum
    """The values of the rows into one."""
    plain: Callable[[int], float] | None = None
    """The value as a number for somebody's form: yuan of 分, hours of minutes."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure's definition. `counts` says what is in it, `leaves_out` what is not."""

    key: str
    name: str | _StrPromise
    unit: str | _StrPromise
    """What one row is: 件, 人. Empty where the measure's words carry their own."""
    counts: str | _StrPromise
    leaves_out: str | _StrPromise
    kind: str
    """What the rows are; `insight.rows.KINDS` knows how each is shown, and to whom."""
    find: Callable[Concatenate[int, ...], QuerySet[Any, Any]]
    measure: Measure | None = None
    period: bool = False
    """Whether it is of what happened between two moments, not of how things stood at one."""
    present: bool = False
    """Whether it can only be counted as things stand now."""

    def rows(
        self, community_id: int, as_of: datetime, since: datetime | None = None
    ) -> QuerySet[Any, Any]:
        """The rows. A figure of how things stood at a moment takes no notice of `since`."""
        if self.period:
            return self.find(community_id, since, as_of)
        return self.find(community_id, as_of)

    def value(self, community_id: int, as_of: datetime, since: datetime | None = None) -> int:
        """The value alone: one query."""
        return self.value_of(self.rows(community_id, as_of, since))

    def value_of(self, rows: QuerySet[Any, Any]) -> int:
        """The value of some of its rows."""
        if self.measure is None:
            return rows.count()
        if self.measure.fold is sum:
            return int(rows.aggregate(_all=Sum(self.measure.of))["_all"] or 0)
        return self.measure.fold(rows.order_by().values_list(self.measure.of, flat=True))

    def read(self, community_id: int, as_of: datetime, since: datetime | None = None) -> Reading:
        """The figure at a moment, with the ids of the rows behind it."""
        rows = self.rows(community_id, as_of, since).order_by("pk")
        since = since if self.period else None
        if self.measure is None:
            ids = tuple(rows.values_list("pk", flat=True))
            return Reading(self, as_of, ids, len(ids), since)
        pairs = list(rows.values_list("pk", self.measure.of))
        value = int(self.measure.fold(of for _pk, of in pairs))
        return Reading(self, as_of, tuple(pk for pk, _of in pairs), value, since)

    def words(self, value: int) -> str:
        """A value as it is said, without the unit of one row: 134, ¥59,100.00."""
        return self.measure.words(value) if self.measure else f"{value:,}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a figure said at a moment, or of the time from `since` to it."""

    figure: Figure
    as_of: datetime
    row_ids: tuple[int, ...]
    value: int
    since: datetime | None = None

    @property
    def said(self) -> str:
        """The value as it is said."""
        return self.figure.words(self.value)


def was(
    community_id: int, as_of: datetime, verb: str, told: str, column: str, kind: Field[Any, Any]
) -> Coalesce:
    """What a column of a row held at a moment: the first event after it that changed the column
    tells, by `told`, what it had held until then. Where none did, it holds the same today."""
    later = Event.objects.within(community_id).filter(
        row_kind=verb.partition(":")[0],
        row_id=OuterRef("pk"),
        verb=verb,
        at__gt=as_of,
        **{f"detail__{told}__isnull": False},
    )
    before = later.annotate(before=Cast(KeyTextTransform(told, "detail"), kind)).order_by("id")
    return Coalesce(Subquery(before.values("before")[:1]), F(column), output_field=kind)


FIGURES: dict[str, Figure] = {}
SUBJECTS = (
    *("flow", "days", "rated", "needs", "asks", "pledges", "service", "checkins", "units", "money"),
    *("projects", "assets", "honours", "staff", "notes"),
)
"""The order in which figures are listed, by the first part of their key: life's own order."""


def in_order() -> list[Figure]:
    """Every figure, by subject, in the order of a list."""
    rank = {subject: n for n, subject in enumerate(SUBJECTS)}
    return sorted(FIGURES.values(), key=lambda f: rank.get(f.key.partition(".")[0], len(rank)))


def figure(
    key: str,
    *,
    name: str | _StrPromise,
    unit: str | _StrPromise,
    counts: str | _StrPromise,
    leaves_out: str | _StrPromise = "",
    kind: str = "need",
    measure: Measure | None = None,
) -> Callable[[Find], Figure]:
    """Declare a figure of a moment over the function that finds its rows."""

    def declare(find: Find) -> Figure:
        return _enter(Figure(key, name, unit, counts, leaves_out, kind, find, measure))

    return declare


def flow(
    key: str,
    *,
    name: str | _StrPromise,
    unit: str | _StrPromise,
    counts: str | _StrPromise,
    leaves_out: str | _StrPromise = "",
    kind: str = "need",
    measure: Measure | None = None,
) -> Callable[[FindIn], Figure]:
    """Declare a figure of what happened in a period; without its beginning, of all there was."""

    def declare(find: FindIn) -> Figure:
        return _enter(Figure(key, name, unit, counts, leaves_out, kind, find, measure, True))

    return declare


def _enter(made: Figure) -> Figure:
    if made.key in FIGURES:
        raise ValueError(f"two figures are called {made.key}")
    FIGURES[made.key] = made
    return made


def get_figure(key: str) -> Figure:
    """A figure by its key. Raises `Refused("figure")`."""
    found = FIGURES.get(key)
    if found is None:
        raise Refused("figure", _("没有这个数字。"))
    return found


def end_of(day: date) -> datetime:
    """The last moment of a day: "as of 1 December" includes what happened on it."""
    return clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def read_all(community_id: int, as_of: datetime, since: datetime | None = None) -> list[Reading]:
    """Every figure at one moment."""
    return [f.read(community_id, as_of, since) for f in in_order()]
