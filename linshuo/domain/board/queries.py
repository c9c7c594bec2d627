"""Reads: the asks of a need, and where a line stands."""

from __future__ import annotations

from linshuo.domain.board.access import visible
from linshuo.domain.board.models import Ask
from linshuo.domain.needs.models import Need
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours


def asks_of(viewer: Actor, need: Need) -> list[Ask]:
    """The lines under a need, in the order they were put up."""
    return list(Ask.objects.of(viewer).filter(visible(viewer), need=need).order_by("pk"))


def get_ask(viewer: Actor, pk: int) -> Ask:
    """One line the viewer may see. Raises `NotYours`."""
    ask = (
        Ask.objects.of(viewer)
        .filter(visible(viewer), pk=pk)
        .select_related("need", "need__place")
        .first()
    )
    if ask is None:
        raise NotYours("ask", "")
    return ask
