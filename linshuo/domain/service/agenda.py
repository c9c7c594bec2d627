"""What calendars are told: the last and the coming turns and activities, to everyone; and one's
own, to whoever holds their address (`docs/decisions/0012-the-holder-of-an-address.md`).

A name stands in a public calendar only if its owner agreed to that; otherwise there is none at all,
masked or not: a calendar is kept on machines that nobody here knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.people.models import Consent, Purpose
from linshuo.domain.people.queries import actor_of
from linshuo.domain.places.models import Place, PlaceKind
from linshuo.domain.pledges.lifecycle import HOLDING
from linshuo.domain.service.attached import CalendarLink
from linshuo.domain.service.models import Activity, ActivityKind, Turn
from linshuo.domain.service.public import standing
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, secret, wording

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
"""How much a calendar holds, however long the community has been at it."""
MOST = 1500
"""Entries of one calendar at most, in order of time."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
"""What an address of one's own looks like: 32 random bytes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar."""

    uid: str
    """The same as long as the row is, and telling nothing of how many rows there are."""
    starts: datetime
    ends: datetime
    title: str
    where: str
    about: str
    cancelled: bool
    revision: int
    """How often it was changed since it was first written down."""
    changed: datetime

    @property
    def whole(self) -> bool:
        """Whether it is whole days, and no hour of them: a round of a rota."""
        return wording.whole_days(self.starts, self.ends)


@dataclass(frozen=True, slots=True)
class Agenda:
    """A whole calendar."""

    name: str
    about: str
    entries: list[Entry]
    changed: datetime
    """When anything that can be read in it last changed, the passing of the days among it."""


def of_token(token: str) -> Agenda | None:
    """The calendar of whoever this address was made for; None for any other. Constant queries."""
    if TOKEN.fullmatch(token) is None:
        return None
    link = (
        CalendarLink.objects.everywhere()
        .filter(mark=secret.fingerprint(token), ended_at__isnull=True)
        .filter(person__erased_at__isnull=True)
        .select_related("person", "community")
        .first()
    )
    if link is None:
        return None
    viewer = actor_of(link.person)
    rows = _turns(link.community_id).filter(
        Q(person_id=link.person_id) | Q(partnership_id__in=spoken_for(viewer))
    )
    return _agenda(
        _("我在%s") % link.community.name,
        _("您约好的班、岗和活动：前 30 天，后 180 天。换地址、停用，在“我的”里。"),
        _own_entries(link.community_id, rows),
        link.made_at,
    )


def of_activities(community_id: int, name: str) -> Agenda:
    """The community's activities, those called off among them."""
    first, last = _window()
    rows = list(
        Activity.objects.within(community_id)
        .filter(starts__gte=first, starts__lt=last)
        .select_related("place")
        .order_by("starts", "pk")[:MOST]
    )
    revised = _revisions(community_id, Activity.trail_kind, [row.pk for row in rows])
    entries = [
        Entry(
            uid=_uid("activity", row.pk),
            starts=row.starts,
            ends=row.ends,
            title=row.title,
            where=_place(row.place, row.where),
            about=_about(row),
            cancelled=row.cancelled_at is not None,
            revision=revised[row.pk][0],
            changed=revised[row.pk][1],
        )
        for row in rows
    ]
    about = _("%s的活动：前 30 天，后 180 天。") % name
    return _agenda(_("%s的活动") % name, about, entries)


def _about(row: Activity) -> str:
    off = row.cancelled_at is not None and row.cancelled_because
    said = _("取消了：%(why)s") % {"why": row.cancelled_because} if off else ""
    return "\n".join(filter(None, [str(ActivityKind(row.kind).label), said, row.about]))


def of_post(community_id: int, pk: int, name: str) -> Agenda | None:
    """Who keeps a post when, as far as they agreed to be named; None for a post not kept today."""
    post = next((row for row in standing(community_id, clock.now()) if row.pk == pk), None)
    if post is None:
        return None
    entries, named_at = _shown(community_id, _turns(community_id).filter(post=post))
    title = _("%(post)s（%(where)s）") % {"post": post.name, "where": name}
    about = _("%s什么时候有人：前 30 天，后 180 天。") % post.name
    return _agenda(title, about, entries, named_at)


def of_rota(community_id: int, name: str) -> Agenda:
    """Which unit takes its turn when."""
    rows = _turns(community_id).filter(post__isnull=False, partnership__isnull=False)
    entries, named_at = _shown(community_id, rows)
    about = _("共建单位轮到哪一班：前 30 天，后 180 天。")
    return _agenda(_("%s的轮值") % name, about, entries, named_at)


def _window() -> tuple[datetime, datetime]:
    today = clock.start_of(clock.today())
    return today - BACK, today + AHEAD


def _turns(community_id: int) -> ScopedQuerySet[Turn]:
    first, last = _window()
    return (
        Turn.objects.within(community_id)
        .filter(starts__gte=first, starts__lt=last)
        .select_related(
            *("post__place", "activity__place", "person", "partnership__organisation"),
            *("pledge__ask__need__place__parent", "pledge__ask__asset__place"),
            *("pledge__ask__post__place", "pledge__ask__offer"),
        )
    )


def _own_entries(community_id: int, turns: ScopedQuerySet[Turn]) -> list[Entry]:
    rows = list(turns.order_by("starts", "pk")[:MOST])
    revised = _revisions(community_id, Turn.trail_kind, [row.pk for row in rows])
    return [_own(row, *revised[row.pk]) for row in rows]


def _own(row: Turn, revision: int, changed: datetime) -> Entry:
    off = _called_off(row)
    title = _what(row)
    if row.partnership is not None:
        title = _("%(what)s（%(unit)s）") % {"what": title, "unit": row.partnership}
    return Entry(
        uid=_uid("own", row.pk),
        starts=row.starts,
        ends=row.ends,
        title=title,
        where=where_of(row),
        about=_("替别人的班。") if row.covers_id else "",
        cancelled=off or row.away_at is not None,
        # What called it off is no change of the turn's own, and one of the calendar's.
        revision=revision + off,
        changed=changed,
    )


def _called_off(row: Turn) -> bool:
    """Whether nobody is expected any more, though the turn itself was not given up."""
    if row.away_at is not None:
        return False
    if row.activity is not None:
        return row.activity.cancelled_at is not None
    over = row.pledge is not None and row.pledge.state not in HOLDING
    return over and row.starts > clock.now()


def _shown(community_id: int, turns: ScopedQuerySet[Turn]) -> tuple[list[Entry], datetime | None]:
    """Turns at posts as everyone may see them, and when somebody last agreed to be named or took
    that back. Whether somebody failed to come is nobody else's to read."""
    rows = list(turns.filter(missed_at__isnull=True).order_by("starts", "pk")[:MOST])
    named, named_at = _named(community_id, {row.person_id for row in rows if row.person_id})
    revised = _revisions(community_id, Turn.trail_kind, [row.pk for row in rows])
    return [_open_to_all(row, named, *revised[row.pk]) for row in rows], named_at


def _open_to_all(row: Turn, named: set[int], revision: int, changed: datetime) -> Entry:
    who = str(row.partnership or "")
    if row.person is not None and row.person_id in named:
        who = row.person.name
    title = _("%(post)s：%(who)s") % {"post": _what(row), "who": who} if who else _what(row)
    return Entry(
        uid=_uid("turn", row.pk),
        starts=row.starts,
        ends=row.ends,
        title=title,
        where=where_of(row),
        about="",
        cancelled=row.away_at is not None,
        revision=revision,
        changed=changed,
    )


def _named(community_id: int, persons: set[int]) -> tuple[set[int], datetime | None]:
    rows = Consent.objects.within(community_id).filter(
        person__in=persons, purpose=Purpose.NAME_PUBLIC
    )
    said = list(rows.values_list("person_id", "given_at", "withdrawn_at"))
    moments = [moment for _pk, *both in said for moment in both if moment is not None]
    return {pk for pk, _given, taken in said if taken is None}, max(moments, default=None)


def _what(row: Turn) -> str:
    if row.pledge is not None:
        return str(row.pledge.ask.text)
    return str(row.post or row.activity)


def where_of(row: Turn) -> str:
    """Where one goes; of somebody's need the estate alone, never the building."""
    if row.post is not None:
        return _place(row.post.place)
    if row.activity is not None:
        return _place(row.activity.place, row.activity.where)
    ask = row.pledge.ask if row.pledge else None
    if ask is None or ask.place is None:
        return ""
    return estate_of(ask.place) if ask.need_id else _place(ask.place)


def _place(place: Place | None, corner: str = "") -> str:
    return " ".join(filter(None, [place.full_name if place else "", corner]))


def estate_of(place: Place) -> str:
    """The estate a building stands in; any other place by its own name."""
    inside = place.kind == PlaceKind.BUILDING and place.parent is not None
    return str(place.parent.full_name if inside and place.parent else place.full_name)


def _revisions(community_id: int, kind: str, pks: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """How often each row was changed, and when last, from the trail. One query."""
    wanted = list(pks)
    found = (
        Event.objects.within(community_id)
        .filter(row_kind=kind, row_id__in=wanted)
        .values_list("row_id")
        .annotate(n=Count("pk"), last=Max("recorded_at"))
    )
    told = {pk: (n - 1, last) for pk, n, last in found}
    return {pk: told.get(pk, (0, _window()[0])) for pk in wanted}


def _uid(kind: str, pk: int) -> str:
    return f"{secret.fingerprint(f'calendar:{kind}:{pk}')[:32]}@linshuo"


def _agenda(name: str, about: str, entries: list[Entry], *moments: datetime | None) -> Agenda:
    """The calendar, with when it last changed: a day that has passed changes it too."""
    known = [clock.start_of(clock.today()), *(entry.changed for entry in entries)]
    return Agenda(name, about, entries, max([*known, *(m for m in moments if m is not None)]))
