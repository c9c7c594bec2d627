"""Writes about receipts 收据. A community's receipt is no 公益事业捐赠票据, and says so: only a
qualified charity issues those, and their number is noted beside ours.

A gift is numbered when it is booked; what lay in a box has no receipt, since nobody stands behind
it. Notes handed over by somebody who leaves no name get one when they ask.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.funds.access import must
from linshuo.domain.funds.actions import receipt_number
from linshuo.domain.funds.checks import COMES_IN
from linshuo.domain.funds.models import Opening, Voucher
from linshuo.domain.needs.checks import short
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused


def _lock(voucher: Voucher, by: Actor) -> Voucher:
    rows = Voucher.objects.of(by).select_for_update(of=("self",))
    row = rows.select_related("collection", "project").filter(pk=voucher.pk).first()
    if row is None:
        raise NotYours("voucher", _("没有这一笔。"))
    must(by, Can.MONEY_RECORD, row.book)
    if row.kind not in COMES_IN or row.booked_at is None:
        raise Refused("not-received", _("收进来、核对过的才开收据。"))
    return row


def may_number(voucher: Voucher) -> bool:
    """Whether it came in over the counter, is booked, and has no receipt yet."""
    if voucher.kind not in COMES_IN or voucher.booked_at is None or voucher.receipt_no:
        return False
    return not _from_a_box(voucher)


def _from_a_box(voucher: Voucher) -> bool:
    """Whether it was counted out of a box, or put in later for what had been miscounted."""
    inside = voucher.community_id
    explained = Event.objects.within(inside).filter(
        verb="opening:explain", detail__voucher=voucher.pk
    )
    return Opening.objects.within(inside).filter(voucher=voucher).exists() or explained.exists()


def may_ticket(voucher: Voucher) -> bool:
    """Whether a charity's own ticket may stand beside it."""
    charity = voucher.collection.charity if voucher.collection is not None else ""
    return voucher.kind in COMES_IN and voucher.booked_at is not None and bool(charity)


@transaction.atomic
def number_for(voucher: Voucher, *, by: Actor, at: datetime | None = None) -> Voucher:
    """A receipt for who asks for one and has none yet. Raises `Refused` for what lay in a box."""
    row = _lock(voucher, by)
    if row.receipt_no:
        return row
    if _from_a_box(row):
        raise Refused("from-box", _("箱子里点出来的没有捐款人，不开收据。"))
    row.receipt_no = receipt_number(row.community_id, happened(at))
    row.save(update_fields=["receipt_no"])
    record("voucher:receipt", row=row, subject=row.book, by=by, at=at)
    return row


@transaction.atomic
def add_ticket(
    voucher: Voucher, *, by: Actor, ticket_no: str, at: datetime | None = None
) -> Voucher:
    """Note the number of the charity's own 公益事业捐赠票据 for this gift. Raises `Refused` where
    no charity is in it."""
    row = _lock(voucher, by)
    if not may_ticket(row):
        told = _("公益事业捐赠票据只有慈善组织能开；这里没有和慈善组织合作。")
        raise Refused("no-charity", told, "ticket_no")
    row.ticket_no = short(ticket_no, 40, "ticket_no")
    row.save(update_fields=["ticket_no"])
    record("voucher:ticket", row=row, subject=row.book, by=by, at=at)
    return row
