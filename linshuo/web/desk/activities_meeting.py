"""What an activity is about and what came of it; a meeting's agenda, minutes and resolutions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import gathering
from linshuo.domain.people.models import Person
from linshuo.domain.service import activities, gatherings, meetings
from linshuo.domain.service.access import may_run
from linshuo.domain.service.models import Activity, ActivityKind
from linshuo.exchange.printed.minutes import minutes, sign_in_sheet
from linshuo.kit.can import Can
from linshuo.web.desk.activities import activity_page, done, to
from linshuo.web.desk.activities_form import (
    DoneForm,
    NumberForm,
    OutcomeForm,
    ResolutionForm,
    SaidForm,
)
from linshuo.web.doors import DoorRequest, staff_door
from linshuo.web.printing import pdf_answer


def _run(request: DoorRequest, pk: int) -> Activity:
    """An activity that the actor runs and that was not called off, or 404."""
    activity = gatherings.get_activity(request.actor, pk)
    if activity.cancelled_at is not None or not may_run(request.actor, activity):
        raise Http404
    return activity


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def put_on(request: DoorRequest, pk: int) -> HttpResponse:
    """A matter beside the activity, or on the agenda, by its number."""
    activity = _run(request, pk)
    form = NumberForm(request.POST, auto_id="number_%s", label_suffix="")
    if form.is_valid():
        number = form.cleaned_data["number"]
        if done(form, lambda: gathering.link_by_number(activity, by=request.actor, number=number)):
            messages.success(request, _("列上了：%s。") % number)
            return to(request, pk, "items")
    return activity_page(request, activity, opened="number", bound=form)


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def item(request: DoorRequest, pk: int, item: int, verb: str) -> HttpResponse:
    """Something on the agenda is taken off, or what was said of it is written down."""
    activity = _run(request, pk)
    row = gatherings.get_item(request.actor, activity, item)
    if verb == "strike":
        activities.strike(row, by=request.actor)
        messages.success(request, _("拿下来了。"))
        return to(request, pk, "items")
    if verb != "say":
        raise Http404
    form = SaidForm(request.POST, auto_id=f"say{item}_%s", label_suffix="")
    if form.is_valid() and done(
        form, lambda: meetings.say(row, by=request.actor, text=form.cleaned_data["said"])
    ):
        messages.success(request, _("写下了。"))
        return to(request, pk, "items")
    return activity_page(request, activity, opened=f"say-{item}", bound=form)


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def outcome(request: DoorRequest, pk: int) -> HttpResponse:
    """What came of it, or the minutes."""
    activity = _run(request, pk)
    meeting = activity.kind == ActivityKind.MEETING
    form = OutcomeForm(request.POST, meeting=meeting, auto_id="outcome_%s", label_suffix="")
    if form.is_valid() and done(
        form, lambda: gathering.finish(activity, by=request.actor, text=form.cleaned_data["text"])
    ):
        told = _("写下了。说到的事，都记上了一笔。") if meeting else _("写下了，广场上看得到。")
        messages.success(request, told)
        return to(request, pk, "outcome")
    return activity_page(request, activity, opened="outcome", bound=form)


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def resolve(request: DoorRequest, pk: int) -> HttpResponse:
    """决议."""
    activity = _run(request, pk)
    form = ResolutionForm(
        request.POST, actor=request.actor, auto_id="resolution_%s", label_suffix=""
    )
    if form.is_valid() and done(form, lambda: _resolve(request, activity, form.cleaned_data)):
        messages.success(request, _("定下了，到日子会提醒。"))
        return to(request, pk, "resolutions")
    return activity_page(request, activity, opened="resolution", bound=form)


def _resolve(request: DoorRequest, activity: Activity, data: dict[str, Any]) -> object:
    actor, number, owner = request.actor, data.pop("number"), data.pop("owner")
    need = None
    if number.strip():
        need = gathering.need_by_number(actor, number)
    person = Person.objects.of(actor).filter(pk=int(owner)).first() if owner else None
    return meetings.resolve(activity, by=actor, owner=person, need=need, **data)


@require_POST
@staff_door(Can.NEED_READ)
def carried_out(request: DoorRequest, pk: int, resolution: int) -> HttpResponse:
    """A resolution is done, said by whoever sees to it or runs the meeting."""
    activity = gatherings.get_activity(request.actor, pk)
    row = gatherings.get_resolution(request.actor, activity, resolution)
    form = DoneForm(request.POST, auto_id=f"done{resolution}_%s", label_suffix="")
    if form.is_valid():
        words = form.cleaned_data["done_text"]
        if done(form, lambda: gathering.carried_out(row, by=request.actor, text=words)):
            messages.success(request, _("办了，写下了。"))
            return to(request, pk, "resolutions")
    return activity_page(request, activity, opened=f"done-{resolution}", bound=form)


@require_GET
@staff_door(Can.NEED_READ)
def minutes_paper(request: DoorRequest, pk: int) -> HttpResponse:
    """议程 before the meeting, 纪要 after it, on A4."""
    activity = gatherings.get_activity(request.actor, pk)
    if activity.kind != ActivityKind.MEETING:
        raise Http404
    return pdf_answer(minutes(request.community, activity, by=request.actor), f"minutes-{pk}")


@require_GET
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def sign_in_paper(request: DoorRequest, pk: int) -> HttpResponse:
    """签到的纸: the names on the list with a box each, and empty lines."""
    activity = _run(request, pk)
    return pdf_answer(sign_in_sheet(request.community, activity, by=request.actor), f"sign-in-{pk}")
