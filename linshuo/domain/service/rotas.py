"""Writes about rotas: drawing one up, by which rules and with whom, who cannot when; and a draft in
place of one that is published. What is made of it is `rota_publishing`'s."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep
from linshuo.domain.board.models import Post, PostKind
from linshuo.domain.board.posting import lock_post
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.queries import unknown_years
from linshuo.domain.service.duty import PAST_DAYS
from linshuo.domain.service.rota_reads import published
from linshuo.domain.service.rota_rounds import too_long
from linshuo.domain.service.rota_rows import (
    Holidays,
    Per,
    Rota,
    RotaDays,
    RotaMember,
    RotaStage,
)
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_MEMBERS = 100
MOST_GAP = 26
OPEN = (RotaStage.DRAFT, RotaStage.MADE, RotaStage.FAILED)
"""While one may still change what it is made from."""
Member = Person | Partnership


@transaction.atomic
def draw_up(
    post: Post,
    *,
    by: Actor,
    first: date,
    last: date,
    per: str,
    members: Iterable[Member],
    basis: str,
    gap: int = 0,
    holidays: str = Holidays.SKIP,
    holiday_unit: Partnership | None = None,
    at: datetime | None = None,
) -> Rota:
    """A rota of a post over a period, still to be made. `basis` says how those who take part came
    to agree: nobody is put into a rota unasked.

    Raises `Refused` with the field that will not do: a period that overlaps another rota of the
    post, lies too far back or is too long, days off that nobody knows yet, nobody to take part.
    """
    row = lock_post(post, by)
    if row.kind != PostKind.ROTA or row.closed_at is not None:
        raise Refused("post", _("选一个“轮值”的岗。"), "post")
    rota = Rota(community_id=by.community_id, post=row, first=first, last=last, per=per)
    _must_be_a_period(rota, happened(at))
    _settle(rota, gap, holidays, holiday_unit, basis)
    must_not_overlap(rota)
    rota.save(force_insert=True)
    record("rota:draw-up", row=rota, subject=row, by=by, at=at)
    _take_in(rota, members, by=by, at=at)
    return rota


def _must_be_a_period(rota: Rota, now: datetime) -> None:
    if rota.per not in Per.values:
        raise Refused("per", _("一周一轮，还是一个月一轮？"), "per")
    if rota.last < rota.first:
        raise Refused("last", _("结束的日子早于开始的日子。"), "last")
    if rota.first < clock.local(now).date() - timedelta(days=PAST_DAYS):
        raise Refused("past", _("最早从 %d 天以前排起，再早的补不了。") % PAST_DAYS, "first")
    if too_long(rota.first, rota.last):
        raise Refused("long", _("一次最多排两年，分开排。"), "last")
    until = rota.post.until
    if until is not None and rota.last > until:
        told = _("这个岗守到 %s 为止，轮值排不到那以后。")
        raise Refused("post-until", told % wording.day(until), "last")
    insured = rota.post.insured_until
    if rota.post.risk and insured is not None and rota.last > insured:
        told = _("这个岗的保险到 %s，先续保险，或者排到那天为止。")
        raise Refused("insurance", told % wording.day(insured), "last")


def _settle(
    rota: Rota, gap: int, holidays: str, holiday_unit: Partnership | None, basis: str
) -> None:
    if not 0 <= gap <= MOST_GAP:
        raise Refused("gap", _("间隔写 0 到 %d。") % MOST_GAP, "gap")
    if holidays not in Holidays.values:
        raise Refused("holidays", _("请选列出来的一项。"), "holidays")
    if holidays == Holidays.NAMED and holiday_unit is None:
        raise Refused("holiday-unit", _("放假的轮次由哪一家值？"), "holiday_unit")
    if holidays != Holidays.USUAL:
        _must_know_days_off(rota)
    words = " ".join(tidy(basis).split())
    if not 2 <= len(words) <= 120:
        raise Refused("basis", _("写一句大家是怎么答应的，比如“1月联席会议上说好的”。"), "basis")
    rota.gap, rota.holidays, rota.basis = gap, holidays, words
    rota.holiday_unit = holiday_unit if holidays == Holidays.NAMED else None


def _must_know_days_off(rota: Rota) -> None:
    unknown = unknown_years(rota.community_id, rota.first, rota.last)
    if not unknown:
        return
    told = _(
        "这里还没有 %(year)d 年的放假安排，不知道哪几轮整轮放假。先排到 %(last)s；"
        "或者在“设置—放假与调休”里写上；或者选“放假也照常轮”。"
    )
    before = date(unknown[0] - 1, 12, 31)
    raise Refused("calendar", told % {"year": unknown[0], "last": wording.day(before)}, "last")


def must_not_overlap(rota: Rota) -> None:
    """Raises `Refused` where another rota of the post is in force at the same time."""
    for other in published(rota.community_id, rota.post_id):
        same = other.key_id == (rota.key_id if rota.replaces_id else None)
        if not same and other.first <= rota.last and rota.first <= other.last:
            told = _(
                "这个岗从%(first)s到%(last)s已经有一张轮值表了，换一段时间，或者去那张表上重排。"
            )
            days = {"first": wording.day(other.first), "last": wording.day(other.last)}
            raise Refused("overlap", told % days, "first")


def _take_in(rota: Rota, members: Iterable[Member], *, by: Actor, at: datetime | None) -> None:
    chosen = list(dict.fromkeys(members))
    if not chosen:
        raise Refused("members", _("谁来轮？至少选一家。"), "members")
    if len(chosen) > MOST_MEMBERS:
        raise Refused("members", _("一张表最多 %d 家。") % MOST_MEMBERS, "members")
    there = {(m.person_id, m.partnership_id): m for m in members_of(rota)}
    wanted = set()
    for one in chosen:
        if one.community_id != by.community_id:
            raise NotYours("rota", _("没有这一页。"))
        person, unit = (one, None) if isinstance(one, Person) else (None, one)
        key = (person.pk if person else None, unit.pk if unit else None)
        wanted.add(key)
        row = there.get(key)
        if row is None:
            row = RotaMember(
                community_id=by.community_id, rota=rota, person=person, partnership=unit
            )
            row.save(force_insert=True)
            record("rotamember:join", row=row, subject=rota, by=by, at=at)
        elif row.left_on is not None:
            _set_left(row, None, rota, by, at)
    # Whoever is taken out of a rota that runs already has had its rounds until today.
    tomorrow = clock.local(happened(at)).date() + timedelta(days=1)
    day = max(rota.first, tomorrow) if rota.replaces_id else rota.first
    for key, row in there.items():
        if key not in wanted and row.left_on is None:
            _set_left(row, day, rota, by, at)


def members_of(rota: Rota) -> list[RotaMember]:
    """Who takes part, those who left among them, in the order they came in."""
    rows = RotaMember.objects.within(rota.community_id).filter(rota=rota)
    return list(rows.select_related("person", "partnership__organisation").order_by("pk"))


def _set_left(row: RotaMember, on: date | None, rota: Rota, by: Actor, at: datetime | None) -> None:
    row.left_on = on
    row.save(update_fields=["left_on"])
    verb = "rotamember:leave" if on else "rotamember:join"
    record(verb, row=row, subject=rota, by=by, at=at)


def lock(rota: Rota, by: Actor, *states: str) -> Rota:
    """The rota as it is now, for whoever keeps its post, in one of these states."""
    rows = Rota.objects.of(by).select_for_update(of=("self",))
    row = rows.select_related("post__place", "holiday_unit").filter(pk=rota.pk).first()
    if row is None or not may_keep(by, row.post):
        raise NotYours("rota", _("没有这张轮值表。"))
    if states and row.stage not in states:
        raise Refused("state", _("这张表刚刚有人动过了，看一眼现在的样子再办。"))
    return row


def _again(row: Rota, by: Actor, at: datetime | None, verb: str, *fields: str) -> None:
    """What it is made from has changed: the plan that was made of it is none any more."""
    row.stage, row.plan = RotaStage.DRAFT, None
    row.save(update_fields=["stage", "plan", *fields])
    record(verb, row=row, subject=row.post, by=by, at=at)


@transaction.atomic
def settle(
    rota: Rota,
    *,
    by: Actor,
    members: Iterable[Member],
    basis: str,
    gap: int = 0,
    holidays: str = Holidays.SKIP,
    holiday_unit: Partnership | None = None,
    at: datetime | None = None,
) -> Rota:
    """Change who takes part and by which rules, before it is published. Raises `Refused`."""
    row = lock(rota, by, *OPEN)
    _settle(row, gap, holidays, holiday_unit, basis)
    _take_in(row, members, by=by, at=at)
    _again(row, by, at, "rota:settle", "gap", "holidays", "holiday_unit", "basis")
    return row


@transaction.atomic
def add_days(
    member: RotaMember,
    *,
    by: Actor,
    kind: str,
    first: date,
    last: date | None = None,
    at: datetime | None = None,
) -> RotaDays:
    """Somebody cannot, would rather not, or would like to on these days. Raises `Refused`."""
    rota = lock(member.rota, by, *OPEN)
    last = last or first
    if kind not in RotaDays.Kind.values:
        raise Refused("kind", _("请选列出来的一项。"), "kind")
    if last < first:
        raise Refused("last", _("结束的日子早于开始的日子。"), "last")
    if last < rota.first or first > rota.last:
        raise Refused("days", _("这几天不在这张表的时间里。"), "first")
    if kind == RotaDays.Kind.AWAY and first <= rota.first and last >= rota.last:
        told = _("这一家整段都来不了，那就不用排进来，在“改规则和名单”里去掉。")
        raise Refused("all-away", told, "first")
    row = RotaDays(community_id=by.community_id, member=member, kind=kind, first=first, last=last)
    row.save(force_insert=True)
    record("rotadays:say", row=row, subject=rota, by=by, at=at)
    _again(rota, by, at, "rota:settle")
    return row


@transaction.atomic
def drop_days(days: RotaDays, *, by: Actor, at: datetime | None = None) -> RotaDays:
    """Not so after all."""
    rota = lock(days.member.rota, by, *OPEN)
    if days.dropped_at is None:
        days.dropped_at = happened(at)
        days.save(update_fields=["dropped_at"])
        record("rotadays:drop", row=days, subject=rota, by=by, at=at)
        _again(rota, by, at, "rota:settle")
    return days


@transaction.atomic
def leave(
    member: RotaMember, *, by: Actor, on: date | None = None, at: datetime | None = None
) -> RotaMember:
    """不再参加: from a day on they take no more rounds. Of a rota that is published, what is to
    come stays theirs until it is made anew."""
    row = lock(member.rota, by, *OPEN, RotaStage.PUBLISHED)
    day = max(on or clock.local(happened(at)).date() + timedelta(days=1), row.first)
    _set_left(member, day, row, by, at)
    if row.stage != RotaStage.PUBLISHED:
        _again(row, by, at, "rota:settle")
    return member


@transaction.atomic
def redraw(rota: Rota, *, by: Actor, at: datetime | None = None) -> Rota:
    """重排: a draft in place of a published rota, with the same people, rules and days. Pressed
    twice, it is one."""
    row = lock(rota, by, RotaStage.PUBLISHED)
    going = (*OPEN, RotaStage.MAKING)
    found = Rota.objects.of(by).filter(replaces=row, stage__in=going).order_by("pk").first()
    if found is not None:
        return found
    fresh = Rota(
        community_id=row.community_id,
        replaces=row,
        root_id=row.key_id,
        **{
            name: getattr(row, name)
            for name in ("post", "first", "last", "per", "gap", "holidays", "holiday_unit", "basis")
        },
    )
    fresh.save(force_insert=True)
    record("rota:redraw", row=fresh, subject=row.post, by=by, at=at)
    days = RotaDays.objects.of(by).filter(dropped_at__isnull=True)
    for old in members_of(row):
        member = RotaMember(
            community_id=row.community_id,
            rota=fresh,
            person=old.person,
            partnership=old.partnership,
            left_on=old.left_on,
        )
        member.save(force_insert=True)
        record("rotamember:join", row=member, subject=fresh, by=by, at=at)
        for said in days.filter(member=old).order_by("pk"):
            copy = RotaDays(
                community_id=row.community_id,
                member=member,
                kind=said.kind,
                first=said.first,
                last=said.last,
            )
            copy.save(force_insert=True)
            record("rotadays:say", row=copy, subject=fresh, by=by, at=at)
    return fresh


@transaction.atomic
def drop(rota: Rota, *, by: Actor, at: datetime | None = None) -> Rota:
    """A draft is not wanted any more; one that is published is made anew instead."""
    row = lock(rota, by, *OPEN, RotaStage.MAKING, RotaStage.GONE)
    if row.stage != RotaStage.GONE:
        row.stage = RotaStage.GONE
        row.save(update_fields=["stage"])
        record("rota:drop", row=row, subject=row.post, by=by, at=at)
    return row
