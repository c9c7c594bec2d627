"""Every write of this room: signing, queueing, asking the next, planning, letting go."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.board import actions as board
from linshuo.domain.board.models import WHOLE, Ask
from linshuo.domain.needs.due import end_of
from linshuo.domain.papers.models import Paper
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges.access import may_move, may_pass_on
from linshuo.domain.pledges.lifecycle import (
    AGAIN,
    AGAIN_AFTER,
    ANSWER_DAYS,
    CONTACT_DAYS,
    HOLDING,
    LIVE,
    PLEDGE,
    WAIT_DAYS,
    Facts,
)
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened, move
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.moves import Move
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy


def look(pledge: Pledge, **known: Any) -> Facts:
    """The facts the guards judge, as far as this room knows them."""
    facts: dict[str, Any] = {
        "has_place": False,
        "planned": pledge.planned_on is not None,
        "kind": pledge.ask.kind,
        "receipt": pledge.receipt,
        "has_successor": pledge.successor_id is not None,
        "money": pledge.amount_fen is not None,
    }
    return Facts(**{**facts, **known})


def _go(
    pledge: Pledge,
    row: Move[Facts],
    *,
    by: Actor,
    at: datetime,
    changes: dict[str, Any] | None = None,
    **known: Any,
) -> Pledge:
    return move(pledge, row, by=by, at=at, look=lambda p: look(p, **known), changes=changes)


def must_move(by: Actor, pledge: Pledge) -> None:
    """Raises `NotYours` unless the pledge is the actor's own or staff work they may do."""
    if not by.is_house and not may_move(by, pledge):
        raise NotYours("pledge", _("没有这一项。"))


def reload(pledge: Pledge, by: Actor) -> Pledge:
    """The row as it is now, with its line and need."""
    found = (
        Pledge.objects.of(by)
        .select_related("person", "partnership", *(f"ask__{name}" for name in WHOLE))
        .filter(pk=pledge.pk).first()
    )  # fmt: skip
    if found is None:
        raise NotYours("pledge", _("没有这一项。"))
    return found


@transaction.atomic
def offer(
    ask: Ask,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    slots: int = 1,
    goods: str = "",
    paper: Paper | None = None,
    at: datetime | None = None,
) -> Pledge:
    """Put a name on a line, and take a place or join the queue in the same breath.

    The same name twice is the same pledge. Whether the actor may sign for this person or unit is
    `acts.signing`'s to check. Raises `Refused` when the line has been taken down.
    """
    found = standing(ask, person, partnership)
    if found is not None:
        return found
    if ask.closed_at is not None:
        raise Refused("taken-down", _("这一行已经不招人了。看看别的。"))
    if ask.open_ended:
        slots = 1  # one name, whatever it gives
    if not 1 <= slots <= ask.slots:
        raise Refused("slots", _("认几位，从 1 到 %d。") % ask.slots, "slots")
    moment = happened(at)
    pledge = Pledge(
        community_id=ask.community_id,
        ask=ask,
        person=person,
        partnership=partnership,
        signed_by_id=by.person_id,
        slots=slots,
        goods=tidy(goods)[:60],
        state=PLEDGE.offered.name,
        due_at=moment + timedelta(days=1),
        due_for=PLEDGE.offered.due_for,
        signed_at=moment,
        paper=paper,
    )
    try:
        with transaction.atomic():
            pledge.save(force_insert=True)
    except IntegrityError:
        found = standing(ask, person, partnership)
        if found is None:
            raise
        return found
    record("pledge:offer", row=pledge, by=by, at=moment)
    if board.take(ask, slots, by=by, at=moment):
        due = moment + timedelta(days=CONTACT_DAYS)
        return _go(pledge, PLEDGE.accept, by=by, at=moment, changes={"due_at": due}, has_place=True)
    due = moment + timedelta(days=WAIT_DAYS)
    return _go(pledge, PLEDGE.queue, by=by, at=moment, changes={"due_at": due})


def standing(ask: Ask, person: Person | None, partnership: Partnership | None) -> Pledge | None:
    """The live pledge of this name on this line, if there is one."""
    return (
        Pledge.objects.within(ask.community_id)
        .filter(ask=ask, person=person, partnership=partnership, state__in=LIVE)
        .select_related(*(f"ask__{name}" for name in WHOLE))
        .first()
    )


@transaction.atomic
def agree(pledge: Pledge, *, by: Actor, at: datetime | None = None) -> Pledge:
    """Whoever was asked says yes: the place kept for them is theirs."""
    must_move(by, pledge)
    moment = happened(at)
    due = moment + timedelta(days=CONTACT_DAYS)
    return _go(pledge, PLEDGE.agree, by=by, at=moment, changes={"due_at": due}, has_place=True)


@transaction.atomic
def plan(
    pledge: Pledge,
    *,
    by: Actor,
    planned_on: date,
    until: date | None = None,
    at: datetime | None = None,
) -> Pledge:
    """First contact is made and a day agreed; the day after it somebody asks "did they come?"."""
    must_move(by, pledge)
    moment = happened(at)
    if planned_on < clock.local(moment).date():
        raise Refused("planned-past", _("约的日子要从今天往后。"), "planned_on")
    if until is not None and until < planned_on:
        raise Refused("until", _("结束的日子早于开始的日子。"), "until")
    changes = {
        "planned_on": planned_on,
        "until": until,
        "first_contact_at": pledge.first_contact_at or moment,
        "due_at": end_of((until or planned_on) + timedelta(days=1)),
    }
    return _go(pledge, PLEDGE.plan, by=by, at=moment, changes=changes)


@transaction.atomic
def release(
    pledge: Pledge, *, by: Actor, received_fen: int | None = None, at: datetime | None = None
) -> Pledge:
    """Let go, in one click and without a reason. A place it held goes to the next in the queue.

    A promised sum only while nothing of it came, as `acts.promising.let_go` knows from the funds.
    """
    must_move(by, pledge)
    return _end(pledge, PLEDGE.release, Ended.RELEASED, by=by, at=at, received_fen=received_fen)


@transaction.atomic
def expire(pledge: Pledge, *, by: Actor, at: datetime | None = None) -> Pledge:
    """Nobody answered in time: the place goes on to the next."""
    return _end(pledge, PLEDGE.expire, Ended.EXPIRED, by=by, at=at)


@transaction.atomic
def remind(pledge: Pledge, *, by: Actor, at: datetime | None = None) -> bool:
    """Write down, once, that five days have gone by without a call.

    False when there has been a call meanwhile, or a reminder before: nothing is written then.
    """
    row = (
        Pledge.objects.within(pledge.community_id)
        .select_for_update(of=("self",))
        .filter(pk=pledge.pk, state="accepted", reminded_at__isnull=True)
        .filter(first_contact_at__isnull=True)
        .first()
    )
    if row is None:
        return False
    row.reminded_at = happened(at)
    row.save(update_fields=["reminded_at"])
    record("pledge:remind", row=row, by=by, at=at)
    return True


@transaction.atomic
def heard(pledge: Pledge, *, by: Actor, day: date, at: datetime | None = None) -> bool:
    """Somebody said that they came on a day: if no later one is agreed and no term runs on, nobody
    needs to ask any more whether they did, and what is next is another day, or that it is kept.

    Evidence handed down by `acts.signing.came`, which knows who may say so. False where nothing
    changes: then nothing is written.
    """
    row = (
        Pledge.objects.within(pledge.community_id)
        .select_for_update(of=("self",))
        .filter(pk=pledge.pk, state=PLEDGE.under_way.name, due_for=PLEDGE.under_way.due_for)
        .first()
    )
    if row is None or row.amount_fen is not None:
        return False
    last = row.until or row.planned_on
    if last is None or last > day:
        return False
    moment = happened(at)
    row.due_for = AGAIN
    row.due_at = max(row.due_at or moment, end_of(clock.local(moment).date() + AGAIN_AFTER))
    row.save(update_fields=["due_at", "due_for"])
    record("pledge:heard", row=row, by=by, at=at)
    return True


@transaction.atomic
def fulfil(
    pledge: Pledge,
    *,
    by: Actor,
    receipt: str = "",
    confirmed_records: int = 0,
    money_settled: bool = False,
    at: datetime | None = None,
) -> Pledge:
    """Kept: by confirmed service for 认领, by what is on record for the other three; a promised sum
    by what became of it, which `acts.promising.keep_promise` looks up."""
    must_move(by, pledge)
    return _end(
        pledge,
        PLEDGE.fulfil,
        Ended.FULFILLED,
        by=by,
        at=at,
        receipt=tidy(receipt)[:200],
        confirmed_records=confirmed_records,
        money_settled=money_settled,
    )


@transaction.atomic
def hand_over(
    pledge: Pledge,
    *,
    to: Person | None = None,
    to_unit: Partnership | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Pledge:
    """Hand the places to somebody by name: they do not pass through the queue. Returns the
    successor."""
    if not by.is_house and not may_pass_on(by, pledge):
        raise NotYours("pledge", _("没有这一项。"))
    row = reload(pledge, by)
    moment = happened(at)
    if standing(row.ask, to, to_unit) is not None or (to is None) == (to_unit is None):
        raise Refused("successor", _("交给谁？要换一个还没认这一行的。"), "successor")
    successor = Pledge(
        community_id=row.community_id,
        ask=row.ask,
        person=to,
        partnership=to_unit,
        signed_by_id=by.person_id,
        slots=row.slots,
        state=PLEDGE.offered.name,
        due_at=moment + timedelta(days=1),
        due_for=PLEDGE.offered.due_for,
        signed_at=moment,
    )
    successor.save(force_insert=True)
    record("pledge:offer", row=successor, by=by, at=moment, detail={"from": row.pk})
    changes = {
        "successor": successor,
        "ended_as": Ended.HANDED_OVER,
        "ended_at": moment,
        "due_at": None,
    }
    _go(row, PLEDGE.hand_over, by=by, at=moment, changes=changes)
    due = moment + timedelta(days=CONTACT_DAYS)
    return _go(successor, PLEDGE.accept, by=by, at=moment, changes={"due_at": due}, has_place=True)


def _end(
    pledge: Pledge,
    row: Move[Facts],
    how: Ended,
    *,
    by: Actor,
    at: datetime | None,
    receipt: str = "",
    **known: Any,
) -> Pledge:
    moment = happened(at)
    held = reload(pledge, by).state in HOLDING
    changes: dict[str, Any] = {"ended_as": how, "ended_at": moment, "due_at": None}
    if receipt:
        changes["receipt"] = receipt
    ended = _go(pledge, row, by=by, at=moment, changes=changes, **known)
    if held and how in (Ended.RELEASED, Ended.EXPIRED):
        free_places(ended, by=by, at=moment)
    return ended


def free_places(ended: Pledge, *, by: Actor, at: datetime) -> Pledge | None:
    """Ask the next in the queue who fits into the freed places, keeping them meanwhile."""
    ask = board.lock(ended.ask, by)
    board.give_back(ask, ended.slots, by=by, at=at)
    return ask_next(ask, by=by, at=at)


def ask_next(ask: Ask, *, by: Actor, at: datetime) -> Pledge | None:
    """The first in the queue for whom there is room is asked, never moved."""
    queue = (
        Pledge.objects.within(ask.community_id)
        .filter(ask=ask, state=PLEDGE.waiting.name)
        .select_related(*(f"ask__{name}" for name in WHOLE))
        .order_by("signed_at", "pk")
    )
    for waiting in queue:
        if board.take(ask, waiting.slots, by=by, at=at):
            due = at + timedelta(days=ANSWER_DAYS)
            return _go(
                waiting, PLEDGE.invite, by=by, at=at, changes={"due_at": due}, has_place=True
            )
    return None
