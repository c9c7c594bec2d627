"""有几天来不了: from day to day, which turns that means, and one press that frees them all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import duty, roster
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.ui.forms import SENTENCES, Form


class AwayForm(Form):
    """From which day to which, and why if one likes to say."""

    first = forms.DateField(
        label=_l("从哪天起"),
        error_messages={"required": _l("从哪天起？"), "invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=_l("到哪天为止"),
        error_messages={"required": _l("到哪天为止？"), "invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    why = forms.CharField(
        label=_l("为什么"),
        help_text=_l("不说也行。写了，只有排班的人看得到。"),
        required=False,
        max_length=duty.MOST_WHY,
    )


@my_door
def away(request: DoorRequest) -> HttpResponse:
    """The first press shows which turns are meant, the second frees them."""
    typed = request.POST if request.method == "POST" else request.GET
    form = AwayForm(typed if "first" in typed else None, label_suffix="")
    parts: list[tuple[str, list[roster.Shift]]] = []
    if form.is_valid():
        data = form.cleaned_data
        try:
            if request.method == "POST":
                return _free(request, data)
            parts = _meant(request, data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
    n = sum(len(shifts) for _name, shifts in parts)
    context = {
        "form": form,
        "parts": parts,
        "n": n,
        "nothing": form.is_bound and not form.errors and not n,
        "several": len(request.persons) > 1,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "mine/turns/away.html", context, status=status)


def _meant(request: DoorRequest, data: dict[str, Any]) -> list[tuple[str, list[roster.Shift]]]:
    found = []
    for person in request.persons:
        actor = actor_of(person)
        rows = duty.meant(actor, Q(person=person), data["first"], data["last"])
        shifts = roster.meant_to_be_away(actor, rows)
        if shifts:
            found.append((person.community.name, shifts))
    return found


def _free(request: DoorRequest, data: dict[str, Any]) -> HttpResponse:
    with transaction.atomic():
        freed = [
            turn
            for person in request.persons
            for turn in duty.away_between(None, by=actor_of(person), person=person, **data)
        ]
    if freed:
        said = ngettext(
            "知道了，这几天的 %d 班都空出来，别人看得到、能来替。",
            "知道了，这几天的 %d 班都空出来，别人看得到、能来替。",
            len(freed),
        )
        messages.success(request, said % len(freed))
    else:
        messages.success(request, _("这几天没有排您的班，不用请。"))
    return redirect("mine:turns")
