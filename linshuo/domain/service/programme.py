"""What everyone may see of activities: what is coming, what came of the last ones, and one of them.

Who comes is told to nobody here, only how many places are left. A meeting's minutes and whatever
else stands on its agenda stay in the office; of needs the public ones are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs.models import Visibility
from linshuo.domain.service.models import Activity, ActivityHost, ActivityKind, ActivityNeed
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording

PAST = timedelta(days=180)
MOST = 60


@dataclass(frozen=True, slots=True)
class PublicNeed:
    """A public matter it is about."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class PublicActivity:
    """One activity, in words."""

    pk: int
    kind: str
    title: str
    about: str
    day: str
    weekday: str
    times: str
    place: str
    left: str
    """还有 8 个名额, 名额不限, 报满了; empty once it is over."""
    open: bool
    """Whether one can sign up now."""
    meeting: bool
    over: bool
    cancelled: str
    """Why it was called off; empty if it was not."""
    outcome: str
    insurance: str
    hosts: tuple[str, ...] = ()
    needs: tuple[PublicNeed, ...] = ()

    @property
    def when(self) -> str:
        """12月7日 星期六 9:00–11:00."""
        return f"{self.day} {self.weekday} {self.times}"


def _rows(community_id: int) -> ScopedQuerySet[Activity]:
    return Activity.objects.within(community_id).select_related("place")


def coming(community_id: int, at: datetime | None = None) -> list[PublicActivity]:
    """What is not over yet, next first; what was called off among it. One query."""
    moment = at or clock.now()
    rows = _rows(community_id).filter(ends__gt=moment, ended_at__isnull=True)
    return [_shown(row, moment) for row in rows.order_by("starts", "pk")[:MOST]]


def lately(community_id: int, at: datetime | None = None) -> list[PublicActivity]:
    """What was held in the last half year, newest first. One query."""
    moment = at or clock.now()
    rows = _rows(community_id).filter(
        Q(ends__lte=moment) | Q(ended_at__isnull=False),
        starts__gt=moment - PAST,
        cancelled_at__isnull=True,
    )
    return [_shown(row, moment) for row in rows.order_by("-starts", "-pk")[:MOST]]


def next_one(community_id: int, at: datetime | None = None) -> PublicActivity | None:
    """The next one that somebody can sign up for, meetings aside. One query."""
    moment = at or clock.now()
    rows = _rows(community_id).filter(
        ends__gt=moment, ended_at__isnull=True, cancelled_at__isnull=True
    )
    row = rows.exclude(kind=ActivityKind.MEETING).order_by("starts", "pk").first()
    return _shown(row, moment) if row else None


def find(community_id: int, pk: int, at: datetime | None = None) -> PublicActivity | None:
    """One activity with its hosts and public needs. Three queries."""
    row = _rows(community_id).filter(pk=pk).first()
    if row is None:
        return None
    hosts = ActivityHost.objects.within(community_id).filter(activity=row, ended_at__isnull=True)
    items = ActivityNeed.objects.within(community_id).filter(
        activity=row, struck_at__isnull=True, need__visibility=Visibility.PUBLIC
    )
    needs = items.exclude(need__state="reported").select_related("need").order_by("pk")
    return _shown(
        row,
        at or clock.now(),
        hosts=tuple(
            str(host.partnership)
            for host in hosts.select_related("partnership__organisation").order_by("pk")
        ),
        needs=tuple(
            dict.fromkeys(
                PublicNeed(item.need.number, item.need.public_title) for item in needs if item.need
            )
        ),
    )


def _shown(
    row: Activity,
    at: datetime,
    *,
    hosts: tuple[str, ...] = (),
    needs: tuple[PublicNeed, ...] = (),
) -> PublicActivity:
    over = row.ends <= at or row.ended_at is not None
    off = row.cancelled_at is not None
    meeting = row.kind == ActivityKind.MEETING
    full = row.places is not None and row.taken >= row.places
    return PublicActivity(
        pk=row.pk,
        kind=str(ActivityKind(row.kind).label),
        title=row.title,
        about=row.about,
        day=wording.near_day(row.starts),
        weekday=wording.weekday(row.starts),
        times=times(row),
        place=f"{row.place.full_name} {row.where}".strip(),
        left="" if over or off else left_words(row),
        open=not (over or off or full),
        meeting=meeting,
        over=over,
        cancelled=row.cancelled_because if off else "",
        outcome="" if meeting else row.outcome,
        insurance=row.insurance if row.risk else "",
        hosts=hosts,
        needs=needs,
    )


def times(row: Activity) -> str:
    """9:00–11:00; over midnight with the day it ends."""
    ends = wording.hour(row.ends)
    if clock.local(row.ends).date() != clock.local(row.starts).date():
        ends = wording.moment(row.ends)
    return f"{wording.hour(row.starts)}–{ends}"


def left_words(row: Activity) -> str:
    """How many places are left."""
    if row.places is None:
        return _("名额不限")
    left = row.places - row.taken
    if left <= 0:
        return _("报满了")
    return ngettext("还有 %d 个名额", "还有 %d 个名额", left) % left
