"""Writes about rotas that are made: to the solver, what it said, and publishing, the one act that
makes turns of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.posting import lock_post
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_rounds import on_holiday, rounds_of, taken_in_turn
from linshuo.domain.service.rota_rows import Rota, RotaMember, RotaStage, RotaSwap
from linshuo.domain.service.rota_solving import Standing, stand
from linshuo.domain.service.rotas import OPEN, lock, members_of, must_not_overlap
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused


@transaction.atomic
def start(rota: Rota, *, by: Actor, at: datetime | None = None) -> Rota:
    """It goes to the solver (`acts.rotas.make`). Raises `Refused` where there is nothing to
    solve."""
    row = lock(rota, by, *OPEN)
    if not any(m.left_on is None or m.left_on > row.first for m in members_of(row)):
        raise Refused("members", _("谁来轮？至少选一家。"), "members")
    if not taken_in_turn(row, rounds_of(row)):
        raise Refused("rounds", _("这段时间里一轮也没有：要么都放假，要么岗上没有钟点。"))
    row.stage, row.plan = RotaStage.MAKING, None
    row.made_by_id, row.made_at = by.person_id, happened(at)
    row.step, row.beat_at = "", clock.now()
    row.save(update_fields=["stage", "plan", "made_by", "made_at", "step", "beat_at"])
    record("rota:make", row=row, subject=row.post, by=by, at=at)
    return row


@transaction.atomic
def finish(rota: Rota, plan: dict[str, Any] | None) -> Rota:
    """What the solver said is kept; `None` where something went wrong. The house's to call."""
    house = Actor.house(rota.community_id)
    row = Rota.objects.of(house).select_for_update(of=("self",)).get(pk=rota.pk)
    if row.stage != RotaStage.MAKING:
        return row  # given up meanwhile
    good = plan is not None and plan["outcome"] == "planned"
    row.plan, row.stage = plan, RotaStage.MADE if good else RotaStage.FAILED
    row.save(update_fields=["plan", "stage"])
    record("rota:made", row=row, subject=row.post, by=house)
    return row


@transaction.atomic
def publish(rota: Rota, *, by: Actor, at: datetime | None = None) -> Rota:
    """公布: the plan becomes turns, all or none. In place of another, what is past stays, and only
    the rounds that somebody else has now are passed on.

    Raises `Refused` when the ground has moved since it was made: a round has begun, somebody
    swapped, or another rota of the post lies over it.
    """
    row = lock(rota, by, RotaStage.MADE)
    lock_post(row.post, by)
    must_not_overlap(row)
    now, moment = stand(row), happened(at)
    plan = {date.fromisoformat(day): int(pk) for day, pk in (row.plan or {})["rounds"].items()}
    if row.replaces is not None:
        _must_stand_as_it_did(now, row.plan or {})
        _take_over(row.replaces, by, moment)
    for one in now.rounds:
        if one.first in plan:
            _give(now, one.first, one.spans, now.members[plan[one.first]], by, moment)
    for one in on_holiday(row, now.rounds):
        if not now.turns.get(one.first):
            named = RotaMember(partnership=row.holiday_unit)
            _give(now, one.first, one.spans, named, by, moment)
    row.stage, row.published_at = RotaStage.PUBLISHED, moment
    row.save(update_fields=["stage", "published_at"])
    record("rota:publish", row=row, subject=row.post, by=by, at=at)
    return row


def _must_stand_as_it_did(now: Standing, plan: dict[str, Any]) -> None:
    base, fixed = plan["base"], set(plan["fixed"])
    for one in now.taken:
        holder = now.holder(one.first)
        if one.key in base and base[one.key] != (str(holder) if holder else ""):
            told = _("排好以后，%s这一轮有人换过了。再排一次，再公布。")
            raise Refused("swapped", told % one.words)
        if one.key in plan["rounds"] and now.begun(one.first) and one.key not in fixed:
            told = _("排好以后，%s这一轮已经开始了。再排一次，再公布。")
            raise Refused("begun", told % one.words)


def _take_over(old: Rota, by: Actor, at: datetime) -> None:
    """The rota that was in force is not any more; swaps nobody has answered are off with it."""
    row = lock(old, by, RotaStage.PUBLISHED)
    row.stage = RotaStage.GONE
    row.save(update_fields=["stage"])
    record("rota:replaced", row=row, subject=row.post, by=by, at=at)
    for swap in RotaSwap.objects.of(by).filter(rota=row, answer=RotaSwap.Answer.WAITING):
        swap.answer, swap.answered_at = RotaSwap.Answer.BACK, at
        swap.save(update_fields=["answer", "answered_at"])
        record("rotaswap:back", row=swap, subject=row, by=by, at=at)


def _give(
    now: Standing,
    first: date,
    spans: Iterable[tuple[datetime, datetime]],
    member: RotaMember,
    by: Actor,
    at: datetime,
) -> None:
    rota = now.rota
    there = [turn for turn in now.turns.get(first, ()) if turn.covers_id is None]
    for turn in there:
        if (turn.person_id, turn.partnership_id) != (member.person_id, member.partnership_id):
            pass_on(turn, member, by=by, at=at)
    if there:
        return
    for starts, ends in spans:
        _must_be_free(rota, member, starts, ends)
        turn = Turn(
            community_id=rota.community_id,
            post=rota.post,
            rota_id=rota.key_id,
            round_on=first,
            person=member.person,
            partnership=member.partnership,
            starts=starts,
            ends=ends,
        )
        turn.save(force_insert=True)
        record("turn:plan", row=turn, subject=rota.post, by=by, at=at)


def pass_on(turn: Turn, member: RotaMember, *, by: Actor, at: datetime) -> None:
    """A turn of a round that has not begun is somebody else's now. Runs in its caller's
    transaction."""
    _must_be_free(turn, member, turn.starts, turn.ends)
    turn.person, turn.partnership = member.person, member.partnership
    turn.away_at = None
    turn.save(update_fields=["person", "partnership", "away_at"])
    record("turn:pass-on", row=turn, subject=turn.post or turn, by=by, at=at)


def _must_be_free(where: Rota | Turn, member: RotaMember, starts: datetime, ends: datetime) -> None:
    """A person cannot be at two posts in the same hours. A round of whole days takes no hour."""
    if member.person is None or ends - starts >= timedelta(days=1):
        return
    turns = Turn.objects.within(where.community_id).filter(
        person=member.person, away_at__isnull=True, starts__lt=ends, ends__gt=starts
    )
    if isinstance(where, Turn):
        turns = turns.exclude(rota_id=where.rota_id or 0)
    if turns.exists():
        told = _("%(who)s 在%(when)s已经有别的班了。")
        when = wording.moment(starts)
        raise Refused("overlap", told % {"who": member.person.name, "when": when})
