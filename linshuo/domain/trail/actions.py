"""Recording events and drawing numbers. Everything here runs inside its caller's transaction."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from linshuo.domain.trail.models import Counter, Event, Trailed, digest
from linshuo.kit import clock
from linshuo.kit.actor import Actor


def record(
    verb: str,
    *,
    row: Trailed,
    by: Actor,
    at: datetime | None = None,
    subject: models.Model | None = None,
    detail: dict[str, Any] | None = None,
) -> Event:
    """Append the event that `verb` happened to `row`.

    `subject` is the thing whose timeline shows it, when that is not the row itself (a contact is a
    row, the need is its subject). `at` is when it happened and defaults to now. Must run inside the
    transaction that changed the row: an event without its change, or the reverse, is what the trail
    exists to make impossible.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded in the transaction of its change")
    recorded_at = clock.now()
    about = subject if isinstance(subject, Trailed) else row
    salt = secrets.token_hex(16)
    event = Event(
        community_id=community_of(row),
        at=at or recorded_at,
        recorded_at=recorded_at,
        actor_id=by.person_id,
        verb=verb,
        subject_kind=about.trail_kind,
        subject_id=about.pk,
        row_kind=row.trail_kind,
        row_id=row.pk,
        row_digest=digest(salt, row.snapshot()),
        detail=detail or {},
        salt=salt,
    )
    event.digest = event.compute_digest()
    event.save(force_insert=True)
    return event


def community_of(row: models.Model) -> int:
    """The community a row belongs to; a community belongs to itself; global rows say 0."""
    found = getattr(row, "community_id", None)
    if found is None and getattr(row, "trail_kind", "") == "community":
        found = row.pk
    return int(found or 0)


def next_number(community_id: int, key: str) -> int:
    """The next number of a series. Never given twice; a refused act leaves no gap."""
    return next_numbers(community_id, key, 1)


def next_numbers(community_id: int, key: str, count: int) -> int:
    """Take `count` numbers at once and return the first."""
    mine = Counter.objects.within(community_id).filter(key=key)
    if not mine.update(n=models.F("n") + count):
        try:
            with transaction.atomic():
                Counter.objects.create(community_id=community_id, key=key, n=count)
            return 1
        except IntegrityError:
            mine.update(n=models.F("n") + count)
    return mine.get().n - count + 1
