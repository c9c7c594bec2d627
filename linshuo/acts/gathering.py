"""Activities and meetings across the rooms: who is named at the desk or by a liaison, what becomes
of the needs they were about, and what time alone brings."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.needs.access import may, visible
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need, Result
from linshuo.domain.needs.working import add_result
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.queries import known_by
from linshuo.domain.service import activities, coming, meetings
from linshuo.domain.service.models import Activity, ActivityKind, ActivityNeed, Resolution, Turn
from linshuo.domain.trail.actions import record
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import first_sentence

REMIND_FROM = timedelta(hours=30)
"""Before the day begins: the digest that goes out next is then that of the day before."""
MOST_RESULT = 500


@transaction.atomic
def announce(*, by: Actor, numbers: str = "", at: datetime | None = None, **told: Any) -> Activity:
    """Hold an activity, with the matters it is about by their numbers; a meeting's agenda is drawn
    at once. `told` goes to `activities.hold`."""
    row = activities.hold(by=by, at=at, **told)
    for number in re.split(r"[\s,，、;；]+", numbers.strip()):
        if number:
            link_by_number(row, by=by, number=number, at=at)
    if row.kind == ActivityKind.MEETING:
        draw_next(row.community_id, at=at)
    return row


@transaction.atomic
def sign_up_named(
    activity: Activity, *, by: Actor, name: str, phone: str = "", at: datetime | None = None
) -> Turn:
    """At the desk: somebody by name, and telephone if they have one, added if not known yet. A
    name without a telephone is a person of its own each time, but once on one list."""
    activities.run_by(activity, by)
    if not phone.strip():
        turns = Turn.objects.of(by).filter(activity=activity, away_at__isnull=True)
        there = turns.filter(person__name=" ".join(name.split()), person__phone_hmac="").first()
        if there is not None:
            return there
    person = know_person(name=name, phone=phone, by=by, at=at)
    return coming.sign_up(activity, by=by, person=person, at=at)


@transaction.atomic
def sign_up_member(
    activity: Activity, *, by: Actor, name: str, phone: str, at: datetime | None = None
) -> Turn:
    """A liaison names a member of their unit: one who checked in and said that they are of it.

    Whoever is not known and whoever is of another unit is answered alike, so that no name can be
    tried out. Raises `Refused`, `NotYours` for whoever speaks for no unit.
    """
    units = spoken_for(by)
    if not units:
        raise NotYours("activity", _("没有这次活动。"))
    if not name.strip():
        raise Refused("name", _("给谁报？写名字。"), "name")
    person = known_by(by.community_id, name, phone)
    known = person is not None and CheckIn.objects.of(by).filter(
        person=person, partnership_id__in=units, state__in=("accepted", "paused")
    ).exists()  # fmt: skip
    if person is None or not known:
        told = _("名单里没有您单位的这一位。名字和电话要和他报到时写的一样；没报到的先来报到。")
        raise Refused("unknown", told, "name")
    return coming.sign_up(activity, by=by, person=person, for_unit=True, at=at)


def link_by_number(
    activity: Activity, *, by: Actor, number: str, at: datetime | None = None
) -> ActivityNeed:
    """Put a matter beside the activity by its number, whole or the serial of this year's."""
    need = need_by_number(by, number)
    try:
        return activities.link(activity, need, by=by, at=at)
    except NotYours:
        raise _unknown(number) from None


def need_by_number(by: Actor, number: str) -> Need:
    """A matter the actor may see, by its number or by its serial, of several the newest. Raises
    `Refused` at the field."""
    typed = number.strip().upper()
    rows = Need.objects.of(by).filter(visible(by)).select_related("place")
    found = rows.filter(number=typed).first()
    if found is None and typed.isdecimal() and len(typed) <= 6:
        found = rows.filter(number__endswith=f"-{int(typed):04d}").order_by("-pk").first()
    if found is None:
        raise _unknown(number)
    return found


def _unknown(number: str) -> Refused:
    return Refused("number", _("没有编号是“%s”的事。") % number.strip()[:20], "number")


@transaction.atomic
def finish(activity: Activity, *, by: Actor, text: str, at: datetime | None = None) -> Activity:
    """What came of it, or the minutes. The first time, each live need it was about gets a line of
    what was done; of a meeting, what was said of it there."""
    row, first = activities.write_outcome(activity, by=by, text=text, at=at)
    if not first:
        return row
    meeting = row.kind == ActivityKind.MEETING
    items = ActivityNeed.objects.of(by).filter(
        activity=row, struck_at__isnull=True, need__state__in=LIVE
    )
    for item in items.select_related("need__place").order_by("pk"):
        words = item.said if meeting else first_sentence(row.outcome, 200)
        if words and item.need is not None:
            told = _("%(what)s上说了：%(words)s") if meeting else _("办过“%(what)s”：%(words)s")
            _write_result(item.need, by, told % {"what": row.title, "words": words}, row.pk, at)
    return row


def _write_result(need: Need, by: Actor, text: str, ref: int | None, at: datetime | None) -> None:
    # What is on an agenda was put there by somebody who works on it, or drew itself: where whoever
    # writes the minutes does not reach, it is the house that passes it on.
    writer = by if may(by, Can.NEED_WORK, need) else Actor.house(need.community_id)
    kind, words = Result.Sort.WORK, text[:MOST_RESULT]
    add_result(need, by=writer, kind=kind, text=words, ref_id=ref, at=at)


@transaction.atomic
def carried_out(
    resolution: Resolution, *, by: Actor, text: str, at: datetime | None = None
) -> Resolution:
    """A resolution is done; the need it was about gets a line of it, once."""
    held = Resolution.objects.of(by).select_for_update(of=("self",)).filter(pk=resolution.pk)
    before = held.first()
    row = meetings.carried_out(resolution, by=by, text=text, at=at)
    need = row.need
    first = before is not None and before.done_at is None
    if first and need is not None and need.state in LIVE:
        told = _("会上定的“%(what)s”办了：%(words)s")
        words = told % {"what": row.text, "words": row.done_text}
        # Without the meeting as its proof: that stands behind what was said of the need there.
        _write_result(need, by, words, None, at)
    return row


def tick(at: datetime | None = None) -> int:
    """What time alone brings: who signed up is reminded the day before, the next meeting's agenda
    draws itself, and resolutions whose day has passed are told of. Any number of times."""
    moment = at or clock.now()
    return _remind(moment) + _draw(moment) + _late(moment)


def _remind(at: datetime) -> int:
    rows = Activity.objects.everywhere().filter(
        cancelled_at__isnull=True, reminded_at__isnull=True, starts__gt=at,
        starts__lt=at + REMIND_FROM + timedelta(days=1),
    )  # fmt: skip
    done = 0
    for activity in rows.order_by("starts", "pk"):
        if clock.start_of(clock.local(activity.starts).date()) - REMIND_FROM <= at:
            done += _remind_of(activity, at)
    return done


@transaction.atomic
def _remind_of(activity: Activity, at: datetime) -> int:
    house = Actor.house(activity.community_id)
    row = activities.lock(activity, house)
    if row.reminded_at is not None or row.cancelled_at is not None:
        return 0
    row.reminded_at = at
    row.save(update_fields=["reminded_at"])
    record("activity:remind", row=row, by=house, at=at)
    return 1


def _draw(at: datetime) -> int:
    rows = Activity.objects.everywhere().filter(
        kind=ActivityKind.MEETING, cancelled_at__isnull=True, starts__gt=at
    )
    drawn = 0
    for community_id in sorted(set(rows.values_list("community_id", flat=True))):
        drawn += draw_next(community_id, at=at)
    return drawn


def draw_next(community_id: int, *, at: datetime | None = None) -> int:
    """The agenda of the meeting that comes next, as it would be now. Returns how many are new."""
    moment = at or clock.now()
    meeting = meetings.next_meeting(community_id, moment)
    return meetings.draw(meeting, days=settings.UNMET_DAYS, at=moment) if meeting else 0


def _late(at: datetime) -> int:
    today = clock.local(at).date()
    rows = Resolution.objects.everywhere().filter(
        done_at__isnull=True, late_at__isnull=True, due_on__lt=today
    )
    return meetings.mark_late(rows.select_related("activity").order_by("due_on", "pk"), at)
