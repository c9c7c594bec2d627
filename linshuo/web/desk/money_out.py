"""All the books for other programs: a workbook for Excel, text for beancount."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.views.decorators.http import require_http_methods

from linshuo.exchange import all_books
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door

TYPES = {all_books.SHEET: None, all_books.TEXT: "text/plain; charset=utf-8"}
"""What each is sent as; None is told by the name."""


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_READ)
@second_factor
def out(request: DoorRequest) -> HttpResponse | FileResponse:
    """What goes out and in which two ways; `what=beancount` sends the text."""
    if request.method == "GET":
        return page(request, "desk/money/out.html", {"refused": ""})
    what = request.POST.get("what", "")
    what = what if what in TYPES else all_books.SHEET
    try:
        made = all_books.export(request.actor, what)
    except NotYours:
        raise
    except Refused as refused:
        told = {"refused": str(refused.sentence)}
        return page(request, "desk/money/out.html", told, status=409)
    name = f"{request.community.name}_{clock.today():%Y-%m-%d}.{what}"
    answer = FileResponse(made, as_attachment=True, filename=name)
    if kind := TYPES[what]:
        answer["Content-Type"] = kind
    return answer
