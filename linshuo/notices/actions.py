"""Putting a message away."""

from __future__ import annotations

from datetime import datetime

from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours
from linshuo.notices.models import Message


def done(pk: int, *, by: Actor, at: datetime | None = None) -> Message:
    """The reader knows: this message and older ones of the same saying about the same matter are
    put away. Raises `NotYours` for anybody else's."""
    mine = Message.objects.of(by).filter(person_id=by.person_id or 0)
    message = mine.filter(pk=pk).first()
    if message is None:
        raise NotYours("message", "")
    same = mine.filter(saying=message.saying, pk__lte=pk, done_at__isnull=True)
    if message.need is not None:
        same = same.filter(need=message.need)
    else:
        same = same.filter(pledge=message.pledge, ask=message.ask)
    same.update(done_at=happened(at))
    message.refresh_from_db()
    return message


def all_done(*, by: Actor, at: datetime | None = None) -> int:
    """The reader has seen everything that waits; how many messages were put away."""
    if by.person_id is None:
        return 0
    waiting = Message.objects.of(by).filter(person_id=by.person_id, done_at__isnull=True)
    return waiting.update(done_at=happened(at))
