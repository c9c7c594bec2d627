"""我的荣誉: lists one stands on, oneself or one's unit; one's full name by consent; rather not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from linshuo.acts import honouring
from linshuo.domain.honours.deciding import decline
from linshuo.domain.honours.own_honours import get_own, own_honours
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.exchange.printed.honours import certificates
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.printing import pdf_answer


@require_safe
@my_door
def home(request: DoorRequest) -> HttpResponse:
    """A part for each community."""
    parts = [_part(person) for person in request.persons]
    return render(request, "mine/honours.html", {"parts": parts})


def _part(person: Person) -> dict[str, Any]:
    return {
        "pk": person.pk,
        "prefix": person.community.prefix,
        "community": person.community.name,
        "phone": person.community.phone,
        "rows": own_honours(actor_of(person)),
    }


@require_POST
@my_door
def do(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Agree to the full name, take that back, or rather not be on the list."""
    told = {
        "full": _("好，名单上写您的全名。"),
        "masked": _("收回了，名单上只写姓。"),
        "decline": _("好，名单上不写了。没有人会问为什么。"),
    }
    if verb not in told:
        raise Http404
    actor, found = get_own((actor_of(person) for person in request.persons), pk)
    try:
        if verb == "decline":
            decline(found, by=actor)
        elif verb == "full":
            honouring.show_in_full(found, by=actor)
        else:
            honouring.show_masked(found, by=actor)
    except NotYours:
        raise
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, told[verb])
    return redirect("mine:honours")


@require_safe
@my_door
def paper(request: DoorRequest, pk: int) -> HttpResponse:
    """One's own certificate, while it holds; one's unit's as well."""
    _actor, found = get_own((actor_of(person) for person in request.persons), pk)
    if not found.cert_no or found.revoked_at is not None:
        raise Http404
    content = certificates(
        found.round,
        [found],
        site=request.get_host(),
        check=lambda code: request.build_absolute_uri(reverse("plaza:certificate", args=[code])),
    )
    return pdf_answer(content, found.cert_no)
