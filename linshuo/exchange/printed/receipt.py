"""收据: for whoever gave, with a half that stays. It says of itself that it is not the charity's
公益事业捐赠票据, and leaves a place for that one's number (慈善法 §38)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.checks import COMES_IN
from linshuo.domain.funds.models import Goods, Voucher, VoucherKind
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.exchange.printed.money import frame
from linshuo.kit import wording
from linshuo.kit.money import capitals, yuan
from linshuo.kit.refused import Refused


def receipt(
    community: Community, voucher: Voucher, *, page: str, at: datetime | None = None
) -> bytes:
    """The receipt of one gift as a PDF. `page` is the address at which everyone may follow it;
    empty for what has no page.

    Raises `Refused` for what was not received, waits to be checked, or lay in a box unnamed.
    """
    return pdf("receipt", receipt_data(community, voucher, page=page, at=at))


def receipt_data(
    community: Community, voucher: Voucher, *, page: str, at: datetime | None = None
) -> dict[str, Any]:
    """What stands on the receipt."""
    if voucher.kind not in COMES_IN or voucher.booked_at is None or not voucher.receipt_no:
        raise Refused("receipt", _("这一笔没有收据：收进来、核对过、编了号的才有。"))
    book = voucher.book
    return {
        **frame(community, at),
        "title": _("收据"),
        "halves": [_("给捐的人"), _("社区留存")],
        "number_label": _("编号"),
        "number": voucher.receipt_no,
        "day": wording.day(voucher.happened_on),
        "amount_label": _("收到"),
        "amount": yuan(voucher.amount_fen),
        "formal": _("人民币%s") % capitals(voucher.amount_fen),
        "qr": qr(page) if page else "",
        "qr_label": _("扫码看去向"),
        "facts": [[term, words] for term, words in _facts(voucher, book) if words],
        "ticket_label": _("捐赠票据号"),
        "ticket": voucher.ticket_no,
        "not_a_ticket": _(
            "本收据不是公益事业捐赠票据，不能用来抵税。要票据，由慈善组织开，号码写在上面一栏。"
        ),
        "signs": [_("经手人"), _("复核人"), _("盖章")],
    }


def _facts(voucher: Voucher, book: Collection | Project) -> list[tuple[str, str]]:
    who = str(voucher.unit or voucher.giver or "") or voucher.giver_name
    how = {
        VoucherKind.GIFT: _("交到账户或当面交来"),
        VoucherKind.INSTALMENT: _("按认捐协议付到账户"),
        VoucherKind.DIRECT: _("直接付给%s，不经过社区的账") % voucher.payee,
        VoucherKind.GOODS: _("实物：%s") % _things(voucher),
        VoucherKind.CASH: _("现金，两人点过"),
    }
    holder = book.holder if isinstance(book, Collection) else ""
    checker = voucher.checked_by.name if voucher.checked_by is not None else ""
    return [
        (_("捐的人"), _("不留名") if voucher.unnamed or not who else who),
        (_("用于"), f"{book.name}　{book.number}"),
        (_("说好做什么"), book.purpose if isinstance(book, Collection) else book.about),
        (_("怎么给的"), how[VoucherKind(voucher.kind)]),
        (_("谁保管"), holder),
        (_("经手"), _("%(one)s 记，%(other)s 核") % {"one": voucher.recorded_by, "other": checker}),
    ]


def _things(voucher: Voucher) -> str:
    rows = Goods.objects.within(voucher.community_id).filter(voucher=voucher)
    told = [f"{item} {quantity}" for item, quantity in rows.values_list("item", "quantity")]
    return _("、").join(told) or voucher.text
