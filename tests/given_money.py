"""What the doors of money are tried on, each made when first asked for."""

from __future__ import annotations

from linshuo.domain.board.models import Collection
from linshuo.domain.funds import banking, boxes, disclosing
from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.models import BankLine, Box, Disclosure, Opening, Voucher
from linshuo.kit import clock
from tests.books import a_paper
from tests.cast import Cast


def slip_of(cast: Cast, raised: Collection) -> int:
    """A gift that waits to be checked, with the bank's slip."""
    found = Voucher.objects.of(cast.house).filter(file__isnull=False).first()
    told = {"giver_name": "林先生", "text": "转账", "file": a_paper(cast, "slip")}
    return (found or record_voucher(raised, by=cast.sun, kind="gift", amount_fen=100_00, **told)).pk


def box_of(cast: Cast, raised: Collection) -> int:
    """A box that stands on the counter."""
    found = Box.objects.of(cast.house).first()
    told = {"serial": "01", "where": "服务站柜台上", "in_public": False}
    return (found or boxes.set_out(raised, by=cast.sun, **told)).pk


def opening_of(cast: Cast, raised: Collection) -> int:
    """The same, opened, and not counted yet."""
    found = Opening.objects.of(cast.house).first()
    if found is None:
        box = Box.objects.of(cast.house).get(pk=box_of(cast, raised))
        found = boxes.open_box(box, by=cast.sun, seal_no="0001")
    return found.pk


def disclosure_of(cast: Cast, raised: Collection) -> int:
    """A draft that nobody has read yet."""
    found = Disclosure.objects.of(cast.house).first()
    return (found or disclosing.draft(raised, kind="quarter", by=cast.zhang)).pk


def bank_line_of(cast: Cast) -> int:
    """A line of the bank's statement that waits."""
    said = [banking.Said(clock.today(), 100_00, "林先生", "捐款")]
    found = BankLine.objects.of(cast.house).first()
    return (found or banking.take_in(said, account="基本户", by=cast.sun)[0]).pk
