"""Writes about what a box held on its way to the bank: the slip, what it says against the count,
and why. Each explanation of a difference has the voucher it needs, or none where the money is still
there; only then is the opening closed.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.boxes import COUNTERS, lock_opening
from linshuo.domain.funds.models import Opening, Voucher, VoucherKind
from linshuo.domain.needs.checks import ours, short
from linshuo.domain.papers.models import File
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import Refused


@transaction.atomic
def deposit(
    opening: Opening,
    *,
    by: Actor,
    amount_fen: int,
    slip: File | None,
    happened_on: date,
    at: datetime | None = None,
) -> Voucher:
    """What was taken to the bank, by its slip; it waits until somebody else has looked at the slip.
    What differs from the count is to be explained then. Raises `Refused`."""
    row = lock_opening(opening, by, Can.MONEY_RECORD)
    ours(by, slip)
    if not row.counted_fen:
        raise Refused("not-counted", _("这一箱还没有两个人点过，先点数再存。"))
    if row.deposit is not None and row.deposit.refused_at is None:
        raise Refused("deposited", _("这一箱的钱已经记过存款了。"))
    if slip is None:
        raise Refused("slip", _("把银行的存款回单拍一张放上来。"), "slip")
    voucher = _slip(row, amount_fen, slip, happened_on, by=by, at=at)
    row.deposit = voucher
    row.difference_fen = row.counted_fen - amount_fen
    row.save(update_fields=["deposit", "difference_fen"])
    detail = {"difference": row.difference_fen}
    record("opening:deposit", row=row, subject=row.box, by=by, at=at, detail=detail)
    return voucher


def _slip(
    row: Opening, amount_fen: int, slip: File, day: date, *, by: Actor, at: datetime | None
) -> Voucher:
    box = row.box
    said = {"box": box.serial, "seal": row.seal_no, "holder": box.collection.holder}
    try:
        return record_voucher(
            box.collection,
            by=by,
            kind=VoucherKind.DEPOSIT,
            amount_fen=amount_fen,
            happened_on=day,
            text=_("%(box)s 号箱，封条 %(seal)s，存入%(holder)s的账户") % said,
            file=slip,
            at=at,
        )
    except Refused as refused:
        counted = row.counted_fen or 0
        if refused.code != "too-little" or amount_fen <= counted:
            raise
        told = _("回单比点出来的多 %s。先写明是点少了，请另一位核对，再记存款。")
        raise Refused("more-than-counted", told % yuan(amount_fen - counted), "amount") from None


def explaining(opening: Opening) -> Voucher | None:
    """The voucher with which a difference was last explained, if that took one."""
    events = Event.objects.within(opening.community_id).filter(
        row_kind="opening", row_id=opening.pk, verb="opening:explain"
    )
    last = events.order_by("-pk").first()
    pk = (last.detail or {}).get("voucher") if last else None
    return Voucher.objects.within(opening.community_id).filter(pk=pk or 0).first()


@transaction.atomic
def explain(
    opening: Opening, *, by: Actor, why: str, words: str, at: datetime | None = None
) -> Opening:
    """Why the slip and the count differ. Kept for the next deposit, it is still in the box's pot
    and needs no voucher; false or damaged notes, and what was miscounted, leave it, or come into
    it, by a voucher that somebody else checks. Raises `Refused`."""
    row = lock_opening(opening, by, Can.MONEY_RECORD)
    if row.closed_at is not None:
        raise Refused("closed", _("这一次开箱已经了结了。"))
    if row.deposit is None or not row.difference_fen:
        raise Refused("no-difference", _("没有差额要说明。"), "why")
    if row.deposit.booked_at is None:
        raise Refused("waiting", _("存款还没有另一个人核对过，核对以后再说明差额。"))
    if why not in Opening.Why.values:
        raise Refused("why", _("差额是怎么来的，选一样。"), "why")
    if why == Opening.Why.FALSE and row.difference_fen < 0:
        raise Refused("why", _("存的比点的多，不会是残币假币。"), "why")
    slip = row.deposit.file
    return _explained(row, why, words, row.difference_fen, slip, by=by, at=at)


@transaction.atomic
def found_more(
    opening: Opening,
    *,
    by: Actor,
    more_fen: int,
    words: str,
    slip: File | None,
    at: datetime | None = None,
) -> Opening:
    """The bank's slip shows more than was counted: that is put in, and checked by somebody else,
    before the deposit can be. Raises `Refused`."""
    row = lock_opening(opening, by, Can.MONEY_RECORD)
    ours(by, slip)
    there = row.deposit is not None and row.deposit.refused_at is None
    if not row.counted_fen or row.closed_at is not None or there:
        raise Refused("deposited", _("点完数、还没记存款的时候，才补记点少的。"))
    if slip is None:
        raise Refused("slip", _("把银行的存款回单拍一张放上来。"), "slip")
    return _explained(row, Opening.Why.MISCOUNT, words, -more_fen, slip, by=by, at=at)


def _explained(
    row: Opening,
    why: str,
    words: str,
    difference: int,
    slip: File | None,
    *,
    by: Actor,
    at: datetime | None,
) -> Opening:
    said = short(words, 200, "words")
    if len(said) < 4:
        raise Refused("words", _("差额是怎么回事，写一句，让没在场的人也看得懂。"), "words")
    before = explaining(row)
    if before is not None and before.refused_at is None:
        raise Refused("explained", _("差额已经写过说明，凭证在等人核对或者已经记账。"))
    voucher = None
    if why != Opening.Why.NEXT:
        names = {"box": row.box.serial, "seal": row.seal_no, "why": str(Opening.Why(why).label)}
        voucher = record_voucher(
            row.box.collection,
            by=by,
            kind=VoucherKind.LOSS if difference > 0 else VoucherKind.CASH,
            amount_fen=abs(difference),
            happened_on=row.deposit.happened_on if row.deposit else None,
            unnamed=difference < 0,
            text=_("%(box)s 号箱，封条 %(seal)s，差额：%(why)s") % names,
            file=slip,
            at=at,
        )
    row.why, row.explanation, row.explained_by_id = why, said, by.person_id
    row.save(update_fields=["why", "explanation", "explained_by"])
    detail = {"voucher": voucher.pk if voucher else None}
    record("opening:explain", row=row, subject=row.box, by=by, at=at, detail=detail)
    return row


def lacks(opening: Opening) -> Refused | None:
    """What keeps an opening from being closed; None when nothing does."""
    if opening.counted_fen is None:
        return Refused("not-counted", _("这一箱还没有两个人点过。"))
    slip = opening.deposit
    if opening.counted_fen and (slip is None or slip.refused_at is not None):
        return Refused("not-deposited", _("钱还没有存，等存款回单。"))
    if slip is not None and slip.booked_at is None:
        return Refused("waiting", _("存款的凭证还在等另一个人核对。"))
    if opening.difference_fen and not opening.explanation:
        told = _("点出来的和存进去的差 %s，写明差额是怎么回事，再了结。")
        return Refused("difference", told % yuan(abs(opening.difference_fen)), "why")
    voucher = explaining(opening)
    if opening.difference_fen and opening.why != Opening.Why.NEXT:
        if voucher is None or voucher.refused_at is not None:
            return Refused("difference", _("差额的凭证被退回了，重新说明一次。"), "why")
        if voucher.booked_at is None:
            return Refused("waiting", _("差额的凭证还在等另一个人核对。"))
    return None


@transaction.atomic
def close_opening(opening: Opening, *, by: Actor, at: datetime | None = None) -> Opening:
    """了结一次开箱: counted by two, at the bank, every difference explained. Raises `Refused`."""
    row = lock_opening(opening, by, *COUNTERS)
    if row.closed_at is not None:
        return row
    if (lacking := lacks(row)) is not None:
        raise lacking
    row.closed_at = happened(at)
    row.save(update_fields=["closed_at"])
    record("opening:close", row=row, subject=row.box, by=by, at=at)
    return row
