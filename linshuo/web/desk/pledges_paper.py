"""Receipts of pledges on paper: of one, and of all that were typed back from a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from linshuo.domain.papers.actions import find_sheet
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import get_pledge
from linshuo.exchange.printed.pledge_receipts import of_sheet
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.doors import DoorRequest, staff_door
from linshuo.web.printing import pledge_paper


@require_GET
@staff_door(Can.NEED_WORK)
def receipt(request: DoorRequest, pk: int) -> HttpResponse:
    """What whoever signed takes home."""
    pledge = get_pledge(request.actor, pk)
    back = reverse("desk:pledge", args=[request.community.prefix, pk])
    return _or_back(request, [pledge], f"receipt-{pk}", back)


@require_GET
@staff_door(Can.NEED_WORK)
def of_a_sheet(request: DoorRequest, code: str) -> HttpResponse:
    """The receipts of everything that was typed back from one sheet, four to a page."""
    try:
        sheet = find_sheet(code, by=request.actor)
    except Refused:
        raise Http404 from None
    back = reverse("desk:sheet", args=[request.community.prefix, sheet.code])
    return _or_back(request, of_sheet(request.actor, sheet), f"receipts-{sheet.code}", back)


def _or_back(request: DoorRequest, pledges: Iterable[Pledge], name: str, back: str) -> HttpResponse:
    try:
        return pledge_paper(request, request.community, pledges, name)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(back)
