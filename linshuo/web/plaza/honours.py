"""彰, for everyone: lists that hang out and how to object, the roll of honour, and whether a
certificate holds."""

from __future__ import annotations

from itertools import groupby
from uuid import uuid4

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts import outside
from linshuo.domain.honours import public as honours
from linshuo.domain.places.public import PublicCommunity
from linshuo.kit.refused import NotYours, Refused
from linshuo.web import limits
from linshuo.web.plaza.frame import known, public, show, talking
from linshuo.web.plaza.hot import hot
from linshuo.web.ui.forms import Form

DAY = 86400


class ObjectForm(Form):
    """What somebody has to say about a list."""

    candidate = forms.ChoiceField(label=_l("说的是谁"), required=False)
    words = forms.CharField(
        label=_l("哪里不对"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 500}),
    )
    who = forms.CharField(
        label=_l("您怎么称呼"),
        required=False,
        max_length=40,
        help_text=_l("不愿意留名就空着，一样答复。"),
    )
    contact = forms.CharField(
        label=_l("怎么告诉您"),
        required=False,
        max_length=60,
        help_text=_l("电话，或者到哪里找您。空着的，凭一个码来看答复。"),
    )

    def __init__(self, data: object, listed: honours.Listed) -> None:
        super().__init__(data)
        # Two may have one surname: what they did tells them apart.
        named = [
            (str(each.pk), " ".join([each.name, *each.facts]))
            for each in (*listed.units, *listed.people)
        ]
        self.fields["candidate"].choices = [  # type: ignore[attr-defined]
            ("", _("整个名单")), *named,
        ]  # fmt: skip


@public
@hot
def roll(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """光荣榜, year by year, and what hangs out now."""
    rounds = honours.roll(here.pk)
    context = {
        "hanging": honours.hanging(here.pk),
        "years": [(year, list(group)) for year, group in groupby(rounds, lambda r: r.year)],
    }
    return show(request, "plaza/honours.html", here, context)


@talking
def notice(request: HttpRequest, prefix: str, pk: int) -> HttpResponse:
    """A list that hangs out: who, by which facts, until when, and a form to object."""
    here = known(prefix)
    found = honours.notice(here.pk, pk)
    if found is None:
        raise Http404(_("这个公示已经结束了，或者没有这个公示。授了的在光荣榜上。"))
    listed, _row = found
    bound = request.method == "POST"
    form = ObjectForm(request.POST if bound else None, listed)
    if bound and form.is_valid() and (where := _keep(request, here, listed.pk, form)):
        return HttpResponseRedirect(where)
    context = {
        "list": listed,
        "form": form,
        "refused": bound,
        "draft": request.POST.get("draft", "")[:36] or str(uuid4()),
    }
    return show(request, "plaza/honour.html", here, context, status=422 if bound else 200)


def _keep(request: HttpRequest, here: PublicCommunity, pk: int, form: ObjectForm) -> str:
    """Hand it in and say where the answer will be; empty when it will not do. Sent twice is once,
    and a machine is told what anybody is."""
    page = reverse("plaza:honour-said", args=[here.prefix])
    if request.POST.get("website"):
        return page
    sent = f"objection:{here.pk}:{request.POST.get('draft', '')[:36]}"
    if before := cache.get(sent):
        return str(before)
    if not limits.OBJECTED.take(limits.block_of(request)):
        form.add_error(None, _("这会儿提的人太多了，过几分钟再按一次，写的都在。"))
        return ""
    told = form.cleaned_data
    try:
        code = outside.object_to(
            pk,
            community_id=here.pk,
            words=told["words"],
            candidate=int(told["candidate"]) if told["candidate"] else None,
            who=told["who"],
            contact=told["contact"],
        )
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        form.refuse(refused)
        return ""
    where = reverse("plaza:honour-answer", args=[here.prefix, code])
    cache.set(sent, where, DAY)
    return where


@talking
def said(request: HttpRequest, prefix: str, code: str = "") -> HttpResponse:
    """How an objection stands, for whoever has its code. A wrong code and one try too many have
    the same answer."""
    here = known(prefix)
    typed = (code or request.GET.get("code", ""))[: honours.LONGEST]
    found = None
    if typed.strip():
        block = limits.block_of(request)
        if limits.CERTIFICATE_CODES.left(block) >= 1:
            found = honours.objection(here, typed)
            if found is None:
                limits.CERTIFICATE_CODES.take(block)
    lost = bool(typed.strip()) and found is None
    context = {"typed": typed, "found": found, "lost": lost}
    answer = show(request, "plaza/honour_said.html", here, context, status=404 if lost else 200)
    answer["X-Robots-Tag"] = "noindex"
    return answer


@talking
def certificate(request: HttpRequest, code: str = "") -> HttpResponse:
    """Whether a certificate holds, by the code in the address or typed. A wrong code, one that
    never was and one try too many have the same answer."""
    typed = (code or request.GET.get("code", ""))[: honours.LONGEST]
    found = None
    if typed.strip():
        block = limits.block_of(request)
        if limits.CERTIFICATE_CODES.left(block) >= 1:
            found = honours.check(typed)
            if found is None:
                limits.CERTIFICATE_CODES.take(block)
    lost = bool(typed.strip()) and found is None
    context = {"typed": "" if found else typed, "found": found, "lost": lost}
    answer = show(request, "plaza/certificate.html", None, context, status=404 if lost else 200)
    answer["X-Robots-Tag"] = "noindex"
    return answer
