"""Which rows an actor reaches: one function for lists and for checks."""

from __future__ import annotations

from django.db.models import Q

from linshuo.kit.actor import Actor
from linshuo.kit.can import Can

NOTHING = Q(pk__in=())


def reach(actor: Actor, can: Can, path_field: str) -> Q:
    """Rows of places over which the actor holds the capability.

    `path_field` is the lookup that leads to the path, such as "place__path". The house, and whoever
    is appointed over the community, reach everything in it;
    someone with no appointment reaches nothing.
    """
    if actor.everywhere(can):
        return Q()
    found = NOTHING
    for path in actor.paths(can):
        found |= Q(**{f"{path_field}__startswith": path})
    return found
