"""本周: what the seven days hold for a member of staff: matters due, agreed days, what gathers,
what was resolved, and who is to be asked again.

Heads see the whole community, the others what is their own, as on the page of today. Four queries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.access import visible as visible_pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, Resolution
from linshuo.insight.today import may_widen
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can

MOST = 200


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a day: what sort it is, what it is called, and the page it opens."""

    sort: str
    text: str
    note: str = ""
    need: str = ""
    pledge: int = 0
    activity: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week with what it holds."""

    words: str
    weekday: str
    today: bool
    past: bool
    things: list[Thing] = field(default_factory=list)


def week(viewer: Actor, *, mine: bool = False, at: datetime | None = None) -> list[Day]:
    """Monday to Sunday of this week. `mine` narrows it to the viewer's own."""
    moment = at or clock.now()
    today = clock.local(moment).date()
    monday = today - timedelta(days=today.weekday())
    whole = may_widen(viewer) and not mine
    begins, ends = clock.start_of(monday), clock.start_of(monday + timedelta(days=7))
    held: dict[date, list[Thing]] = {}
    for day, thing in [
        *_needs(viewer, begins, ends, whole=whole),
        *_pledges(viewer, monday, whole=whole),
        *_gatherings(viewer, begins, ends),
        *_resolved(viewer, monday, whole=whole),
    ]:
        held.setdefault(day, []).append(thing)
    days = [monday + timedelta(days=n) for n in range(7)]
    return [
        Day(
            wording.short_day(day),
            wording.weekday(day),
            day == today,
            day < today,
            held.get(day, []),
        )
        for day in days
    ]


Found = list[tuple[date, Thing]]


def _needs(viewer: Actor, begins: datetime, ends: datetime, *, whole: bool) -> Found:
    scope = visible(viewer, Can.NEED_ACCEPT) if whole else visible(viewer)
    if not whole:
        scope &= Q(owner_id=viewer.person_id or 0)
    rows = Need.objects.of(viewer).filter(scope, due_at__gte=begins, due_at__lt=ends)
    words = {
        "reported": _("要答复"),
        "open": _("到期"),
        "done": _("要核对"),
        "closed": _("再问一次"),
    }
    found = rows.filter(state__in=words).select_related("owner", "place").order_by("due_at", "pk")
    return [
        (
            clock.local(need.due_at).date(),
            Thing(
                words[need.state],
                need.title,
                need.owner.name if whole and need.owner else need.place.name,
                need=need.number,
            ),
        )
        for need in found[:MOST]
        if need.due_at is not None
    ]


def _pledges(viewer: Actor, monday: date, *, whole: bool) -> Found:
    rows = Pledge.objects.of(viewer).filter(
        visible_pledges(viewer),
        state="under_way",
        planned_on__gte=monday,
        planned_on__lt=monday + timedelta(days=7),
    )
    if not whole:
        rows = rows.filter(ask__need__owner_id=viewer.person_id or 0)
    found = rows.select_related("ask__need").order_by("planned_on", "pk")
    return [
        (p.planned_on, Thing(_("约好来"), p.ask.text, pledge=p.pk))
        for p in found[:MOST]
        if p.planned_on is not None
    ]


def _gatherings(viewer: Actor, begins: datetime, ends: datetime) -> Found:
    rows = Activity.objects.of(viewer).filter(
        starts__gte=begins, starts__lt=ends, cancelled_at__isnull=True
    )
    return [
        (
            clock.local(a.starts).date(),
            Thing(str(a.get_kind_display()), a.title, wording.hour(a.starts), activity=a.pk),
        )
        for a in rows.order_by("starts", "pk")[:MOST]
    ]


def _resolved(viewer: Actor, monday: date, *, whole: bool) -> Found:
    rows = Resolution.objects.of(viewer).filter(
        done_at__isnull=True, due_on__gte=monday, due_on__lt=monday + timedelta(days=7)
    )
    if not (whole and viewer.can(Can.NEED_DECIDE)):
        rows = rows.filter(owner_id=viewer.person_id or 0)
    found = rows.select_related("owner").order_by("due_on", "pk")
    return [
        (r.due_on, Thing(_("决议到期"), r.text, r.owner.name, activity=r.activity_id))
        for r in found[:MOST]
    ]
