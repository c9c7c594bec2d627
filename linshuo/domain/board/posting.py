"""Writes about posts and what is offered: setting up, hours, ending."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep, offers_for
from linshuo.domain.board.actions import clean_line
from linshuo.domain.board.models import MOST_TEXT, Ask, Offer, Post, PostHours, PostKind, Risk
from linshuo.domain.needs.checks import one_of, short
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.models import Asset, Place
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

MOST_NAME = 40


def _must_keep(by: Actor, place: Place) -> None:
    ours = place.community_id == by.community_id
    if not ours or not (by.is_house or by.reaches(Can.POST_KEEP, place.path)):
        raise NotYours("post:keep", _("没有这一页。"))


def _checked(
    by: Actor,
    name: str,
    kind: str,
    about: str,
    risk: str,
    insurance: str,
    insured_until: date | None,
    licence: str,
    until: date | None,
    since: date,
) -> dict[str, Any]:
    name = clean_line(name, "name")
    if len(name) > MOST_NAME:
        raise Refused("long", _("岗的名字最多 %d 个字。") % MOST_NAME, "name")
    insurance = short(insurance, 80, "insurance")
    if one_of(Risk, risk, "risk") and not insurance:
        raise Refused("insurance", _("有危险的岗，先写明上了什么保险。"), "insurance")
    if until is not None and until < since:
        raise Refused("until", _("结束的日子早于开始的日子。"), "until")
    return {
        "name": name,
        "kind": one_of(PostKind, kind, "kind"),
        "about": short(about, 120, "about"),
        "risk": risk,
        "insurance": insurance,
        "insured_until": insured_until,
        "licence": short(licence, 60, "licence"),
        "until": until,
    }


@transaction.atomic
def set_up_post(
    *,
    by: Actor,
    name: str,
    kind: str,
    place: Place | None = None,
    asset: Asset | None = None,
    need: Need | None = None,
    owner: Person | None = None,
    about: str = "",
    risk: str = "",
    insurance: str = "",
    insured_until: date | None = None,
    licence: str = "",
    since: date | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> Post:
    """设岗, at a place or for an asset. Raises `Refused` with the field that will not do."""
    where = asset.place if asset is not None else place
    if where is None:
        raise Refused("place", _("这个岗在哪里？"), "place")
    _must_keep(by, where)
    for row in (asset, need, owner):
        if row is not None and row.community_id != by.community_id:
            raise NotYours("post:keep", _("没有这一页。"))
    begins = since or clock.local(happened(at)).date()
    post = Post(
        community_id=by.community_id,
        place=where,
        asset=asset,
        need=need,
        owner=owner,
        since=begins,
        **_checked(by, name, kind, about, risk, insurance, insured_until, licence, until, begins),
    )
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError:
        raise Refused("name-taken", _("已经有一个岗叫“%s”。") % post.name, "name") from None
    record("post:set-up", row=post, by=by, at=at)
    return post


def lock_post(post: Post, by: Actor) -> Post:
    """The row as it is now, held until the transaction ends; for whoever keeps posts there."""
    row = (
        Post.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("place", "asset")
        .filter(pk=post.pk)
        .first()
    )
    if row is None or not may_keep(by, row):
        raise NotYours("post", _("没有这个岗。"))
    return row


@transaction.atomic
def change_post(
    post: Post,
    *,
    by: Actor,
    name: str,
    about: str = "",
    owner: Person | None = None,
    risk: str = "",
    insurance: str = "",
    insured_until: date | None = None,
    licence: str = "",
    until: date | None = None,
    at: datetime | None = None,
) -> Post:
    """Change what is said of a post, or until when it is kept."""
    row = lock_post(post, by)
    if owner is not None and owner.community_id != by.community_id:
        raise NotYours("post:keep", _("没有这一页。"))
    changes = _checked(
        by, name, row.kind, about, risk, insurance, insured_until, licence, until, row.since
    )
    changes["owner"] = owner
    for field, value in changes.items():
        setattr(row, field, value)
    try:
        with transaction.atomic():
            row.save(update_fields=list(changes))
    except IntegrityError:
        raise Refused("name-taken", _("已经有一个岗叫“%s”。") % row.name, "name") from None
    record("post:change", row=row, by=by, at=at)
    return row


@transaction.atomic
def end_post(post: Post, *, by: Actor, at: datetime | None = None) -> Post:
    """撤岗: nobody signs any more; `acts.posts.end` lets the pledges and turns to come go."""
    row = lock_post(post, by)
    if row.closed_at is not None:
        return row
    row.closed_at = happened(at)
    row.save(update_fields=["closed_at"])
    record("post:end", row=row, by=by, at=at)
    for ask in Ask.objects.of(by).filter(post=row, closed_at__isnull=True):
        ask.closed_at = row.closed_at
        ask.save(update_fields=["closed_at"])
        record("ask:take-down", row=ask, subject=row, by=by, at=at)
    return row


@transaction.atomic
def set_hours(
    post: Post,
    *,
    by: Actor,
    weekday: int,
    starts: time,
    ends: time,
    person: Person | None = None,
    partnership: Partnership | None = None,
    since: date | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> PostHours:
    """One stretch of the week, and whose it usually is. That they signed for the post is
    `acts.posts`'s to check.

    Raises `Refused` for hours that cannot be, or that run into another stretch of the same keeper.
    """
    row = lock_post(post, by)
    if row.closed_at is not None:
        raise Refused("ended", _("这个岗已经撤了。"))
    if not 0 <= weekday <= 6:
        raise Refused("weekday", _("星期几？"), "weekday")
    if ends <= starts:
        raise Refused("times", _("结束要在开始以后；过夜的分成两段写。"), "ends")
    begins = since or clock.local(happened(at)).date()
    if until is not None and until < begins:
        raise Refused("until", _("结束的日子早于开始的日子。"), "until")
    _must_not_run_into(row, by, weekday, starts, ends, person, partnership, begins)
    hours = PostHours(
        community_id=by.community_id,
        post=row,
        weekday=weekday,
        starts=starts,
        ends=ends,
        person=person,
        partnership=partnership,
        since=begins,
        until=until,
    )
    hours.save(force_insert=True)
    record("posthours:set", row=hours, subject=row, by=by, at=at)
    return hours


def _must_not_run_into(
    post: Post,
    by: Actor,
    weekday: int,
    starts: time,
    ends: time,
    person: Person | None,
    partnership: Partnership | None,
    since: date,
) -> None:
    same = PostHours.objects.of(by).filter(
        weekday=weekday, starts__lt=ends, ends__gt=starts, person=person, partnership=partnership
    )
    if person is None and partnership is None:
        same = same.filter(post=post)
    for other in same:
        if other.until is None or other.until >= since:
            told = _("%(a)s–%(b)s 已经有一段了，重在一起。")
            raise Refused(
                "overlap",
                told % {"a": f"{other.starts:%H:%M}", "b": f"{other.ends:%H:%M}"},
                "starts",
            )


@transaction.atomic
def assign_hours(
    hours: PostHours,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    at: datetime | None = None,
) -> PostHours:
    """Say whose a stretch is that nobody has been given yet. Raises `Refused` for one that is
    somebody's, and where they keep another post at that time."""
    row = PostHours.objects.of(by).select_for_update(of=("self",)).filter(pk=hours.pk).first()
    if row is None:
        raise NotYours("posthours", _("没有这一段。"))
    post = lock_post(row.post, by)
    if post.closed_at is not None:
        raise Refused("ended", _("这个岗已经撤了。"))
    if row.person_id is not None or row.partnership_id is not None:
        raise Refused("taken", _("这一段已经有人了。"), "keeper")
    _must_not_run_into(post, by, row.weekday, row.starts, row.ends, person, partnership, row.since)
    row.person, row.partnership = person, partnership
    row.save(update_fields=["person", "partnership"])
    record("posthours:assign", row=row, subject=post, by=by, at=at)
    return row


@transaction.atomic
def end_hours(
    hours: PostHours, *, by: Actor, last: date | None = None, at: datetime | None = None
) -> PostHours:
    """The last day on which a stretch holds; today unless said otherwise."""
    row = PostHours.objects.of(by).select_for_update(of=("self",)).filter(pk=hours.pk).first()
    if row is None:
        raise NotYours("posthours", _("没有这一段。"))
    lock_post(row.post, by)
    row.until = max(last or clock.local(happened(at)).date(), row.since)
    row.save(update_fields=["until"])
    record("posthours:end", row=row, subject=row.post, by=by, at=at)
    return row


@transaction.atomic
def put_on_offer(
    *,
    by: Actor,
    text: str,
    partnership: Partnership | None = None,
    person: Person | None = None,
    since: date | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> Offer:
    """What a unit or a person offers. Its line, with the places, is put up by `acts.offering`.

    By its liaison, by the person, or at the desk for them. Raises `Refused` with the field.
    """
    if (partnership is None) == (person is None):
        raise Refused("who", _("谁提供的？单位或者个人，选一样。"), "partnership")
    line = clean_line(text, "text")
    begins = since or clock.local(happened(at)).date()
    if until is not None and until < begins:
        raise Refused("until", _("结束的日子早于开始的日子。"), "until")
    row = Offer(
        community_id=by.community_id,
        partnership=partnership,
        person=person,
        text=line[:MOST_TEXT],
        since=begins,
        until=until,
    )
    whose = partnership or person
    ours = whose is not None and whose.community_id == by.community_id
    if not ours or not (by.is_house or by.can(Can.POST_KEEP) or offers_for(by, row)):
        raise NotYours("offer", _("没有这一页。"))
    row.save(force_insert=True)
    record("offer:make", row=row, by=by, at=at)
    return row


@transaction.atomic
def end_offer(offer: Offer, *, by: Actor, at: datetime | None = None) -> Offer:
    """Nobody more can ask for it; what was agreed stays."""
    row = Offer.objects.of(by).select_for_update(of=("self",)).filter(pk=offer.pk).first()
    if row is None or not (by.is_house or by.can(Can.POST_KEEP) or offers_for(by, row)):
        raise NotYours("offer", _("没有这一项。"))
    if row.closed_at is None:
        row.closed_at = happened(at)
        row.save(update_fields=["closed_at"])
        record("offer:end", row=row, by=by, at=at)
        for ask in Ask.objects.of(by).filter(offer=row, closed_at__isnull=True):
            ask.closed_at = row.closed_at
            ask.save(update_fields=["closed_at"])
            record("ask:take-down", row=ask, subject=row, by=by, at=at)
    return row
