"""Honours on paper: the notice to hang out, certificates of a round, one certificate."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from linshuo.domain.honours.actions import candidates_of
from linshuo.domain.honours.public import listed
from linshuo.domain.honours.queries import get_candidate, get_round
from linshuo.exchange.printed.honours import certificates as certificates_pdf
from linshuo.exchange.printed.honours import notice_sheet
from linshuo.kit.can import Can
from linshuo.web.doors import DoorRequest, staff_door
from linshuo.web.printing import pdf_answer


@require_GET
@staff_door(Can.HONOUR_KEEP, Can.NEED_READ)
def notice(request: DoorRequest, pk: int) -> HttpResponse:
    """The notice, as everyone reads it; before it hangs out, to be looked over."""
    row = get_round(request.actor, pk)
    address = reverse("plaza:honour", args=[request.community.prefix, row.pk])
    content = notice_sheet(
        row,
        listed(row),
        site=request.get_host(),
        address=request.build_absolute_uri(address),
    )
    return pdf_answer(content, f"{request.community.prefix}-{row.year}-notice")


@require_GET
@staff_door(Can.HONOUR_KEEP)
def certificates(request: DoorRequest, pk: int) -> HttpResponse:
    """Every certificate of the round that holds, in the order of their numbers."""
    row = get_round(request.actor, pk)
    those = [c for c in candidates_of(row) if c.cert_no and c.revoked_at is None]
    those.sort(key=lambda each: each.cert_no)
    content = certificates_pdf(row, those, site=request.get_host(), check=_check(request))
    return pdf_answer(content, f"{request.community.prefix}-{row.year}-certificates")


@require_GET
@staff_door(Can.HONOUR_KEEP)
def certificate(request: DoorRequest, pk: int, candidate: int) -> HttpResponse:
    """One certificate."""
    row = get_round(request.actor, pk)
    found = get_candidate(request.actor, row, candidate)
    those = [found] if found.cert_no and found.revoked_at is None else []
    content = certificates_pdf(row, those, site=request.get_host(), check=_check(request))
    return pdf_answer(content, found.cert_no)


def _check(request: DoorRequest) -> Callable[[str], str]:
    return lambda code: request.build_absolute_uri(reverse("plaza:certificate", args=[code]))
