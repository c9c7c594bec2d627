"""Posts across rooms: only whoever signed for a post keeps it; its turns are made of its week; when
it ends, what was promised for it is let go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board import posting
from linshuo.domain.board.access import spoken_for
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.people.checking import licence_holds, standing
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.lifecycle import HOLDING, LIVE, PLEDGE
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import duty
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_solving import members_in_force
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused

TERM = timedelta(days=365)
"""How long hours at a post are agreed for where the post has no end of its own."""


def keepers(post: Post) -> Q:
    """Pledges that hold a place on a line of this post."""
    return Q(ask__post=post, state__in=HOLDING)


def may_keep_there(post: Post, *, by: Actor) -> tuple[bool, frozenset[int]]:
    """In whose name the actor signed for a post, or takes part in a rota of it: their own, and
    which units they speak for."""
    kept = Pledge.objects.of(by).filter(keepers(post)).values_list("person_id", "partnership_id")
    both = {*kept, *_in_turn(by, post)}
    own = by.person_id is not None and any(person == by.person_id for person, _unit in both)
    units = {unit for _person, unit in both if unit is not None}
    return own, frozenset(units & spoken_for(by))


def _in_turn(by: Actor, post: Post) -> set[tuple[int | None, int | None]]:
    rows = members_in_force(by.community_id).filter(rota__post=post)
    return set(rows.values_list("person_id", "partnership_id"))


def must_keep(post: Post, person: Person | None, unit: Partnership | None, day: date) -> None:
    """Raises `Refused` unless this person or unit signed for the post, with the licence it asks
    for, or takes part in a rota of it: nobody is put where they did not agree to be."""
    house = Actor.house(post.community_id)
    signed = Pledge.objects.of(house).filter(keepers(post), person=person, partnership=unit)
    in_turn = members_in_force(post.community_id, day).filter(
        rota__post=post, person=person, partnership=unit
    )
    if not (signed.exists() or in_turn.exists()):
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
def set_up(
    *,
    by: Actor,
    stretches: Iterable[tuple[int, time, time]] = (),
    line: str = "",
    slots: int = 1,
    at: datetime | None = None,
    **post: Any,
) -> Post:
    """设岗 with the week it is to be kept, and the line one signs to keep it, all or nothing.
    `post` goes to `posting.set_up_post`. Nobody has signed yet, so the week is nobody's.

    Raises `Refused` with the field that will not do.
    """
    row = posting.set_up_post(by=by, at=at, **post)
    for weekday, starts, ends in stretches:
        posting.set_hours(
            row, by=by, weekday=weekday, starts=starts, ends=ends, since=row.since, at=at
        )
    if line.strip():
        try:
            put_up(row, by=by, kind="manage", text=line, slots=slots, at=at)
        except Refused as refused:
            field = "line" if refused.field == "text" else refused.field
            raise Refused(refused.code, refused.sentence, field) from None
    return row


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
    return keep_week(
        post,
        by=by,
        weekdays=[weekday],
        starts=starts,
        ends=ends,
        person=person,
        partnership=partnership,
        since=since,
        at=at,
    )[0]


@transaction.atomic
def keep_week(
    post: Post,
    *,
    by: Actor,
    weekdays: Iterable[int],
    starts: time,
    ends: time,
    person: Person | None = None,
    partnership: Partnership | None = None,
    since: date | None = None,
    at: datetime | None = None,
) -> list[PostHours]:
    """The same stretch on several weekdays, all or none; with nobody, it is still to be kept.

    Raises `Refused` with the field: who has not signed, hours that cannot be or run together.
    """
    days = sorted(set(weekdays))
    if not days:
        raise Refused("weekday", _("星期几？至少选一天。"), "weekdays")
    if person is not None or partnership is not None:
        must_keep(post, person, partnership, since or clock.today())
    made = [
        posting.set_hours(
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
        for weekday in days
    ]
    if person is not None or partnership is not None:
        _agree(post, person, partnership, by=by, first=made[0].since, at=at)
    roll(post, at=at)
    return made


def _agree(
    post: Post,
    person: Person | None,
    unit: Partnership | None,
    *,
    by: Actor,
    first: date,
    at: datetime | None,
) -> None:
    """Whoever is given hours has been spoken to: the days are agreed, until the post ends or for a
    year, after which they are asked."""
    begins = max(first, clock.local(at or clock.now()).date())
    until = min(filter(None, [post.until, begins + TERM]))
    held = Pledge.objects.of(by).filter(
        keepers(post), person=person, partnership=unit, state=PLEDGE.accepted.name
    )
    for pledge in held.select_related("ask").order_by("pk"):
        pledges.plan(pledge, by=by, planned_on=begins, until=max(until, begins), at=at)


@transaction.atomic
def pass_on(
    hours: PostHours,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    since: date | None = None,
    at: datetime | None = None,
) -> PostHours:
    """A stretch of the week is somebody's from a day on. What was another's until then ends the
    day before, and the turns made of it are let go. Raises `Refused` with the field."""
    if person is None and partnership is None:
        raise Refused("keeper", _("交给谁？"), "keeper")
    row = PostHours.objects.of(by).select_related("post__place").filter(pk=hours.pk).first()
    if row is None:
        raise NotYours("posthours", _("没有这一段。"))
    day = since or clock.local(at or clock.now()).date()
    must_keep(row.post, person, partnership, day)
    if row.person_id is None and row.partnership_id is None:
        given = posting.assign_hours(row, by=by, person=person, partnership=partnership, at=at)
        _agree(row.post, person, partnership, by=by, first=given.since, at=at)
        roll(row.post, at=at)
        return given
    if day <= row.since:
        raise Refused("since", _("这一段 %s 才开始，最早第二天换人。") % f"{row.since:%F}", "since")
    give_up(row, by=by, last=day - timedelta(days=1), at=at)
    return keep_week(
        row.post,
        by=by,
        weekdays=[row.weekday],
        starts=row.starts,
        ends=row.ends,
        person=person,
        partnership=partnership,
        since=day,
        at=at,
    )[0]


@transaction.atomic
def plan(
    post: Post,
    *,
    by: Actor,
    day: date | None,
    starts: time | None,
    ends: time | None,
    person: Person | None = None,
    partnership: Partnership | None = None,
    at: datetime | None = None,
) -> Turn:
    """One turn outside the usual week, to come or typed back, for somebody who signed.

    Raises `Refused` with the field that is missing or cannot be.
    """
    if person is None and partnership is None:
        raise Refused("keeper", _("谁来？先有人认这个岗，再排班。"), "keeper")
    if day is None:
        raise Refused("day", _("哪一天？"), "day")
    if starts is None or ends is None:
        raise Refused("times", _("从几点到几点？"), "starts" if starts is None else "ends")
    must_keep(post, person, partnership, day)
    return duty.plan_at_post(
        post,
        by=by,
        starts=datetime.combine(day, starts, tzinfo=clock.SHANGHAI),
        ends=datetime.combine(day, ends, tzinfo=clock.SHANGHAI),
        person=person,
        partnership=partnership,
        at=at,
    )


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
def move(
    turn: Turn,
    *,
    by: Actor,
    day: date,
    starts: time,
    ends: time,
    at: datetime | None = None,
) -> Turn:
    """换一天: one's turn at a post on another day, as long as one still keeps the post."""
    row = Turn.objects.of(by).select_related("post", "person", "partnership").get(pk=turn.pk)
    if row.post is None:
        raise NotYours("turn", _("没有这一班。"))
    must_keep(row.post, row.person, row.partnership, day)
    return duty.move(
        row,
        by=by,
        starts=datetime.combine(day, starts, tzinfo=clock.SHANGHAI),
        ends=datetime.combine(day, ends, tzinfo=clock.SHANGHAI),
        at=at,
    )


@transaction.atomic
def stand_in(
    turn: Turn,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    starts: datetime | None = None,
    ends: datetime | None = None,
    at: datetime | None = None,
) -> Turn:
    """我来替: one of the post's keepers takes a free turn, all of it or part; a liaison for their
    unit; or the office writes down who said they would. With neither name it is the actor's own.

    Raises `Refused` with the field, `NotYours` for whoever may not put that name there.
    """
    row = Turn.objects.of(by).select_related("post__place").filter(pk=turn.pk).first()
    if row is None or row.post is None:
        raise NotYours("turn", _("没有这一班。"))
    if person is None and partnership is None:
        person = Person.objects.of(by).filter(pk=by.person_id or 0).first()
    own = person is not None and person.pk == by.person_id
    own = own or (partnership is not None and partnership.pk in spoken_for(by))
    named = person is not None or partnership is not None
    if not named or not (own or may_plan(by, row.post)):
        raise NotYours("turn", _("没有这一班。"))
    must_keep(row.post, person, partnership, clock.local(row.starts).date())
    return duty.cover(
        row, by=by, person=person, partnership=partnership, starts=starts, ends=ends, at=at
    )


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
