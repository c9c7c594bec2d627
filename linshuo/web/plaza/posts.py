"""现在谁在: the posts, who is there now, until when, and when next; one post with its week."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from linshuo.domain.board import public as asks
from linshuo.domain.places.public import PublicCommunity
from linshuo.domain.service import public as service
from linshuo.domain.service import rota_public
from linshuo.kit import clock, wording
from linshuo.web.plaza.frame import public, show
from linshuo.web.plaza.hot import hot
from linshuo.web.plaza.views import rows_of


@public
@hot
def posts(request: HttpRequest, here: PublicCommunity) -> HttpResponse:
    """Every post, those where somebody is now first."""
    now = clock.now()
    found = service.soonest(service.on_duty(here.pk, now))
    context = {"duties": found, "as_of": wording.moment(now)}
    return show(request, "plaza/posts.html", here, context)


@public
@hot
def post(request: HttpRequest, here: PublicCommunity, pk: int) -> HttpResponse:
    """One post: who is there, the coming week with what is free, and the lines one can sign."""
    now = clock.now()
    found = service.find(here.pk, pk, now)
    if found is None:
        raise Http404(_("没有这个岗，或者已经撤了。"))
    context = {
        "post": found,
        "duty": found.duty,
        "rows": rows_of(here, asks.of_post(here.pk, pk)),
        "rota": rota_public.of_post(here.pk, pk, now),
        "as_of": wording.moment(now),
    }
    return show(request, "plaza/post.html", here, context)


@public
@hot
def rota(request: HttpRequest, here: PublicCommunity, pk: int) -> HttpResponse:
    """Whose turn it is, who comes next, and the year at a glance."""
    now = clock.now()
    found = rota_public.of_post(here.pk, pk, now)
    if found is None:
        raise Http404(_("这里没有轮值表，或者过期了。"))
    context = {"rota": found, "as_of": wording.moment(now)}
    return show(request, "plaza/rota.html", here, context)
