"""服务 ⇄ 需求: what units and people offer, who asks for it; and asking somebody about a line."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import inviting, offering
from linshuo.acts.signing import sign
from linshuo.domain.board.models import Ask
from linshuo.domain.board.queries import get_ask, giver_of
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import partnerships
from linshuo.domain.pledges.queries import who_of
from linshuo.insight.units import asked_for, two_way
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_tabs import people_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.offer_form import OfferForm
from linshuo.web.ui.forms import Form


class GivenForm(OfferForm):
    """What somebody offers, and who."""

    giver = forms.ChoiceField(label=_l("哪个单位"), required=False)
    name = forms.CharField(
        label=_l("或者哪一位"), required=False, help_text=_l("单位提供的就不用填。")
    )
    phone = forms.CharField(
        label=_l("电话"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, units: list[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = [(str(unit.pk), str(unit)) for unit in units]
        self.fields["giver"].choices = [("", _("不是单位")), *pairs]  # type: ignore[attr-defined]


class AskForForm(Form):
    """Who asks for it: a resident by name, or a unit."""

    name = forms.CharField(label=_l("谁要"), required=False)
    phone = forms.CharField(
        label=_l("电话"),
        help_text=_l("没有就不填。"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    giver = forms.ChoiceField(label=_l("或者哪个单位要"), required=False)

    def __init__(self, *args: Any, units: list[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = [(str(unit.pk), str(unit)) for unit in units]
        self.fields["giver"].choices = [("", _("不是单位")), *pairs]  # type: ignore[attr-defined]


@require_GET
@staff_door(Can.PERSON_READ)
def both(request: DoorRequest) -> HttpResponse:
    """All units side by side, with what single people offer."""
    form = GivenForm(units=partnerships(request.actor), auto_id="offer_%s")
    return _both(request, form)


def _both(request: DoorRequest, form: GivenForm) -> HttpResponse:
    context = {
        "both": two_way(request.actor),
        "form": form,
        "may_add": request.actor.can(Can.POST_KEEP),
        "tabs": people_tabs(request.actor, request.community.prefix, "offers"),
    }
    return page(request, "desk/offers/both.html", context)


@require_GET
@staff_door(Can.PERSON_READ)
def paper(request: DoorRequest) -> HttpResponse:
    """The same on A4, dated."""
    context = {"both": two_way(request.actor), "day": wording.day(clock.today())}
    return page(request, "desk/offers/print.html", context)


@require_POST
@staff_door(Can.POST_KEEP)
def add(request: DoorRequest) -> HttpResponse:
    """Something is offered: for a unit or a person who said so."""
    units = partnerships(request.actor)
    form = GivenForm(request.POST, units=units, auto_id="offer_%s")
    if form.is_valid():
        data = dict(form.cleaned_data)
        chosen, name, phone = data.pop("giver"), data.pop("name"), data.pop("phone")
        try:
            unit, person = _who(request.actor, units, chosen, name, phone)
            ask = offering.offer(by=request.actor, partnership=unit, person=person, **data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, {"who": "name", "partnership": "giver"})
        else:
            messages.success(request, _("挂出来了：%s。") % ask.text)
            return _to_both(request)
    return _both(request, form)


def _who(
    actor: Actor, units: list[Partnership], chosen: str, name: str, phone: str
) -> tuple[Partnership | None, Person | None]:
    unit = next((u for u in units if str(u.pk) == chosen), None)
    if unit is not None:
        return unit, None
    if not name.strip():
        raise Refused("who", _("是谁？选一个单位，或者写名字。"), "name")
    return None, know_person(name=name, phone=phone, by=actor)


def _to_both(request: DoorRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:offers", args=[request.community.prefix]))


def _line(request: DoorRequest, pk: int) -> Ask:
    ask = get_ask(request.actor, pk)
    if ask.offer is None:
        raise Http404
    return ask


@staff_door(Can.NEED_WORK)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One thing that is offered: who asked for it, and a form to ask for a resident."""
    ask, units = _line(request, pk), partnerships(request.actor)
    form = AskForForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_valid():
        data = form.cleaned_data
        try:
            unit, person = _who(request.actor, units, data["giver"], data["name"], data["phone"])
            pledge = sign(ask.pk, by=request.actor, person=person, partnership=unit)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, {"who": "name"})
        else:
            told = _("%s 在排队，空出来先问。") if pledge.state == "waiting" else _("替 %s 请了。")
            messages.success(request, told % who_of(pledge))
            return HttpResponseRedirect(request.path)
    assert ask.offer is not None
    context = {
        "ask": ask,
        "giver": giver_of(ask.offer),
        "unit": ask.offer.partnership_id,
        "over": ask.closed_at is not None,
        "places": f"{ask.slots} {ask.unit}",
        "left": f"{ask.left} {ask.unit}",
        "until": wording.day(ask.offer.until) if ask.offer.until else "",
        "rows": asked_for(request.actor, ask),
        "may_end": request.actor.can(Can.POST_KEEP),
        "form": form,
    }
    return page(request, "desk/offers/offer.html", context)


@require_POST
@staff_door(Can.POST_KEEP)
def end(request: DoorRequest, pk: int) -> HttpResponse:
    """不再提供."""
    ask = _line(request, pk)
    assert ask.offer is not None
    offering.end(ask.offer, by=request.actor)
    messages.success(request, _("收起了：%s。约好的照旧。") % ask.text)
    return _to_both(request)


@require_POST
@staff_door(Can.NEED_WORK)
def invite(request: DoorRequest, pk: int) -> HttpResponse:
    """问一声: a member or a unit is asked whether they would. Never an assignment."""
    kind, _dash, number = request.POST.get("who", "")[:30].partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise Http404
    actor = request.actor
    model: Any = {"person": Person, "partnership": Partnership}.get(kind)
    whom = model.objects.of(actor).filter(pk=int(number)).first() if model else None
    if whom is None:
        raise Http404
    ask = get_ask(actor, pk)
    try:
        fresh = inviting.invite(pk, by=actor, **{kind: whom})
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(
            request,
            _("记下了。他会收到消息，收不到的在电话单上。")
            if fresh
            else _("这一行已经问过了，等回话。"),
        )
    return HttpResponseRedirect(_page_of(ask, request.community.prefix))


def _page_of(ask: Ask, prefix: str) -> str:
    if ask.need is not None:
        return reverse("desk:need", args=[prefix, ask.need.number]) + "#board"
    if ask.post is not None:
        return reverse("desk:post", args=[prefix, ask.post.pk]) + "#lines"
    return reverse("desk:pledges", args=[prefix])
