"""Who may see and move a pledge: whoever made it, its unit's liaison, and the staff of its need."""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.places.access import NOTHING, reach
from linshuo.domain.pledges.models import Pledge
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role


def partnerships_of(viewer: Actor) -> frozenset[int]:
    """The units the viewer speaks for."""
    return frozenset(
        g.partnership_id
        for g in viewer.grants
        if g.role is Role.LIAISON and g.partnership_id is not None
    )


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
        found |= reach(viewer, Can.NEED_READ, "ask__need__place__path")
        found |= Q(ask__need__owner_id=viewer.person_id)
    return found


def may_move(viewer: Actor, pledge: Pledge) -> bool:
    """Whether the pledge is the viewer's own, or staff work the viewer may do."""
    if pledge.community_id != viewer.community_id:
        return False
    if viewer.everywhere(Can.NEED_WORK):
        return True
    mine = own(viewer)
    if viewer.can(Can.NEED_WORK):
        mine |= reach(viewer, Can.NEED_WORK, "ask__need__place__path")
        mine |= Q(ask__need__owner_id=viewer.person_id)
    return Pledge.objects.of(viewer).filter(mine, pk=pledge.pk).exists()
