"""Thirty days after a matter was closed: whoever has a channel is asked by it, with a link that
needs no signing in. Whoever has none is on the call list or the visit list, as before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Max

from linshuo.domain.needs.models import Need
from linshuo.domain.places.models import Community
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.notices.drain import STALE, Heard, tell
from linshuo.notices.models import Letter, Message
from linshuo.notices.routes import Routes
from linshuo.notices.rules import Posts

SAY_SALT = "plaza.say"
SAYING = "still-good"
PATIENCE = timedelta(days=3)
"""How long somebody who was sent the link is not called as well."""
MOST = 200


def say_token(need: Need) -> str:
    """What stands in the address at which whoever asked says whether it is settled."""
    return signing.dumps([need.community_id, need.number], salt=SAY_SALT)


def tick(at: datetime | None = None) -> int:
    """Ask whoever is due to be asked again and has a channel; return how many were asked.

    Once for each closing: a matter that came back and was closed anew is asked about anew.
    """
    moment = at or clock.now()
    ids = Community.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_community(community_id, moment) for community_id in ids)


@transaction.atomic
def _community(community_id: int, at: datetime) -> int:
    due = Need.objects.within(community_id).filter(
        state="closed",
        due_at__lte=at,
        due_at__gt=at - STALE,
        requester__isnull=False,
        requester__erased_at__isnull=True,
    )
    needs = {
        need.pk: need for need in due.select_related("place", "note").order_by("due_at")[:MOST]
    }
    if not needs:
        return 0
    posts = Posts(community_id)
    routes = Routes(community_id, (n.requester_id for n in needs.values() if n.requester_id), posts)
    events = Event.objects.within(community_id)
    closings = (
        events.filter(row_kind="need", row_id__in=needs, verb="need:confirm")
        .order_by()
        .values("row_id")
        .annotate(last=Max("id"))
        .values_list("last", flat=True)
    )
    heard = []
    for event in events.filter(pk__in=list(closings)).order_by("pk"):
        need = needs[event.row_id]
        who = need.requester_id
        if who is not None and isinstance(routes.way(who), Letter.Channel):
            heard.append(Heard(event, need, None, who, SAYING, at=need.due_at))
    return tell(community_id, heard, posts) if heard else 0


def lately_asked(community_id: int, at: datetime) -> list[int]:
    """Needs whose requester was sent the link not long ago, and may still press it."""
    rows = Message.objects.within(community_id).filter(saying=SAYING, created_at__gt=at - PATIENCE)
    rows = rows.exclude(way=Message.Way.CALL)
    return [pk for pk in rows.values_list("need_id", flat=True) if pk is not None]
