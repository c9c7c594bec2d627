"""Writes about goods 实物: who gave what, who took it in, what it was used for (慈善法 §54).

What somebody puts a value on goes through the books as money does, in and out, by two people; what
nobody values is only written down. Goods for a need belong to no book.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep
from linshuo.domain.board.collecting import may_give
from linshuo.domain.board.lifecycle import RAISING
from linshuo.domain.board.models import Collection
from linshuo.domain.funds.access import Book
from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.models import Goods, Voucher, VoucherKind
from linshuo.domain.needs.access import may
from linshuo.domain.needs.checks import must_live, ours, short
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused


def _must(by: Actor, target: Book | Need) -> None:
    """Whoever keeps the books, or works on what the goods are for."""
    here = target.community_id == by.community_id and by.person_id is not None
    if here and by.can(Can.MONEY_RECORD):
        return
    works = may(by, Can.NEED_WORK, target) if isinstance(target, Need) else may_keep(by, target)
    if not (here and works):
        raise NotYours("goods", _("没有这一页。"))


def _words(text: str, most: int, field: str, missing: str) -> str:
    said = " ".join(short(text, most, field).split())
    if not said:
        raise Refused(field, missing, field)
    if marks := find_marks(said):
        told = _("这里人人看得到，不写认得出人的话：%s")
        raise Refused("marks", told % "、".join(m.text for m in marks), field)
    return said


@transaction.atomic
def receive(
    target: Book | Need,
    *,
    by: Actor,
    item: str,
    quantity: str,
    received_on: date | None = None,
    value_fen: int | None = None,
    giver: Person | None = None,
    unit: Partnership | None = None,
    giver_name: str = "",
    unnamed: bool = False,
    name_public: bool = False,
    file: File | None = None,
    at: datetime | None = None,
) -> Goods:
    """收实物, for a collection, a project or a need. `value_fen` is what the giver says it is
    worth; with one, a voucher waits for somebody else to have seen the goods, and whoever puts it
    in must keep the books. Nobody need leave a name. Raises `Refused` with the field."""
    _must(by, target)
    ours(by, target, giver, unit, file)
    if isinstance(target, Need):
        must_live(target)
    elif isinstance(target, Collection):
        may_give(target, unit=unit is not None)
    elif target.state not in RAISING:
        raise Refused("not-open", _("“%s”现在不收款也不收东西。") % target)
    name = short(giver_name, 40, "giver_name")
    known = sum(1 for one in (giver, unit, name, unnamed) if one)
    if known != 1:
        told = _("谁给的？不愿留名的，选“不留名”。") if not known else _("谁给的，只写一个。")
        raise Refused("giver", told, "giver_name")
    moment = happened(at)
    row = Goods(
        community_id=target.community_id,
        **{target.trail_kind: target},
        item=_words(item, 60, "item", _("是什么东西？")),
        quantity=_words(quantity, 20, "quantity", _("多少？比如 20 袋。")),
        value_fen=value_fen,
        giver=giver,
        unit=unit,
        giver_name=name,
        unnamed=unnamed,
        name_public=name_public and not unnamed,
        received_by=Person.objects.of(by).get(pk=by.person_id or 0),
        received_on=received_on or clock.local(moment).date(),
    )
    if row.received_on > clock.local(moment).date():
        raise Refused("future", _("这个日子还没到。"), "received_on")
    if value_fen is not None and not isinstance(target, Need):
        row.voucher = record_voucher(
            target,
            by=by,
            kind=VoucherKind.GOODS,
            amount_fen=value_fen,
            happened_on=row.received_on,
            giver=giver,
            unit=unit,
            giver_name=name,
            unnamed=unnamed,
            name_public=name_public,
            text=f"{row.item} {row.quantity}",
            file=file,
            at=moment,
        )
    elif value_fen is not None and value_fen <= 0:
        raise Refused("amount", _("金额要大于零；说不出值多少的，就空着。"), "value")
    row.save(force_insert=True)
    record("goods:receive", row=row, subject=target, by=by, at=moment)
    return row


def target_of(goods: Goods) -> Book | Need:
    """What the goods were given for."""
    found: Book | Need | None = goods.collection or goods.project or goods.need
    assert found is not None
    return found


@transaction.atomic
def use(
    goods: Goods,
    *,
    by: Actor,
    used_for: str,
    given_to: str,
    used_on: date | None = None,
    file: File | None = None,
    at: datetime | None = None,
) -> Goods:
    """用出实物: for what and to whom, in words that name nobody (慈善法 §82). What went into the
    books with a value leaves them with it. Raises `Refused` with the field."""
    rows = Goods.objects.of(by).select_for_update(of=("self",))
    rows = rows.select_related(
        *("collection", "project__place", "need__place", "voucher", "use_voucher")
    )
    row = rows.filter(pk=goods.pk).first()
    if row is None:
        raise NotYours("goods", _("没有这一样。"))
    target = target_of(row)
    _must(by, target)
    ours(by, file)
    refused = row.use_voucher is not None and row.use_voucher.refused_at is not None
    if row.used_on is not None and not refused:
        raise Refused("used", _("这一样已经用出去了。"))
    moment = happened(at)
    day = used_on or clock.local(moment).date()
    if day < row.received_on:
        raise Refused("used-on", _("用出的日子早于收到的日子。"), "used_on")
    if day > clock.local(moment).date():
        raise Refused("future", _("这个日子还没到。"), "used_on")
    said: dict[str, Any] = {
        "used_on": day,
        "used_for": _words(used_for, 120, "used_for", _("用来做了什么？")),
        "given_to": _words(given_to, 60, "given_to", _("给了谁？不写名字，比如二十二户高龄老人。")),
        "use_voucher": _out(row, target, day, used_for, file, by=by, at=moment),
    }
    for field, value in said.items():
        setattr(row, field, value)
    row.save(update_fields=list(said))
    record("goods:use", row=row, subject=target, by=by, at=moment)
    return row


def _out(
    row: Goods, target: Book | Need, day: date, words: str, file: File | None, *, by: Actor,
    at: datetime,
) -> Voucher | None:  # fmt: skip
    came = row.voucher
    if came is None or came.refused_at is not None or isinstance(target, Need):
        return None
    if came.booked_at is None:
        raise Refused("waiting", _("收进来的那一笔还没有另一个人核对，核对以后再用。"))
    return record_voucher(
        target,
        by=by,
        kind=VoucherKind.USE,
        amount_fen=came.amount_fen,
        happened_on=day,
        text=f"{row.item} {row.quantity} {words}"[:120],
        file=file,
        at=at,
    )
