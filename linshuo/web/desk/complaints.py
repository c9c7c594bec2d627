"""投诉和建议 at the desk: the list of those one may answer, one of them, and one typed in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.needs import complaining, complaints
from linshuo.domain.needs.complained import MOST_WORDS, Complaint
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import staff
from linshuo.exchange.forms.complaint import answer_sheet
from linshuo.exchange.forms.shapes import single_pdf
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.codes import spaced
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form


class NewForm(Form):
    """What was handed in on paper or said across the counter."""

    via = forms.ChoiceField(
        label=_l("怎么来的"), widget=forms.RadioSelect, choices=Complaint.Via.choices[1:]
    )
    about = forms.ChoiceField(
        label=_l("说的是哪一样"), widget=forms.RadioSelect, choices=Complaint.About.choices
    )
    words = forms.CharField(
        label=_l("原话"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MOST_WORDS}),
    )
    who = forms.CharField(label=_l("怎么称呼"), required=False, max_length=40)
    contact = forms.CharField(label=_l("怎么告诉他"), required=False, max_length=60)


class TellForm(Form):
    """How far it is."""

    progress = forms.CharField(
        label=_l("办到哪一步"), required=False, max_length=200, help_text=_l("说的人凭码看得到。")
    )


class AnswerForm(Form):
    """The answer."""

    outcome = forms.ChoiceField(
        label=_l("结果"), widget=forms.RadioSelect, choices=Complaint.Outcome.choices
    )
    answer = forms.CharField(
        label=_l("答复"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": MOST_WORDS}),
        help_text=_l("查到了什么、怎么办的。答复了就不再改。"),
    )


class HandForm(Form):
    """Into other hands, and whom it turns out to be about."""

    to = forms.ChoiceField(label=_l("交给谁"))
    about = forms.ChoiceField(
        label=_l("其实说的是谁"), required=False, help_text=_l("选了，这个人从此看不到这一条。")
    )

    def __init__(self, data: object, request: DoorRequest, row: Complaint) -> None:
        super().__init__(data)
        able = complaints.who_may_answer(row.community_id, row.about, row.kept_ids)
        serving = [(str(each.person_id), each.name) for each in staff(request.actor)]
        named = {**{str(pk): name for pk, name in able.items()}, **dict(serving)}
        self.fields["to"].choices = [(str(pk), name) for pk, name in able.items()]  # type: ignore[attr-defined]
        self.fields["about"].choices = [("", _("没有变")), *named.items()]  # type: ignore[attr-defined]


@require_GET
@staff_door(Can.COMPLAINT_ANSWER)
def listing(request: DoorRequest) -> HttpResponse:
    """Those that wait, the most urgent first; those answered on their own tab."""
    answered = request.GET.get("tab") == "answered"
    context = {
        "rows": complaints.listing(request.actor, answered=answered),
        "answered": answered,
        "tabs": [
            {"url": "?", "label": _("等答复的"), "count": "", "current": not answered},
            {"url": "?tab=answered", "label": _("答复了的"), "count": "", "current": answered},
        ],
        "may_type": request.actor.can(Can.NEED_REPORT),
        "public_url": reverse("plaza:complain", args=[request.community.prefix]),
    }
    return page(request, "desk/complaints/list.html", context)


@staff_door(Can.NEED_REPORT, Can.COMPLAINT_ANSWER)
def new(request: DoorRequest) -> HttpResponse:
    """One typed in. Whoever typed it is told the number and the code once, to hand over."""
    form = NewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            row = complaining.complain(by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            told = {"number": row.number, "code": spaced(row.code)}
            messages.success(
                request, _("记下了，编号 %(number)s。码是 %(code)s，请抄给说的人。") % told
            )
            return HttpResponseRedirect(request.path)
    return page(request, "desk/complaints/new.html", {"form": form})


@require_GET
@staff_door(Can.COMPLAINT_ANSWER)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One complaint."""
    return _page(request, complaints.get(request.actor, pk))


def _page(
    request: DoorRequest, row: Complaint, *, verb: str = "", bound: Form | None = None
) -> HttpResponse:
    look, words = complaints.look_of(row, clock.now())
    made = {
        "tell": TellForm(None),
        "answer": AnswerForm(None),
        "hand": HandForm(None, request, row),
    }
    if bound is not None:
        made[verb] = bound
    context = {
        "row": row,
        "look": look,
        "clock": words,
        "contact": row.contact,
        "code": spaced(row.code),
        "verb": verb,
        **made,
    }
    return page(request, "desk/complaints/one.html", context, status=422 if bound else 200)


@require_POST
@staff_door(Can.COMPLAINT_ANSWER)
def do(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """办到哪一步, 答复, 交给别人."""
    row = complaints.get(request.actor, pk)
    form: Form
    if verb == "tell":
        form = TellForm(request.POST)
    elif verb == "answer":
        form = AnswerForm(request.POST)
    elif verb == "hand":
        form = HandForm(request.POST, request, row)
    else:
        raise Http404
    if form.is_valid():
        try:
            told = _carry_out(request, row, verb, form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, told)
            prefix, seen = request.community.prefix, complaints.visible(request.actor)
            if not Complaint.objects.of(request.actor).filter(seen, pk=pk).exists():
                return HttpResponseRedirect(reverse("desk:complaints", args=[prefix]))
            return HttpResponseRedirect(reverse("desk:complaint", args=[prefix, pk]))
    return _page(request, row, verb=verb, bound=form)


def _carry_out(request: DoorRequest, row: Complaint, verb: str, given: dict[str, str]) -> str:
    by = request.actor
    if verb == "tell":
        complaining.tell(row, by=by, words=given["progress"])
        return _("写上了，说的人凭码看得到。")
    if verb == "answer":
        complaining.answer(row, by=by, words=given["answer"], outcome=given["outcome"])
        return _("答复了，说的人凭码看得到。留了电话的，打一个。")
    about = None
    if given["about"]:
        about = Person.objects.of(by).get(pk=int(given["about"]))
    done = complaining.hand_on(row, by=by, to=int(given["to"]), about=about)
    return _("交给%s了。") % done.owner.name


@require_GET
@staff_door(Can.COMPLAINT_ANSWER)
def paper(request: DoorRequest, pk: int) -> HttpResponse:
    """The answer on paper, or before it the note with number and code."""
    row = complaints.get(request.actor, pk)
    where = reverse("plaza:complaint", args=[request.community.prefix])
    sheet = answer_sheet(row, address=request.build_absolute_uri(where))
    return pdf_answer(single_pdf(request.community, sheet), row.number)
