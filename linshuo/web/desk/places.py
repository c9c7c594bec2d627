"""地方: the tree of places, and the things at them that can be looked after."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.places.actions import add_asset, add_place, close_place
from linshuo.domain.places.models import ORDER, Asset, Place, PlaceKind
from linshuo.domain.places.queries import assets, get_place, natural, tree
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_forms import AssetForm, PlaceForm
from linshuo.web.desk.people_tabs import places_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door


@require_GET
@staff_door(Can.PLACE_WRITE)
def listing(request: DoorRequest) -> HttpResponse:
    """The tree down to the estates; a building is seen on its estate's page."""
    found = tree(request.actor)
    buildings: dict[int | None, int] = {}
    for place in found:
        if place.kind == PlaceKind.BUILDING:
            buildings[place.parent_id] = buildings.get(place.parent_id, 0) + 1
    prefix = request.community.prefix
    context = {
        "rows": [
            {
                "url": reverse("desk:place", args=[prefix, place.pk]),
                "name": place.name,
                "kind": str(PlaceKind(place.kind).label),
                "depth": max(0, ORDER.index(place.kind) - 1),
                "buildings": buildings.get(place.pk, 0),
            }
            for place in found
            if place.kind not in (PlaceKind.BUILDING, PlaceKind.STREET)
        ],
        "estates": sum(p.kind == PlaceKind.ESTATE for p in found),
        "buildings": sum(buildings.values()),
        "tabs": places_tabs(request.actor, prefix, "places"),
    }
    return page(request, "desk/places/list.html", context)


@staff_door(Can.PLACE_WRITE)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One place: what lies in it, what stands there, and a form to add a place under it."""
    place = get_place(request.actor, pk)
    inner = place.kind != PlaceKind.BUILDING and place.closed_at is None
    form = PlaceForm(request.POST or None, parent=place) if inner else None
    if form is not None and form.is_valid():
        try:
            added = add_place(place, **form.cleaned_data, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("%s 加上了。") % added.full_name)
            return HttpResponseRedirect(request.path)
    return page(request, "desk/places/place.html", _about(request, place, form))


def _about(request: DoorRequest, place: Place, form: PlaceForm | None) -> dict[str, Any]:
    prefix = request.community.prefix
    inside = Place.objects.of(request.actor).filter(parent=place)
    rows = sorted(inside, key=lambda p: (p.closed_at is not None, natural(p.name)))
    things = Asset.objects.of(request.actor).filter(place=place, closed_at__isnull=True)
    up = Place.objects.of(request.actor).filter(pk=place.parent_id).first()
    return {
        "form": form,
        "place": place,
        "kind": PlaceKind(place.kind).label,
        "up": up,
        "up_url": reverse("desk:place", args=[prefix, up.pk]) if up else "",
        "rows": [
            {
                "url": reverse("desk:place", args=[prefix, row.pk]),
                "name": row.name,
                "kind": str(PlaceKind(row.kind).label),
                "closed": row.closed_at is not None,
            }
            for row in rows
        ],
        "things": list(things.order_by("code")[:100]),
        "may_close": place.kind != PlaceKind.COMMUNITY and place.closed_at is None,
        "close_url": reverse("desk:place-close", args=[prefix, place.pk]),
    }


@require_POST
@staff_door(Can.PLACE_WRITE)
def close(request: DoorRequest, pk: int) -> HttpResponse:
    """Take a place out of use. What was said there stays."""
    place = get_place(request.actor, pk)
    prefix = request.community.prefix
    here = reverse("desk:place", args=[prefix, pk])
    if place.kind == PlaceKind.COMMUNITY:
        messages.error(request, _("整个社区不能停用。"))
    elif Place.objects.of(request.actor).filter(parent=place, closed_at__isnull=True).exists():
        messages.error(request, _("里面还有在用的地方，先停用里面的。"))
    else:
        close_place(place, by=request.actor)
        messages.success(request, _("%s 停用了。从前在那里说的事都还在。") % place.full_name)
        here = reverse("desk:places", args=[prefix])
    return HttpResponseRedirect(here)


@staff_door(Can.PLACE_WRITE)
def assets_page(request: DoorRequest) -> HttpResponse:
    """Everything that can be looked after, by its code; and a form to add one."""
    form = AssetForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        data = dict(form.cleaned_data)
        try:
            place = get_place(request.actor, int(data.pop("place")))
            row = add_asset(place, **data, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(
                request, _("%(code)s %(name)s 登记了。") % {"code": row.code, "name": row.name}
            )
            return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "rows": assets(request.actor),
        "tabs": places_tabs(request.actor, request.community.prefix, "assets"),
    }
    return page(request, "desk/places/assets.html", context)
