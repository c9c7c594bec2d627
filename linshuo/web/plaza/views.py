"""The public pages. Everything on them comes from a room's public module."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.domain.needs import public as needs
from linshuo.domain.places.public import PublicCommunity, communities, community
from linshuo.web.plaza.frame import known, public, show
from linshuo.web.plaza.never import NEVER

LONGEST_NUMBER = 24


@public
def home(request: HttpRequest) -> HttpResponse:
    """The one community's front page; a list where there are several; how to begin where none."""
    found = communities()
    if len(found) == 1:
        return _front(request, found[0])
    return show(request, "plaza/communities.html", None, {"communities": found})


@public
def front(request: HttpRequest, prefix: str) -> HttpResponse:
    """A community's front page."""
    return _front(request, known(prefix))


def _front(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    counts = needs.counts(here.pk)
    figures = [
        (figure, counts[key], reverse("plaza:figure", args=[here.prefix, key]))
        for key, figure in needs.FIGURES.items()
        if key != "lately"
    ]
    context = {
        "figures": figures,
        "lately": counts["lately"],
        "in_hand": counts["open"],
        "wanted": needs.wanted(here.pk),
        "just_closed": needs.just_closed(here.pk),
    }
    return show(request, "plaza/front.html", here, context)


@public
def track(request: HttpRequest, prefix: str) -> HttpResponse:
    """Look a matter up by its number. One answer for what never was and what is not public."""
    here = known(prefix)
    typed = request.GET.get("number", "").strip()
    found = needs.find(here.pk, typed) if 0 < len(typed) <= LONGEST_NUMBER else None
    context = {
        "typed": typed[:LONGEST_NUMBER],
        "need": found,
        "asked": bool(typed),
        "moments": needs.timeline(here.pk, found.number) if found else None,
    }
    return show(request, "plaza/track.html", here, context)


@public
def need(request: HttpRequest, prefix: str, number: str) -> HttpResponse:
    """One public matter: its released text, where it stands, and the days on which it moved."""
    here = known(prefix)
    found = needs.find(here.pk, number) if "-" in number else None
    if found is None:
        raise Http404(_("这个编号没有公开的内容。"))
    context = {"need": found, "moments": needs.timeline(here.pk, found.number)}
    return show(request, "plaza/need.html", here, context)


@public
def figure(request: HttpRequest, prefix: str, key: str) -> HttpResponse:
    """A figure opened: what is counted, what is not, and the public matters behind it."""
    here = known(prefix)
    page = needs.behind(here.pk, key, request.GET.get("after", ""))
    if page is None:
        raise Http404
    context = {
        "figure": needs.FIGURES[key],
        "value": needs.counts(here.pk)[key],
        "leaves_out": needs.figure_leaves_out(),
        "page": page,
    }
    return show(request, "plaza/figure.html", here, context)


@public
def never(request: HttpRequest) -> HttpResponse:
    """What this house will never do, said in public."""
    here = community(request.GET.get("c", ""))
    return show(request, "plaza/never.html", here, {"never": NEVER})
