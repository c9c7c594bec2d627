"""Who may see whom."""

from __future__ import annotations

from django.db.models import Q

from linshuo.domain.places.access import NOTHING
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


def visible(viewer: Actor) -> Q:
    """Persons the viewer may find in a list: staff all of their community's, others themselves.

    A resident has no place until one is known, so the reach of staff here is the community.
    """
    if viewer.is_house or viewer.can(Can.PERSON_READ):
        return Q()
    return Q(pk=viewer.person_id) if viewer.person_id else NOTHING
