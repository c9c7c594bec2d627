"""我的报到: hand one in, see what one said, change it, pause, move on, leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linshuo.acts import checking_in
from linshuo.domain.board.queries import title_of
from linshuo.domain.people import check_ins, checking
from linshuo.domain.people.lifecycle import LIVE
from linshuo.domain.people.models import CheckIn, Person
from linshuo.domain.people.queries import actor_of, partnerships
from linshuo.domain.places.public import communities
from linshuo.domain.pledges.queries import own_rows
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.check_in_form import (
    FIELD_NAMES,
    ChangeForm,
    CheckInForm,
    MoveForm,
    PauseForm,
    as_kept,
)
from linshuo.web.doors import DoorRequest, my_door, refusal_into
from linshuo.web.links import check_in_link

ASKED_BEFORE = timedelta(days=30)
"""So long before the day on which one is asked, 都没变 is the first thing to press."""


def state_of(person: Person) -> dict[str, Any]:
    """我的报到 as one's own page shows it: one query."""
    row = check_ins.newest_of(person)
    return {
        "url": reverse("mine:check-in", args=[person.community.prefix]),
        "words": check_ins.state_words(row) if row else "",
        "receipt": row.receipt_no if row and row.state in LIVE else "",
        "live": bool(row and row.state in LIVE),
        "next": next_words(row) if row else "",
    }


def next_words(row: CheckIn) -> str:
    """What is next, said to whoever checked in."""
    day = wording.near_day(row.due_at) if row.due_at else ""
    if row.state == "submitted":
        return _("%s以前给您回执。") % day
    if row.state == "accepted":
        return _("到%s，问您一声还是不是这样。") % day
    if row.state == "paused" and row.paused_until:
        return _("歇到%s，这以前不找您。") % wording.near_day(row.paused_until)
    return ""


@my_door
def check_in(request: DoorRequest, prefix: str) -> HttpResponse:
    """One's own check-in in one community; the form, for whoever has none."""
    person, by = _who(request, prefix)
    row = check_ins.newest_of(person)
    if row is not None and row.state in LIVE:
        return _mine(request, person, by, row)
    form = CheckInForm(
        request.POST if request.method == "POST" else None,
        community_id=person.community_id,
        leave_out=("name", "phone"),
    )
    if form.is_valid():
        try:
            checking_in.check_in(
                by=by,
                via=CheckIn.Via.WEB,
                person=person,
                consents=form.cleaned_data["consents"],
                **form.said(),
            )
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, FIELD_NAMES)
        else:
            messages.success(request, _("交来了。两个工作日里给您回执。"))
            return HttpResponseRedirect(request.path)
    context = {
        "form": form,
        "person": person,
        "units": _units(by),
        "ended": check_ins.state_words(row) if row else "",
    }
    return _page(request, "mine/check_in/new.html", context, form)


def _who(request: DoorRequest, prefix: str) -> tuple[Person, Actor]:
    found = (p for p in request.persons if p.community.prefix == prefix.upper())
    person = next(found, None)
    if person is None:
        raise Http404
    return person, actor_of(person)


def _units(by: Actor) -> list[str]:
    return [each.organisation.name for each in partnerships(by)]


def _page(
    request: DoorRequest, template: str, context: dict[str, Any], *forms: Any
) -> HttpResponse:
    wrong = any(form.is_bound and form.errors for form in forms)
    return render(request, template, context, status=422 if wrong else 200)


def _mine(
    request: DoorRequest,
    person: Person,
    by: Actor,
    row: CheckIn,
    *,
    pause: PauseForm | None = None,
    move: MoveForm | None = None,
) -> HttpResponse:
    changing = request.method == "POST" and pause is None and move is None
    form = ChangeForm(
        request.POST if changing else None, community_id=person.community_id, initial=as_kept(row)
    )
    if changing and form.is_valid():
        try:
            checking.change(row, by=by, partnership=None, **form.said())
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, FIELD_NAMES)
        else:
            messages.success(request, _("改好了，往后照这样找您。"))
            return HttpResponseRedirect(request.path)
    pause, move = pause or PauseForm(), move or _move_form(person, None)
    context = {
        "row": row,
        "person": person,
        "prefix": person.community.prefix,
        "words": check_ins.state_words(row),
        "next": next_words(row),
        "asked": bool(row.due_at and row.due_at < clock.now() + ASKED_BEFORE),
        "said": check_ins.said(row),
        "form": form,
        "units": _units(by),
        "pause": pause,
        "move": move if len(move.fields["to"].choices) > 1 else None,  # type: ignore[attr-defined]
        "goes": _goes_with_it(by),
        "link": request.build_absolute_uri(check_in_link(row)),
    }
    return _page(request, "mine/check_in/mine.html", context, form, pause, move)


def _goes_with_it(by: Actor) -> list[str]:
    """What is let go when the check-in ends: pledges in one's own name."""
    return [
        f"{pledge.ask.text}（{title_of(pledge.ask)}）"
        for pledge in own_rows(by)
        if pledge.person_id == by.person_id and pledge.state != "ended"
    ]


def _move_form(person: Person, data: Any) -> MoveForm:
    others = [(str(c.pk), c.name) for c in communities() if c.pk != person.community_id]
    return MoveForm(data, others=others)


@require_POST
@my_door
def do(request: DoorRequest, prefix: str, verb: str) -> HttpResponse:
    """One verb on one's own check-in; ending it asks for nothing."""
    person, by = _who(request, prefix)
    row = check_ins.newest_of(person)
    if row is None or verb not in _VERBS:
        raise Http404
    return _VERBS[verb](request, person, by, row)


def _home(person: Person) -> HttpResponse:
    return HttpResponseRedirect(reverse("mine:check-in", args=[person.community.prefix]))


def _pause(request: DoorRequest, person: Person, by: Actor, row: CheckIn) -> HttpResponse:
    form = PauseForm(request.POST)
    if form.is_valid():
        try:
            checking.pause(row, by=by, until=form.cleaned_data["until"])
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("记下了，这一段不找您。"))
            return _home(person)
    return _mine(request, person, by, row, pause=form)


def _resume(request: DoorRequest, person: Person, by: Actor, row: CheckIn) -> HttpResponse:
    checking.resume(row, by=by)
    messages.success(request, _("欢迎回来。"))
    return _home(person)


def _still(request: DoorRequest, person: Person, by: Actor, row: CheckIn) -> HttpResponse:
    checking.still(row, by=by)
    messages.success(request, _("记下了，都没变。一年以后再问。"))
    return _home(person)


def _end(request: DoorRequest, person: Person, by: Actor, row: CheckIn) -> HttpResponse:
    checking_in.end(row, by=by)
    messages.success(request, _("结束了。谢谢您来过，想来随时再报到。"))
    return _home(person)


def _move(request: DoorRequest, person: Person, by: Actor, row: CheckIn) -> HttpResponse:
    form = _move_form(person, request.POST)
    if form.is_valid():
        to = int(form.cleaned_data["to"])
        try:
            there = checking_in.move_on(row, by=by, to=to, account=request.user)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("转过去了，那边两个工作日里给您回执。"))
            return _home(there.person)
    return _mine(request, person, by, row, move=form)


_VERBS: dict[str, Callable[[DoorRequest, Person, Actor, CheckIn], HttpResponse]] = {
    "pause": _pause,
    "resume": _resume,
    "still": _still,
    "end": _end,
    "move": _move,
}
