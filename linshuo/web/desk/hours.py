"""时长核对: the supervisor's page. Hours that were written down late, that two said for one
another, or that were drawn; each is called about, and what was said is a fact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.honours.behind import counted_in
from linshuo.domain.service.actions import correct
from linshuo.domain.service.attached import CallBack
from linshuo.domain.service.calling_back import MOST_WORDS, call_back, show_number
from linshuo.domain.service.doubts import LISTS, PERCENT, Checked, doubts, get_record, one
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.service.queries import may_correct
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_tabs import Tab
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.ui.forms import Form

CHOOSE = _l("从上面选一样。")


class CallForm(Form):
    """Who was asked, and what they said."""

    asked = forms.ChoiceField(
        label=_l("问的是谁"),
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    said = forms.ChoiceField(
        label=_l("怎么说的"),
        choices=CallBack.Said.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    words = forms.CharField(
        label=_l("原话"),
        help_text=_l("说不对的，写清实际来没来、来了多久。"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": MOST_WORDS}),
    )

    def __init__(self, data: Any, checked: Checked) -> None:
        super().__init__(data, label_suffix="")
        labels = [(each.key, f"{each.label} {each.name}") for each in checked.ask]
        self.fields["asked"].choices = labels  # type: ignore[attr-defined]


class PutRightForm(Form):
    """What the record should say, and why."""

    minutes = forms.IntegerField(
        label=_l("改成几分钟"),
        help_text=_l("没有来过就写 0。"),
        error_messages={"invalid": _l("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    why = forms.CharField(
        label=_l("为什么改"),
        help_text=_l("本人看得到。"),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
    )


@require_GET
@staff_door(Can.HOURS_CHECK)
def listing(request: DoorRequest) -> HttpResponse:
    """One of the three lists."""
    asked = request.GET.get("list", "")
    which = asked if asked in LISTS else LISTS[0]
    found = doubts(request.actor, which)
    words = (_("抽中的"), _("迟记的"), _("互相说的"))
    tabs = [
        Tab(f"?list={name}", word, name == which, str(found.waiting[name] or ""))
        for name, word in zip(LISTS, words, strict=True)
    ]
    context = {"rows": found.rows, "tabs": tabs, "which": which, "percent": PERCENT}
    return page(request, "desk/hours/list.html", context)


@require_GET
@staff_door(Can.HOURS_CHECK)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One record, and what has been said about it."""
    return _show(request, pk)


def _show(request: DoorRequest, pk: int, *, status: int = 200, **over: Any) -> HttpResponse:
    row, checked = one(request.actor, pk)
    own = row.person_id == request.actor.person_id
    pledge = row.turn.pledge
    context = {
        "row": row,
        "checked": checked,
        "doubt": checked.doubt,
        "name": row.person.name if request.actor.can(Can.PERSON_READ) else checked.doubt.who,
        "form": None,
        "call": CallForm(None, checked) if checked.may_call else None,
        "put_right": PutRightForm(label_suffix="") if _heads(request) and not own else None,
        "pledge": row.turn.pledge_id,
        "need": pledge.ask.need if pledge else None,
        "counted": counted_in(
            request.actor,
            {"service": {row.pk, checked.standing.pk}},
            person=row.person_id,
            unit=row.turn.partnership_id,
        ),
        **over,
    }
    return page(request, "desk/hours/one.html", context, status=status)


def _heads(request: DoorRequest) -> bool:
    return may_correct(request.actor)


@require_POST
@staff_door(Can.HOURS_CHECK)
def dial(request: DoorRequest, pk: int) -> HttpResponse:
    """Show one telephone, and write down who looked."""
    row = get_record(request.actor, pk)
    asked = request.POST.get("asked", "")
    try:
        name, phone = show_number(row, by=request.actor, asked=asked)
    except NotYours:
        raise
    except Refused as refused:
        return _show(request, pk, status=422, refused=str(refused.sentence))
    return _show(request, pk, dialled=asked, dialled_name=name, phone=phone or _("没有留电话"))


@require_POST
@staff_door(Can.HOURS_CHECK)
def say(request: DoorRequest, pk: int) -> HttpResponse:
    """Write down what was said."""
    row, checked = one(request.actor, pk)
    form = CallForm(request.POST, checked)
    if form.is_valid():
        try:
            call = call_back(row, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            return _done(request, row, _told(call))
    return _show(request, pk, call=form, form=form)


def _told(call: CallBack) -> str:
    if call.said == CallBack.Said.NO:
        return _("记下了。等书记或副书记把时长更正过来。")
    return _("记下了。")


@require_POST
@staff_door(Can.NEED_DECIDE)
def put_right(request: DoorRequest, pk: int) -> HttpResponse:
    """A head corrects what stands: a new record in its place, the old one beside it."""
    row, checked = one(request.actor, pk)
    form = PutRightForm(request.POST, label_suffix="")
    if form.is_valid():
        try:
            correct(checked.standing, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            return _done(request, row, _("更正了，原来写的留在旁边。"))
    return _show(request, pk, put_right=form, form=form)


def _done(request: DoorRequest, row: ServiceRecord, words: str) -> HttpResponse:
    messages.success(request, words)
    url = reverse("desk:hours-one", args=[request.community.prefix, row.pk])
    return HttpResponseRedirect(url)
