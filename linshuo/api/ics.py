"""A calendar as RFC 5545 has it."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from icalendar import Calendar, Event, Timezone, vDuration

from linshuo.domain.service.agenda import Agenda, Entry
from linshuo.kit import clock

REFRESH = timedelta(hours=6)
"""How often a calendar is asked to look again."""
ZONE = "Asia/Shanghai"
SINCE = date(1992, 1, 1)
"""From then on China's clocks have not been put forward or back."""


def write(agenda: Agenda) -> bytes:
    """The whole calendar, lines folded at 75 octets."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//linshuo//linshuo//ZH")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # The newer names of RFC 7986 and the older ones: each is read by programs that skip the other.
    for name in ("name", "x-wr-calname"):
        calendar.add(name, agenda.name)
    for name in ("description", "x-wr-caldesc"):
        calendar.add(name, agenda.about)
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    calendar.add_component(Timezone.from_tzid(ZONE, first_date=SINCE))
    for entry in agenda.entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    # Not the moment of asking: the same calendar has the same octets, and so the same tag.
    changed = entry.changed.astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.revision)
    event.add("summary", entry.title)
    starts, ends = clock.local(entry.starts), clock.local(entry.ends)
    # Whole days are days, the end being the first that is not of them (RFC 5545 §3.6.1).
    event.add("dtstart", starts.date() if entry.whole else starts)
    event.add("dtend", ends.date() if entry.whole else ends)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    free = entry.cancelled or entry.whole
    event.add("transp", "TRANSPARENT" if free else "OPAQUE")
    if entry.where:
        event.add("location", entry.where)
    if entry.about:
        event.add("description", entry.about)
    return event
