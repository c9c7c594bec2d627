"""Who may see a round inside the office, keep it, and answer what is objected."""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.board.access import spoken_for
from linshuo.domain.honours.models import Candidate
from linshuo.domain.people.models import Appointment, CheckIn
from linshuo.domain.people.queries import in_force
from linshuo.domain.places.access import NOTHING
from linshuo.kit.actor import Actor
from linshuo.kit.can import STAFF_ROLES, Can, Role

COMMITTEE_ROLES = STAFF_ROLES | {Role.SUPERVISOR}
"""Whoever serves the community may sit on the committee, and whoever watches over it."""


def may_read(by: Actor) -> bool:
    """Rounds are read by the whole office; what is shown to everyone is `public`'s."""
    return by.is_house or by.can(Can.NEED_READ) or by.can(Can.HONOUR_KEEP)


def may_keep(by: Actor) -> bool:
    """A round is the whole community's: kept by whoever holds it over all of it."""
    return by.everywhere(Can.HONOUR_KEEP)


def may_answer(by: Actor) -> bool:
    """Objections are answered by a head or the supervisor; not by whoever chose (`objecting`)."""
    return by.everywhere(Can.HONOUR_ANSWER)


def own(by: Actor) -> Q:
    """Candidates that are the actor themselves, or the unit they speak for."""
    found = Q(partnership_id__in=spoken_for(by))
    return found | Q(person_id=by.person_id) if by.person_id else found or NOTHING


def concerned(candidate: Candidate) -> frozenset[int]:
    """Persons whom a choice is about: the person, or who speaks for the unit or checked in for it.
    They take no part in it (回避)."""
    if candidate.person_id is not None:
        return frozenset({candidate.person_id})
    here, unit = candidate.community_id, candidate.partnership
    speak = Appointment.objects.within(here).filter(in_force(), partnership=unit)
    of_it = CheckIn.objects.within(here).filter(partnership=unit, state__in=("accepted", "paused"))
    return frozenset(speak.values_list("person_id", flat=True)) | frozenset(
        of_it.values_list("person_id", flat=True)
    )


def concerned_by_unit(community_id: int) -> dict[int, set[int]]:
    """The same for every unit at once: two queries."""
    found: dict[int, set[int]] = {}
    speak = Appointment.objects.within(community_id).filter(in_force(), partnership__isnull=False)
    of_it = CheckIn.objects.within(community_id).filter(
        partnership__isnull=False, state__in=("accepted", "paused")
    )
    for rows in (speak, of_it):
        for unit, person in rows.values_list("partnership_id", "person_id"):
            found.setdefault(unit or 0, set()).add(person)
    return found


def committee(community_id: int) -> dict[int, str]:
    """Who may sit on the committee today, by name."""
    rows = (
        Appointment.objects.within(community_id)
        .filter(in_force(), role__in=[r.value for r in COMMITTEE_ROLES])
        .order_by("pk")
        .values_list("person_id", "person__name")
    )
    return dict(rows)
