"""Asking whoever asked: the answer is written down, and the matter moves by it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.actions import confirm, reopen
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.needs.working import add_contact
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

MOST_REASON = 200
"""What the resident said is kept whole beside it."""


@transaction.atomic
def ask(
    need: Need,
    *,
    by: Actor,
    channel: str,
    said: str,
    words: str = "",
    words_ok: bool = False,
    rating_attitude: int | None = None,
    rating_result: int | None = None,
    close: bool = True,
    at: datetime | None = None,
) -> Need:
    """Record what the resident (or one's own eyes) said about a matter said to be done.

    "It is settled" closes it, when another than the finisher asked and `close` is wished; "it is
    not" sends it back at once, whoever asked; no answer is one attempt. The purpose follows from
    the state: before 销号 it is the confirmation, thirty days after it the follow-up.
    """
    if need.state not in ("done", "closed"):
        raise Refused("not-done", _("办结以后才问好没好。"))
    seen = said in (Contact.Said.SEEN_FINE, Contact.Said.SEEN_NOT)
    purpose = Contact.Purpose.INSPECT if seen else _purpose(need)
    add_contact(
        need,
        by=by,
        purpose=purpose,
        channel=channel,
        said=said,
        words=words,
        words_ok=words_ok,
        rating_attitude=rating_attitude,
        rating_result=rating_result,
        at=at,
    )
    fresh = Need.objects.of(by).select_related("place", "note").get(pk=need.pk)
    if said in (Contact.Said.NOT_SETTLED, Contact.Said.SEEN_NOT):
        label = str(Contact.Said(said).label)
        reason = tidy(words)[:MOST_REASON]
        return reopen(fresh, by=by, reason=reason if len(reason) > 1 else label, at=at)
    settled = said in (Contact.Said.SETTLED, Contact.Said.SEEN_FINE)
    mine = by.person_id is not None and by.person_id == fresh.finished_by_id
    if settled and close and fresh.state == "done" and not mine:
        try:
            with transaction.atomic():
                return confirm(fresh, by=by, at=at)
        except Refused as e:
            if e.code not in ("ask-resident", "inspect"):
                raise
    return fresh


def _purpose(need: Need) -> str:
    return Contact.Purpose.FOLLOW_UP if need.state == "closed" else Contact.Purpose.CONFIRM
