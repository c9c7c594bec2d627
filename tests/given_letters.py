"""What the doors of letters are tried on, each made when first asked for."""

from __future__ import annotations

from collections.abc import Callable

from linshuo.acts import checking_in
from linshuo.domain.funds.models import Voucher
from linshuo.exchange.forms.tables import quarter_of
from linshuo.insight.letters import draft_quarter, send, thank
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock
from tests.books import a_collection, booked
from tests.cast import Cast


def part_of(cast: Cast, serve: Callable[[], object]) -> MissivePart:
    """赵在职, who checked in for 陈老板's unit, agreed that it is told, and came."""
    found = MissivePart.objects.of(cast.house).first()
    if found is None:
        row = checking_in.check_in(
            by=cast.zhao, via="web", person=cast.person("赵在职"), name="赵在职",
            unit_text=str(cast.partnership), consents=["contact", "share_unit"],
        )  # fmt: skip
        checking_in.accept(row, by=cast.zhang)
        serve()
        draft_quarter(quarter_of(clock.today())[0], by=cast.zhang)
        found = MissivePart.objects.of(cast.house).get()
    return found


def gift_of(cast: Cast) -> int:
    """Money of 陈老板's unit, booked."""
    found = Voucher.objects.of(cast.house).filter(kind="gift", unit=cast.partnership).first()
    if found is None:
        box = a_collection(cast, name="谢谢的来由")
        found = booked(cast, box, "gift", 20_000, unit=cast.partnership, giver_name="")
    return found.pk


def sent_of(cast: Cast) -> int:
    """Thanks for it, sent."""
    found = Missive.objects.of(cast.house).filter(sent_at__isnull=False).first()
    if found is None:
        letter = thank("voucher", gift_of(cast), by=cast.zhang)
        found = send(letter, how="hand", by=cast.zhang)
    return found.pk
