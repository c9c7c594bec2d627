"""Places at an activity: taken and given back by one conditional update, never overfull."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from linshuo.domain.service.models import Activity
from linshuo.domain.trail.actions import record
from linshuo.kit.actor import Actor


def take(activity: Activity, *, by: Actor, at: datetime | None = None) -> bool:
    """Take one place if there is one. Runs in its caller's transaction; False changes nothing."""
    free = Activity.objects.within(activity.community_id).filter(
        Q(places__isnull=True) | Q(taken__lt=F("places")), pk=activity.pk, cancelled_at__isnull=True
    )
    if not free.update(taken=F("taken") + 1):
        return False
    activity.refresh_from_db(fields=["taken"])
    record("activity:take", row=activity, by=by, at=at)
    return True


def give_back(activity: Activity, *, by: Actor, at: datetime | None = None) -> None:
    """Free one place again. Runs in its caller's transaction."""
    Activity.objects.within(activity.community_id).filter(pk=activity.pk, taken__gt=0).update(
        taken=F("taken") - 1
    )
    activity.refresh_from_db(fields=["taken"])
    record("activity:give-back", row=activity, by=by, at=at)
