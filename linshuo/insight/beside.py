"""Several communities side by side, and what is stuck in them: for the sub-district, and for
whoever heads one of them.

They stand in the order of their names. There is no best and no worst, no total to be proud of and
no colour: each number opens in its own community. However many communities, the queries are the
same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.models import Ask
from linshuo.domain.needs import due
from linshuo.domain.needs.models import Need, Visibility
from linshuo.domain.people.models import Account
from linshuo.domain.people.queries import actors_of
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.days import middle_minutes, span_words
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can

MOST = 40
"""Rows under one reason, the longest waiting first."""
LATE = timedelta(days=7)
"""Overdue so long that somebody from outside may have to help."""
NOBODY = timedelta(days=14)
"""A line that nobody took for so long."""
ANSWERED = timedelta(days=60)

FLOWS = {
    "flow.heard": ("need:report",),
    "flow.accepted": ("need:accept", "need:settle"),
    "flow.settled": ("need:finish", "need:settle"),
    "flow.confirmed": ("need:confirm",),
    "flow.reopened": ("need:reopen",),
}


@dataclass(frozen=True, slots=True)
class Here:
    """One community as somebody acts in it."""

    community: Community
    actor: Actor


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one community: what it says, and the figure it opens."""

    key: str
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    """One community's figures, in the order of the columns."""

    prefix: str
    name: str
    cells: tuple[Cell, ...]
    months: tuple[tuple[str, int, int], ...]
    """Of the last months: its words, how much was heard and how much was closed in it."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """One thing that does not go on: what, where, why, and who can unblock it."""

    prefix: str
    community: str
    number: str
    title: str
    place: str
    why: str
    who: str
    since: str
    opens: bool
    """Whether the viewer may open it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """All that is stuck for one reason."""

    key: str
    title: str
    says: str
    count: int
    rows: list[Stuck] = field(default_factory=list)


def where_seen(account: Account) -> list[Here]:
    """The communities whose figures this account may read as a whole, by name: two queries."""
    return [
        Here(person.community, actor)
        for person, actor in actors_of(account)
        if actor.everywhere(Can.FIGURE_READ)
    ]


# --- side by side ---


def columns() -> list[tuple[str, str]]:
    """(key of the figure, header) of each column."""
    return [
        ("flow.heard", _("听到")),
        ("flow.accepted", _("受理")),
        ("flow.settled", _("办结")),
        ("flow.confirmed", _("销号")),
        ("flow.reopened", _("退回")),
        ("days.to-close", _("多久销号")),
        ("needs.waiting", _("等答复")),
        ("needs.open", _("在办")),
    ]


def side_by_side(places: Sequence[Here], since: datetime | None, until: datetime) -> list[Line]:
    """The figures of each community for a period, and as things stand now: five queries.

    Equal, number by number, to what `figures` says of each community by itself (a test compares).
    """
    actors = [p.actor for p in places]
    flows = _flows(actors, since, until)
    taken = _closings(actors, since, until)
    standing = _standing(actors)
    months = _months(actors, until)
    lines = []
    for place in places:
        here = place.community.pk
        said = {key: f"{flows[(here, key)]:,}" for key in FLOWS}
        said["days.to-close"] = span_words(middle_minutes(taken[here]))
        said["needs.waiting"] = f"{standing[(here, 'reported')]:,}"
        said["needs.open"] = f"{standing[(here, 'open')]:,}"
        cells = tuple(Cell(key, said[key]) for key, _header in columns())
        lines.append(Line(place.community.prefix, place.community.name, cells, months[here]))
    return lines


def _flows(
    actors: list[Actor], since: datetime | None, until: datetime
) -> dict[tuple[int, str], int]:
    verbs = sorted({verb for group in FLOWS.values() for verb in group})
    events = Event.objects.among(actors).filter(verb__in=verbs, at__lte=until)
    if since:
        events = events.filter(at__gt=since)
    wanted = {
        _slug(key): Count("row_id", filter=Q(verb__in=group), distinct=True)
        for key, group in FLOWS.items()
    }
    found: dict[tuple[int, str], int] = defaultdict(int)
    rows: Iterable[Any] = events.order_by().values("community_id").annotate(**wanted)
    for row in rows:
        for key in FLOWS:
            found[(row["community_id"], key)] = row[_slug(key)]
    return found


def _slug(key: str) -> str:
    return key.replace(".", "_").replace("-", "_")


def _closings(
    actors: list[Actor], since: datetime | None, until: datetime
) -> dict[int, list[timedelta]]:
    """How long each matter took that was closed in the period, to its last closing in it."""
    events = Event.objects.among(actors).filter(verb="need:confirm", at__lte=until)
    if since:
        events = events.filter(at__gt=since)
    last: dict[int, tuple[int, datetime]] = {}
    for here, pk, at in events.order_by("id").values_list("community_id", "row_id", "at"):
        last[pk] = (here, max(at, last[pk][1]) if pk in last else at)
    taken: dict[int, list[timedelta]] = defaultdict(list)
    if not last:
        return taken
    said = Need.objects.among(actors).filter(pk__in=events.order_by().values("row_id"))
    for pk, reported in said.values_list("pk", "reported_at"):
        here, at = last[pk]
        taken[here].append(at - reported)
    return taken


def _standing(actors: list[Actor]) -> dict[tuple[int, str], int]:
    rows = Need.objects.among(actors).filter(state__in=("reported", "open")).order_by()
    counted = rows.values_list("community_id", "state").annotate(n=Count("pk"))
    return defaultdict(int, {(here, state): n for here, state, n in counted})


MONTHS = 6


def _months(actors: list[Actor], until: datetime) -> dict[int, tuple[tuple[str, int, int], ...]]:
    """Heard and closed of the last six months, month by month, both by the trail."""
    last = clock.local(until).date().replace(day=1)
    firsts = [last]
    while len(firsts) < MONTHS:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    firsts.reverse()
    edges = [clock.start_of(day) for day in firsts] + [until + timedelta(microseconds=1)]
    wanted = {
        f"{word}{n}": Count(
            "row_id",
            filter=Q(verb=verb, at__gte=begins, at__lt=ends),
            distinct=True,
        )
        for n, (begins, ends) in enumerate(pairwise(edges))
        for word, verb in (("heard", "need:report"), ("closed", "need:confirm"))
    }
    events = Event.objects.among(actors).filter(
        verb__in=("need:report", "need:confirm"), at__gte=edges[0], at__lte=until
    )
    counted: Iterable[Any] = events.order_by().values("community_id").annotate(**wanted)
    rows: dict[int, dict[str, int]] = {row["community_id"]: row for row in counted}
    words = [_("%d月") % day.month for day in firsts]
    nothing: dict[str, int] = {}
    return {
        actor.community_id: tuple(
            (word, row.get(f"heard{n}", 0), row.get(f"closed{n}", 0))
            for n, word in enumerate(words)
            for row in (rows.get(actor.community_id, nothing),)
        )
        for actor in actors
    }


# --- what is stuck ---


def stuck(places: Sequence[Here], at: datetime | None = None) -> list[Reason]:
    """What does not go on, by why, with who can unblock it; then what the sub-district answered.

    Two queries a reason, however many communities; a reason of which there is none is left out.
    """
    moment = at or clock.now()
    actors = [p.actor for p in places]
    live = Need.objects.among(actors)
    red = due.with_colour("red", moment)
    reasons = [
        (
            "up", _("报给街道，还没有答复"), _("街道能解"),
            live.filter(state__in=("reported", "open"), escalated_at__isnull=False)
            .filter(Q(returned_at__isnull=True) | Q(returned_at__lt=F("escalated_at"))),
            "escalated_at",
        ),
        (
            "again", _("退回两次以上，还没办好"), _("书记和联席会议能解"),
            live.filter(state__in=("open", "done"), reopened__gte=2), "progress_at",
        ),
        (
            "late", _("超期七天以上"), _("责任人和社区能解"),
            live.filter(red, state__in=("reported", "open"), due_at__lt=moment - LATE), "due_at",
        ),
    ]  # fmt: skip
    found = []
    by_id = {p.community.pk: p for p in places}
    for key, title, says, rows, order in reasons:
        drawn = rows.select_related("place", "owner", "category").order_by(order, "pk")[:MOST]
        told = [_stuck(key, need, by_id[need.community_id], moment) for need in drawn]
        if told:
            found.append(Reason(key, title, says, rows.count(), told))
    found += _nobody(actors, by_id, moment)
    return found


def answered(places: Sequence[Here], at: datetime | None = None) -> list[Stuck]:
    """What the sub-district answered in the last sixty days, the newest first: one query.

    Which ones is read off the trail, which has an index for it; no other column leads there.
    """
    moment = at or clock.now()
    actors = [p.actor for p in places]
    lately = Event.objects.among(actors).filter(verb="need:return", at__gte=moment - ANSWERED)
    rows = Need.objects.among(actors).filter(
        pk__in=lately.values("row_id"), returned_at__gte=moment - ANSWERED
    )
    drawn = rows.select_related("place", "owner", "category").order_by("-returned_at", "-pk")[:MOST]
    by_id = {p.community.pk: p for p in places}
    return [_stuck("answered", need, by_id[need.community_id], moment) for need in drawn]


def _stuck(key: str, need: Need, place: Here, at: datetime) -> Stuck:
    opens = place.actor.everywhere(Can.NEED_READ)
    why, since = {
        "up": (need.escalated_why, need.escalated_at),
        "again": (_("退回 %d 次") % need.reopened, need.progress_at),
        "late": (need.progress or _("还没写过进展"), need.due_at),
        "answered": (need.returned_why, need.returned_at),
    }[key]
    owner = _("责任人%s") % need.owner.name if need.owner else _("还没交给谁")
    who = {"up": _("街道"), "again": _("联席会议"), "late": owner, "answered": owner}[key]
    return Stuck(
        prefix=place.community.prefix,
        community=place.community.name,
        number=need.number,
        title=_title(need, opens),
        place=need.place.name if opens else "",
        why=why,
        who=who,
        since=_days(since, at),
        opens=opens,
    )


def _title(need: Need, opens: bool) -> str:
    """The title for whoever may read it; else what was released, or what kind of thing it is."""
    if opens:
        return need.title
    if need.visibility == Visibility.PUBLIC and need.public_title:
        return need.public_title
    kind = need.category.name if need.category else str(need.get_kind_display())
    return _("没有公开的一件（%s）") % kind


def _days(since: datetime | None, at: datetime) -> str:
    if since is None:
        return ""
    days = max(0, (clock.local(at).date() - clock.local(since).date()).days)
    if not days:
        return _("今天")
    return ngettext("%d 天", "%d 天", days) % days


def _nobody(actors: list[Actor], by_id: dict[int, Here], at: datetime) -> list[Reason]:
    """Public lines that nobody took for two weeks; of money nobody is ever missing."""
    rows = Ask.objects.among(actors).filter(
        closed_at__isnull=True, taken=0, opened_at__lt=at - NOBODY, need__visibility="public"
    )
    drawn = list(rows.select_related("need__place").order_by("opened_at", "pk")[:MOST])
    if not drawn:
        return []
    told = []
    for ask in drawn:
        place = by_id[ask.community_id]
        need = ask.need
        told.append(
            Stuck(
                prefix=place.community.prefix,
                community=place.community.name,
                number=need.number if need else "",
                title=ask.text,
                place="",
                why=_("%s挂上榜，还没有人认") % wording.near_day(ask.opened_at),
                who=_("共建单位、联席会议"),
                since=_days(ask.opened_at, at),
                opens=place.actor.everywhere(Can.NEED_READ),
            )
        )
    says = _("共建单位和联席会议能解")
    return [Reason("nobody", _("挂了两个星期，一个人也没有认"), says, rows.count(), told)]
