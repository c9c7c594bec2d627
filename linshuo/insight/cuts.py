"""A figure told apart: by kind, category, place or month; each part is a figure that opens too.

A part is named by a value in the address and found again by a condition, so that what a table says
and what opens behind one of its lines are the same rows. Parts stand in the order of what they are
(months by the calendar, the others by name as entered), never by size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.board.models import AskKind
from linshuo.domain.needs.models import Category, Kind
from linshuo.domain.places.models import Place, PlaceKind
from linshuo.insight.figures.reading import Figure
from linshuo.kit import clock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a figure: its name in the address, its words, its value and its rows."""

    key: str
    words: str
    value: int
    said: str
    row_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """One way to tell a figure apart."""

    key: str
    label: str | _StrPromise
    column: Callable[[QuerySet[Any, Any]], str]
    """What of a row decides where it belongs."""
    names: Callable[[int, Iterable[Any]], dict[Any, tuple[str, str]]]
    """Of each value that occurs, the part's key and words, in the order of the parts."""
    where: Callable[[int, QuerySet[Any, Any], str], Q | None]
    """The rows of a part; None when there is no such part."""


def _choices(
    key: str, label: str | _StrPromise, column: str, choices: list[tuple[str, Any]]
) -> Cut:
    known = dict(choices)
    return Cut(
        key,
        label,
        lambda rows: column,
        lambda here, found: {v: (v, str(w)) for v, w in choices if v in set(found)},
        lambda here, rows, part: Q(**{column: part}) if part in known else None,
    )


def _categories(community_id: int, found: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    here = set(found)
    rows = Category.objects.within(community_id).filter(pk__in=here - {None}).order_by("pk")
    named: dict[Any, tuple[str, str]] = {c.pk: (str(c.pk), c.name) for c in rows}
    return named | ({None: ("0", _("还没归类的"))} if None in here else {})


def _in_category(community_id: int, rows: QuerySet[Any, Any], part: str) -> Q | None:
    if part == "0":
        return Q(category__isnull=True)
    return Q(category_id=int(part)) if _is_id(part) else None


def _estates(community_id: int) -> list[Place]:
    kinds = [PlaceKind.ESTATE]
    return list(Place.objects.within(community_id).filter(kind__in=kinds).order_by("path", "pk"))


def _places(community_id: int, found: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    paths = set(found)
    named: dict[Any, tuple[str, str]] = {}
    for estate in _estates(community_id):
        for path in paths:
            if path.startswith(estate.path):
                named[path] = (str(estate.pk), estate.name)
    return named | {path: ("0", _("不在小区里的")) for path in paths - set(named)}


def _in_place(community_id: int, rows: QuerySet[Any, Any], part: str) -> Q | None:
    if part == "0":
        inside = Q(pk__in=())
        for estate in _estates(community_id):
            inside |= Q(place__path__startswith=estate.path)
        return ~inside
    if not _is_id(part):
        return None
    chosen = Place.objects.within(community_id).filter(pk=int(part)).first()
    return Q(place__path__startswith=chosen.path) if chosen else None


def _moment(column: str) -> Callable[[QuerySet[Any, Any]], str]:
    """When it happened, where the figure says so; else when the row began."""
    return lambda rows: "when" if "when" in rows.query.annotations else column


def _month(value: datetime) -> str:
    return f"{clock.local(value):%Y-%m}"


def _months(community_id: int, found: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    months = {value: _month(value) for value in found}
    order = sorted(months, key=lambda v: months[v])
    return {value: (months[value], month_words(months[value])) for value in order}


def month_words(month: str) -> str:
    """2019年11月 of 2019-11."""
    year, number = month.split("-")
    return _("%(y)d年%(m)d月") % {"y": int(year), "m": int(number)}


def _by_month(column: str) -> Cut:
    def where(community_id: int, rows: QuerySet[Any, Any], part: str) -> Q | None:
        found = MONTH.fullmatch(part)
        if not (found and 2000 <= int(found[1]) < 2200 and 1 <= int(found[2]) <= 12):
            return None
        year, month = int(found[1]), int(found[2])
        begins = clock.at_local(year, month, 1)
        ends = clock.at_local(year + month // 12, month % 12 + 1, 1)
        name = _moment(column)(rows)
        return Q(**{f"{name}__gte": begins, f"{name}__lt": ends})

    return Cut("month", _l("按月份"), _moment(column), _months, where)


def _is_id(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) < 16


_PLACE = Cut("place", _l("按小区"), lambda rows: "place__path", _places, _in_place)
_CATEGORY = Cut("category", _l("按类别"), lambda rows: "category_id", _categories, _in_category)
CUTS: dict[str, tuple[Cut, ...]] = {
    "need": (
        _choices("kind", _l("按类型"), "kind", Kind.choices),
        _CATEGORY,
        _PLACE,
        _by_month("reported_at"),
    ),
    "note": (_PLACE, _by_month("at")),
    "ask": (
        _choices("contract", _l("按认什么"), "kind", AskKind.choices),
        _by_month("opened_at"),
    ),
    "pledge": (
        _choices("contract", _l("按认什么"), "ask__kind", AskKind.choices),
        _by_month("signed_at"),
    ),
    "service": (_by_month("starts"),),
    "checkin": (_by_month("submitted_at"),),
}


def cuts_of(figure: Figure) -> tuple[Cut, ...]:
    """The ways a figure can be told apart."""
    return CUTS.get(figure.kind, ())


def get_cut(figure: Figure, key: str) -> Cut | None:
    """A way by its name in the address; None when this figure has no such way."""
    return next((cut for cut in cuts_of(figure) if cut.key == key), None)


def parts(
    figure: Figure, cut: Cut, community_id: int, as_of: datetime, since: datetime | None = None
) -> list[Part]:
    """The parts of a figure. Of a figure that counts or adds up, together they are the whole."""
    rows = figure.rows(community_id, as_of, since).order_by()
    of = figure.measure.of if figure.measure else "pk"
    found = list(rows.values_list("pk", cut.column(rows), of))
    named = cut.names(community_id, {value for _pk, value, _of in found})
    ids: dict[str, list[int]] = {key: [] for key, _words in named.values()}
    measured: dict[str, list[Any]] = {key: [] for key in ids}
    for pk, value, measure in sorted(found):
        key = named[value][0]
        ids[key].append(pk)
        measured[key].append(measure)
    words = dict(named.values())
    fold = figure.measure.fold if figure.measure else None
    made = []
    for key in ids:
        value = int(fold(measured[key])) if fold else len(ids[key])
        made.append(Part(key, words[key], value, figure.words(value), tuple(ids[key])))
    return made
