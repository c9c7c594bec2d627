"""The rules of one taker, told one pair and one period at a time, and what a plan breaks of them.

Nothing here knows how a plan is found: every plan is checked by this before anybody sees it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC
from itertools import combinations

from linshuo.kit.rota.given import Per, Plan, Rota, Slot, Taker


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan breaks."""

    rule: str
    """away, only, places, fixed, overlap, rest, gap, day, week, month or rota."""
    slots: tuple[str, ...]
    taker: str = ""


def may_take(taker: Taker, slot: Slot) -> bool:
    """Whether this taker, by themselves, could have this slot."""
    return (slot.only is None or taker.id in slot.only) and not taker.is_away(slot)


def clash(taker: Taker, one: Slot, other: Slot) -> str:
    """The rule by which this taker cannot have both: overlap, rest or gap; empty if they can."""
    first, second = sorted((one, other), key=lambda slot: slot.start)
    between = second.start.astimezone(UTC) - first.end.astimezone(UTC)
    if between.total_seconds() < 0:
        return "overlap"
    if between < taker.rest:
        return "rest"
    days = (second.start.date() - first.last_day()).days
    return "gap" if taker.gap_days and days <= taker.gap_days else ""


def period(slot: Slot, per: Per) -> Hashable:
    """The day, week, month or whole that a slot's start belongs to."""
    day = slot.start.date()
    if per == "day":
        return day
    if per == "week":
        return day.isocalendar()[:2]
    return (day.year, day.month) if per == "month" else None


def broken(rota: Rota, plan: Plan) -> list[Broken]:
    """Every rule that the plan breaks, each pair and each period by itself; empty: it is sound."""
    found = []
    for slot in rota.slots:
        having = plan.get(slot.id, frozenset())
        if len(having) != slot.places:
            found.append(Broken("places", (slot.id,)))
        found += [Broken("fixed", (slot.id,), who) for who in sorted(slot.fixed - having)]
    for taker in rota.takers:
        found += _broken_by(taker, [s for s in rota.slots if taker.id in plan.get(s.id, ())])
    return found


def broken_by_fixed(rota: Rota) -> list[Broken]:
    """Every rule that the fixed turns break among themselves."""
    found = [Broken("places", (s.id,)) for s in rota.slots if len(s.fixed) > s.places]
    for taker in rota.takers:
        found += _broken_by(taker, [s for s in rota.slots if taker.id in s.fixed])
    return found


def _broken_by(taker: Taker, turns: list[Slot]) -> Iterable[Broken]:
    for slot in turns:
        if taker.is_away(slot):
            yield Broken("away", (slot.id,), taker.id)
        elif not may_take(taker, slot):
            yield Broken("only", (slot.id,), taker.id)
    for one, other in combinations(turns, 2):
        if rule := clash(taker, one, other):
            yield Broken(rule, (one.id, other.id), taker.id)
    for limit in taker.at_most:
        often = Counter(period(slot, limit.per) for slot in turns)
        for when, times in often.items():
            if times > limit.turns:
                those = tuple(s.id for s in turns if period(s, limit.per) == when)
                yield Broken(limit.per, those, taker.id)


def stretches(taker: Taker, slots: list[Slot]) -> list[tuple[int, list[int]]]:
    """All that hinders this taker, as "at most n of these": (n, places in `slots`).

    `slots` are in order of start and may all be taken by them. A turn keeps its taker busy from its
    start until rest and gap are over. Of turns that clash pairwise, the one that starts last starts
    while all others keep busy; so one row for each start says all that the pairs say, and tighter.
    """
    rows = [(1, busy) for busy in _busy_at_each_start(taker, slots)]
    for limit in taker.at_most:
        those: dict[Hashable, list[int]] = {}
        for place, slot in enumerate(slots):
            those.setdefault(period(slot, limit.per), []).append(place)
        rows += [(limit.turns, row) for row in those.values() if len(row) > limit.turns]
    return _needed(rows)


def _busy_at_each_start(taker: Taker, slots: list[Slot]) -> Iterable[list[int]]:
    open_: list[int] = []
    for place, slot in enumerate(slots):
        open_ = [before for before in open_ if clash(taker, slots[before], slot)]
        open_.append(place)
        yield list(open_)


def _needed(rows: list[tuple[int, list[int]]]) -> list[tuple[int, list[int]]]:
    """Without rows that another one implies: the same slots or more, and no more turns."""
    kept: list[tuple[int, list[int]]] = []
    sets: list[tuple[int, frozenset[int]]] = []
    for turns, row in sorted(rows, key=lambda row: (-len(row[1]), row[0])):
        those = frozenset(row)
        if len(row) > turns and not any(n <= turns and those <= more for n, more in sets):
            kept.append((turns, row))
            sets.append((turns, those))
    return kept
