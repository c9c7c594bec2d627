"""Small rotas for the tests: takers a, b, c …, slots of a day each from a Monday on."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import chain, combinations, product
from typing import Any
from zoneinfo import ZoneInfo

from linshuo.kit.rota import Days, Rota, Slot, Taker, all_days, broken
from linshuo.kit.rota.rules import clash, may_take, period

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 6, 1)


def on(day: int) -> date:
    """The day with that number; 0 is a Monday, the first of June."""
    return MONDAY + timedelta(days=day)


def days(first: int, last: int | None = None) -> Days:
    """Days by number."""
    return Days(on(first), on(first if last is None else last))


def whole(day: int, **more: Any) -> Slot:
    """A slot of one whole day, called by its number."""
    start, end = all_days(on(day), on(day), ZONE)
    return Slot(**{"id": str(day), "start": start, "end": end, **more})


def shift(day: int, hour: int, hours: int = 8, **more: Any) -> Slot:
    """A slot of some hours, called by day and hour."""
    start = datetime.combine(on(day), datetime.min.time(), ZONE) + timedelta(hours=hour)
    end = start + timedelta(hours=hours)
    return Slot(**{"id": f"{day}/{hour}", "start": start, "end": end, **more})


def takers(names: str, **more: Any) -> tuple[Taker, ...]:
    """Takers with one letter each, all alike."""
    return tuple(Taker(name, **more) for name in names)


def having(**plan: str) -> dict[str, frozenset[str]]:
    """A plan: `having(_0="a", _1="bc")`."""
    return {slot.lstrip("_"): frozenset(names) for slot, names in plan.items()}


# --- What the solver is compared with: every plan there is, one by one ---------------------------


def every_plan(rota: Rota) -> list[dict[str, frozenset[str]]]:
    """All sound plans."""
    names = [taker.id for taker in rota.takers]
    choices = [[frozenset(c) for c in combinations(names, s.places)] for s in rota.slots]
    plans = (dict(zip((s.id for s in rota.slots), c, strict=True)) for c in product(*choices))
    return [plan for plan in plans if not broken(rota, plan)]


def room(rota: Rota, taker: Taker, kind: str) -> int:
    """The most that this taker could bear alone, of all their possible sets of turns."""
    mine = [slot for slot in rota.slots if may_take(taker, slot)]
    best = 0
    for turns in chain.from_iterable(combinations(mine, n) for n in range(len(mine) + 1)):
        if not {s.id for s in rota.slots if taker.id in s.fixed} <= {s.id for s in turns}:
            continue
        if any(clash(taker, one, other) for one, other in combinations(turns, 2)):
            continue
        if any(
            sum(period(s, limit.per) == period(t, limit.per) for s in turns) > limit.turns
            for limit in taker.at_most
            for t in turns
        ):
            continue
        best = max(best, sum(weight(slot, kind) for slot in turns))
    return best


def weight(slot: Slot, kind: str) -> int:
    """What a turn of the slot counts in all, or in one kind."""
    return int(kind in slot.kinds) if kind else slot.counts
