"""告诉您的: what one has been told, as a block of Today, and putting it away."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from linshuo.kit.can import Can
from linshuo.notices import actions
from linshuo.web.doors import DoorRequest, staff_door


@staff_door(Can.NEED_READ)
@require_POST
def done(request: DoorRequest, pk: int) -> HttpResponse:
    """One message is put away."""
    actions.done(pk, by=request.actor)
    return _answer(request)


@staff_door(Can.NEED_READ)
@require_POST
def all_done(request: DoorRequest) -> HttpResponse:
    """Everything that waits is put away."""
    actions.all_done(by=request.actor)
    return _answer(request)


def _answer(request: DoorRequest) -> HttpResponse:
    """Back to Today; where htmx asked, the line just goes."""
    if request.headers.get("HX-Request"):
        return HttpResponse("")
    return HttpResponseRedirect(reverse("desk:today", args=[request.community.prefix]) + "#told")
