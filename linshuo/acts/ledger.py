"""Acts on many matters at once: all or nothing, one event each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.working import assign
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import staff
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused

MOST_AT_ONCE = 200


@transaction.atomic
def assign_many(
    need_ids: Collection[int], owner_id: int, *, by: Actor, at: datetime | None = None
) -> int:
    """Give several matters to one member of staff and return how many changed hands.

    One matter that is not the actor's to give stops them all: nothing is half done.
    """
    ids = set(need_ids)
    if not ids:
        raise Refused("none", _("先选几件，再换责任人。"))
    if len(ids) > MOST_AT_ONCE:
        raise Refused("many", _("一次最多 %d 件。") % MOST_AT_ONCE)
    owner = owner_among_staff(by, owner_id)
    needs = list(Need.objects.of(by).filter(visible(by), pk__in=ids).order_by("pk"))
    if len(needs) != len(ids):
        raise NotYours("need", _("没有这一件。"))
    changed = 0
    for need in needs:
        before = need.owner_id
        changed += assign(need, by=by, owner=owner, at=at).owner_id != before
    return changed


def owner_among_staff(by: Actor, owner_id: int) -> Person:
    """The member of staff with this person id. Raises `Refused("owner")` for anybody else."""
    if owner_id not in {c.person_id for c in staff(by)}:
        raise Refused("owner", _("请从名单里选一位同事。"), "owner")
    return Person.objects.of(by).get(pk=owner_id)
