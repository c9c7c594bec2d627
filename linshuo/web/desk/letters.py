"""信件: letters to units and thanks: the list, one drafted, looked at, sent; and what could be
thanked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linshuo.exchange.forms.tables import quarter_of, quarter_words
from linshuo.insight import letter_reads as reads
from linshuo.insight import letters as acts
from linshuo.insight.letter_paper import closing, letter_pdf, why_held_back
from linshuo.insight.letter_thanks import suggestions
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy
from linshuo.web.desk.lists import MOST_WORDS, with_query
from linshuo.web.desk.people_tabs import Tab
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form

CHOOSE = _l("从上面选一样。")
BACK_QUARTERS = 6


class QuarterForm(Form):
    """Which quarter."""

    quarter = forms.ChoiceField(label=_l("哪一季"))

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="", initial={"quarter": _quarters()[1][0]})
        self.fields["quarter"].choices = _quarters()  # type: ignore[attr-defined]


def _quarters() -> list[tuple[str, str]]:
    """This quarter and those before, by their first days."""
    found, day = [], clock.today()
    for _n in range(BACK_QUARTERS):
        first, _after = quarter_of(day)
        found.append((first.isoformat(), quarter_words(first)))
        day = first - timedelta(days=1)
    return found


class OpeningForm(Form):
    """The office's own words."""

    opening = forms.CharField(
        label=_l("社区自己的话"),
        required=False,
        help_text=_l("写在最前面，一两句就够。"),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": acts.MOST_OPENING}),
    )


class SendForm(Form):
    """How it is given to them."""

    how = forms.ChoiceField(
        label=_l("怎么给的"),
        choices=Missive.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


class SaidForm(Form):
    """What a member said by telephone or across the counter."""

    said = forms.ChoiceField(
        label=_l("本人怎么说"),
        choices=MissivePart.Said.choices[1:],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    how = forms.ChoiceField(
        label=_l("怎么问的"),
        choices=MissivePart.How.choices[1:],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    words = forms.CharField(
        label=_l("本人想加的一句"),
        required=False,
        max_length=acts.MOST_WORDS,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


@require_GET
@staff_door(Can.LETTER_KEEP)
def index(request: DoorRequest) -> HttpResponse:
    """The letters, the newest quarter first; filters stand in the address."""
    return _index(request)


def _index(request: DoorRequest, form: QuarterForm | None = None) -> HttpResponse:
    filters = _filters(request)
    rows, mark, count = reads.listing(
        request.actor, filters, before=request.GET.get("before", "")[:40]
    )
    stages = (
        ("", _("全部")), ("waiting", _("还在等")), ("ready", _("可以寄了")), ("sent", _("寄了的"))
    )  # fmt: skip
    context = {
        "rows": rows,
        "count": count,
        "next": with_query(request.GET, before=mark) if mark else "",
        "first": with_query(request.GET, before="") if request.GET.get("before") else "",
        "filters": filters,
        "since": filters.since.isoformat() if filters.since else "",
        "narrowed": bool(filters.stage or filters.kind or filters.since or filters.q),
        "tabs": [
            Tab(with_query(request.GET, stage=name, before=""), word, name == filters.stage)
            for name, word in stages
        ],
        "quarters": [(d.isoformat(), quarter_words(d)) for d in reads.quarters(request.actor)],
        "kinds": Missive.Kind.choices,
        "form": form or QuarterForm(None),
    }
    return page(request, "desk/letters/list.html", context)


def _filters(request: DoorRequest) -> reads.Filters:
    stage, kind = request.GET.get("stage", ""), request.GET.get("kind", "")
    try:
        since = date.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        since = None
    return reads.Filters(
        stage=stage if stage in reads.STAGES else "",
        kind=kind if kind in Missive.Kind.values else "",
        since=since,
        q=tidy(request.GET.get("q", "")[:MOST_WORDS]),
    )


@require_POST
@staff_door(Can.LETTER_KEEP)
def draft(request: DoorRequest) -> HttpResponse:
    """A draft for every unit that did or promised anything in a quarter."""
    form = QuarterForm(request.POST)
    if form.is_valid():
        try:
            first = date.fromisoformat(form.cleaned_data["quarter"])
            n = acts.draft_quarter(first, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            one = _("拟好了 %d 封。同意告诉单位的人，这七天里看一看写他们的几行。")
            told = ngettext(one, one, n) % n if n else _("没有新的可写：该拟的都拟了。")
            messages.success(request, told)
            where = reverse("desk:letters", args=[request.community.prefix])
            return HttpResponseRedirect(f"{where}?since={first.isoformat()}")
    return _index(request, form)


@require_GET
@staff_door(Can.LETTER_KEEP)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One letter, exactly as it will be or was sent."""
    return _show(request, reads.get_letter(request.actor, pk))


def _show(request: DoorRequest, letter: Missive, **over: Any) -> HttpResponse:
    told, parts = reads.opened(letter)
    said: SaidForm | None = over.pop("said", None)
    asked = over.pop("asked", 0)
    rows = [(part, _said_form(part, said if part.pk == asked else None)) for part in parts]
    today = clock.today()
    context = {
        "row": letter,
        "letter": told,
        "closing": list(closing(told)),
        "why_held_back": why_held_back(),
        "quarterly": letter.kind == Missive.Kind.QUARTER,
        "rows": rows,
        "waits": sum(not part.said and not part.fell for part in parts),
        "stage": reads.stage_of(letter, sum(not part.said for part in parts)),
        "running": letter.until >= today,
        "until": wording.day(letter.until),
        "preview_until": wording.day(letter.preview_until) if letter.preview_until else "",
        "changed": reads.changed(letter),
        "opening": OpeningForm(None, initial={"opening": letter.opening}, label_suffix=""),
        "send": SendForm(None, label_suffix=""),
        "asked": asked,
        **over,
    }
    return page(request, "desk/letters/one.html", context)


def _said_form(part: reads.PartRow, bound: SaidForm | None) -> SaidForm:
    if bound is not None:
        return bound
    return SaidForm(
        None,
        initial={"seen": part.seen, "words": part.own_words},
        auto_id=f"p{part.pk}_%s",
        label_suffix="",
    )


@require_POST
@staff_door(Can.LETTER_KEEP)
def do(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """写开头的话, 寄, 不寄了."""
    letter = reads.get_letter(request.actor, pk)
    form: Form
    if verb == "words":
        form = OpeningForm(request.POST, label_suffix="")
        return _done(request, letter, form, "opening", _("写上了。"), acts.write_opening)
    if verb == "send":
        form = SendForm(request.POST, label_suffix="")
        told = _("寄了。从现在起，这封信不再变。")
        return _done(request, letter, form, "send", told, acts.send)
    if verb != "drop":
        raise NotYours("letter", _("没有这一页。"))
    try:
        acts.drop(letter, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return _to(request, pk)
    messages.success(request, _("这一封不寄了，也没有人看得到。要的话可以再拟。"))
    return HttpResponseRedirect(reverse("desk:letters", args=[request.community.prefix]))


def _done(
    request: DoorRequest, letter: Missive, form: Form, name: str, told: str, act: Any
) -> HttpResponse:
    if form.is_valid():
        try:
            given = form.cleaned_data
            if name == "opening":
                act(letter, given["opening"], by=request.actor)
            else:
                act(letter, how=given["how"], by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, told)
            return _to(request, letter.pk)
    return _show(request, letter, **{name: form, "form": form})


@require_POST
@staff_door(Can.LETTER_KEEP)
def say(request: DoorRequest, pk: int, part: int) -> HttpResponse:
    """Type in what a member said by telephone or across the counter."""
    letter = reads.get_letter(request.actor, pk)
    row = reads.get_part(request.actor, letter, part)
    form = SaidForm(request.POST, auto_id=f"p{part}_%s", label_suffix="")
    if form.is_valid():
        try:
            acts.answer(row, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("记下了。"))
            return HttpResponseRedirect(f"{_url(request, pk)}#part-{part}")
    return _show(request, letter, said=form, asked=part, form=form)


@require_GET
@staff_door(Can.LETTER_KEEP)
def printed(request: DoorRequest, pk: int) -> HttpResponse:
    """The letter on A4."""
    told, _parts = reads.opened(reads.get_letter(request.actor, pk))
    return pdf_answer(letter_pdf(request.community, told), f"letter-{pk}")


@require_GET
@staff_door(Can.LETTER_KEEP)
def thanks(request: DoorRequest) -> HttpResponse:
    """What was kept and given and has not been thanked for."""
    cause = request.GET.get("of", "pledge")
    causes = (("pledge", _("认下做到的")), ("voucher", _("给的钱")), ("goods", _("给的东西")))
    if cause not in dict(causes):
        cause = "pledge"
    rows, mark, count = suggestions(request.actor, cause, before=request.GET.get("before", "")[:40])
    context = {
        "rows": rows,
        "count": count,
        "next": with_query(request.GET, before=mark) if mark else "",
        "first": with_query(request.GET, before="") if request.GET.get("before") else "",
        "tabs": [
            Tab(with_query(request.GET, of="" if name == "pledge" else name, before=""), word,
                name == cause)
            for name, word in causes
        ],
    }  # fmt: skip
    return page(request, "desk/letters/thanks.html", context)


@require_POST
@staff_door(Can.LETTER_KEEP)
def thank(request: DoorRequest, cause: str, pk: int) -> HttpResponse:
    """Draft thanks for one of them."""
    letter = acts.thank(cause, pk, by=request.actor)
    return _to(request, letter.pk)


def _url(request: DoorRequest, pk: int) -> str:
    return reverse("desk:letter", args=[request.community.prefix, pk])


def _to(request: DoorRequest, pk: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(_url(request, pk))
