"""活动: what is coming and what came of the last ones; one of them, and how to sign up for it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.domain.places.public import PublicCommunity
from linshuo.domain.service import programme
from linshuo.web.plaza.frame import public, show
from linshuo.web.plaza.hot import hot


@public
@hot
def activities(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """What is coming, next first, and what was held lately."""
    context = {"coming": programme.coming(here.pk), "past": programme.lately(here.pk)}
    return show(request, "plaza/activities.html", here, context)


@public
@hot
def activity(request: HttpRequest, here: PublicCommunity, pk: int) -> HttpResponse:
    """One activity: when, where, how many places, and how to sign up."""
    found = programme.find(here.pk, pk)
    if found is None:
        raise Http404(_("没有这次活动。"))
    context = {
        "activity": found,
        "join_url": reverse("mine:join", args=[here.prefix, pk]),
    }
    return show(request, "plaza/activity.html", here, context)
