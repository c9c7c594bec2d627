"""Honours across the rooms: agreeing to one's full name on a list is a consent of one's own, and
taking it back is one press as well."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linshuo.domain.honours import awarding
from linshuo.domain.honours.models import Candidate
from linshuo.domain.people.actions import give_consent, withdraw_consent
from linshuo.domain.people.models import Purpose
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours


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
