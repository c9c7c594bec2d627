"""Writes about 联席会议: the agenda that draws itself, what was said, and what was resolved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import public
from linshuo.domain.board.models import Ask
from linshuo.domain.needs.checks import ours, short
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Person
from linshuo.domain.service.access import may_run
from linshuo.domain.service.activities import run_by
from linshuo.domain.service.models import Activity, ActivityKind, ActivityNeed, Resolution
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

MOST_SAID = 1000
MOST_TEXT = 200
MOST_DRAWN = 30
"""Of each sort on one agenda; more than that nobody gets through in an evening."""


def _meeting(activity: Activity, by: Actor) -> Activity:
    row = run_by(activity, by)
    if row.kind != ActivityKind.MEETING:
        raise NotYours("activity", _("没有这次会。"))
    return row


def next_meeting(community_id: int, at: datetime) -> Activity | None:
    """The meeting that comes first of those that have not begun."""
    rows = Activity.objects.within(community_id).filter(
        kind=ActivityKind.MEETING, cancelled_at__isnull=True, starts__gt=at
    )
    return rows.order_by("starts", "pk").first()


def unmet(community_id: int, before: datetime) -> ScopedQuerySet[Ask]:
    """Open lines on which everyone is asked and that nobody has taken since a moment. To a
    collection one gives and signs nothing: its line has no names to wait for."""
    return Ask.objects.within(community_id).filter(
        public(), closed_at__isnull=True, taken=0, opened_at__lte=before, collection__isnull=True
    )


def twice_back(community_id: int) -> ScopedQuerySet[Need]:
    """Matters that came back twice and are not done with."""
    return Need.objects.within(community_id).filter(for_meeting=True, state__in=LIVE)


@transaction.atomic
def draw(meeting: Activity, *, days: int, at: datetime | None = None) -> int:
    """Put on the agenda by itself what nobody took for `days` days and what came back twice.
    Returns how many are new. The house does it, any number of times; what was struck off stays off,
    and what is still so at the next meeting is on its agenda again."""
    house, moment = Actor.house(meeting.community_id), at or clock.now()
    row = Activity.objects.of(house).select_for_update(of=("self",)).get(pk=meeting.pk)
    if row.ended_at is not None or row.cancelled_at is not None or row.starts <= moment:
        return 0
    there = ActivityNeed.objects.of(house).filter(activity=row)
    lines = unmet(row.community_id, moment - timedelta(days=days))
    lines = lines.exclude(pk__in=there.filter(ask__isnull=False).values("ask_id"))
    needs = twice_back(row.community_id)
    needs = needs.exclude(pk__in=there.filter(ask__isnull=True).values("need_id"))
    found = [
        ActivityNeed(need=need, why=ActivityNeed.Why.TWICE)
        for need in needs.order_by("pk")[:MOST_DRAWN]
    ]
    found += [
        ActivityNeed(need_id=line.need_id, ask=line, why=ActivityNeed.Why.UNMET)
        for line in lines.order_by("opened_at", "pk")[:MOST_DRAWN]
    ]
    for item in found:
        item.community_id, item.activity = row.community_id, row
        item.save(force_insert=True)
        record("agenda:put", row=item, subject=row, by=house, at=at, detail={"why": item.why})
    return len(found)


@transaction.atomic
def say(item: ActivityNeed, *, by: Actor, text: str, at: datetime | None = None) -> ActivityNeed:
    """What the meeting said of one thing on its agenda."""
    meeting = _meeting(item.activity, by)
    row = ActivityNeed.objects.of(by).filter(activity=meeting, pk=item.pk).first()
    if row is None:
        raise NotYours("agenda", _("没有这一条。"))
    if meeting.starts > happened(at):
        raise Refused("early", _("还没开会，开了再写。"), "said")
    words = short(text, MOST_SAID, "said")
    if words != row.said:
        row.said = words
        row.save(update_fields=["said"])
        record("agenda:say", row=row, subject=meeting, by=by, at=at)
    return row


@transaction.atomic
def resolve(
    meeting: Activity,
    *,
    by: Actor,
    text: str,
    owner: Person | None,
    due_on: date | None,
    need: Need | None = None,
    at: datetime | None = None,
) -> Resolution:
    """决议: what is to be done, who sees to it, by when. They are told, and it follows up itself.

    Raises `Refused` with the field that is missing: a resolution without a name and a day is none.
    """
    row = _meeting(meeting, by)
    ours(by, owner, need)
    if row.starts > happened(at):
        raise Refused("early", _("还没开会，开了再写。"), "text")
    words = short(text, MOST_TEXT, "text")
    if len(words) < 2:
        raise Refused("text", _("定了什么？写一句。"), "text")
    if owner is None:
        raise Refused("owner", _("谁来办？没有名字的不算定了。"), "owner")
    if due_on is None:
        raise Refused("due", _("哪天以前办好？"), "due_on")
    if due_on < clock.local(row.starts).date():
        raise Refused("due", _("办好的日子早于开会的日子。"), "due_on")
    made = Resolution(
        community_id=row.community_id,
        activity=row,
        need=need,
        text=words,
        owner=owner,
        due_on=due_on,
    )
    made.save(force_insert=True)
    record("resolution:make", row=made, subject=row, by=by, at=at, detail={"owner": owner.pk})
    return made


@transaction.atomic
def carried_out(
    resolution: Resolution, *, by: Actor, text: str, at: datetime | None = None
) -> Resolution:
    """It is done, and how: by whoever sees to it, or whoever runs the meeting."""
    row = (
        Resolution.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("activity__place")
        .filter(pk=resolution.pk)
        .first()
    )
    if row is None or not may_carry_out(by, row):
        raise NotYours("resolution", _("没有这一条决议。"))
    if row.done_at is not None:
        return row
    words = short(text, MOST_TEXT, "done_text")
    if len(words) < 2:
        raise Refused("text", _("写一句办成了什么。"), "done_text")
    row.done_at, row.done_text = happened(at), words
    row.save(update_fields=["done_at", "done_text"])
    record("resolution:done", row=row, subject=row.activity, by=by, at=at)
    return row


def may_carry_out(by: Actor, row: Resolution) -> bool:
    """Whether the actor may say that it is done."""
    theirs = by.person_id is not None and row.owner_id == by.person_id
    return theirs or by.can(Can.NEED_DECIDE) or may_run(by, row.activity)


@transaction.atomic
def mark_late(rows: Iterable[Resolution], at: datetime) -> int:
    """The day has passed: said once, by the house. Returns how many."""
    done = 0
    for resolution in rows:
        house = Actor.house(resolution.community_id)
        row = (
            Resolution.objects.of(house)
            .select_for_update(of=("self",))
            .filter(pk=resolution.pk, done_at__isnull=True, late_at__isnull=True)
            .first()
        )
        if row is None:
            continue
        row.late_at = at
        row.save(update_fields=["late_at"])
        record("resolution:late", row=row, subject=resolution.activity, by=house, at=at)
        done += 1
    return done


def late_before(community_id: int, day: date) -> Q:
    """Resolutions that were due before a day and were not done then."""
    start = clock.start_of(day)
    return Q(community_id=community_id, due_on__lt=day) & (
        Q(done_at__isnull=True) | Q(done_at__gte=start)
    )
