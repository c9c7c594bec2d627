"""A rota as a whole-number program: one column for each turn that somebody may take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import lcm

from linshuo.kit.rota.counting import Fairest
from linshuo.kit.rota.given import Plan, Rota
from linshuo.kit.rota.program import Program, Watch
from linshuo.kit.rota.rules import may_take, stretches


@dataclass(frozen=True, slots=True)
class Burden:
    """Something to be borne evenly: all turns by their weight, or the turns of one kind."""

    kind: str
    terms: tuple[dict[int, int], ...]
    """For each taker: column → what that turn weighs."""
    total: int
    rooms: tuple[int, ...]
    """The most that each taker could bear, were they alone."""


class Model:
    """The rules as rows. `rota` is in order."""

    def __init__(self, rota: Rota) -> None:
        self.rota = rota
        self.program = Program()
        self.turns: dict[tuple[str, str], int] = {}
        """(slot, taker) → column."""
        self.alone = Program()
        """The same columns under each taker's own rules, with no slot to be filled."""
        for taker in rota.takers:
            slots = [slot for slot in rota.slots if may_take(taker, slot)]
            columns = []
            for slot in slots:
                column = self.program.column(int(taker.id in slot.fixed), 1)
                self.turns[slot.id, taker.id] = column
                columns.append(column)
            for most, places in stretches(taker, slots):
                self.program.row({columns[place]: 1 for place in places}, at_most=most)
        self.alone = self.program.copy()
        self.having: dict[str, list[int]] = defaultdict(list)
        for (slot_id, _), column in self.turns.items():
            self.having[slot_id].append(column)

    def fill(self) -> None:
        """Every slot is to be filled."""
        for slot in self.rota.slots:
            row = dict.fromkeys(self.having[slot.id], 1)
            self.program.row(row, at_least=slot.places, at_most=slot.places)

    def plan(self, values: Sequence[int]) -> dict[str, frozenset[str]]:
        """Slot → takers, as the columns have it."""
        takers: dict[str, set[str]] = {slot.id: set() for slot in self.rota.slots}
        for (slot, taker), column in self.turns.items():
            if values[column]:
                takers[slot].add(taker)
        return {slot: frozenset(having) for slot, having in takers.items()}

    def burden(self, watch: Watch, kind: str = "") -> Burden | None:
        """What is to be borne of this kind, or of all; None if time ran out while counting."""
        terms = []
        total = 0
        for slot in self.rota.slots:
            if not kind or kind in slot.kinds:
                total += slot.places * (1 if kind else slot.counts)
        for taker in self.rota.takers:
            terms.append(
                {
                    self.turns[slot.id, taker.id]: 1 if kind else slot.counts
                    for slot in self.rota.slots
                    if (slot.id, taker.id) in self.turns and (not kind or kind in slot.kinds)
                }
            )
        # Nobody hinders anybody here: the most of the sum is the most of each.
        whole = {column: -weight for own in terms for column, weight in own.items()}
        solved = self.alone.solve(whole, watch)
        if solved.status != "best":
            return None
        rooms = [sum(w * solved.values[column] for column, w in own.items()) for own in terms]
        return Burden(kind, tuple(terms), total, tuple(rooms))

    def dropped(self, present: Plan) -> list[int]:
        """The columns of the present plan that may stay."""
        return [
            self.turns[slot.id, taker]
            for slot in self.rota.slots
            for taker in sorted(present.get(slot.id, ()))
            if (slot.id, taker) in self.turns
        ]

    def wishes(self) -> tuple[list[int], list[int]]:
        """The columns of turns that would be unwelcome, and of those that would be welcome."""
        unwanted, wanted = [], []
        for taker in self.rota.takers:
            for slot in self.rota.slots:
                column = self.turns.get((slot.id, taker.id))
                if column is None:
                    continue
                wishes = {wish.wanted for wish in taker.wishes if wish.touches(slot)}
                if False in wishes:
                    unwanted.append(column)
                elif wishes:
                    wanted.append(column)
        return unwanted, wanted


def bind(program: Program, rota: Rota, burden: Burden, best: Fairest) -> None:
    """Nobody bears more than `high` a share, nor less than `low` if they have room."""
    for taker, own, room in zip(rota.takers, burden.terms, burden.rooms, strict=True):
        low = min(room, -(-best.low * taker.share // 1))
        program.row(own, at_least=int(low), at_most=int(best.high * taker.share // 1))


def spread(program: Program, rota: Rota, burden: Burden) -> tuple[dict[int, int], int]:
    """Columns for high and low, and rows that hold every load between them.

    Returns the terms of high − low, and the number by which they are too large: with shares of 2
    and 3, all is counted in sixths. Whoever bears all they have room for may be below low.
    """
    scale = lcm(*(taker.share for taker in rota.takers))
    tops = [room * scale // t.share for t, room in zip(rota.takers, burden.rooms, strict=True)]
    high = program.column(0, max(tops, default=0))
    low = program.column(0, max(tops, default=0))
    program.row({high: 1, low: -1}, at_least=0)
    for taker, own, room in zip(rota.takers, burden.terms, burden.rooms, strict=True):
        scaled = {column: weight * scale // taker.share for column, weight in own.items()}
        program.row({**scaled, high: -1}, at_most=0)
        # `full` is 1 only if all the room is used; then low may be anything.
        full = program.column(0, 1)
        program.row({**own, full: -room}, at_least=0)
        program.row({**scaled, low: -1, full: max(tops)}, at_least=0)
    return {high: 1, low: -1}, scale
