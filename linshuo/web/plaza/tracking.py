"""Looking a matter up, 我也要, and the resident's last word."""

from __future__ import annotations

import secrets

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts import outside
from linshuo.acts.outside import Need
from linshuo.domain.needs import public as needs
from linshuo.domain.needs.public import held
from linshuo.domain.places.public import PublicCommunity
from linshuo.kit.codes import clean_code
from linshuo.kit.refused import Lost, Refused
from linshuo.web import limits
from linshuo.web.links import link_for, read_link
from linshuo.web.plaza.frame import YEAR, known, show, talking
from linshuo.web.plaza.views import moments_of
from linshuo.web.ui.forms import Form

LONGEST_NUMBER = 24
MARK_COOKIE = "linshuo_mark"
ANSWERED = _l("这件事现在不用答了。要是又不好了，请打电话给社区。")
ONE_TO_FIVE = [(str(n), str(n)) for n in range(5, 0, -1)]


@talking
def track(request: HttpRequest, prefix: str) -> HttpResponse:
    """By number: what the board shows. By the code of a slip or receipt: how it stands."""
    here = known(prefix)
    code = clean_code(request.POST.get("code", "") or request.GET.get("code", ""))[:16]
    if code:
        return _by_code(request, here, code)
    typed = request.GET.get("number", "").strip()
    found = needs.find(here.pk, typed) if 0 < len(typed) <= LONGEST_NUMBER else None
    context = {
        "typed": typed[:LONGEST_NUMBER],
        "need": found,
        "asked": bool(typed),
        "moments": moments_of(here, found.number) if found else None,
    }
    return show(request, "plaza/track.html", here, context)


def _by_code(request: HttpRequest, here: PublicCommunity, code: str) -> HttpResponse:
    """One answer for a wrong code, an unused one, another community's, and one try too many."""
    block = limits.block_of(request)
    need, waiting = None, None
    if limits.SLIP_CODES.left(block) >= 1:
        by_slip = outside.need_by_slip(code, community_id=here.pk)
        waiting = None if by_slip else held.incoming(here.pk, code)
        need = by_slip[1] if by_slip else waiting.need if waiting else None
        if by_slip is None and waiting is None:
            limits.SLIP_CODES.take(block)
    context = {
        "by_code": True,
        "held": held.held(need) if need else None,
        "number": parted(need.number) if need else None,
        "address": f"{request.get_host()}{reverse('plaza:track', args=[here.prefix])}",
        "waiting": waiting,
        "answer": held.answer_words(waiting.due) if waiting else "",
        "say_url": link_for(need) if need else "",
    }
    return show(request, "plaza/held.html", here, context)


def parted(number: str) -> tuple[str, str]:
    """JF-2019- and 0042: the part one reads out is written large."""
    head, dash, serial = number.rpartition("-")
    return head + dash, serial


@talking
def slip(request: HttpRequest) -> HttpResponse:
    """Where the QR code on a slip leads, or who types its code: its own community's page."""
    typed, block = request.GET.get("code", "")[:40], limits.block_of(request)
    if not typed.strip():
        return show(request, "plaza/slip.html", None, {"typed": ""})
    prefix = outside.community_of(typed) if limits.SLIP_CODES.left(block) >= 1 else None
    if prefix is None:
        limits.SLIP_CODES.take(block)
        return show(request, "plaza/slip.html", None, {"typed": typed, "lost": True}, status=404)
    url = reverse("plaza:track", args=[prefix])
    return HttpResponseRedirect(f"{url}?code={clean_code(typed)}")


class SayForm(Form):
    """好了, or 没好 and what is still wrong."""

    words = forms.CharField(
        label=_l("想说的（没好的话，写一句哪里没好）"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input ruled-lines"}),
    )
    words_ok = forms.BooleanField(label=_l("这句话可以公开，不写我的名字"), required=False)
    result = forms.ChoiceField(
        label=_l("办得怎么样，五分最好（可不打）"), required=False, choices=ONE_TO_FIVE,
        widget=forms.RadioSelect,
    )  # fmt: skip
    attitude = forms.ChoiceField(
        label=_l("待人怎么样，五分最好（可不打）"), required=False, choices=ONE_TO_FIVE,
        widget=forms.RadioSelect,
    )  # fmt: skip


@talking
def say(request: HttpRequest, prefix: str, token: str) -> HttpResponse:
    """办好没好，您说了算: by a link we signed, or from the page a code opened."""
    here = known(prefix)
    need = _signed_need(here, token)
    known_as = held.held(need)
    form = SayForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _say_page(request, here, form, known_as)
    if not form.is_valid():
        return _say_page(request, here, form, known_as, status=422)
    settled = request.POST.get("settled") == "yes"
    said = form.cleaned_data
    try:
        if settled and not known_as.asks:
            raise Lost("answered", str(ANSWERED))
        outside.resident_says(
            need,
            settled=settled,
            words=said["words"],
            words_ok=said["words_ok"],
            rating_result=int(said["result"]) if said["result"] else None,
            rating_attitude=int(said["attitude"]) if said["attitude"] else None,
        )
    except Lost:
        return _say_page(request, here, form, known_as, lost=True, status=409)
    except Refused as refused:
        form.refuse(refused)
        return _say_page(request, here, form, known_as, status=422)
    return _say_page(request, here, form, known_as, thanks="yes" if settled else "no")


def _signed_need(here: PublicCommunity, token: str) -> Need:
    signed = read_link(token)
    if signed is None:
        raise Http404(_("这个链接用不了了。打电话给社区，报编号就行。"))
    where, number = signed
    need = outside.need_of(number, community_id=here.pk) if where == here.pk else None
    if need is None:
        raise Http404
    return need


def _say_page(
    request: HttpRequest,
    here: PublicCommunity,
    form: SayForm,
    known_as: held.Held,
    *,
    lost: bool = False,
    thanks: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "held": known_as,
        "lost": lost or (not thanks and not known_as.asks),
        "answered": str(ANSWERED),
        "thanks": thanks,
    }
    return show(request, "plaza/say.html", here, context, status=status)


class TooForm(Form):
    """A telephone, if one wishes to be told."""

    phone = forms.CharField(
        label=_l("电话（可不填）"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_l("只用来不把您数两遍，不公开。"),
    )


@talking
def me_too(request: HttpRequest, prefix: str, number: str) -> HttpResponse:
    """我也要, on a public matter: once for a telephone, else once for a browser."""
    here = known(prefix)
    found = needs.find(here.pk, number) if "-" in number else None
    if found is None or found.state not in ("open", "done"):
        raise Http404(_("没有这一件，或者已经办完了。"))
    form = TooForm(request.POST if request.method == "POST" else None)
    mark = request.COOKIES.get(MARK_COOKIE, "") or secrets.token_hex(16)
    done, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            contact = outside.clean_contact(form.cleaned_data["phone"], mark)
            if not limits.ME_TOO.take(limits.block_of(request)):
                raise Refused("too-many", _("这里点得太快了，过一会儿再来，或者打电话给社区。"))
            counted = outside.me_too(found.number, community_id=here.pk, contact=contact)
            done = "new" if counted else "known"
        except Refused as refused:
            form.refuse(refused)
            status = 422
    context = {"form": form, "need": found, "done": done}
    answer = show(request, "plaza/too.html", here, context, status=status)
    if done and not form.cleaned_data["phone"]:
        answer.set_cookie(
            MARK_COOKIE,
            mark,
            max_age=YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer
