"""Reads: the tree, places one may choose, and working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from linshuo.domain.places.models import (
    Asset,
    Community,
    DayOff,
    Place,
    PlaceKind,
    national_workday,
)
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import weekdays_only
from linshuo.kit.refused import NotYours


def community_by_prefix(prefix: str) -> Community | None:
    """The community with this prefix, whatever its case; None when there is none."""
    return Community.objects.filter(prefix=prefix.strip().upper()).first()


def root_of(community_id: int) -> Place:
    """The community's own node of the tree."""
    return Place.objects.within(community_id).get(kind=PlaceKind.COMMUNITY)


def tree(viewer: Actor) -> list[Place]:
    """All places of the community in use, each after its parent, neighbours by name.

    What stands on closed ground is out of use with it.
    """
    places = list(Place.objects.of(viewer).order_by("name", "pk"))
    children: dict[int | None, list[Place]] = {}
    for place in places:
        children.setdefault(place.parent_id, []).append(place)
    ids = {p.pk for p in places}
    ordered: list[Place] = []

    def walk(place: Place) -> None:
        if place.closed_at is not None:
            return
        ordered.append(place)
        for child in sorted(children.get(place.pk, []), key=lambda p: natural(p.name)):
            walk(child)

    for top in places:
        if top.parent_id not in ids:
            walk(top)
    return ordered


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which 2 栋 comes before 10 栋."""
    import re

    parts = re.findall(r"\d+|\D+", name)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def get_place(viewer: Actor, pk: int) -> Place:
    """One place of the viewer's community. Raises `NotYours`."""
    place = Place.objects.of(viewer).filter(pk=pk).first()
    if place is None:
        raise NotYours("place", "")
    return place


def assets(viewer: Actor) -> list[Asset]:
    """The community's assets in use, by code."""
    return list(
        Asset.objects.of(viewer)
        .filter(closed_at__isnull=True)
        .select_related("place")
        .order_by("code")
    )


def workdays(community_id: int) -> Callable[[date], bool]:
    """Whether a day is a working day in this community: its own table first, then the national
    calendar, then Monday to Friday for years nobody knows yet. One query, then in memory."""
    own = dict(DayOff.objects.within(community_id).values_list("day", "working"))

    def is_workday(day: date) -> bool:
        if day in own:
            return own[day]
        national = national_workday(day)
        return weekdays_only(day) if national is None else national

    return is_workday


def unknown_years(community_id: int, first: date, last: date) -> list[int]:
    """The years between two days of which nobody knows the days off: neither the national calendar
    on this machine nor the community's own table. One query."""
    years = range(first.year, last.year + 1)
    unknown = [year for year in years if national_workday(date(year, 6, 1)) is None]
    if not unknown:
        return []
    own = DayOff.objects.within(community_id).filter(day__gte=first, day__lte=last)
    told = {day.year for day in own.values_list("day", flat=True)}
    return [year for year in unknown if year not in told]
