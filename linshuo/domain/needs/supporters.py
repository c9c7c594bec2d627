"""我也要: others who want the same, instead of the same matter twice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linshuo.domain.needs.checks import lock, must, ours
from linshuo.domain.needs.models import Need, Note, Supporter
from linshuo.domain.people.models import Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


@transaction.atomic
def support(
    need: Need,
    *,
    by: Actor,
    person: Person | None = None,
    contact_hmac: str = "",
    heads: int = 1,
    note: Note | None = None,
    via: str = "",
    at: datetime | None = None,
) -> Supporter | None:
    """我也要: one more who wants this. The same person again changes nothing and returns None."""
    if not by.is_house:
        must(by, Can.NEED_READ, need)
    ours(by, person, note)
    row = lock(need, by)
    if person is not None and person.pk == row.requester_id:
        return None
    same = Supporter.objects.of(by).filter(need=row)
    if person is not None and same.filter(person=person).exists():
        return None
    if contact_hmac and same.filter(contact_hmac=contact_hmac).exists():
        return None
    moment = happened(at)
    supporter = Supporter(
        community_id=row.community_id,
        need=row,
        person=person,
        contact_hmac=contact_hmac,
        heads=heads,
        note=note,
        at=moment,
        via=via[:40],
    )
    supporter.save(force_insert=True)
    record("supporter:add", row=supporter, subject=row, by=by, at=at, detail={"heads": heads})
    row.supporters += heads
    row.save(update_fields=["supporters"])
    record("need:supported", row=row, by=by, at=at, detail={"heads": heads})
    return supporter


def carry_over(merged: Need, survivor: Need, *, by: Actor, at: datetime) -> None:
    """Everyone who wanted the merged matter, and whoever asked for it, now wants the surviving one.

    Who wanted both is counted once.
    """
    for row in Supporter.objects.of(by).filter(need=merged).order_by("pk"):
        support(
            survivor,
            by=by,
            person=row.person,
            contact_hmac=row.contact_hmac,
            heads=row.heads,
            note=row.note,
            via=row.via or f"need:{row.need_id}",
            at=at,
        )
    if merged.requester_id is not None and merged.requester_id == survivor.requester_id:
        return
    support(
        survivor, by=by, person=merged.requester, note=merged.note, via=f"need:{merged.pk}", at=at
    )
