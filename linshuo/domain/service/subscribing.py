"""Writes about calendars of one's own: an address is made, made anew, and ended."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Person
from linshuo.domain.service.attached import CalendarLink
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import secret
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours


def link_of(person: Person) -> CalendarLink | None:
    """The address in force, without itself: it was shown once."""
    rows = CalendarLink.objects.within(person.community_id)
    return rows.filter(person=person, ended_at__isnull=True).first()


@transaction.atomic
def open_link(person: Person, *, by: Actor, at: datetime | None = None) -> str:
    """A fresh token for one's own calendar. It is told here and never again; the one before stops
    at once. Raises `NotYours` for anybody else's calendar."""
    close_link(person, by=by, at=at)
    token = secrets.token_urlsafe(32)
    row = CalendarLink(
        community_id=person.community_id,
        person=person,
        mark=secret.fingerprint(token),
        made_at=happened(at),
    )
    row.save(force_insert=True)
    record("calendar:open", row=row, subject=person, by=by, at=at)
    return token


@transaction.atomic
def close_link(person: Person, *, by: Actor, at: datetime | None = None) -> bool:
    """The address leads nowhere from now on. False when there was none."""
    # Two presses at once take turns, so that one address is left and not two.
    held = Person.objects.of(by).select_for_update(of=("self",)).filter(pk=person.pk).first()
    if held is None or by.person_id != held.pk:
        raise NotYours("person", _("没有这一页。"))
    row = link_of(person)
    if row is None:
        return False
    row.ended_at = happened(at)
    row.save(update_fields=["ended_at"])
    record("calendar:close", row=row, subject=person, by=by, at=at)
    return True
