"""What a message tells of and has no column for: a swap of two rounds; a letter, or a part of one.

The event says which it is. Where there is something that the message does have a column for, it
stands on that: what the letter speaks of, the line of the post; else on nothing, and whoever tells
it is one of the heads. Letters are kept two floors above: of them this hall
knows what the trail says, so whether one still waits is asked of the trail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Ask
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity
from linshuo.domain.service.rota_rows import RotaSwap
from linshuo.domain.trail.models import Event
from linshuo.kit import wording
from linshuo.notices.models import Message
from linshuo.notices.sayings_apart import TO_READERS, TO_SWAPPERS

KINDS = ("missive", "missivepart", "rotaswap")
"""Kinds of rows whose events such messages come of."""
WITH_SWAP = (
    *("rota__post", "asker__partnership", "asker__person", "other__partnership", "other__person"),
)
ENDS = ("missive:send", "missive:drop")


def about(event: Event) -> dict[str, Any]:
    """What the rules look at, and what the message stands on: nothing where there is nothing."""
    if event.row_kind == "rotaswap":
        rows = RotaSwap.objects.within(event.community_id).select_related(*WITH_SWAP)
        swap = rows.get(pk=event.row_id)
        return {"swap": swap, **_of_post(swap)}
    detail, here = event.detail or {}, event.community_id
    found: Any = None
    for name, model in (("pledge", Pledge), ("ask", Ask), ("activity", Activity)):
        if name in detail:
            found = model.objects.within(here).filter(pk=int(detail[name])).first()
            break
    return {name: found} if found is not None else {}


def _of_post(swap: RotaSwap) -> dict[str, Any]:
    """The line of the rota's post, if it has one."""
    lines = Ask.objects.within(swap.community_id).order_by("-pk")
    line = lines.filter(post=swap.rota.post_id).first()
    return {"ask": line} if line is not None else {}


def told_of(
    event: Event, swap: RotaSwap | None, speak: Callable[[int], list[int]]
) -> Iterator[tuple[int | None, str]]:
    """Persons, each with the key of a sentence. `speak` knows who speaks for a unit."""
    if swap is not None:
        verb = event.verb.partition(":")[2]
        side = swap.other if verb == "ask" else swap.asker
        yield side.person_id, f"swap-{verb}"
        for person in speak(side.partnership_id or 0):
            yield person, f"swap-{verb}"
        return
    detail, saying = event.detail or {}, "letter-look"
    if event.row_kind == "missive":
        saying = "letter" if detail.get("kind") == "quarter" else "thanks"
        saying += "-sent" if detail.get("how") == "page" else "-hand"
        for person in speak(int(detail.get("unit", 0))):
            yield person, saying
    yield detail.get("person"), saying


def swap_words(swap: RotaSwap) -> str:
    """共建单位轮值，12月9日起的一轮和12月16日起的一轮对换: what hangs outside for everyone."""
    told = {
        "post": swap.rota.post,
        "gives": wording.near_day(swap.gives_on),
        "takes": wording.near_day(swap.takes_on),
    }
    return _("%(post)s，%(gives)s起的一轮和%(takes)s起的一轮对换") % told


def with_apart(messages: Iterable[Message]) -> None:
    """Read the swaps these messages are about, and which letters no longer wait: four queries for
    those that are about one, none without."""
    told = [m for m in messages if m.saying in TO_SWAPPERS | TO_READERS]
    if not told:
        return
    here = told[0].community_id
    events = Event.objects.within(here).filter(pk__in={m.event_id for m in told})
    rows = {e.pk: e for e in events.only("row_kind", "row_id", "subject_id")}
    swaps = RotaSwap.objects.within(here).select_related(*WITH_SWAP)
    by_pk = swaps.in_bulk([e.row_id for e in rows.values() if e.row_kind == "rotaswap"])
    over = _over(here, [e for e in rows.values() if e.row_kind == "missivepart"])
    for message in told:
        event = rows.get(message.event_id)
        message.swap = by_pk.get(event.row_id) if event and event.row_kind == "rotaswap" else None
        message.over = event is not None and event.pk in over


def _over(community_id: int, previews: list[Event]) -> set[int]:
    """Of these the ones to which something was said since, and those whose letter is gone."""
    if not previews:
        return set()
    said = Q(row_kind="missivepart", row_id__in=[e.row_id for e in previews])
    gone = Q(row_kind="missive", row_id__in=[e.subject_id for e in previews])
    later = Event.objects.within(community_id).filter(
        said & Q(verb="missivepart:answer") | gone & Q(verb__in=ENDS)
    )
    ended = set(later.values_list("row_kind", "row_id"))
    return {
        e.pk
        for e in previews
        if ("missivepart", e.row_id) in ended or ("missive", e.subject_id) in ended
    }
