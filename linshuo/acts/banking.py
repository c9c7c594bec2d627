"""What a line of the bank's statement turns out to be: a voucher that is written already, a part of
what a unit promised, a gift. What is new waits for a second person like every voucher."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts import building, collecting
from linshuo.domain.board.models import Collection
from linshuo.domain.funds import banking
from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.models import BankLine, Voucher, VoucherKind
from linshuo.domain.needs.checks import ours
from linshuo.domain.people.models import Partnership
from linshuo.domain.pledges.models import Instalment
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused


def _comes_in(line: BankLine, by: Actor) -> BankLine:
    row = banking.lock_line(line, by)
    if row.amount_fen <= 0:
        raise Refused("goes-out", _("这一行是付出去的，不能记成收款。"))
    banking.must_be_free(row)
    return row


@transaction.atomic
def as_instalment(
    line: BankLine, instalment: Instalment, *, by: Actor, at: datetime | None = None
) -> Voucher:
    """It is this part of what a unit promised, all of it or some. Raises `Refused`."""
    row = _comes_in(line, by)
    ours(by, instalment)
    ask = instalment.pledge.ask
    told: dict[str, Any] = {"amount_fen": row.amount_fen, "text": _said(row), "at": at}
    if ask.project is not None:
        voucher = building.receive(
            ask.project, by=by, instalment=instalment, received_on=row.day, **told
        )
    elif ask.collection is not None:
        voucher = record_voucher(
            ask.collection, by=by, kind=VoucherKind.INSTALMENT, pledge=instalment.pledge,
            instalment=instalment, happened_on=row.day, **told,
        )  # fmt: skip
    else:
        raise Refused("another-book", _("这一期不是哪个项目或者募集的。"))
    banking.match(row, voucher, by=by, at=at)
    return voucher


@transaction.atomic
def as_gift(
    line: BankLine,
    collection: Collection,
    *,
    by: Actor,
    unit: Partnership | None = None,
    at: datetime | None = None,
) -> Voucher:
    """It is a gift to this collection, from a unit or from whom the bank names. Nobody is named in
    public by that: they have not said that they may be (慈善法 §82)."""
    row = _comes_in(line, by)
    payer = row.payer[:40]
    voucher = collecting.give(
        collection,
        by=by,
        amount_fen=row.amount_fen,
        happened_on=row.day,
        unit=unit,
        giver_name="" if unit else payer,
        unnamed=not (unit or payer),
        text=_said(row),
        at=at,
    )
    banking.match(row, voucher, by=by, at=at)
    return voucher


def _said(row: BankLine) -> str:
    told = _("对账单：%s") % " ".join(part for part in (row.account, row.memo) if part)
    return told[:120]
