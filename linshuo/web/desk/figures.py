"""数字: every figure as a sentence with its definition, and the rows behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from linshuo.insight.behind import all_figures, behind, moment_of
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.ui.forms import SENTENCES, Form


class AsOf(Form):
    """The day at whose end the figures are read."""

    as_of = forms.DateField(
        label=_("算到哪一天"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@dataclass(frozen=True, slots=True)
class _When:
    """The asked day, how it is said, and the form it came in."""

    form: AsOf
    at: datetime
    day: date
    query: str


@require_GET
@staff_door(Can.FIGURE_READ)
def index(request: DoorRequest) -> HttpResponse:
    """All figures at one moment."""
    when = _when(request)
    figures = all_figures(request.actor, when.at)
    by_key = {f.key.replace(".", "_").replace("-", "_"): f for f in figures}
    context = {"figures": figures, "by_key": by_key, **_said(when)}
    return page(request, "desk/figures/index.html", context)


@require_GET
@staff_door(Can.FIGURE_READ)
def show(request: DoorRequest, key: str) -> HttpResponse:
    """One figure and the rows behind it."""
    when = _when(request)
    found = behind(request.actor, key, when.at, after=request.GET.get("after", ""))
    context = {
        "found": found,
        "first_page": not request.GET.get("after"),
        "shown": len(found.rows),
        **_said(when),
    }
    return page(request, "desk/figures/figure.html", context)


def _when(request: DoorRequest) -> _When:
    """The day the address asks for; for a bad one the present, and a sentence beside the field."""
    data = {"as_of": request.GET["as_of"].strip()[:40]} if "as_of" in request.GET else None
    form = AsOf(data, initial={"as_of": clock.today()}, label_suffix="")
    day: date | None = None
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["as_of"]
    try:
        at = moment_of(day)
    except Refused as refused:
        refusal_into(form, refused)
        day, at = None, clock.now()
    return _When(form, at, day or clock.today(), f"?as_of={day.isoformat()}" if day else "")


def _said(when: _When) -> dict[str, Any]:
    present = when.day == clock.today()
    return {
        "form": when.form,
        "day": wording.day(when.day),
        "moment": wording.hour(when.at) if present else "",
        "present": present,
        "as_of_query": when.query,
    }
