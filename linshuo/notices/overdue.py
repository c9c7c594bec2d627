"""What nobody does and the clock brings: a matter that has gone without an answer too long.

No event says so, since a due date is only read. The message hangs on the event that set the date,
so it is told once for each time the clock was set, whenever this runs.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from linshuo.domain.needs.models import Need, Urgency
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.notices.drain import STALE, Heard, tell
from linshuo.notices.rules import Posts

SET_BY = ("need:report", "need:contest")
"""What starts the clock of an answer (`domain/needs/due.py` has the limits and their source)."""
MOST = 200


def late(at: datetime | None = None) -> int:
    """Tell whoever has to answer of what was not answered in time; return how many were told.

    Danger is left out: it was told the moment it was heard, and its limit is that moment.
    """
    moment = at or clock.now()
    ids = Community.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_community(community_id, moment) for community_id in ids)


@transaction.atomic
def _community(community_id: int, at: datetime) -> int:
    overdue = (
        Need.objects.within(community_id)
        .filter(state="reported", due_at__lt=at, due_at__gt=at - STALE)
        .exclude(urgency=Urgency.DANGER)
        .select_related("place", "note")
        .order_by("-due_at", "-pk")
    )
    needs = {need.pk: need for need in overdue[:MOST]}
    if not needs:
        return 0
    events = Event.objects.within(community_id)
    newest = (
        events.filter(row_kind="need", row_id__in=needs, verb__in=SET_BY)
        .order_by()
        .values("row_id")
        .annotate(last=Max("id"))
        .values_list("last", flat=True)
    )
    posts = Posts(community_id)
    heard = []
    for event in events.filter(pk__in=list(newest)).order_by("pk"):
        need = needs[event.row_id]
        for person in dict.fromkeys(posts.answering(need)):
            heard.append(Heard(event, need, None, person, "late", at=need.due_at))
        heard.append(Heard(event, need, None, None, "late", at=need.due_at))
    return tell(community_id, heard, posts)
