"""告诉您的: what one has been told, and putting it away; and those one tells by telephone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linshuo.kit.can import Can
from linshuo.notices import actions, calls
from linshuo.notices.calls import MOST
from linshuo.web.desk.calls import call_list
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


@require_POST
@staff_door(Can.NEED_CONFIRM)
def called(request: DoorRequest) -> HttpResponse:
    """Somebody on the call list knows now."""
    pks = [int(pk) for pk in request.POST.getlist("message")[:MOST] if _is_id(pk)]
    if calls.told(pks, by=request.actor):
        messages.success(request, _("记下了，已经告诉。"))
    return HttpResponseRedirect(reverse("desk:calls", args=[request.community.prefix]))


def _is_id(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 19


@require_POST
@staff_door(Can.PERSON_REVEAL)
def dial(request: DoorRequest, pk: int) -> HttpResponse:
    """Show one telephone of those to be told, and write down who looked at it and why."""
    phone = calls.number_to_tell(pk, by=request.actor)
    return call_list(request, tell_at=pk, phone=phone or _("没有留电话"))


def _answer(request: DoorRequest) -> HttpResponse:
    """Back to Today; where htmx asked, the line just goes."""
    if request.headers.get("HX-Request"):
        return HttpResponse("")
    return HttpResponseRedirect(reverse("desk:today", args=[request.community.prefix]) + "#told")
