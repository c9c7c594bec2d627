"""What waits to be read by one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.notices.models import Message
from linshuo.notices.rules import SAYINGS

LOOK_AT = 60
"""Of the newest messages that wait, how many are looked at to find those that still hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it will stand on the page."""

    pk: int
    text: str
    number: str
    when: str


def inbox(viewer: Actor, most: int = 10, *, at: datetime | None = None) -> list[Line]:
    """What the viewer has been told and not put away, newest first: two queries.

    What no longer holds, and what the viewer may no longer see, is left out; of several messages
    with the same sentence about one matter, the newest.
    """
    if viewer.person_id is None:
        return []
    waiting = Message.objects.of(viewer).filter(person_id=viewer.person_id, done_at__isnull=True)
    messages = list(waiting.order_by("-pk")[:LOOK_AT])
    needs = {
        need.pk: need
        for need in Need.objects.of(viewer)
        .filter(visible(viewer), pk__in={m.need_id for m in messages})
        .only("number", "title", "state", "owner", "returned_at", "community")
    }
    shown: dict[tuple[int, str], Line] = {}
    for message in messages:
        need, saying = needs.get(message.need_id), SAYINGS.get(message.saying)
        if need is None or saying is None or not saying.holds(need, viewer.person_id):
            continue
        line = Line(
            pk=message.pk,
            text=str(saying.text) % {"title": need.title},
            number=need.number,
            when=_when(message.at, at or clock.now()),
        )
        shown.setdefault((need.pk, message.saying), line)
        if len(shown) >= most:
            break
    return list(shown.values())


def _when(then: datetime, now: datetime) -> str:
    same = clock.local(then).date() == clock.local(now).date()
    return wording.hour(then) if same else wording.near_day(then)
