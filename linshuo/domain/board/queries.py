"""Reads: the asks of a need, and where a line stands."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linshuo.domain.board.access import visible
from linshuo.domain.board.models import WHOLE, Ask, AskKind, Post
from linshuo.domain.board.public import giver_of as giver_of
from linshuo.domain.needs.models import Need
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours


def asks_of(viewer: Actor, need: Need) -> list[Ask]:
    """The lines under a need, in the order they were put up."""
    return list(Ask.objects.of(viewer).filter(visible(viewer), need=need).order_by("pk"))


def lines_for(viewer: Actor, post: Post) -> list[Ask]:
    """The lines of a post, in the order they were put up."""
    return list(Ask.objects.of(viewer).filter(post=post).order_by("pk"))


def get_ask(viewer: Actor, pk: int) -> Ask:
    """One line the viewer may see. Raises `NotYours`."""
    ask = Ask.objects.of(viewer).filter(visible(viewer), pk=pk).select_related(*WHOLE).first()
    if ask is None:
        raise NotYours("ask", "")
    return ask


def title_of(ask: Ask) -> str:
    """What a line is for, as it is called outside the office."""
    if ask.need is not None:
        return str(ask.need.public_title or ask.need.public_text[:24])
    if ask.offer is not None:
        return giver_of(ask.offer)
    return str(ask.target)


def kind_of(ask: Ask) -> str:
    """Which of the four contracts a line is, in a word; what is offered is none of them."""
    return _("服务") if ask.offer_id is not None else str(AskKind(ask.kind).label)


def get_post(viewer: Actor, pk: int) -> Post:
    """One post of the viewer's community: what it is and when is no secret. Raises `NotYours`."""
    found = Post.objects.of(viewer).select_related("place", "asset", "owner").filter(pk=pk).first()
    if found is None:
        raise NotYours("post", "")
    return found
