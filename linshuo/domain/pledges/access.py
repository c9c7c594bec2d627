"""Who may see and move a pledge: whoever made it, its unit's liaison, and the staff of its need.

On a line of what is offered the roles are turned round: whoever signed is served, whoever offers
comes, and may see it and work on it from the moment it is agreed, and nothing of it before.
"""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.board.access import reached, spoken_for
from linshuo.domain.places.access import NOTHING
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


def partnerships_of(viewer: Actor) -> frozenset[int]:
    """The units the viewer speaks for."""
    return spoken_for(viewer)


def own(viewer: Actor) -> Q:
    """Pledges that are the viewer's to make, plan and let go."""
    found = Q(partnership_id__in=partnerships_of(viewer))
    return found | Q(person_id=viewer.person_id) if viewer.person_id else found or NOTHING


AGREED = Q(state__in=("accepted", "under_way")) | Q(ended_as=Ended.FULFILLED)
"""Pledges that hold, or were kept."""
PROMISED = AGREED & Q(amount_fen__isnull=False)
"""Sums that are promised, or were and came: whoever let go promises nothing any more."""


def given(viewer: Actor) -> Q:
    """Pledges on what the viewer or their unit offers, once they are agreed."""
    found = Q(ask__offer__partnership_id__in=partnerships_of(viewer))
    if viewer.person_id:
        found |= Q(ask__offer__person_id=viewer.person_id)
    return found & AGREED


def visible(viewer: Actor) -> Q:
    """One's own, and those one serves; for staff, those on the needs they reach or own."""
    if viewer.everywhere(Can.NEED_READ):
        return Q()
    found = own(viewer) | given(viewer)
    if viewer.can(Can.NEED_READ):
        found |= reached(viewer, Can.NEED_READ, "ask__") | owned(viewer)
    return found


def owned(viewer: Actor) -> Q:
    """Pledges on what the viewer has in hand: a need, a post, or what money is raised for."""
    if viewer.person_id is None:
        return NOTHING
    found = Q()
    for target in ("need", "post", "project", "collection"):
        found |= Q(**{f"ask__{target}__owner_id": viewer.person_id})
    return found


def may_move(viewer: Actor, pledge: Pledge) -> bool:
    """Whether the pledge is the viewer's own or theirs to serve, or staff work they may do."""
    return _among(viewer, pledge, own(viewer) | given(viewer))


def may_pass_on(viewer: Actor, pledge: Pledge) -> bool:
    """Whether the viewer may put another name in the place of the one that signed: not whoever
    only serves them."""
    return _among(viewer, pledge, own(viewer))


def _among(viewer: Actor, pledge: Pledge, mine: Q) -> bool:
    if pledge.community_id != viewer.community_id:
        return False
    if viewer.everywhere(Can.NEED_WORK):
        return True
    if viewer.can(Can.NEED_WORK):
        mine |= reached(viewer, Can.NEED_WORK, "ask__") | owned(viewer)
    return Pledge.objects.of(viewer).filter(mine, pk=pledge.pk).exists()
