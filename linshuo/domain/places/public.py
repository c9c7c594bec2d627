"""What everyone may see of communities: the only module of this room that public pages import."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linshuo.domain.places.models import Community, Place, PlaceKind


@dataclass(frozen=True, slots=True)
class PublicCommunity:
    """A community as it tells everyone about itself."""

    pk: int
    prefix: str
    name: str
    phone: str
    emergency_phone: str
    hours: str
    address: str

    @property
    def dial(self) -> str:
        """The telephone number as a telephone wants it."""
        return re.sub(r"[^\d+]", "", self.phone)


def communities() -> list[PublicCommunity]:
    """Every community on this install, by name."""
    return [_public(c) for c in Community.objects.order_by("name", "pk")]


def community(prefix: str) -> PublicCommunity | None:
    """The community with this prefix, whatever its case; None when there is none."""
    found = Community.objects.filter(prefix=prefix.strip().upper()[:6]).first()
    return _public(found) if found else None


def _public(c: Community) -> PublicCommunity:
    return PublicCommunity(c.pk, c.prefix, c.name, c.phone, c.emergency_phone, c.hours, c.address)


def estates(community_id: int) -> list[tuple[str, str]]:
    """The estates one may choose from, by their place in the tree: id and name."""
    rows = Place.objects.within(community_id).filter(kind=PlaceKind.ESTATE, closed_at__isnull=True)
    return [(str(pk), name) for pk, name in rows.order_by("path").values_list("pk", "full_name")]


def spot(community_id: int, pk: str) -> Place | None:
    """The estate with this id, or, for an empty one, the whole community; to be handed on."""
    rows = Place.objects.within(community_id).filter(closed_at__isnull=True)
    if not pk:
        return rows.filter(kind=PlaceKind.COMMUNITY).first()
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return rows.filter(kind=PlaceKind.ESTATE, pk=int(pk)).first()
