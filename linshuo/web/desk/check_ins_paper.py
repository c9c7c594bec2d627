"""Checking in on paper: the blank form, one receipt, and all of a day."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from linshuo.domain.people import check_ins
from linshuo.domain.people.models import CheckIn
from linshuo.exchange.printed.check_ins import blank_form, receipts
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.doors import DoorRequest, staff_door
from linshuo.web.links import check_in_link
from linshuo.web.printing import pdf_answer


@require_GET
@staff_door(Can.NEED_REPORT)
def form(request: DoorRequest) -> HttpResponse:
    """报到单, blank, with the community's name."""
    where = reverse("plaza:check-in", args=[request.community.prefix])
    try:
        content = blank_form(request.community, address=request.build_absolute_uri(where))
    except Refused as refused:
        return _back(request, refused)
    return pdf_answer(content, "check-in-form")


@require_GET
@staff_door(Can.PERSON_WRITE)
def receipt(request: DoorRequest, pk: int) -> HttpResponse:
    """One receipt."""
    row = check_ins.get_check_in(request.actor, pk)
    return _receipts(request, [row], f"receipt-{row.pk}")


@require_GET
@staff_door(Can.PERSON_WRITE)
def of_a_day(request: DoorRequest) -> HttpResponse:
    """The receipts given on a day (`?day=2019-12-01`), today's without one."""
    typed = request.GET.get("day", "")
    try:
        day = date.fromisoformat(typed) if typed else clock.today()
    except ValueError:
        raise Http404 from None
    if not 2000 <= day.year <= 2100:
        raise Http404
    rows = check_ins.accepted_on(request.actor, day)
    return _receipts(request, rows, f"receipts-{day.isoformat()}")


def _receipts(request: DoorRequest, rows: list[CheckIn], name: str) -> HttpResponse:
    here = (request.community.pk, request.community.prefix)
    try:
        content = receipts(
            request.community,
            rows,
            site=request.get_host(),
            link=lambda row: request.build_absolute_uri(check_in_link(row, here)),
        )
    except Refused as refused:
        return _back(request, refused)
    return pdf_answer(content, name)


def _back(request: DoorRequest, refused: Refused) -> HttpResponse:
    messages.error(request, str(refused.sentence))
    return HttpResponseRedirect(reverse("desk:check-ins", args=[request.community.prefix]))
