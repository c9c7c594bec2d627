"""The lists whose filters can be kept as a figure: what they count, how the filters are said, and
what of them may one day be no more.

One entry a list in `LISTS`. Each list narrows its rows by a frozen dataclass of its own room; the
figure narrows the same rows by the same function.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.board import models as board
from linshuo.domain.board.models import AskKind
from linshuo.domain.funds.models import Voucher, VoucherKind
from linshuo.domain.needs import queries as needs
from linshuo.domain.needs.models import Category, Kind, Need, Tag
from linshuo.domain.people import check_ins
from linshuo.domain.people.models import CheckIn, Partnership, Person
from linshuo.domain.places.models import Place
from linshuo.domain.pledges import queries as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.insight import money
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Listed:
    """A list at the desk."""

    label: str | _StrPromise
    """What the list is called on its page."""
    kind: str
    """Of its rows, in `insight.rows`."""
    unit: str | _StrPromise
    can: Can
    """Who may read it."""
    filters: type[Any]
    tabs: tuple[str, ...]
    rows: Callable[[int, Any, datetime], QuerySet[Any]]
    """Of a community, under the filters, those that were there at a moment."""
    words: Callable[[Actor, Any], list[str]]
    """The filters as a person says them; another community's ids say nothing."""
    gone: Callable[[int, Mapping[str, Any]], str]
    """Which row the filters name that is no more, in words; empty when all are still there."""
    choices: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Of each filter that is a choice, what may be chosen."""

    def missing(self, community_id: int, filters: Mapping[str, Any]) -> str:
        """`gone`, and beyond it filters that the list itself no longer has."""
        known = {each.name for each in fields(self.filters)}
        choices = {**self.choices, "tab": self.tabs}
        if set(filters) - known or any(
            filters[name] not in allowed for name, allowed in choices.items() if name in filters
        ):
            return _("%s已经没有这样的筛法") % self.label
        return self.gone(community_id, filters)


def in_words(viewer: Actor, listed: Listed, filters: Any) -> str:
    """The filters of a list as a person would say them."""
    return "，".join(part for part in listed.words(viewer, filters) if part)


def _no_place(community_id: int, path: str) -> str:
    live = Place.objects.within(community_id).filter(closed_at__isnull=True)
    return "" if not path or live.filter(path=path).exists() else _("这个地方已经不在名录里")


def _place_words(viewer: Actor, path: str) -> str:
    place = Place.objects.of(viewer).filter(path=path).first() if path else None
    return place.full_name if place else ""


# --- 台账 -----------------------------------------------------------------------------------------


def _needs(community_id: int, filters: needs.Filters, as_of: datetime) -> QuerySet[Need]:
    found = needs.matching(Actor.house(community_id), filters, clock.now())
    return Need.objects.within(community_id).filter(found, reported_at__lte=as_of)


def _need_words(viewer: Actor, filters: needs.Filters) -> list[str]:
    tabs = {
        "live": _("未销号的"), "red": _("超期的"), "yellow": _("慢了的"), "blue": _("临期的"),
        "empty": _("未到期的"), "done": _("待销号的"), "green": _("已销号的"),
        "ended": _("不办了的"), "all": _("全部"),
    }  # fmt: skip
    kinds = {k.value: str(k.label) for k in Kind}
    tags = {"any": _("难点痛点堵点"), **{t.value: str(t.label) for t in Tag}}
    said = [tabs[filters.tab], kinds.get(filters.kind, ""), tags.get(filters.tag, "")]
    said.append(_place_words(viewer, filters.place))
    if filters.category:
        category = Category.objects.of(viewer).filter(pk=filters.category).first()
        said.append(category.name if category else "")
    if filters.owner is not None:
        owner = Person.objects.of(viewer).filter(pk=filters.owner).first()
        said.append(owner.name if owner else _("还没交给谁"))
    said.append(_("报给街道的") if filters.escalated else "")
    text = filters.text.strip()
    said.append(_("查“%s”") % text if text else "")
    return said


def _need_gone(community_id: int, filters: Mapping[str, Any]) -> str:
    if category := filters.get("category"):
        live = Category.objects.within(community_id).filter(closed_at__isnull=True)
        if not live.filter(pk=category).exists():
            return _("这个类别已经停用")
    if owner := filters.get("owner"):
        people = Person.objects.within(community_id).filter(erased_at__isnull=True)
        if not people.filter(pk=owner).exists():
            return _("这位责任人已经不在这里")
    return _no_place(community_id, filters.get("place", ""))


# --- 认领认捐 -------------------------------------------------------------------------------------


def _pledges(community_id: int, filters: pledges.Filters, as_of: datetime) -> QuerySet[Pledge]:
    found = pledges.matching(filters, clock.now())
    return Pledge.objects.within(community_id).filter(found, signed_at__lte=as_of)


def _pledge_words(viewer: Actor, filters: pledges.Filters) -> list[str]:
    tabs = {
        "due": _("今天该办的"), "contact": _("等联系的"), "came": _("约好了的"),
        "asked": _("等回话的"), "waiting": _("排队的"), "live": _("在认的"), "ended": _("结束了的"),
    }  # fmt: skip
    kinds = {k.value: str(k.label) for k in AskKind}
    return [tabs[filters.tab], kinds.get(filters.kind, ""), _place_words(viewer, filters.place)]


def _pledge_gone(community_id: int, filters: Mapping[str, Any]) -> str:
    return _no_place(community_id, filters.get("place", ""))


# --- 报到处 ---------------------------------------------------------------------------------------


def _check_ins(community_id: int, filters: check_ins.Filters, as_of: datetime) -> QuerySet[CheckIn]:
    found = check_ins.matching(filters)
    return CheckIn.objects.within(community_id).filter(found, submitted_at__lte=as_of)


def _check_in_words(viewer: Actor, filters: check_ins.Filters) -> list[str]:
    tabs = {
        "waiting": _("等回执的"), "accepted": _("报到了的"), "paused": _("歇着的"),
        "due": _("该再问的"), "ended": _("结束了的"),
    }  # fmt: skip
    kind, rest = filters.unit[:1], filters.unit[1:]
    unit = rest if kind == "t" else ""
    if kind == "p" and rest.isdecimal():
        known = Partnership.objects.of(viewer).select_related("organisation").filter(pk=rest)
        unit = str(known.first() or "")
    return [tabs[filters.tab], unit]


def _check_in_gone(community_id: int, filters: Mapping[str, Any]) -> str:
    unit = str(filters.get("unit", ""))
    if unit.startswith("p"):
        rows = Partnership.objects.within(community_id)
        if not unit[1:].isdecimal() or not rows.filter(pk=int(unit[1:])).exists():
            return _("这家单位已经不在名录里")
    return ""


# --- 凭证 -----------------------------------------------------------------------------------------


def _vouchers(community_id: int, filters: money.Filters, as_of: datetime) -> QuerySet[Voucher]:
    found = money.matching(filters)
    return Voucher.objects.within(community_id).filter(found, recorded_at__lte=as_of)


def _voucher_words(viewer: Actor, filters: money.Filters) -> list[str]:
    tabs = {
        "waiting": _("等核对的"), "booked": _("入账了的"), "refused": _("没有通过的"),
        "all": _("全部"),
    }  # fmt: skip
    text = filters.text.strip()
    return [
        tabs[filters.tab],
        str(VoucherKind(filters.kind).label) if filters.kind else "",
        filters.book,
        _("查“%s”") % text if text else "",
    ]


def _voucher_gone(community_id: int, filters: Mapping[str, Any]) -> str:
    if number := filters.get("book"):
        books = (model.objects.within(community_id) for model in (board.Collection, board.Project))
        if not any(rows.filter(number=number).exists() for rows in books):
            return _("这本账已经不在这里")
    return ""


LISTS: dict[str, Listed] = {
    "ledger": Listed(
        _l("台账"), "need", _l("件"), Can.NEED_READ, needs.Filters, needs.TABS,
        _needs, _need_words, _need_gone, {"kind": Kind.values, "tag": (*Tag.values, "any")},
    ),
    "pledges": Listed(
        _l("认领认捐"), "pledge", _l("项"), Can.NEED_READ, pledges.Filters, pledges.TABS,
        _pledges, _pledge_words, _pledge_gone, {"kind": AskKind.values},
    ),
    "check-ins": Listed(
        _l("报到处"), "checkin", _l("人"), Can.PERSON_READ, check_ins.Filters, check_ins.TABS,
        _check_ins, _check_in_words, _check_in_gone,
    ),
    "vouchers": Listed(
        _l("凭证"), "voucher", _l("笔"), Can.MONEY_READ, money.Filters, money.TABS,
        _vouchers, _voucher_words, _voucher_gone, {"kind": VoucherKind.values},
    ),
}  # fmt: skip
LEDGER = "ledger"
