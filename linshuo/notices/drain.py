"""From the sealed trail to messages, a community at a time, never twice.

The cursor counts links of the chain, not ids of events: an event that commits late has a lower id
than one already read, but always a later link, so nothing is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction

from linshuo.domain.board.models import Ask
from linshuo.domain.honours.models import Candidate, Objection, Round
from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, Resolution, Turn
from linshuo.domain.trail.models import Counter, Event, Seal
from linshuo.kit import clock
from linshuo.notices import apart
from linshuo.notices.freed import WITH_TURN, freed_by, line_of
from linshuo.notices.models import Letter, Message, Robot
from linshuo.notices.routes import Routes, next_digest
from linshuo.notices.rules import RULES, Happening, Posts, said_in_groups, told_by
from linshuo.notices.sayings import SAYINGS

logger = logging.getLogger("linshuo.notices")

LINE = ("need__place", "need__note", "post", "asset", "offer", "project", "collection")
"""What is read together with a line that somebody is told of."""
BOOKS = ("voucher", "disclosure")
HONOURS = ("candidate", "objection")
KINDS = (
    *("need", "pledge", "instalment", "ask", "activity", "turn", "resolution"),
    *(*BOOKS, *HONOURS, *apart.KINDS),
)
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
        pk__in=order,
        verb__in=RULES,
        row_kind__in=KINDS,
        at__gt=clock.now() - STALE,
    )
    posts = Posts(community_id)
    heard: list[Heard] = []
    for event in sorted(events, key=lambda e: order[e.pk]):
        heard += _heard(event, posts)
    made = tell(community_id, heard, posts) if heard else 0
    mine.update(n=links[-1][0])
    return made


@dataclass(frozen=True, slots=True)
class Heard:
    """One sentence for somebody: a person, or with None the community's group chats."""

    event: Event
    need: Need | None
    pledge: Pledge | None
    person: int | None
    saying: str
    at: datetime | None = None
    """When it came about, if that is not when the event happened."""
    ask: Ask | None = None
    activity: Activity | None = None
    resolution: Resolution | None = None
    honour: Round | None = None


def tell(community_id: int, heard: Iterable[Heard], posts: Posts) -> int:
    """Write down what was not written down yet; return to how many persons.

    The hour is counted from when the house learnt of it: what waited for a worker that was off has
    missed its digest and goes out at once.
    """
    robots = list(Robot.objects.within(community_id).filter(closed_at__isnull=True))
    messages = []
    for h in heard:
        if h.person is not None:
            messages.append(_message(h, person_id=h.person))
            continue
        for robot in robots:
            if SAYINGS[h.saying].urgent or not robot.urgent_only:
                messages.append(_message(h, robot_id=robot.pk))
    known = set(
        Message.objects.within(community_id)
        .filter(event_id__in={m.event_id for m in messages})
        .values_list("event_id", "person_id", "robot_id", "saying")
    )
    fresh = [m for m in messages if (m.event_id, m.person_id, m.robot_id, m.saying) not in known]
    routes = Routes(community_id, (m.person_id for m in fresh if m.person_id), posts)
    for m in fresh:
        way = routes.way(m.person_id) if m.person_id else Letter.Channel.ROBOT
        waits = isinstance(way, Letter.Channel) and not SAYINGS[m.saying].urgent
        m.post_at = next_digest(m.created_at) if waits else m.created_at
    Message.objects.bulk_create(fresh)
    return len({(m.event_id, m.person_id) for m in fresh if m.person_id})


def _message(h: Heard, **to: int) -> Message:
    return Message(
        community_id=h.event.community_id,
        event_id=h.event.pk,
        saying=h.saying,
        need=h.need,
        pledge=h.pledge,
        ask=h.ask,
        activity=h.activity,
        resolution=h.resolution,
        honour=h.honour,
        at=h.at or h.event.at,
        created_at=h.at or h.event.recorded_at,
        **to,
    )


def _heard(event: Event, posts: Posts) -> list[Heard]:
    """Who is told of one event. One that cannot be told is logged and holds up no other."""
    try:
        with transaction.atomic():
            found = _about(event)
            happening = Happening(event, posts=posts, **found)
            told: list[tuple[int | None, str]] = list(told_by(happening).items())
            told += [(None, saying) for saying in said_in_groups(happening)]
    except DatabaseError:
        raise  # the database is at fault, not the event: the whole stretch is tried again
    except Exception:
        logger.exception("cannot tell about an event", extra={"event": event.pk})
        return []
    for name in ("turn", "candidate", "objection", "swap"):
        found.pop(name, None)
    need, pledge = found.pop("matter"), found.pop("pledge", None)
    return [Heard(event, need, pledge, person, saying, **found) for person, saying in told]


def _about(event: Event) -> dict[str, Any]:
    """What the message is about: a matter (of a merged one, the one it went into), a pledge or a
    line with their matter, if they have one, or an activity, somebody's turn there, a resolution.
    """
    if event.row_kind in ("pledge", "instalment"):
        # A part of a promised sum is told of as the pledge that it is a part of.
        pk = event.row_id if event.row_kind == "pledge" else event.subject_id
        pledges = Pledge.objects.within(event.community_id)
        pledge = pledges.select_related(*(f"ask__{name}" for name in LINE)).get(pk=pk)
        return {"matter": pledge.ask.need, "pledge": pledge}
    if event.row_kind == "ask":
        lines = Ask.objects.within(event.community_id).select_related(*LINE)
        ask = lines.get(pk=event.row_id)
        return {"matter": ask.need, "ask": ask}
    if event.row_kind in BOOKS:
        # One is told by the line on which it is asked for; a book without one tells nobody.
        lines = Ask.objects.within(event.community_id).select_related(*LINE)
        of = {event.subject_kind: event.subject_id}
        return {"matter": None, "ask": lines.filter(**of).order_by("-pk").first()}
    if event.row_kind in apart.KINDS:
        return {"matter": None, **apart.about(event)}
    if event.row_kind in HONOURS:
        return {"matter": None, **_honour(event)}
    if event.row_kind in GATHERINGS:
        return {"matter": None, **_gathering(event)}
    needs = Need.objects.within(event.community_id).select_related("place", "note")
    need = needs.get(pk=event.row_id)
    if event.verb == "need:merge" and need.survivor_id is not None:
        return {"matter": needs.get(pk=need.survivor_id)}
    return {"matter": need}


def _honour(event: Event) -> dict[str, Any]:
    rows = Candidate.objects if event.row_kind == "candidate" else Objection.objects
    row = rows.within(event.community_id).select_related("round").get(pk=event.row_id)
    return {event.row_kind: row, "honour": row.round}


GATHERINGS = ("activity", "turn", "resolution")


def _gathering(event: Event) -> dict[str, Any]:
    if event.row_kind == "activity":
        rows = Activity.objects.within(event.community_id).select_related("place")
        return {"activity": rows.get(pk=event.row_id)}
    if event.row_kind == "turn":
        turns = Turn.objects.within(event.community_id).select_related(*WITH_TURN)
        turn = turns.get(pk=event.row_id)
        free = event.verb == "turn:away" and turn.post_id is not None
        line = line_of(freed_by(turn)) if free else None
        return {"turn": turn, "activity": turn.activity, "ask": line}
    resolutions = Resolution.objects.within(event.community_id).select_related("activity__place")
    resolution = resolutions.get(pk=event.row_id)
    return {"resolution": resolution, "activity": resolution.activity}
