"""One's own page: who I am here, what is kept of me, what I agreed to, what I asked for."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from linshuo.domain.people.actions import give_consent, withdraw_consent
from linshuo.domain.people.models import Purpose
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import set_pin
from linshuo.insight.letter_own import parts_waiting
from linshuo.kit.refused import Refused
from linshuo.web import lock
from linshuo.web.doors import DoorRequest, my_door, refusal_into, safe_next
from linshuo.web.limits import PASSWORDS_ASKED
from linshuo.web.mine.check_in import state_of
from linshuo.web.mine.forms import DigitsForm
from linshuo.web.mine.pledges import part_of
from linshuo.web.mine.reads import selves
from linshuo.web.mine.turns import turns_part


@my_door
def home(request: DoorRequest) -> HttpResponse:
    """Everything the house knows of whoever is signed in, community by community."""
    parts = [part_of(person) for person in request.persons]
    here = [state_of(person) for person in request.persons]
    turns = [turns_part(person) for person in request.persons]
    looks = [parts_waiting(person) for person in request.persons]
    context = {
        "selves": zip(selves(request.persons), parts, here, turns, looks, strict=True),
        "languages": settings.LANGUAGES,
    }
    return render(request, "mine/home.html", context)


@require_POST
@my_door
def consent(request: DoorRequest) -> HttpResponse:
    """Give or take back one agreement; it holds from this moment."""
    wanted = request.POST.get("person", "")
    person = next((p for p in request.persons if str(p.pk) == wanted), None)
    if person is None or request.POST.get("purpose") not in Purpose.values:
        raise Http404
    purpose, by = Purpose(request.POST["purpose"]), actor_of(person)
    if request.POST.get("do") == "give":
        give_consent(person, purpose, by=by)
        messages.success(request, _("记下了，您同意：%s。随时可以收回。") % purpose.label)
    else:
        withdraw_consent(person, purpose, by=by)
        messages.success(request, _("收回了：%s。从现在起不再这样做。") % purpose.label)
    return redirect(f"{reverse('mine:home')}#consents-{person.pk}")


@sensitive_post_parameters("password", "pin")
@my_door
def digits(request: DoorRequest) -> HttpResponse:
    """Choose new unlocking digits, against the password."""
    form = DigitsForm(request.POST or None)
    if form.is_valid() and _set_digits(request, form):
        messages.success(request, _("换好了，下次锁屏用新的四位数字。"))
        return redirect("mine:home")
    return render(request, "mine/digits.html", {"form": form}, status=422 if form.errors else 200)


def _set_digits(request: DoorRequest, form: DigitsForm) -> bool:
    account = request.user
    if not PASSWORDS_ASKED.take(str(account.pk)):
        form.add_error("password", _("试的次数多了，过几分钟再来。"))
        return False
    if not account.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("密码不对。"))
        return False
    try:
        set_pin(account, form.cleaned_data["pin"])
    except Refused as refused:
        refusal_into(form, refused)
        return False
    return True


@require_POST
def unlock(request: HttpRequest) -> HttpResponse:
    """The four digits, from the lock page of something looked at or from `<l-lock>`."""
    where = safe_next(request, request.POST.get("next", "")) or "/my/"
    if not request.user.is_authenticated:
        if request.headers.get("X-Requested-With") == "fetch":
            return HttpResponse(status=401, headers={"Location": reverse("account_login")})
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': where})}")
    return lock.unlock(request, request.POST.get("pin", "")[:8], where)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language on this device, signed in or not."""
    back = safe_next(request, request.POST.get("next", "")) or "/"
    answer = HttpResponseRedirect(back)
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES) and check_for_language(wanted):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            wanted,
            max_age=365 * 86400,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return answer
