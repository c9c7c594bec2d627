"""报到 without an account: the form, and the page on which one sees the receipt number later."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts import outside
from linshuo.domain.places.public import PublicCommunity
from linshuo.kit.refused import Refused
from linshuo.web import limits
from linshuo.web.check_in_form import FIELD_NAMES, CheckInForm
from linshuo.web.links import check_in_link, read_check_in_link, read_unit_link
from linshuo.web.plaza.frame import known, show, talking
from linshuo.web.qr import qr_svg
from linshuo.web.ui.forms import Form

DAY = 86400


class CardForm(Form):
    """The code on a sign-in card."""

    code = forms.CharField(
        label=_l("登录卡上的码"),
        max_length=20,
        help_text=_l("8 个字母和数字。这样查不会用掉这张卡。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


@talking
def check_in(request: HttpRequest, prefix: str) -> HttpResponse:
    """The form; then the page with the address to come back to."""
    here = known(prefix)
    bound = request.method == "POST"
    form = CheckInForm(
        request.POST if bound else None,
        community_id=here.pk,
        leave_out=("licence", "licence_until"),
        initial={"unit": read_unit_link(request.GET.get("unit", "")[:200], here.pk)},
    )
    if bound and form.is_valid() and (where := _keep(request, here, form)):
        return HttpResponseRedirect(where)
    context = {
        "form": form,
        "units": outside.partner_names(here.pk),
        "draft": request.POST.get("draft", "")[:36] or str(uuid4()),
        "refused": bound,
    }
    return show(request, "plaza/check_in.html", here, context, status=422 if bound else 200)


def _keep(request: HttpRequest, here: PublicCommunity, form: CheckInForm) -> str:
    """Hand it in and say where one sees it; an empty address when it will not do.

    A machine, somebody known here already, and a form sent twice are all told what anybody is.
    """
    nothing = check_in_link(None, (here.pk, here.prefix))
    if request.POST.get("website"):
        return nothing
    sent = f"check-in:{here.pk}:{request.POST.get('draft', '')[:36]}"
    if before := cache.get(sent):
        return str(before)
    if not limits.CHECKED_IN.take(limits.block_of(request)):
        form.add_error(None, _("这会儿来报到的人太多了，过几分钟再按一次，写的都在。"))
        return ""
    data = form.cleaned_data
    try:
        row = outside.check_in(
            community_id=here.pk,
            name=data["name"],
            phone=data["phone"],
            consents=data["consents"],
            **form.said(),
        )
    except Refused as refused:
        refused.field = FIELD_NAMES.get(refused.field or "", refused.field)
        form.refuse(refused)
        return ""
    where = check_in_link(row) if row else nothing
    cache.set(sent, where, DAY)
    return where


@talking
def checked(request: HttpRequest, prefix: str, token: str) -> HttpResponse:
    """交来了, and later the receipt number: for whoever holds this address."""
    here = known(prefix)
    signed = read_check_in_link(token)
    if signed is None or signed[0] != here.pk:
        raise Http404(_("这个链接用不了了。到报到处问一声，或者打电话给社区。"))
    found = outside.checked_in(here.pk, signed[1]) if signed[1] else None
    return _checked(request, here, found, request.build_absolute_uri())


def _checked(
    request: HttpRequest, here: PublicCommunity, found: outside.CheckedIn | None, address: str
) -> HttpResponse:
    number = found.receipt_no if found and found.state != "ended" else ""
    head, dash, tail = number.rpartition("-")
    context = {
        "head": head + dash,
        "tail": tail,
        "words": found.words if found else "",
        "ended": bool(found and found.state == "ended"),
        "address": address,
        "qr": qr_svg(address) if address else "",
    }
    return show(request, "plaza/checked.html", here, context)


@talking
def by_card(request: HttpRequest, prefix: str) -> HttpResponse:
    """我在这里报到了吗: by a sign-in card that has not been used."""
    here = known(prefix)
    bound = request.method == "POST"
    form, block = CardForm(request.POST if bound else None), limits.block_of(request)
    asked, found = False, None
    if bound and form.is_valid():
        try:
            if limits.CARD_CODES.left(block) < 1:
                raise Refused("many", _("码试得太多了，过一会儿再来。"), "code")
            found = outside.checked_in_by_card(form.cleaned_data["code"], community_id=here.pk)
            asked = True
        except Refused as refused:
            limits.CARD_CODES.take(block)
            form.refuse(refused)
    if found is not None:
        return _checked(request, here, found, "")
    status = 422 if bound and not asked else 200
    context = {"form": form, "asked": asked, "new": reverse("plaza:check-in", args=[here.prefix])}
    return show(request, "plaza/check_in_card.html", here, context, status=status)
