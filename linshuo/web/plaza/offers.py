"""能提供的: what units and neighbours offer, a list of its own beside what is asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from linshuo.domain.board.public import offers as offered
from linshuo.domain.places.public import PublicCommunity
from linshuo.web.plaza.frame import public, show
from linshuo.web.plaza.hot import hot


@public
@hot
def offers(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """What can be asked for today. Who asked for it stands nowhere."""
    found = offered(here.pk)
    try:
        sign = reverse("mine:sign", args=[here.prefix, 0])
    except NoReverseMatch:
        sign = ""  # an install without that door still shows what there is
    rows = [(each, sign.replace("/0/", f"/{each.pk}/")) for each in found]
    context = {
        "units": [row for row in rows if row[0].by_unit],
        "people": [row for row in rows if not row[0].by_unit],
    }
    return show(request, "plaza/offers.html", here, context)
