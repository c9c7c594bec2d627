"""Pads of slips, and a day of a notebook, as pages that print."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.domain.needs.notebook import day_of
from linshuo.exchange.printed import notebook, slips
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form


class PadForm(Form):
    """How many slips the next pad has."""

    count = forms.IntegerField(
        label=gettext_lazy("印几张"),
        min_value=1,
        max_value=slips.MOST,
        initial=40,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy(
            "三张一页 A4，沿虚线裁开，每张三联：给居民、记本子、挂门上。最多 100 张。"
        ),
    )


class VoidForm(Form):
    """Which slip is lost or spoilt."""

    slip = forms.CharField(
        label=gettext_lazy("纸条的号或码"),
        max_length=20,
        help_text=gettext_lazy("号在纸条右下角，前面有 №。作废以后，那个码什么也查不到。"),
    )


@require_http_methods(["GET", "POST"])
@staff_door(Can.PAPER_ISSUE)
def pads(request: DoorRequest) -> HttpResponse:
    """The pads printed lately, and the next one."""
    form = PadForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            pad = slips.issue(form.cleaned_data["count"], by=request.actor)
        except Refused as refused:
            form.refuse(refused)
        else:
            told = _("编好了 %(first)04d 到 %(last)04d，现在可以印了。")
            messages.success(request, told % {"first": pad.first, "last": pad.last})
            return _to_pads(request)
    return _page(request, form, VoidForm())


@require_http_methods(["POST"])
@staff_door(Can.PAPER_ISSUE)
def void(request: DoorRequest) -> HttpResponse:
    """作废 one slip."""
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            paper = slips.void(form.cleaned_data["slip"], by=request.actor)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("%04d 号作废了。") % paper.serial)
            return _to_pads(request)
    return _page(request, PadForm(), form, status=422)


def _page(
    request: DoorRequest, form: PadForm, void_form: VoidForm, *, status: int = 200
) -> HttpResponse:
    rows = [
        {
            "first": pad.first,
            "last": pad.last,
            "name": f"{pad.first:04d}–{pad.last:04d}",
            "when": wording.moment(pad.printed_at),
            "count": pad.count,
            "used": pad.used,
            "void": pad.void,
            "left": pad.count - pad.used - pad.void,
        }
        for pad in slips.pads(request.actor)
    ]
    context = {"form": form, "void_form": void_form, "pads": rows}
    return page(request, "desk/slips/pads.html", context, status=status)


@require_GET
@staff_door(Can.PAPER_ISSUE)
def pad(request: DoorRequest, first: int, last: int) -> HttpResponse:
    """The slips as a PDF, those that are not used yet."""
    content = slips.print_pad(
        request.community,
        first,
        last,
        viewer=request.actor,
        site=request.get_host(),
        track=_track(request),
    )
    return pdf_answer(content, f"slips-{first:04d}-{last:04d}")


def _track(request: HttpRequest) -> Callable[[str], str] | None:
    """Where a slip's QR code leads, once there is such a page."""
    try:
        page_url = request.build_absolute_uri(reverse("plaza:slip"))
    except NoReverseMatch:
        return None
    return lambda code: f"{page_url}?code={code}"


@require_GET
@staff_door(Can.NOTE_WRITE, Can.NOTE_READ)
def notebook_day(request: DoorRequest, person: int, day: str) -> HttpResponse:
    """A day of somebody's notebook as a PDF."""
    content = notebook.notebook_day(request.actor, person, day_of(day))
    return pdf_answer(content, f"notebook-{person}-{day}")


def _to_pads(request: DoorRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:slips", args=[request.community.prefix]))
