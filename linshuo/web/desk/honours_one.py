"""One unit or person of a round: every fact with its rows, the choice, the certificate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.honours import awarding, deciding, queries
from linshuo.domain.honours.access import may_keep
from linshuo.domain.honours.behind import behind
from linshuo.domain.honours.models import Candidate, Round
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.honours_form import RevokeForm
from linshuo.web.doors import DoorRequest, page, staff_door

PAGES = {
    "desk:pledge": Can.NEED_READ,
    "desk:need": Can.NEED_READ,
    "desk:activity": Can.NEED_READ,
    "desk:post": Can.NEED_READ,
    "desk:unit": Can.PERSON_READ,
    "desk:check-in": Can.PERSON_READ,
}
"""The pages rows stand on, and what one must be able to do to open them."""


@require_GET
@staff_door(Can.HONOUR_KEEP, Can.NEED_READ)
def show(request: DoorRequest, pk: int, candidate: int) -> HttpResponse:
    """One of a round, with every row behind every fact."""
    row = queries.get_round(request.actor, pk)
    return _show(request, row, queries.get_candidate(request.actor, row, candidate))


def _show(
    request: DoorRequest, row: Round, found: Candidate, *, status: int = 200, **forms: Any
) -> HttpResponse:
    each = next((r for r in queries.rows_of(request.actor, row) if r.pk == found.pk), None)
    if each is None:
        raise Http404
    facts = []
    for fact in each.facts:
        words, counts, rows = behind(request.actor, found, fact.key)
        facts.append((fact, words, counts, [(b, _url(request, b)) for b in rows]))
    context = {
        "row": row,
        "each": each,
        "facts": facts,
        "may_keep": may_keep(request.actor),
        "revoke": RevokeForm(),
        **forms,
    }
    return page(request, "desk/honours/one.html", context, status=status)


def _url(request: DoorRequest, row: Any) -> str:
    if not row.page or not request.actor.can(PAGES[row.page]):
        return ""
    return reverse(row.page, args=[request.community.prefix, row.arg])


@require_POST
@staff_door(Can.HONOUR_KEEP)
def do(request: DoorRequest, pk: int, candidate: int, verb: str) -> HttpResponse:
    """Declining in their word, or taking the certificate back."""
    row = queries.get_round(request.actor, pk)
    found = queries.get_candidate(request.actor, row, candidate)
    if verb not in ("decline", "revoke"):
        raise Http404
    form = RevokeForm(request.POST)
    try:
        if verb == "decline":
            deciding.decline(found, by=request.actor)
        elif not form.is_valid():
            return _show(request, row, found, status=422, revoke=form)
        else:
            awarding.revoke(found, by=request.actor, why=form.cleaned_data["why"])
    except NotYours:
        raise
    except Refused as refused:
        if verb == "revoke":
            form.refuse(refused)
            return _show(request, row, found, status=422, revoke=form)
        messages.error(request, str(refused.sentence))
    else:
        words = _("记下了，名单上不写了。") if verb == "decline" else _("撤销了，扫码看得到。")
        messages.success(request, words)
    args = [request.community.prefix, row.pk, found.pk]
    return HttpResponseRedirect(reverse("desk:honour-one", args=args))
