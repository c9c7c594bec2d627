"""What the desk does with the lines of the board: put up, change, take down, sign for others."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linshuo.acts.signing import sign
from linshuo.domain.board import actions as board
from linshuo.domain.board.models import Ask
from linshuo.domain.board.queries import get_ask, get_post
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import get_need
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import partnerships
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import lines, who_of
from linshuo.domain.service.access import may_plan
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.asks_form import ChangeForm, PutUpForm, SignForForm
from linshuo.web.desk.need import need_page
from linshuo.web.desk.posts import post_page
from linshuo.web.doors import DoorRequest, staff_door
from linshuo.web.ui.forms import Form

GONE = frozenset({"not-open", "taken-down"})
"""Refusals after which the page has no such form to come back to."""


@require_POST
@staff_door(Can.NEED_WORK)
def put_up(request: DoorRequest, number: str) -> HttpResponse:
    """上榜一行."""
    need = get_need(request.actor, number)
    form = PutUpForm(request.POST, auto_id="putup_%s", label_suffix="")
    if form.is_valid():
        try:
            board.put_up(need, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            if refused.code in GONE:
                messages.error(request, str(refused.sentence))
                return _back(request, need)
            form.refuse(refused)
        else:
            messages.success(request, _("上榜了：%s。") % form.cleaned_data["text"])
            return _back(request, need)
    return _again(request, need, "put-up", form)


@require_POST
@staff_door(Can.NEED_WORK)
def change(request: DoorRequest, pk: int) -> HttpResponse:
    """改."""
    ask = get_ask(request.actor, pk)
    form = ChangeForm(request.POST, auto_id=f"change{pk}_%s", label_suffix="")
    if form.is_valid():
        try:
            board.change(ask, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            if refused.code in GONE:
                messages.error(request, str(refused.sentence))
                return _back(request, ask)
            form.refuse(refused)
        else:
            messages.success(request, _("改好了。"))
            return _back(request, ask)
    return _again(request, ask, f"change-{pk}", form)


@require_POST
@staff_door(Can.NEED_WORK)
def down(request: DoorRequest, pk: int) -> HttpResponse:
    """收起."""
    ask = get_ask(request.actor, pk)
    board.take_down(ask, by=request.actor)
    messages.success(request, _("收起了：%s。签了的照旧。") % ask.text)
    return _back(request, ask)


@require_POST
@staff_door(Can.NEED_WORK)
def sign_for(request: DoorRequest, pk: int) -> HttpResponse:
    """代签."""
    ask = get_ask(request.actor, pk)
    if ask.need is not None:
        board.must(request.actor, Can.NEED_WORK, ask.need)
    elif ask.post is None or not may_plan(request.actor, ask.post):
        raise Http404
    found = partnerships(request.actor)
    form = SignForForm(
        request.POST,
        line=lines(request.actor, [ask])[0],
        units=[(str(p.pk), p.organisation.name) for p in found],
        auto_id=f"sign{pk}_%s",
        label_suffix="",
    )
    if form.is_valid():
        try:
            pledge = _sign(request.actor, ask, form, found)
        except NotYours:
            raise
        except Refused as refused:
            if refused.code in GONE:
                messages.error(request, str(refused.sentence))
                return _back(request, ask)
            form.refuse(refused)
        else:
            who = who_of(pledge)
            told = _("%s 在排队，空出来先问。") if pledge.state == "waiting" else _("%s 认下了。")
            messages.success(request, told % who)
            return _back(request, ask)
    return _again(request, ask, f"sign-{pk}", form)


def _sign(actor: Actor, ask: Ask, form: Form, units: list[Partnership]) -> Pledge:
    data = form.cleaned_data
    unit = next((p for p in units if str(p.pk) == data["unit"]), None)
    places = {"slots": data.get("slots", 1), "goods": data.get("goods", "")}
    if unit is not None:
        return sign(ask.pk, by=actor, partnership=unit, **places)
    if not data["name"].strip():
        raise Refused("who", _("谁签的？写名字，或者选一个单位。"), "name")
    person = know_person(name=data["name"], phone=data["phone"], by=actor)
    return sign(ask.pk, by=actor, person=person, **places)


def _back(request: DoorRequest, about: Need | Ask) -> HttpResponse:
    """To the page of what the line is for, where its lines are."""
    prefix = request.community.prefix
    need = about if isinstance(about, Need) else about.need
    if need is not None:
        url = reverse("desk:need", args=[prefix, need.number])
        return HttpResponseRedirect(f"{url}#board")
    post = about.post if isinstance(about, Ask) else None
    if post is None:
        raise Http404
    return HttpResponseRedirect(f"{reverse('desk:post', args=[prefix, post.pk])}#lines")


def _again(request: DoorRequest, about: Need | Ask, opened: str, form: Form) -> HttpResponse:
    need = about if isinstance(about, Need) else about.need
    if need is not None:
        fresh = get_need(request.actor, need.number)
        return need_page(request, fresh, opened=opened, line_form=form)
    post = about.post if isinstance(about, Ask) else None
    if post is None:
        raise Http404
    return post_page(request, get_post(request.actor, post.pk), opened=opened, bound=form)
