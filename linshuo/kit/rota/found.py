"""What comes of it: a plan with its proof, why there can be none, or that time ran out first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Aim = Literal["fair", "changes", "kind", "unwanted", "wished"]
"""What a plan is judged by once everything is filled, in the order of importance: turns even in
proportion to shares; as little of the present plan changed as possible; each kind of harder slot
even; few unwelcome turns; many welcome ones."""


@dataclass(frozen=True, slots=True)
class Level:
    """One aim, how well the plan meets it, and the best that any plan could under those before."""

    aim: Aim
    value: Fraction
    """fair, kind: between the most and the least that somebody bears, in turns for a share of 1;
    the others: turns."""
    bound: Fraction
    """No plan that does as well in the aims before can be better than this."""
    kind: str = ""

    @property
    def proven(self) -> bool:
        """Whether no plan can be better."""
        return self.value == self.bound


@dataclass(frozen=True, slots=True)
class Planned:
    """Every place filled, by the rules."""

    takers: Mapping[str, frozenset[str]]
    """Slot → who takes it."""
    loads: Mapping[str, int]
    """Taker → what they bear, heavier slots counting more."""
    levels: tuple[Level, ...]
    limited: tuple[str, ...]
    """Who bears less than others because absences and rules leave them no more."""
    changed: tuple[tuple[str, str], ...]
    """Turns (slot, taker) of the present plan that somebody else has now."""
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether no plan is better in any aim without being worse in one before it."""
        return all(level.proven for level in self.levels)

    def level(self, aim: Aim, kind: str = "") -> Level:
        """The level of that aim. `KeyError`: the rota does not have it."""
        for level in self.levels:
            if (level.aim, level.kind) == (aim, kind):
                return level
        raise KeyError(aim, kind)


Why = Literal["nobody", "too_few", "fixed", "together"]
"""nobody: a slot that nobody may take; too_few: one with more places than may take it; fixed: what
is fixed breaks a rule; together: slots that can be filled each, but not all of them."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why there is no plan."""

    why: Why
    slots: tuple[str, ...]
    """The slots it is about, in order of time. Of "together": no shorter stretch is impossible."""
    takers: tuple[str, ...]
    """Who may take any of them; of "fixed": whose turn breaks a rule."""
    needed: int
    """Places to be filled."""
    possible: int
    """The most of them that can be."""
    rule: str = ""
    """Of "fixed": away, only, places, overlap, rest, gap, day, week, month or rota."""

    def __str__(self) -> str:
        which = self.slots[0] if len(self.slots) == 1 else f"{self.slots[0]} … {self.slots[-1]}"
        if self.why == "fixed":
            return f"{which}: {', '.join(self.takers)} cannot have it for certain ({self.rule})"
        return f"{which}: {self.needed} places, {self.possible} can be filled ({self.why})"


@dataclass(frozen=True, slots=True)
class Impossible:
    """Proof that not every place can be filled by the rules, and why."""

    reasons: tuple[Reason, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Undecided:
    """Stopped, or out of time, before a plan was found or shown to be impossible."""

    seconds: float


Answer = Planned | Impossible | Undecided


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the search has come."""

    step: str
    """counting, filling, fair, changes, kind, wishes, why."""
    seconds: float
    value: float | None = None
    """The best found so far in this step."""
    bound: float | None = None
    """What it cannot be better than."""


OnProgress = Callable[[Progress], None]
ShouldStop = Callable[[], bool]
