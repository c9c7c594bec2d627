"""Figures of the board: lines that still look for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.models import Ask
from linshuo.insight.figures.needs import standing
from linshuo.insight.figures.pledges import pledges_accepted
from linshuo.insight.figures.reading import figure, was


def hanging(community_id: int, as_of: datetime) -> QuerySet[Any, Any]:
    """Lines that hung at a moment, with the places there were then (`places`) and those that were
    held (`held`). With its need a line is on the board while that is open."""
    mine = pledges_accepted.rows(community_id, as_of).filter(ask_id=OuterRef("pk"))
    held = mine.order_by().values("ask_id").annotate(n=Sum("slots")).values("n")
    rows = Ask.objects.within(community_id).filter(
        Q(closed_at__isnull=True) | Q(closed_at__gt=as_of),
        Q(asset__closed_at__isnull=True) | Q(asset__closed_at__gt=as_of),
        Q(need__isnull=True) | Q(need__in=standing(community_id, as_of, "open").values("pk")),
        offer__isnull=True,
        opened_at__lte=as_of,
    )
    places = was(community_id, as_of, "ask:change", "from", "slots", BigIntegerField())
    return rows.annotate(held=Coalesce(Subquery(held), 0), places=places)


@figure(
    "asks.unmet",
    name=_("还没人认满的"),
    unit=_("行"),
    counts=_("这一刻还挂在榜上、位子没有认满的，一行算一行。"),
    leaves_out=_("捐款捐物的行：那里从来不说还差几个人；请人提供服务的。"),
    kind="ask",
)
def unmet(community_id: int, as_of: datetime) -> QuerySet[Any, Any]:
    rows = hanging(community_id, as_of).filter(project__isnull=True, collection__isnull=True)
    return rows.filter(held__lt=F("places"))


@figure(
    "asks.nobody",
    name=_("一个人也没有的"),
    unit=_("行"),
    counts=_("这一刻还挂在榜上、一个人也没有认的，一行算一行。"),
    leaves_out=_("捐款捐物的行；请人提供服务的。"),
    kind="ask",
)
def nobody(community_id: int, as_of: datetime) -> QuerySet[Any, Any]:
    return unmet.rows(community_id, as_of).filter(held=0)
