"""Honours across the rooms: agreeing to one's full name on a list is a consent of one's own; and
whoever objects on paper is found among those one knows, so that they can be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from linshuo.domain.honours import awarding, objecting
from linshuo.domain.honours.models import Candidate, Objection, Round
from linshuo.domain.people.actions import give_consent, withdraw_consent
from linshuo.domain.people.models import Person, Purpose
from linshuo.domain.people.queries import known_by
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused


@transaction.atomic
def show_in_full(candidate: Candidate, *, by: Actor, at: datetime | None = None) -> Candidate:
    """The person agrees to their full name on lists and boards, from now on. Raises `NotYours` for
    anybody else's place."""
    held = awarding.agree_to_name(candidate, by=by, at=at)
    if held.person is not None:
        give_consent(held.person, Purpose.NAME_PUBLIC, by=by, at=at)
    return held


@transaction.atomic
def show_masked(candidate: Candidate, *, by: Actor, at: datetime | None = None) -> Candidate:
    """The person takes that back: the consent is gone, and with it the full name, everywhere."""
    if candidate.person is None or candidate.person_id != by.person_id:
        raise NotYours("candidate", "")
    withdraw_consent(candidate.person, Purpose.NAME_PUBLIC, by=by, at=at)
    return candidate


@transaction.atomic
def object_for(
    row: Round,
    *,
    by: Actor,
    who: str = "",
    contact: str = "",
    at: datetime | None = None,
    **said: Any,
) -> Objection:
    """What somebody handed in on paper or said, typed at the desk. Whoever left the name and
    telephone they are known by is told of the answer. `said` goes to `objecting.object_`."""
    person = _known(by.community_id, who, contact)
    return objecting.object_(row, by=by, who=who, contact=contact, person=person, at=at, **said)


def _known(community_id: int, who: str, contact: str) -> Person | None:
    try:
        return known_by(community_id, who, contact)
    except Refused:  # the way to reach them is no telephone: behind the door of number three
        return None
