"""Writes about boxes 义捐箱: set out with a number, opened against a seal, counted by two people,
note by note. No one person's word makes money appear: both find the same sum, or both count again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.collecting import may_give
from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.funds.access import same_human
from linshuo.domain.funds.actions import check_voucher, record_voucher
from linshuo.domain.funds.models import Box, Opening, Tally, VoucherKind
from linshuo.domain.needs.checks import ours, short
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import NOTES, yuan
from linshuo.kit.refused import NotYours, Refused

MOST_NOTES = 20_000
"""Of one kind: more do not fit into a box that can be carried."""
COUNTERS = (Can.MONEY_RECORD, Can.MONEY_CHECK)


def must_handle(by: Actor, *cans: Can) -> None:
    """Raises `NotYours` unless the actor, a person, holds one of the capabilities."""
    if by.person_id is None or not any(by.can(can) for can in cans):
        raise NotYours("money", _("没有这一页。"))


def _number(typed: str, field: str, words: str) -> str:
    clean = short(typed, 20, field)
    if not clean:
        raise Refused(field, words, field)
    return clean


@transaction.atomic
def set_out(
    collection: Collection,
    *,
    by: Actor,
    serial: str,
    where: str,
    in_public: bool,
    since: date | None = None,
    at: datetime | None = None,
) -> Box:
    """放一个箱子. `in_public` says whether anybody passes by there: then only a charity's campaign
    may stand there (慈善法 §23, §26). Raises `Refused` with the field."""
    must_handle(by, Can.MONEY_RECORD, Can.COLLECTION_KEEP)
    ours(by, collection)
    row = Collection.objects.of(by).get(pk=collection.pk)
    if row.legal_basis == LegalBasis.AGREEMENT:
        told = _("单位认捐协议不设箱子，钱按协议走单位的账户。")
        raise Refused("no-boxes", told, "collection")
    may_give(row, unit=False, in_public=in_public)
    day = clock.local(happened(at)).date()
    box = Box(
        community_id=row.community_id,
        collection=row,
        serial=_number(serial, "serial", _("箱子上的编号是多少？")),
        where=short(where, 60, "where"),
        since=since or day,
    )
    if len(box.where) < 2:
        raise Refused("where", _("箱子放在哪里？写一句。"), "where")
    try:
        with transaction.atomic():
            box.save(force_insert=True)
    except IntegrityError:
        told = _("已经有一个 %s 号箱子了，换一个编号。")
        raise Refused("serial-taken", told % box.serial, "serial") from None
    record("box:set-out", row=box, by=by, at=at, detail={"in_public": in_public})
    return box


def _lock_box(box: Box, by: Actor, *cans: Can) -> Box:
    must_handle(by, *cans)
    rows = Box.objects.of(by).select_for_update(of=("self",)).select_related("collection")
    row = rows.filter(pk=box.pk).first()
    if row is None:
        raise NotYours("box", _("没有这个箱子。"))
    return row


def lock_opening(opening: Opening, by: Actor, *cans: Can) -> Opening:
    """The row as it is now, held until the transaction ends."""
    must_handle(by, *cans)
    rows = Opening.objects.of(by).select_for_update(of=("self",))
    rows = rows.select_related("box__collection", "voucher", "deposit")
    row = rows.filter(pk=opening.pk).first()
    if row is None:
        raise NotYours("opening", _("没有这一次开箱。"))
    return row


@transaction.atomic
def open_box(
    box: Box, *, by: Actor, seal_no: str, photo: File | None = None, at: datetime | None = None
) -> Opening:
    """Write down that a box is opened, by the number on its seal: a seal is broken once, so a box
    is counted once. Raises `Refused`."""
    row = _lock_box(box, by, *COUNTERS)
    ours(by, photo)
    if row.closed_on is not None:
        raise Refused("box-closed", _("这个箱子已经收回了。"), "box")
    may_give(row.collection, unit=False)
    if Opening.objects.of(by).filter(box=row, counted_fen__isnull=True).exists():
        raise Refused("being-counted", _("这个箱子上一次打开还没点完，先点完那一次。"), "box")
    opening = Opening(
        community_id=row.community_id,
        box=row,
        seal_no=_number(seal_no, "seal_no", _("封条上的号码是多少？")),
        opened_at=happened(at),
        photo=photo,
    )
    try:
        with transaction.atomic():
            opening.save(force_insert=True)
    except IntegrityError:
        told = _("封条 %s 已经拆过、点过了，同一箱不点两回。看看是不是新封条的号码。")
        raise Refused("seal-used", told % opening.seal_no, "seal_no") from None
    record("opening:open", row=opening, subject=row, by=by, at=at)
    return opening


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of one count."""

    opening: Opening
    total_fen: int
    agreed: bool | None
    """None while the second person has not counted."""
    sentence: str


def _clean(notes: Mapping[int, int], empty: bool) -> dict[str, int]:
    """How many of each note, by its value in 分. Raises `Refused` at the note's own field."""
    kept: dict[str, int] = {}
    for value, n in sorted(notes.items(), reverse=True):
        field = f"n{value}"
        if value not in NOTES:
            raise Refused("note", _("没有这种面额。"), field)
        if n < 0:
            raise Refused("note-negative", _("张数不能是负的。"), field)
        if n > MOST_NOTES:
            told = _("一种最多 %d 张，一个箱子装不下更多，再数一遍。")
            raise Refused("note-many", told % MOST_NOTES, field)
        if n:
            kept[str(value)] = n
    if not kept and not empty:
        raise Refused(
            "nothing-counted", _("一张都没有写。箱子真是空的，就勾“箱子是空的”。"), "notes"
        )
    if kept and empty:
        raise Refused("not-empty", _("写了张数，就不是空箱子。"), "empty")
    return kept


@transaction.atomic
def count(
    opening: Opening,
    *,
    by: Actor,
    notes: Mapping[int, int],
    empty: bool = False,
    at: datetime | None = None,
) -> Counted:
    """One person's count, note by note (value in 分 → how many).

    The second person's equal sum books what was found, put in by the one and checked by the other;
    an unequal one is kept, and both count again. Raises `Refused`: for whoever has counted already,
    in whichever of their accounts, for a count that cannot be, and for two of whom none keeps the
    books or none may check.
    """
    row = lock_opening(opening, by, *COUNTERS)
    if row.counted_fen is not None:
        raise Refused("counted", _("这一箱两个人都点过了，对上了。"))
    may_give(row.box.collection, unit=False)
    kept = _clean(notes, empty)
    total = sum(int(value) * n for value, n in kept.items())
    me = Person.objects.of(by).get(pk=by.person_id or 0)
    before = _this_round(row)
    if before and same_human(before[0].person, me):
        raise Refused("same-counter", _("您已经点过一遍了，第二遍请另一位来点。"))
    pair = _pair(before[0].person, me) if before else None
    last = Tally.objects.of(by).filter(opening=row).order_by("-round").first()
    tally = Tally(
        community_id=row.community_id,
        opening=row,
        person=me,
        notes=kept,
        total_fen=total,
        round=before[0].round if before else (last.round + 1 if last else 1),
        at=happened(at),
    )
    tally.save(force_insert=True)
    record("tally:count", row=tally, subject=row, by=by, at=at)
    if pair is None:
        return Counted(row, total, None, _("记下了。请另一位再点一遍，先不要告诉他点出多少。"))
    if before[0].total_fen != total:
        told = _("两遍对不上：一遍 %(a)s，一遍 %(b)s。两位都请重新点一遍。")
        both = {"a": yuan(before[0].total_fen), "b": yuan(total)}
        return Counted(row, total, False, told % both)
    _agree(row, total, *pair, by=by, at=at)
    return Counted(row, total, True, _("两遍一样，%s。") % yuan(total))


def _this_round(opening: Opening) -> list[Tally]:
    """The first count of a round that is not over; nothing when the next begins one."""
    rows = Tally.objects.within(opening.community_id).filter(opening=opening)
    found = list(rows.select_related("person").order_by("-round", "pk")[:2])
    if len(found) == 2 and found[0].round == found[1].round:
        return []
    return found[:1]


def _pair(one: Person, other: Person) -> tuple[Actor, Actor]:
    """Who of the two puts it in and who checks it."""
    a, b = actor_of(one), actor_of(other)
    for recorder, checker in ((a, b), (b, a)):
        if recorder.can(Can.MONEY_RECORD) and checker.can(Can.MONEY_CHECK):
            return recorder, checker
    raise Refused(
        "pair", _("点数的两位里，要有一位管记账、一位管核对，比如出纳和监督委员。换一位来点。")
    )


def _agree(
    row: Opening, total: int, recorder: Actor, checker: Actor, *, by: Actor, at: datetime | None
) -> None:
    changed = ["counted_fen"]
    row.counted_fen = total
    if total:
        box = row.box
        row.voucher = record_voucher(
            box.collection,
            by=recorder,
            kind=VoucherKind.CASH,
            amount_fen=total,
            happened_on=clock.local(row.opened_at).date(),
            unnamed=True,
            text=_("%(box)s 号箱，封条 %(seal)s，两人点数")
            % {"box": box.serial, "seal": row.seal_no},
            file=row.photo,
            at=at,
        )
        check_voucher(row.voucher, by=checker, at=at)
        changed.append("voucher")
    else:
        row.closed_at = happened(at)
        changed.append("closed_at")
    row.save(update_fields=changed)
    record("opening:agree", row=row, subject=row.box, by=by, at=at)


@transaction.atomic
def take_in(
    box: Box, *, by: Actor, closed_on: date | None = None, at: datetime | None = None
) -> Box:
    """收回箱子, once its last opening is closed. Raises `Refused`."""
    row = _lock_box(box, by, Can.MONEY_RECORD, Can.COLLECTION_KEEP)
    if row.closed_on is not None:
        return row
    openings = Opening.objects.of(by).filter(box=row)
    if openings.filter(closed_at__isnull=True).exists():
        raise Refused("opening", _("这个箱子还有一次没有了结，先点完、存好、说明差额。"))
    day = closed_on or clock.local(happened(at)).date()
    if day < row.since:
        raise Refused("closed-on", _("收回的日子早于放出去的日子。"), "closed_on")
    row.closed_on = day
    row.save(update_fields=["closed_on"])
    record("box:take-in", row=row, by=by, at=at)
    return row


def still_out(collection: Collection) -> int:
    """How many boxes of a collection still stand or have an opening that is not closed."""
    return Box.objects.within(collection.community_id).filter(
        collection=collection, closed_on__isnull=True
    ).count()  # fmt: skip
