"""What one's own page shows, formatted: a fixed number of queries for each community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Appointment, Person, Purpose
from linshuo.domain.people.queries import actor_of, consents, in_force, looks_at
from linshuo.domain.service.own_places import Own, own_sign_ups
from linshuo.kit import wording
from linshuo.web.roles import post_words
from linshuo.web.ui.seals import SEALS

MOST_ASKED = 30
MOST_LOOKS = 20


@dataclass(frozen=True, slots=True)
class Self:
    """Someone as one community keeps them."""

    pk: int
    community: str
    phone_of_office: str
    desk_url: str
    facts: list[tuple[str, str]]
    posts: list[tuple[str, str]]
    consents: list[dict[str, Any]]
    looks: list[dict[str, str]]
    asked: list[dict[str, str]]
    prefix: str
    places: list[Own]
    """Activities one signed up for that are still to come."""


def selves(persons: list[Person]) -> list[Self]:
    """One entry for each community that knows the account."""
    return [_self(person) for person in persons]


def _self(person: Person) -> Self:
    posts = (
        Appointment.objects.within(person.community_id)
        .filter(in_force(), person=person)
        .select_related("place", "partnership__organisation")
        .order_by("starts", "pk")
    )
    rows = list(posts)
    staff = any(row.role not in ("liaison", "member", "resident") for row in rows)
    return Self(
        pk=person.pk,
        community=person.community.name,
        phone_of_office=person.community.phone,
        desk_url=f"/desk/{person.community.prefix}/" if staff else "",
        facts=[
            (_("称呼"), person.name),
            (_("电话"), person.phone or _("没有留")),
            (_("住在或管着"), person.place.full_name if person.place else _("没有记")),
        ],
        posts=[(post_words(row.title, row.role), _over(row)) for row in rows],
        consents=_consents(person),
        looks=[
            {"when": wording.moment(look.at), "by": look.by, "why": look.reason}
            for look in looks_at(person)[:MOST_LOOKS]
        ],
        asked=_asked(person),
        prefix=person.community.prefix,
        places=[own for own in own_sign_ups(actor_of(person)) if not own.over],
    )


def _over(row: Appointment) -> str:
    where = row.place.full_name if row.place else str(row.partnership or "")
    return _("%(where)s，%(day)s起") % {"where": where, "day": wording.day(row.starts)}


def _consents(person: Person) -> list[dict[str, Any]]:
    given = consents(person)
    return [
        {
            "purpose": purpose.value,
            "words": str(purpose.label),
            "since": wording.day(given[purpose].given_at) if purpose in given else "",
        }
        for purpose in Purpose
    ]


def _asked(person: Person) -> list[dict[str, str]]:
    rows = (
        Need.objects.within(person.community_id)
        .filter(requester=person)
        .order_by("-reported_at", "-pk")
        .only("community_id", "number", "title", "state", "due_at", "due_for")[:MOST_ASKED]
    )
    return [
        {
            "number": row.number,
            "title": row.title,
            "state": row.state,
            "words": str(SEALS[row.state].words),
            "next": wording.near_day(row.due_at) if row.due_at and row.state in LIVE else "",
        }
        for row in rows
    ]
