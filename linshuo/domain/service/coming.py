"""Who comes to an activity: signing up and withdrawing, and how it is noted that somebody came.

A noted presence is no hours. A code proves that one stood near enough to hear it, nothing else;
hours are another's word (`actions.confirm`), for an activity the organiser's, over the list.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.people.models import Person
from linshuo.domain.service.access import may_come, may_run, own
from linshuo.domain.service.actions import confirm
from linshuo.domain.service.activities import lock, run_by
from linshuo.domain.service.duty import PAST_DAYS, overlapping
from linshuo.domain.service.models import (
    Activity,
    ActivityKind,
    HereVia,
    ServiceRecord,
    Turn,
    Via,
)
from linshuo.domain.service.seats import give_back, take
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.codes import clean_code
from linshuo.kit.refused import NotYours, Refused

AROUND = timedelta(minutes=30)
"""How long before the start and after the end the code is taken."""
MOST_TRIES = 5
"""Wrong codes one sign-up may cost; after that the organiser has the list."""
SERVING = frozenset(
    {
        *(ActivityKind.PARTY_DAY, ActivityKind.FAIR, ActivityKind.VOLUNTEER_DAY),
        *(ActivityKind.PATROL, ActivityKind.OTHER),
    }
)
"""Kinds at which whoever comes may serve. To sit in a meeting, to be listened to and to give money
are no hours."""


@transaction.atomic
def sign_up(
    activity: Activity,
    *,
    by: Actor,
    person: Person,
    for_unit: bool = False,
    at: datetime | None = None,
) -> Turn:
    """Sign somebody up: oneself, or at the desk. Once; signing up again is the same turn.

    `for_unit` says that a liaison signs up a member of their unit; that they may is the act's to
    check. Raises `Refused` when it is called off, over, full, or they are somewhere else then.
    """
    held = Person.objects.of(by).select_for_update(of=("self",)).filter(pk=person.pk).first()
    row = Activity.objects.of(by).select_related("place").filter(pk=activity.pk).first()
    if held is None or row is None or held.erased_at is not None:
        raise NotYours("activity", _("没有这次活动。"))
    runs = may_run(by, row)
    oneself = by.person_id == held.pk and may_come(by, row)
    if not (runs or oneself or (for_unit and spoken_for(by))):
        raise NotYours("activity", _("没有这次活动。"))
    found = Turn.objects.of(by).filter(activity=row, person=held, away_at__isnull=True).first()
    if found is not None:
        return found
    _must_be_open(row, happened(at), late=runs)
    if overlapping(by, held.pk, row.starts, row.ends).exists():
        raise Refused("overlap", _("%s这段时间已经有别的班或活动了。") % held.name, "person")
    if not take(row, by=by, at=at):
        raise Refused("full", _("%d 位都报满了。有人不来了，这里会空出来。") % (row.places or 0))
    turn = Turn(
        community_id=row.community_id,
        activity=row,
        person=held,
        starts=row.starts,
        ends=row.ends,
    )
    turn.save(force_insert=True)
    detail = {"for_unit": for_unit and not runs}
    record("turn:sign-up", row=turn, subject=row, by=by, at=at, detail=detail)
    return turn


def _must_be_open(row: Activity, now: datetime, *, late: bool) -> None:
    if row.cancelled_at is not None:
        raise Refused("cancelled", _("这次活动取消了：%s") % row.cancelled_because)
    if row.ended_at is not None or row.ends <= now:
        if not late:
            raise Refused("over", _("这次活动已经办过了。"))
        if row.ended_at is not None or row.ends < now - timedelta(days=PAST_DAYS):
            raise Refused("over", _("已经写了结果，名单不能再加。"))


def sign_ups_by(by: Actor) -> QuerySet[Event, int]:
    """The ids of turns the actor signed up, for themselves or for a member of their unit."""
    rows = Event.objects.within(by.community_id).filter(
        verb="turn:sign-up", actor_id=by.person_id or 0, row_kind="turn"
    )
    return rows.values_list("row_id", flat=True)


def signed_up_by(by: Actor, turns: Iterable[int]) -> set[int]:
    """Which of these turns the actor signed up."""
    return set(sign_ups_by(by).filter(row_id__in=list(turns)))


@transaction.atomic
def withdraw(turn: Turn, *, by: Actor, at: datetime | None = None) -> Turn:
    """Not coming after all: one press, no reason; the place is free again. For oneself, for whom
    one signed up, and at the desk. Raises `Refused` once it is over or noted that they came."""
    activity = lock(turn.activity, by) if turn.activity is not None else None
    row = Turn.objects.of(by).select_for_update(of=("self",)).filter(pk=turn.pk).first()
    if row is None or activity is None or row.activity_id != activity.pk:
        raise NotYours("turn", _("没有这一班。"))
    if not (own(by, row) or may_run(by, activity) or signed_up_by(by, [row.pk])):
        raise NotYours("turn", _("没有这一班。"))
    if row.away_at is not None:
        return row
    moment = happened(at)
    if row.ends <= moment or row.here_at is not None:
        raise Refused("over", _("已经办过了，退不了。没有来的，办的人在名单上记。"))
    row.away_at = moment
    row.save(update_fields=["away_at"])
    record("turn:withdraw", row=row, subject=activity, by=by, at=moment)
    give_back(activity, by=by, at=moment)
    return row


# --- Having come ---------------------------------------------------------------------------------


def takes_code(activity: Activity, at: datetime) -> bool:
    """Whether the code is taken now: from shortly before the start to shortly after the end."""
    near = activity.starts - AROUND <= at <= activity.ends + AROUND
    return near and activity.cancelled_at is None


def note_by_code(turn: Turn, *, by: Actor, code: str, at: datetime | None = None) -> Turn:
    """Note by oneself that one came, with the code said on the spot. It gives no hours.

    A wrong code costs one of five tries, also when it is refused: so it is no one transaction.
    Raises `Refused` outside the time, for a wrong code and when no try is left.
    """
    row, left = _try_code(turn, by, code, happened(at))
    if left is None:
        return row
    if left:
        raise Refused("code", _("暗号不对，再听一遍。还能试 %d 次。") % left, "code")
    raise Refused("tries", _("暗号错了几次了。跟办的人说一声，名单上记。"), "code")


@transaction.atomic
def _try_code(turn: Turn, by: Actor, code: str, now: datetime) -> tuple[Turn, int | None]:
    """The row, and how many tries are left when the code was wrong."""
    row = (
        Turn.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("activity")
        .filter(pk=turn.pk, person_id=by.person_id or 0, activity__isnull=False)
        .first()
    )
    activity = row.activity if row else None
    if row is None or activity is None or row.away_at is not None:
        raise NotYours("turn", _("没有这一班。"))
    if row.here_at is not None:
        return row, None
    if not takes_code(activity, now):
        raise Refused("not-now", _("开始前半小时到结束后半小时，才记得上。"), "code")
    if row.code_tries >= MOST_TRIES:
        return row, 0
    if activity.code and secrets.compare_digest(clean_code(code), activity.code):
        row.here_at, row.here_via = now, HereVia.CODE
        row.save(update_fields=["here_at", "here_via"])
        record("turn:here", row=row, subject=activity, by=by, at=now)
        return row, None
    row.code_tries += 1
    row.save(update_fields=["code_tries"])
    record("turn:wrong-code", row=row, subject=activity, by=by, at=now)
    return row, MOST_TRIES - row.code_tries


@dataclass
class Noted:
    """What a list that was gone through came to."""

    came: int = 0
    away: int = 0
    hours: int = 0
    """How many got hours by it now."""
    left: list[tuple[str, str]] = field(default_factory=list)
    """Who got none though they came, and why not."""


@transaction.atomic
def note_list(
    activity: Activity,
    *,
    by: Actor,
    came: Iterable[int],
    via: str = HereVia.LIST,
    hours: bool = False,
    minutes: int | None = None,
    at: datetime | None = None,
) -> Noted:
    """The organiser goes through the list, there or from the paper: `came` are the turns of those
    who were there; the others were not. With `hours` their word gives hours to those who came.

    It may be gone through again; what is on record as hours stays (`actions.correct` is for that).
    Nobody gets hours by their own word: they are named in `left`, for a colleague.
    """
    row = run_by(activity, by)
    moment = happened(at)
    if moment < row.starts:
        raise Refused("early", _("还没开始，开始了再点名。"))
    if row.ends < moment - timedelta(days=PAST_DAYS):
        raise Refused("past", _("过了 %d 天，名单不能再改。") % PAST_DAYS)
    if via not in (HereVia.LIST, HereVia.PAPER):
        raise Refused("choice", _("请选列出来的一项。"), "via")
    there, done = set(came), Noted()
    turns = Turn.objects.of(by).filter(activity=row, away_at__isnull=True, person__isnull=False)
    written = set(
        ServiceRecord.objects.of(by).filter(turn__in=turns).values_list("turn_id", flat=True)
    )
    for turn in turns.select_for_update(of=("self",)).select_related("person").order_by("pk"):
        _note(row, turn, turn.pk in there or turn.pk in written, by, via, moment)
        if turn.here_at is None:
            done.away += 1
            continue
        done.came += 1
        if hours and row.kind in SERVING and turn.pk not in written:
            _give_hours(turn, by, minutes, moment, done)
    return done


def _note(row: Activity, turn: Turn, here: bool, by: Actor, via: str, at: datetime) -> None:
    if here == (turn.here_at is not None) and here == (turn.missed_at is None):
        return
    if here:
        turn.here_at, turn.here_via = turn.here_at or at, turn.here_via or via
        turn.missed_at = None
    else:
        turn.here_at, turn.here_via, turn.missed_at = None, "", at
    turn.save(update_fields=["here_at", "here_via", "missed_at"])
    record("turn:here" if here else "turn:missed", row=turn, subject=row, by=by, at=at)


def _give_hours(turn: Turn, by: Actor, minutes: int | None, at: datetime, done: Noted) -> None:
    word = Person.objects.of(by).filter(pk=by.person_id or 0).first()
    try:
        confirm(turn, by=by, via=Via.COLLEAGUE, confirmed_by=word, minutes=minutes, at=at)
    except Refused as refused:
        name = turn.person.name if turn.person else ""
        done.left.append((name, str(refused.sentence)))
    else:
        done.hours += 1
