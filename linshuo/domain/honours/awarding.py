"""Handing out what a round came to, and taking a certificate back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.honours.access import concerned, may_keep
from linshuo.domain.honours.actions import (
    because,
    candidates_of,
    go,
    kept_by,
    named_in_full,
)
from linshuo.domain.honours.lifecycle import ROUND
from linshuo.domain.honours.models import Candidate, Round
from linshuo.domain.trail.actions import next_numbers, record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.codes import new_code
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.strokes import by_strokes

CODE_LENGTH = 12


@transaction.atomic
def award(row: Round, *, by: Actor, at: datetime | None = None) -> Round:
    """The notice is over and everything answered: each one that stands gets a certificate number,
    in the order of strokes, and a code by which it can be checked.

    Raises `Refused` while the notice hangs or an objection waits, and then nothing has moved.
    """
    held = kept_by(row, by)
    moment = happened(at)
    changes = {"awarded_at": moment, "due_at": None}
    held = go(held, ROUND.award, by=by, at=moment, changes=changes)
    those = [each for each in candidates_of(held) if each.stands and not each.cert_no]
    units = by_strokes([each for each in those if each.partnership_id], lambda c: c.name)
    people = by_strokes([each for each in those if each.person_id], lambda c: c.name)
    agreed = named_in_full(held.community_id)
    first = next_numbers(held.community_id, f"honour:{held.year}", len(those))
    for n, each in enumerate([*units, *people], start=first):
        each.cert_no = f"{held.community.prefix}-H-{held.year}-{n:04d}"
        each.code = new_code(CODE_LENGTH)
        each.full_name = each.person_id in agreed
        each.save(update_fields=["cert_no", "code", "full_name"])
        record("candidate:award", row=each, subject=held, by=by, at=moment)
    return held


@transaction.atomic
def revoke(candidate: Candidate, *, by: Actor, why: str, at: datetime | None = None) -> Candidate:
    """A certificate does not hold any more. The reason is kept inside; outside stands only the day.

    Raises `Refused` without a reason and for what is about oneself. Twice is once.
    """
    if not may_keep(by):
        raise NotYours("honour:keep", _("没有这一张。"))
    held = (
        Candidate.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("person", "partnership__organisation", "round")
        .filter(pk=candidate.pk)
        .exclude(cert_no="")
        .first()
    )
    if held is None:
        raise NotYours("candidate", _("没有这一张。"))
    if held.revoked_at is not None:
        return held
    if by.person_id in concerned(held):
        raise Refused("self", _("%s和您有关，请另一位来办。") % held.name)
    held.revoked_because = because(why, "why")
    held.revoked_at = happened(at)
    held.save(update_fields=["revoked_at", "revoked_because"])
    record("candidate:revoke", row=held, subject=held.round, by=by, at=at)
    return held


@transaction.atomic
def agree_to_name(candidate: Candidate, *, by: Actor, at: datetime | None = None) -> Candidate:
    """Note that the person agrees to their full name on the list; the consent is `people`'s."""
    held = (
        Candidate.objects.of(by)
        .select_for_update(of=("self",))
        .filter(pk=candidate.pk, person_id=by.person_id or 0)
        .first()
    )
    if held is None:
        raise NotYours("candidate", _("没有这一项。"))
    if not held.full_name:
        held.full_name = True
        held.save(update_fields=["full_name"])
        record("candidate:name", row=held, subject=held.round, by=by, at=at)
    return held
