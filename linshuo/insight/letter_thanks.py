"""What was kept and given and has not been thanked for yet: suggestions, the newest first. A press
on one of them drafts a letter; nothing is written by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.board.models import WHOLE, AskKind
from linshuo.domain.board.queries import kind_of, title_of
from linshuo.domain.funds.checks import booked
from linshuo.domain.funds.models import Goods, Voucher, VoucherKind
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.insight.models import CAUSES, Missive
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours

PAGE = 30
STEWARD = (AskKind.MANAGE, AskKind.ADOPT)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing somebody could be thanked for."""

    cause: str
    pk: int
    who: str
    what: str
    about: str
    when: str


def to_thank(viewer: Actor, cause: str, *, again: bool = False) -> QuerySet[Any, Any]:
    """What can be thanked for, with `day` to order it by: kept pledges and ended stewardships,
    money and goods whose giver is known and can be reached. `again`: also what
    was thanked for before. Raises `NotYours` for a cause nobody knows."""
    if cause not in CAUSES:
        raise NotYours("letter", _("没有这一页。"))
    rows = {"pledge": _pledges, "voucher": _vouchers, "goods": _goods}[cause](viewer)
    if again:
        return rows
    written = Missive.objects.of(viewer).filter(**{cause: OuterRef("pk")}, dropped_at__isnull=True)
    return rows.filter(~Exists(written))


def _reached(who: str) -> Q:
    """A person with a telephone or an account, who is not one of those who asked to be deleted."""
    there = ~Q(**{f"{who}__phone_hmac": ""}) | Q(**{f"{who}__account__isnull": False})
    return Q(**{f"{who}__isnull": False, f"{who}__erased_at__isnull": True}) & there


def _pledges(viewer: Actor) -> QuerySet[Any, Any]:
    ended = Q(ended_as=Ended.FULFILLED) | Q(ended_as=Ended.HANDED_OVER, ask__kind__in=STEWARD)
    rows = Pledge.objects.of(viewer).filter(
        ended, Q(partnership__isnull=False) | _reached("person"), ask__offer__isnull=True
    )
    joined = (f"ask__{name}" for name in WHOLE)
    return rows.select_related("person", "partnership__organisation", *joined).annotate(
        day=F("ended_at")
    )


def _vouchers(viewer: Actor) -> QuerySet[Any, Any]:
    rows = Voucher.objects.of(viewer).filter(
        booked(kind=VoucherKind.GIFT, pledge__isnull=True),
        Q(unit__isnull=False) | _reached("giver"),
        unnamed=False,
    )
    whole = ("giver", "unit__organisation", "collection", "project")
    return rows.select_related(*whole).annotate(day=F("happened_on"))


def _goods(viewer: Actor) -> QuerySet[Any, Any]:
    rows = Goods.objects.of(viewer).filter(Q(unit__isnull=False) | _reached("giver"), unnamed=False)
    whole = ("giver", "unit__organisation", "collection", "project", "need")
    return rows.select_related(*whole).annotate(day=F("received_on"))


def suggestions(viewer: Actor, cause: str, *, before: str = "") -> tuple[list[Row], str, int]:
    """A page of what has not been thanked for, the newest first, by keyset; the mark of the next
    page, or ""; and how many there are. Two queries."""
    rows = to_thank(viewer, cause)
    count = rows.count()
    rows = rows.filter(_before(before, cause)).order_by("-day", "-pk")
    found = list(rows[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    mark = f"{_mark(last.day)}_{last.pk}" if last else ""
    return [_row(cause, each) for each in found[:PAGE]], mark, count


def _mark(day: Any) -> str:
    return f"{day.timestamp():.6f}" if hasattr(day, "timestamp") else str(day.toordinal())


def _before(mark: str, cause: str) -> Q:
    stamp, _bar, pk = mark.partition("_")
    try:
        last = int(pk)
        at: Any = (
            datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI)
            if cause == "pledge"
            else date.fromordinal(int(stamp))
        )
    except (ValueError, OverflowError, OSError):
        return Q()
    if not 0 < last < 2**62:
        return Q()
    return Q(day__lt=at) | Q(day=at, pk__lt=last)


def _row(cause: str, row: Any) -> Row:
    unit = row.partnership if cause == "pledge" else row.unit
    person = row.person if cause == "pledge" else row.giver
    who = str(unit) if unit else person.name
    if cause == "pledge":
        what, about = f"{kind_of(row.ask)}　{row.ask.text}", title_of(row.ask)
        about = "" if about == row.ask.text else about
    elif cause == "voucher":
        what, about = yuan(row.amount_fen), row.book.name
    else:
        what = f"{row.item} {row.quantity}"
        about = str(row.collection or row.project or (row.need.title if row.need else ""))
    return Row(cause, row.pk, who, what, about, wording.day(row.day))
