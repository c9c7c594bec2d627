"""Posts across rooms: only whoever signed for a post keeps it; its turns are made of its week; when
it ends, what was promised for it is let go.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board import posting
from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.people.checking import licence_holds, standing
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.lifecycle import HOLDING, LIVE
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import duty
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.models import Turn
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused


def keepers(post: Post) -> Q:
    """Pledges that hold a place on a line of this post."""
    return Q(ask__post=post, state__in=HOLDING)


def must_keep(post: Post, person: Person | None, unit: Partnership | None, day: date) -> None:
    """Raises `Refused` unless this person or unit signed for the post, with the licence it asks
    for: nobody is put where they did not sign."""
    house = Actor.house(post.community_id)
    signed = Pledge.objects.of(house).filter(keepers(post), person=person, partnership=unit)
    if not signed.exists():
        who = person.name if person is not None else str(unit)
        raise Refused("not-signed", _("%s 还没认这个岗，先请本人签名。") % who, "keeper")
    must_be_licensed(post, person, day)


def must_be_licensed(post: Post, person: Person | None, day: date) -> None:
    """Raises `Refused` where the post asks for a licence and none in force was shown."""
    if not post.licence or person is None:
        return
    row = standing(person)
    if row is None or not licence_holds(row, day):
        told = _("这个岗要%(what)s。%(who)s 报到时没写，或者过期了，先补上。")
        raise Refused("licence", told % {"what": post.licence, "who": person.name}, "keeper")


@transaction.atomic
def keep(
    post: Post,
    *,
    by: Actor,
    weekday: int,
    starts: time,
    ends: time,
    person: Person | None = None,
    partnership: Partnership | None = None,
    since: date | None = None,
    at: datetime | None = None,
) -> PostHours:
    """Give a stretch of the week to somebody who signed for the post, and make the turns."""
    day = since or clock.today()
    if person is not None or partnership is not None:
        must_keep(post, person, partnership, day)
    hours = posting.set_hours(
        post,
        by=by,
        weekday=weekday,
        starts=starts,
        ends=ends,
        person=person,
        partnership=partnership,
        since=since,
        at=at,
    )
    roll(post, at=at)
    return hours


@transaction.atomic
def give_up(
    hours: PostHours, *, by: Actor, last: date | None = None, at: datetime | None = None
) -> PostHours:
    """A stretch of the week ends; the turns made of it that are still to come are free."""
    row = posting.end_hours(hours, by=by, last=last, at=at)
    after = clock.start_of((row.until or clock.today()) + timedelta(days=1))
    moment = max(after, at or clock.now())
    house = Actor.house(by.community_id)
    for turn in duty.to_come(house, Q(hours=row), moment - timedelta(seconds=1)):
        duty.away(turn, by=house, at=at)
    return row


def roll(post: Post, *, at: datetime | None = None) -> int:
    """Make the turns of the coming four weeks. Returns how many are new."""
    moment = at or clock.now()
    today = clock.local(moment).date()
    rows = PostHours.objects.within(post.community_id).filter(
        Q(until__isnull=True) | Q(until__gte=today), post=post
    )
    rows = rows.select_related("person", "partnership")
    if post.closed_at is not None:
        return 0
    last = today + timedelta(days=duty.AHEAD_DAYS)
    return duty.make_turns(post, rows.order_by("pk"), first=today, last=last, at=moment)


def tick(at: datetime | None = None) -> int:
    """What time alone brings to posts: their turns, four weeks ahead. Any number of times."""
    posts = Post.objects.everywhere().filter(closed_at__isnull=True).exclude(kind="rota")
    return sum(roll(post, at=at) for post in posts.order_by("pk"))


@transaction.atomic
def stand_in(
    turn: Turn,
    *,
    by: Actor,
    person: Person | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    at: datetime | None = None,
) -> Turn:
    """我来替: one of the post's keepers takes a free turn, all of it or part; or the office writes
    down who said they would."""
    row = Turn.objects.of(by).select_related("post__place").filter(pk=turn.pk).first()
    if row is None or row.post is None:
        raise NotYours("turn", _("没有这一班。"))
    who = person or Person.objects.of(by).filter(pk=by.person_id or 0).first()
    own = who is not None and who.pk == by.person_id
    if who is None or not (own or may_plan(by, row.post)):
        raise NotYours("turn", _("没有这一班。"))
    must_keep(row.post, who, None, clock.local(row.starts).date())
    return duty.cover(row, by=by, person=who, starts=starts, ends=ends, at=at)


@transaction.atomic
def end(post: Post, *, by: Actor, at: datetime | None = None) -> Post:
    """撤岗: its lines come down, its pledges are released, its turns to come are free."""
    row = posting.end_post(post, by=by, at=at)
    house = Actor.house(by.community_id)
    moment = at or clock.now()
    for turn in duty.to_come(house, Q(post=row), moment):
        duty.away(turn, by=house, at=at)
    held = Pledge.objects.of(house).filter(ask__post=row, state__in=LIVE)
    for pledge in held.select_related("ask").order_by("pk"):
        pledges.release(pledge, by=house, at=at)
    return row


def release_turns(person: Person, *, post: Post | None = None, at: datetime | None = None) -> int:
    """Whoever leaves is expected nowhere any more: their stretches end, their turns are free."""
    house = Actor.house(person.community_id)
    moment = at or clock.now()
    today = clock.local(moment).date()
    stretches = PostHours.objects.of(house).filter(
        Q(until__isnull=True) | Q(until__gte=today), person=person
    )
    turns = Q(person=person)
    if post is not None:
        stretches, turns = stretches.filter(post=post), turns & Q(post=post)
    for hours in stretches:
        posting.end_hours(hours, by=house, last=today, at=at)
    freed = list(duty.to_come(house, turns, moment))
    for turn in freed:
        duty.away(turn, by=house, at=at)
    return len(freed)
