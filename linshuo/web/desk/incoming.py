"""What strangers said on the public page: a person reads it and opens the door, or says why not."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts.outside import let_in
from linshuo.domain.needs.doorway import reachable, turn_away
from linshuo.domain.needs.models import MOST_TITLE, Kind
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers.actions import path_of
from linshuo.insight import at_the_door
from linshuo.insight.duplicates import Suggestion, suggest
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import first_sentence
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

MOST = 50
MOST_WITH_LIKES = 10
"""Rows for which likely duplicates are looked up: those that come first."""


class LetInForm(Form):
    """What it becomes."""

    kind = forms.ChoiceField(label=_l("是什么"), choices=Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_l("一句话叫什么"), required=False, max_length=MOST_TITLE)


class TurnAwayForm(Form):
    """Why not."""

    reason = forms.CharField(
        label=_l("为什么不收，说的人凭码看得到"), required=False, max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One thing said, formatted, with its two forms."""

    pk: int
    words: str
    place: str
    when: str
    clock_look: str
    clock_words: str
    name: str
    phone: str
    for_neighbour: bool
    has_photo: bool
    likes: list[Suggestion]
    let_in: LetInForm
    turn_away: TurnAwayForm


@require_GET
@staff_door(Can.NEED_ACCEPT)
def waiting(request: DoorRequest) -> HttpResponse:
    """Oldest due first; what looks like a machine stands folded at the end."""
    return _page(request)


def _page(
    request: DoorRequest, form: Form | None = None, pk: int = 0, status: int = 200
) -> HttpResponse:
    rows = at_the_door.waiting(request.actor).select_related("place").order_by("due_at", "pk")
    calm = list(rows.filter(suspect=False)[:MOST])
    suspects = list(rows.filter(suspect=True)[:MOST])
    context = {
        "rows": [
            _row(request.actor, r, form if r.pk == pk else None, n < MOST_WITH_LIKES)
            for n, r in enumerate(calm)
        ],
        "suspects": [_row(request.actor, r, form if r.pk == pk else None) for r in suspects],
        "open_suspects": any(r.pk == pk for r in suspects),
    }
    return page(request, "desk/incoming/waiting.html", context, status=status)


def _row(actor: Actor, row: Incoming, form: Form | None, likes: bool = False) -> Row:
    look, words = at_the_door.clock_of_answer(row.due_at, clock.now())
    ids = f"in{row.pk}_%s"
    first = {"kind": Kind.PROBLEM.value, "title": first_sentence(row.words, 24)}
    return Row(
        pk=row.pk,
        words=row.words,
        place=row.place.full_name,
        when=wording.moment(row.received_at),
        clock_look=look,
        clock_words=words,
        name=row.name,
        phone=mask_phone(row.phone),
        for_neighbour=row.for_neighbour,
        has_photo=row.photo_id is not None,
        likes=suggest(actor, row.words, place=row.place) if likes else [],
        let_in=form if isinstance(form, LetInForm) else LetInForm(initial=first, auto_id=ids),
        turn_away=form if isinstance(form, TurnAwayForm) else TurnAwayForm(auto_id=ids),
    )


def _get(actor: Actor, pk: int) -> Incoming:
    row = Incoming.objects.of(actor).filter(reachable(actor), pk=pk).first()
    if row is None:
        raise NotYours("incoming", _("没有这一条。"))
    return row


@require_POST
@staff_door(Can.NEED_ACCEPT)
def admit(request: DoorRequest, pk: int) -> HttpResponse:
    """收下: it gets its number."""
    row = _get(request.actor, pk)
    form = LetInForm(request.POST, auto_id=f"in{pk}_%s")
    if form.is_valid():
        try:
            need = let_in(row, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            if refused.code == "answered":
                return _gone(request, refused)
            form.refuse(refused)
        else:
            messages.success(request, _("收下了，编号 %s。") % need.number)
            return HttpResponseRedirect(
                reverse("desk:need", args=[request.community.prefix, need.number])
            )
    return _page(request, form, pk, status=422)


@require_POST
@staff_door(Can.NEED_ACCEPT)
def refuse(request: DoorRequest, pk: int) -> HttpResponse:
    """不收, and why."""
    row = _get(request.actor, pk)
    form = TurnAwayForm(request.POST, auto_id=f"in{pk}_%s")
    if form.is_valid():
        try:
            turn_away(row, by=request.actor, reason=form.cleaned_data["reason"])
        except NotYours:
            raise
        except Refused as refused:
            if refused.code == "answered":
                return _gone(request, refused)
            form.refuse(refused)
        else:
            messages.success(request, _("没有收。说的人凭码看得到为什么。"))
            return HttpResponseRedirect(reverse("desk:incoming", args=[request.community.prefix]))
    return _page(request, form, pk, status=422)


def _gone(request: DoorRequest, refused: Refused) -> HttpResponse:
    messages.warning(request, str(refused))
    return HttpResponseRedirect(reverse("desk:incoming", args=[request.community.prefix]))


@require_GET
@staff_door(Can.NEED_ACCEPT)
def photo(request: DoorRequest, pk: int) -> FileResponse:
    """The photo, for whoever may let its row in; never shown as anything but a picture."""
    row = _get(request.actor, pk)
    if row.photo is None:
        raise Http404
    path = path_of(request.community.pk, row.photo.sha256)
    if not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=row.photo.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    return answer
