"""Taking someone on: the person is known or added, and the appointment given, in one go."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Appointment, Partnership, Person
from linshuo.domain.people.staffing import appoint
from linshuo.domain.places.models import Place
from linshuo.kit.actor import Actor
from linshuo.kit.can import GRANTS, Can, Role
from linshuo.kit.refused import NotYours


def roles_to_give(by: Actor) -> list[Role]:
    """The roles over a place that the actor may give: none that can do more than they can."""
    own = frozenset[Can]().union(*(GRANTS[role] for role in by.roles))
    return [
        role
        for role in Role
        if role not in (Role.LIAISON, Role.RESIDENT) and (by.is_house or GRANTS[role] <= own)
    ]


@transaction.atomic
def take_on(
    *,
    by: Actor,
    role: Role,
    person: Person | None = None,
    name: str = "",
    phone: str = "",
    place: Place | None = None,
    partnership: Partnership | None = None,
    title: str = "",
    starts: date | None = None,
    ends: date | None = None,
    at: datetime | None = None,
) -> Appointment:
    """Give a role to a known person, or to whoever has this name and phone, added if need be.

    Raises `Refused` with the field that will not do; nobody is left half added. Raises `NotYours`
    for a role that can do more than the actor can.
    """
    if partnership is None and role not in roles_to_give(by):
        raise NotYours("staff:appoint", "")
    who = person or know_person(name=name, phone=phone, by=by, at=at)
    return appoint(
        who,
        role,
        by=by,
        place=place,
        partnership=partnership,
        title=title,
        starts=starts,
        ends=ends,
        at=at,
    )
