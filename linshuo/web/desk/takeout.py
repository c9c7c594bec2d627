"""全部带走: everything the community has, as one package that the head fetches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET

from linshuo.exchange import takeout_jobs
from linshuo.exchange.takeout_jobs import Standing
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_tabs import settings_tabs
from linshuo.web.doors import DoorRequest, page, refusal_into, second_factor, staff_door
from linshuo.web.ui.forms import Form


class TakeoutForm(Form):
    """What goes out in the clear, and what for."""

    phones = forms.BooleanField(
        label=_l("带上电话和邮箱的明文"),
        required=False,
        help_text=_l("不勾，这几列就不带。要接着用这些电话才勾。"),
    )
    why = forms.CharField(
        label=_l("拿去做什么"),
        max_length=200,
        required=False,
        help_text=_l("会和您的名字一起记下来。"),
    )


@staff_door(Can.STAFF_APPOINT)
@second_factor
def takeout(request: DoorRequest) -> HttpResponse:
    """Begin a package, watch it being written, fetch it."""
    form = TakeoutForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            takeout_jobs.begin(request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            return HttpResponseRedirect(request.path)
    prefix = request.community.prefix
    context = {
        "form": form,
        "tabs": settings_tabs(request.actor, prefix, "takeout"),
        "days": takeout_jobs.KEPT.days,
        **_standing(request),
    }
    return page(request, "desk/settings/takeout.html", context)


@require_GET
@staff_door(Can.STAFF_APPOINT)
def progress(request: DoorRequest) -> HttpResponse:
    """How far it has come, for the page that asks every two seconds."""
    context = {**_standing(request), "prefix": request.community.prefix}
    if context["job"] is None:
        raise Http404
    return render(request, "desk/settings/takeout_progress.html", context)


@require_GET
@staff_door(Can.STAFF_APPOINT)
@second_factor
def file(request: DoorRequest) -> HttpResponse | FileResponse:
    """The package itself."""
    path = takeout_jobs.package(request.community.pk)
    found = takeout_jobs.standing(request.community.pk)
    if found is None or found.state != "done" or not path.exists():
        raise Http404
    name = f"{request.community.prefix}-{found.at:%Y-%m-%d}.zip"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def _standing(request: DoorRequest) -> dict[str, Any]:
    found: Standing | None = takeout_jobs.standing(request.community.pk)
    if found is None:
        return {"job": None}
    return {
        "job": found,
        "finished": not found.under_way,
        "said": _("%(day)s %(who)s 取的") % {"day": wording.day(found.at), "who": found.asked_by},
        "facts": [
            (_("大小"), f"{max(1, found.size // 1024):,} KB"),
            (_("电话和邮箱"), _("带了明文") if found.phones else _("没有带")),
            ("SHA-256", found.sha256),
        ],
        "file_url": reverse("desk:takeout-file", args=[request.community.prefix]),
    }
