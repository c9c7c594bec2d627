"""数字: every figure of a period and of a moment with its definition, and the rows behind each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linshuo.exchange import figure_rows
from linshuo.insight import saved
from linshuo.insight.behind import (
    Behind,
    all_figures,
    behind,
    known,
    moment_of,
    saved_here,
    seen_rows,
    since_of,
)
from linshuo.insight.lists import in_words
from linshuo.insight.periods import periods, sentence, span_words
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.saving import PAGES, list_from
from linshuo.web.doors import DoorRequest, page, refusal_into, second_factor, staff_door
from linshuo.web.ui.forms import SENTENCES, Form


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": SENTENCES["invalid_date"]},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class When(Form):
    """The first and the last day that are counted."""

    since = _day(_("从哪一天"))
    as_of = _day(_("算到哪一天"))


@dataclass(frozen=True, slots=True)
class _When:
    """The asked days, and the form they came in."""

    form: When
    at: datetime
    since: datetime | None
    first: date | None
    day: date
    query: str
    """Of the address, with its question mark; empty for the present."""


def when_of(request: DoorRequest) -> _When:
    """The days the address asks for; for bad ones the present, and a sentence beside the field.

    Without a word about its beginning, a period is the month so far.
    """
    names = [name for name in ("since", "as_of") if name in request.GET]
    data = {name: request.GET[name].strip()[:40] for name in names} if names else None
    form = When(data, label_suffix="")
    good = form.is_valid()
    day: date | None = form.cleaned_data["as_of"] if good else None
    end = day or clock.today()
    first: date | None = end.replace(day=1)
    if good and "since" in names:
        first = form.cleaned_data["since"]
    at, since = clock.now(), None
    try:
        at = moment_of(day)
        since = since_of(first, end)
    except Refused as refused:
        refusal_into(form, refused)
        day, at, end = None, clock.now(), clock.today()
        first = end.replace(day=1)
        since = since_of(first, end)
    kept = {name: request.GET[name] for name in names} if not form.errors else {}
    query = f"?{urlencode(kept)}" if kept else ""
    if not form.is_bound:
        form = When(initial={"since": first, "as_of": end}, label_suffix="")
    elif not form.errors:
        told = {"since": first.isoformat() if first else "", "as_of": end.isoformat()}
        form.data = {**told, **{name: form.data[name] for name in names if form.data[name]}}
    return _When(form, at, since, first, end, query)


@require_GET
@staff_door(Can.FIGURE_READ)
def index(request: DoorRequest) -> HttpResponse:
    """All figures of a period, and as of its last day."""
    when = when_of(request)
    figures = all_figures(request.actor, when.at, when.since)
    told = {f.key: f for f in figures}
    context = {
        "of_period": [f for f in figures if f.period],
        "of_moment": [f for f in figures if not f.period],
        "saved": saved_here(request.actor),
        "may_keep": request.actor.can(Can.BRIEF_KEEP),
        "heard": told["flow.heard"],
        "say": sentence(request.community.name, when.first, when.day, told),
        **days_of(when, reverse("desk:figures", args=[request.community.prefix])),
    }
    return page(request, "desk/figures/index.html", context)


@require_GET
@staff_door(Can.FIGURE_READ)
def show(request: DoorRequest, key: str) -> HttpResponse:
    """One figure, told apart if asked, and the rows behind it."""
    when = when_of(request)
    here = request.path
    by, part = request.GET.get("by", "")[:20], request.GET.get("is", "")[:20]
    try:
        found = behind(
            request.actor, key, when.at, since=when.since, by=by, part=part,
            after=request.GET.get("after", ""),
        )  # fmt: skip
    except NotYours:
        raise
    except Refused as refused:
        context = {"refused": str(refused.sentence), "name": _name(request, key)}
        return page(request, "desk/figures/broken.html", context, status=422)
    context = {
        "found": found,
        "saved_pk": int(key.removeprefix(saved.PREFIX)) if key.startswith(saved.PREFIX) else 0,
        "may_keep": request.actor.can(Can.BRIEF_KEEP),
        "cuts": _cuts(found, when, here),
        "parts": _parts(found, when, here),
        "whole_url": _with(here, when, by=by) if found.part else "",
        "sheet_url": _with(f"{here}rows.xlsx", when, by=by, **{"is": part}),
        "first_page": not request.GET.get("after"),
        "shown": len(found.rows),
        "may_people": request.actor.can(Can.PERSON_READ),
        **days_of(when, here),
    }
    return page(request, "desk/figures/figure.html", context)


def _name(request: DoorRequest, key: str) -> str:
    return str(known(request.actor, key).name)


def _with(path: str, when: _When, **more: str) -> str:
    """An address with the same days and something more."""
    query = when.query.removeprefix("?")
    added = urlencode({name: value for name, value in more.items() if value})
    joined = "&".join(each for each in (query, added) if each)
    return f"{path}?{joined}" if joined else path


def _cuts(found: Behind, when: _When, here: str) -> list[dict[str, Any]]:
    return [
        {"label": c.label, "url": _with(here, when, by=c.key), "current": c is found.cut}
        for c in found.cuts
    ]


def _parts(found: Behind, when: _When, here: str) -> list[dict[str, Any]]:
    most = max((p.value for p in found.parts), default=0)
    by = found.cut.key if found.cut else ""
    return [
        {
            "words": p.words,
            "said": p.said,
            "share": round(p.value / most * 100) if most else 0,
            "url": _with(here, when, by=by, **{"is": p.key}),
            "current": found.part is not None and p.key == found.part.key,
        }
        for p in found.parts
    ]


@require_http_methods(["GET", "POST"])
@staff_door(Can.FIGURE_READ)
@second_factor
def sheet(request: DoorRequest, key: str) -> HttpResponse | FileResponse:
    """The rows behind a figure as a workbook."""
    when = when_of(request)
    by, part = request.GET.get("by", "")[:20], request.GET.get("is", "")[:20]
    figure = known(request.actor, key)
    rows, hidden = seen_rows(request.actor, key, when.at, since=when.since, by=by, part=part)
    first = when.first if figure.period else None
    lines = [
        f"{_now('数的是：')}{figure.counts}",
        f"{_now('不算：')}{figure.leaves_out}" if figure.leaves_out else "",
        f"{_now('时间：')}{span_words(first, when.day)}",
    ]
    told = figure_rows.Told(
        key=key,
        title=str(figure.name),
        lines=[line for line in lines if line],
        columns=[
            (_now("编号"), 16), (_now("什么事"), 44), (_now("什么时候"), 14),
            (_now("在哪里"), 24), (_now("现在"), 16),
        ],
        hidden=hidden,
    )  # fmt: skip
    cells = ([r.number, r.title, r.when, r.where, r.now] for r in rows)
    out = figure_rows.export(request.actor, told, cells)
    name = f"{request.community.name}_{figure.name}_{when.day:%Y-%m-%d}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name)


class SaveForm(Form):
    """A name for what a list shows."""

    name = forms.CharField(label=_("叫什么"), max_length=saved.MOST_NAME)


@require_http_methods(["GET", "POST"])
@staff_door(Can.BRIEF_KEEP)
def save(request: DoorRequest) -> HttpResponse:
    """A list's filters under a name: `?list=pledges` and what the list's own address said."""
    key, listed, filters = list_from(request)
    words = in_words(request.actor, listed, filters)
    form = SaveForm(request.POST if request.method == "POST" else None)
    prefix = request.community.prefix
    if form.is_valid():
        try:
            row = saved.save(
                form.cleaned_data["name"], filters, words=words, by=request.actor, listed=key
            )
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _now("存下了。写简报、填表都能用它。"))
            return HttpResponseRedirect(
                reverse("desk:figure", args=[prefix, f"{saved.PREFIX}{row.pk}"])
            )
    query = request.GET.copy()
    query.pop("after", None)
    post_url = f"{request.path}?{query.urlencode()}"
    query.pop("list", None)
    context = {
        "form": form,
        "said": words,
        "list_name": listed.label,
        "post_url": post_url,
        "back_url": f"{reverse(PAGES[key], args=[prefix])}?{query.urlencode()}",
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "desk/figures/save.html", context, status=status)


@require_POST
@staff_door(Can.BRIEF_KEEP)
def drop(request: DoorRequest, pk: int) -> HttpResponse:
    """Saved no longer."""
    row = saved.drop(pk, by=request.actor)
    messages.success(request, _now("“%s”不再列出来。已经印好的简报不变。") % row.name)
    return HttpResponseRedirect(reverse("desk:figures", args=[request.community.prefix]))


def days_of(when: _When, here: str) -> dict[str, Any]:
    """What a page of figures says of its days, and the periods to choose from."""
    present = when.day == clock.today()
    return {
        "form": when.form,
        "day": wording.day(when.day),
        "span": span_words(when.first, when.day),
        "moment": wording.hour(when.at) if present else "",
        "present": present,
        "as_of_query": when.query,
        "periods": [
            {
                "label": p.words,
                "url": f"{here}?" + urlencode({"since": p.since or "", "as_of": p.until}),
                "current": p.since == when.first and p.until == when.day,
            }
            for p in periods(clock.today())
        ],
    }
