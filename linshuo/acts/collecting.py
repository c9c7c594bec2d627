"""Collections across the rooms: what is given to one, in hand, into the account or into a box, what
is spent of it, and what the books must show before it stops, ends, or never was.

Every gift is written by one person and checked by another in `domain.funds.actions`; here stands
what the legal basis of a collection allows (`domain.board.collecting`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts.promising import let_go_all
from linshuo.domain.board import collecting
from linshuo.domain.board.collecting import lock_collection, may_give
from linshuo.domain.board.models import Collection
from linshuo.domain.funds import boxes, purposes
from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.disclosing import draft_due, final_said
from linshuo.domain.funds.models import Disclosure, Goods, Voucher, VoucherKind
from linshuo.domain.funds.promises import waiting_in
from linshuo.domain.funds.queries import totals
from linshuo.domain.funds.sums import Totals
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import known_by
from linshuo.kit.actor import Actor
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused


def _here(collection: Collection, by: Actor) -> Collection:
    row = Collection.objects.of(by).filter(pk=collection.pk).first()
    if row is None:
        raise NotYours("collection", _("没有这个募集。"))
    return row


@transaction.atomic
def give(
    collection: Collection,
    *,
    by: Actor,
    amount_fen: int,
    in_hand: bool = False,
    happened_on: date | None = None,
    giver: Person | None = None,
    unit: Partnership | None = None,
    giver_name: str = "",
    phone: str = "",
    unnamed: bool = False,
    name_public: bool = False,
    file: File | None = None,
    text: str = "",
    ticket_no: str = "",
    at: datetime | None = None,
) -> Voucher:
    """收一笔捐款: into the holder's account, or, `in_hand`, in notes over the counter, which go to
    the bank by a slip like a box's. Nobody need leave a name; `name_public` is the giver's own word
    that they may be named (慈善法 §82). With a name and the telephone they are known by here, it is
    their gift, and they find the receipt on their own page. `amount_fen` is in 分.

    A second person checks it. Raises `Refused` with the field: of a collection that takes nothing,
    or whose basis lets only units give.
    """
    row = _here(collection, by)
    may_give(row, unit=unit is not None)
    if giver is None and unit is None and phone.strip() and not unnamed:
        giver = known_by(by.community_id, giver_name, phone)
        giver_name = "" if giver is not None else giver_name
    if in_hand and not (giver or unit or giver_name.strip() or unnamed):
        raise Refused("giver", _("谁捐的？不愿留名的，选“不留名”。"), "giver_name")
    return record_voucher(
        row,
        by=by,
        kind=VoucherKind.CASH if in_hand else VoucherKind.GIFT,
        amount_fen=amount_fen,
        happened_on=happened_on,
        giver=giver,
        unit=unit,
        giver_name=giver_name,
        unnamed=unnamed,
        name_public=name_public,
        file=file,
        text=text or (_("当面收的现金") if in_hand else _("转入%s的账户") % row.holder),
        ticket_no=ticket_no,
        at=at,
    )


@transaction.atomic
def deposit_in_hand(
    collection: Collection,
    *,
    by: Actor,
    amount_fen: int,
    slip: File | None,
    happened_on: date | None = None,
    at: datetime | None = None,
) -> Voucher:
    """What was given over the counter goes to the bank, by its slip. Raises `Refused`."""
    row = _here(collection, by)
    if slip is None:
        raise Refused("slip", _("把银行的存款回单拍一张放上来。"), "slip")
    return record_voucher(
        row,
        by=by,
        kind=VoucherKind.DEPOSIT,
        amount_fen=amount_fen,
        happened_on=happened_on,
        text=_("当面收的现金，存入%s的账户") % row.holder,
        file=slip,
        at=at,
    )


@transaction.atomic
def spend(
    collection: Collection,
    *,
    by: Actor,
    amount_fen: int,
    payee: str,
    text: str,
    purpose: str = "",
    advance_of: Person | None = None,
    happened_on: date | None = None,
    file: File | None = None,
    at: datetime | None = None,
) -> Voucher:
    """付一笔款, from the account or out of somebody's advance. `purpose` says what for, where that
    is in question: anything but what the money was given for is refused, and so is a new purpose
    that is not agreed to yet (慈善法 §53, §56)."""
    row = _here(collection, by)
    purposes.must_be_for(row, purpose)
    return record_voucher(
        row,
        by=by,
        kind=VoucherKind.SPEND_ADVANCE if advance_of is not None else VoucherKind.SPEND,
        amount_fen=amount_fen,
        happened_on=happened_on,
        payee=payee,
        text=text,
        advance_to=advance_of,
        file=file,
        at=at,
    )


@transaction.atomic
def close(collection: Collection, *, by: Actor, at: datetime | None = None) -> Collection:
    """停止募集, once every box is back and counted, nothing waits, and what was given in notes is
    at the bank. Units are free of what they promised and has not come by then. Raises `Refused` for
    the first that is not so; `lacks` says all of it."""
    row = lock_collection(collection, by)
    if row.state == "open" and (cash := totals(row).box):
        raise Refused("cash", _("还有 %s 现金没有存进账户。") % yuan(cash))
    closed = collecting.close(
        row, by=by, boxes_open=boxes.still_out(row), waiting=waiting_in(row), at=at
    )
    let_go_all(closed, at=at)
    return closed


@transaction.atomic
def settle(collection: Collection, *, by: Actor, at: datetime | None = None) -> Collection:
    """结清: the last disclosure is published and still says what the books say, no advance is out,
    and what is left has its use told (慈善法 §58, §79). Raises `Refused`."""
    row = lock_collection(collection, by)
    known = totals(row)
    if row.state == "closed" and known.advance:
        raise Refused("advance", _("备用金还有 %s 没交回、没报账。") % yuan(known.advance))
    return collecting.settle(
        row,
        by=by,
        left_fen=known.left,
        waiting=waiting_in(row),
        final_said=final_said(row),
        at=at,
    )


@transaction.atomic
def drop(collection: Collection, *, by: Actor, at: datetime | None = None) -> Collection:
    """不办了, while nobody has given anything."""
    row = lock_collection(collection, by)
    here = Voucher.objects.of(by).filter(collection=row, refused_at__isnull=True).exists()
    here = here or Goods.objects.of(by).filter(collection=row).exists()
    return collecting.drop(row, by=by, received=here, at=at)


def lacks(collection: Collection) -> list[str]:
    """What stands between a collection and its next step, each as a sentence."""
    if collection.state == "draft":
        return [str(refused.sentence) for refused in collecting.missing(collection)]
    known, waiting = totals(collection), waiting_in(collection)
    found = [_("还有 %d 笔没有复核。") % waiting] if waiting else []
    if collection.state == "open":
        return found + _before_closing(collection, known)
    if collection.state == "closed":
        return found + _before_settling(collection, known)
    return []


def _before_closing(collection: Collection, known: Totals) -> list[str]:
    found = []
    if out := boxes.still_out(collection):
        found.append(_("还有 %d 个箱子没收回、没点完。") % out)
    if known.box:
        found.append(_("还有 %s 现金没有存进账户。") % yuan(known.box))
    return found


def _before_settling(collection: Collection, known: Totals) -> list[str]:
    found = []
    if known.advance:
        found.append(_("备用金还有 %s 没交回、没报账。") % yuan(known.advance))
    said = Disclosure.objects.within(collection.community_id).filter(
        collection=collection, kind=Disclosure.Kind.FINAL, published_at__isnull=False
    )
    if not said.exists():
        found.append(_("最后的收支公开还没发布。"))
    elif not final_said(collection):
        found.append(_("最后一次公开以后账又动过，再公开一次更正。"))
    return found


def tick(at: datetime | None = None) -> int:
    """What time alone brings: disclosures are drafted on their days. Any number of times."""
    return draft_due(at)
