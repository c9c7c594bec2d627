"""Why a rota cannot be filled, in terms of what was given."""

from __future__ import annotations

from dataclasses import replace

from linshuo.kit.rota.found import Reason, Why
from linshuo.kit.rota.given import Rota, Slot
from linshuo.kit.rota.model import Model
from linshuo.kit.rota.program import Watch
from linshuo.kit.rota.rules import broken_by_fixed, may_take


def plain_reasons(rota: Rota) -> list[Reason]:
    """What is seen without a search: fixed turns that break a rule, and slots that too few may
    take by themselves."""
    found = []
    places = {slot.id: slot.places for slot in rota.slots}
    for wrong in broken_by_fixed(rota):
        takers = (wrong.taker,) if wrong.taker else tuple(sorted(_slot(rota, wrong.slots[0]).fixed))
        needed = sum(places[slot] for slot in wrong.slots)
        found.append(Reason("fixed", wrong.slots, takers, needed, 0, wrong.rule))
    for slot in rota.slots:
        able = tuple(taker.id for taker in rota.takers if may_take(taker, slot))
        if len(able) < slot.places:
            why: Why = "too_few" if able else "nobody"
            found.append(Reason(why, (slot.id,), able, slot.places, len(able)))
    return found


def together(rota: Rota, watch: Watch) -> Reason:
    """The shortest stretch of slots, in order of time, that cannot be filled together.

    The whole cannot: that is known. Fewer slots are never harder, so the end is found by halving,
    and the beginning after it. When time runs out the stretch is longer than it need be, but true.
    """
    shortest = _reason(rota, 0, len(rota.slots), watch)
    low, high = 1, len(rota.slots)
    while low < high:
        middle = (low + high) // 2
        reason = _reason(rota, 0, middle, watch)
        if reason.possible < reason.needed:
            high, shortest = middle, reason
        else:
            low = middle + 1
    begin, last = 0, high - 1
    while begin < last:
        middle = (begin + last + 1) // 2
        reason = _reason(rota, middle, high, watch)
        if reason.possible < reason.needed:
            begin, shortest = middle, reason
        else:
            last = middle - 1
    return shortest


def _reason(rota: Rota, begin: int, end: int, watch: Watch) -> Reason:
    """How many places of these slots can be filled at most. Out of time: as if all could."""
    part = replace(rota, slots=rota.slots[begin:end])
    model = Model(part)
    for slot in part.slots:
        model.program.row(dict.fromkeys(model.having[slot.id], 1), at_most=slot.places)
    solved = model.program.solve(dict.fromkeys(model.turns.values(), -1), watch)
    needed = sum(slot.places for slot in part.slots)
    able = sorted({taker for _, taker in model.turns})
    slots = tuple(slot.id for slot in part.slots)
    possible = -solved.bound if solved.values else needed
    return Reason("together", slots, tuple(able), needed, possible)


def _slot(rota: Rota, slot_id: str) -> Slot:
    return next(slot for slot in rota.slots if slot.id == slot_id)
