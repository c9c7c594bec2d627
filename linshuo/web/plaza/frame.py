"""What every public page has around it: where one can go, the elder view, the two languages.

How somebody likes to read is kept in a cookie of its own, so that looking costs no session and
no row anywhere.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linshuo.domain.places.public import PublicCommunity, community

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

VIEW_COOKIE = "linshuo_view"
YEAR = 365 * 86400


@dataclass(frozen=True, slots=True)
class NavItem:
    """One word of the menu."""

    url: str
    label: str
    current: bool


def public(view: View[P]) -> View[P]:
    """A page for everyone: GET only, and `?view=` and `?lang=` are remembered and taken away."""

    @functools.wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        if "view" in request.GET or "lang" in request.GET:
            return _remember(request)
        answer = view(request, *args, **kwargs)
        if not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "no-cache"  # asked for again, answered 304 by its ETag
        return answer

    return door


def talking(view: View[P]) -> View[P]:
    """A page on which a stranger writes or holds a code: GET and POST, and never kept anywhere."""

    @functools.wraps(view)
    def door(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        if request.method != "POST" and ("view" in request.GET or "lang" in request.GET):
            return _remember(request)
        answer = view(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return door


def is_elder(request: HttpRequest) -> bool:
    """Whether this reader chose 长辈版."""
    return request.COOKIES.get(VIEW_COOKIE) == "elder"


def _remember(request: HttpRequest) -> HttpResponse:
    rest = request.GET.copy()
    view, language = rest.pop("view", [""])[-1], rest.pop("lang", [""])[-1]
    query = rest.urlencode()
    answer = HttpResponseRedirect(request.path + (f"?{query}" if 0 < len(query) < 2000 else ""))
    kept = {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    if view == "elder":
        answer.set_cookie(VIEW_COOKIE, view, max_age=YEAR, **kept)
    elif view:
        answer.delete_cookie(VIEW_COOKIE, samesite="Lax")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, **kept)
    return answer


def known(prefix: str) -> PublicCommunity:
    """The community of the address, or 404."""
    found = community(prefix)
    if found is None:
        raise Http404
    return found


def show(
    request: HttpRequest,
    template: str,
    here: PublicCommunity | None,
    context: Mapping[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Render a page with its frame."""
    elder = is_elder(request)
    frame = {
        "here": here,
        "community_name": here.name if here else "",
        "home_url": reverse("plaza:front", args=[here.prefix]) if here else reverse("plaza:home"),
        "nav": _nav(request, here),
        "view": "elder" if elder else "",
        "elder_url": _with(request, view="plain" if elder else "elder"),
        "sign_in_url": reverse("account_login"),
        "languages": _languages(request),
    }
    answer = render(request, template, {**frame, **context}, status=status)
    answer["Vary"] = "Cookie, Accept-Language"
    return answer


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return f"{request.path}?{query.urlencode()}"


def _languages(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The other languages: code, its own name for itself, address."""
    return [
        (code, name, _with(request, lang=code))
        for code, name in settings.LANGUAGES
        if code != get_language()
    ]


def _nav(request: HttpRequest, here: PublicCommunity | None) -> list[NavItem]:
    if here is None:
        return []
    places = [
        (reverse("plaza:front", args=[here.prefix]), _("广场")),
        (reverse("plaza:board", args=[here.prefix]), _("需求展板")),
        (reverse("plaza:offers", args=[here.prefix]), _("能提供的")),
        (reverse("plaza:money", args=[here.prefix]), _("钱款公开")),
        (reverse("plaza:figure", args=[here.prefix, "open"]), _("正在办的")),
        (reverse("plaza:figure", args=[here.prefix, "closed"]), _("办好的")),
        (f"{reverse('plaza:never')}?{urlencode({'c': here.prefix})}", _("我们不做的事")),
    ]
    here_now = request.path
    return [NavItem(url, label, url.partition("?")[0] == here_now) for url, label in places]
