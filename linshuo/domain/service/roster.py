"""Reads about posts, for the office and for those who keep them: the week, the turns, what is free.

Who comes is named in full to whoever plans there; everyone else reads a masked name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges.access import own as own_pledges
from linshuo.domain.pledges.lifecycle import HOLDING
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.access import may_plan, own
from linshuo.domain.service.gaps import open_parts
from linshuo.domain.service.models import ServiceRecord, Turn, Via
from linshuo.domain.service.queries import counting, minutes_words, what_of
from linshuo.domain.service.rota_rows import RotaMember
from linshuo.domain.service.rota_solving import members_in_force, taking_part
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

ASK_BACK_DAYS = 31
"""How far back one is asked whether somebody came: as far as a turn may be typed back."""
MOST_UNSAID = 20
MOST_OWN = 40
MOST_BACK = 100
"""Days after which what was left for the next is not of the next any more."""
WHOLE = (
    *("post__place", "person", "partnership__organisation", "hours"),
    *("activity", "pledge__ask", "covers__person", "covers__partnership__organisation"),
)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who signed for a post: `key` is p12 for a person, u3 for a unit."""

    key: str
    name: str


def keepers(viewer: Actor, post: Post) -> list[Keeper]:
    """Whoever signed for a line of the post and holds a place, once each, in order of signing; then
    whoever takes part in a rota of it."""
    rows = (
        Pledge.objects.of(viewer)
        .filter(ask__post=post, state__in=HOLDING)
        .select_related("person", "partnership__organisation")
        .order_by("signed_at", "pk")
    )
    full = may_plan(viewer, post)
    found: dict[str, Keeper] = {}
    takers: list[Pledge | RotaMember] = [*rows, *taking_part(viewer.community_id, post.pk)]
    for row in takers:
        key = f"u{row.partnership_id}" if row.partnership_id else f"p{row.person_id}"
        found.setdefault(key, Keeper(key, named(row.person, row.partnership, full=full)))
    return list(found.values())


def named(person: Person | None, unit: Partnership | None, *, full: bool) -> str:
    """A unit by its name; a person in full or masked."""
    if unit is not None:
        return str(unit)
    if person is None:
        return ""
    return person.name if full else mask_name(person.name)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the week as the desk shows it."""

    pk: int
    times: str
    who: str
    """Empty while nobody has been given it."""
    note: str
    """从12月9日起, 到12月8日为止: where it does not simply hold."""


def week(viewer: Actor, post: Post, day: date) -> list[list[Stretch]]:
    """The stretches that hold on a day or begin later, Monday first. One query."""
    found: list[list[Stretch]] = [[] for _n in range(7)]
    rows = (
        PostHours.objects.of(viewer)
        .filter(Q(until__isnull=True) | Q(until__gte=day), post=post)
        .select_related("person", "partnership__organisation")
    )
    full = may_plan(viewer, post)
    for row in rows.order_by("weekday", "starts", "pk"):
        note = _("从 %s 起") % wording.near_day(row.since) if row.since > day else ""
        if row.until is not None:
            note = _("到 %s 为止") % wording.near_day(row.until)
        found[row.weekday].append(
            Stretch(
                pk=row.pk,
                times=f"{_clock(row.starts)}–{_clock(row.ends)}",
                who=named(row.person, row.partnership, full=full),
                note=note,
            )
        )
    return found


def _clock(hour: object) -> str:
    return f"{hour:%H:%M}".removeprefix("0")


@dataclass(frozen=True, slots=True)
class Shift:
    """One turn, formatted."""

    pk: int
    post: int | None
    pledge: int | None
    what: str
    place: str
    day: date
    day_words: str
    """12月7日 星期六."""
    times: str
    who: str
    mine: bool
    unit: bool
    away: bool
    begun: bool
    over: bool
    missed: bool
    stands_in: str
    """Whom they stand in for."""
    covered: tuple[str, ...]
    """Who stands in, and when if it is not all of it."""
    free: tuple[str, ...]
    """The parts nobody keeps."""
    came: tuple[str, ...]
    handover: str
    rota: int | None
    """The rota it is a round of."""
    whole: bool
    """Whether it is whole days: no hour of it can be given up alone."""
    starts: datetime
    before: str = ""
    """What the one before left for this one, where it was looked up."""

    @property
    def asks(self) -> bool:
        """Whether nobody has said yet that they came, or did not."""
        return self.begun and not (self.away or self.missed or self.came)


def _whole(viewer: Actor) -> ScopedQuerySet[Turn]:
    return Turn.objects.of(viewer).select_related(*WHOLE)


def _shifts(viewer: Actor, rows: Iterable[Turn], at: datetime) -> list[Shift]:
    """Turns in words: one query for those beside them, one for what was said of them."""
    turns = list(rows)
    gone = [turn for turn in turns if turn.away_at is not None]
    beside: dict[int, list[Turn]] = {}
    if gone:
        others = Turn.objects.of(viewer).filter(
            post__in={turn.post_id for turn in gone},
            away_at__isnull=True,
            starts__lt=max(turn.ends for turn in gone),
            ends__gt=min(turn.starts for turn in gone),
        )
        for other in others.select_related("person", "partnership__organisation"):
            beside.setdefault(other.post_id or 0, []).append(other)
    said: dict[int, list[str]] = {}
    begun = [turn.pk for turn in turns if turn.starts <= at]
    if begun:
        records = counting(viewer.community_id).filter(turn__in=begun).select_related("person")
        for row in records.order_by("pk"):
            said.setdefault(row.turn_id, []).append(_said(row))
    return [
        _shift(viewer, turn, beside.get(turn.post_id or 0, []), said.get(turn.pk, []), at)
        for turn in turns
    ]


def _said(row: ServiceRecord) -> str:
    return _("%(who)s，%(long)s，%(word)s") % {
        "who": mask_name(row.person.name),
        "long": minutes_words(row.minutes),
        "word": Via(row.via).label,
    }


def _shift(viewer: Actor, turn: Turn, beside: list[Turn], said: list[str], at: datetime) -> Shift:
    full = turn.post is not None and may_plan(viewer, turn.post)
    mine = own(viewer, turn) and not viewer.is_house
    covers = turn.covers
    return Shift(
        pk=turn.pk,
        post=turn.post_id,
        pledge=turn.pledge_id,
        what=what_of(turn),
        place=turn.post.place.full_name if turn.post else "",
        day=clock.local(turn.starts).date(),
        day_words=f"{wording.near_day(turn.starts)} {wording.weekday(turn.starts)}",
        times=wording.span(turn.starts, turn.ends),
        who=named(turn.person, turn.partnership, full=full or mine),
        mine=mine,
        unit=turn.person_id is None,
        away=turn.away_at is not None,
        begun=turn.starts <= at,
        over=turn.ends <= at,
        missed=turn.missed_at is not None,
        stands_in=named(covers.person, covers.partnership, full=full) if covers else "",
        covered=tuple(_cover(turn, other, full) for other in beside if other.covers_id == turn.pk),
        free=tuple(wording.span(*part) for part in open_parts(turn, beside) if part[1] > at),
        came=tuple(said),
        handover=turn.handover,
        rota=turn.rota_id,
        whole=wording.whole_days(turn.starts, turn.ends),
        starts=turn.starts,
    )


def _cover(turn: Turn, other: Turn, full: bool) -> str:
    who = named(other.person, other.partnership, full=full)
    if (other.starts, other.ends) == (turn.starts, turn.ends):
        return who
    return f"{who} {wording.span(other.starts, other.ends)}"


def shifts_at(
    viewer: Actor, post: Post, first: date, days: int = 7, *, at: datetime | None = None
) -> list[Shift]:
    """The turns at a post from a day on, in order. At most three queries."""
    rows = _whole(viewer).filter(
        post=post,
        starts__gte=clock.start_of(first),
        starts__lt=clock.start_of(first + timedelta(days=days)),
    )
    return _shifts(viewer, rows.order_by("starts", "pk"), at or clock.now())


def unsaid_at(viewer: Actor, post: Post, *, at: datetime | None = None) -> list[Shift]:
    """Turns of days gone by of which nobody has said whether somebody came, oldest first."""
    moment = at or clock.now()
    rows = _whole(viewer).filter(
        ~Exists(ServiceRecord.objects.within(viewer.community_id).filter(turn=OuterRef("pk"))),
        post=post,
        away_at__isnull=True,
        missed_at__isnull=True,
        starts__gte=clock.start_of(clock.local(moment).date() - timedelta(days=ASK_BACK_DAYS)),
        starts__lt=clock.start_of(clock.local(moment).date()),
    )
    return _shifts(viewer, rows.order_by("starts", "pk")[:MOST_UNSAID], moment)


def shifts_today(viewer: Actor, *, mine: bool, at: datetime | None = None) -> list[Shift]:
    """Today's turns at posts the viewer looks after; or at all where they plan."""
    moment = at or clock.now()
    today = clock.start_of(clock.local(moment).date())
    rows = _whole(viewer).filter(
        post__closed_at__isnull=True,
        post__isnull=False,
        starts__gte=today,
        starts__lt=today + timedelta(days=1),
    )
    if mine:
        rows = rows.filter(post__owner_id=viewer.person_id or 0)
    found = [t for t in rows.order_by("starts", "pk") if t.post and may_plan(viewer, t.post)]
    return _shifts(viewer, found, moment)


def my_shifts(viewer: Actor, *, at: datetime | None = None) -> list[Shift]:
    """The viewer's own turns and their unit's that are not over, next first; those they cannot
    come to among them, so that it can be taken back. What one signed up for is `own_places`'s."""
    moment = at or clock.now()
    rows = _whole(viewer).filter(_whose(viewer), activity__isnull=True, ends__gt=moment)
    rows = rows.filter(Q(post__isnull=True) | Q(post__closed_at__isnull=True))
    return _shifts(viewer, rows.order_by("starts", "pk")[:MOST_OWN], moment)


def _whose(viewer: Actor) -> Q:
    return Q(person_id=viewer.person_id or 0) | Q(partnership_id__in=spoken_for(viewer))


def free_shifts(viewer: Actor, *, at: datetime | None = None) -> list[Shift]:
    """Turns nobody comes to, at posts the viewer or their unit keeps, next first."""
    moment = at or clock.now()
    kept = Pledge.objects.of(viewer).filter(
        own_pledges(viewer), ask__post__isnull=False, state__in=HOLDING
    )
    rows = _whole(viewer).filter(
        post__in={*kept.values_list("ask__post_id", flat=True), *_in_turn(viewer)},
        post__closed_at__isnull=True,
        away_at__isnull=False,
        covers__isnull=True,
        ends__gt=moment,
    )
    found = _shifts(viewer, rows.order_by("starts", "pk")[:MOST_OWN], moment)
    return [shift for shift in found if shift.free and not shift.mine]


def _in_turn(viewer: Actor) -> set[int]:
    """The posts in whose rotas the viewer, or a unit they speak for, takes part."""
    rows = members_in_force(viewer.community_id).filter(_whose(viewer))
    return set(rows.values_list("rota__post_id", flat=True))


def free_part(viewer: Actor, turn: Turn) -> tuple[datetime, datetime] | None:
    """The first part of a turn that nobody keeps yet."""
    beside = Turn.objects.of(viewer).filter(
        post=turn.post_id, away_at__isnull=True, starts__lt=turn.ends, ends__gt=turn.starts
    )
    return next(iter(open_parts(turn, beside)), None)


def meant_to_be_away(viewer: Actor, rows: ScopedQuerySet[Turn]) -> list[Shift]:
    """The same turns in words, next first. One query."""
    return _shifts(viewer, rows.select_related(*WHOLE).order_by("starts", "pk"), clock.now())


def why_away(viewer: Actor, turn: Turn) -> str:
    """The reason that was given for the last absence, for whoever plans there; mostly none."""
    said = Event.objects.of(viewer).filter(verb="turn:away", row_kind="turn", row_id=turn.pk)
    detail = said.order_by("-pk").values_list("detail", flat=True).first()
    return str((detail or {}).get("why", "")) if turn.away_at is not None else ""


def note_before(viewer: Actor, turn: Turn) -> str:
    """交接: what the one before left for this turn. Empty when nothing was."""
    if turn.post_id is None:
        return ""
    rows = Turn.objects.of(viewer).filter(post=turn.post_id, starts__lt=turn.starts)
    last = rows.order_by("-starts", "-pk").exclude(handover="").first()
    return last.handover if last else ""


def notes_before(viewer: Actor, shifts: Iterable[Shift], at: datetime | None = None) -> list[Shift]:
    """The same turns, those of posts that are on or begin within a week with what the one before
    left for them. One query."""
    rows = list(shifts)
    moment = at or clock.now()
    soon = clock.local(moment).date() + timedelta(days=7)
    posts = {s.post for s in rows if s.post and s.day <= soon and not (s.over or s.away)}
    if not posts:
        return rows
    left = (
        Turn.objects.of(viewer)
        .filter(post__in=posts, starts__gte=moment - timedelta(days=MOST_BACK))
        .exclude(handover="")
        .order_by("starts", "pk")
        .values_list("pk", "post_id", "starts", "handover")
    )
    notes = list(left)
    found = []
    for shift in rows:
        if shift.post in posts and shift.day <= soon:
            earlier = [
                words
                for pk, post, starts, words in notes
                if post == shift.post and pk != shift.pk and starts < shift.starts
            ]
            shift = replace(shift, before=earlier[-1] if earlier else "")
        found.append(shift)
    return found


def get_shift(viewer: Actor, pk: int) -> tuple[Turn, Shift]:
    """A turn at a post where the viewer plans, raw and in words. Raises `NotYours`."""
    turn = _whole(viewer).filter(pk=pk, post__isnull=False).first()
    if turn is None or turn.post is None or not may_plan(viewer, turn.post):
        raise NotYours("turn", _("没有这一班。"))
    return turn, _shifts(viewer, [turn], clock.now())[0]


def own_shift(actors: Iterable[Actor], pk: int) -> tuple[Actor, Turn, Shift]:
    """One's own turn, or a free one at a post one keeps, in whichever community it is. Raises
    `NotYours`."""
    for actor in actors:
        turn = _whole(actor).filter(pk=pk).first()
        if turn is None:
            continue
        shift = _shifts(actor, [turn], clock.now())[0]
        if shift.mine or _may_take(actor, turn):
            return actor, turn, shift
    raise NotYours("turn", _("没有这一班。"))


def _may_take(actor: Actor, turn: Turn) -> bool:
    kept = Pledge.objects.of(actor).filter(
        own_pledges(actor), ask__post=turn.post_id or 0, state__in=HOLDING
    )
    return turn.away_at is not None and (kept.exists() or turn.post_id in _in_turn(actor))
