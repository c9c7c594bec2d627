"""Pages that many look at and that are the same for all: kept as drawn until something happens.

A page is known by its community's newest event, its address, its language and its view. While
those stay, a browser that has it is told so, and another gets the kept copy: two queries either
way. Words that depend on the time of day, and an event whose transaction ended late, are why no
copy is older than a minute.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from linshuo import __version__
from linshuo.domain.places.public import PublicCommunity
from linshuo.domain.trail.public import revision
from linshuo.kit import clock
from linshuo.web.plaza.frame import VIEW_COOKIE, known

P = ParamSpec("P")
Drawing = Callable[Concatenate[HttpRequest, PublicCommunity, P], HttpResponse]

SECONDS = 60
LONGEST_QUERY = 200
"""Beyond it, it is nobody's bookmark, and it is not kept."""


def drawn(
    request: HttpRequest,
    here: PublicCommunity,
    draw: Callable[[], HttpResponse],
) -> HttpResponse:
    """The page as it was drawn last, or drawn now; 304 for whoever has it already."""
    tag = _tag(request, here)
    early = get_conditional_response(request, etag=tag)
    if early is not None:
        return early
    pages = caches["pages"]
    kept = pages.get(tag)
    if kept is not None:
        answer = HttpResponse(kept)
    else:
        answer = draw()
        if answer.status_code == 200 and len(request.META.get("QUERY_STRING", "")) < LONGEST_QUERY:
            pages.set(tag, answer.content, SECONDS)
    answer["ETag"] = tag
    answer["Vary"] = "Cookie, Accept-Language"
    return answer


def hot(view: Drawing[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """For a view of one community's page on which nothing is anybody's own."""

    @functools.wraps(view)
    def door(request: HttpRequest, prefix: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        here = known(prefix)
        return drawn(request, here, lambda: view(request, here, *args, **kwargs))

    return door


def _tag(request: HttpRequest, here: PublicCommunity) -> str:
    parts = (
        __version__,
        here,
        revision(here.pk),
        int(clock.now().timestamp() // SECONDS),
        request.get_host(),
        request.get_full_path(),
        get_language(),
        request.COOKIES.get(VIEW_COOKIE) == "elder",
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'
