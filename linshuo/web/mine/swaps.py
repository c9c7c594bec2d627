"""换班: ask whoever has another round of a rota, and answer when asked. Nobody is made to."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import roster, rota_swaps
from linshuo.domain.service.rota_reads import get_swap, in_force
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.ui.forms import Form


class SwapForm(Form):
    """Which round one would like instead."""

    takes = forms.ChoiceField(
        label=_l("想换成哪一轮"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("想换成哪一轮？"), "invalid_choice": _l("选上面的一轮。")},
    )

    def __init__(self, *args: Any, rounds: list[tuple[date, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(day.isoformat(), words) for day, words in rounds]
        self.fields["takes"].choices = known  # type: ignore[attr-defined]


@my_door
def ask(request: DoorRequest, pk: int) -> HttpResponse:
    """和别家换: the rounds that could be had for this one; one is asked for."""
    actor, turn, shift = roster.own_shift([actor_of(p) for p in request.persons], pk)
    rota = in_force(actor, turn.rota_id) if turn.rota_id else None
    if not shift.mine or shift.begun or rota is None or turn.round_on is None:
        raise Http404
    rounds, no = rota_swaps.could_swap(rota, turn.round_on)
    data = request.POST if request.method == "POST" else None
    form = SwapForm(data, rounds=rounds, label_suffix="")
    if form.is_valid():
        takes = date.fromisoformat(form.cleaned_data["takes"])
        try:
            rota_swaps.ask_swap(rota, by=actor, gives=turn.round_on, takes=takes)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("问过去了，对方说行才换。没换成以前，这一轮还是您的。"))
            return redirect("mine:turns")
    context = {
        "form": form,
        "shift": shift,
        "rounds": rounds,
        "no": no,
        "community_name": rota.community.name,
    }
    status = 422 if form.is_bound else 200
    return render(request, "mine/turns/swap.html", context, status=status)


@require_POST
@my_door
def answer(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """行, 不便, or 不换了."""
    if verb not in ("yes", "no", "back"):
        raise Http404
    for person in request.persons:
        actor = actor_of(person)
        try:
            swap = get_swap(actor, pk)
        except NotYours:
            continue
        try:
            if verb == "back":
                rota_swaps.take_back(swap, by=actor)
            else:
                rota_swaps.answer(swap, by=actor, yes=verb == "yes")
        except NotYours:
            raise
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            said = {"yes": _("换好了，班已经改过来了。"), "no": _("知道了，不用说原因。"),
                    "back": _("不换了，还照原来的来。")}  # fmt: skip
            messages.success(request, said[verb])
        return redirect("mine:turns")
    raise NotYours("swap", _("没有这一条。"))
