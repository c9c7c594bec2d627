"""What the papers about money share: who issues them, as of which day, the head of the chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.funds.public import head
from linshuo.domain.places.models import Community
from linshuo.kit import clock, wording


def frame(community: Community, at: datetime | None = None) -> dict[str, Any]:
    """The foot of a paper about money."""
    moment = at or clock.now()
    return {
        "community": community.name,
        "phone": community.phone,
        "phone_label": _("电话"),
        "as_of": _("截至%(day)s %(hour)s")
        % {"day": wording.day(moment), "hour": wording.hour(moment)},
        "chain": chain(community.pk),
        "number": "",
    }


def chain(community_id: int) -> str:
    """The head of the chain in words; empty before its first link."""
    found = head(community_id)
    if found is None:
        return ""
    told = {"month": found.month, "seq": found.seq, "hash": found.spoken}
    if found.month:
        return _("%(month)s的账结了，留痕 %(hash)s，第 %(seq)d 条") % told
    return _("留痕 %(hash)s，第 %(seq)d 条") % told
