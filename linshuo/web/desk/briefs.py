"""简报: a list of them, the composer, one to read with what has changed since, and its PDF."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linshuo.insight import briefs as acts
from linshuo.insight.brief_paper import brief_pdf
from linshuo.insight.composing import body_to_typed, choices
from linshuo.insight.models import BriefKind
from linshuo.insight.opened import briefs as list_briefs
from linshuo.insight.opened import changes, frozen_figure, frozen_rows, get_brief, opened
from linshuo.insight.periods import span_words
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import SENTENCES, Form


def _day(label: Any, *, required: bool) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class NewForm(Form):
    """Which kind, up to which day."""

    kind = forms.ChoiceField(label=_("写哪一种"), choices=BriefKind.choices)
    until = _day(_("算到哪一天"), required=True)


class HeadForm(Form):
    """Title and days of a draft."""

    title = forms.CharField(label=_("题目"), max_length=acts.MOST_TITLE)
    since = _day(_("从哪一天"), required=False)
    until = _day(_("算到哪一天"), required=True)


@require_GET
@staff_door(Can.FIGURE_READ)
def index(request: DoorRequest) -> HttpResponse:
    """The briefs of this community."""
    found, after = list_briefs(request.actor, before=request.GET.get("before", "")[:40])
    rows = [
        {
            "pk": b.pk,
            "title": b.title,
            "kind": b.get_kind_display(),
            "span": span_words(b.since, b.until),
            "state": _now("%s定稿") % wording.near_day(b.frozen_at)
            if b.frozen_at
            else _now("草稿"),
            "by": b.by.name if b.by else "",
        }
        for b in found
    ]
    may_keep = request.actor.can(Can.BRIEF_KEEP)
    context = {
        "rows": rows,
        "after": after,
        "may_keep": may_keep,
        "form": _new_form(None) if may_keep else None,
    }
    return page(request, "desk/briefs/index.html", context)


def _new_form(data: Any) -> NewForm:
    initial = {"kind": BriefKind.MONTH, "until": clock.today()}
    return NewForm(data, initial=initial, label_suffix="")


@require_http_methods(["GET", "POST"])
@staff_door(Can.BRIEF_KEEP)
def new(request: DoorRequest) -> HttpResponse:
    """Draw one up."""
    form = _new_form(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = acts.draw_up(**form.cleaned_data, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            where = "desk:brief-write" if made.kind == BriefKind.OWN else "desk:brief"
            return HttpResponseRedirect(_to(where, request, made.pk))
    return page(request, "desk/briefs/new.html", {"form": form})


@require_GET
@staff_door(Can.FIGURE_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One brief; if it is frozen, with what has changed since."""
    brief = get_brief(request.actor, pk)
    told = opened(brief)
    live = (
        f"?since={brief.since.isoformat() if brief.since else ''}&as_of={brief.until.isoformat()}"
    )
    context = {
        "brief": told,
        "live": live,
        "since": changes(request.actor, brief) if told.frozen else [],
        "may_keep": request.actor.can(Can.BRIEF_KEEP),
        "broken": [n for n in told.notes if n.broken],
        "may_people": request.actor.can(Can.PERSON_READ),
    }
    return page(request, "desk/briefs/brief.html", context)


@require_GET
@staff_door(Can.FIGURE_READ)
def figure(request: DoorRequest, pk: int, no: int) -> HttpResponse:
    """The rows that a figure of a frozen brief counted."""
    brief = get_brief(request.actor, pk)
    frozen = frozen_figure(request.actor, brief, no)
    rows, hidden = frozen_rows(request.actor, frozen)
    told = next(n for n in opened(brief).notes if n.no == no)
    context = {
        "brief": brief,
        "note": told,
        "rows": rows,
        "hidden": hidden,
        "may_people": request.actor.can(Can.PERSON_READ),
    }
    return page(request, "desk/briefs/figure.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Can.BRIEF_KEEP)
def write(request: DoorRequest, pk: int) -> HttpResponse:
    """The composer: paragraphs, and figures put into them by picking."""
    brief = get_brief(request.actor, pk)
    if brief.frozen_at:
        return HttpResponseRedirect(_to("desk:brief", request, pk))
    here = request.actor.community_id
    if request.method == "GET":
        form = HeadForm(
            initial={"title": brief.title, "since": brief.since, "until": brief.until},
            label_suffix="",
        )
        return _composer(request, pk, form, body_to_typed(brief.body, here), {})
    form = HeadForm(request.POST, label_suffix="")
    typed = _changed(request)
    errors: dict[str, str] = {}
    if form.is_valid():
        try:
            acts.write(brief, **form.cleaned_data, paragraphs=typed, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            if refused.field and refused.field.startswith("p"):
                errors[refused.field] = str(refused.sentence)
            else:
                form.refuse(refused)
        else:
            todo = request.POST.get("do", "")
            if todo in ("", "save"):
                return HttpResponseRedirect(_to("desk:brief", request, pk))
            at = "#p" + todo.partition(":")[2] if ":" in todo else "#more"
            return HttpResponseRedirect(_to("desk:brief-write", request, pk) + at)
    return _composer(request, pk, form, typed, errors)


def _changed(request: HttpRequest) -> list[str]:
    """The paragraphs as typed, after the button that was pressed did its work on them."""
    typed = [text[:4000] for text in request.POST.getlist("text")][:80]
    verb, _colon, which = request.POST.get("do", "").partition(":")
    n = int(which) if which.isdecimal() and len(which) < 4 else -1
    if not 0 <= n < len(typed):
        return typed
    if verb == "put":
        picks = request.POST.getlist("pick")
        mark = picks[n][:90] if n < len(picks) else ""
        typed[n] = typed[n].rstrip() + mark
    elif verb == "up" and n > 0:
        typed[n - 1], typed[n] = typed[n], typed[n - 1]
    elif verb == "drop":
        typed[n] = ""
    return typed


def _composer(
    request: DoorRequest, pk: int, form: HeadForm, typed: list[str], errors: dict[str, str]
) -> HttpResponse:
    picks = choices(request.actor.community_id)
    rows = [
        {
            "n": n,
            "text": text,
            "error": errors.get(f"p{n}", ""),
            "lines": min(12, max(2, len(text) // 34 + 1 + text.count("\n"))),
        }
        for n, text in enumerate([*typed, ""] if not typed or typed[-1] else typed)
    ]
    context = {
        "pk": pk,
        "form": form,
        "paragraphs": rows,
        "figures": [c for c in picks if not c.table],
        "tables": [c for c in picks if c.table],
    }
    return page(
        request, "desk/briefs/write.html", context, status=422 if errors or form.errors else 200
    )


@require_POST
@staff_door(Can.BRIEF_KEEP)
def freeze(request: DoorRequest, pk: int) -> HttpResponse:
    """定稿."""
    try:
        acts.freeze(get_brief(request.actor, pk), by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _now("定稿了。里面的数字和数进去的每一行都留下来了。"))
    return HttpResponseRedirect(_to("desk:brief", request, pk))


@require_POST
@staff_door(Can.BRIEF_KEEP)
def give_up(request: DoorRequest, pk: int) -> HttpResponse:
    """A draft nobody wants."""
    try:
        acts.give_up(get_brief(request.actor, pk), by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(_to("desk:brief", request, pk))
    messages.success(request, _now("这份草稿不要了。"))
    return HttpResponseRedirect(reverse("desk:briefs", args=[request.community.prefix]))


@require_GET
@staff_door(Can.FIGURE_READ)
def printed(request: DoorRequest, pk: int) -> HttpResponse:
    """The brief on A4, what was counted in its footnotes."""
    content = brief_pdf(request.community, opened(get_brief(request.actor, pk)))
    return pdf_answer(content, f"brief-{pk}")


def _to(name: str, request: DoorRequest, pk: int) -> str:
    return reverse(name, args=[request.community.prefix, pk])
