"""各社区: what is stuck, why, who can unblock it; several communities side by side, by name."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linshuo.insight.beside import answered, columns, side_by_side, stuck, where_seen
from linshuo.insight.today import may_widen
from linshuo.insight.week import week as week_of
from linshuo.kit.can import Can
from linshuo.web.desk.figures import days_of, when_of
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.columns import columns as draw


@require_GET
@staff_door(Can.FIGURE_READ)
def show(request: DoorRequest) -> HttpResponse:
    """All communities whose figures this account may read as a whole."""
    when = when_of(request)
    places = where_seen(request.user)
    lines = [
        {
            "name": line.name,
            "prefix": line.prefix,
            "cells": [
                {"said": c.said, "url": _figure(line.prefix, c.key) + when.query}
                for c in line.cells
            ],
            "months": line.months,
            "chart": draw(line.months, title=_("%s，六个月里听到的和销号的") % line.name),
        }
        for line in side_by_side(places, when.since, when.at)
    ]
    context = {
        "lines": lines,
        "headers": [header for _key, header in columns()],
        "reasons": stuck(places) if places else [],
        "answered": answered(places) if places else [],
        "several": len(places) > 1,
        **days_of(when, request.path),
    }
    return page(request, "desk/beside/beside.html", context)


@require_GET
@staff_door(Can.NEED_READ)
def week(request: DoorRequest) -> HttpResponse:
    """The seven days of this week. `?whose=mine` narrows."""
    mine = request.GET.get("whose") == "mine"
    widen = may_widen(request.actor)
    context = {
        "days": week_of(request.actor, mine=mine),
        "whole": widen and not mine,
        "may_widen": widen,
    }
    return page(request, "desk/week/week.html", context)


def _figure(prefix: str, key: str) -> str:
    return reverse("desk:figure", args=[prefix, key])
