"""Writes about activities themselves: announced, changed, called off, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Risk
from linshuo.domain.needs.access import may
from linshuo.domain.needs.checks import one_of, ours, short
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.models import Place
from linshuo.domain.service.access import may_hold, may_run
from linshuo.domain.service.models import (
    Activity,
    ActivityHost,
    ActivityKind,
    ActivityNeed,
    Turn,
)
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.codes import new_code
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused

PAST_DAYS = 31
"""What was held may be typed back for a month, like a turn."""
MOST_PLACES = 2000
MOST_ABOUT = 500
MOST_OUTCOME = 4000
CODE_LENGTH = 4
"""Said aloud and typed by many: with five tries one in two hundred thousand guesses it."""


@transaction.atomic
def hold(
    *,
    by: Actor,
    kind: str,
    title: str,
    place: Place | None,
    starts: datetime | None,
    ends: datetime | None,
    about: str = "",
    where: str = "",
    places: int | None = None,
    owner: Person | None = None,
    risk: str = "",
    insurance: str = "",
    hosts: Iterable[Partnership] = (),
    needs: Iterable[Need] = (),
    at: datetime | None = None,
) -> Activity:
    """Announce an activity. Everyone reads it, so its words may name nobody.

    Raises `Refused` with the field that will not do, `NotYours` for whoever does not hold
    activities at that place.
    """
    if place is None:
        raise Refused("place", _("在哪里办？"), "place")
    if not may_hold(by, place):
        raise NotYours("post:keep", _("没有这一页。"))
    kind = one_of(ActivityKind, kind, "kind")
    begin, end = _times(starts, ends)
    if begin < happened(at) - timedelta(days=PAST_DAYS):
        raise Refused("past", _("补记最多补到 %d 天以前。") % PAST_DAYS, "day")
    row = Activity(
        community_id=by.community_id,
        kind=kind,
        place=place,
        starts=begin,
        ends=end,
        code=new_code(CODE_LENGTH),
        **_said(by, title, about, where, places, owner, risk, insurance),
    )
    row.save(force_insert=True)
    record("activity:hold", row=row, by=by, at=at)
    _set_hosts(row, hosts, by, at)
    for need in needs:
        link(row, need, by=by, at=at)
    return row


def _times(starts: datetime | None, ends: datetime | None) -> tuple[datetime, datetime]:
    if starts is None:
        raise Refused("starts", _("哪一天，几点开始？"), "starts")
    if ends is None:
        raise Refused("ends", _("到几点？"), "ends")
    if ends <= starts or ends - starts > timedelta(hours=24):
        raise Refused("times", _("结束要在开始以后，一次不超过一天。"), "ends")
    return starts, ends


def _said(
    by: Actor,
    title: str,
    about: str,
    where: str,
    places: int | None,
    owner: Person | None,
    risk: str,
    insurance: str,
) -> dict[str, Any]:
    ours(by, owner)
    title = clean_words(title, 60, "title")
    if len(title) < 2:
        raise Refused("title", _("给这次活动起个名字。"), "title")
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise Refused("places", _("几个名额，从 1 到 %d；不限就空着。") % MOST_PLACES, "places")
    insurance = short(insurance, 80, "insurance")
    if one_of(Risk, risk, "risk") and not insurance:
        raise Refused("insurance", _("有危险的活动，先写明上了什么保险。"), "insurance")
    return {
        "title": title,
        "about": clean_words(about, MOST_ABOUT, "about"),
        "where": clean_words(where, 60, "where"),
        "places": places,
        "owner": owner,
        "risk": risk,
        "insurance": insurance,
    }


def clean_words(text: str, most: int, field: str) -> str:
    """Words for everyone: not too long, and naming nobody."""
    words = short(text, most, field)
    marks = find_marks(words)
    if marks:
        told = _("大家都看得到，不写认得出人的话：%s")
        raise Refused("marks", told % "、".join(m.text for m in marks), field)
    return words


def lock(activity: Activity, by: Actor) -> Activity:
    """The row as it is now, held until the transaction ends. Raises `NotYours`."""
    row = (
        Activity.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("place", "owner")
        .filter(pk=activity.pk)
        .first()
    )
    if row is None:
        raise NotYours("activity", _("没有这次活动。"))
    return row


def _held(activity: Activity, by: Actor) -> Activity:
    """Locked, for whoever holds it, and not called off."""
    row = lock(activity, by)
    if not may_hold(by, row.place):
        raise NotYours("activity", _("没有这次活动。"))
    if row.cancelled_at is not None:
        raise Refused("cancelled", _("这次活动已经取消了。"))
    return row


def run_by(activity: Activity, by: Actor) -> Activity:
    """Locked, for whoever runs it, and not called off. Raises `NotYours`, `Refused`."""
    row = lock(activity, by)
    if not may_run(by, row):
        raise NotYours("activity", _("没有这次活动。"))
    if row.cancelled_at is not None:
        raise Refused("cancelled", _("这次活动已经取消了。"))
    return row


@transaction.atomic
def change(
    activity: Activity,
    *,
    by: Actor,
    title: str,
    starts: datetime | None,
    ends: datetime | None,
    place: Place | None = None,
    about: str = "",
    where: str = "",
    places: int | None = None,
    owner: Person | None = None,
    risk: str = "",
    insurance: str = "",
    hosts: Iterable[Partnership] | None = None,
    at: datetime | None = None,
) -> Activity:
    """Change what is said of it. Whoever signed up is told of another time or place; their turns
    move with it. Never fewer places than are taken, and no other time once it has begun."""
    row = _held(activity, by)
    begin, end = _times(starts, ends)
    moved = (begin, end) != (row.starts, row.ends)
    if place is not None and not may_hold(by, place):
        raise NotYours("activity", _("没有这次活动。"))
    if moved and row.starts <= happened(at):
        raise Refused("begun", _("已经开始了，时间不能再改。"), "starts")
    if moved and begin <= happened(at):
        raise Refused("past", _("改到以后的时间。"), "starts")
    said = _said(by, title, about, where, places, owner, risk, insurance)
    if places is not None and places < row.taken:
        raise Refused("taken", _("已经有 %d 位报了名，不能比这少。") % row.taken, "places")
    elsewhere = place is not None and place.pk != row.place_id
    said |= {"starts": begin, "ends": end, "place": place or row.place}
    if moved:
        said["reminded_at"] = None
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=sorted(said))
    detail = {"moved": moved or elsewhere}
    record("activity:change", row=row, by=by, at=at, detail=detail)
    if moved:
        _move_turns(row, by, at)
    if hosts is not None:
        _set_hosts(row, hosts, by, at)
    return row


def _move_turns(row: Activity, by: Actor, at: datetime | None) -> None:
    for turn in Turn.objects.of(by).filter(activity=row, away_at__isnull=True).order_by("pk"):
        turn.starts, turn.ends = row.starts, row.ends
        turn.save(update_fields=["starts", "ends"])
        record("turn:move", row=turn, subject=row, by=by, at=at)


def _set_hosts(row: Activity, hosts: Iterable[Partnership], by: Actor, at: datetime | None) -> None:
    wanted = {unit.pk: unit for unit in hosts}
    ours(by, *wanted.values())
    there = {host.partnership_id: host for host in ActivityHost.objects.of(by).filter(activity=row)}
    for pk, host in sorted(there.items()):
        if (host.ended_at is None) == (pk in wanted):
            continue
        host.ended_at = None if pk in wanted else happened(at)
        host.save(update_fields=["ended_at"])
        record("activity:host", row=host, subject=row, by=by, at=at)
    for pk in sorted(wanted.keys() - there.keys()):
        host = ActivityHost(community_id=row.community_id, activity=row, partnership=wanted[pk])
        host.save(force_insert=True)
        record("activity:host", row=host, subject=row, by=by, at=at)


@transaction.atomic
def cancel(activity: Activity, *, by: Actor, why: str, at: datetime | None = None) -> Activity:
    """Call it off, with the reason. Nobody is expected any more, and everybody is told."""
    row = lock(activity, by)
    if not may_hold(by, row.place):
        raise NotYours("activity", _("没有这次活动。"))
    if row.cancelled_at is not None:
        return row
    moment = happened(at)
    if row.ends <= moment or row.ended_at is not None:
        raise Refused("over", _("已经办过了，不能再取消。"))
    why = clean_words(why, 120, "why")
    if len(why) < 2:
        raise Refused("why", _("为什么取消？写一句，报了名的人都看得到。"), "why")
    row.cancelled_at, row.cancelled_because = moment, why
    row.save(update_fields=["cancelled_at", "cancelled_because"])
    record("activity:cancel", row=row, by=by, at=moment)
    for turn in Turn.objects.of(by).filter(activity=row, away_at__isnull=True).order_by("pk"):
        turn.away_at = moment
        turn.save(update_fields=["away_at"])
        record("turn:called-off", row=turn, subject=row, by=by, at=moment)
    return row


@transaction.atomic
def link(activity: Activity, need: Need, *, by: Actor, at: datetime | None = None) -> ActivityNeed:
    """Put a need beside the activity, or on the meeting's agenda, by choice. Once: pressing again,
    or choosing what was struck off, leaves it on. For whoever works on that need."""
    row = run_by(activity, by)
    ours(by, need)
    if not may(by, Can.NEED_WORK, need):
        raise NotYours("need", _("没有这一件。"))
    if row.ended_at is not None:
        raise Refused("ended", _("已经写了结果，不能再加。"), "number")
    found = ActivityNeed.objects.of(by).filter(activity=row, need=need, ask__isnull=True).first()
    if found is not None:
        if found.struck_at is not None:
            found.struck_at = None
            found.save(update_fields=["struck_at"])
            record("agenda:back", row=found, subject=row, by=by, at=at)
        return found
    item = ActivityNeed(community_id=row.community_id, activity=row, need=need)
    item.save(force_insert=True)
    record("agenda:put", row=item, subject=row, by=by, at=at, detail={"why": item.why})
    return item


@transaction.atomic
def strike(item: ActivityNeed, *, by: Actor, at: datetime | None = None) -> ActivityNeed:
    """Take something off again; it is not put back on by itself."""
    activity = run_by(item.activity, by)
    row = ActivityNeed.objects.of(by).filter(activity=activity, pk=item.pk).first()
    if row is None:
        raise NotYours("agenda", _("没有这一条。"))
    if activity.ended_at is not None:
        raise Refused("ended", _("已经写了结果，不能再拿下来。"))
    if row.struck_at is None:
        row.struck_at = happened(at)
        row.save(update_fields=["struck_at"])
        record("agenda:strike", row=row, subject=activity, by=by, at=at)
    return row


@transaction.atomic
def write_outcome(
    activity: Activity, *, by: Actor, text: str, at: datetime | None = None
) -> tuple[Activity, bool]:
    """What came of it, in residents' terms, or a meeting's minutes; it may be bettered later.
    Returns the row and whether it was the first time. Raises `Refused` before it has begun."""
    row = run_by(activity, by)
    moment = happened(at)
    if row.starts > moment:
        raise Refused("early", _("还没办，办过了再写。"), "text")
    # Minutes stay in the office: there people are named as they were at the table.
    meeting = row.kind == ActivityKind.MEETING
    text = short(text, MOST_OUTCOME, "text") if meeting else clean_words(text, MOST_ABOUT, "text")
    if len(text) < 2:
        raise Refused("text", _("写一句办成了什么，居民看得懂的话。"), "text")
    first = row.ended_at is None
    row.outcome = text
    if first:
        row.ended_at = moment
    row.save(update_fields=["outcome", "ended_at"])
    record("activity:outcome", row=row, by=by, at=at, detail={"first": first})
    return row, first
