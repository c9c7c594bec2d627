"""订到日历: the address of one's own calendar, told once; and those that are everybody's."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service.public import standing
from linshuo.domain.service.subscribing import close_link, link_of, open_link
from linshuo.kit import clock, wording
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.qr import qr_svg


@my_door
def calendars(request: DoorRequest) -> HttpResponse:
    """A part for each community that knows the account. A new address is shown in the answer to the
    press that made it, and nowhere afterwards."""
    told: dict[int, str] = {}
    if request.method == "POST":
        person = _mine(request)
        if request.POST.get("do") == "close":
            close_link(person, by=actor_of(person))
            messages.success(request, _("停用了，订过的日历从此收不到。"))
            return redirect("mine:calendars")
        token = open_link(person, by=actor_of(person))
        told[person.pk] = request.build_absolute_uri(reverse("calendar", args=[token]))
    parts = [_part(request, person, told.get(person.pk, "")) for person in request.persons]
    return render(request, "mine/calendars.html", {"parts": parts})


def _mine(request: DoorRequest) -> Person:
    wanted = request.POST.get("person", "")
    person = next((p for p in request.persons if str(p.pk) == wanted), None)
    if person is None or request.POST.get("do") not in ("open", "close"):
        raise Http404
    return person


def _part(request: DoorRequest, person: Person, address: str) -> dict[str, Any]:
    link = link_of(person)
    prefix = person.community.prefix
    open_to_all = [
        (_("社区的活动"), reverse("calendar-activities", args=[prefix])),
        (_("单位轮值"), reverse("calendar-rota", args=[prefix])),
    ]
    for post in standing(person.community_id, clock.now()):
        open_to_all.append((post.name, reverse("calendar-post", args=[prefix, post.pk])))
    return {
        "pk": person.pk,
        "community": person.community.name,
        "since": wording.day(link.made_at) if link else "",
        "address": address,
        "subscribe": _webcal(address),
        "qr": qr_svg(address) if address else "",
        "open": [(n, _webcal(request.build_absolute_uri(u)), u) for n, u in open_to_all],
    }


def _webcal(address: str) -> str:
    """The same address in the scheme that opens a calendar program."""
    return f"webcal:{address.partition(':')[2]}" if address else ""
