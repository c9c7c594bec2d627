"""Pots, vouchers and transfers; boxes and goods; what was made public, and closed months."""

from linshuo.domain.funds.models.disclosed import (
    BankLine,
    Closing,
    Disclosure,
    PurposeAnswer,
    PurposeChange,
)
from linshuo.domain.funds.models.held import Box, Goods, Opening, Tally
from linshuo.domain.funds.models.moved import (
    ROUTES,
    WORLD,
    Pot,
    PotKind,
    Transfer,
    Voucher,
    VoucherKind,
)

__all__ = [
    "ROUTES",
    "WORLD",
    "BankLine",
    "Box",
    "Closing",
    "Disclosure",
    "Goods",
    "Opening",
    "Pot",
    "PotKind",
    "PurposeAnswer",
    "PurposeChange",
    "Tally",
    "Transfer",
    "Voucher",
    "VoucherKind",
]
