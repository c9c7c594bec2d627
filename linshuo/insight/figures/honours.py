"""Figures of honours: which units and volunteers were honoured, as of a moment."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linshuo.domain.honours.models import Candidate
from linshuo.domain.people.models import Partnership, Person
from linshuo.insight.figures.reading import figure


def _honoured(community_id: int, as_of: datetime) -> QuerySet[Candidate, Candidate]:
    """Certificates that had been handed out by then and still held."""
    return Candidate.objects.within(community_id).filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gt=as_of),
        round__awarded_at__lte=as_of,
        cert_no__gt="",
    )


@figure(
    "honours.units",
    name=_("表扬的单位"),
    unit=_("个"),
    counts=_("按记录评选、公示期满、授了证书的单位，几轮都有也只算一个。"),
    leaves_out=_("公示中的；不愿意上榜的；到这一刻已经撤销的。"),
    kind="unit",
)
def units(community_id: int, as_of: datetime) -> QuerySet[Partnership, Partnership]:
    rows = _honoured(community_id, as_of).filter(partnership__isnull=False)
    return Partnership.objects.within(community_id).filter(pk__in=rows.values("partnership_id"))


@figure(
    "honours.volunteers",
    name=_("表扬的志愿者"),
    unit=_("人"),
    counts=_("按记录评选、公示期满、授了证书的志愿者，几轮都有也只算一位。"),
    leaves_out=_("公示中的；不愿意上榜的；到这一刻已经撤销的。"),
    kind="person",
)
def volunteers(community_id: int, as_of: datetime) -> QuerySet[Person, Person]:
    rows = _honoured(community_id, as_of).filter(person__isnull=False)
    return Person.objects.within(community_id).filter(pk__in=rows.values("person_id"))
