"""报到处: who checked in, and the form with which somebody is checked in at the counter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET

from linshuo.acts import checking_in
from linshuo.domain.people import check_ins
from linshuo.domain.people.check_ins import TABS, Filters
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.queries import known_by, partnerships
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.check_in_form import FIELD_NAMES, CheckInForm, a_day
from linshuo.web.desk.lists import save_url, with_query
from linshuo.web.desk.people_tabs import Tab
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door

OLDEST_PAPER_DAYS = 366
"""A paper form older than that is filled in anew."""


@require_GET
@staff_door(Can.PERSON_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """Who waits for a receipt first; the filters stand in the address."""
    actor, query = request.actor, request.GET
    filters = replace(filters_from(query), q=query.get("q", "")[:40].replace("\x00", ""))
    found = check_ins.listing(actor, filters, after=query.get("after", "")[:60])
    n = check_ins.counts(actor, filters)
    context = {
        "filters": filters,
        "rows": found.rows,
        "next": with_query(query, after=found.after) if found.after else "",
        "first": with_query(query, after="") if query.get("after") else "",
        "tabs": _tabs(query, filters.tab, n),
        "n": n[filters.tab],
        "units": check_ins.units(actor),
        "narrowed": bool(filters.unit or filters.q),
        "may_accept": actor.can(Can.PERSON_WRITE),
        "save_url": "" if filters.q else save_url(request, "check-ins"),
        "may_import": actor.can(Can.NEED_IMPORT),
    }
    return page(request, "desk/check_ins/list.html", context)


def filters_from(query: QueryDict) -> Filters:
    """What the address says, but for the name that is looked for: a figure names nobody."""
    return Filters(
        tab=query.get("tab", "") if query.get("tab") in TABS else TABS[0],
        unit=query.get("unit", "")[:90].replace("\x00", ""),
    )


def _tabs(query: QueryDict, current: str, n: dict[str, int]) -> list[Tab]:
    words = (_("等回执"), _("报到了"), _("歇着"), _("该再问的"), _("结束了"))
    return [
        Tab(
            with_query(query, tab="" if name == TABS[0] else name, after=""),
            str(label),
            name == current,
            str(n[name] or ""),
        )
        for name, label in zip(TABS, words, strict=True)
    ]


class CounterForm(CheckInForm):
    """Somebody checked in for them at the counter, or off a paper form on the day it was signed."""

    via = forms.ChoiceField(
        label=_l("从哪里来"),
        choices=[(CheckIn.Via.DESK.value, _l("当面")), (CheckIn.Via.PAPER.value, _l("纸表"))],
        initial=CheckIn.Via.DESK.value,
        required=False,
        widget=forms.RadioSelect,
    )
    day = a_day(_l("哪天填的"), _l("空着就是今天。纸表照表上的日子。"))

    def clean_day(self) -> date | None:
        """A day that has been, and not too long ago."""
        day: date | None = self.cleaned_data["day"]
        if day is None or day == clock.today():
            return None
        if day > clock.today():
            raise forms.ValidationError(_("这一天还没到。"))
        if day < clock.today() - timedelta(days=OLDEST_PAPER_DAYS):
            raise forms.ValidationError(_("一年前的表不作数了，请本人重新填一张。"))
        return day

    def moment(self) -> datetime | None:
        """Noon of that day: a paper form says no hour."""
        day: date | None = self.cleaned_data["day"]
        return clock.start_of(day) + timedelta(hours=12) if day else None


@staff_door(Can.NEED_REPORT)
def new(request: DoorRequest) -> HttpResponse:
    """Check somebody in. `do=receipt` gives the receipt in the same go."""
    bound = request.method == "POST"
    form = CounterForm(request.POST if bound else None, community_id=request.community.pk)
    may_accept = request.actor.can(Can.PERSON_WRITE)
    if bound and form.is_valid():
        receipt = may_accept and request.POST.get("do") == "receipt"
        try:
            return _to(request, *_hand_in(request, form, receipt))
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, FIELD_NAMES)
    context: dict[str, Any] = {
        "form": form,
        "units": [each.organisation.name for each in partnerships(request.actor)],
        "may_accept": may_accept,
    }
    return page(request, "desk/check_ins/new.html", context)


def _hand_in(request: DoorRequest, form: CounterForm, receipt: bool) -> tuple[CheckIn, bool]:
    """The check-in, and whether it is new."""
    data = form.cleaned_data
    known = known_by(request.community.pk, data["name"], data["phone"])
    before = check_ins.newest_of(known) if known else None
    row = checking_in.check_in(
        by=request.actor,
        via=data["via"] or CheckIn.Via.DESK.value,
        name=data["name"],
        phone=data["phone"],
        consents=data["consents"],
        receipt=receipt,
        at=form.moment(),
        **form.said(),
    )
    return row, before is None or before.pk != row.pk


def _to(request: DoorRequest, row: CheckIn, fresh: bool) -> HttpResponse:
    if not fresh:
        messages.info(request, _("这一位早先就报到了，没有再记一遍。"))
    elif row.receipt_no:
        messages.success(request, _("报到了，回执号 %s。") % row.receipt_no)
    else:
        messages.success(request, _("收下了，等回执。"))
    url = reverse("desk:check-in", args=[request.community.prefix, row.pk])
    return HttpResponseRedirect(url)
