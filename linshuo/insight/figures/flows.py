"""Figures of a period: what happened in it, row by row, as the trail tells it.

What a matter came to later takes nothing away: what was closed in March and came back in April was
closed in March, and is among April's returns. The brief that holds March says so beside it.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.people.models import CheckIn
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.service.queries import counting, minutes_words
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.insight.figures.pledges import pledges_accepted
from linshuo.insight.figures.reading import FindIn, Measure, figure, flow


def _events(
    community_id: int, since: datetime | None, until: datetime, *verbs: str
) -> ScopedQuerySet[Event]:
    found = Event.objects.within(community_id).filter(verb__in=verbs, at__lte=until)
    return found.filter(at__gt=since) if since else found


def _when(events: ScopedQuerySet[Event]) -> Subquery:
    """When it happened to the row, the last time it did."""
    mine = events.filter(row_id=OuterRef("pk")).order_by().values("row_id")
    return Subquery(mine.annotate(last=Max("at")).values("last"))


def _needs(*verbs: str) -> FindIn:
    def rows(community_id: int, since: datetime | None, until: datetime) -> QuerySet[Need, Need]:
        events = _events(community_id, since, until, *verbs)
        found = Need.objects.within(community_id).filter(pk__in=events.values("row_id"))
        return found.annotate(when=_when(events))

    return rows


for _key, _name, _verbs, _counts, _leaves_out in (
    (
        "flow.heard",
        _("这段时间听到"),
        ("need:report",),
        _("这段时间里说到社区、编了号的需求和问题。"),
        _("只记在笔记里没有转的。后来并入别的事的、撤回的也数，因为确实说过。"),
    ),
    (
        "flow.accepted",
        _("这段时间受理"),
        ("need:accept", "need:settle"),
        _("这段时间里受理的，当场办结的也算。"),
        _("不予受理的，那一数另有。"),
    ),
    (
        "flow.declined",
        _("这段时间不予受理"),
        ("need:decline",),
        _("这段时间里答复了不予受理、写明为什么、可以找谁的。"),
        "",
    ),
    (
        "flow.settled",
        _("这段时间办结"),
        ("need:finish", "need:settle"),
        _("这段时间里责任人写明办理结果的。"),
        _("同一件办结几次只算一件；后来退回的也数，退回另有一数。"),
    ),
    (
        "flow.confirmed",
        _("这段时间销号"),
        ("need:confirm",),
        _("这段时间里由另一个人核对销号的。"),
        _("同一件销号几次只算一件；后来退回的也数，退回另有一数。"),
    ),
    (
        "flow.reopened",
        _("这段时间退回"),
        ("need:reopen",),
        _("这段时间里因为没有真好，退回重办的。"),
        _("同一件退回几次只算一件。"),
    ),
):
    flow(_key, name=_name, unit=_("件"), counts=_counts, leaves_out=_leaves_out)(_needs(*_verbs))


@flow(
    "flow.asked-again",
    name=_("这段时间回访"),
    unit=_("件"),
    counts=_("这段时间里，销号满三十天又问到了本人、本人说了好没好的。"),
    leaves_out=_("没联系上的。"),
)
def asked_again(community_id: int, since: datetime | None, until: datetime) -> QuerySet[Need, Need]:
    said = Contact.objects.within(community_id).filter(
        purpose=Contact.Purpose.FOLLOW_UP,
        said__in=[Contact.Said.SETTLED, Contact.Said.NOT_SETTLED],
        at__lte=until,
    )
    if since:
        said = said.filter(at__gt=since)
    return Need.objects.within(community_id).filter(pk__in=said.values("need_id"))


def _pledged(*verbs: str) -> FindIn:
    def rows(
        community_id: int, since: datetime | None, until: datetime
    ) -> QuerySet[Pledge, Pledge]:
        events = _events(community_id, since, until, *verbs)
        found = Pledge.objects.within(community_id).filter(ask__offer__isnull=True)
        return found.filter(pk__in=events.values("row_id")).annotate(when=_when(events))

    return rows


flow(
    "flow.pledges-made",
    name=_("这段时间认下"),
    unit=_("项"),
    counts=_("这段时间里认下的。一个人或一个单位认一行算一项。"),
    leaves_out=_("还在排队的、问了没回话的；请人提供服务的不算认。"),
    kind="pledge",
)(_pledged("pledge:accept", "pledge:agree"))
flow(
    "flow.pledges-kept",
    name=_("这段时间做到"),
    unit=_("项"),
    counts=_("这段时间里做到了、有记录或收据证明的。"),
    leaves_out=_("请人提供服务的不算认。"),
    kind="pledge",
)(_pledged("pledge:fulfil"))


@flow(
    "flow.pledges-released",
    name=_("这段时间提前放下"),
    unit=_("项"),
    counts=_("认下以后，这段时间里没做完就不认了的。放下不用说理由，也不对外说是谁。"),
    leaves_out=_("排队时就不排了的；交接给别人的；到期的；请人提供服务的不算认。"),
    kind="pledge",
)
def released(
    community_id: int, since: datetime | None, until: datetime
) -> QuerySet[Pledge, Pledge]:
    once = Event.objects.within(community_id).filter(
        verb__in=["pledge:accept", "pledge:agree"], at__lte=until
    )
    return (
        _pledged("pledge:release")(community_id, since, until)
        .filter(ended_as=Ended.RELEASED)
        .filter(pk__in=once.values("row_id"))
    )


@flow(
    "flow.check-ins",
    name=_("这段时间报到"),
    unit=_("人"),
    counts=_("这段时间里给了回执的报到。"),
    leaves_out=_("交来了还在等回执的。"),
    kind="checkin",
)
def checked_in(
    community_id: int, since: datetime | None, until: datetime
) -> QuerySet[CheckIn, CheckIn]:
    events = _events(community_id, since, until, "checkin:accept")
    found = CheckIn.objects.within(community_id).filter(pk__in=events.values("row_id"))
    return found.annotate(when=_when(events))


def _records(
    community_id: int, since: datetime | None, until: datetime
) -> ScopedQuerySet[ServiceRecord]:
    found = counting(community_id, until).filter(starts__lte=until)
    return found.filter(starts__gt=since) if since else found


@flow(
    "flow.hours",
    name=_("服务时长"),
    unit="",
    counts=_("这段时间里来过、由受助的人或在场的人说来过了的，按更正以后的分钟加起来。"),
    leaves_out=_("自己说的；还没有人说来过的。"),
    kind="service",
    measure=Measure("minutes", minutes_words, plain=lambda minutes: round(minutes / 60, 1)),
)
def hours(
    community_id: int, since: datetime | None, until: datetime
) -> QuerySet[ServiceRecord, ServiceRecord]:
    return _records(community_id, since, until)


@flow(
    "flow.posts-kept",
    name=_("岗位有人"),
    unit=_("班"),
    counts=_("这段时间里岗位上有人到了、有人证明的班，一人一班算一班。"),
    leaves_out=_("排了没来的；认领的事和活动里来的。"),
    kind="service",
)
def posts_kept(
    community_id: int, since: datetime | None, until: datetime
) -> QuerySet[ServiceRecord, ServiceRecord]:
    return _records(community_id, since, until).filter(turn__post__isnull=False)


@figure(
    "pledges.kept",
    name=pgettext_lazy("figure", "做到了"),
    unit=_("项"),
    counts=_("到这一刻为止做到了、有记录或收据证明的。"),
    leaves_out=_("请人提供服务的不算认。"),
    kind="pledge",
)
def kept(community_id: int, as_of: datetime) -> QuerySet[Pledge, Pledge]:
    done = Event.objects.within(community_id).filter(verb="pledge:fulfil", at__lte=as_of)
    return pledges_accepted.rows(community_id, as_of).filter(pk__in=done.values("row_id"))
