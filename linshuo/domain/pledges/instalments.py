"""Sums of money that units promise: on a written agreement, in parts with a day each. How much of a
part came is the funds' to say, and handed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linshuo.domain.needs.checks import ours
from linshuo.domain.needs.due import end_of
from linshuo.domain.papers.models import File
from linshuo.domain.pledges.actions import must_move, plan, reload
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused

MOST_PARTS = 24
TOLD_DAYS = 7
"""How long before its day a liaison is quietly told of a part that has not come."""
HOLDS = ("accepted", "under_way")

STATE_WORDS = {
    "due": gettext_lazy("待付"),
    "part": gettext_lazy("付了一部分"),
    "paid": gettext_lazy("付清"),
    "let_go": gettext_lazy("不再付了"),
}
"""What may be said of a part, to anybody: whatever its day, it is never called late."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a promised sum, with what came of it."""

    pk: int
    pledge: int
    no: int
    due_on: date
    amount_fen: int
    paid_fen: int
    let_go: bool = False
    """Whether what is missing of it is not promised any more."""

    @property
    def left_fen(self) -> int:
        """What is still to come of it."""
        return 0 if self.let_go else self.amount_fen - self.paid_fen

    @property
    def state(self) -> str:
        """due, part, paid, or let_go where nothing of it came and nothing will."""
        if self.paid_fen >= self.amount_fen:
            return "paid"
        if self.paid_fen:
            return "part"
        return "let_go" if self.let_go else "due"

    @property
    def words(self) -> str:
        """待付, 付了一部分, 付清."""
        return str(STATE_WORDS[self.state])


@transaction.atomic
def promise(
    pledge: Pledge,
    *,
    by: Actor,
    amount_fen: int,
    agreement: File | None,
    parts: Sequence[tuple[date, int]],
    approval: File | None = None,
    in_public: bool = False,
    at: datetime | None = None,
) -> Pledge:
    """Write an amount on a unit's pledge, with the agreement it stands on and its parts: day and
    分, which add up to the whole. `approval` is the one a state-owned unit needs (慈善法 §43);
    with `in_public` the unit agrees that everyone reads how much it gives.

    Raises `Refused` with the field that will not do.
    """
    must_move(by, pledge)
    row = Pledge.objects.of(by).select_for_update(of=("self",)).get(pk=pledge.pk)
    if not row.ask.open_ended:
        raise Refused("kind", _("这一行不筹钱，不写金额。"), "amount")
    if row.partnership_id is None:
        raise Refused("unit", _("写金额的认捐由单位签协议；个人想捐，直接捐就行。"), "amount")
    if row.amount_fen is not None:
        raise Refused("promised", _("这家已经签过一份协议了，要改先放下没到的部分。"), "amount")
    if row.state not in HOLDS:
        raise Refused("not-held", _("这一项已经结束了，请重新签。"))
    if agreement is None:
        raise Refused("agreement", _("先放上认捐协议。"), "agreement")
    ours(by, agreement, approval)
    ordered = _checked(parts, amount_fen)
    moment = happened(at)
    row.amount_fen, row.agreement, row.approval = amount_fen, agreement, approval
    row.amount_public = in_public
    row.save(update_fields=["amount_fen", "agreement", "approval", "amount_public"])
    record("pledge:promise", row=row, by=by, at=moment, detail={"parts": len(ordered)})
    for no, (day, fen) in enumerate(ordered, 1):
        part = Instalment(
            community_id=row.community_id, pledge=row, no=no, due_on=day, amount_fen=fen
        )
        part.save(force_insert=True)
        record("instalment:agree", row=part, subject=row, by=by, at=moment)
    # An agreement is both the first contact and the day agreed on.
    today = clock.local(moment).date()
    first, last = max(ordered[0][0], today), max(ordered[-1][0], today)
    return plan(reload(row, by), by=by, planned_on=first, until=last, at=moment)


def _checked(parts: Sequence[tuple[date, int]], amount_fen: int) -> list[tuple[date, int]]:
    if amount_fen <= 0:
        raise Refused("amount-zero", _("金额要大于零。"), "amount")
    if not 1 <= len(parts) <= MOST_PARTS:
        raise Refused("parts", _("分成几笔，从 1 到 %d。") % MOST_PARTS, "parts")
    if any(fen <= 0 for _day, fen in parts):
        raise Refused("part-zero", _("每一笔的金额要大于零。"), "parts")
    together = sum(fen for _day, fen in parts)
    if together != amount_fen:
        told = _("各笔加起来是 %(sum)s，协议上是 %(whole)s，对不上。")
        raise Refused(
            "parts-sum", told % {"sum": yuan(together), "whole": yuan(amount_fen)}, "parts"
        )
    return sorted(parts)


@transaction.atomic
def put_off(part: Instalment, *, by: Actor, due_on: date, at: datetime | None = None) -> Instalment:
    """Another day for a part, as was agreed with the unit."""
    row = Instalment.objects.of(by).select_for_update(of=("self",)).filter(pk=part.pk).first()
    if row is None:
        raise NotYours("instalment", _("没有这一笔。"))
    must_move(by, row.pledge)
    if row.pledge.state not in HOLDS:
        raise Refused("not-held", _("这一项已经结束了。"))
    if row.due_on == due_on:
        return row
    row.due_on, row.told_at = due_on, None
    row.save(update_fields=["due_on", "told_at"])
    record("instalment:put-off", row=row, subject=row.pledge, by=by, at=at)
    pledge = Pledge.objects.of(by).select_for_update(of=("self",)).get(pk=row.pledge_id)
    last = max(day for day in _days(pledge))
    if pledge.state == "under_way" and pledge.until != last:
        pledge.until, pledge.due_at = last, end_of(last + timedelta(days=1))
        pledge.save(update_fields=["until", "due_at"])
        record("pledge:put-off", row=pledge, by=by, at=at)
    return row


def _days(pledge: Pledge) -> list[date]:
    rows = Instalment.objects.within(pledge.community_id).filter(pledge=pledge)
    return list(rows.values_list("due_on", flat=True))


@transaction.atomic
def cut(pledge: Pledge, *, by: Actor, received_fen: int, at: datetime | None = None) -> Pledge:
    """Let go of what has not come: what came is then the whole of what was promised."""
    must_move(by, pledge)
    row = Pledge.objects.of(by).select_for_update(of=("self",)).get(pk=pledge.pk)
    if row.amount_fen is None or row.state not in HOLDS:
        raise Refused("not-held", _("这一项没有还没到的款。"))
    if not 0 < received_fen <= row.amount_fen:
        raise Refused("received", _("这一项没有还没到的款。"))
    if received_fen == row.amount_fen:
        return reload(row, by)
    before, row.amount_fen = row.amount_fen, received_fen
    row.save(update_fields=["amount_fen"])
    record("pledge:cut", row=row, by=by, at=at, detail={"from": before, "to": received_fen})
    return reload(row, by)


def parts_of(
    community_id: int, pledges: Iterable[Pledge], paid: Mapping[int, int]
) -> dict[int, list[Part]]:
    """The parts of each pledge in their order, given what came for each part: one query."""
    by_pledge = {pledge.pk: pledge for pledge in pledges}
    rows = Instalment.objects.within(community_id).filter(pledge_id__in=by_pledge)
    found: dict[int, list[Instalment]] = {}
    for row in rows.order_by("pledge_id", "no"):
        found.setdefault(row.pledge_id, []).append(row)
    return {
        pk: [_part(row, paid.get(row.pk, 0), _is_cut(by_pledge[pk], own)) for row in own]
        for pk, own in found.items()
    }


def _is_cut(pledge: Pledge, own: list[Instalment]) -> bool:
    """Whether less is promised than its parts were: what has not come of them never will."""
    if pledge.state == "ended":
        return True
    return (pledge.amount_fen or 0) < sum(row.amount_fen for row in own)


def _part(row: Instalment, paid_fen: int, let_go: bool) -> Part:
    return Part(
        pk=row.pk,
        pledge=row.pledge_id,
        no=row.no,
        due_on=row.due_on,
        amount_fen=row.amount_fen,
        paid_fen=paid_fen,
        let_go=let_go and paid_fen < row.amount_fen,
    )


def near(at: datetime) -> QuerySet[Instalment, Instalment]:
    """Parts within a week of their day, or with it gone by no longer than two weeks, of sums that
    are still promised; of every community. Whether they came is for the caller to ask."""
    today = clock.local(at).date()
    return (
        Instalment.objects.everywhere()
        .filter(
            due_on__lte=today + timedelta(days=TOLD_DAYS),
            due_on__gt=today - timedelta(days=14),
            pledge__state__in=HOLDS,
        )
        .select_related("pledge")
        .order_by("due_on", "pk")
    )


@transaction.atomic
def tell_near(part: Instalment, *, at: datetime) -> bool:
    """Write down, once, that a part's day is a week off or less: the liaison is quietly told."""
    house = Actor.house(part.community_id)
    row = Instalment.objects.of(house).select_for_update(of=("self",)).get(pk=part.pk)
    if row.told_at is not None:
        return False
    row.told_at = at
    row.save(update_fields=["told_at"])
    record("instalment:near", row=row, subject=row.pledge, by=house, at=at)
    return True


@transaction.atomic
def tell_day(part: Instalment, *, at: datetime) -> bool:
    """Write down, once for each day agreed on, that it is here: whoever has the project in hand
    looks whether it came."""
    house = Actor.house(part.community_id)
    row = Instalment.objects.of(house).select_for_update(of=("self",)).get(pk=part.pk)
    told = Event.objects.of(house).filter(
        row_kind="instalment", row_id=row.pk, verb="instalment:day"
    )
    if any((event.detail or {}).get("day") == row.due_on.isoformat() for event in told):
        return False
    detail = {"day": row.due_on.isoformat()}
    record("instalment:day", row=row, subject=row.pledge, by=house, at=at, detail=detail)
    return True
