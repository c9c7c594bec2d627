"""Figures of what was taken on, by whom, and how often somebody came."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges.lifecycle import PLEDGE
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.service.queries import counting
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.reading import figure

_HELD = ("pledge:accept", "pledge:agree", "pledge:plan", "pledge:fulfil")
_PLEDGE_MOVES = [f"pledge:{verb}" for verb in PLEDGE.moves]


@figure(
    "pledges.accepted",
    name=_("认领认捐"),
    unit=_("项"),
    counts=_("到这一刻为止认下的：现在还认着的，和已经做到的。一个人或一个单位认一行算一项。"),
    leaves_out=_(
        "排队的、问了没回话的、后来不认了的；交接的只算在接手的人那里；请人提供服务的不算认。"
    ),
    kind="pledge",
)
def pledges_accepted(community_id: int, as_of: datetime) -> QuerySet[Pledge, Pledge]:
    moves = Event.objects.within(community_id).filter(
        row_kind="pledge", verb__in=_PLEDGE_MOVES, at__lte=as_of
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    held = Event.objects.within(community_id).filter(pk__in=last, verb__in=_HELD)
    rows = Pledge.objects.within(community_id).filter(ask__offer__isnull=True)
    return rows.filter(pk__in=held.values("row_id"))


@figure(
    "pledges.units",
    name=_("认了的单位"),
    unit=_("个"),
    counts=_("到这一刻为止认下过、没有放下的单位，认几项都算一个。"),
    leaves_out=_("单位里的人用自己名字认的。"),
    kind="unit",
)
def pledging_units(community_id: int, as_of: datetime) -> QuerySet[Partnership, Partnership]:
    held = pledges_accepted.rows(community_id, as_of).filter(partnership__isnull=False)
    return Partnership.objects.within(community_id).filter(pk__in=held.values("partnership_id"))


@figure(
    "pledges.members",
    name=_("认了的人"),
    unit=_("人"),
    counts=_("到这一刻为止用自己的名字认下过、没有放下的人，认几项都算一个。"),
    leaves_out=_("用单位名字认的。"),
    kind="person",
)
def pledging_members(community_id: int, as_of: datetime) -> QuerySet[Person, Person]:
    held = pledges_accepted.rows(community_id, as_of).filter(person__isnull=False)
    return Person.objects.within(community_id).filter(pk__in=held.values("person_id"))


@figure(
    "service.records",
    name=_("来过"),
    unit=_("次"),
    counts=_("约好了来、又有受助的人或在场的人说来过了的，一人一班算一次。"),
    leaves_out=_("自己说的；后来更正为没来的。"),
    kind="service",
)
def services(community_id: int, as_of: datetime) -> QuerySet[ServiceRecord, ServiceRecord]:
    return counting(community_id, as_of)
