"""Writes about lines of the bank's statement: taken in once, said to be one voucher or nobody's
business here, each by a person's click. A line moves no money: vouchers do."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.funds.checks import route
from linshuo.domain.funds.models import BankLine, PotKind, Voucher
from linshuo.domain.needs.checks import short
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

MOST_ACCOUNT = 40
MOST_LINES = 2000
"""Lines of one statement: a busy account's year."""
_LONG_NUMBER = re.compile(r"\d{9,}|\d{4}(?: \d{2,4}){2,}")


@dataclass(frozen=True, slots=True)
class Said:
    """One line as the bank wrote it. `amount_fen` is above nothing for what came in."""

    day: date
    amount_fen: int
    payer: str = ""
    memo: str = ""
    balance_fen: int | None = None

    def fingerprint(self, account: str, nth: int = 0) -> str:
        """By what the line is known again. `nth` tells apart lines that are alike in one sheet."""
        parts = (account, self.day, self.amount_fen, self.payer, self.memo, self.balance_fen, nth)
        return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()


def must(by: Actor) -> None:
    """Raises `NotYours` unless the actor keeps the money."""
    if by.person_id is None or not by.can(Can.MONEY_RECORD):
        raise NotYours("money:record", _("没有这一页。"))


def short_number(text: str) -> str:
    """Words in which no whole account number is left: four digits are enough to know one."""
    return _LONG_NUMBER.sub(lambda m: f"…{m[0][-4:]}", text)


def marked(said: Iterable[Said], account: str) -> dict[str, Said]:
    """Lines of one statement by what they are known again by."""
    alike: dict[str, int] = {}
    found = {}
    for one in said:
        plain = one.fingerprint(account)
        nth = alike[plain] = alike.get(plain, -1) + 1
        found[one.fingerprint(account, nth)] = one
    return found


def known(marks: Mapping[str, Said], *, by: Actor) -> set[str]:
    """Which of them are here already."""
    rows = BankLine.objects.of(by).filter(fingerprint__in=list(marks))
    return set(rows.values_list("fingerprint", flat=True))


def clean_account(account: str) -> str:
    """What the account is called here. Raises `Refused`."""
    name = short_number(short(account, MOST_ACCOUNT, "account"))
    if not name:
        raise Refused(
            "account", _("这是哪个账户的对账单？起个认得出的名字，不写全账号。"), "account"
        )
    return name


@transaction.atomic
def take_in(
    said: Iterable[Said], *, account: str, by: Actor, at: datetime | None = None
) -> list[BankLine]:
    """Keep the lines that are new; the same statement again adds none. Gives back what it added."""
    must(by)
    name, lines = clean_account(account), list(said)
    if len(lines) > MOST_LINES:
        raise Refused("many", _("一次最多收 %d 行，请分成几个月来收。") % MOST_LINES, "file")
    # Two who hand in the same statement at once wait for one another.
    Community.objects.select_for_update(no_key=True).get(pk=by.community_id)
    marks = marked(lines, name)
    there = known(marks, by=by)
    added = []
    for mark, one in marks.items():
        if mark in there:
            continue
        row = BankLine(
            community_id=by.community_id,
            account=name,
            day=one.day,
            amount_fen=one.amount_fen,
            payer=short_number(one.payer)[:80],
            memo=short_number(one.memo)[:120],
            balance_fen=one.balance_fen,
            fingerprint=mark,
        )
        row.save(force_insert=True)
        record("bankline:take-in", row=row, by=by, at=at)
        added.append(row)
    return added


def lock_line(line: BankLine, by: Actor) -> BankLine:
    """The row as it is now, held until the transaction ends. Raises `NotYours`."""
    must(by)
    row = BankLine.objects.of(by).select_for_update(of=("self",)).filter(pk=line.pk).first()
    if row is None:
        raise NotYours("bankline", _("没有这一行。"))
    return row


@transaction.atomic
def match(line: BankLine, voucher: Voucher, *, by: Actor, at: datetime | None = None) -> BankLine:
    """This line is that voucher. The amounts agree and the account moved the same way; a voucher is
    one line, a line one voucher. Raises `Refused`."""
    row = lock_line(line, by)
    found = Voucher.objects.of(by).select_related("reverses").filter(pk=voucher.pk).first()
    if found is None:
        raise NotYours("voucher", _("没有这一笔。"))
    if found.refused_at is not None:
        raise Refused("refused", _("那一笔已经退回了，不能对。"))
    if row.voucher_id == found.pk:
        return row
    must_be_free(row)
    if through_bank(found) != row.amount_fen:
        raise Refused("amount", _("金额或者进出的方向对不上。"))
    row.voucher, row.matched_by_id, row.matched_at = found, by.person_id, happened(at)
    row.set_aside = ""
    try:
        with transaction.atomic():
            row.save(update_fields=["voucher", "matched_by", "matched_at", "set_aside"])
    except IntegrityError:
        raise Refused("voucher-taken", _("那一笔已经对上对账单的另一行了。")) from None
    record("bankline:match", row=row, subject=found, by=by, at=at)
    return row


def is_matched(row: BankLine) -> bool:
    """Whether it is a voucher's that stands. One whose voucher was sent back waits again."""
    return row.voucher is not None and row.voucher.refused_at is None


def must_be_free(row: BankLine) -> None:
    """Raises `Refused` when the line is some voucher's."""
    if is_matched(row):
        raise Refused("matched", _("这一行已经对上一笔了，先取消再来。"))


def through_bank(voucher: Voucher) -> int:
    """What a voucher does to the account, in 分: above nothing what comes in, nothing where the
    account is not touched."""
    source, target = route(voucher)
    if PotKind.BANK not in (source, target):
        return 0
    return voucher.amount_fen if target == PotKind.BANK else -voucher.amount_fen


@transaction.atomic
def set_aside(line: BankLine, *, by: Actor, because: str, at: datetime | None = None) -> BankLine:
    """It has nothing to do with any book here: interest, the bank's fee, somebody's mistake."""
    row = lock_line(line, by)
    must_be_free(row)
    row.set_aside = short_number(short(because, 120, "because"))
    if not row.set_aside:
        raise Refused("because", _("写一句这一行是什么，为什么不进账。"), "because")
    row.matched_by_id, row.matched_at = by.person_id, happened(at)
    row.save(update_fields=["set_aside", "matched_by", "matched_at"])
    record("bankline:set-aside", row=row, by=by, at=at)
    return row


@transaction.atomic
def undo(line: BankLine, *, by: Actor, at: datetime | None = None) -> BankLine:
    """A wrong click: the line waits again. The voucher stays as it is."""
    row = lock_line(line, by)
    row.voucher, row.matched_by, row.matched_at, row.set_aside = None, None, None, ""
    row.save(update_fields=["voucher", "matched_by", "matched_at", "set_aside"])
    record("bankline:undo", row=row, by=by, at=at)
    return row
