"""One partner unit: who speaks for it, what was agreed, who of it checked in, what it does here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import offering, partnering
from linshuo.domain.honours.behind import named_in
from linshuo.domain.papers.actions import path_of
from linshuo.domain.people import check_ins
from linshuo.domain.people.models import Appointment, Partnership
from linshuo.domain.people.partners import confirm_partner
from linshuo.domain.people.queries import get_partnership, in_force
from linshuo.insight.units import work_of
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_forms import AgreedForm, LiaisonForm, PartForm
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.offer_form import OfferForm


@require_GET
@staff_door(Can.PERSON_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One unit."""
    return _page(request, get_partnership(request.actor, pk))


@require_POST
@staff_door(Can.PERSON_WRITE)
def do(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """One verb; a refusal comes back beside its field."""
    row = get_partnership(request.actor, pk)
    if verb not in _VERBS:
        raise Http404
    return _VERBS[verb](request, row)


def _liaison(request: DoorRequest, row: Partnership) -> HttpResponse:
    form = LiaisonForm(request.POST)
    if form.is_valid():
        try:
            given = partnering.speaks_for(row, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            words = _("%(name)s 是%(unit)s的联络员了。")
            unit = row.organisation.name
            messages.success(request, words % {"name": given.person.name, "unit": unit})
            return _to(request, row)
    return _page(request, row, form=form)


def _settle(request: DoorRequest, row: Partnership) -> HttpResponse:
    form = AgreedForm(request.POST, request.FILES)
    if form.is_valid():
        data = {**form.cleaned_data, "agreement": form.paper()}
        try:
            partnering.settle(row, by=request.actor, **data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("改好了。"))
            return _to(request, row)
    return _page(request, row, agreed=form)


def _confirm(request: DoorRequest, row: Partnership) -> HttpResponse:
    confirm_partner(row, by=request.actor)
    messages.success(request, _("%s 是共建单位了。") % row.organisation.name)
    return _to(request, row)


def _end(request: DoorRequest, row: Partnership) -> HttpResponse:
    form = PartForm(request.POST)
    if form.is_valid():
        try:
            partnering.part(row, by=request.actor, until=form.cleaned_data["until"])
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("结束了。认着的一起放下了，做过的都留着。"))
            return _to(request, row)
    return _page(request, row, end=form)


def _offer(request: DoorRequest, row: Partnership) -> HttpResponse:
    form = OfferForm(request.POST, auto_id="offer_%s")
    if form.is_valid():
        try:
            offering.offer(by=request.actor, partnership=row, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, _("挂出来了：%s。") % form.cleaned_data["text"])
            return _to(request, row)
    return _page(request, row, offer=form)


_VERBS: dict[str, Callable[[DoorRequest, Partnership], HttpResponse]] = {
    "liaison": _liaison,
    "settle": _settle,
    "confirm": _confirm,
    "end": _end,
    "offer": _offer,
}


def _to(request: DoorRequest, row: Partnership) -> HttpResponse:
    url = reverse("desk:unit", args=[request.community.prefix, row.pk])
    return HttpResponseRedirect(url)


@require_GET
@staff_door(Can.PERSON_WRITE)
def agreement(request: DoorRequest, pk: int) -> FileResponse:
    """The agreement: a picture is shown, a PDF is saved; never anything else."""
    row = get_partnership(request.actor, pk)
    path = path_of(request.community.pk, row.agreement.sha256) if row.agreement else None
    if row.agreement is None or path is None or not path.exists():
        raise Http404
    answer = FileResponse(path.open("rb"), content_type=row.agreement.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    picture = row.agreement.mime.startswith("image/")
    answer["Content-Disposition"] = (
        "inline" if picture else f'attachment; filename="agreement-{row.pk}.pdf"'
    )
    return answer


def _page(
    request: DoorRequest,
    row: Partnership,
    *,
    form: LiaisonForm | None = None,
    agreed: AgreedForm | None = None,
    end: PartForm | None = None,
    offer: OfferForm | None = None,
) -> HttpResponse:
    actor, prefix = request.actor, request.community.prefix
    over = row.until is not None and row.until < clock.today()
    until = wording.day(row.until) if row.until else ""
    period = _("%s起") % wording.day(row.since) + (_("，到%s") % until if until else "")
    kept = {"since": row.since, "until": row.until, "wishes": row.wishes}
    members = check_ins.counts(actor, check_ins.Filters(unit=f"p{row.pk}"))
    query = urlencode({"tab": "accepted", "unit": f"p{row.pk}"})
    context: dict[str, Any] = {
        "row": row,
        "unit": row.organisation,
        "over": over,
        "facts": [
            (_("哪段时间"), period),
            (_("想要社区帮的"), row.wishes or _("没有说")),
            (_("信用代码"), row.organisation.uscc or _("没有填")),
        ],
        "paper": row.agreement is not None and actor.can(Can.PERSON_WRITE),
        "members": members["accepted"] + members["paused"],
        "members_url": f"{reverse('desk:check-ins', args=[prefix])}?{query}",
        "rows": _liaisons(request, row),
        "may_write": actor.can(Can.PERSON_WRITE),
        "may_appoint": actor.can(Can.STAFF_APPOINT),
        "form": form or LiaisonForm(auto_id="liaison_%s"),
        "agreed": agreed or AgreedForm(initial=kept, auto_id="agreed_%s"),
        "end": end or PartForm(auto_id="end_%s"),
        "work": work_of(actor, row),
        "named": named_in(actor, unit=row.pk),
        "offer": offer or OfferForm(auto_id="offer_%s"),
        "may_offer": actor.can(Can.POST_KEEP) and not over,
    }
    wrong = any(f is not None and f.errors for f in (form, agreed, end, offer))
    return page(request, "desk/people/unit.html", context, status=422 if wrong else 200)


def _liaisons(request: DoorRequest, row: Partnership) -> list[dict[str, Any]]:
    prefix = request.community.prefix
    found = Appointment.objects.of(request.actor).filter(in_force(), partnership=row)
    return [
        {
            "person": each.person_id,
            "name": each.person.name,
            "since": wording.day(each.starts),
            "url": reverse("desk:person", args=[prefix, each.person_id]),
            "end_url": reverse("desk:staff-end", args=[prefix, each.pk]),
        }
        for each in found.select_related("person").order_by("pk")
    ]
