"""From the sealed trail to messages, a community at a time, never twice.

The cursor counts links of the chain, not ids of events: an event that commits late has a lower id
than one already read, but always a later link, so nothing is passed over.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError, transaction

from linshuo.domain.needs.models import Need
from linshuo.domain.trail.models import Counter, Event, Seal
from linshuo.kit import clock
from linshuo.notices.models import Message
from linshuo.notices.rules import RULES, Happening, Posts, told_by

logger = logging.getLogger("linshuo.notices")

CURSOR = "notices"
STALE = timedelta(days=14)
"""What happened longer ago (a typed-back history, an import, a long outage) is no news any more."""


def drain(limit: int = 500) -> int:
    """Tell whoever is concerned by events sealed since the last time; return how many were told.

    At most `limit` events of each community in one go. Idempotent: what was told stays told once.
    """
    heads: dict[int, int] = {}
    read: dict[int, int] = {}
    for row in Counter.objects.everywhere().filter(key__in=("seal", CURSOR)):
        (heads if row.key == "seal" else read)[row.community_id] = row.n
    return sum(
        _community(community_id, limit)
        for community_id, n in sorted(heads.items())
        if community_id and n > read.get(community_id, 0)
    )


@transaction.atomic
def _community(community_id: int, limit: int) -> int:
    counters = Counter.objects.within(community_id)
    counters.get_or_create(community_id=community_id, key=CURSOR)
    mine = counters.filter(key=CURSOR)
    # The row is the lock: two workers do not read the same stretch.
    cursor = mine.select_for_update().get()
    links = list(
        Seal.objects.within(community_id)
        .filter(seq__gt=cursor.n)
        .order_by("seq")
        .values_list("seq", "event_id")[:limit]
    )
    if not links:
        return 0
    order = {event_id: seq for seq, event_id in links}
    events = Event.objects.within(community_id).filter(
        pk__in=order, verb__in=RULES, row_kind="need", at__gt=clock.now() - STALE
    )
    messages: list[Message] = []
    posts = Posts(community_id)
    for event in sorted(events, key=lambda e: order[e.pk]):
        messages += _messages(event, posts)
    known = set(
        Message.objects.within(community_id)
        .filter(event_id__in={m.event_id for m in messages})
        .values_list("event_id", "person_id")
    )
    fresh = [m for m in messages if (m.event_id, m.person_id) not in known]
    Message.objects.bulk_create(fresh)
    mine.update(n=links[-1][0])
    return len(fresh)


def _messages(event: Event, posts: Posts) -> list[Message]:
    """The messages of one event. One that cannot be told is logged and holds up no other."""
    try:
        with transaction.atomic():
            need = _about(event)
            told = told_by(Happening(event, need, posts))
    except DatabaseError:
        raise  # the database is at fault, not the event: the whole stretch is tried again
    except Exception:
        logger.exception("cannot tell about an event", extra={"event": event.pk})
        return []
    return [
        Message(
            community_id=event.community_id,
            event_id=event.pk,
            person_id=person,
            saying=saying,
            need=need,
            at=event.at,
            created_at=clock.now(),
        )
        for person, saying in told.items()
    ]


def _about(event: Event) -> Need:
    """The matter that the message is about: of a merged one, the one it went into."""
    needs = Need.objects.within(event.community_id).select_related("place", "note")
    need = needs.get(pk=event.row_id)
    if event.verb == "need:merge" and need.survivor_id is not None:
        return needs.get(pk=need.survivor_id)
    return need
