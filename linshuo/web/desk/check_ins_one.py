"""One check-in at the counter: the receipt large, what was said, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import checking_in
from linshuo.domain.people import check_ins, checking
from linshuo.domain.people.lifecycle import LIVE
from linshuo.domain.people.models import CheckIn, Purpose
from linshuo.domain.people.queries import consents, partnerships
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name, mask_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.check_in_form import FIELD_NAMES, ChangeForm, PauseForm, as_kept
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.ui.forms import Form


class EndForm(Form):
    """Why it ends: the person's wish unless something else is known."""

    because = forms.ChoiceField(
        label=_l("怎么结束的"),
        choices=[each for each in CheckIn.Because.choices if each[0] != CheckIn.Because.ERASE],
        initial=CheckIn.Because.WISH.value,
        widget=forms.RadioSelect,
        error_messages={"required": _l("怎么结束的？")},
    )


@require_GET
@staff_door(Can.PERSON_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One check-in."""
    return _page(request, check_ins.get_check_in(request.actor, pk))


@require_POST
@staff_door(Can.PERSON_WRITE)
def do(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """One verb; a refusal comes back with its sentence and what was typed."""
    row = check_ins.get_check_in(request.actor, pk)
    if verb not in _VERBS:
        raise Http404
    return _VERBS[verb](request, row)


def _accept(request: DoorRequest, row: CheckIn) -> HttpResponse:
    try:
        done = checking_in.accept(row, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return _to(request, row)
    return _to(request, done)


def _resume(request: DoorRequest, row: CheckIn) -> HttpResponse:
    checking.resume(row, by=request.actor)
    messages.success(request, _("接着来了。"))
    return _to(request, row)


def _still(request: DoorRequest, row: CheckIn) -> HttpResponse:
    checking.still(row, by=request.actor)
    messages.success(request, _("记下了，都没变。一年以后再问。"))
    return _to(request, row)


def _pause(request: DoorRequest, row: CheckIn) -> HttpResponse:
    form = PauseForm(request.POST)
    if form.is_valid():
        try:
            checking.pause(row, by=request.actor, until=form.cleaned_data["until"])
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("记下了，这一段不找这一位。"))
            return _to(request, row)
    return _page(request, row, pause=form)


def _change(request: DoorRequest, row: CheckIn) -> HttpResponse:
    form = ChangeForm(request.POST, community_id=row.community_id)
    if form.is_valid():
        try:
            checking.change(row, by=request.actor, partnership=None, **form.said())
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused, FIELD_NAMES)
        else:
            messages.success(request, _("改好了。"))
            return _to(request, row)
    return _page(request, row, change=form)


def _end(request: DoorRequest, row: CheckIn) -> HttpResponse:
    form = EndForm(request.POST)
    if form.is_valid():
        checking_in.end(row, by=request.actor, because=form.cleaned_data["because"])
        messages.success(request, _("结束了。认着的一起放下了，做过的都留着。"))
        return _to(request, row)
    return _page(request, row, end=form)


_VERBS: dict[str, Callable[[DoorRequest, CheckIn], HttpResponse]] = {
    "accept": _accept,
    "pause": _pause,
    "resume": _resume,
    "still": _still,
    "change": _change,
    "end": _end,
}


def _to(request: DoorRequest, row: CheckIn) -> HttpResponse:
    url = reverse("desk:check-in", args=[request.community.prefix, row.pk])
    return HttpResponseRedirect(url)


def _page(
    request: DoorRequest,
    row: CheckIn,
    *,
    pause: PauseForm | None = None,
    change: ChangeForm | None = None,
    end: EndForm | None = None,
) -> HttpResponse:
    actor, prefix = request.actor, request.community.prefix
    may_write = actor.can(Can.PERSON_WRITE)
    following = check_ins.next_waiting(actor) if may_write and row.receipt_no else None
    head, dash, tail = row.receipt_no.rpartition("-")
    given = consents(row.person)
    agreed = [str(purpose.label) for purpose in Purpose if purpose in given]
    first = ChangeForm(community_id=row.community_id, initial=as_kept(row), auto_id="change_%s")
    context: dict[str, Any] = {
        "row": row,
        "live": row.state in LIVE,
        "name": row.person.name if may_write else mask_name(row.person.name),
        "person_url": reverse("desk:person", args=[prefix, row.person_id]),
        "head": head + dash,
        "tail": tail,
        "words": check_ins.state_words(row),
        "when": wording.near_day(row.submitted_at),
        "due": wording.near_day(row.due_at) if row.due_at else "",
        "facts": [
            *check_ins.said(row),
            (_("电话"), mask_phone(row.person.phone) or _("没有留")),
            (_("同意了"), "；".join(agreed) or _("都没有，或者收回了")),
        ],
        "following": following,
        "may_write": may_write,
        "pause": pause or PauseForm(auto_id="pause_%s"),
        "form": change or first,
        "end": end or EndForm(auto_id="end_%s"),
        "units": [each.organisation.name for each in partnerships(actor)],
    }
    refused = any(f is not None and f.errors for f in (pause, change, end))
    return page(request, "desk/check_ins/one.html", context, status=422 if refused else 200)
