"""我的班: the turns to come, "cannot come" in one tap and back, standing in for others in two taps,
and a word for whoever comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from linshuo.acts.posts import may_keep_there, stand_in
from linshuo.acts.posts import move as move_turn
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges.queries import units_spoken_for
from linshuo.domain.service import duty, roster
from linshuo.domain.service.models import Turn
from linshuo.domain.service.roster import Shift
from linshuo.domain.service.rota_reads import Swap, my_swaps
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.ui.forms import SENTENCES, Form

MOST_NEXT, MOST_FIRST = 3, 6


@dataclass(frozen=True, slots=True)
class Part:
    """What one community has of somebody's turns."""

    shifts: list[Shift]
    free: list[Shift]
    swaps: list[Swap]
    """What one asked and is asked about swapping, while nobody has answered."""

    @property
    def first(self) -> list[Shift]:
        """Those of the coming days."""
        return self.shifts[:MOST_FIRST]

    @property
    def rest(self) -> list[Shift]:
        """Those after them, folded up."""
        return self.shifts[MOST_FIRST:]

    @property
    def next(self) -> list[Shift]:
        """The few that are next, for the page of everything."""
        return self.shifts[:MOST_NEXT]


def turns_part(person: Person) -> Part:
    """我的班 as one's own pages show it: five queries where there is nothing."""
    actor = actor_of(person)
    shifts = roster.notes_before(actor, roster.my_shifts(actor))
    return Part(shifts, roster.free_shifts(actor), my_swaps(actor))


@my_door
def home(request: DoorRequest) -> HttpResponse:
    """My turns, next first, and those nobody comes to at posts I keep."""
    parts = [(person.community, turns_part(person)) for person in request.persons]
    return render(request, "mine/turns/list.html", {"parts": parts})


def _own(request: DoorRequest, pk: int) -> tuple[Actor, Turn, Shift]:
    return roster.own_shift([actor_of(p) for p in request.persons], pk)


@require_POST
@my_door
def away(request: DoorRequest, pk: int) -> HttpResponse:
    """我这次来不了: one tap, no reason, and a way back."""
    actor, turn, shift = _own(request, pk)
    if not shift.mine or turn.post_id is None:
        raise Http404  # for a matter one changes the day, on the pledge's own page
    try:
        duty.away(turn, by=actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(
            request,
            _("知道了，%s这一班空出来，别人看得到、能来替。不用说原因。") % shift.day_words,
            extra_tags=f"undo:{reverse('mine:turn-back', args=[pk])}",
        )
    return redirect("mine:turns")


@require_POST
@my_door
def back(request: DoorRequest, pk: int) -> HttpResponse:
    """Can come after all."""
    actor, turn, shift = _own(request, pk)
    if not shift.mine:
        raise Http404
    try:
        duty.back(turn, by=actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _("又排上您了，%s %s。") % (shift.day_words, shift.times))
    return redirect("mine:turns")


class CoverForm(Form):
    """Whose name stands in; all that is free, or from when to when."""

    name = forms.ChoiceField(
        label=_l("谁来替"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("谁来替？"), "invalid_choice": _l("选上面的一项。")},
    )
    starts = forms.TimeField(
        label=_l("从几点"),
        error_messages={"required": _l("从几点？"), "invalid": _l("写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=_l("到几点"),
        error_messages={"required": _l("到几点？"), "invalid": _l("写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, *args: Any, names: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = names  # type: ignore[attr-defined]
        if len(names) == 1:
            del self.fields["name"]


@my_door
def cover(request: DoorRequest, pk: int) -> HttpResponse:
    """我来替: the first tap shows what it is, the second takes it."""
    actor, turn, shift = _own(request, pk)
    if turn.post is None:
        raise Http404
    units = {str(unit.pk): unit for unit in units_spoken_for(actor)}
    names = _names(actor, turn, units)
    part = roster.free_part(actor, turn)
    if not names or part is None:
        messages.error(request, _("这一班已经有人了。"))
        return redirect("mine:turns")
    initial = {
        "name": names[0][0],
        "starts": clock.local(part[0]).time(),
        "ends": clock.local(part[1]).time(),
    }
    data = request.POST if request.method == "POST" else None
    form = CoverForm(data, names=names, initial=initial, label_suffix="")
    if shift.whole:  # a round of days is taken as it is
        del form.fields["starts"], form.fields["ends"]
    if form.is_valid():
        chosen = form.cleaned_data.get("name", names[0][0])
        try:
            stand_in(
                turn,
                by=actor,
                partnership=units.get(chosen),
                starts=part[0] if shift.whole else _at(turn, form.cleaned_data["starts"]),
                ends=part[1] if shift.whole else _at(turn, form.cleaned_data["ends"]),
            )
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("这一班是您的了，多谢。"))
            return redirect("mine:turns")
    context = {
        "form": form,
        "shift": shift,
        "whole": len(shift.free) == 1 and shift.free[0] == shift.times,
        "before": roster.note_before(actor, turn),
        "community_name": _community_name(request, actor),
    }
    status = 422 if form.is_bound else 200
    return render(request, "mine/turns/cover.html", context, status=status)


def _names(actor: Actor, turn: Turn, units: dict[str, Partnership]) -> list[tuple[str, str]]:
    """In whose name the viewer may stand in here: their own, or a unit's, as each signed."""
    assert turn.post is not None
    mine, theirs = may_keep_there(turn.post, by=actor)
    found = [("me", _("我自己来"))] if mine else []
    return found + [(key, str(unit)) for key, unit in units.items() if unit.pk in theirs]


def _at(turn: Turn, hour: Any) -> datetime:
    return clock.local(turn.starts).replace(
        hour=hour.hour, minute=hour.minute, second=0, microsecond=0
    )


def _community_name(request: DoorRequest, actor: Actor) -> str:
    return next(p.community.name for p in request.persons if p.community_id == actor.community_id)


class MoveForm(Form):
    """Another day, at the same hours or at others."""

    day = forms.DateField(
        label=_l("改到哪一天"),
        error_messages={"required": _l("改到哪一天？"), "invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    starts = forms.TimeField(
        label=_l("从几点"),
        error_messages={"required": _l("从几点？"), "invalid": _l("写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    ends = forms.TimeField(
        label=_l("到几点"),
        error_messages={"required": _l("到几点？"), "invalid": _l("写成 9:00 这样。")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


@my_door
def move(request: DoorRequest, pk: int) -> HttpResponse:
    """换一天: this turn is free for others, another is planned."""
    actor, turn, shift = _own(request, pk)
    if not shift.mine or turn.post_id is None or shift.away or shift.over or shift.whole:
        raise Http404
    data = request.POST if request.method == "POST" else None
    hours = {"starts": clock.local(turn.starts).time(), "ends": clock.local(turn.ends).time()}
    form = MoveForm(data, initial=hours, label_suffix="")
    if form.is_valid():
        try:
            move_turn(turn, by=actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            freed = _("改好了，原来那一班空出来，别人能替。")
            messages.success(request, _("改好了，还是这一轮。") if shift.rota else freed)
            return redirect("mine:turns")
    context = {
        "form": form,
        "shift": shift,
        "community_name": _community_name(request, actor),
    }
    status = 422 if form.is_bound else 200
    return render(request, "mine/turns/move.html", context, status=status)


class NoteForm(Form):
    """交接."""

    text = forms.CharField(
        label=_l("留给下一班的话"),
        help_text=_l("钥匙放哪里、什么用完了、谁还要来。认了这个岗的和社区看得到。"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@my_door
def note(request: DoorRequest, pk: int) -> HttpResponse:
    """交接: a word for whoever comes next."""
    actor, turn, shift = _own(request, pk)
    if not shift.mine or turn.post_id is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = NoteForm(data, initial={"text": turn.handover}, label_suffix="")
    if form.is_valid():
        try:
            duty.hand_over(turn, by=actor, text=form.cleaned_data["text"])
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("写下了，下一班看得到。"))
            return redirect("mine:turns")
    context = {
        "form": form,
        "shift": shift,
        "before": roster.note_before(actor, turn),
        "community_name": _community_name(request, actor),
    }
    status = 422 if form.is_bound else 200
    return render(request, "mine/turns/note.html", context, status=status)
