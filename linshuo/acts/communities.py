"""Opening a community: its places, people and partners, all of it saved in one go or nothing."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts.opening_tables import (
    PlaceRow,
    Problem,
    Reading,
    StaffRow,
    UnitRow,
    read_places,
    read_staff,
    read_units,
)
from linshuo.domain.needs.categories import plant_categories
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Card, Person
from linshuo.domain.people.staffing import add_partner, appoint, issue_card
from linshuo.domain.places.actions import add_place, open_community
from linshuo.domain.places.models import Community, Place, PlaceKind
from linshuo.kit import secret
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role
from linshuo.kit.codes import clean_code, new_code, spaced
from linshuo.kit.refused import NotYours, Refused

__all__ = [
    "Opened", "PlaceRow", "Plan", "Problem", "Reading", "StaffRow", "UnitRow", "check_first_code",
    "first_code", "may_open", "open_whole", "read_places", "read_staff", "read_units",
]  # fmt: skip

RESERVED = frozenset({"OPEN"})
"""Prefixes that would collide with an address of the desk (`/desk/open/`)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the wizard asks for."""

    name: str
    prefix: str
    street: str = ""
    code: str = ""
    phone: str = ""
    emergency_phone: str = ""
    address: str = ""
    hours: str = ""
    places: tuple[PlaceRow, ...] = ()
    staff: tuple[StaffRow, ...] = ()
    units: tuple[UnitRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A community that has just been opened, and the sign-in cards of those who serve."""

    community: Community
    cards: list[Card]


def may_open(by: Actor | None) -> bool:
    """Whether a further community may be opened by this actor; without one, only the very first."""
    if by is None:
        return not Community.objects.exists()
    return by.is_house or by.can(Can.COMMUNITY_OPEN)


@transaction.atomic
def open_whole(plan: Plan, *, by: Actor | None, at: datetime | None = None) -> Opened:
    """Open the community of the plan with its places, people and partners: all of it or nothing.

    `by` is None on an install where nobody exists yet. Raises `NotYours`, or `Refused` with the
    field that stands in the way (a prefix that is taken since the plan was read, for one).
    """
    if not may_open(by):
        raise NotYours("community:open", _("没有这一页。"))
    if plan.prefix.strip().upper() in RESERVED:
        raise Refused("prefix-kept", _("这个前缀留作他用，换一个。"), "prefix")
    if not any(row.role == Role.SECRETARY for row in plan.staff):
        raise Refused("secretary", _("至少要有一位书记，往后由书记来添人。"), "staff")
    community, root = open_community(
        prefix=plan.prefix,
        name=plan.name,
        street=plan.street,
        code=plan.code,
        phone=plan.phone,
        emergency_phone=plan.emergency_phone,
        address=plan.address,
        hours=plan.hours,
        by=by,
        at=at,
    )
    # Whoever opens it belongs elsewhere or nowhere: inside, the house acts.
    house = Actor.house(community.pk)
    plant_categories(by=house, at=at)
    places = _plant_places(plan.places, root, house, at)
    serving = _plant_staff(plan.staff, places, root, house, at)
    _plant_units(plan.units, house, at)
    return Opened(community, [issue_card(person, by=house, at=at) for person in serving])


def _plant_places(
    found: tuple[PlaceRow, ...], root: Place, house: Actor, at: datetime | None
) -> dict[str, Place]:
    places: dict[str, Place] = {}
    district_of: dict[str, str] = {}
    for row in found:
        if row.district:
            district_of.setdefault(row.estate, row.district)
    for name in dict.fromkeys(district_of.values()):
        places[name] = add_place(root, kind=PlaceKind.DISTRICT, name=name, by=house, at=at)
    for row in found:
        if row.estate not in places:
            parent = places.get(district_of.get(row.estate, ""), root)
            places[row.estate] = add_place(
                parent, kind=PlaceKind.ESTATE, name=row.estate, by=house, at=at
            )
        for building in row.buildings:
            add_place(places[row.estate], kind=PlaceKind.BUILDING, name=building, by=house, at=at)
    return places


def _plant_staff(
    found: tuple[StaffRow, ...],
    places: dict[str, Place],
    root: Place,
    house: Actor,
    at: datetime | None,
) -> list[Person]:
    """Appoint everyone, and return those who get a card: each person once, in the given order."""
    persons: dict[tuple[str, str], Person] = {}
    for row in found:
        key = (row.name, row.phone)
        if key not in persons:
            persons[key] = know_person(name=row.name, phone=row.phone, by=house, at=at)
        place = places[row.place] if row.place else root
        appoint(persons[key], row.role, place=place, title=row.title, by=house, at=at)
    return list(persons.values())


def _plant_units(found: tuple[UnitRow, ...], house: Actor, at: datetime | None) -> None:
    for row in found:
        partnership = add_partner(name=row.name, by=house, at=at)
        if row.liaison:
            person = know_person(name=row.liaison, phone=row.phone, by=house, at=at)
            appoint(
                person, Role.LIAISON, partnership=partnership, title=_("联络员"), by=house, at=at
            )


# --- The very first community: nobody can be signed in yet, so a code from the console opens it ---

_FIRST_CODE = "linshuo:first-code"
FIRST_CODE_SECONDS = 7 * 86400


def first_code() -> str | None:
    """A fresh one-off code that opens the first community; None once there is one.

    Printed by `linshuo run`. Only its keyed hash is kept, in the shared cache; a later call makes
    the earlier code useless, and nothing of it works any more once a community exists.
    """
    if Community.objects.exists():
        return None
    code = new_code(12)
    cache.set(_FIRST_CODE, secret.fingerprint(code), FIRST_CODE_SECONDS)
    return spaced(code)


def check_first_code(typed: str) -> bool:
    """Whether this is the code that was printed last, and there is still no community."""
    kept = cache.get(_FIRST_CODE, "")
    given = secret.fingerprint(clean_code(typed))
    return bool(kept) and secrets.compare_digest(kept, given) and not Community.objects.exists()
