"""From the rows of a rota to what the solver is given, and from its answer to what is kept.

A member is known to the solver by the number of its row, a round by its first day. What is past,
and what somebody else has taken over, the solver does not touch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_rounds import Round, gap_days, rounds_of, taken_in_turn
from linshuo.domain.service.rota_rows import Rota, RotaDays, RotaMember, RotaStage
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock
from linshuo.kit.rota import (
    BadRota,
    Days,
    Impossible,
    Planned,
    Progress,
    Slot,
    Taker,
    Undecided,
    Wish,
    all_days,
    broken,
    solve,
)
from linshuo.kit.rota import Rota as Given

SECONDS = 60.0
"""What is not settled in a minute is told as far as it came."""
FESTIVE = "festive"


@dataclass
class Standing:
    """How a rota stands: its rounds, who takes part, and who has which round as of today."""

    rota: Rota
    rounds: list[Round]
    members: dict[int, RotaMember]
    turns: dict[date, list[Turn]] = field(default_factory=dict)
    """The turns of a round by its first day, whoever stands in for somebody among them."""

    @property
    def taken(self) -> list[Round]:
        return taken_in_turn(self.rota, self.rounds)

    def holder(self, first: date) -> int | None:
        """The member whose round it is, as long as a turn of it is still to be kept by them."""
        for turn in self.turns.get(first, ()):
            if turn.covers_id is None:
                return self.member_of(turn.person_id, turn.partnership_id)
        return None

    def member_of(self, person: int | None, unit: int | None) -> int | None:
        """The member with this person or unit."""
        for pk, member in self.members.items():
            if (member.person_id, member.partnership_id) == (person, unit):
                return pk
        return None

    def begun(self, first: date) -> bool:
        """Whether a round has begun: who has it then has it."""
        turns = self.turns.get(first, ())
        starts = min((t.starts for t in turns), default=clock.start_of(first))
        return starts <= clock.now()

    def covered(self, first: date) -> bool:
        """Whether somebody stands in for its holder: that was arranged, and is left alone."""
        return any(t.covers_id is not None and t.away_at is None for t in self.turns.get(first, ()))

    def keeper(self, first: date) -> int | None:
        """The member who comes: whoever stands in for the holder, if somebody does."""
        for turn in self.turns.get(first, ()):
            if turn.covers_id is not None and turn.away_at is None:
                return self.member_of(turn.person_id, turn.partnership_id)
        return self.holder(first)

    def given_up(self, first: date) -> bool:
        """Whether its holder said that they cannot come."""
        own = [t for t in self.turns.get(first, ()) if t.covers_id is None]
        return any(turn.away_at is not None for turn in own)


def stand(rota: Rota) -> Standing:
    """The rows of a rota, read once: five queries."""
    members = RotaMember.objects.within(rota.community_id).filter(rota=rota)
    members = members.select_related("person", "partnership__organisation").order_by("pk")
    turns: dict[date, list[Turn]] = {}
    rows = Turn.objects.within(rota.community_id).filter(rota_id=rota.key_id)
    rows = rows.select_related("person", "partnership__organisation", "post__place")
    for turn in rows.order_by("starts", "pk"):
        if turn.round_on is not None:
            turns.setdefault(turn.round_on, []).append(turn)
    return Standing(rota, rounds_of(rota), {m.pk: m for m in members}, turns)


def members_in_force(community_id: int, day: date | None = None) -> ScopedQuerySet[RotaMember]:
    """Whoever takes part, on a day or from today on, in a rota that is published."""
    today = clock.today()
    rows = RotaMember.objects.within(community_id).filter(
        Q(left_on__isnull=True) | Q(left_on__gt=day or today),
        rota__stage=RotaStage.PUBLISHED,
        rota__last__gte=day or today,
    )
    return rows.filter(rota__first__lte=day) if day is not None else rows


def taking_part(community_id: int, post_id: int) -> list[RotaMember]:
    """Whoever takes part in a rota of a post, in the order they came in."""
    rows = members_in_force(community_id).filter(rota__post_id=post_id)
    return list(rows.select_related("person", "partnership__organisation").order_by("pk"))


def days_of(rota: Rota) -> list[RotaDays]:
    """The days on which members are away, or have a wish about."""
    rows = RotaDays.objects.within(rota.community_id).filter(
        member__rota=rota, dropped_at__isnull=True
    )
    return list(rows.order_by("first", "pk"))


@dataclass(frozen=True)
class Asked:
    """What the solver is given, and the plan that stands today."""

    given: Given
    base: dict[str, str]
    """Round → member of the plan that is replaced."""
    fixed: frozenset[str]
    counted: frozenset[str] = frozenset()
    """Rounds that are over and only weigh on whoever took them: no answer says anything of them."""


def asked(now: Standing, days: Iterable[RotaDays]) -> Asked:
    """What the solver is given. Raises `BadRota` where nobody takes part or nothing is to be taken.

    Of a rota that replaces another, rounds that have begun stay as they are. An absence that was
    told after the fact changes nothing about what is over.
    """
    rota, base, fixed, slots, stood_in = now.rota, {}, set(), [], []
    over = rota.first - timedelta(days=1)
    for one in now.taken:
        holder = now.holder(one.first) if rota.replaces_id else None
        begun = rota.replaces_id is not None and now.begun(one.first)
        if begun:
            over = one.last
        if rota.replaces_id and now.covered(one.first):
            stood_in += [one] if begun else []
            continue  # somebody stands in: that was arranged, and is left alone
        if begun and holder is None:
            continue  # whoever had it takes part no more
        if holder is not None:
            base[one.key] = str(holder)
        if begun:
            fixed.add(one.key)
        slots.append(_slot(one, frozenset({str(holder)}) if begun else frozenset()))
    counted = _counted(now, slots, stood_in)
    slots += counted
    needed = {who for slot in slots for who in slot.fixed}
    takers = _takers(now, list(days), over, needed)
    if not takers or not slots:
        raise BadRota("nobody takes part, or nothing is to be taken")
    known = {taker.id for taker in takers}
    present = {key: frozenset({who}) for key, who in base.items() if who in known}
    given = Given(tuple(takers), tuple(slots), present=present or None, kinds=(FESTIVE,))
    return Asked(given, base, frozenset(fixed), frozenset(slot.id for slot in counted))


def _counted(now: Standing, slots: list[Slot], stood_in: list[Round]) -> list[Slot]:
    """Past rounds that somebody else took over count for them, as far as the gap between rounds
    allows that: who helps out is not kept to it, and bears no more for it."""
    found: list[Slot] = []
    for one in stood_in:
        keeper = now.keeper(one.first)
        if keeper is None:
            continue
        slot = _slot(one, frozenset({str(keeper)}))
        own = [s for s in (*slots, *found) if str(keeper) in s.fixed] + [slot]
        taker = Taker(str(keeper), gap_days=gap_days(now.rota.per, now.rota.gap))
        if not broken(Given((taker,), tuple(own)), {s.id: s.fixed for s in own}):
            found.append(slot)
    return found


def _slot(one: Round, fixed: frozenset[str]) -> Slot:
    starts, ends = all_days(one.first, one.last, clock.SHANGHAI)
    kinds = frozenset({FESTIVE}) if one.festive else frozenset()
    return Slot(one.key, starts, ends, kinds=kinds, fixed=fixed)


def _takers(
    now: Standing, days: list[RotaDays], over: date, needed: set[str], only: int | None = None
) -> list[Taker]:
    found = []
    for pk, member in now.members.items():
        if only is not None and pk != only:
            continue
        out = member.left_on is not None and member.left_on <= now.rota.first
        if out and str(pk) not in needed:
            continue
        own = [row for row in days if row.member_id == pk]
        given_up = [
            (one.first, one.last)
            for one in now.taken
            if now.holder(one.first) == pk and now.given_up(one.first)
        ]
        gone = [(row.first, row.last) for row in own if row.kind == RotaDays.Kind.AWAY]
        found.append(
            Taker(
                str(pk),
                away=tuple(_after(over, [*gone, *given_up, *_left(member, now.rota)])),
                wishes=tuple(
                    Wish(Days(row.first, row.last), wanted=row.kind == RotaDays.Kind.LIKE)
                    for row in own
                    if row.kind != RotaDays.Kind.AWAY
                ),
                gap_days=gap_days(now.rota.per, now.rota.gap),
            )
        )
    return found


def _left(member: RotaMember, rota: Rota) -> list[tuple[date, date]]:
    """From when they are not there any more: they left the rota, or the partnership ends."""
    unit = member.partnership
    ends = [day for day in (member.left_on,) if day is not None]
    if unit is not None and unit.until is not None:
        ends.append(unit.until + timedelta(days=1))
    begin = min(ends, default=rota.last + timedelta(days=1))
    return [(max(begin, rota.first), rota.last)] if begin <= rota.last else []


def _after(over: date, spans: list[tuple[date, date]]) -> Iterable[Days]:
    for first, last in spans:
        if last > over:
            yield Days(max(first, over + timedelta(days=1)), last)


OnStep = Callable[[str], None]


def work_out(rota: Rota, *, on_step: OnStep = lambda _step: None) -> dict[str, Any]:
    """Solve a rota as it stands and return what is kept of the answer, as plain values. Writes
    nothing; may take up to a minute."""
    question = asked(stand(rota), days_of(rota))

    def told(progress: Progress) -> None:
        on_step(progress.step)

    answer = solve(question.given, seconds=SECONDS, on_progress=told)
    kept: dict[str, Any] = {"base": question.base, "fixed": sorted(question.fixed)}
    if isinstance(answer, Planned):
        return kept | _planned(answer, question.counted)
    if isinstance(answer, Impossible):
        return kept | {"outcome": "impossible", "reasons": _reasons(answer)}
    assert isinstance(answer, Undecided)
    return kept | {"outcome": "undecided"}


def _planned(answer: Planned, counted: frozenset[str]) -> dict[str, Any]:
    rounds = {slot: min(who) for slot, who in sorted(answer.takers.items()) if slot not in counted}
    return {
        "outcome": "planned",
        "rounds": rounds,
        "loads": dict(sorted(answer.loads.items())),
        "limited": list(answer.limited),
        "levels": [
            {
                "aim": level.aim,
                "kind": level.kind,
                "value": float(level.value),
                "bound": float(level.bound),
            }
            for level in answer.levels
        ],
    }


def _reasons(answer: Impossible) -> list[dict[str, Any]]:
    return [
        {
            "why": reason.why,
            "rounds": list(reason.slots),
            "members": list(reason.takers),
            "needed": reason.needed,
            "possible": reason.possible,
            "rule": reason.rule,
        }
        for reason in answer.reasons
    ]


def hinders(now: Standing, days: list[RotaDays], plan: dict[date, int], first: date) -> str:
    """The rule by which whoever has the round in this plan cannot have it: away, gap, or empty."""
    mine = plan.get(first)
    if mine is None:
        return ""
    by_first = {one.first: one for one in now.rounds}
    # Of this one's rounds alone: what others have hinders nobody.
    own = [day for day, who in plan.items() if who == mine and day in by_first]
    slots = tuple(_slot(by_first[day], frozenset()) for day in own)
    takers = _takers(now, days, now.rota.first - timedelta(days=1), {str(mine)}, only=mine)
    given = Given(tuple(takers), slots)
    whole = {day.isoformat(): frozenset({str(mine)}) for day in own}
    key = first.isoformat()
    wrong = [b.rule for b in broken(given, whole) if b.taker == str(mine) and key in b.slots]
    return wrong[0] if wrong else ""
