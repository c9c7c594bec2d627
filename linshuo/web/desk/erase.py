"""删除一个人: on their word, by the head, with the second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts import erasing
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import get_person
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, page, refusal_into, second_factor, staff_door
from linshuo.web.ui.forms import Form


class EraseForm(Form):
    """How they said it."""

    words = forms.CharField(
        label=_l("本人怎么说的"),
        max_length=erasing.MOST_WORDS,
        required=False,
        help_text=_l("当面、电话，还是书面。会和您的名字一起记下来。"),
    )


@staff_door(Can.STAFF_APPOINT)
@second_factor
def erase(request: DoorRequest, pk: int) -> HttpResponse:
    """Write a request down, take it back, or carry it out before its day."""
    person = get_person(request.actor, pk)
    if person.erased_at is not None:
        raise Http404
    form = EraseForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _do(request, person, form.cleaned_data["words"])
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
    waits = erasing.pending(person)
    context = {
        "form": form,
        "name": mask_name(person.name),
        "back_url": reverse("desk:person", args=[request.community.prefix, person.pk]),
        "due": wording.day(waits.due_on) if waits else "",
        "asked": _asked(waits) if waits else "",
        "days": erasing.WAIT.days,
    }
    return page(request, "desk/people/erase.html", context)


def _asked(waits: Any) -> str:
    told = {"day": wording.day(waits.asked_at), "words": waits.words}
    return _("%(day)s 要求的：%(words)s") % told if waits.words else _("%(day)s 本人要求的") % told


def _do(request: DoorRequest, person: Person, words: str) -> HttpResponse:
    do, prefix = request.POST.get("do"), request.community.prefix
    if do == "ask":
        asked = erasing.ask(person, by=request.actor, words=words)
        messages.success(request, _("记下了，%s 删除。") % wording.day(asked.due_on))
    elif do == "take-back":
        erasing.take_back(person, by=request.actor)
        messages.success(request, _("收回了，什么也没有删。"))
    elif do == "now":
        done = erasing.erase(person, by=request.actor)
        told = _("删掉了：改了 %(rows)d 行，经过里抹去 %(events)d 条，删了 %(files)d 个文件。")
        numbers = {"rows": done.rows, "events": done.events, "files": done.files}
        messages.success(request, told % numbers)
        return HttpResponseRedirect(reverse("desk:people", args=[prefix]))
    else:
        raise Http404
    return HttpResponseRedirect(request.path)
