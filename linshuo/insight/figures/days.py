"""Figures of how long it took: the middle one of all, so that a single old matter bends nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.reading import Measure, flow

HOUR = 60
DAY = 24 * HOUR


def middle_minutes(taken: Iterable[timedelta | None]) -> int:
    """The median of some spans in whole minutes; nought of none."""
    known = [each.total_seconds() for each in taken if each is not None]
    return round(median(known) / 60) if known else 0


def span_words(minutes: int) -> str:
    """3.5 天, 5 小时, 20 分钟: one unit, as people say it. Of no row at all, 还没有."""
    if minutes <= 0:
        return _now("还没有")
    if minutes < HOUR:
        return ngettext("%d 分钟", "%d 分钟", minutes) % minutes
    if minutes < DAY:
        whole = round(minutes / HOUR)
        return ngettext("%d 小时", "%d 小时", whole) % whole
    return _now("%s 天") % f"{minutes / DAY:.1f}".removesuffix(".0")


MIDDLE = Measure("took", span_words, middle_minutes, lambda minutes: round(minutes / DAY, 1))


def _last(
    community_id: int, since: datetime | None, until: datetime, verbs: tuple[str, ...], end: str
) -> Subquery:
    events = Event.objects.within(community_id).filter(
        verb__in=verbs, row_id=OuterRef("pk"), at__lte=until
    )
    if since:
        events = events.filter(at__gt=since)
    return Subquery(events.order_by(end).values("at")[:1])


def _took(rows: QuerySet[Any, Any], ends: Subquery) -> QuerySet[Any, Any]:
    span = ExpressionWrapper(F("when") - F("reported_at"), DurationField())
    found: QuerySet[Any, Any] = rows.annotate(when=ends).filter(when__isnull=False)
    taken: QuerySet[Any, Any] = found.annotate(took=span)
    return taken


@flow(
    "days.to-answer",
    name=_("多久答复"),
    unit="",
    counts=_(
        "从居民提出，到社区第一次受理、当场办结或者答复不予受理，取这段时间里答复的各件的中间数。"
    ),
    leaves_out=_("还没有答复的。"),
    measure=MIDDLE,
)
def to_answer(community_id: int, since: datetime | None, until: datetime) -> QuerySet[Need, Need]:
    verbs = ("need:accept", "need:settle", "need:decline")
    first = Event.objects.within(community_id).filter(verb__in=verbs, at__lte=until)
    rows = Need.objects.within(community_id).filter(pk__in=first.values("row_id"))
    found = _took(rows, _last(community_id, None, until, verbs, "at"))
    return found.filter(when__gt=since) if since else found


@flow(
    "days.to-close",
    name=_("多久销号"),
    unit="",
    counts=_("从居民提出到另一个人核对销号，取这段时间里销号的各件的中间数。"),
    leaves_out=_("还没有销号的；同一件销号几次，只算最后一次。"),
    measure=MIDDLE,
)
def to_close(community_id: int, since: datetime | None, until: datetime) -> QuerySet[Need, Need]:
    events = Event.objects.within(community_id).filter(verb="need:confirm", at__lte=until)
    if since:
        events = events.filter(at__gt=since)
    rows = Need.objects.within(community_id).filter(pk__in=events.values("row_id"))
    return _took(rows, _last(community_id, since, until, ("need:confirm",), "-at"))


@flow(
    "days.to-contact",
    name=_("多久联系上"),
    unit="",
    counts=_(
        "从签名认下，到社区或结对的人第一次联系上、约好日子，取这段时间里联系上的各项的中间数。"
    ),
    leaves_out=_("认了还没有联系上的；签名以前就约好了的；请人提供服务的不算认。"),
    kind="pledge",
    measure=MIDDLE,
)
def to_contact(
    community_id: int, since: datetime | None, until: datetime
) -> QuerySet[Pledge, Pledge]:
    rows = Pledge.objects.within(community_id).filter(
        ask__offer__isnull=True,
        first_contact_at__lte=until,
        first_contact_at__gte=F("signed_at"),
    )
    if since:
        rows = rows.filter(first_contact_at__gt=since)
    span = ExpressionWrapper(F("first_contact_at") - F("signed_at"), DurationField())
    return rows.annotate(when=F("first_contact_at"), took=span)
