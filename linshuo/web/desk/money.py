"""钱: what waits for whoever opens it, what is in hand, and the ways into the books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds import closing, disclosing
from linshuo.domain.funds.models import Disclosure, Opening
from linshuo.domain.funds.promises import Due, due_between
from linshuo.insight import bank_lines, money
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.web.desk.collections_page import opening_words
from linshuo.web.desk.money_months import month_words
from linshuo.web.desk.money_parts import book_rows, book_url
from linshuo.web.doors import DoorRequest, page, staff_door

CAP = 6
"""Rows of a group; the others stand on its own page."""
MOST_BOOKS = 12
SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits."""

    url: str
    title: str
    verb: str
    meta: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one sort that wait, and where all of them are."""

    key: str
    title: str
    count: int
    items: list[Item]
    more_url: str = ""
    more: str = field(default="")


@require_GET
@staff_door(Can.MONEY_READ)
def home(request: DoorRequest) -> HttpResponse:
    """The first page of money: short, each line opening."""
    actor = request.actor
    live = Collection.objects.of(actor).filter(state__in=("draft", "open", "closed"))
    building = Project.objects.of(actor).exclude(state__in=("handed_over", "dropped"))
    context: dict[str, Any] = {
        "groups": [group for group in _groups(request) if group.count],
        "collections": book_rows(request, _newest(live)),
        "projects": book_rows(request, _newest(building)),
        "keeps_collections": actor.can(Can.COLLECTION_KEEP),
        "keeps_projects": actor.can(Can.PROJECT_KEEP),
        "may_record": actor.can(Can.MONEY_RECORD),
        "leads": _leads(request),
    }
    return page(request, "desk/money/home.html", context)


def _newest(rows: Any) -> Any:
    return rows.select_related("place").order_by("-pk")[:MOST_BOOKS]


def _leads(request: DoorRequest) -> list[tuple[str, str, str]]:
    def to(name: str) -> str:
        return reverse(f"desk:{name}", args=[request.community.prefix])

    keeps = request.actor.can(Can.MONEY_RECORD) or request.actor.can(Can.MONEY_CHECK)
    bank = (to("money-bank"), _("对账单"), _("银行的每一行，对到一笔凭证上"))
    return [
        (to("money-vouchers"), _("凭证"), _("每一笔，谁记的、谁核的")),
        *([bank] if keeps else []),
        (to("money-due"), _("到日子的款"), _("单位照协议哪天给多少")),
        (to("money-disclosures"), _("收支公开"), _("到日子起草，看过再公开")),
        (to("money-months"), _("月结"), _("一个月一结，两个人经手")),
        (to("money-out"), _("导出"), _("所有的账，给 Excel 和别的记账软件")),
    ]


def _groups(request: DoorRequest) -> Iterator[Group]:
    yield _to_check(request)
    yield _to_count(request)
    yield from _to_match(request)
    yield _due(request)
    yield _to_tell(request)
    yield from _month(request)


def _to_check(request: DoorRequest) -> Group:
    actor, prefix = request.actor, request.community.prefix
    found, total = money.waiting_of(actor, CAP)
    checks = actor.can(Can.MONEY_CHECK)
    items = []
    for row in found:
        own = row.recorded_by_id == actor.person_id
        items.append(
            Item(
                url=reverse("desk:money-voucher", args=[prefix, row.pk]),
                title=f"{yuan(row.amount_fen)} {row.text or row.get_kind_display()}",
                verb=_("核对") if checks and not own else _("看一看"),
                meta=[row.book.name, _("%s记的") % row.recorded_by.name],
            )
        )
    url = reverse("desk:money-vouchers", args=[prefix])
    more = _("看全部等核对的") if total > len(items) else ""
    return Group("check", _("等另一个人核对的"), total, items, url if more else "", more)


def _to_count(request: DoorRequest) -> Group:
    rows = (
        Opening.objects.of(request.actor)
        .filter(closed_at__isnull=True)
        .select_related("box__collection", "deposit")
        .order_by("pk")
    )
    found = list(rows[:CAP])
    items = [
        Item(
            url=reverse("desk:money-opening", args=[request.community.prefix, row.pk]),
            title=_("%(box)s 号箱，封条 %(seal)s") % {"box": row.box.serial, "seal": row.seal_no},
            verb=_("点数") if row.counted_fen is None else _("看一看"),
            meta=[row.box.collection.name, opening_words(row)],
        )
        for row in found
    ]
    return Group("count", _("箱子还没了结的"), rows.count(), items)


def _to_match(request: DoorRequest) -> Iterator[Group]:
    if not request.actor.can(Can.MONEY_RECORD):
        return
    n = bank_lines.waiting(request.actor)
    url = reverse("desk:money-bank", args=[request.community.prefix])
    title = ngettext("对账单上有 %d 行还没对", "对账单上有 %d 行还没对", n) % n
    yield Group("bank", _("等着对账的"), n, [Item(url, title, _("对一对"), [])])


def _due(request: DoorRequest) -> Group:
    found = due_between(request.actor.community_id, None, clock.today() + SOON)
    items = [due_item(request, due) for due in found[:CAP]]
    url = reverse("desk:money-due", args=[request.community.prefix])
    more = _("看全部到日子的款") if len(found) > CAP else ""
    return Group("due", _("三十天内该到的款"), len(found), items, url if more else "", more)


def due_item(request: DoorRequest, due: Due) -> Item:
    """A part that has not come in full."""
    book, part = due.promise.book, due.part
    prefix = request.community.prefix
    records = request.actor.can(Can.MONEY_RECORD)
    url = f"{book_url(request, book)}#funders"
    if records:
        url = reverse("desk:money-record", args=[prefix, book.number, "instalment"])
        url = f"{url}?instalment={part.pk}"
    return Item(
        url=url,
        title=f"{due.promise.who} {yuan(part.left_fen)}",
        verb=_("记收到") if records else _("看一看"),
        meta=[wording.near_day(part.due_on), part.words, book.name],
    )


def _to_tell(request: DoorRequest) -> Group:
    rows = (
        Disclosure.objects.of(request.actor)
        .filter(published_at__isnull=True)
        .select_related("collection", "project")
        .order_by("until", "pk")
    )
    found = list(rows[:CAP])
    items = []
    for row in found:
        book = disclosing.book_of(row)
        due = getattr(book, "due_at", None)
        items.append(
            Item(
                url=reverse("desk:money-disclosure", args=[request.community.prefix, row.pk]),
                title=f"{book.name}：{row.get_kind_display()}",
                verb=_("看一遍"),
                meta=[_("%s以前公开") % wording.near_day(due)] if due else [],
            )
        )
    return Group("tell", _("等公开的收支"), rows.count(), items)


def _month(request: DoorRequest) -> Iterator[Group]:
    month = closing.to_close(request.actor.community_id)
    if month is None:
        return
    url = reverse("desk:money-months", args=[request.community.prefix])
    item = Item(url, _("%s的账还没结") % month_words(month), _("结账"), [])
    yield Group("month", _("该结的月"), 1, [item])


@require_GET
@staff_door(Can.MONEY_READ)
def due(request: DoorRequest) -> HttpResponse:
    """What units still have to pay, by day. `?days=90` looks further."""
    typed = request.GET.get("days", "")
    days = min(int(typed), 3650) if typed.isdecimal() and len(typed) < 6 else 30
    found = due_between(request.actor.community_id, None, clock.today() + timedelta(days=days))
    total = sum(each.part.left_fen for each in found)
    context = {
        "days": days,
        "choices": [(n, n == days) for n in (30, 90, 365)],
        "rows": [
            {
                "item": due_item(request, each),
                "who": each.promise.who,
                "no": each.part.no,
                "day": wording.near_day(each.part.due_on),
                "book": each.promise.book.name,
                "book_url": book_url(request, each.promise.book),
                "amount": yuan(each.part.amount_fen),
                "left": yuan(each.part.left_fen),
                "state_words": each.part.words,
            }
            for each in found
        ],
        "total": yuan(total),
    }
    return page(request, "desk/money/due.html", context)
