"""Who may see an ask, and who may put one up: whoever may see or work on its need."""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.needs.models import Visibility
from linshuo.domain.places.access import NOTHING, reach
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role

_INSIDERS = frozenset({Role.MEMBER, Role.LIAISON})
LIVE_NEED = ("open", "done")


def visible(viewer: Actor) -> Q:
    """Staff see asks by reach, members what is shown to members, everyone what is public.

    A matter that is not released shows nowhere, not even by its asks.
    """
    if viewer.everywhere(Can.NEED_READ):
        return Q()
    found = Q(need__visibility=Visibility.PUBLIC)
    if viewer.roles & _INSIDERS:
        found |= Q(need__visibility=Visibility.MEMBERS)
    if viewer.can(Can.NEED_READ):
        found |= reach(viewer, Can.NEED_READ, "need__place__path") or NOTHING
    return found & ~Q(need__state="reported") if not viewer.can(Can.NEED_READ) else found
