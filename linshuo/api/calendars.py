"""Calendars to subscribe to: a community's for everyone, and one's own under an address that nobody
can guess."""

from __future__ import annotations

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from linshuo.api import ics
from linshuo.domain.places.public import PublicCommunity, community
from linshuo.domain.service import agenda
from linshuo.domain.service.agenda import Agenda


@require_safe
def own(request: HttpRequest, token: str) -> HttpResponse:
    """One's own turns. A wrong address, an ended one and one that never was are the same to see."""
    return _answer(request, agenda.of_token(token), private=True)


@require_safe
def activities(request: HttpRequest, prefix: str) -> HttpResponse:
    """What the community does together."""
    here = _known(prefix)
    return _answer(request, agenda.of_activities(here.pk, here.name))


@require_safe
def post(request: HttpRequest, prefix: str, pk: int) -> HttpResponse:
    """When somebody is at a post."""
    here = _known(prefix)
    return _answer(request, agenda.of_post(here.pk, pk, here.name))


@require_safe
def rota(request: HttpRequest, prefix: str) -> HttpResponse:
    """Which unit's turn it is."""
    here = _known(prefix)
    return _answer(request, agenda.of_rota(here.pk, here.name))


def _known(prefix: str) -> PublicCommunity:
    found = community(prefix)
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest, found: Agenda | None, *, private: bool = False) -> HttpResponse:
    if found is None:
        raise Http404
    content = ics.write(found)
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["ETag"] = tag
    answer["Last-Modified"] = http_date(found.changed.timestamp())
    answer["Cache-Control"] = "private, no-cache" if private else "no-cache"
    if private:
        # Whoever finds such an address in a search index finds somebody's whereabouts.
        answer["X-Robots-Tag"] = "noindex"
    early = get_conditional_response(
        request, etag=tag, last_modified=int(found.changed.timestamp()), response=answer
    )
    return early if early is not None else answer
