"""Figures of who serves, who reported in, and which units stand by the community."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from linshuo.domain.people.lifecycle import CHECK_IN
from linshuo.domain.people.models import Appointment, CheckIn, Partnership
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.reading import Find, figure
from linshuo.kit import clock
from linshuo.kit.can import Role


def _serving(role: Role) -> Find:
    def rows(community_id: int, as_of: datetime) -> QuerySet[Appointment, Appointment]:
        day = clock.local(as_of).date()
        return Appointment.objects.within(community_id).filter(
            Q(ends__isnull=True) | Q(ends__gte=day), role=role, starts__lte=day
        )

    return rows


for _key, _role, _label in (
    ("staff.estate-secretaries", Role.ESTATE_SECRETARY, _("小区秘书")),
    ("staff.field", Role.FIELD_STAFF, _("外勤员")),
    ("staff.district-secretaries", Role.DISTRICT_SECRETARY, _("片区秘书")),
):
    figure(
        _key,
        name=_label,
        unit=_("名"),
        counts=_("这一天在任的，每人一本民情笔记。"),
        kind="appointment",
    )(_serving(_role))


_CHECK_IN_MOVES = ["checkin:submit", *(f"checkin:{verb}" for verb in CHECK_IN.moves)]
_CHECKED_IN = [
    f"checkin:{m.verb}" for m in CHECK_IN.moves.values() if m.target.name in ("accepted", "paused")
]


@figure(
    "checkins.members",
    name=_("报到的人"),
    unit=_("人"),
    counts=_(
        "到这一刻为止报到了、给过回执、没有结束的，歇着的也算。报到着要求删除自己信息的，"
        "名字没有了，人数里还算。"
    ),
    leaves_out=_("交来了还在等回执的；结束了的、转走了的。"),
    kind="checkin",
)
def checked_in(community_id: int, as_of: datetime) -> QuerySet[CheckIn, CheckIn]:
    moves = Event.objects.within(community_id).filter(
        row_kind="checkin", verb__in=_CHECK_IN_MOVES, at__lte=as_of
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    newest = Event.objects.within(community_id).filter(pk__in=last)
    there = newest.filter(verb__in=_CHECKED_IN)
    over = newest.filter(verb="checkin:end")
    return CheckIn.objects.within(community_id).filter(
        Q(pk__in=there.values("row_id"))
        | Q(pk__in=over.values("row_id"), ended_because=CheckIn.Because.ERASE)
    )


@figure(
    "units.partners",
    name=_("共建单位"),
    unit=_("个"),
    counts=_("这一天正在共建的单位。"),
    leaves_out=_("展板上签了名、那时还没问过愿不愿意的；约定到期或结束了的。"),
    kind="unit",
)
def partners(community_id: int, as_of: datetime) -> QuerySet[Partnership, Partnership]:
    day = clock.local(as_of).date()
    asked_later = Event.objects.within(community_id).filter(
        row_kind="partnership", verb="partnership:confirm", at__gt=as_of
    )
    return (
        Partnership.objects.within(community_id)
        .filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day, unconfirmed=False)
        .exclude(pk__in=asked_later.values("row_id"))
    )
