"""我的单位: for whoever speaks for a unit: what it signed for and offers, who of it checked in.

No resident's data before something is agreed, and of its own people only who agreed to be named.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import offering
from linshuo.acts.signing import sign as sign_line
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges.queries import units_spoken_for
from linshuo.insight.units import open_for_unit, work_of
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door, refusal_into
from linshuo.web.links import unit_link
from linshuo.web.offer_form import OfferForm
from linshuo.web.qr import qr_svg


def speaks_for(request: DoorRequest, pk: int) -> tuple[Person, Actor, Partnership]:
    """The unit, if the reader speaks for it."""
    for person in request.persons:
        actor = actor_of(person)
        for unit in units_spoken_for(actor):
            if unit.pk == pk:
                return person, actor, unit
    raise Http404


@require_GET
@my_door
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """The unit's page."""
    return _page(request, *speaks_for(request, pk))


def _page(
    request: DoorRequest,
    person: Person,
    actor: Actor,
    unit: Partnership,
    form: OfferForm | None = None,
) -> HttpResponse:
    link = request.build_absolute_uri(
        unit_link(unit.pk, (unit.community_id, person.community.prefix))
    )
    context: dict[str, Any] = {
        "unit": unit,
        "work": work_of(actor, unit),
        "open": open_for_unit(actor, unit),
        "form": form or OfferForm(auto_id="offer_%s"),
        "link": link,
        "qr": qr_svg(link),
        "community_name": person.community.name,
        "phone": person.community.phone,
        "prefix": person.community.prefix,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "mine/offers/unit.html", context, status=status)


@require_POST
@my_door
def offer(request: DoorRequest, pk: int) -> HttpResponse:
    """The unit offers something."""
    person, actor, unit = speaks_for(request, pk)
    form = OfferForm(request.POST, auto_id="offer_%s")
    if form.is_valid():
        try:
            offering.offer(by=actor, partnership=unit, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("挂出来了，有人来请，告诉您。"))
            return redirect("mine:unit", pk=pk)
    return _page(request, person, actor, unit, form)


@require_POST
@my_door
def sign(request: DoorRequest, pk: int, ask: int) -> HttpResponse:
    """One press: the unit's name on a line, one place."""
    _person, actor, unit = speaks_for(request, pk)
    pledge = sign_line(ask, by=actor, partnership=unit)
    if pledge.state == "waiting":
        messages.success(request, _("刚刚认满了，单位在排队。空出来先问您。"))
    else:
        messages.success(request, _("%s 认下了，谢谢。") % unit)
    return redirect("mine:unit", pk=pk)
