"""找一找: needs, notes and people that have what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linshuo.insight.search import CAP, KINDS, LONGEST, Found, Results, search
from linshuo.kit.can import Can
from linshuo.web.doors import DoorRequest, page, staff_door

_WHOLE_NUMBER = re.compile(r"(?:[A-Za-z][A-Za-z0-9]{1,5}-)?(?:\d{4}-)?\d{4,6}")


@dataclass(frozen=True, slots=True)
class Block:
    """What was found of one kind."""

    kind: str
    title: str
    found: Found[Any]
    said: str


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest) -> HttpResponse:
    """What the typed words find. A number typed in full leads straight to its need;
    `?kind=note&after=…` are the next rows of one kind."""
    text, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    after = request.GET.get("after", "")[:60] if kind in KINDS else ""
    kinds = (kind,) if kind in KINDS else KINDS
    results = search(request.actor, text, kinds=kinds, after=after)
    prefix = request.community.prefix
    if results.straight and not kind and _WHOLE_NUMBER.fullmatch(results.text):
        return HttpResponseRedirect(reverse("desk:need", args=[prefix, results.straight]))
    context = {
        "results": results,
        "blocks": _blocks(results),
        "kind": kind if kind in KINDS else "",
        "later": bool(after),
        "too_long": len(text.strip()) > LONGEST,
        "longest": LONGEST,
        "people": request.actor.can(Can.PERSON_READ),
    }
    return page(request, "desk/search/search.html", context)


def _blocks(results: Results) -> list[Block]:
    found = (
        ("need", _("事情"), results.needs),
        ("note", _("笔记"), results.notes),
        ("person", _("人"), results.persons),
    )
    return [Block(k, t, rows, _count(rows)) for k, t, rows in found if rows.count]  # type: ignore[attr-defined]


def _count(found: Found[Any]) -> str:
    """How many, as far as was counted."""
    return _("%d 以上") % CAP if found.capped else str(found.count)
