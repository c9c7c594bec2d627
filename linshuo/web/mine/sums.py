"""认多少: whoever speaks for a unit writes a sum on what it signed for, with the agreement and the
days of its parts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.board.queries import title_of
from linshuo.domain.papers.handed_in import keep_paper
from linshuo.domain.papers.images import MOST_BYTES
from linshuo.domain.papers.models import File
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges.instalments import HOLDS, promise
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import own_pledge, who_of
from linshuo.kit.actor import Actor
from linshuo.kit.money import parse_yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.ui.forms import Form

ACCEPT = "application/pdf,image/jpeg,image/png,image/webp"
MOST_ROWS = 4


def may_promise(pledge: Pledge) -> bool:
    """Whether a sum can still be written on it: a unit's, on a line that asks for money."""
    held = pledge.state in HOLDS and pledge.amount_fen is None
    return held and pledge.partnership_id is not None and pledge.ask.open_ended


def _paper(label: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=_l("PDF，或者拍一张照片，10 MB 以内。"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )


class SumForm(Form):
    """The sum, up to four parts, and the papers. What is wrong stands at its field."""

    amount = forms.CharField(
        label=_l("一共认多少"),
        help_text=_l("元。如 1200.50、35万。"),
        max_length=40,
        error_messages={"required": _l("一共认多少？")},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    agreement = _paper(_l("认捐协议"))
    approval = _paper(_l("国有单位的批准文件"))
    in_public = forms.BooleanField(
        label=_l("公示时也写我们单位给多少"),
        help_text=_l("不勾，外面只看得到单位的名字和各家加起来的数。"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_ROWS + 1):
            self.fields[f"day{n}"] = forms.DateField(
                label=_("第 %d 期，哪天给") % n if n > 1 else _("哪天给"),
                required=n == 1,
                error_messages={"required": _("哪天给？"), "invalid": _("日子认不出来。")},
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )
            self.fields[f"part{n}"] = forms.CharField(
                label=_("给多少"),
                help_text=_("一次给清就不填。") if n == 1 else "",
                required=False,
                max_length=40,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def rows(self) -> list[tuple[Any, Any]]:
        """The parts as pairs of fields: a day and a sum."""
        return [(self[f"day{n}"], self[f"part{n}"]) for n in range(1, MOST_ROWS + 1)]

    @property
    def in_parts(self) -> bool:
        """Whether anything is written in a further part: it is then shown open."""
        later = [name for n in range(2, MOST_ROWS + 1) for name in (f"day{n}", f"part{n}")]
        return any(self.data.get(name) or self.errors.get(name) for name in later)

    def parts(self, amount_fen: int) -> list[tuple[date, int]]:
        """Days and 分. Raises `Refused` with the field."""
        data = self.cleaned_data
        found = []
        for n in range(1, MOST_ROWS + 1):
            day, typed = data.get(f"day{n}"), data.get(f"part{n}", "").strip()
            if day is None and not typed:
                continue
            if day is None:
                raise Refused("day", _("这一期哪天给？"), f"day{n}")
            if not typed and n > 1:
                raise Refused("part", _("这一期给多少？"), f"part{n}")
            found.append((day, parse_yuan(typed, f"part{n}") if typed else amount_fen))
        return found


@my_door
def write(request: DoorRequest, pk: int) -> HttpResponse:
    """The form, and what it brings."""
    actor, pledge = own_pledge([actor_of(p) for p in request.persons], pk)
    if not may_promise(pledge):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = SumForm(data, request.FILES if data is not None else None, label_suffix="")
    if form.is_valid():
        try:
            _promise(actor, pledge, form)
        except NotYours:
            raise
        except Refused as refused:
            if refused.field == "parts":
                refused = Refused(refused.code, refused.sentence, "part1")
            form.refuse(refused)
        else:
            messages.success(request, _("记下了，谢谢。每一笔快到日子，先告诉您一声。"))
            return redirect("mine:pledge", pk=pk)
    community = next(p.community for p in request.persons if p.community_id == actor.community_id)
    context = {
        "form": form,
        "pledge": pledge,
        "who": who_of(pledge),
        "about": title_of(pledge.ask),
        "community_name": community.name,
        "phone": community.phone,
    }
    status = 422 if form.is_bound else 200
    return render(request, "mine/pledges/write_sum.html", context, status=status)


def _promise(actor: Actor, pledge: Pledge, form: SumForm) -> Pledge:
    amount_fen = parse_yuan(form.cleaned_data["amount"])
    return promise(
        pledge,
        by=actor,
        amount_fen=amount_fen,
        parts=form.parts(amount_fen),
        agreement=_keep(form, "agreement", actor),
        approval=_keep(form, "approval", actor),
        in_public=form.cleaned_data["in_public"],
    )


def _keep(form: SumForm, name: str, by: Actor) -> File | None:
    sent = form.cleaned_data.get(name)
    if not sent:
        return None
    return keep_paper(sent.read(MOST_BYTES + 1), sent.name, kind=name, by=by, field=name)
