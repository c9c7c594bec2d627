"""The four digits: a screen left alone for five minutes opens only to the one who left it.

The server decides. When the account was last seen stands in a signed cookie of its own, tied to
the session: a session row would have to be written on every page. Whoever finds the screen cannot
forge it, and an older one is only further past the limit. A fresh sign-in counts as being seen.

What was typed survives: a form that arrives too late is answered with the lock page, which carries
its fields, and goes to the same address with the digits added; it is then carried out by the same
view behind the same checks. Fields go only where they were going, since the page's form has no
other address. Files cannot be carried, so the page names them and asks for them again.
"""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Account
from linshuo.domain.people.staffing import PIN_TRIES, try_pin
from linshuo.kit.refused import Refused
from linshuo.web.where import page_of

COOKIE = "linshuo_seen"
PIN_FIELD = "_lock_pin"
_SALT = "linshuo.web.lock"
_NEVER_CARRIED = re.compile(r"password|pin|csrf", re.IGNORECASE)


def idle_seconds() -> int:
    """After how many seconds without a request the digits are asked for."""
    return int(settings.LOCK_SECONDS)


def check(request: Any) -> HttpResponse | None:
    """The lock page if the screen was left alone; None when the view may run.

    A form that brings the right digits is let through at once, without the digits in it.
    """
    typed = _take_digits(request)
    if not is_locked(request):
        return None
    if typed is None:
        return _locked(request, _wanted(request))
    wrong = _try(request, typed)
    if wrong is None:
        return None
    return wrong or _locked(request, "", _still(request))


def _take_digits(request: Any) -> str | None:
    """The digits that a waiting form brings from the lock page, taken out of it."""
    if request.method != "POST" or PIN_FIELD not in request.POST:
        return None
    request.POST = request.POST.copy()
    return str(request.POST.pop(PIN_FIELD)[-1][:8])


def _wanted(request: Any) -> str:
    """The page that was being looked at; empty when a form was being sent."""
    return page_of(request) if request.method in ("GET", "HEAD") else ""


def _try(request: Any, typed: str) -> HttpResponse | str | None:
    """None: right. Empty: wrong, and there are tries left. A response: signed out."""
    try:
        if try_pin(request.user, typed):
            return None
    except Refused as refused:
        return sign_out(request, str(refused.sentence))
    if _tries_left(request) <= 0:
        return sign_out(request, _("错了五次，请用密码重新登录。"))
    return ""


def _tries_left(request: Any) -> int:
    failed = Account.objects.values_list("pin_failures", flat=True).get(pk=request.user.pk)
    return PIN_TRIES - failed


def _still(request: Any) -> str:
    return _("不是这四位，还能试 %d 次。") % _tries_left(request)


def unlock(request: Any, typed: str, wanted: str) -> HttpResponse:
    """The digits from the lock page of something looked at, or from `<l-lock>`.

    The element (it says `X-Requested-With: fetch`) gets 204, 400 with a sentence, or 401 to sign
    in again; the page gets what was wanted, itself again, or the sign-in page.
    """
    by_element = request.headers.get("X-Requested-With") == "fetch"
    wrong = _try(request, typed)
    if wrong is None:
        answer = HttpResponse(status=204) if by_element else HttpResponseRedirect(wanted)
        mark_seen(request, answer)
        return answer
    if not by_element:
        return wrong or _locked(request, wanted, _still(request))
    if wrong:
        return HttpResponse(status=401, headers={"Location": reverse("account_login")})
    return HttpResponse(_still(request), status=400, content_type="text/plain; charset=utf-8")


def sign_out(request: Any, sentence: str) -> HttpResponse:
    """End the session: from here only the password helps."""
    logout(request)
    messages.error(request, sentence)
    answer = HttpResponseRedirect(reverse("account_login"))
    answer.delete_cookie(COOKIE)
    return answer


def is_locked(request: Any) -> bool:
    """Whether the account was last seen too long ago."""
    return time.time() - _last_seen(request) > idle_seconds()


def _last_seen(request: Any) -> float:
    records = get_authentication_records(request, request.user)
    signed_in = max((float(r.get("at", 0)) for r in records), default=0.0)
    try:
        session, at = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT)
        seen = float(at) if session == _session_mark(request) else 0.0
    except (signing.BadSignature, ValueError, TypeError):
        seen = 0.0
    return max(signed_in, seen)


def _session_mark(request: Any) -> str:
    """Ties the cookie to one session without showing its key."""
    return signing.Signer(salt=_SALT).signature(request.session.session_key or "")[:16]


def mark_seen(request: Any, answer: HttpResponse) -> None:
    """Note that the account was here just now, unless the answer is the lock itself.

    What a page fetches by itself while nobody is there (progress of long work) does not count.
    """
    gone = not request.user.is_authenticated
    if gone or getattr(answer, "is_lock", False) or _by_itself(request):
        return
    answer.set_cookie(
        COOKIE,
        signing.dumps([_session_mark(request), round(time.time(), 1)], salt=_SALT),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _by_itself(request: Any) -> bool:
    return bool(request.headers.get("X-Requested-With") == "fetch" and request.method == "GET")


def _locked(request: Any, wanted: str, wrong: str = "") -> HttpResponse:
    """The page that asks for the digits: before `wanted`, or before a form goes where it was
    going, whose fields the page then carries."""
    if _by_itself(request):
        return HttpResponse(status=503)  # `<l-progress>` asks again later
    context = {
        "wanted": wanted,
        "action": reverse("mine:unlock") if wanted else request.get_full_path(),
        "carried": [] if wanted else _carried(request),
        "files": [(name, f.name) for name, fs in request.FILES.lists() for f in fs],
        "wrong": wrong,
        "pin_field": "pin" if wanted else PIN_FIELD,
        "sign_out_url": reverse("account_logout"),
        "who": getattr(getattr(request, "person", None), "name", ""),
    }
    answer = render(request, "mine/lock.html", context, status=400 if wrong else 200)
    answer.is_lock = True  # type: ignore[attr-defined]
    add_never_cache_headers(answer)
    if request.headers.get("HX-Request"):
        # A part of a page was asked for: the whole page becomes the lock.
        answer["HX-Retarget"] = "body"
        answer["HX-Reswap"] = "innerHTML"
    return answer


def _carried(request: Any) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not _NEVER_CARRIED.search(name)
    ]
