"""我能提供的: what I offer, who asked for it, and one press on what is suggested to me."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import offering, pledging
from linshuo.acts.signing import sign
from linshuo.domain.board.access import offers_for
from linshuo.domain.board.models import Offer
from linshuo.domain.board.queries import get_ask
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges import actions, queries
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.queries import turns_of
from linshuo.insight import suggestions, units
from linshuo.insight.suggestions import Suggestion
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door, refusal_into
from linshuo.web.offer_form import OfferForm
from linshuo.web.ui.forms import SENTENCES, Form


@dataclass(frozen=True, slots=True)
class More:
    """Beside what one signed for: what is suggested, one's units, and what one offers."""

    suggested: list[Suggestion]
    checked_in: bool
    units: list[Partnership]
    offers: list[units.Offered]
    asked: list[units.Signed]
    prefix: str
    may_offer: bool


def more_of(person: Person, actor: Actor) -> More:
    """What stands beside 我认的 on one's own page: at most nine queries."""
    may_offer = bool(actor.roles - {Role.RESIDENT})
    member = Role.MEMBER in actor.roles
    mine = units.offers_of(actor, person=person) if may_offer else []
    return More(
        suggested=suggestions.for_member(person) if member else [],
        checked_in=member,
        units=queries.units_spoken_for(actor),
        offers=mine,
        asked=units.asked_of(actor, at=clock.now(), person=person) if may_offer else [],
        prefix=person.community.prefix,
        may_offer=may_offer,
    )


def _who(request: DoorRequest, prefix: str) -> tuple[Person, Actor]:
    person = next((p for p in request.persons if p.community.prefix == prefix.upper()), None)
    if person is None:
        raise Http404
    return person, actor_of(person)


@my_door
def home(request: DoorRequest, prefix: str) -> HttpResponse:
    """What I offer here, who asked for it, and a form to offer something more."""
    person, actor = _who(request, prefix)
    form = OfferForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            offering.offer(by=actor, person=person, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("挂出来了，有人来请，告诉您。"))
            return redirect("mine:offers", prefix=person.community.prefix)
    context = {
        "form": form,
        "offers": units.offers_of(actor, person=person),
        "asked": units.asked_of(actor, at=clock.now(), person=person),
        "community_name": person.community.name,
        "prefix": person.community.prefix,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "mine/offers/home.html", context, status=status)


@require_POST
@my_door
def end(request: DoorRequest, pk: int) -> HttpResponse:
    """不再提供: what was agreed stays."""
    for person in request.persons:
        actor = actor_of(person)
        row = Offer.objects.of(actor).filter(pk=pk).first()
        if row is not None and offers_for(actor, row):
            done = offering.end(row, by=actor)
            messages.success(request, _("收起了：%s。约好的照旧。") % done.text)
            if done.partnership_id is not None:
                return redirect("mine:unit", pk=done.partnership_id)
            return redirect("mine:offers", prefix=person.community.prefix)
    raise Http404


class WhenForm(Form):
    """A day with its hours."""

    day = forms.DateField(
        label=_l("哪一天去"),
        error_messages={"required": _l("约在哪一天？"), "invalid": SENTENCES["invalid_date"]},
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


def _served(request: DoorRequest, pk: int) -> tuple[Person, Actor, Pledge]:
    for person in request.persons:
        actor = actor_of(person)
        found = units.given_pledge(actor, pk)
        if found is not None:
            return person, actor, found
    raise Http404


@require_GET
@my_door
def asked(request: DoorRequest, pk: int) -> HttpResponse:
    """Somebody asked for what I or my unit offers: who, when, how to reach them."""
    return _asked(request, *_served(request, pk))


def _asked(
    request: DoorRequest,
    person: Person,
    actor: Actor,
    pledge: Pledge,
    *,
    form: WhenForm | None = None,
    contact: tuple[str, str] | None = None,
) -> HttpResponse:
    now = clock.now()
    held = pledge.state in ("accepted", "under_way")
    offer = pledge.ask.offer
    back = reverse("mine:offers", args=[person.community.prefix])
    if offer is not None and offer.partnership_id is not None:
        back = reverse("mine:unit", args=[offer.partnership_id])
    context: dict[str, Any] = {
        "pledge": pledge,
        "who": queries.who_of(pledge),
        "words": queries.state_words(pledge),
        "next": queries.next_words(pledge, now),
        "held": held,
        "turns": turns_of(actor, pledge, at=now),
        "when": form or WhenForm(auto_id="when_%s"),
        "may_call": held and contact is None and pledging.may_call(pledge, actor),
        "contact": contact,
        "by_office": held and contact is None and not pledging.may_call(pledge, actor),
        "community_name": person.community.name,
        "phone": person.community.phone,
        "back": back,
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "mine/offers/asked.html", context, status=status)


@require_POST
@my_door
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Agree a day, see how to reach them, or say that one cannot come."""
    person, actor, pledge = _served(request, pk)
    if verb == "contact":
        found = pledging.contact_for_helper(pledge, by=actor)
        return _asked(request, person, actor, pledge, contact=found)
    if verb == "release":
        actions.release(pledge, by=actor)
        messages.success(request, _("说好了，这次不去。社区告诉对方。"))
        offer = pledge.ask.offer
        if offer is not None and offer.partnership_id is not None:
            return redirect("mine:unit", pk=offer.partnership_id)
        return redirect("mine:offers", prefix=person.community.prefix)
    if verb != "plan":
        raise Http404
    form = WhenForm(request.POST, auto_id="when_%s")
    if form.is_valid():
        try:
            pledging.arrange(pledge, by=actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, {"planned_on": "day"})
        else:
            messages.success(request, _("约好了。去过以后，社区问一声，记上时长。"))
            return redirect("mine:asked", pk=pk)
    return _asked(request, person, actor, pledge, form=form)


@require_POST
@my_door
def take(request: DoorRequest, prefix: str, ask: int) -> HttpResponse:
    """One press on a suggestion: one's own name, one place."""
    person, actor = _who(request, prefix)
    line = get_ask(actor, ask)
    pledge = sign(line.pk, by=actor, person=person)
    if pledge.state == "waiting":
        messages.success(request, _("刚刚认满了，您在排队。空出来先问您。"))
    else:
        messages.success(request, _("认下了，谢谢您。"))
    return redirect("mine:pledge", pk=pledge.pk)
