"""共建单位: partner units, those read off a sheet that nobody has asked yet, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linshuo.acts.partnering import join_up
from linshuo.domain.people import check_ins
from linshuo.domain.people.models import Appointment, Partnership
from linshuo.domain.people.queries import former_partners, in_force, partnerships
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_forms import UnitForm
from linshuo.web.desk.people_tabs import people_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door


@require_GET
@staff_door(Can.PERSON_READ)
def units(request: DoorRequest) -> HttpResponse:
    """The partners, each with its liaison and how many of it checked in: five queries."""
    speakers, members = _speakers(request), _members(request)
    found = partnerships(request.actor)
    rows = [_row(request, row, speakers, members) for row in found]
    context = {
        "may_add": request.actor.can(Can.PERSON_WRITE),
        "unconfirmed": [row for row in rows if row["unconfirmed"]],
        "rows": [row for row in rows if not row["unconfirmed"]],
        "former": [_row(request, row, speakers, members) for row in former_partners(request.actor)],
        "tabs": people_tabs(request.actor, request.community.prefix, "units"),
    }
    return page(request, "desk/people/units.html", context)


def _row(
    request: DoorRequest,
    row: Partnership,
    speakers: dict[int, list[str]],
    members: dict[str, int],
) -> dict[str, object]:
    return {
        "pk": row.pk,
        "name": row.organisation.name,
        "since": wording.day(row.since),
        "until": wording.day(row.until) if row.until else "",
        "liaisons": "、".join(speakers.get(row.pk, [])),
        "members": members.get(f"p{row.pk}", 0),
        "unconfirmed": row.unconfirmed,
        "url": reverse("desk:unit", args=[request.community.prefix, row.pk]),
    }


def _members(request: DoorRequest) -> dict[str, int]:
    return {unit.key: unit.count for unit in check_ins.units(request.actor)}


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


@staff_door(Can.PERSON_WRITE)
def add(request: DoorRequest) -> HttpResponse:
    """单位报到: a unit, its liaison, what was agreed and the paper it stands on, in one go."""
    may_appoint = request.actor.can(Can.STAFF_APPOINT)
    bound = request.method == "POST"
    form = UnitForm(request.POST if bound else None, request.FILES if bound else None)
    if not may_appoint:
        del form.fields["liaison_name"], form.fields["liaison_phone"]
    if form.is_valid():
        data = {**form.cleaned_data, "agreement": form.paper()}
        try:
            row = join_up(by=request.actor, **data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("%s 是共建单位了。") % row.organisation.name)
            url = reverse("desk:unit", args=[request.community.prefix, row.pk])
            return HttpResponseRedirect(url)
    return page(request, "desk/people/unit_add.html", {"form": form})
