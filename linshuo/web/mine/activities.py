"""我报名的: what I signed up for, signing up and withdrawing, and the code said on the spot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from linshuo.acts.gathering import sign_up_member
from linshuo.domain.board.access import spoken_for
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import coming, gatherings, own_places, programme
from linshuo.domain.service.access import may_come
from linshuo.domain.service.models import Activity, Turn
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.ui.forms import Form


class MemberForm(Form):
    """A member of the liaison's unit, by the name and telephone they checked in with."""

    name = forms.CharField(label=_l("他的名字"), max_length=40)
    phone = forms.CharField(
        label=_l("他报到时写的电话"), max_length=30, widget=forms.TextInput(attrs={"type": "tel"})
    )


class CodeForm(Form):
    """The code, as it was heard."""

    code = forms.CharField(
        label=_l("当面听到的暗号"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@my_door
def home(request: DoorRequest) -> HttpResponse:
    """What I signed up for, community by community, and what was held in the last month."""
    parts = [(p.community, own_places.own_sign_ups(actor_of(p))) for p in request.persons]
    return render(request, "mine/activities/list.html", {"parts": parts})


@my_door
def join(request: DoorRequest, prefix: str, pk: int) -> HttpResponse:
    """One activity with one's own place there. A POST takes the place."""
    person, actor, activity = _find(request, prefix, pk)
    if request.method == "POST":
        if not may_come(actor, activity):
            raise Http404
        try:
            coming.sign_up(activity, by=actor, person=person)
        except NotYours:
            raise
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            messages.success(request, _("报上了。前一天会说一声；来不了，退掉就行。"))
        return redirect("mine:join", prefix=prefix, pk=pk)
    return _page(request, person, actor, activity)


def _find(request: DoorRequest, prefix: str, pk: int) -> tuple[Person, Actor, Activity]:
    person = next((p for p in request.persons if p.community.prefix == prefix.upper()), None)
    if person is None:
        raise Http404
    actor = actor_of(person)
    return person, actor, gatherings.get_activity(actor, pk)


def _page(
    request: DoorRequest,
    person: Person,
    actor: Actor,
    activity: Activity,
    *,
    member_form: Form | None = None,
    code_form: Form | None = None,
) -> HttpResponse:
    places = own_places.own_at(actor, activity)
    own = next((o for o in places if not o.who), None)
    shown = programme.find(person.community_id, activity.pk)
    bound = member_form or code_form
    context: dict[str, Any] = {
        "activity": shown,
        "own": own,
        "others": [o for o in places if o.who],
        "may_come": may_come(actor, activity),
        "liaison": bool(spoken_for(actor)),
        "member_form": member_form or MemberForm(label_suffix="", auto_id="member_%s"),
        "code_form": code_form or CodeForm(label_suffix="", auto_id="code_%s"),
        "prefix": person.community.prefix,
        "community_name": person.community.name,
        "phone": person.community.phone,
    }
    return render(request, "mine/activities/one.html", context, status=422 if bound else 200)


@require_POST
@my_door
def member(request: DoorRequest, prefix: str, pk: int) -> HttpResponse:
    """A liaison signs up a member of their unit."""
    person, actor, activity = _find(request, prefix, pk)
    if not spoken_for(actor):
        raise Http404
    form = MemberForm(request.POST, label_suffix="", auto_id="member_%s")
    if form.is_valid():
        try:
            turn = sign_up_member(activity, by=actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            name = turn.person.name if turn.person else ""
            messages.success(request, _("报上了：%s。也会告诉他一声。") % name)
            return redirect("mine:join", prefix=prefix, pk=pk)
    return _page(request, person, actor, activity, member_form=form)


def _own(request: DoorRequest, pk: int) -> tuple[Actor, Turn]:
    return own_places.get_own([actor_of(p) for p in request.persons], pk)


@require_POST
@my_door
def withdraw(request: DoorRequest, pk: int) -> HttpResponse:
    """来不了: one press, no reason; signing up again is one press too."""
    actor, turn = _own(request, pk)
    try:
        coming.withdraw(turn, by=actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _("退掉了，名额空出来给别人。不用说原因。"))
    return _back(request, turn)


def _back(request: DoorRequest, turn: Turn) -> HttpResponse:
    prefix = next(
        p.community.prefix for p in request.persons if p.community_id == turn.community_id
    )
    return redirect(reverse("mine:join", args=[prefix, turn.activity_id]))


@require_POST
@my_door
def code(request: DoorRequest, pk: int) -> HttpResponse:
    """I am here: the code said on the spot. It notes that one came and gives no hours."""
    actor, turn = _own(request, pk)
    form = CodeForm(request.POST, label_suffix="", auto_id="code_%s")
    if form.is_valid():
        try:
            coming.note_by_code(turn, by=actor, code=form.cleaned_data["code"])
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("记下了，您来了。时长等办的人对了名单才有。"))
            return _back(request, turn)
    person = next(p for p in request.persons if p.community_id == turn.community_id)
    activity = gatherings.get_activity(actor, turn.activity_id or 0)
    return _page(request, person, actor, activity, code_form=form)
