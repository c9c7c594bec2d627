"""Reads: the actor behind an account, the staff, who looked at whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from linshuo.domain.people.access import visible
from linshuo.domain.people.models import (
    Account,
    Appointment,
    Consent,
    Partnership,
    Person,
    Telling,
)
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, secret
from linshuo.kit.actor import Actor, Grant
from linshuo.kit.can import STAFF_ROLES, Role
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import NotYours
from linshuo.kit.text import tidy

MOST_FORMER = 100
"""Units that have left, in a list."""


def in_force() -> Q:
    """Appointments that hold today."""
    today = clock.today()
    return Q(starts__lte=today) & (Q(ends__isnull=True) | Q(ends__gte=today))


def actor_of(person: Person) -> Actor:
    """The person as they may act today: one query for the appointments."""
    rows = (
        Appointment.objects.within(person.community_id)
        .filter(in_force(), person=person)
        .select_related("place")
        .order_by("pk")
    )
    return _acting(person, rows)


def actors_of(account: Account) -> list[tuple[Person, Actor]]:
    """Who the account is in each community, and as what they may act there today, by the name of
    the community: two queries, however many there are."""
    persons = sorted(persons_of(account), key=lambda p: (p.community.name, p.community_id))
    held: dict[int, list[Appointment]] = {person.pk: [] for person in persons}
    rows = Appointment.objects.everywhere().filter(in_force(), person__account=account)
    for row in rows.select_related("place").order_by("pk"):
        if row.person_id in held:
            held[row.person_id].append(row)
    return [(person, _acting(person, held[person.pk])) for person in persons]


def _acting(person: Person, rows: Iterable[Appointment]) -> Actor:
    grants = tuple(
        Grant(
            role=Role(row.role),
            place_path=row.place.path if row.place else None,
            partnership_id=row.partnership_id,
            whole=row.place is not None and row.place.kind in ("community", "street"),
        )
        for row in rows
    )
    return Actor(
        community_id=person.community_id,
        person_id=person.pk,
        account_id=person.account_id,
        name=person.name,
        grants=grants or (Grant(Role.RESIDENT),),
    )


def persons_of(account: Account) -> list[Person]:
    """Who the account is, in each community it is known in."""
    return list(
        Person.objects.everywhere()
        .filter(account=account, erased_at__isnull=True)
        .select_related("community")
        .order_by("community__prefix")
    )


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as shown on the desk: staff are named in full among themselves."""

    person_id: int
    name: str
    title: str
    role: Role
    place: str


def staff(viewer: Actor) -> list[Colleague]:
    """Those who keep a notebook here today, in the order they were appointed."""
    rows = (
        Appointment.objects.of(viewer)
        .filter(in_force(), role__in=[r.value for r in STAFF_ROLES])
        .select_related("person", "place")
        .order_by("pk")
    )
    seen: dict[int, Colleague] = {}
    for row in rows:
        seen.setdefault(
            row.person_id,
            Colleague(
                person_id=row.person_id,
                name=row.person.name,
                title=row.title,
                role=Role(row.role),
                place=row.place.name if row.place else "",
            ),
        )
    return list(seen.values())


def get_person(viewer: Actor, pk: int) -> Person:
    """One person the viewer may see. Raises `NotYours`."""
    person = (
        Person.objects.of(viewer).filter(visible(viewer), pk=pk).select_related("place").first()
    )
    if person is None:
        raise NotYours("person", "")
    return person


def known_by(community_id: int, name: str, phone: str) -> Person | None:
    """The person of this name and telephone, if the community knows one. Never by name alone.

    Raises `Refused` for a telephone that cannot be.
    """
    mark = secret.fingerprint(clean_phone(phone))
    if not mark:
        return None
    rows = Person.objects.within(community_id).filter(phone_hmac=mark, erased_at__isnull=True)
    return rows.filter(name=" ".join(tidy(name).split())).first()


def partnerships(viewer: Actor) -> list[Partnership]:
    """The community's partners today, by name."""
    today = clock.today()
    return list(
        Partnership.objects.of(viewer)
        .filter(Q(until__isnull=True) | Q(until__gte=today))
        .select_related("organisation")
        .order_by("organisation__name")
    )


def former_partners(viewer: Actor) -> list[Partnership]:
    """Those that have left, the latest first."""
    rows = Partnership.objects.of(viewer).filter(until__lt=clock.today())
    return list(rows.select_related("organisation").order_by("-until", "pk")[:MOST_FORMER])


def get_partnership(viewer: Actor, pk: int) -> Partnership:
    """One partnership of the viewer's community, past ones too. Raises `NotYours`."""
    rows = Partnership.objects.of(viewer).select_related("organisation", "agreement")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotYours("partnership", "")
    return row


def partner_named(community_id: int, typed: str) -> Partnership | None:
    """The partner of exactly this name, in force today."""
    name = " ".join(tidy(typed).split())
    if not name:
        return None
    rows = Partnership.objects.within(community_id).filter(organisation__name=name)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gte=clock.today()))
    return rows.select_related("organisation").first()


@dataclass(frozen=True, slots=True)
class Look:
    """One time somebody looked at a person's data."""

    at: datetime
    by: str
    reason: str


def looks_at(person: Person) -> list[Look]:
    """Who revealed this person's phone, newest first: shown to the person, and to the head."""
    events = list(
        Event.objects.within(person.community_id)
        .filter(row_kind="person", row_id=person.pk, verb="person:reveal")
        .order_by("-id")[:200]
    )
    names = dict(
        Person.objects.within(person.community_id)
        .filter(pk__in={e.actor_id for e in events if e.actor_id})
        .values_list("pk", "name")
    )
    return [
        Look(
            at=e.at,
            by=names.get(e.actor_id or 0, ""),
            reason=str((e.detail or {}).get("reason", "")),
        )
        for e in events
    ]


def consents(person: Person) -> dict[str, Consent]:
    """The consents in force, by purpose."""
    rows = Consent.objects.within(person.community_id).filter(
        person=person, withdrawn_at__isnull=True
    )
    return {row.purpose: row for row in rows}


def tellings(persons: Iterable[int], community_id: int) -> dict[int, Telling]:
    """How persons wish to be told; whoever has not said so is not in it."""
    rows = Telling.objects.within(community_id).filter(person_id__in=list(persons))
    return {row.person_id: row for row in rows}


def head_of(community_id: int) -> int | None:
    """The person id of the secretary in office; the longest serving, should there be two."""
    return (
        Appointment.objects.within(community_id)
        .filter(in_force(), role=Role.SECRETARY)
        .order_by("starts", "pk")
        .values_list("person_id", flat=True)
        .first()
    )
