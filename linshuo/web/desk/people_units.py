"""共建单位: partner units, and who speaks for each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.acts.serving import take_on
from linshuo.domain.people.models import Appointment, Partnership
from linshuo.domain.people.queries import in_force, partnerships
from linshuo.domain.people.staffing import add_partner
from linshuo.kit import wording
from linshuo.kit.can import Can, Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_forms import LiaisonForm, UnitForm
from linshuo.web.desk.people_tabs import people_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door


@staff_door(Can.PERSON_READ)
def units(request: DoorRequest) -> HttpResponse:
    """The partners, each with its liaison; and a form to add one."""
    may_add = request.actor.can(Can.PERSON_WRITE)
    form = UnitForm(request.POST if request.method == "POST" and may_add else None)
    if form.is_bound and form.is_valid():
        try:
            row = add_partner(**form.cleaned_data, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("%s 是共建单位了。") % row.organisation.name)
            return HttpResponseRedirect(request.path)
    prefix = request.community.prefix
    speakers = _speakers(request)
    context = {
        "form": form,
        "may_add": may_add,
        "may_appoint": request.actor.can(Can.STAFF_APPOINT),
        "rows": [
            {
                "name": row.organisation.name,
                "since": wording.day(row.since),
                "liaisons": "、".join(speakers.get(row.pk, [])),
                "url": reverse("desk:unit", args=[prefix, row.pk]),
            }
            for row in partnerships(request.actor)
        ],
        "tabs": people_tabs(request.actor, prefix, "units"),
    }
    return page(request, "desk/people/units.html", context)


def _speakers(request: DoorRequest) -> dict[int, list[str]]:
    rows = (
        Appointment.objects.of(request.actor)
        .filter(in_force(), partnership__isnull=False)
        .order_by("pk")
        .values_list("partnership_id", "person__name")
    )
    found: dict[int, list[str]] = {}
    for partnership, name in rows:
        if partnership is not None:
            found.setdefault(partnership, []).append(name)
    return found


@staff_door(Can.STAFF_APPOINT)
def liaison(request: DoorRequest, pk: int) -> HttpResponse:
    """One unit: its liaisons, each of whom may be ended or given a card, and one more."""
    partnership = (
        Partnership.objects.of(request.actor).filter(pk=pk).select_related("organisation").first()
    )
    if partnership is None:
        raise Http404
    form = LiaisonForm(request.POST or None)
    if form.is_valid():
        try:
            row = take_on(
                by=request.actor,
                role=Role.LIAISON,
                partnership=partnership,
                title=_("联络员"),
                **form.cleaned_data,
            )
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            words = _("%(name)s 是%(unit)s的联络员了。")
            unit = partnership.organisation.name
            messages.success(request, words % {"name": row.person.name, "unit": unit})
            return HttpResponseRedirect(request.path)
    rows: Any = (
        Appointment.objects.of(request.actor)
        .filter(in_force(), partnership=partnership)
        .select_related("person")
        .order_by("pk")
    )
    prefix = request.community.prefix
    context = {
        "form": form,
        "unit": partnership.organisation,
        "since": partnership.since,
        "rows": [
            {
                "person": row.person_id,
                "name": row.person.name,
                "since": wording.day(row.starts),
                "url": reverse("desk:person", args=[prefix, row.person_id]),
                "end_url": reverse("desk:staff-end", args=[prefix, row.pk]),
            }
            for row in rows
        ],
    }
    return page(request, "desk/people/unit.html", context)
