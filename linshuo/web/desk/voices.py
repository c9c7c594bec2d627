"""Residents' words that may be shown: a person reads each one before everyone does."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.needs.models import Contact
from linshuo.domain.needs.voices import keep_back, show, to_release
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

MOST = 30


class VoiceForm(Form):
    """The words as everyone will read them."""

    text = forms.CharField(
        label=_l("公开的话"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.BooleanField(label=_l("标出来的地方看过了，可以公开"), required=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One resident's words, with the form that releases them."""

    pk: int
    number: str
    title: str
    when: str
    words: str
    marks: tuple[str, ...]
    form: VoiceForm


@require_GET
@staff_door(Can.NEED_RELEASE)
def voices(request: DoorRequest) -> HttpResponse:
    """What residents said one may show, newest first."""
    return _page(request)


@require_POST
@staff_door(Can.NEED_RELEASE)
def release(request: DoorRequest, pk: int) -> HttpResponse:
    """公开, as it stands in the form; or 不公开."""
    row = to_release(request.actor).filter(pk=pk).first()
    if row is None:
        raise NotYours("contact", _("没有这句话。"))
    back = HttpResponseRedirect(reverse("desk:voices", args=[request.community.prefix]))
    if request.POST.get("do") == "keep":
        keep_back(row, by=request.actor)
        messages.success(request, _("不公开，只留在办理记录里。"))
        return back
    form = VoiceForm(request.POST, auto_id=f"v{pk}_%s")
    form.full_clean()
    try:
        show(row, by=request.actor, **form.cleaned_data)
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused)
        return _page(request, bad=(pk, form), status=422)
    messages.success(request, _("公开了，首页上看得到。"))
    return back


def _page(
    request: DoorRequest, *, bad: tuple[int, VoiceForm] | None = None, status: int = 200
) -> HttpResponse:
    found = to_release(request.actor)
    rows = [_row(contact, bad) for contact in found[:MOST]]
    context = {"rows": rows, "count": found.count() if len(rows) == MOST else len(rows)}
    return page(request, "desk/voices/voices.html", context, status=status)


def _row(contact: Contact, bad: tuple[int, VoiceForm] | None) -> Row:
    form = bad[1] if bad is not None and bad[0] == contact.pk else None
    marks = find_marks(contact.words, place_shown=True)
    return Row(
        pk=contact.pk,
        number=contact.need.number,
        title=contact.need.public_title or contact.need.title,
        when=wording.near_day(contact.at),
        words=contact.words,
        marks=tuple(mark.text for mark in marks),
        form=form or VoiceForm(initial={"text": contact.words}, auto_id=f"v{contact.pk}_%s"),
    )
