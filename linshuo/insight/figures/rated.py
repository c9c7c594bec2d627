"""Figures of what residents gave: for the result and for how they were met, each by itself.

A matter that was beyond the community is in neither figure of results: what nobody here could do
counts against nobody. How the asker was met still counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.models import Contact, Need, Outcome
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.reading import FindIn, Measure, flow


def mean_hundredths(given: Iterable[int | None]) -> int:
    """The mean of marks from 1 to 5 in hundredths; nought of none."""
    known = [each for each in given if each]
    return round(sum(known) * 100 / len(known)) if known else 0


def mark_words(hundredths: int) -> str:
    """4.6 分; of no mark at all, 还没有."""
    if not hundredths:
        return _now("还没有")
    return _now("%s 分") % f"{hundredths / 100:.1f}"


MARK = Measure("mark", mark_words, mean_hundredths, lambda hundredths: hundredths / 100)


def _within_reach(rows: QuerySet[Any, Any], last: QuerySet[Contact, Contact]) -> QuerySet[Any, Any]:
    """Without those that had been beyond the community when the mark was given."""
    said = Event.objects.filter(
        community_id=OuterRef("community_id"),
        row_kind="need",
        row_id=OuterRef("pk"),
        verb__in=("need:finish", "need:settle"),
        at__lte=OuterRef("marked"),
        detail__outcome__isnull=False,
    ).order_by("-id")
    outcome = Cast(KeyTextTransform("outcome", "detail"), CharField())
    then = said.annotate(outcome=outcome).values("outcome")[:1]
    marked = rows.annotate(marked=Subquery(last.values("at")[:1]))
    known = marked.annotate(outcome_then=Coalesce(Subquery(then), F("outcome")))
    found: QuerySet[Any, Any] = known.exclude(outcome_then=Outcome.BEYOND)
    return found


def _rated(column: str) -> FindIn:
    """Needs that were given a mark in the period; a second mark takes the place of the first."""

    def rows(community_id: int, since: datetime | None, until: datetime) -> QuerySet[Need, Need]:
        said = Contact.objects.within(community_id).filter(
            **{f"{column}__isnull": False}, at__lte=until
        )
        if since:
            said = said.filter(at__gt=since)
        last = said.filter(need_id=OuterRef("pk")).order_by("-at", "-pk")
        found: QuerySet[Any, Any] = Need.objects.within(community_id)
        found = found.filter(pk__in=said.values("need_id"))
        found = found.annotate(mark=Subquery(last.values(column)[:1]))
        return _within_reach(found, last) if column == "rating_result" else found

    return rows


flow(
    "rated.result",
    name=_("结果得分"),
    unit="",
    counts=_("这段时间里居民给办理结果打的分，一到五分，五分最好，取平均。"),
    leaves_out=_("没有打分的；打分时说的是超出社区能力、办不了的，不算在谁头上。"),
    measure=MARK,
)(_rated("rating_result"))
flow(
    "rated.attitude",
    name=_("态度得分"),
    unit="",
    counts=_("这段时间里居民给待人的态度打的分，一到五分，五分最好，取平均，和结果分开算。"),
    leaves_out=_("没有打分的。"),
    measure=MARK,
)(_rated("rating_attitude"))
