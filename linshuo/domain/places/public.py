"""What everyone may see of communities: the only module of this room that public pages import."""

from __future__ import annotations

import re
from dataclasses import dataclass

from linshuo.domain.places.models import Community


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
