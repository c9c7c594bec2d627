"""The community's books as text for beancount, whose own checker adds everything up once more.

Each pot is an account, each transfer a transaction of two postings, and for every pot what we hold
to be in it is asserted on the day after: if its sums and ours differed, beancount would say so.
Whoever gave is masked as in the office's lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from linshuo.domain.funds.models import Pot, PotKind, Transfer, VoucherKind
from linshuo.domain.funds.queries import who
from linshuo.domain.places.models import Community
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import plain_yuan
from linshuo.kit.refused import NotYours

_ROOTS = {
    PotKind.DONORS: "Income",
    PotKind.BOX: "Assets",
    PotKind.BANK: "Assets",
    PotKind.ADVANCE: "Assets",
    PotKind.GOODS: "Assets",
    PotKind.DIRECT: "Expenses",
    PotKind.SPENT: "Expenses",
}


def text(viewer: Actor) -> str:
    """All books of the viewer's community. Raises `NotYours` for whoever reads no money."""
    return "\n".join(lines(viewer)) + "\n"


def lines(viewer: Actor) -> Iterator[str]:
    """The same line by line, for books of any length."""
    if not viewer.can(Can.MONEY_READ):
        raise NotYours("money", _("没有这一页。"))
    here = viewer.community_id
    community = Community.objects.get(pk=here)
    pots = list(Pot.objects.within(here).select_related("collection", "project").order_by("pk"))
    rows = (
        Transfer.objects.within(here)
        .select_related("voucher__giver", "voucher__unit__organisation")
        .order_by("happened_on", "pk")
    )
    accounts = {pot.pk: account_of(pot) for pot in pots}
    first = rows.values_list("happened_on", flat=True).first() or clock.today()
    last = max(clock.today(), rows.values_list("happened_on", flat=True).last() or first)
    yield f'option "title" {_quoted(community.name)}'
    yield 'option "operating_currency" "CNY"'
    yield ""
    yield from _opened(pots, accounts, first)
    yield ""
    for row in rows.iterator(chunk_size=2000):
        yield from _transaction(row, accounts)
    yield from _asserted(pots, accounts, last + timedelta(days=1))


def account_of(pot: Pot) -> str:
    """What a pot is called over there: Assets:JF-C-2019-01:Bank."""
    book = pot.collection or pot.project
    assert book is not None
    kind = PotKind(pot.kind)
    return f"{_ROOTS[kind]}:{book.number}:{kind.value.capitalize()}"


def _opened(pots: Iterable[Pot], accounts: dict[int, str], day: date) -> Iterator[str]:
    for pot in pots:
        book = pot.collection or pot.project
        yield f"{day} open {accounts[pot.pk]} CNY"
        yield f"  name: {_quoted(str(book))}"


def _transaction(row: Transfer, accounts: dict[int, str]) -> list[str]:
    voucher = row.voucher
    what = f"{VoucherKind(voucher.kind).label} {voucher.text}".strip()
    amount = plain_yuan(row.amount_fen)
    return [
        f"{row.happened_on} * {_quoted(who(voucher))} {_quoted(what)}",
        f'  voucher: "{voucher.pk}"',
        *([f"  receipt: {_quoted(voucher.receipt_no)}"] if voucher.receipt_no else []),
        f"  {accounts[row.from_pot_id]}  -{amount} CNY",
        f"  {accounts[row.to_pot_id]}  {amount} CNY",
        "",
    ]


def _asserted(pots: Iterable[Pot], accounts: dict[int, str], day: date) -> Iterator[str]:
    for pot in pots:
        yield f"{day} balance {accounts[pot.pk]}  {plain_yuan(pot.balance_fen)} CNY"


def _quoted(words: str) -> str:
    plain = " ".join(words.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
