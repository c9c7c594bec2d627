"""When things are due, and the colour of a clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q

from linshuo.domain.needs.lifecycle import (
    CHECK_WORKING_DAYS,
    FOLLOW_UP_DAYS,
    LIVE,
    REOPEN_WORKING_DAYS,
)
from linshuo.domain.needs.models import Urgency
from linshuo.domain.places.queries import workdays
from linshuo.kit import clock
from linshuo.kit.calendar import add_working_days

QUIET = timedelta(days=7)
"""An open matter without a sign of life for this long is behind."""
NEAR = timedelta(days=2)
UTILITY = timedelta(hours=2)


def answer_by(community_id: int, urgency: str, at: datetime) -> datetime:
    """The answer date that reporting itself sets: danger at once; water, power, gas and heat two
    hours; else one working day (the limits of Beijing's 12345 standard)."""
    if urgency == Urgency.DANGER:
        return at
    if urgency == Urgency.UTILITY:
        return at + UTILITY
    return add_working_days(at, 1, workdays(community_id))


def end_of(day: date) -> datetime:
    """Six in the evening, when the office shuts: what is due on a day is due by then."""
    return clock.start_of(day) + timedelta(hours=18)


def finish_by(at: datetime, done_days: int) -> datetime:
    """The end of the working hours, so many days on."""
    return end_of(clock.local(at).date() + timedelta(days=done_days))


def check_by(community_id: int, at: datetime) -> datetime:
    """By when a second person should have looked at what is said to be done."""
    return add_working_days(at, CHECK_WORKING_DAYS, workdays(community_id))


def redo_by(community_id: int, at: datetime) -> datetime:
    """What came back is due in three working days."""
    return add_working_days(at, REOPEN_WORKING_DAYS, workdays(community_id))


def ask_again(at: datetime) -> datetime:
    """Thirty days later the resident is asked again."""
    return at + timedelta(days=FOLLOW_UP_DAYS)


def colour(state: str, due_at: datetime | None, progress_at: datetime, at: datetime) -> str:
    """red overdue, yellow behind, blue near due, green closed, empty otherwise. Never stored."""
    if state == "closed":
        return "green"
    if state not in LIVE or due_at is None:
        return "empty"
    if due_at < at:
        return "red"
    if state == "open" and progress_at < at - QUIET:
        return "yellow"
    return "blue" if due_at <= at + NEAR else "empty"


def with_colour(wanted: str, at: datetime) -> Q:
    """The same rule as `colour`, for a list."""
    live = Q(state__in=LIVE)
    red = live & Q(due_at__lt=at)
    behind = Q(state="open", progress_at__lt=at - QUIET)
    yellow = live & Q(due_at__gte=at) & behind
    blue = live & Q(due_at__gte=at, due_at__lte=at + NEAR) & ~behind
    empty = live & Q(due_at__gt=at + NEAR) & ~behind
    return {"red": red, "yellow": yellow, "blue": blue, "empty": empty, "green": Q(state="closed")}[
        wanted
    ]
