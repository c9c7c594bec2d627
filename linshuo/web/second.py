"""The second factor, asked for where money moves or people's data leaves the house."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from linshuo.web.where import page_of

FRESH_SECONDS = 30 * 60
"""How long one proof with the second factor lasts."""


def second_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Ask for the second factor unless it was shown in this session within half an hour.

    Put it inside the door: `@staff_door(…)` first, `@second_factor` below it. Without a second
    factor set up, a page says why it is needed and leads to setting one up, and from there back.
    """

    @functools.wraps(view)
    def door(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if proven(request):
            return view(request, *args, **kwargs)
        back = page_of(request)
        if not is_mfa_enabled(request.user):
            request.session["after_second"] = back
            return render(request, "mine/second.html", {"back": back}, status=403)
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")

    return door


def proven(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor recently."""
    records = get_authentication_records(request, request.user)
    shown = [r["at"] for r in records if r.get("method") == "mfa"]
    return bool(shown) and time.time() - shown[-1] < FRESH_SECONDS
