"""The search for a plan: one aim after the other, none given up for a later one.

What can be proven by counting is tried first: that everybody bears as evenly as the sum allows. If
such a plan exists, nothing can be more even and no search was needed to know it; only if there is
none is the evenness itself searched for. Evenness and what comes after it are tried in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from linshuo.kit.rota.counting import Fairest, fairest, width
from linshuo.kit.rota.found import (
    Answer,
    Impossible,
    Level,
    OnProgress,
    Planned,
    Progress,
    ShouldStop,
    Undecided,
)
from linshuo.kit.rota.given import BadRota, Rota
from linshuo.kit.rota.model import Burden, Model, bind, spread
from linshuo.kit.rota.program import Program, Solved, SolverBroke, Terms, Watch
from linshuo.kit.rota.rules import broken
from linshuo.kit.rota.why import plain_reasons, together

QUICK = 0.5
"""The share of the time that is given to the way by counting before the longer one is taken."""


def solve(
    rota: Rota,
    *,
    seconds: float | None = None,
    on_progress: OnProgress = lambda _: None,
    should_stop: ShouldStop = lambda: False,
) -> Answer:
    """The best plan with proof, why there is none, or that neither was found in `seconds`.

    Without `seconds` it goes on until it knows. `should_stop` is asked a few times a second; when
    it says so, the best plan so far is returned for what it is. The same rota, whatever the order
    of its parts, gives the same answer, unless time ran out.
    """
    if not rota.takers:
        raise BadRota("a rota without takers")
    return _Search(rota.in_order(), seconds, on_progress, should_stop).run()


@dataclass(slots=True)
class _Even:
    """An aim to be as even as possible in something."""

    burden: Burden
    best: Fairest


@dataclass(slots=True)
class _Cost:
    """An aim to have as few of something as possible."""

    step: str
    terms: Terms
    bound: int


class _Search:
    def __init__(
        self, rota: Rota, seconds: float | None, on_progress: OnProgress, stop: ShouldStop
    ) -> None:
        self.rota = rota
        self.step = "counting"
        self.tell = on_progress
        self.watch = Watch(limit=seconds, stop=stop, tell=self._tell)
        self.model = Model(rota)
        self.shares = [taker.share for taker in rota.takers]
        self.values: Sequence[int] = ()
        """The best plan so far."""
        self.bounds: dict[str, Fraction] = {}
        """Of each step, by what it is better than counting."""

    def run(self) -> Answer:
        self._begin("counting")
        if reasons := plain_reasons(self.rota):
            return Impossible(tuple(reasons), self.watch.seconds())
        self.model.fill()
        evens = self._evens()
        if evens is None:
            return Undecided(self.watch.seconds())
        if any(even.burden.total > sum(even.burden.rooms) for even in evens):
            return self._filled(self.model.program) or Undecided(self.watch.seconds())
        steps = self._steps(evens)
        return self._impossible_after(steps) or (
            self._planned(evens[0].burden, steps)
            if self.values
            else Undecided(self.watch.seconds())
        )

    def _impossible_after(self, steps: list[_Even | _Cost]) -> Impossible | None:
        """Take the steps, each group of them up to one that has a cost, as far as time allows."""
        program = self.model.program
        group: list[_Even | _Cost] = []
        for step in steps:
            group.append(step)
            if isinstance(step, _Cost) or step is steps[-1]:
                found = self._group(program, group)
                if found is None or isinstance(found, Impossible):
                    return found
                program, group = found, []
        return None

    # --- The steps ------------------------------------------------------------------------------

    def _evens(self) -> list[_Even] | None:
        """What is to be even; None if time ran out."""
        found = []
        for kind in ("", *self.rota.kinds):
            burden = self.model.burden(self.watch, kind)
            if burden is None:
                return None
            total = min(burden.total, sum(burden.rooms))
            found.append(_Even(burden, fairest(total, self.shares, burden.rooms)))
        return found

    def _steps(self, evens: list[_Even]) -> list[_Even | _Cost]:
        steps: list[_Even | _Cost] = [evens[0]]
        if self.rota.present is not None:
            stay = self.model.dropped(self.rota.present)
            steps.append(_Cost("changes", dict.fromkeys(stay, -1), -len(stay)))
        steps += evens[1:]
        unwanted, wanted = self.model.wishes()
        if unwanted or wanted:
            # One unwelcome turn weighs more than all welcome ones together.
            terms = dict.fromkeys(unwanted, self._heavy) | dict.fromkeys(wanted, -1)
            steps.append(_Cost("wishes", terms, -min(len(wanted), self._heavy - 1)))
        return steps

    @property
    def _heavy(self) -> int:
        return sum(slot.places for slot in self.rota.slots) + 1

    def _group(self, program: Program, group: list[_Even | _Cost]) -> Program | Impossible | None:
        """The program with these steps settled; None if time ran out before they were."""
        bound = program.copy()
        for step in group:
            if isinstance(step, _Even):
                bind(bound, self.rota, step.burden, step.best)
        last = group[-1]
        self._begin(last.step if isinstance(last, _Cost) else "fair")
        cost = last.terms if isinstance(last, _Cost) else {}
        solved = bound.solve(cost, self.watch, QUICK)
        if solved.status == "some":
            bound.hint = solved.values
            longer = bound.solve(cost, self.watch)
            solved = longer if longer.values else solved
        if solved.values:
            return self._settled(bound, last, solved)
        if not self.values and (impossible := self._filled(program)):
            return impossible
        if not self.values:
            return None
        program = program.copy()
        program.hint = self.values
        for step in group:
            after = self._evened(program, step) if isinstance(step, _Even) else None
            if isinstance(step, _Cost):
                self._begin(step.step)
                solved = program.solve(step.terms, self.watch)
                after = self._settled(program, step, solved) if solved.values else None
            if after is None:
                return None
            program = after
        return program

    def _settled(self, program: Program, step: _Even | _Cost, solved: Solved) -> Program | None:
        """Keep what was found. None if it may not be the best: then nothing later counts."""
        self.values = solved.values
        program.hint = solved.values
        if isinstance(step, _Cost):
            self.bounds[step.step] = Fraction(solved.bound)
            program.row(step.terms, at_most=solved.value)
        return program if solved.status == "best" else None

    def _evened(self, program: Program, step: _Even) -> Program | None:
        """As even as it can be: first as by counting, then by search."""
        self._begin("kind" if step.burden.kind else "fair")
        bound = program.copy()
        bind(bound, self.rota, step.burden, step.best)
        solved = bound.solve({}, self.watch, QUICK)
        if solved.values:
            return self._settled(bound, step, solved)
        program = program.copy()
        terms, scale = spread(program, self.rota, step.burden)
        solved = program.solve(terms, self.watch)
        if not solved.values:
            return None
        self.bounds["even" + step.burden.kind] = Fraction(solved.bound, scale)
        program.row(terms, at_most=solved.value)
        return self._settled(program, step, solved)

    def _filled(self, program: Program) -> Impossible | None:
        """Whether everything can be filled at all; sets the first plan."""
        self._begin("filling")
        solved = program.solve({}, self.watch)
        if solved.status == "none":
            self._begin("why")
            return Impossible((together(self.rota, self.watch),), self.watch.seconds())
        self.values = solved.values
        return None

    # --- The answer -----------------------------------------------------------------------------

    def _planned(self, burden: Burden, steps: list[_Even | _Cost]) -> Planned:
        plan = self.model.plan(self.values)
        if wrong := broken(self.rota, plan):
            raise SolverBroke(f"the plan breaks {wrong[0].rule} at {wrong[0].slots}")
        loads = [
            sum(slot.counts for slot in self.rota.slots if taker.id in plan[slot.id])
            for taker in self.rota.takers
        ]
        names = [taker.id for taker in self.rota.takers]
        present = self.rota.present or {}
        changed = tuple(
            (slot.id, taker)
            for slot in self.rota.slots
            for taker in sorted(present.get(slot.id, frozenset()) - plan[slot.id])
        )
        levels = self._levels(steps, len(changed))
        top = max(Fraction(n, s) for n, s in zip(loads, self.shares, strict=True))
        each = zip(names, loads, self.shares, burden.rooms, strict=True)
        return Planned(
            takers=plan,
            loads=dict(zip(names, loads, strict=True)),
            levels=levels,
            limited=tuple(
                name
                for name, load, share, room in each
                if load == room and Fraction(load + 1, share) <= top
            ),
            changed=changed,
            seconds=self.watch.seconds(),
        )

    def _levels(self, steps: list[_Even | _Cost], changed: int) -> tuple[Level, ...]:
        found: list[Level] = []
        for step in steps:
            if isinstance(step, _Even):
                found.append(self._even_level(step))
            elif step.step == "changes":
                bound = self.bounds.get("changes", Fraction(step.bound))
                stay = self._cost(step.terms)
                found.append(Level("changes", Fraction(changed), changed - stay + bound))
            else:
                found += self._wish_levels(step)
        return tuple(found)

    def _cost(self, terms: Terms) -> int:
        return sum(weight * self.values[column] for column, weight in terms.items())

    def _even_level(self, step: _Even) -> Level:
        burden = step.burden
        loads = [self._cost(own) for own in burden.terms]
        bound = self.bounds.get("even" + burden.kind, step.best.width)
        value = width(loads, self.shares, burden.rooms)
        return Level(
            "kind" if burden.kind else "fair", value, max(bound, step.best.width), burden.kind
        )

    def _wish_levels(self, step: _Cost) -> list[Level]:
        cost = self._cost(step.terms)
        unwanted = sum(self.values[column] for column, weight in step.terms.items() if weight > 0)
        met = unwanted * self._heavy - cost
        bound = self.bounds.get("wishes", Fraction(step.bound))
        least = Fraction(max(0, -(-bound // self._heavy)))
        most = unwanted * self._heavy - bound if least == unwanted else Fraction(-step.bound)
        return [
            Level("unwanted", Fraction(unwanted), least),
            Level("wished", Fraction(met), min(most, Fraction(-step.bound))),
        ]

    # --- Telling --------------------------------------------------------------------------------

    def _begin(self, step: str) -> None:
        self.step = step
        self._tell(None, None)

    def _tell(self, value: float | None, bound: float | None) -> None:
        self.tell(Progress(self.step, self.watch.seconds(), value, bound))
