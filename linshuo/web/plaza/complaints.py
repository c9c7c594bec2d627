"""投诉和建议: about this site and those who serve here, named or not; how one stands, by code."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts import outside
from linshuo.domain.needs.public import complaint as complaints
from linshuo.domain.places.public import PublicCommunity
from linshuo.kit.refused import Refused
from linshuo.web import limits
from linshuo.web.plaza.frame import known, show, talking
from linshuo.web.ui.forms import Form

DAY = 86400


class ComplainForm(Form):
    """What somebody has to say about us."""

    about = forms.ChoiceField(label=_l("说的是哪一样"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_l("什么事"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": complaints.MOST_WORDS}),
        help_text=_l("说到谁就写谁的名字：他看不到这一条。"),
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

    def __init__(self, data: object) -> None:
        super().__init__(data)
        self.fields["about"].choices = complaints.kinds()  # type: ignore[attr-defined]


@talking
def complain(request: HttpRequest, prefix: str) -> HttpResponse:
    """The form, and what happens with what is said in it."""
    here = known(prefix)
    bound = request.method == "POST"
    form = ComplainForm(request.POST if bound else None)
    if bound and form.is_valid() and (where := _keep(request, here, form)):
        return HttpResponseRedirect(where)
    context = {
        "form": form,
        "refused": bound,
        "draft": request.POST.get("draft", "")[:36] or str(uuid4()),
    }
    return show(request, "plaza/complain.html", here, context, status=422 if bound else 200)


def _keep(request: HttpRequest, here: PublicCommunity, form: ComplainForm) -> str:
    """Hand it in and say where the answer will be; empty when it will not do. Sent twice is once,
    and a machine is told what anybody is."""
    page = reverse("plaza:complaint", args=[here.prefix])
    if request.POST.get("website"):
        return page
    sent = f"complaint:{here.pk}:{request.POST.get('draft', '')[:36]}"
    if before := cache.get(sent):
        return str(before)
    if not limits.COMPLAINED.take(limits.block_of(request)):
        form.add_error(None, _("这会儿说的人太多了，过几分钟再按一次，写的都在。"))
        return ""
    told = form.cleaned_data
    try:
        code = outside.complain(
            community_id=here.pk,
            about=told["about"],
            words=told["words"],
            who=told["who"],
            contact=told["contact"],
        )
    except Refused as refused:
        form.refuse(refused)
        return ""
    where = f"{page}?code={code}"
    cache.set(sent, where, DAY)
    return where


@talking
def said(request: HttpRequest, prefix: str) -> HttpResponse:
    """How one stands, for whoever has its code. A wrong code and one try too many have the same
    answer."""
    here = known(prefix)
    typed = (request.POST.get("code", "") or request.GET.get("code", ""))[: complaints.LONGEST]
    found, block = None, limits.block_of(request)
    if typed.strip() and limits.COMPLAINT_CODES.left(block) >= 1:
        found = complaints.track(here.pk, typed)
        if found is None:
            limits.COMPLAINT_CODES.take(block)
    lost = bool(typed.strip()) and found is None
    context = {"typed": typed, "found": found, "lost": lost}
    status = 404 if lost else 200
    answer = show(request, "plaza/complaint.html", here, context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    return answer
