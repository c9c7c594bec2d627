"""月结: one person draws a month up, another closes it; then nothing is booked into it any more."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.funds import closing
from linshuo.domain.funds.models import Closing
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door

MOST = 36
HEAD = 12
"""As many signs of the chain's head as one reads aloud; the whole stands behind it."""


@require_GET
@staff_door(Can.MONEY_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """The month that is to be closed, and those that are."""
    return _page(request)


def _page(request: DoorRequest, refused: str = "") -> HttpResponse:
    actor = request.actor
    rows = Closing.objects.of(actor).select_related("drawn_up_by", "closed_by")
    closed = rows.filter(closed_at__isnull=False).order_by("-month")
    month = closing.to_close(actor.community_id)
    drawn = rows.filter(month=month, closed_at__isnull=True).first() if month else None
    own = drawn is not None and drawn.drawn_up_by_id == actor.person_id
    context: dict[str, Any] = {
        "month": month_words(month) if month else "",
        "month_iso": month.isoformat() if month else "",
        "drawn": drawn,
        "drawn_row": _row(request, drawn) if drawn else None,
        "may_draw": actor.can(Can.MONEY_RECORD) and month is not None,
        "may_close": drawn is not None and actor.can(Can.MONEY_CHECK) and not own,
        "own": own,
        "refused": refused,
        "rows": [_row(request, row) for row in closed[:MOST]],
    }
    return page(request, "desk/money/months.html", context, status=422 if refused else 200)


def month_words(month: date) -> str:
    """2019年12月, in the words of a date without its day."""
    return _("%(y)d年%(m)d月") % {"y": month.year, "m": month.month}


def _row(request: DoorRequest, row: Closing) -> dict[str, Any]:
    whole = row.totals.get("all", {})
    prefix = request.community.prefix
    return {
        "pk": row.pk,
        "month": month_words(row.month),
        "sums": [
            (_("收到"), yuan(whole.get("raised", 0))),
            (_("花掉"), yuan(whole.get("spent", 0))),
            (_("月底还剩"), yuan(whole.get("left", 0))),
        ],
        "books": [
            {
                "number": number,
                "url": reverse("desk:money-statement", args=[prefix, number]) + _span(row.month),
                "raised": yuan(sums["raised"]),
                "spent": yuan(sums["spent"]),
                "left": yuan(sums["left"]),
            }
            for number, sums in sorted(row.totals.get("books", {}).items())
        ],
        "drawn": f"{row.drawn_up_by.name}，{wording.moment(row.drawn_up_at)}",
        "closed": f"{row.closed_by.name}，{wording.moment(row.closed_at)}"
        if row.closed_by and row.closed_at
        else "",
        "seq": row.seq,
        "head": row.head[:HEAD],
        "whole_head": row.head,
    }


def _span(month: date) -> str:
    return f"?since={month.isoformat()}&until={closing.last_day(month).isoformat()}"


@require_POST
@staff_door(Can.MONEY_RECORD)
@second_factor
def draw_up(request: DoorRequest) -> HttpResponse:
    """One person draws the month up, or draws it up anew."""
    try:
        month = date.fromisoformat(request.POST.get("month", ""))
    except ValueError:
        raise Http404 from None
    try:
        closing.draw_up(month, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, str(refused.sentence))
    messages.success(request, _("起草好了，请另一位核对以后结账。"))
    return _back(request)


@require_POST
@staff_door(Can.MONEY_CHECK)
@second_factor
def close(request: DoorRequest, pk: int) -> HttpResponse:
    """Another person closes it."""
    row = Closing.objects.of(request.actor).filter(pk=pk).first()
    if row is None:
        raise Http404
    try:
        closing.close_month(row, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, str(refused.sentence))
    messages.success(request, _("%s结账了，往后不再记到这个月。") % month_words(row.month))
    return _back(request)


def _back(request: DoorRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:money-months", args=[request.community.prefix]))
