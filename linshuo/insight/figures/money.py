"""Figures of money and of what it built, as of a moment.

What was raised is read from the vouchers that moved money in, less what was given back; a voucher
that was taken back (冲销) stands against the one it takes back. A day's money is what happened by
the end of that day, whenever it was booked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Max, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from linshuo.domain.board.lifecycle import PROJECT
from linshuo.domain.board.models import Project
from linshuo.domain.funds.checks import COMES_IN
from linshuo.domain.funds.models import Voucher, VoucherKind
from linshuo.domain.places.models import Asset
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.pledges import pledges_accepted
from linshuo.insight.figures.reading import Measure, figure, was
from linshuo.kit import clock
from linshuo.kit.money import yuan

_BACK = (VoucherKind.REFUND, VoucherKind.LOSS)
_OUT = (VoucherKind.SPEND, VoucherKind.SPEND_ADVANCE, VoucherKind.USE, VoucherKind.DIRECT)
SUM = Measure("signed_fen", yuan, plain=lambda fen: fen / 100)
SHED = "车棚"
"""The kind of asset in which electric bicycles are charged."""


def _moved(
    community_id: int, as_of: datetime, up: tuple[str, ...], down: tuple[str, ...] = ()
) -> QuerySet[Voucher, Voucher]:
    """Booked vouchers by the end of that day, each with what it adds or takes away."""
    rows = Voucher.objects.within(community_id).filter(
        booked_at__isnull=False, happened_on__lte=clock.local(as_of).date()
    )
    adds = Q(kind__in=up) | Q(reverses__kind__in=down)
    takes = Q(kind__in=down) | Q(reverses__kind__in=up)
    signed = Case(
        When(adds, then=F("amount_fen")),
        When(takes, then=-F("amount_fen")),
        output_field=BigIntegerField(),
    )
    return rows.filter(adds | takes).annotate(signed_fen=signed)


@figure(
    "money.collected",
    name=_("义捐"),
    unit="",
    counts=_("募集里收到的：箱里两个人点出来的、转到账户的、写了价值的实物。"),
    leaves_out=_("没有复核的；退回、冲销和点错扣掉的；没写价值的实物。"),
    kind="voucher",
    measure=SUM,
)
def collected(community_id: int, as_of: datetime) -> QuerySet[Voucher, Voucher]:
    rows = _moved(community_id, as_of, tuple(COMES_IN), _BACK)
    return rows.filter(collection__isnull=False)


@figure(
    "money.raised",
    name=_("共建筹资"),
    unit="",
    counts=_("项目里单位付来的，和单位直接付给施工方的。"),
    leaves_out=_("认了还没付的；没有复核的；退回和冲销的。"),
    kind="voucher",
    measure=SUM,
)
def raised(community_id: int, as_of: datetime) -> QuerySet[Voucher, Voucher]:
    rows = _moved(community_id, as_of, tuple(COMES_IN), _BACK)
    return rows.filter(project__isnull=False)


@figure(
    "money.paid-directly",
    name=_("单位直接付的"),
    unit="",
    counts=_("共建筹资里，单位没有经过社区、直接付给施工方的。"),
    leaves_out=_("没有复核的；冲销的。"),
    kind="voucher",
    measure=SUM,
)
def paid_directly(community_id: int, as_of: datetime) -> QuerySet[Voucher, Voucher]:
    return _moved(community_id, as_of, (VoucherKind.DIRECT,))


@figure(
    "money.spent",
    name=_("花出去的"),
    unit="",
    counts=_("募集和项目里付出去的、用掉的实物，和单位直接付给施工方的。"),
    leaves_out=_("还在账户、箱子、备用金里的；没有复核的；冲销的。"),
    kind="voucher",
    measure=SUM,
)
def spent(community_id: int, as_of: datetime) -> QuerySet[Voucher, Voucher]:
    return _moved(community_id, as_of, _OUT)


@figure(
    "money.promised",
    name=_("认捐的"),
    unit="",
    counts=_("到这一刻为止单位签了协议、写了金额的认捐，付没付都算。"),
    leaves_out=_("到这一刻已经放下的，放下一部分的只算留下的；没写金额的。"),
    kind="pledge",
    measure=Measure("promised_fen", yuan, plain=lambda fen: fen / 100),
)
def promised(community_id: int, as_of: datetime) -> QuerySet[Any, Any]:
    agreed = Event.objects.within(community_id).filter(verb="pledge:promise", at__lte=as_of)
    rows = pledges_accepted.rows(community_id, as_of).filter(pk__in=agreed.values("row_id"))
    then = was(community_id, as_of, "pledge:cut", "from", "amount_fen", BigIntegerField())
    found: QuerySet[Any, Any] = rows.annotate(promised_fen=then)
    return found


@figure(
    "projects.handed-over",
    name=_("交付的项目"),
    unit=_("个"),
    counts=_("验收以后交给人管护的项目。"),
    kind="project",
)
def handed_over(community_id: int, as_of: datetime) -> QuerySet[Project, Project]:
    moves = Event.objects.within(community_id).filter(
        row_kind="project",
        verb__in=[f"project:{move.verb}" for move in PROJECT.moves.values()],
        at__lte=as_of,
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    there = Event.objects.within(community_id).filter(pk__in=last, verb="project:hand_over")
    return Project.objects.within(community_id).filter(pk__in=there.values("row_id"))


@figure(
    "assets.sheds",
    name=_("充电车棚"),
    unit=_("处"),
    counts=_("登记在册的充电车棚，建好开用的那天登记。"),
    leaves_out=_("到这一刻已经拆掉、停用的。"),
    kind="asset",
)
def sheds(community_id: int, as_of: datetime) -> QuerySet[Asset, Asset]:
    added = Event.objects.within(community_id).filter(verb="asset:add", at__lte=as_of)
    rows = Asset.objects.within(community_id).filter(kind=SHED, pk__in=added.values("row_id"))
    return rows.filter(Q(closed_at__isnull=True) | Q(closed_at__gt=as_of))
