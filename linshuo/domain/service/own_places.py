"""Reads about what one signed up for, oneself or for a member of one's unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.service.access import own
from linshuo.domain.service.coming import sign_ups_by, signed_up_by, takes_code
from linshuo.domain.service.models import Activity, ActivityKind, Turn
from linshuo.domain.service.programme import times
from linshuo.domain.service.queries import counting, minutes_words
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours

MOST_OWN = 40
MOST_PAST_OWN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Own:
    """A place one took, or took for a member of one's unit."""

    pk: int
    activity: int
    title: str
    kind: str
    when: str
    place: str
    who: str
    """The member it is for; empty for one's own."""
    over: bool
    code: bool
    """Whether the code is taken now."""
    here: bool
    cancelled: str
    hours: str


def own_sign_ups(viewer: Actor, *, at: datetime | None = None) -> list[Own]:
    """What the viewer signed up for, themselves or a member: what is to come next first, then what
    was held in the last month. Three queries."""
    moment = at or clock.now()
    rows = (
        Turn.objects.of(viewer)
        .filter(activity__isnull=False, person__isnull=False, ends__gt=moment - MOST_PAST_OWN)
        .filter(Q(away_at__isnull=True) | Q(activity__cancelled_at__isnull=False))
        .select_related("activity__place", "person")
    )
    mine = Q(person_id=viewer.person_id or 0)
    if spoken_for(viewer):
        mine |= Q(pk__in=sign_ups_by(viewer))
    turns = list(rows.filter(mine).order_by("starts", "pk")[:MOST_OWN])
    records = counting(viewer.community_id).filter(turn__in=turns)
    hours = {pk: minutes_words(n) for pk, n in records.values_list("turn_id", "minutes")}
    shown = [_own(viewer, t, moment, hours.get(t.pk, "")) for t in turns if _stands(t)]
    return [o for o in shown if not o.over] + [o for o in reversed(shown) if o.over]


def _stands(turn: Turn) -> bool:
    # Who had withdrawn before it was called off need not see it again.
    activity = turn.activity
    return turn.away_at is None or (activity is not None and turn.away_at == activity.cancelled_at)


def _own(viewer: Actor, turn: Turn, at: datetime, hours: str) -> Own:
    activity = turn.activity
    assert activity is not None
    mine = turn.person_id == viewer.person_id
    return Own(
        pk=turn.pk,
        activity=activity.pk,
        title=activity.title,
        kind=str(ActivityKind(activity.kind).label),
        when=f"{wording.near_day(turn.starts)} {wording.weekday(turn.starts)} {times(activity)}",
        place=f"{activity.place.full_name} {activity.where}".strip(),
        who="" if mine or turn.person is None else turn.person.name,
        over=turn.ends <= at,
        code=mine and turn.here_at is None and takes_code(activity, at),
        here=turn.here_at is not None,
        cancelled=activity.cancelled_because if activity.cancelled_at is not None else "",
        hours=hours,
    )


def own_at(viewer: Actor, activity: Activity, *, at: datetime | None = None) -> list[Own]:
    """The same for one activity: one's own place first, then those one took for members."""
    found = own_sign_ups(viewer, at=at)
    return sorted((o for o in found if o.activity == activity.pk), key=lambda o: o.who != "")


def get_own(actors: Iterable[Actor], pk: int) -> tuple[Actor, Turn]:
    """A place of one's own or that one took for somebody, in whichever community it is. Raises
    `NotYours`."""
    for actor in actors:
        rows = Turn.objects.of(actor).filter(activity__isnull=False, pk=pk)
        turn = rows.select_related("activity__place", "person").first()
        if turn is not None and (own(actor, turn) or signed_up_by(actor, [turn.pk])):
            return actor, turn
    raise NotYours("turn", _("没有这一位。"))
