"""What lists at the desk share: filters that stand in the address, tabs beside one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from linshuo.kit.can import Can
from linshuo.kit.text import tidy

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from linshuo.domain.trail.scoping import ScopedQuerySet
    from linshuo.web.doors import DoorRequest

Tabs = Sequence[tuple[str, "str | Promise", Q]]
"""Of each tab its name in the address, its label, its rows; the first is the usual one."""
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab above a list."""

    url: str
    label: str
    count: int
    current: bool
    clock: str = ""


def with_query(query: QueryDict, **changes: str) -> str:
    """The address of the same list with these filters changed; an empty one is left out."""
    kept = query.copy()
    for name, value in changes.items():
        kept.pop(name, None)
        if value:
            kept[name] = value
    return f"?{kept.urlencode()}"


def save_url(request: DoorRequest, key: str) -> str:
    """Where what one of `insight.lists` shows is kept as a figure; empty for whoever may not."""
    if not request.actor.can(Can.BRIEF_KEEP):
        return ""
    query = with_query(request.GET, list=key, after="")
    return f"{reverse('desk:figure-save', args=[request.community.prefix])}{query}"


def newest_first(
    query: QueryDict,
    rows: ScopedQuerySet[Any],
    tabs: Tabs,
    *,
    matching: Callable[[str], Q],
    size: int,
) -> tuple[list[Any], dict[str, Any]]:
    """A page of rows, the latest first, in the tab and with the words that the address says; and
    what the list's template needs beside them. A mark that makes no sense begins at the top."""
    names = [name for name, _label, _where in tabs]
    tab = query.get("tab", "") if query.get("tab", "") in names else names[0]
    words = tidy(query.get("q", "")[:MOST_WORDS])
    if words:
        rows = rows.filter(matching(words))
    counts = {name: rows.filter(where).count() for name, _label, where in tabs}
    after = query.get("after", "")
    shown = rows.filter(next(where for name, _label, where in tabs if name == tab))
    if after.isdecimal() and len(after) < 19:
        shown = shown.filter(pk__lt=int(after))
    found = list(shown.order_by("-pk")[: size + 1])
    links = {
        name: with_query(query, tab="" if name == names[0] else name, after="") for name in names
    }
    return found[:size], {
        "tab": tab,
        "q": words,
        "tabs": [
            Tab(links[name], str(label), counts[name], name == tab) for name, label, _where in tabs
        ],
        "next": with_query(query, after=str(found[size - 1].pk)) if len(found) > size else "",
        "first": with_query(query, after="") if after else "",
        "showing": counts[tab],
    }
