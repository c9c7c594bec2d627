"""信件: what one's unit would be told of one, looked at and answered before it goes; and letters
that were sent to one, to one's unit, or with one's name in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST, require_safe

from linshuo.domain.people.queries import actor_of
from linshuo.insight import letter_own as own
from linshuo.insight.letter_paper import closing, letter_pdf, why_held_back
from linshuo.insight.letter_reads import opened
from linshuo.insight.letters import MOST_WORDS, answer
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door, refusal_into
from linshuo.web.mine.units import speaks_for
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form


class WordsForm(Form):
    """A sentence of one's own."""

    words = forms.CharField(
        label=_l("想加一句话"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MOST_WORDS}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


def _actors(request: DoorRequest) -> list[Actor]:
    return [actor_of(person) for person in request.persons]


@require_safe
@my_door
def home(request: DoorRequest) -> HttpResponse:
    """A part for each community."""
    parts = [
        {
            "pk": person.pk,
            "community": person.community.name,
            "waiting": own.own_parts(person),
            "letters": own.own_letters(actor_of(person)),
        }
        for person in request.persons
    ]
    return render(request, "mine/letters/list.html", {"parts": parts})


@require_safe
@my_door
def part(request: DoorRequest, pk: int) -> HttpResponse:
    """What one's unit would be told of one, and two answers."""
    _actor, preview = own.own_part(_actors(request), pk)
    return _part(request, preview)


def _part(request: DoorRequest, preview: own.Preview, form: WordsForm | None = None) -> Any:
    shown = {"seen": preview.seen, "words": preview.part.words}
    community = preview.part.missive.community
    context = {
        "preview": preview,
        "row": preview.part,
        "form": form or WordsForm(None, initial=shown, label_suffix=""),
        "community_name": community.name,
        "phone": community.phone,
    }
    status = 422 if form is not None else 200
    return render(request, "mine/letters/part.html", context, status=status)


@require_POST
@my_door
def say(request: DoorRequest, pk: int) -> HttpResponse:
    """可以写我, or 别写我 without a reason."""
    actor, preview = own.own_part(_actors(request), pk)
    form = WordsForm(request.POST, label_suffix="")
    if form.is_valid():
        said = request.POST.get("said", "")[:3]
        try:
            answer(preview.part, by=actor, said=said, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
            if refused.code == "changed":  # the page below shows the lines as they are now
                form = WordsForm(
                    None,
                    initial={"seen": preview.seen, "words": form.cleaned_data.get("words", "")},
                    label_suffix="",
                )
                messages.error(request, str(refused.sentence))
        else:
            told = _("好，照这样写。") if said == "yes" else _("好，信里不写您。没有人会问为什么。")
            messages.success(request, told)
            return redirect("mine:letters")
    return _part(request, preview, form)


@require_safe
@my_door
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """A letter that was sent."""
    letter = own.own_letter(_actors(request), pk)
    told, _rows = opened(letter)
    context = {
        "letter": told,
        "closing": list(closing(told)),
        "why_held_back": why_held_back(),
        "community_name": letter.community.name,
        "phone": letter.community.phone,
    }
    return render(request, "mine/letters/letter.html", context)


@require_safe
@my_door
def paper(request: DoorRequest, pk: int) -> HttpResponse:
    """The same on A4."""
    letter = own.own_letter(_actors(request), pk)
    told, _rows = opened(letter)
    return pdf_answer(letter_pdf(letter.community, told), f"letter-{pk}")


@require_safe
@my_door
def of_unit(request: DoorRequest, pk: int) -> HttpResponse:
    """The letters to a unit, for whoever speaks for it."""
    person, actor, unit = speaks_for(request, pk)
    context = {
        "unit": unit,
        "letters": own.own_letters(actor, unit=unit),
        "community_name": person.community.name,
        "phone": person.community.phone,
    }
    return render(request, "mine/letters/unit.html", context)
