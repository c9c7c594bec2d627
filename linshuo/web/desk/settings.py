"""设置: what the community says about itself, its categories, its days off."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from linshuo.domain.needs.categories import add_category
from linshuo.domain.needs.models import Category
from linshuo.domain.places.actions import change_community, set_day
from linshuo.domain.places.models import DayOff
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import initials
from linshuo.web.desk.people_forms import CategoryForm, CommunityForm, DayForm
from linshuo.web.desk.people_tabs import settings_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door

_FIELDS = ("name", "code", "phone", "emergency_phone", "hours", "address")
DAYS_BACK = 60


@staff_door(Can.PLACE_WRITE)
def community(request: DoorRequest) -> HttpResponse:
    """Name, phones, hours, address: what is printed on every paper."""
    now = {name: getattr(request.community, name) for name in _FIELDS}
    form = CommunityForm(request.POST or None, initial=now)
    if form.is_valid():
        try:
            change_community(request.community, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("改好了。新印的纸上就是新的。"))
            return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "tabs": settings_tabs(request.actor, request.community.prefix, "settings"),
        "may_open": request.actor.can(Can.COMMUNITY_OPEN),
    }
    return page(request, "desk/settings/community.html", context)


@staff_door(Can.PLACE_WRITE)
def categories(request: DoorRequest) -> HttpResponse:
    """The categories with their days, and a form to add one."""
    form = CategoryForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = add_category(
                name=data["name"],
                code=data["code"] or initials(data["name"]),
                done_days=data["done_days"],
                by=request.actor,
            )
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("“%s”加上了。") % row.name)
            return HttpResponseRedirect(request.path)
    found = Category.objects.of(request.actor).filter(closed_at__isnull=True).order_by("pk")
    context = {
        "form": form,
        "rows": list(found),
        "tabs": settings_tabs(request.actor, request.community.prefix, "categories"),
    }
    return page(request, "desk/settings/categories.html", context)


@staff_door(Can.PLACE_WRITE)
def days(request: DoorRequest) -> HttpResponse:
    """Days on which this community departs from the national calendar."""
    form = DayForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = set_day(
                data["day"], working=data["working"] == "1", name=data["name"], by=request.actor
            )
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            words = _("%s 上班。") if row.working else _("%s 放假。")
            messages.success(request, words % wording.day(row.day))
            return HttpResponseRedirect(request.path)
    since = clock.today() - timedelta(days=DAYS_BACK)
    found = DayOff.objects.of(request.actor).filter(day__gte=since).order_by("day")
    context = {
        "form": form,
        "rows": [
            {
                "day": wording.day(row.day),
                "weekday": wording.weekday(row.day),
                "words": _("上班") if row.working else _("放假"),
                "name": row.name,
            }
            for row in found[:400]
        ],
        "tabs": settings_tabs(request.actor, request.community.prefix, "days"),
    }
    return page(request, "desk/settings/days.html", context)
