"""The ledger: every matter the viewer may see, most urgent first."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts.ledger import assign_many
from linshuo.domain.needs.models import Kind, Tag
from linshuo.domain.needs.queries import PAGE, TABS, Filters, counts, ledger_categories, total
from linshuo.domain.needs.queries import ledger as read_ledger
from linshuo.domain.people.queries import staff
from linshuo.domain.places.models import Place, PlaceKind
from linshuo.domain.places.queries import tree
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.lists import Tab, save_url, with_query
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.where import safe_next

_MOST_QUERY = 80


def filters_from(query: QueryDict) -> Filters:
    """What the address says; what makes no sense filters nothing."""
    tab = query.get("tab", "live")
    return Filters(
        tab=tab if tab in TABS else "live",
        place=_path(query.get("place", "")),
        owner=_number(query.get("owner", "")),
        category=_number(query.get("category", "")),
        tag=query.get("tag", "") if query.get("tag", "") in (*Tag.values, "any") else "",
        kind=query.get("kind", "") if query.get("kind", "") in Kind.values else "",
        text=query.get("q", "").replace("\x00", "")[:_MOST_QUERY],
        escalated=query.get("escalated", "") == "1",
    )


def _path(value: str) -> str:
    parts = value.strip("/").split("/")
    return value if len(value) <= 100 and all(p.isdecimal() for p in parts) else ""


def _number(value: str) -> int | None:
    return int(value) if value.isdecimal() and len(value) <= 15 else None


@require_GET
@staff_door(Can.NEED_READ)
def ledger(request: DoorRequest) -> HttpResponse:
    """问题台账."""
    filters = filters_from(request.GET)
    found = read_ledger(request.actor, filters, after=request.GET.get("after", "")[:60])
    n = counts(request.actor)
    narrowed = bool(
        set(request.GET) & {"q", "place", "owner", "category", "tag", "kind", "escalated"}
    )
    showing = total(request.actor, filters) if narrowed else _in_tab(n, filters.tab)
    return page(
        request,
        "desk/ledger/ledger.html",
        {
            "filters": filters,
            "rows": found.rows,
            "recent": found.recent,
            "next": with_query(request.GET, after=found.after) if found.after else "",
            "first": with_query(request.GET, after="") if request.GET.get("after") else "",
            "showing": showing,
            "page_size": PAGE,
            "narrowed": narrowed,
            "tabs": _tabs(request.GET, filters.tab, n),
            "n": n,
            "places": _estates(tree(request.actor)),
            "staff": staff(request.actor),
            "categories": ledger_categories(request.actor),
            "tags": [("any", _("难点痛点堵点")), *Tag.choices],
            "export_url": f"{reverse('desk:export', args=[request.community.prefix])}"
            f"?{request.GET.urlencode()}",
            "save_url": save_url(request, "ledger"),
            "needs_url": f"/desk/{request.community.prefix}/needs/",
            "can_assign": request.actor.can(Can.NEED_ACCEPT),
            "can_import": request.actor.can(Can.NEED_IMPORT),
            "can_export": request.actor.can(Can.NEED_EXPORT),
            "keys": _keys(),
            "here": request.get_full_path(),
        },
    )


def _in_tab(n: dict[str, int], tab: str) -> int:
    if tab == "all":
        return n["n_live"] + n["n_green"] + n["n_ended"]
    return n[f"n_{tab}"]


def _tabs(query: QueryDict, current: str, n: dict[str, int]) -> list[Tab]:
    words = (
        ("live", _("未销号"), ""),
        ("red", _("超期"), "red"),
        ("yellow", _("慢了"), "yellow"),
        ("blue", _("临期"), "blue"),
        ("empty", _("未到"), "empty"),
        ("done", _("待销号"), ""),
        ("green", _("已销号"), "green"),
        ("ended", _("不办了"), ""),
    )
    return [
        Tab(with_query(query, tab=name if name != "live" else "", after=""), str(label),
            n[f"n_{name}"], name == current, clock)
        for name, label, clock in words
    ]  # fmt: skip


def _estates(places: list[Place]) -> list[Place]:
    return [p for p in places if p.kind in (PlaceKind.DISTRICT, PlaceKind.ESTATE)]


def _keys() -> list[tuple[str, str]]:
    return [
        ("J K", _("上下")), ("X", _("选")), ("⏎", _("打开")), ("/", _("找")), ("?", _("全部")),
    ]  # fmt: skip


@require_POST
@staff_door(Can.NEED_ACCEPT)
def assign(request: DoorRequest) -> HttpResponse:
    """换责任人, for all that are ticked: all or none."""
    back = safe_next(request, request.POST.get("back", "")) or reverse(
        "desk:ledger", args=[request.community.prefix]
    )
    ids = [int(v) for v in request.POST.getlist("need") if v.isdecimal() and len(v) <= 15]
    try:
        changed = assign_many(ids, _number(request.POST.get("owner", "")) or 0, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        told = ngettext("%d 件换了责任人。", "%d 件换了责任人。", changed) % changed
        messages.success(request, told)
    return HttpResponseRedirect(back)


def ledger_url(prefix: str, **params: str) -> str:
    """The ledger with filters, for links from elsewhere."""
    return f"{reverse('desk:ledger', args=[prefix])}?{urlencode(params)}"
