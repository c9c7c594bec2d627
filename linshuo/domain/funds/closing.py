"""Writes about 月结: one person draws up a month, another closes it, with the head of the chain of
that day; from then on nothing is booked into it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds.access import same_human
from linshuo.domain.funds.asof import flows, held
from linshuo.domain.funds.models import Closing, Pot, Transfer, Voucher
from linshuo.domain.funds.sums import summed
from linshuo.domain.people.models import Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Seal
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.sealing import GENESIS
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import months_later
from linshuo.kit.can import Can
from linshuo.kit.refused import Lost, NotYours, Refused


def last_day(month: date) -> date:
    """The last day of the month that begins on this day."""
    return months_later(month, 1) - timedelta(days=1)


def sums_of(community_id: int, month: date) -> dict[str, Any]:
    """What a closing keeps, in 分: of each book what came in and went out in the month and what was
    left at its end, and the same of all."""
    until = last_day(month)
    ended = flows(community_id, until=until)
    moved = flows(community_id, since=month, until=until)
    names = _numbers(community_id)
    books: dict[str, dict[str, int]] = {}
    for key, all_of_it in sorted(ended.items()):
        span, end = summed(held(moved.get(key, {}))), summed(held(all_of_it))
        books[names[key]] = {
            "raised": span.raised,
            "direct": span.direct,
            "spent": span.spent,
            "left": end.left,
        }
    whole = {
        name: sum(book[name] for book in books.values())
        for name in ("raised", "direct", "spent", "left")
    }
    return {"all": whole, "books": books}


def _numbers(community_id: int) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for model in (Collection, Project):
        rows = model.objects.within(community_id).values_list("pk", "number")
        found.update({(model.trail_kind, pk): number for pk, number in rows})
    return found


def _person(by: Actor, can: Can) -> Person:
    if by.person_id is None or not by.can(can):
        raise NotYours(can.value, _("没有这一页。"))
    return Person.objects.of(by).get(pk=by.person_id)


def _is_over(by: Actor, month: date) -> None:
    """A month is closed when it is over, nothing of it waits, and the one before is closed."""
    until = last_day(month)
    if until >= clock.today():
        raise Refused("not-over", _("这个月还没过完，下个月再结。"), "month")
    waiting = Voucher.objects.of(by).filter(
        happened_on__gte=month, happened_on__lte=until, booked_at__isnull=True,
        refused_at__isnull=True,
    ).count()  # fmt: skip
    if waiting:
        raise Refused("waiting", _("这个月还有 %d 笔没有复核，先核对完。") % waiting)
    first = Transfer.objects.of(by).order_by("happened_on").values_list("happened_on", flat=True)
    begun = first.first()
    before = months_later(month, -1)
    if begun is not None and begun < month:
        closed = Closing.objects.of(by).filter(month=before, closed_at__isnull=False)
        if not closed.exists():
            told = _("先结 %(y)d年%(m)d月，一个月一个月往后结。")
            raise Refused("before", told % {"y": before.year, "m": before.month}, "month")


@transaction.atomic
def draw_up(month: date, *, by: Actor, at: datetime | None = None) -> Closing:
    """One person draws a month up; again, while nobody has closed it. Raises `Refused`."""
    me, moment = _person(by, Can.MONEY_RECORD), happened(at)
    first = month.replace(day=1)
    _is_over(by, first)
    row = Closing.objects.of(by).select_for_update(of=("self",)).filter(month=first).first()
    if row is not None and row.closed_at is not None:
        raise Refused("closed", _("这个月已经结过了。"), "month")
    seq, head = head_of(by.community_id)
    said = {
        "totals": sums_of(by.community_id, first),
        "seq": seq,
        "head": head,
        "drawn_up_by": me,
        "drawn_up_at": moment,
    }
    if row is None:
        row = Closing(community_id=by.community_id, month=first, **said)
        row.save(force_insert=True)
    else:
        for name, value in said.items():
            setattr(row, name, value)
        row.save(update_fields=list(said))
    record("closing:draw-up", row=row, by=by, at=moment)
    return row


def head_of(community_id: int) -> tuple[int, str]:
    """How many links the community's chain has, and the newest."""
    last = Seal.objects.within(community_id).order_by("-seq").first()
    return (last.seq, last.hash) if last else (0, GENESIS)


@transaction.atomic
def close_month(closing: Closing, *, by: Actor, at: datetime | None = None) -> Closing:
    """A second person closes it. Raises `Refused("same-person")` for whoever drew it up, under
    whichever card, and `Refused("moved")` where the books have moved since."""
    me = _person(by, Can.MONEY_CHECK)
    rows = Closing.objects.of(by).select_for_update(of=("self",)).select_related("drawn_up_by")
    row = rows.filter(pk=closing.pk).first()
    if row is None:
        raise NotYours("closing", _("没有这一页。"))
    if row.closed_at is not None:
        if row.closed_by_id == by.person_id:
            return row
        raise Lost("state", _("这个月刚刚有人结了。"))
    if same_human(me, row.drawn_up_by):
        raise Refused("same-person", _("起草的和核对的要是两个人，请另一位来结。"))
    # Whoever books anything holds the pots of its book: nothing moves while the sums are compared.
    list(Pot.objects.of(by).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    _is_over(by, row.month)
    if row.totals != sums_of(row.community_id, row.month):
        raise Refused("moved", _("起草以后账又动过，请重新起草一次再结。"))
    row.closed_by, row.closed_at = me, happened(at)
    row.save(update_fields=["closed_by", "closed_at"])
    record("closing:close", row=row, by=by, at=at)
    return row


def to_close(community_id: int) -> date | None:
    """The first day of the month that is to be closed next; None while there is none."""
    moved = Transfer.objects.within(community_id).order_by("happened_on")
    first = moved.values_list("happened_on", flat=True).first()
    if first is None:
        return None
    closed = Closing.objects.within(community_id).filter(closed_at__isnull=False)
    last = closed.order_by("-month").values_list("month", flat=True).first()
    month = months_later(last, 1) if last else first.replace(day=1)
    return month if last_day(month) < clock.today() else None
