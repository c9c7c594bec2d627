"""The rows behind a figure of a book: what moved, on which day, and what was left after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, F, Q, Sum, Value, When
from django.utils.translation import gettext as _

from linshuo.domain.funds.models import Pot, PotKind, Transfer, VoucherKind
from linshuo.domain.funds.public.books import PublicBook
from linshuo.domain.funds.public.papers import PublicPaper, shown
from linshuo.domain.funds.public.seen import clean, giver_of, payee_of
from linshuo.domain.pledges.access import PROMISED
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import wording
from linshuo.kit.money import yuan

PAGE = 30
MOST = 20_000
WHICH = ("promised", "raised", "spent", "left")
_OUT = (PotKind.SPENT, PotKind.DIRECT)
_GIVEN = frozenset(
    {VoucherKind.GIFT, VoucherKind.INSTALMENT, VoucherKind.DIRECT, VoucherKind.GOODS}
)


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One movement of money, formatted. Sums are to the 分, empty where nothing came or went."""

    day: str
    no: str
    """The receipt's number, by which whoever holds it finds it here; empty for most."""
    what: str
    who: str
    came: str
    went: str
    left: str
    """What the book held after it."""
    note: str = ""
    undone: bool = False
    """Whether a later row takes it back."""
    paper: PublicPaper | None = None


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Some rows, newest first, and the mark where the next ones begin (empty at the end)."""

    rows: list[PublicRow]
    after: str
    total: int
    """Of all rows of this kind, in 分."""


def every(community_id: int, book: PublicBook) -> Iterator[PublicRow]:
    """All rows of a book, newest first, for a file: as many as one can still open."""
    after = ""
    for _n in range(MOST // 1000):
        page = rows(community_id, book, "left", after, size=1000)
        yield from page.rows
        after = page.after
        if not after:
            return


def rows(
    community_id: int, book: PublicBook, which: str, after: str = "", *, size: int = 0
) -> RowsPage:
    """The rows of one figure of a book that everyone may see. `which` is one of `WHICH`; `size` is
    how many at once, by default a page. Five queries."""
    size = size or PAGE
    if which == "promised":
        return _promised(community_id, book, after)
    pots = dict(
        Pot.objects.within(community_id).filter(**{book.kind: book.pk}).values_list("pk", "kind")
    )
    found = _moved(community_id, pots, which)
    total = {"raised": book.sums.raised, "spent": book.sums.spent, "left": book.sums.left}[which]
    mark = _mark(after)
    left = book.sums.left
    if mark:
        older = Q(happened_on__lt=mark[0]) | Q(happened_on=mark[0], pk__lt=mark[1])
        left = _left(_moved(community_id, pots, "left").filter(older), pots)
        found = found.filter(older)
    whole = (
        "voucher__unit__organisation",
        *("voucher__giver", "voucher__file", "voucher__reverses", "voucher__line"),
    )
    page = list(found.select_related(*whole).order_by("-happened_on", "-pk")[: size + 1])
    undone = set(
        Transfer.objects.within(community_id)
        .filter(reverses__in=[t.pk for t in page])
        .values_list("reverses_id", flat=True)
    )
    running = which == "left"
    told = []
    for transfer in page[:size]:
        told.append(_row(transfer, pots, left if running else None, transfer.pk in undone))
        left -= _came(transfer, pots) - _went(transfer, pots)
    more = _of(page[size - 1]) if len(page) > size else ""
    return RowsPage(told, more, total)


def _moved(community_id: int, pots: dict[int, str], which: str) -> ScopedQuerySet[Transfer]:
    if which == "raised":
        ends = [pk for pk, kind in pots.items() if kind == PotKind.DONORS]
    elif which == "spent":
        ends = [pk for pk, kind in pots.items() if kind in _OUT]
    else:
        ends = list(pots)
    return Transfer.objects.within(community_id).filter(Q(from_pot__in=ends) | Q(to_pot__in=ends))


def _left(found: ScopedQuerySet[Transfer], pots: dict[int, str]) -> int:
    """What these movements left in hand."""
    world = [pk for pk, kind in pots.items() if kind in (PotKind.DONORS, *_OUT)]
    effect = Case(
        When(from_pot__in=world, to_pot__in=world, then=Value(0)),
        When(from_pot__in=world, then=F("amount_fen")),
        When(to_pot__in=world, then=-F("amount_fen")),
        default=Value(0),
        output_field=BigIntegerField(),
    )
    return found.aggregate(n=Sum(effect))["n"] or 0


def _came(t: Transfer, pots: dict[int, str]) -> int:
    if pots[t.from_pot_id] == PotKind.DONORS:
        return t.amount_fen
    return -t.amount_fen if pots[t.to_pot_id] == PotKind.DONORS else 0


def _went(t: Transfer, pots: dict[int, str]) -> int:
    if pots[t.to_pot_id] in _OUT:
        return t.amount_fen
    return -t.amount_fen if pots[t.from_pot_id] in _OUT else 0


def _row(t: Transfer, pots: dict[int, str], left: int | None, undone: bool) -> PublicRow:
    v = t.voucher
    came, went = _came(t, pots), _went(t, pots)
    what, who = _told(t)
    return PublicRow(
        day=wording.day(t.happened_on),
        no=v.receipt_no,
        what=what,
        who=who,
        came=yuan(came) if came else "",
        went=yuan(went) if went else "",
        left="" if left is None else yuan(left),
        note=_note(t, undone),
        undone=undone,
        paper=shown(v.file),
    )


def _told(t: Transfer) -> tuple[str, str]:
    """What it was for, and who gave or was paid."""
    v = t.voucher
    kind = VoucherKind(v.kind)
    if kind in _GIVEN:
        # A gift's own words are the office's: who gave may stand in them.
        words = {
            VoucherKind.GIFT: _("捐款"),
            VoucherKind.INSTALMENT: _("认捐的钱到了"),
            VoucherKind.DIRECT: _("单位直接付给施工的"),
            VoucherKind.GOODS: _("捐的东西，折成钱"),
        }[kind]
        line = f"：{clean(v.line.text)}" if kind == VoucherKind.DIRECT and v.line else ""
        return words + line, giver_of(v)
    if kind == VoucherKind.REVERSE and v.reverses is not None:
        return _("冲销：%s") % _plain(VoucherKind(v.reverses.kind)), ""
    if kind in (VoucherKind.CASH, VoucherKind.LOSS, VoucherKind.REFUND):
        who = giver_of(v) if kind == VoucherKind.REFUND else ""
        return _plain(kind), who
    if kind in (VoucherKind.SPEND, VoucherKind.SPEND_ADVANCE, VoucherKind.USE):
        return clean(v.text, v), payee_of(v.payee)
    return _plain(kind), ""


def _plain(kind: VoucherKind) -> str:
    words = {
        VoucherKind.CASH: _("箱里点出来的，两个人点过"),
        VoucherKind.DEPOSIT: _("现金存进账户"),
        VoucherKind.LOSS: _("点数和存款的差额，有说明"),
        VoucherKind.DRAW: _("领备用金"),
        VoucherKind.PUT_BACK: _("交回备用金"),
        VoucherKind.REFUND: _("退款"),
    }
    return words.get(kind) or str(kind.label)


def _note(t: Transfer, undone: bool) -> str:
    if undone:
        return _("后来冲销了，见后面的一行")
    v = t.voucher
    if v.kind == VoucherKind.REVERSE and v.reverses is not None:
        return _("冲的是%s那一笔") % wording.day(v.reverses.happened_on)
    return ""


def _mark(after: str) -> tuple[date, int] | None:
    day, _sep, pk = after.partition("_")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def _of(t: Transfer) -> str:
    return f"{t.happened_on.isoformat()}_{t.pk}"


def _promised(community_id: int, book: PublicBook, after: str) -> RowsPage:
    found = Pledge.objects.within(community_id).filter(PROMISED, **{f"ask__{book.kind}": book.pk})
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    page = list(found.order_by("-pk")[: PAGE + 1])
    told = [
        PublicRow(
            day=wording.day(p.signed_at),
            no="",
            what=_("认捐"),
            who=_("一家共建单位") if p.partnership_id else _("一位居民"),
            came=yuan(p.amount_fen or 0),
            went="",
            left="",
        )
        for p in page[:PAGE]
    ]
    mark = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    return RowsPage(told, mark, book.sums.promised)
