"""所有的表: every form there is on one page with a picture of each, as a PDF, and as a workbook
where it is a table."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from linshuo.exchange.forms.shapes import table_xlsx
from linshuo.exchange.printed.engine import first_page, pdf
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.papers_kinds import BY_KEY, FORMS, IN_A_SHEET, Form, Order
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.printing import pdf_answer

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_SECONDS = 600
"""How long a browser shows the same picture of a form."""
IN_A_PICTURE = 24
"""Rows of a table that are drawn small."""


@require_GET
@staff_door(Can.NEED_READ, Can.MONEY_READ)
def index(request: DoorRequest) -> HttpResponse:
    """Every form that whoever looks may print."""
    prefix = request.community.prefix
    rows = [
        {
            "key": form.key,
            "name": form.name,
            "about": form.about,
            "print_url": reverse("desk:paper", args=[prefix, form.key]),
            "look_url": reverse("desk:paper-look", args=[prefix, form.key]),
            "sheet_url": reverse("desk:paper-sheet", args=[prefix, form.key])
            if form.table and request.actor.can(Can.NEED_EXPORT)
            else "",
            "where_url": reverse(form.where, args=[prefix]),
            "where": form.where_words,
        }
        for form in FORMS
        if request.actor.can(form.can)
    ]
    context = {"rows": rows, "may_keep": request.actor.can(Can.BRIEF_KEEP)}
    return page(request, "desk/papers/index.html", context)


def _form(request: DoorRequest, key: str) -> Form:
    form = BY_KEY.get(key)
    if form is None or not request.actor.can(form.can):
        raise Http404
    return form


def _order(request: DoorRequest) -> Order:
    prefix = request.community.prefix

    def address(name: str, *args: object) -> str:
        return request.build_absolute_uri(reverse(name, args=[prefix, *args]))

    return Order(
        viewer=request.actor,
        community=request.community,
        site=request.get_host(),
        address=address,
        absolute=request.build_absolute_uri,
        query=request.GET,
    )


@require_GET
@staff_door(Can.NEED_READ, Can.MONEY_READ)
def paper(request: DoorRequest, key: str) -> HttpResponse:
    """A form as a PDF: of what the address asks for, else of the newest record."""
    form = _form(request, key)
    try:
        content = form.make(_order(request))
    except NotYours:
        raise
    except Refused as refused:
        return _back(request, refused)
    return pdf_answer(content, f"{request.community.prefix}-{key}")


@require_GET
@staff_door(Can.NEED_READ, Can.MONEY_READ)
def look(request: DoorRequest, key: str) -> HttpResponse:
    """A small picture of the first page; of what cannot be printed yet, the sentence why."""
    form = _form(request, key)
    order = replace(_order(request), most=IN_A_PICTURE)
    try:
        content = first_page(lambda: form.make(order))
    except NotYours:
        raise
    except Refused as refused:
        words = str(refused.sentence)
        content = first_page(lambda: pdf("nothing", {"words": words}))
    answer = HttpResponse(content, content_type="image/png")
    answer["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return answer


@require_GET
@staff_door(Can.NEED_EXPORT)
@second_factor
def sheet(request: DoorRequest, key: str) -> HttpResponse:
    """A form that is a table as a workbook, with an event about who took it."""
    form = _form(request, key)
    if form.table is None:
        raise Http404
    try:
        found = form.table(replace(_order(request), most=IN_A_SHEET))
    except NotYours:
        raise
    except Refused as refused:
        return _back(request, refused)
    answer = HttpResponse(table_xlsx(request.actor, found), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{request.community.prefix}-{key}.xlsx"'
    return answer


def _back(request: DoorRequest, refused: Refused) -> HttpResponse:
    messages.error(request, str(refused.sentence))
    return HttpResponseRedirect(reverse("desk:papers", args=[request.community.prefix]))
