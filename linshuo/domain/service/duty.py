"""Writes about turns at posts: making them of the week's hours, being away, standing in, handing
over. A turn is never deleted: whoever cannot come says so, and the turn stands free.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.service.access import may_plan, own
from linshuo.domain.service.models import Activity, Turn
from linshuo.domain.service.rota_rounds import cut, days_words
from linshuo.domain.service.rota_rows import Rota
from linshuo.domain.service.seats import give_back
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

AHEAD_DAYS = 28
"""Turns stand in the calendar four weeks ahead."""
MOST_AWAY_DAYS, MOST_WHY = 92, 60
PAST_DAYS = 31
"""A turn may be typed back for a month; what is older is not remembered well enough."""


@transaction.atomic
def make_turns(
    post: Post, stretches: Iterable[PostHours], *, first: date, last: date, at: datetime
) -> int:
    """Make the turns of these stretches of the week, from day to day. Returns how many are new.

    Runs as the house, any number of times: a turn is made once for a stretch and a day. Nobody is
    made to be in two places: where somebody has a turn already, none is made.
    """
    house = Actor.house(post.community_id)
    made = 0
    rows = [hours for hours in stretches if hours.person_id or hours.partnership_id]
    there = set(
        Turn.objects.of(house)
        .filter(hours__in=rows, starts__gte=clock.start_of(first))
        .values_list("hours_id", "starts")
    )
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        for hours in rows:
            if hours.weekday != day.weekday() or not _holds(hours, post, day):
                continue
            begin = datetime.combine(day, hours.starts, tzinfo=clock.SHANGHAI)
            end = datetime.combine(day, hours.ends, tzinfo=clock.SHANGHAI)
            if (hours.pk, begin) in there or _busy(house, hours, begin, end):
                continue
            _plan(post, house, begin, end, hours.person, hours.partnership, hours=hours, at=at)
            made += 1
    return made


def _holds(hours: PostHours, post: Post, day: date) -> bool:
    ends = [d for d in (hours.until, post.until, post.insured_until if post.risk else None) if d]
    return hours.since <= day and post.since <= day and all(day <= d for d in ends)


def _busy(house: Actor, hours: PostHours, begin: datetime, end: datetime) -> bool:
    if hours.person_id is None:
        return False
    return bool(overlapping(house, hours.person_id, begin, end).exists())


def overlapping(by: Actor, person_id: int, begin: datetime, end: datetime):  # type: ignore[no-untyped-def]
    """Turns of a person that run into this stretch and that they have not given up."""
    return Turn.objects.of(by).filter(
        person_id=person_id, away_at__isnull=True, starts__lt=end, ends__gt=begin
    )


def _plan(
    post: Post,
    by: Actor,
    begin: datetime,
    end: datetime,
    person: Person | None,
    partnership: Partnership | None,
    *,
    hours: PostHours | None = None,
    covers: Turn | None = None,
    at: datetime,
) -> Turn:
    turn = Turn(
        community_id=post.community_id,
        post=post,
        hours=hours,
        covers=covers,
        rota_id=covers.rota_id if covers else None,
        round_on=covers.round_on if covers else None,
        person=person,
        partnership=partnership,
        starts=begin,
        ends=end,
    )
    turn.save(force_insert=True)
    record("turn:plan", row=turn, subject=post, by=by, at=at)
    return turn


@transaction.atomic
def plan_at_post(
    post: Post,
    *,
    by: Actor,
    starts: datetime,
    ends: datetime,
    person: Person | None = None,
    partnership: Partnership | None = None,
    at: datetime | None = None,
) -> Turn:
    """One turn at a post outside its usual week, or typed back. Raises `Refused` for times that
    cannot be, `NotYours` for whoever may not plan there."""
    if not may_plan(by, post):
        raise NotYours("post", _("没有这个岗。"))
    moment = happened(at)
    _must_be_times(starts, ends, moment)
    _must_be_free(by, post, starts, ends, person)
    return _plan(post, by, starts, ends, person, partnership, at=moment)


def _must_be_times(
    starts: datetime, ends: datetime, now: datetime, most: timedelta = timedelta(hours=24)
) -> None:
    if ends <= starts or ends - starts > most:
        raise Refused("times", _("结束要在开始以后，一班不超过一天。"), "ends")
    if starts < now - timedelta(days=PAST_DAYS):
        raise Refused("past", _("补记最多补到 %d 天以前。") % PAST_DAYS, "starts")


def _must_be_free(
    by: Actor, post: Post, starts: datetime, ends: datetime, person: Person | None
) -> None:
    day = clock.local(starts).date()
    if post.closed_at is not None or (post.until is not None and day > post.until):
        raise Refused("ended", _("这个岗到那天已经撤了。"))
    if post.risk and (post.insured_until is not None and day > post.insured_until):
        raise Refused("insurance", _("到那天保险过期了，先续保险。"), "starts")
    if person is not None and overlapping(by, person.pk, starts, ends).exists():
        raise Refused("overlap", _("%s 这段时间已经有一班了。") % person.name, "starts")


def lock(turn: Turn, by: Actor) -> Turn:
    """The turn as it is now, for its keeper or the office. Raises `NotYours`."""
    row = (
        Turn.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("post__place", "person", "partnership", "activity", "pledge")
        .filter(pk=turn.pk)
        .first()
    )
    if row is None or not (own(by, row) or (row.post is not None and may_plan(by, row.post))):
        raise NotYours("turn", _("没有这一班。"))
    return row


@transaction.atomic
def away(turn: Turn, *, by: Actor, why: str = "", at: datetime | None = None) -> Turn:
    """Cannot come: in one tap, without a reason. The turn is free for somebody else from now on.

    A reason that was given all the same stands in the trail, for whoever plans there.
    """
    if turn.activity_id is not None:
        # The activity before the turn, as everywhere (`coming`, `activities`).
        Activity.objects.of(by).select_for_update(of=("self",)).filter(pk=turn.activity_id).first()
    row = lock(turn, by)
    moment = happened(at)
    if row.ends <= moment:
        raise Refused("over", _("这一班已经过了。"))
    if row.away_at is None:
        row.away_at = moment
        row.save(update_fields=["away_at"])
        about = row.post or row.activity or row
        detail = {"why": tidy(why)[:MOST_WHY]} if why.strip() else None
        record("turn:away", row=row, subject=about, by=by, at=moment, detail=detail)
        if row.activity is not None:
            give_back(row.activity, by=by, at=moment)
    return row


@transaction.atomic
def back(turn: Turn, *, by: Actor, at: datetime | None = None) -> Turn:
    """Can come after all, while nobody stands in."""
    row = lock(turn, by)
    if row.activity_id is not None:  # its place may be taken by now: one signs up again
        raise NotYours("turn", _("没有这一班。"))
    if row.away_at is None:
        return row
    if Turn.objects.of(by).filter(covers=row, away_at__isnull=True).exists():
        raise Refused("covered", _("已经有人替了，先和他说一声。"))
    if row.person is not None and overlapping(by, row.person.pk, row.starts, row.ends).exists():
        raise Refused("overlap", _("%s 这段时间已经有一班了。") % row.person.name)
    row.away_at = None
    row.save(update_fields=["away_at"])
    record("turn:back", row=row, subject=row.post or row, by=by, at=at)
    return row


@transaction.atomic
def move(
    turn: Turn, *, by: Actor, starts: datetime, ends: datetime, at: datetime | None = None
) -> Turn:
    """Another time instead: this turn is free for others, and one at the same post is planned.

    Returns the new one. Of a rota it is the same turn, at another time of its own week or month.
    Raises `Refused` for times that cannot be, or that are over already.
    """
    if turn.rota_id is not None:
        return _move_in_round(turn, by, starts, ends, happened(at))
    row = away(turn, by=by, at=at)
    if row.post is None:
        raise NotYours("turn", _("没有这一班。"))
    moment = happened(at)
    if starts <= moment:
        raise Refused("past", _("改到以后的时间。"), "day")
    _must_be_times(starts, ends, moment)
    _must_be_free(by, row.post, starts, ends, row.person)
    return _plan(row.post, by, starts, ends, row.person, row.partnership, at=moment)


def _move_in_round(
    turn: Turn, by: Actor, starts: datetime, ends: datetime, moment: datetime
) -> Turn:
    row = lock(turn, by)
    assert row.rota_id is not None and row.round_on is not None
    rota = Rota.objects.of(by).get(pk=row.rota_id)
    own = [part for part in cut(rota.first, rota.last, rota.per) if part[0] == row.round_on]
    first, last = own[0] if own else (row.round_on, row.round_on)
    if row.starts <= moment or row.away_at is not None:
        raise Refused("over", _("这一班已经开始，或者已经空出来了。"))
    if not first <= clock.local(starts).date() <= last:
        told = _("改到这一轮里的日子：%s。要改到别的轮次，就和别家换一轮。")
        raise Refused("round", told % days_words(first, last), "day")
    if starts <= moment:
        raise Refused("past", _("改到以后的时间。"), "day")
    _must_be_times(starts, ends, moment)
    if row.person is not None:
        busy = overlapping(by, row.person.pk, starts, ends).exclude(pk=row.pk)
        if busy.exists():
            raise Refused("overlap", _("%s 这段时间已经有一班了。") % row.person.name, "starts")
    row.starts, row.ends = starts, ends
    row.save(update_fields=["starts", "ends"])
    record("turn:move", row=row, subject=row.post or row, by=by, at=moment)
    return row


def meant(
    by: Actor,
    whose: Q,
    first: date | None,
    last: date | None,
    *,
    post: Post | None = None,
    at: datetime | None = None,
) -> ScopedQuerySet[Turn]:
    """The turns at posts that somebody would not come to who is away from day to day: those still
    to come, at one post or at all. Raises `Refused` for days that cannot be."""
    today = clock.local(happened(at)).date()
    if first is None:
        raise Refused("first", _("从哪天起？"), "first")
    if last is None:
        raise Refused("last", _("到哪天为止？"), "last")
    if last < first:
        raise Refused("last", _("结束的日子早于开始的日子。"), "last")
    if last < today:
        raise Refused("past", _("这几天已经过了。"), "last")
    if last - first > timedelta(days=MOST_AWAY_DAYS):
        told = _("一次最多请 %d 天。更久的，把岗放下，回来再认。")
        raise Refused("long", told % MOST_AWAY_DAYS, "last")
    rows = Turn.objects.of(by).filter(
        whose,
        post__isnull=False,
        away_at__isnull=True,
        starts__gte=clock.start_of(first),
        starts__lt=clock.start_of(last + timedelta(days=1)),
        ends__gt=happened(at),
    )
    return rows.filter(post=post) if post is not None else rows


@transaction.atomic
def away_between(
    post: Post | None,
    *,
    by: Actor,
    first: date | None,
    last: date | None,
    person: Person | None = None,
    partnership: Partnership | None = None,
    why: str = "",
    at: datetime | None = None,
) -> list[Turn]:
    """Away for some days: every turn in that time, at one post or at all. Returns those that are
    now free. For oneself, one's unit, or, at a post, by whoever plans there (`lock`)."""
    if (person is None) == (partnership is None):
        raise Refused("keeper", _("谁这几天来不了？"), "keeper")
    whose = Q(person=person) if person is not None else Q(partnership=partnership)
    rows = meant(by, whose, first, last, post=post, at=at)
    return [away(turn, by=by, why=why, at=at) for turn in rows.order_by("starts", "pk")]


@transaction.atomic
def cover(
    turn: Turn,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    at: datetime | None = None,
) -> Turn:
    """Stand in for somebody who is away, for all of it or part. Whether the actor may name this
    person or unit is `acts.posts`'s to check. Raises `Refused` when part of it is covered already.
    """
    row = Turn.objects.of(by).select_for_update(of=("self",)).filter(pk=turn.pk).first()
    if row is None or row.post is None:
        raise NotYours("turn", _("没有这一班。"))
    moment = happened(at)
    # Who stood in and cannot come leaves the first turn free again, and not a second one beside it.
    if row.away_at is None or row.covers_id is not None:
        raise Refused("not-away", _("这一班有人，不用替。"))
    begin, end = starts or row.starts, ends or row.ends
    if not row.starts <= begin < end <= row.ends:
        raise Refused("times", _("替的时间要在这一班里面。"), "starts")
    taken = Turn.objects.of(by).filter(
        covers=row, away_at__isnull=True, starts__lt=end, ends__gt=begin
    )
    if taken.exists():
        raise Refused("covered", _("这一段已经有人替了。"))
    _must_be_times(begin, end, moment, max(timedelta(hours=24), row.ends - row.starts))
    _must_be_free(by, row.post, begin, end, person)
    return _plan(row.post, by, begin, end, person, partnership, covers=row, at=moment)


@transaction.atomic
def hand_over(turn: Turn, *, by: Actor, text: str, at: datetime | None = None) -> Turn:
    """交接: what the next one should know. Seen by keepers and the office."""
    row = lock(turn, by)
    words = tidy(text)
    if len(words) > 300:
        raise Refused("long", _("交接最多写 300 个字，要紧的先写。"), "text")
    row.handover = words
    row.save(update_fields=["handover"])
    record("turn:hand-over", row=row, subject=row.post or row, by=by, at=at)
    return row


def to_come(by: Actor, whose: Q, at: datetime):  # type: ignore[no-untyped-def]
    """Turns that have not begun, of whoever `whose` picks."""
    return Turn.objects.of(by).filter(whose, away_at__isnull=True, starts__gt=at)
