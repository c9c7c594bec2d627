"""Every movement of money: one person records a voucher, another checks it, and it is booked.

Nothing booked is changed or taken out. What was wrong goes back by a voucher of its own, 冲销.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linshuo.domain.board.models import BudgetLine
from linshuo.domain.funds.access import Book, must, of_book, same_human
from linshuo.domain.funds.checks import COMES_IN, fits, route
from linshuo.domain.funds.models import Pot, PotKind, Transfer, Voucher, VoucherKind
from linshuo.domain.needs.checks import one_of, ours, short
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import MOST_FEN
from linshuo.kit.refused import Lost, NotYours, Refused

MOST_TEXT = 120


@transaction.atomic
def record_voucher(
    book: Book,
    *,
    by: Actor,
    kind: str,
    amount_fen: int,
    happened_on: date | None = None,
    text: str = "",
    pledge: Pledge | None = None,
    instalment: Instalment | None = None,
    line: BudgetLine | None = None,
    giver: Person | None = None,
    unit: Partnership | None = None,
    giver_name: str = "",
    unnamed: bool = False,
    name_public: bool = False,
    payee: str = "",
    file: File | None = None,
    advance_to: Person | None = None,
    ticket_no: str = "",
    at: datetime | None = None,
) -> Voucher:
    """Write down what is to move. `amount_fen` is in 分; `happened_on` defaults to today.

    It waits for a second person. Raises `Refused` with the field that will not do, or with what
    stands in the way: too little in the pot, a closed book or month, another book's instalment, a
    line overspent.
    """
    must(by, Can.MONEY_RECORD, book)
    ours(by, pledge, instalment, line, giver, unit, file, advance_to)
    moment = happened(at)
    kind = one_of(VoucherKind, kind, "kind")
    if kind == VoucherKind.REVERSE:
        raise Refused("reverse", _("冲销要从原来那一笔上做。"), "kind")
    # Whoever signs for a sum says then whether everyone may read it, not with each part.
    agreed = pledge is not None and pledge.amount_public
    voucher = Voucher(
        community_id=book.community_id,
        kind=kind,
        **of_book(book),
        amount_fen=clean_amount(amount_fen),
        happened_on=happened_on or clock.local(moment).date(),
        pledge=pledge,
        instalment=instalment,
        line=line,
        unnamed=unnamed,
        name_public=(name_public or agreed) and not unnamed,
        payee=short(payee, 60, "payee"),
        text=short(text, MOST_TEXT, "text"),
        file=file,
        advance_to=advance_to,
        ticket_no=short(ticket_no, 40, "ticket_no"),
        recorded_by=_person(by),
        recorded_at=moment,
        **_who_gave(kind, giver, unit, giver_name, unnamed, pledge),
    )
    _says_enough(voucher)
    fits(voucher, _pots(book))
    voucher.save(force_insert=True)
    record("voucher:record", row=voucher, subject=book, by=by, at=moment)
    return voucher


def clean_amount(amount_fen: int) -> int:
    """Whole 分 above nothing and at most `MOST_FEN`; the forms read yuan by `kit.money`."""
    if not 0 < amount_fen <= MOST_FEN:
        raise Refused("amount", _("金额要大于零，最多 99,999,999.99 元。"), "amount")
    return amount_fen


def _who_gave(
    kind: str,
    giver: Person | None,
    unit: Partnership | None,
    giver_name: str,
    unnamed: bool,
    pledge: Pledge | None,
) -> dict[str, Any]:
    """Who gave: somebody known, a unit, a name, or nobody who wishes to be named (慈善法 §38)."""
    if kind not in COMES_IN and kind != VoucherKind.REFUND:
        return {}
    if pledge is not None:
        giver, unit = pledge.person, pledge.partnership
    name = short(giver_name, 40, "giver_name")
    if unnamed:
        if giver or unit or name:
            raise Refused("unnamed", _("不留名的，就不写是谁。"), "giver_name")
        return {}
    known = sum(1 for one in (giver, unit, name) if one)
    if known > 1:
        raise Refused("giver", _("捐的人只写一个。"), "giver_name")
    if not known and kind != VoucherKind.CASH:
        raise Refused("giver", _("谁捐的？不愿留名的，选“不留名”。"), "giver_name")
    return {"giver": giver, "unit": unit, "giver_name": name}


def _says_enough(voucher: Voucher) -> None:
    pays = voucher.kind in (VoucherKind.SPEND, VoucherKind.SPEND_ADVANCE, VoucherKind.DIRECT)
    if pays and not voucher.payee:
        raise Refused("payee", _("付给谁？"), "payee")
    advanced = (VoucherKind.DRAW, VoucherKind.PUT_BACK, VoucherKind.SPEND_ADVANCE)
    if voucher.kind in advanced and voucher.advance_to is None:
        raise Refused("advance", _("备用金在谁手里？"), "advance_to")
    if voucher.kind not in COMES_IN and not voucher.text:
        raise Refused("text", _("这一笔做什么用，写一句。"), "text")


def _person(by: Actor) -> Person:
    """Money is moved by people, never by the house itself."""
    if by.person_id is None:
        raise NotYours("money:record", _("钱的事要由人来记。"))
    return Person.objects.of(by).get(pk=by.person_id)


def _pots(book: Book, *, lock: bool = False) -> dict[str, Pot]:
    """The book's pots by kind, all of them, made on first use; locked in one order, so that two who
    book at once wait for one another and never for each other's."""
    rows = Pot.objects.within(book.community_id).filter(**of_book(book)).order_by("pk")
    found = {pot.kind: pot for pot in rows}
    if len(found) < len(PotKind):
        missing = [kind for kind in PotKind.values if kind not in found]
        fresh = [
            Pot(community_id=book.community_id, kind=kind, **of_book(book)) for kind in missing
        ]
        Pot.objects.bulk_create(fresh, ignore_conflicts=True)
        found = {pot.kind: pot for pot in rows.all()}
    if lock:
        found = {pot.kind: pot for pot in rows.select_for_update(of=("self",))}
    return found


@transaction.atomic
def check_voucher(voucher: Voucher, *, by: Actor, at: datetime | None = None) -> Transfer:
    """A second person has seen the paper: the money moves, for good.

    Raises `Refused("same-person")` for whoever recorded it, under whichever card; `Lost` when
    somebody else has dealt with it; and whatever stands in the way by now.
    """
    row, moment = _lock(voucher, by), happened(at)
    if row.booked_at is not None and row.checked_by_id == by.person_id:
        return Transfer.objects.of(by).get(voucher=row)
    _must_wait(row)
    checker = _person(by)
    if same_human(checker, row.recorded_by):
        raise Refused("same-person", _("记账的和复核的要是两个人，请另一位来复核。"))
    pots = _pots(row.book, lock=True)
    row.book.refresh_from_db(fields=["state"])
    fits(row, pots)
    return _book(row, pots, checker, by, moment)


def _book(
    row: Voucher, pots: dict[str, Pot], checker: Person, by: Actor, moment: datetime
) -> Transfer:
    source, target = (pots[kind] for kind in route(row))
    first, second = sorted((source, target), key=lambda pot: pot.pk)
    for pot in (first, second):
        change = row.amount_fen if pot is target else -row.amount_fen
        Pot.objects.of(by).filter(pk=pot.pk).update(balance_fen=F("balance_fen") + change)
    row.checked_by, row.booked_at = checker, moment
    named = row.giver_id is not None or row.unit_id is not None or row.giver_name
    if row.kind in COMES_IN and (row.kind != VoucherKind.CASH or named):
        row.receipt_no = receipt_number(row.community_id, moment)
    row.save(update_fields=["checked_by", "booked_at", "receipt_no"])
    before = row.reverses and Transfer.objects.of(by).get(voucher=row.reverses)
    transfer = Transfer(
        community_id=row.community_id,
        voucher=row,
        from_pot=source,
        to_pot=target,
        amount_fen=row.amount_fen,
        happened_on=row.happened_on,
        booked_at=moment,
        by=row.recorded_by,
        checked_by=checker,
        reverses=before,
    )
    transfer.save(force_insert=True)
    record("voucher:book", row=row, subject=row.book, by=by, at=moment)
    record("transfer:book", row=transfer, subject=row.book, by=by, at=moment)
    return transfer


def receipt_number(community_id: int, at: datetime) -> str:
    """The next number of a receipt 收据, one series a community and year: JF-S-2019-0001."""
    year = clock.local(at).year
    prefix = Community.objects.values_list("prefix", flat=True).get(pk=community_id)
    return f"{prefix}-S-{year}-{next_number(community_id, f'receipt:{year}'):04d}"


def _lock(voucher: Voucher, by: Actor) -> Voucher:
    row = (
        Voucher.objects.of(by)
        .select_for_update(of=("self",))
        .select_related(
            *("collection", "project", "recorded_by", "line", "instalment"),
            *("pledge__ask__project", "pledge__ask__collection", "reverses"),
        )
        .filter(pk=voucher.pk)
        .first()
    )
    if row is None or not by.can(Can.MONEY_CHECK):
        raise NotYours("money:check", _("没有这一笔。"))
    return row


def _must_wait(row: Voucher) -> None:
    if not row.waiting:
        raise Lost("state", _("这一笔刚刚有人处理过了。"))


@transaction.atomic
def refuse_voucher(
    voucher: Voucher, *, by: Actor, because: str, at: datetime | None = None
) -> Voucher:
    """It does not agree with the paper: nothing moves, and the reason stays with it. Whoever
    recorded it may take it back in the same way."""
    moment = happened(at)
    own = voucher.recorded_by_id == by.person_id and by.can(Can.MONEY_RECORD)
    row = _lock_own(voucher, by) if own else _lock(voucher, by)
    if row.refused_at is not None:
        return row
    _must_wait(row)
    row.refused_because = short(because, MOST_TEXT, "because")
    if not row.refused_because:
        raise Refused("because", _("写一句为什么退回。"), "because")
    row.refused_at = moment
    row.save(update_fields=["refused_at", "refused_because"])
    record("voucher:refuse", row=row, subject=row.book, by=by, at=moment)
    return row


def _lock_own(voucher: Voucher, by: Actor) -> Voucher:
    rows = Voucher.objects.of(by).select_for_update(of=("self",))
    row: Voucher = rows.select_related("collection", "project").get(pk=voucher.pk)
    return row


@transaction.atomic
def reverse(voucher: Voucher, *, by: Actor, because: str, at: datetime | None = None) -> Voucher:
    """Write down that a booked voucher is to go back; a second person checks this as any other.

    Raises `Refused("too-little")` where what it brought has been spent since.
    """
    must(by, Can.MONEY_RECORD, voucher.book)
    moment = happened(at)
    text = short(because, MOST_TEXT, "because")
    if not text:
        raise Refused("because", _("写一句为什么冲销。"), "because")
    if voucher.booked_at is None or voucher.reverses_id is not None:
        raise Refused("not-booked", _("只有入了账的才能冲销；冲销本身不能再冲销。"))
    again = Voucher.objects.of(by).filter(reverses=voucher, refused_at__isnull=True)
    if again.exists():
        raise Refused("reversed", _("这一笔已经冲销过了。"))
    row = Voucher(
        community_id=voucher.community_id,
        kind=VoucherKind.REVERSE,
        **of_book(voucher.book),
        amount_fen=voucher.amount_fen,
        happened_on=clock.local(moment).date(),
        pledge=voucher.pledge,
        instalment=voucher.instalment,
        line=voucher.line,
        unit=voucher.unit,
        payee=voucher.payee,
        text=text,
        reverses=voucher,
        recorded_by=_person(by),
        recorded_at=moment,
    )
    fits(row, _pots(voucher.book))
    row.save(force_insert=True)
    record("voucher:reverse", row=row, subject=voucher.book, by=by, at=moment)
    return row
