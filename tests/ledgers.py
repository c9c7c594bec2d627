"""What beancount makes of an export, and what our own pots hold."""

from __future__ import annotations

from decimal import Decimal

from beancount import loader
from beancount.core import realization
from beancount.core.data import Open

from linshuo.domain.funds.models import Pot
from linshuo.exchange.beancount import account_of


def beancount_complains(text: str) -> list[str]:
    """What beancount's own checker has against it."""
    _entries, errors, _options = loader.load_string(text, dedent=False)
    return [error.message for error in errors]


def beancount_pots(text: str) -> dict[str, int]:
    """What beancount adds up, in 分, by the name of the account."""
    entries, _errors, _options = loader.load_string(text, dedent=False)
    root = realization.realize(entries)
    found = {}
    for entry in entries:
        if isinstance(entry, Open):
            held = realization.get(root, entry.account).balance.get_currency_units("CNY")
            found[entry.account] = int((held.number or Decimal(0)) * 100)
    return found


def our_pots(community_id: int) -> dict[str, int]:
    """What our pots hold, by the same names."""
    pots = Pot.objects.within(community_id).select_related("collection", "project")
    return {account_of(pot): pot.balance_fen for pot in pots}
