"""上面的表: a workbook comes in, cells are named, figures chosen, and it goes out filled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from linshuo.exchange import filling
from linshuo.insight import outside
from linshuo.insight.figures.reading import in_order
from linshuo.insight.models import OutsideForm
from linshuo.insight.saved import saved_figures
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.figures import days_of, when_of
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

SPARE = 3
"""Empty lines below the cells already named."""


class UploadForm(Form):
    """Somebody's workbook."""

    file = forms.FileField(
        label=_("要填的表"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("上面发下来的 .xlsx。样子不变，只往您点名的格子里填数。"),
    )
    name = forms.CharField(label=_("叫什么"), max_length=outside.MOST_NAME, required=False)


@require_http_methods(["GET", "POST"])
@staff_door(Can.BRIEF_KEEP)
def index(request: DoorRequest) -> HttpResponse:
    """The forms that are filled here, one more, and what it all costs."""
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if form.is_valid():
        upload = form.cleaned_data["file"]
        name = form.cleaned_data["name"]
        try:
            made = outside.take_in(upload.read(), upload.name, name=name, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            return HttpResponseRedirect(_to("desk:form", request, made.pk))
    when = when_of(request)
    rows = [
        {
            "pk": f.pk,
            "name": f.name,
            "cells": len(f.cells),
            "by": f.by.name if f.by else "",
            "on": wording.near_day(f.at),
        }
        for f in outside.forms(request.actor)
    ]
    context = {
        "upload": form,
        "rows": rows,
        "burden": outside.burden(request.actor, when.since, when.at),
        **days_of(when, request.path),
    }
    return page(
        request, "desk/forms/index.html", context, status=422 if posted or when.form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@staff_door(Can.BRIEF_KEEP)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """Name cells, choose figures."""
    form = outside.get_form(request.actor, pk)
    if request.method == "GET":
        told = [(c["sheet"], c["cell"], c["key"]) for c in form.cells]
        return _page(request, form, told, {})
    columns = [request.POST.getlist(name)[:220] for name in ("sheet", "cell", "key")]
    told = [(sheet[:40], cell[:12], key[:60]) for sheet, cell, key in zip(*columns, strict=False)]
    lines = [line for line in told if line[1].strip()]
    try:
        outside.name_cells(form, lines, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, form, lines, {refused.field or "": str(refused.sentence)})
    messages.success(request, _now("记下了。下面选一段时间，填好的表就下载下来。"))
    return HttpResponseRedirect(_to("desk:form", request, pk))


@require_POST
@staff_door(Can.BRIEF_KEEP)
def fill(request: DoorRequest, pk: int) -> HttpResponse:
    """The workbook, filled for a period."""
    form = outside.get_form(request.actor, pk)
    request.GET = request.POST.copy()
    when = when_of(request)
    told = [(c["sheet"], c["cell"], c["key"]) for c in form.cells]
    if when.form.errors:
        return _page(request, form, told, {})
    try:
        content = outside.filled(form, when.first, when.day, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, form, told, {"": str(refused.sentence)})
    answer = HttpResponse(content, content_type=filling.MIME)
    name = f"{form.name}_{when.day:%Y-%m-%d}.xlsx"
    answer.headers["Content-Disposition"] = _attachment(name)
    return answer


def _attachment(name: str) -> str:
    from urllib.parse import quote

    return f"attachment; filename=\"form.xlsx\"; filename*=UTF-8''{quote(name)}"


@require_POST
@staff_door(Can.BRIEF_KEEP)
def put_away(request: DoorRequest, pk: int) -> HttpResponse:
    """Asked for no longer."""
    row = outside.put_away(outside.get_form(request.actor, pk), by=request.actor)
    messages.success(request, _now("“%s”收起来了。") % row.name)
    return HttpResponseRedirect(reverse("desk:forms", args=[request.community.prefix]))


def _page(
    request: DoorRequest,
    form: OutsideForm,
    told: list[tuple[str, str, str]],
    errors: dict[str, str],
) -> HttpResponse:
    content = outside.content_of(form)
    sheets = filling.look(content)
    figures = [*in_order(), *saved_figures(request.actor.community_id)]
    known = {f.key for f in figures}
    lines = [
        {
            "n": n,
            "sheet": sheet,
            "cell": cell,
            "key": key,
            "gone": bool(key) and key not in known,
            "error": errors.get(f"cell{n}", "") or errors.get(f"key{n}", ""),
        }
        for n, (sheet, cell, key) in enumerate([*told, *[("", "", "")] * SPARE])
    ]
    when = when_of(request)
    context: dict[str, Any] = {
        "outside": form,
        "lines": lines,
        "refused": errors.get("", ""),
        "sheets": [{"name": s.name, "rows": _lettered(s.rows)} for s in sheets],
        "columns": {s.name: _letters(max((len(r) for r in s.rows), default=0)) for s in sheets},
        "figures": [{"key": f.key, "name": str(f.name)} for f in figures],
        "drawings": filling.has_drawings(content),
        **days_of(when, request.path),
    }
    status = 422 if errors or when.form.errors else 200
    return page(request, "desk/forms/form.html", context, status=status)


def _letters(n: int) -> list[str]:
    return [_column(i) for i in range(n)]


def _column(i: int) -> str:
    return chr(65 + i) if i < 26 else chr(64 + i // 26) + chr(65 + i % 26)


def _lettered(rows: tuple[tuple[str, ...], ...]) -> list[dict[str, Any]]:
    """Rows with their numbers, as Excel shows them; and their columns' letters."""
    return [
        {"no": n, "cells": [{"at": f"{_column(i)}{n}", "text": c} for i, c in enumerate(row)]}
        for n, row in enumerate(rows, 1)
    ]


def _to(name: str, request: DoorRequest, pk: int) -> str:
    return reverse(name, args=[request.community.prefix, pk])
