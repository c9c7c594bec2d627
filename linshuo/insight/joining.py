"""像是一件事: for what was just noted, the matter already in hand that it most resembles."""

from __future__ import annotations

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.notebook import Page
from linshuo.insight.duplicates import Suggestion, suggest
from linshuo.kit.actor import Actor

MOST = 3
"""For how many notes of a page a likely matter is looked up."""


def joinable(viewer: Actor, page: Page) -> dict[int, Suggestion]:
    """By note, for the first undecided ones of a page. Nothing is joined to a matter that is over,
    so only those still in hand are suggested."""
    if not page.may_decide:
        return {}
    likely = {e.pk: suggest(viewer, e.words, place=e.spot) for e in page.undecided[:MOST]}
    ids = {s.need_id for found in likely.values() for s in found}
    if not ids:
        return {}
    rows = Need.objects.of(viewer).filter(visible(viewer), pk__in=ids, state__in=LIVE)
    live = set(rows.values_list("pk", flat=True))
    best = {pk: [s for s in found if s.need_id in live][:1] for pk, found in likely.items()}
    return {pk: found[0] for pk, found in best.items() if found}
