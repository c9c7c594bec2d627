"""Reading everything again and naming what does not fit; silent when all does.

The checks, in order: every link of every chain; every event against its own digest; every row
against the newest event about it; rows no event ever spoke of, and events whose row is gone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Max

from linshuo.domain.trail.actions import community_of
from linshuo.domain.trail.models import Anchor, Counter, Event, Seal, Trailed, digest
from linshuo.domain.trail.sealing import GENESIS, link


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit: a stable code, what it is about, and a sentence."""

    code: str
    what: str
    sentence: str


def verify(
    community_id: int | None = None, anchors: list[tuple[int, int, str]] | None = None
) -> list[Misfit]:
    """Everything that does not fit, of one community or of all.

    `anchors` are (community, count, head) kept outside this database: they show when the newest
    events were cut off together with their seals, which nothing inside can.
    """
    found = list(_chains(community_id, anchors or []))
    found += _events(community_id)
    found += _rows(community_id)
    return found


def redacted(community_id: int | None = None) -> int:
    """How many events have been blanked by an erasure."""
    return int(_of(Event, community_id).filter(salt__isnull=True).count())


def _of(model: type[Event] | type[Seal] | type[Anchor] | type[Counter], community_id: int | None):  # type: ignore[no-untyped-def]
    return (
        model.objects.everywhere() if community_id is None else model.objects.within(community_id)
    )


def _chains(community_id: int | None, outside: list[tuple[int, int, str]]) -> Iterator[Misfit]:
    # In this order, so that sealing that goes on meanwhile is no misfit: a count that was read
    # before the links is never above them, one read after them never below, and the event of a
    # link is there before the link.
    anchored = [(a.community_id, a.seq, a.hash) for a in _of(Anchor, community_id).order_by("id")]
    anchored += [a for a in outside if community_id in (None, a[0])]
    before = _counts(community_id)
    seals = list(_of(Seal, community_id).order_by("community_id", "seq"))
    after = _counts(community_id)
    digests = dict(_of(Event, community_id).values_list("id", "digest"))
    heads: dict[int, dict[int, str]] = {}
    for seal in seals:
        mine = heads.setdefault(seal.community_id, {0: GENESIS})
        last = next(reversed(mine))
        if seal.seq != last + 1:
            yield _gap(seal.community_id, last + 1, seal.seq - 1)
        elif seal.event_id not in digests:
            yield Misfit(
                "event-missing",
                f"event {seal.event_id}",
                f"event {seal.event_id} (link {seal.seq} of community {seal.community_id}) is gone",
            )
        elif link(mine[last], seal.seq, digests[seal.event_id]) != seal.hash:
            yield Misfit(
                "link",
                f"seal {seal.seq}",
                f"link {seal.seq} of community {seal.community_id} does not follow on",
            )
        mine[seal.seq] = seal.hash
    for community, count, head in [*anchored, *((c, n, "") for c, n in before.items())]:
        mine = heads.get(community, {0: GENESIS})
        have = next(reversed(mine))
        if have < count:
            yield _gap(community, have + 1, count)
        elif head and mine.get(count) != head:
            yield Misfit(
                "anchor",
                f"link {count}",
                f"link {count} of community {community} is not the one anchored",
            )
    for community, mine in heads.items():
        have = next(reversed(mine))
        if after.get(community, 0) < have:
            yield Misfit(
                "count",
                f"links {have}",
                f"community {community} has {have} links and counts {after.get(community, 0)}",
            )


def _counts(community_id: int | None) -> dict[int, int]:
    """How many links each community's sealer says it has made."""
    rows = _of(Counter, community_id).filter(key="seal")
    return dict(rows.values_list("community_id", "n"))


def _gap(community_id: int, first: int, last: int) -> Misfit:
    n = last - first + 1
    return Misfit(
        "events-cut",
        f"links {first}-{last}",
        f"{n} sealed event(s) of community {community_id} are missing: links {first} to {last}",
    )


def _events(community_id: int | None) -> Iterator[Misfit]:
    for event in _of(Event, community_id).order_by("id").iterator(chunk_size=2000):
        if event.salt is not None and event.compute_digest() != event.digest:
            yield Misfit(
                "event",
                f"event {event.pk}",
                f"event {event.pk} ({event.verb} of {event.subject_kind} {event.subject_id})"
                " was changed",
            )


def _rows(community_id: int | None) -> Iterator[Misfit]:
    for model in apps.get_models():
        if not issubclass(model, Trailed):
            continue
        kind = model.trail_kind
        newest_ids = (
            _of(Event, community_id)
            .filter(row_kind=kind)
            .values("row_id")
            .annotate(newest=Max("id"))
            .values("newest")
        )
        newest = {
            e.row_id: e
            for e in Event.objects.everywhere()
            .filter(pk__in=newest_ids)
            .only("id", "row_id", "salt", "row_digest")
        }
        for row in model._base_manager.order_by("pk").iterator(chunk_size=2000):
            if community_id is not None and community_of(row) != community_id:
                continue
            event = newest.pop(row.pk, None)
            name = f"{kind} {row.pk}"
            if event is None:
                yield Misfit("row-unknown", name, f"{name}: no event ever spoke of this row")
            elif event.salt is not None and digest(event.salt, row.snapshot()) != event.row_digest:
                yield Misfit("row", name, f"{name} was changed outside the house ({describe(row)})")
        for row_id in sorted(newest):
            yield Misfit("row-missing", f"{kind} {row_id}", f"{kind} {row_id} is gone")


def describe(row: Trailed) -> str:
    """What a person calls the row, where it has a name nobody need be shy of."""
    for name in ("number", "code", "prefix"):
        if value := getattr(row, name, ""):
            return str(value)
    return f"{row._meta.label_lower} {row.pk}"


def main(
    community_id: int | None = None,
    anchors: list[tuple[int, int, str]] | None = None,
    more: list[Misfit] | None = None,
) -> int:
    """For the command line: print each misfit and return 1, or say nothing and return 0.

    `more` is what other rooms found by recounting what is theirs.
    """
    misfits = verify(community_id, anchors) + (more or [])
    for misfit in misfits:
        sys.stdout.write(f"{misfit.sentence}\n")
    blanked = redacted(community_id)
    if blanked:
        sys.stderr.write(f"{blanked} event(s) redacted by erasure\n")
    return 1 if misfits else 0
