"""Who may see and move a pledge: whoever made it, its unit's liaison, and the staff of its need."""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.board.access import reached, spoken_for
from linshuo.domain.places.access import NOTHING
from linshuo.domain.pledges.models import Pledge
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


def partnerships_of(viewer: Actor) -> frozenset[int]:
    """The units the viewer speaks for."""
    return spoken_for(viewer)


def own(viewer: Actor) -> Q:
    """Pledges that are the viewer's to make, plan and let go."""
    found = Q(partnership_id__in=partnerships_of(viewer))
    return found | Q(person_id=viewer.person_id) if viewer.person_id else found or NOTHING


def visible(viewer: Actor) -> Q:
    """One's own; for staff, those on the needs they reach or own."""
    if viewer.everywhere(Can.NEED_READ):
        return Q()
    found = own(viewer)
    if viewer.can(Can.NEED_READ):
        found |= reached(viewer, Can.NEED_READ, "ask__") | owned(viewer)
    return found


def owned(viewer: Actor) -> Q:
    """Pledges on what the viewer has in hand: a need or a post."""
    if viewer.person_id is None:
        return NOTHING
    return Q(ask__need__owner_id=viewer.person_id) | Q(ask__post__owner_id=viewer.person_id)


def may_move(viewer: Actor, pledge: Pledge) -> bool:
    """Whether the pledge is the viewer's own, or staff work the viewer may do."""
    if pledge.community_id != viewer.community_id:
        return False
    if viewer.everywhere(Can.NEED_WORK):
        return True
    mine = own(viewer)
    if viewer.can(Can.NEED_WORK):
        mine |= reached(viewer, Can.NEED_WORK, "ask__") | owned(viewer)
    return Pledge.objects.of(viewer).filter(mine, pk=pledge.pk).exists()
