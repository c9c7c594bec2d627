"""Sealing committed events into a chain per community.

Writers never wait for one another: an event is written with its own digest, and a worker links it
afterwards. Ids that commit out of order do no harm, since the chain's order is the seal's own.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from linshuo.domain.trail.models import Anchor, Counter, Event, Seal, digest
from linshuo.kit import clock

GENESIS = "0" * 64
BATCH = 500


def link(previous: str, seq: int, event_digest: str) -> str:
    """The hash of one link of the chain."""
    return digest("", previous, str(seq), event_digest)


def seal_all() -> int:
    """Seal whatever is committed and not sealed yet, and return how many events were.

    Idempotent; several workers may run it, one at a time per community.
    """
    unsealed = ~Exists(Seal.objects.everywhere().filter(event_id=OuterRef("pk")))
    waiting = (
        Event.objects.everywhere()
        .filter(unsealed)
        .values_list("community_id", flat=True)
        .distinct()
    )
    return sum(_seal_community(community_id) for community_id in list(waiting))


def _seal_community(community_id: int) -> int:
    done = 0
    while batch := _seal_batch(community_id):
        done += batch
        if batch < BATCH:
            break
    return done


@transaction.atomic
def _seal_batch(community_id: int) -> int:
    # The counter row is the lock: one sealer a community, whatever the database.
    Counter.objects.within(community_id).get_or_create(community_id=community_id, key="seal")
    lock = Counter.objects.within(community_id).filter(key="seal")
    lock.select_for_update().get()
    last = Seal.objects.within(community_id).order_by("-seq").first()
    seq, previous = (last.seq, last.hash) if last else (0, GENESIS)
    unsealed = ~Exists(Seal.objects.everywhere().filter(event_id=OuterRef("pk")))
    events = list(
        Event.objects.within(community_id)
        .filter(unsealed)
        .order_by("id")
        .values_list("id", "digest")[:BATCH]
    )
    seals = []
    for event_id, event_digest in events:
        seq += 1
        previous = link(previous, seq, event_digest)
        seals.append(Seal(community_id=community_id, seq=seq, event_id=event_id, hash=previous))
    Seal.objects.bulk_create(seals)
    if events:
        lock.update(n=seq)
    return len(events)


def drop_anchors(day: date | None = None) -> int:
    """Note head and count of every chain for the day; later runs the same day add nothing."""
    day = day or clock.today()
    made = 0
    for counter in Counter.objects.everywhere().filter(key="seal", n__gt=0):
        head = Seal.objects.within(counter.community_id).order_by("-seq").first()
        if head is None:
            continue
        _, new = Anchor.objects.within(counter.community_id).get_or_create(
            community_id=counter.community_id,
            day=day,
            defaults={"seq": head.seq, "hash": head.hash},
        )
        made += new
    return made
