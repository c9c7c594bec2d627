"""A printed card opens an account: type its code, choose a name, a password and four digits."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from linshuo.domain.people.models import Account, Card
from linshuo.domain.people.staffing import card_for, open_account
from linshuo.kit.codes import clean_code, spaced
from linshuo.kit.refused import Refused
from linshuo.web.doors import home_of, refusal_into
from linshuo.web.limits import CARD_CODES, address_of
from linshuo.web.mine.forms import CodeForm, OpenForm


@sensitive_post_parameters("password", "pin", "code")
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """Two steps under one address, with nothing kept in between: the code goes along in the form.

    A GET looks nothing up, so the address in the card's QR code tells nobody whether a code lives;
    wrong codes use up the attempts of the address they come from.
    """
    if request.method != "POST":
        typed = clean_code(request.GET.get("code", "")[:40])
        return _ask_code(request, CodeForm(initial={"code": spaced(typed)} if typed else None))
    code_form = CodeForm(request.POST)
    if not code_form.is_valid():
        return _ask_code(request, code_form)
    found = _look_up(request, code_form)
    if found is None:
        return _ask_code(request, code_form)
    has_account = found.person.account_id is not None
    if "password" not in request.POST:
        form = OpenForm(initial={"code": found.paper.code}, has_account=has_account)
        return _ask_rest(request, form, found)
    form = OpenForm(request.POST, has_account=has_account)
    if not form.is_valid():
        return _ask_rest(request, form, found)
    try:
        account = open_account(
            form.cleaned_data["code"],
            username=form.cleaned_data.get("username", ""),
            password=form.cleaned_data["password"],
            pin=form.cleaned_data["pin"],
        )
    except Refused as refused:
        refusal_into(form, refused)
        return _ask_rest(request, form, found)
    return _sign_in(request, account)


def _look_up(request: HttpRequest, form: CodeForm) -> Card | None:
    """The card of the typed code, or a sentence on the form: the same for every wrong code."""
    who = address_of(request)
    if CARD_CODES.left(who) < 1:
        form.add_error("code", _("试的次数多了，过几分钟再来。"))
        return None
    try:
        return card_for(form.cleaned_data["code"])
    except Refused as refused:
        CARD_CODES.take(who)
        refusal_into(form, refused)
        return None


def _sign_in(request: HttpRequest, account: Account) -> HttpResponse:
    """In with the password just chosen; whoever has a second factor shows it at the usual page."""
    from allauth.mfa.utils import is_mfa_enabled

    if is_mfa_enabled(account):
        return HttpResponseRedirect("/accounts/login/")
    if request.user.is_authenticated:
        logout(request)
    get_adapter(request).login(request, account)
    record_authentication(request, account, method="password", username=account.username)
    return HttpResponseRedirect(home_of(account))


def _ask_code(request: HttpRequest, form: CodeForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "mine/card.html", {"form": form, "step": 1}, status=status)


def _ask_rest(request: HttpRequest, form: OpenForm, found: Card) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "step": 2,
        "name": found.person.name,
        "community_name": found.community.name,
        "phone": found.community.phone,
        "username": found.person.account.username if found.person.account else "",
    }
    return render(request, "mine/card.html", context, status=422 if form.errors else 200)
