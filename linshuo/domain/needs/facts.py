"""From rows to the frozen facts that the guards judge."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from linshuo.domain.needs.lifecycle import Facts
from linshuo.domain.needs.models import Contact, Need, Result
from linshuo.domain.needs.public.held import ASKED, last_word
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


def facts_of(need: Need, by: Actor, **known: Any) -> Facts:
    """What is on record about a need, as it stands on the given (perhaps unsaved) row.

    Contacts count from the moment the work was said to be done: what a resident said about an
    earlier attempt says nothing about this one.
    """
    contacts = (
        Contact.objects.within(need.community_id).filter(need_id=need.pk).order_by("at", "pk")
    )
    if need.finished_at is not None:
        contacts = contacts.filter(at__gte=need.finished_at)
    rows = list(contacts)
    asked = [c for c in rows if c.purpose in ASKED]
    word = last_word(rows)
    survivor = need.survivor
    facts = Facts(
        by=by.person_id,
        by_requester=by.person_id is not None and by.person_id == need.requester_id,
        by_head=by.can(Can.NEED_DECIDE),
        has_category=need.category_id is not None,
        has_owner=need.owner_id is not None,
        visibility=need.visibility,
        has_public_text=bool(need.public_text),
        result_text=need.result_text,
        outcome=need.outcome,
        results=Result.objects.within(need.community_id).filter(need_id=need.pk).count(),
        no_results_because=need.no_results_because,
        reason=need.reason,
        who_can_help=need.who_can_help,
        contested=need.contested,
        finished_by=need.finished_by_id,
        has_requester=need.requester_id is not None or need.paper_id is not None,
        resident_says_settled=word == Contact.Said.SETTLED,
        resident_says_not=word == Contact.Said.NOT_SETTLED,
        attempt_days=len(
            {clock.local(c.at).date() for c in asked if c.said == Contact.Said.NO_ANSWER}
        ),
        inspected_by=frozenset(
            c.by_id
            for c in rows
            if c.by_id is not None
            and c.purpose == Contact.Purpose.INSPECT
            and c.said == Contact.Said.SEEN_FINE
        ),
        survivor_alive=survivor is not None
        and survivor.pk != need.pk
        and survivor.state in ("reported", "open", "done"),
    )
    return replace(facts, **known)
