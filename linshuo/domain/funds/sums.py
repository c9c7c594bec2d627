"""What a book comes to: one rule, for the office, for everyone, and for a day that is past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linshuo.domain.funds.models import PotKind


@dataclass(frozen=True, slots=True)
class Totals:
    """What a book comes to, in 分. `raised` is all that was given, `direct` the part that units
    paid straight to whoever built, `spent` all that went out with it, `left` what is still here."""

    promised: int = 0
    raised: int = 0
    direct: int = 0
    spent: int = 0
    box: int = 0
    bank: int = 0
    advance: int = 0
    goods: int = 0

    @property
    def left(self) -> int:
        return self.box + self.bank + self.advance + self.goods


def summed(held: Mapping[str, int], promised: int = 0) -> Totals:
    """The sums of a book from what is in its pots, by their kind, in 分."""
    direct = held.get(PotKind.DIRECT, 0)
    return Totals(
        promised=promised,
        raised=-held.get(PotKind.DONORS, 0),
        direct=direct,
        spent=held.get(PotKind.SPENT, 0) + direct,
        box=held.get(PotKind.BOX, 0),
        bank=held.get(PotKind.BANK, 0),
        advance=held.get(PotKind.ADVANCE, 0),
        goods=held.get(PotKind.GOODS, 0),
    )
