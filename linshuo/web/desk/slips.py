"""Pads of slips, and pages that print."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from linshuo.kit.can import Can
from linshuo.web.doors import DoorRequest, staff_door


@staff_door(Can.PAPER_ISSUE)
def pads(request: DoorRequest) -> HttpResponse:
    raise Http404


@staff_door(Can.PAPER_ISSUE)
def pad(request: DoorRequest, first: int, last: int) -> HttpResponse:
    raise Http404


@staff_door(Can.PAPER_ISSUE)
def void(request: DoorRequest) -> HttpResponse:
    raise Http404


@staff_door(Can.NOTE_WRITE)
def notebook_day(request: DoorRequest, person: int, date: str) -> HttpResponse:
    raise Http404
