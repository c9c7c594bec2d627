"""The one thing everyone may know of the trail: that something has happened."""

from __future__ import annotations

from linshuo.domain.trail.models import Event


def revision(community_id: int) -> int:
    """The community's newest event, sealed or not: while it stays, no public page of it changes.

    An event written in a transaction that ends late may carry a smaller number than one already
    seen; whoever keeps pages by this number keeps them for a minute at most.
    """
    newest = Event.objects.within(community_id).order_by("-id").values_list("id", flat=True).first()
    return newest or 0
