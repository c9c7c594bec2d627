"""What everyone may see of communities: the only module of this room that public pages import."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, connection

from linshuo.domain.places.models import Community, Place, PlaceKind
from linshuo.domain.trail.models import Event


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


def standing(prefix: str) -> tuple[PublicCommunity, int] | None:
    """The community with this prefix, and its revision: while that stays, no public page of it
    changes. None when there is no such community.

    The revision is the sum of the ids of its newest events, which grows with every event that is
    committed. The newest id alone would not: of two that happen at once, the one that was numbered
    first may be committed last.

    Hot pages ask nothing else, so the one question is put by hand: asked of the models it costs
    twice as much as all the rest of such a page (`docs/measurements.md`).
    """
    found = _first_row(_STANDING, [AT_ONCE, prefix.strip().upper()[:6]])
    return (PublicCommunity(*found[:-1]), int(found[-1] or 0)) if found else None


def _first_row(sql: str, params: list[Any]) -> tuple[Any, ...] | None:
    """The first question of a request, asked without asking first whether the server is there: if
    it has gone away, it is asked once more on a new connection."""
    if connection.in_atomic_block:
        return _fetched(sql, params)
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return _fetched(sql, params)
    except (OperationalError, InterfaceError):
        connection.close()
        return _fetched(sql, params)


def _fetched(sql: str, params: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


AT_ONCE = 64
"""More events of one community than are committed while one of them is on its way."""
_STANDING = f"""
    SELECT c.id, c.prefix, c.name, c.phone, c.emergency_phone, c.hours, c.address, (
        SELECT sum(newest.id) FROM (
            SELECT e.id FROM {Event._meta.db_table} e
            WHERE e.community_id = c.id ORDER BY e.id DESC LIMIT %s
        ) newest
    )
    FROM {Community._meta.db_table} c WHERE c.prefix = %s"""  # noqa: S608  # names of our own tables


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
