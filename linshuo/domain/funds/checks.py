"""What may move: asked when a voucher is written and again, under lock, when it is booked."""

from __future__ import annotations

from datetime import date

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Sum, When
from django.utils.translation import gettext as _

from linshuo.domain.board.lifecycle import GIVING, PAYING, RAISING, SPENDING
from linshuo.domain.board.models import BudgetLine, Collection, LegalBasis
from linshuo.domain.funds.access import Book
from linshuo.domain.funds.models import (
    ROUTES,
    Closing,
    Pot,
    PotKind,
    Voucher,
    VoucherKind,
)
from linshuo.domain.pledges.instalments import HOLDS
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.kit import clock, wording
from linshuo.kit.money import yuan
from linshuo.kit.refused import Refused

_K = VoucherKind
COMES_IN = frozenset({_K.GIFT, _K.CASH, _K.GOODS, _K.INSTALMENT, _K.DIRECT})
GOES_OUT = frozenset({_K.USE, _K.SPEND, _K.SPEND_ADVANCE, _K.DIRECT})
ON_A_LINE = frozenset({_K.SPEND, _K.SPEND_ADVANCE, _K.DIRECT})
"""What pays for a line of a project's budget."""
ONLY_COLLECTIONS = frozenset({_K.CASH, _K.DEPOSIT, _K.LOSS})
OLDEST_DAYS = 1100
"""Three years: what lies further back is opening record, not a voucher."""


def fits(voucher: Voucher, pots: dict[str, Pot]) -> None:
    """Raises `Refused` with what stands in the way of this voucher, as things are now.

    `pots` are the book's, by kind; under lock when it is about to be booked.
    """
    book = voucher.book
    reversed_ = voucher.reverses
    kind = VoucherKind(reversed_.kind if reversed_ is not None else voucher.kind)
    _is_of_the_book(voucher)
    _day(voucher)
    if reversed_ is None:
        _book_takes(book, kind)
        _giver_may(voucher, kind)
        _line(voucher, kind)
        _instalment(voucher, kind)
        _pledge(voucher, kind)
    elif isinstance(book, Collection) and book.state not in SPENDING:
        raise Refused("closed", _("“%s”已经结清，账不再动。") % book)
    source = pots[route(voucher)[0]]
    if source.kind != PotKind.DONORS and source.balance_fen < voucher.amount_fen:
        told = _("%(pot)s里只有 %(have)s，不够 %(want)s。")
        raise Refused(
            "too-little",
            told
            % {
                "pot": PotKind(source.kind).label,
                "have": yuan(source.balance_fen),
                "want": yuan(voucher.amount_fen),
            },
            "amount",
        )
    target = pots[route(voucher)[1]]
    if target.kind == PotKind.DONORS and -target.balance_fen < voucher.amount_fen:
        raise Refused("more-than-came", _("退的比收到的还多。"), "amount")


def route(voucher: Voucher) -> tuple[PotKind, PotKind]:
    """From which pot to which a voucher leads."""
    if voucher.reverses is not None:
        source, target = ROUTES[VoucherKind(voucher.reverses.kind)]
        return target, source
    return ROUTES[VoucherKind(voucher.kind)]


def _book_takes(book: Book, kind: VoucherKind) -> None:
    if isinstance(book, Collection):
        if kind in COMES_IN and book.state not in GIVING:
            raise Refused("closed", _("“%s”现在不收捐款捐物。") % book)
        if book.state not in SPENDING:
            raise Refused("closed", _("“%s”还没开始，或者已经结清，账不能动。") % book)
        if kind in (_K.CASH, _K.DEPOSIT) and book.legal_basis == LegalBasis.AGREEMENT:
            raise Refused("basis", _("单位认捐协议的款走账户，不设箱子。"))
        return
    if kind in ONLY_COLLECTIONS:
        raise Refused("kind", _("箱子只用在募集里，项目不设箱子。"), "kind")
    takes = kind in COMES_IN and book.state in RAISING
    pays = kind not in COMES_IN and book.state in (*RAISING, *PAYING)
    if kind in GOES_OUT and book.state not in PAYING:
        raise Refused("not-building", _("“%s”还没开工，或者已经停了，不能付款。") % book)
    if not (takes or pays):
        raise Refused("closed", _("“%s”现在不收款也不付款。") % book)


def _giver_may(voucher: Voucher, kind: VoucherKind) -> None:
    """By written agreement units give, and they alone (慈善法 §39)."""
    book = voucher.collection
    by_agreement = book is not None and book.legal_basis == LegalBasis.AGREEMENT
    if kind in COMES_IN and by_agreement and voucher.unit_id is None:
        told = _("单位认捐协议只收签了协议的单位的，个人的请捐到别处。")
        raise Refused("units-only", told, "unit")


def _is_of_the_book(voucher: Voucher) -> None:
    book = voucher.book
    line, pledge, instalment = voucher.line, voucher.pledge, voucher.instalment
    wrong = (
        (line is not None and line.project_id != voucher.project_id)
        or (pledge is not None and pledge.ask.target != book)
        or (instalment is not None and instalment.pledge_id != voucher.pledge_id)
    )
    if wrong:
        raise Refused("another-book", _("这一笔不是“%s”的，请看清是哪个项目。") % book, "pledge")


def _day(voucher: Voucher) -> None:
    day = voucher.happened_on
    if day > clock.today():
        raise Refused("future", _("这个日子还没到。"), "happened_on")
    if (clock.today() - day).days > OLDEST_DAYS:
        raise Refused("past", _("三年以前的账不再补记。"), "happened_on")
    if closed_month(voucher.community_id, day):
        told = _("%s 的账已经月结，请记在现在的月份，摘要里写明。")
        raise Refused("month-closed", told % f"{day.year}年{day.month}月", "happened_on")


def closed_month(community_id: int, day: date) -> bool:
    """Whether the books of that day's month are closed."""
    months = Closing.objects.within(community_id).filter(month=day.replace(day=1))
    return months.filter(closed_at__isnull=False).exists()


def booked(**of: object) -> Q:
    """Vouchers that count: booked, and not taken back since."""
    taken_back = Voucher.objects.everywhere().filter(
        community_id=OuterRef("community_id"), reverses=OuterRef("pk"), booked_at__isnull=False
    )
    return Q(~Exists(taken_back), booked_at__isnull=False, reverses__isnull=True, **of)


def paid_on(line: BudgetLine, without: int | None = None) -> int:
    """What has been paid for a line, in 分, by the community and by units directly."""
    rows = Voucher.objects.within(line.community_id).filter(booked(line=line, kind__in=ON_A_LINE))
    return int(rows.exclude(pk=without or 0).aggregate(n=Sum("amount_fen"))["n"] or 0)


def came_and_back(**of: object) -> Q:
    """Vouchers that brought something in, and those that gave it back: what `NET` adds up."""
    return booked(kind__in=(*COMES_IN, _K.REFUND), **of)


_BACK = When(kind=_K.REFUND, then=-F("amount_fen"))
NET = Sum(Case(_BACK, default=F("amount_fen"), output_field=BigIntegerField()))
"""What came, less what was given back."""


def came_of(pledge: Pledge, without: int | None = None) -> int:
    """What came of a pledge and was not given back, in 分."""
    rows = Voucher.objects.within(pledge.community_id).exclude(pk=without or 0)
    return int(rows.filter(came_and_back(pledge=pledge)).aggregate(n=NET)["n"] or 0)


def paid_towards(instalment: Instalment, without: int | None = None) -> int:
    """What has come towards an instalment, in 分: to the community, or straight to the builder."""
    rows = Voucher.objects.within(instalment.community_id).filter(booked(instalment=instalment))
    return int(rows.exclude(pk=without or 0).aggregate(n=Sum("amount_fen"))["n"] or 0)


def _line(voucher: Voucher, kind: VoucherKind) -> None:
    line = voucher.line
    if line is None:
        if voucher.project_id is not None and kind in ON_A_LINE:
            raise Refused("line", _("付的是预算里哪一项？"), "line")
        return
    if kind not in ON_A_LINE:
        raise Refused("line", _("收款不挂在预算的一项上。"), "line")
    free = line.amount_fen - paid_on(line, voucher.pk)
    kept = line.retention_until is not None and voucher.happened_on < line.retention_until
    if kept:
        free -= line.retention_fen
    if voucher.amount_fen <= free:
        return
    if kept and voucher.amount_fen <= free + line.retention_fen:
        assert line.retention_until is not None
        told = _("“%(line)s”留的质保金 %(kept)s 要到 %(day)s 才付。")
        words = {
            "line": line,
            "kept": yuan(line.retention_fen),
            "day": wording.day(line.retention_until),
        }
        raise Refused("retention", told % words, "amount")
    told = _("“%(line)s”只剩 %(free)s 可付，超了。")
    raise Refused("over-line", told % {"line": line, "free": yuan(max(free, 0))}, "amount")


def _pledge(voucher: Voucher, kind: VoucherKind) -> None:
    """What was let go of, or is more than was promised, is another gift and not this pledge's."""
    if voucher.pledge_id is None or kind not in COMES_IN:
        return
    pledges = Pledge.objects.within(voucher.community_id)
    if voucher.pk is not None:  # about to be booked: meanwhile nobody lets go of what comes in
        pledges = pledges.select_for_update(of=("self",))
    pledge = pledges.get(pk=voucher.pledge_id)
    if pledge.amount_fen is None:
        return
    if pledge.state not in HOLDS:
        raise Refused("not-held", _("这份认捐已经结束了，按捐款来记。"), "pledge")
    free = pledge.amount_fen - came_of(pledge, voucher.pk)
    if voucher.amount_fen > free:
        told = _("这一家认捐的还差 %(free)s，多的部分按捐款来记。")
        raise Refused("over-promise", told % {"free": yuan(max(free, 0))}, "amount")


def _instalment(voucher: Voucher, kind: VoucherKind) -> None:
    instalment = voucher.instalment
    if instalment is None:
        if kind == _K.INSTALMENT:
            raise Refused("instalment", _("收的是哪一期？"), "instalment")
        return
    if kind not in (_K.INSTALMENT, _K.DIRECT):
        raise Refused("instalment", _("这一笔不是分期款。"), "instalment")
    free = instalment.amount_fen - paid_towards(instalment, voucher.pk)
    if voucher.amount_fen > free:
        told = _("这一期还差 %(free)s，收 %(got)s 就多了；多的部分记成下一期或另一笔。")
        words = {"free": yuan(max(free, 0)), "got": yuan(voucher.amount_fen)}
        raise Refused("over-instalment", told % words, "amount")
