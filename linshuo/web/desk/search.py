"""找一找: needs, notes and people that have what was typed."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from linshuo.kit.can import Can
from linshuo.web.doors import DoorRequest, page, staff_door


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest) -> HttpResponse:
    """What the typed words find."""
    return page(request, "desk/search/search.html", {"text": request.GET.get("q", "")[:200]})
