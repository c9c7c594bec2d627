"""我的服务记录: every record of one's own hours and whose word it is, the years' totals, and all of
that on paper and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service.issuing import issue
from linshuo.domain.service.own_record import get_issued, lines_of, own_record
from linshuo.exchange.hours import hours_csv
from linshuo.exchange.printed.service import service_record
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.printing import pdf_answer


@require_safe
@my_door
def hours(request: DoorRequest) -> HttpResponse:
    """A part for each community; `?year=` chooses whose lines are shown, in all of them."""
    typed = request.GET.get("year", "")
    year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else None
    parts = [_part(person, year) for person in request.persons]
    return render(request, "mine/hours.html", {"parts": parts})


def _part(person: Person, year: int | None) -> dict[str, Any]:
    return {
        "pk": person.pk,
        "prefix": person.community.prefix,
        "community": person.community.name,
        "phone": person.community.phone,
        "record": own_record(actor_of(person), year),
    }


@require_safe
@my_door
def file(request: DoorRequest, prefix: str) -> HttpResponse:
    """All of one's records in a community, as CSV."""
    person = next((p for p in request.persons if p.community.prefix == prefix.upper()), None)
    if person is None:
        raise Http404
    content = hours_csv(person.community.name, lines_of(actor_of(person)))
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    name = f"{person.community.prefix}-hours-{clock.today():%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@my_door
def hand_out(request: DoorRequest) -> HttpResponse:
    """Freeze the record as it stands, and show the paper."""
    wanted = request.POST.get("person", "")
    person = next((p for p in request.persons if str(p.pk) == wanted), None)
    if person is None:
        raise Http404
    try:
        row = issue(person, by=actor_of(person))
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("mine:hours")
    return redirect("mine:hours-paper", pk=row.pk)


@require_safe
@my_door
def paper(request: DoorRequest, pk: int) -> HttpResponse:
    """A record that was handed out, as a PDF; the same however often it is printed."""
    row, lines = get_issued(_whose(request, pk), pk)
    check = request.build_absolute_uri(reverse("plaza:record", args=[row.code]))
    content = service_record(row, lines, site=request.get_host(), check=check)
    return pdf_answer(content, row.number)


def _whose(request: DoorRequest, pk: int) -> Actor:
    for person in request.persons:
        actor = actor_of(person)
        try:
            get_issued(actor, pk)
        except NotYours:
            continue
        return actor
    raise Http404
