"""Pages that many look at and that are the same for all: kept as drawn until something happens.

A page is known by its community's revision, its address, its language and its view. While
those stay, a browser that has it is told so, and another gets the kept copy: one query either
way, and none of what a page for somebody in particular needs (a session, an account, a token).
Words that depend on the time of day are why no copy is older than a minute.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language_from_request

from linshuo import __version__
from linshuo.domain.places.public import PublicCommunity, communities, standing
from linshuo.kit import clock
from linshuo.web.plaza.frame import VIEW_COOKIE, known

P = ParamSpec("P")
T = TypeVar("T")
Drawing = Callable[Concatenate[HttpRequest, PublicCommunity, P], HttpResponse]

SECONDS = 60
LONGEST_QUERY = 200
"""Beyond it, it is nobody's bookmark, and it is not kept."""
HOT = "X-Linshuo-Hot"
"""A mark from a view to the middleware; it goes no further."""


def mark(answer: HttpResponse) -> HttpResponse:
    """Say of a page that nothing on it is anybody's own."""
    if answer.status_code == 200:
        answer[HOT] = "yes"
    return answer


def hot(view: Drawing[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """For a view of one community's page on which nothing is anybody's own."""

    @functools.wraps(view)
    def door(request: HttpRequest, prefix: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        here = getattr(request, "hot_here", None)
        return mark(view(request, here[0] if here else known(prefix), *args, **kwargs))

    return door


def while_unchanged(request: HttpRequest, name: str, make: Callable[[], T]) -> T:
    """Part of a hot page that is the same on many of them, in every language and at any time of
    day: made anew when something happens."""
    here = getattr(request, "hot_here", None)
    if here is None:  # no middleware in front
        return make()
    key = f"{name}:{here[0].pk}:{here[1]}"
    found: T | None = caches["pages"].get(key)
    if found is None:
        found = make()
        caches["pages"].set(key, found, 10 * SECONDS)
    return found


class HotPages:
    """Middleware, outside of whatever knows persons: answers with the copy, or keeps one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page as it was drawn last, or drawn now; 304 for whoever has it already."""
        here = _here(request)
        if here is None:
            return self.get_response(request)
        request.hot_here = here  # type: ignore[attr-defined]
        # Known before the drawing: what happens meanwhile belongs to the next copy.
        tag = _tag(request, here)
        kept = caches["pages"].get(tag)
        if kept is not None:
            early = get_conditional_response(request, etag=tag)
            return early if early is not None else HttpResponse(kept[0], headers=kept[1])
        return self._drawn(request, tag)

    def _drawn(self, request: HttpRequest, tag: str) -> HttpResponse:
        answer = self.get_response(request)
        if answer.headers.pop(HOT, None) is None:
            return answer
        answer["ETag"] = tag
        answer["Vary"] = "Cookie, Accept-Language"
        if len(request.META.get("QUERY_STRING", "")) < LONGEST_QUERY and not answer.cookies:
            caches["pages"].set(tag, (answer.content, dict(answer.headers)), SECONDS)
        early = get_conditional_response(request, etag=tag, response=answer)
        return early if early is not None else answer


def _here(request: HttpRequest) -> tuple[PublicCommunity, int] | None:
    """The community whose page this may be a copy of, and its revision."""
    if request.method not in ("GET", "HEAD"):
        return None
    if request.path == "/":
        found = communities()
        return standing(found[0].prefix) if len(found) == 1 else None
    first, _slash, rest = request.path[1:].partition("/")
    return standing(rest.partition("/")[0]) if first == "c" else None


def _minute() -> int:
    return int(clock.now().timestamp() // SECONDS)


def _tag(request: HttpRequest, here: tuple[PublicCommunity, int]) -> str:
    parts = (
        __version__,
        here[0].pk,
        here[1],
        _minute(),
        request.get_host(),
        request.method,
        request.get_full_path(),
        get_language_from_request(request),
        request.COOKIES.get(VIEW_COOKIE) == "elder",
    )
    # Keyed, so that nobody reads from it how many events there were.
    return f'W/"{salted_hmac("plaza.hot", repr(parts), algorithm="sha256").hexdigest()[:32]}"'
