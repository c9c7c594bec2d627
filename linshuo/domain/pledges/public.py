"""What everyone may see of pledges: a masked name on a line, a unit's name in full, and a count.

Only pledges on lines everyone may see are here, and only those that were accepted: who waits in a
queue is nobody else's business.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import public, raised
from linshuo.domain.board.models import WHOLE, AskKind
from linshuo.domain.board.public import PublicAsk
from linshuo.domain.board.queries import title_of
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.masking import mask_name

PAGE = 30
SHOWN = ("open", "done", "closed")
TAKEN = Q(state__in=("accepted", "under_way")) | Q(ended_as=Ended.FULFILLED)
FOR_ALL = public("ask__", SHOWN) | raised("ask__", over=True)
"""Pledges on what everyone may see, also of what has been raised and built meanwhile."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One pledge as everyone may see it."""

    number: str
    serial: str
    post: int | None
    project: str
    collection: str
    title: str
    kind_words: str
    text: str
    who: str
    when: str


def _taken(community_id: int) -> ScopedQuerySet[Pledge]:
    return Pledge.objects.within(community_id).filter(TAKEN, FOR_ALL)


def count(community_id: int) -> int:
    """认下: pledges kept or being kept, on public matters."""
    return _taken(community_id).count()


def page(community_id: int, after: str = "") -> tuple[list[Taken], str]:
    """Those pledges, newest first, and the mark where the next page begins."""
    rows = _taken(community_id).select_related(
        "person", "partnership__organisation", *(f"ask__{name}" for name in WHOLE)
    )
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    mark = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return [_public(p) for p in found[:PAGE]], mark


def _public(pledge: Pledge) -> Taken:
    ask = pledge.ask
    return Taken(
        number=ask.need.number if ask.need else "",
        serial=ask.need.short_number if ask.need else "",
        post=ask.post_id,
        project=ask.project.number if ask.project else "",
        collection=ask.collection.number if ask.collection else "",
        title=title_of(ask),
        kind_words=str(AskKind(ask.kind).label),
        text=ask.text,
        who=_who(pledge),
        when=wording.near_day(pledge.signed_at),
    )


def _who(pledge: Pledge) -> str:
    if pledge.partnership is not None:
        return str(pledge.partnership)
    return mask_name(pledge.person.name) if pledge.person is not None else ""


@functools.cache
def _signatures() -> Any:
    # Put together once and then copied, which halves what the question costs here.
    return (
        Pledge.objects.filter(TAKEN)
        .order_by("signed_at", "pk")
        .values_list("ask_id", "slots", "person__name", "partnership__organisation__name")
    )


def signers(community_id: int, lines: Iterable[PublicAsk]) -> dict[int, list[str]]:
    """Who has signed for each of these lines, in the order of signing. One query.

    What the board's public module gave is public, so only the pledges are looked at.
    """
    counted_in = {line.pk: line.unit for line in lines}
    found: dict[int, list[str]] = {}
    rows = _signatures().within(community_id).filter(ask_id__in=list(counted_in))
    for ask_id, slots, person, organisation in rows:
        name = organisation or mask_name(person or "")
        if slots > 1:
            name = f"{name} · {slots} {counted_in[ask_id]}"
        found.setdefault(ask_id, []).append(name)
    return found


def signings(community_id: int, number: str) -> list[tuple[datetime, str]]:
    """For a public matter's timeline: on which day how many signed for which line, nobody named."""
    rows = (
        _taken(community_id)
        .filter(ask__need__number=number)
        .order_by("signed_at", "pk")
        .values_list("signed_at", "ask__text")
    )
    days: dict[tuple[object, str], datetime] = {}
    many: Counter[tuple[object, str]] = Counter()
    for at, text in rows:
        key = (clock.local(at).date(), text)
        days.setdefault(key, at)
        many[key] += 1
    return [
        (
            at,
            _("有人认了：%s") % key[1]
            if many[key] == 1
            else _("%(n)d 位认了：%(what)s") % {"n": many[key], "what": key[1]},
        )
        for key, at in days.items()
    ]
