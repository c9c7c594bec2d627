"""A whole-number program, and HiGHS to solve it: the only module that knows the solver.

Each solve hands over the program afresh, to one thread with a fixed seed: the same program gives
the same answer. The solver is loaded when it is first needed, since it is not small.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import ceil, inf
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import highspy
    from highspy.highs import HighsCallbackEvent

Status = Literal["best", "some", "none", "unknown"]
"""best: found, nothing is better; some: found, perhaps not the best; none: there is no solution;
unknown: stopped before one was found."""

EVERY = 0.2
"""Seconds between two looks at whether to stop. The solver itself asks thousands of times."""

Terms = Mapping[int, int]
"""Column → coefficient."""


class SolverBroke(RuntimeError):
    """The solver gave neither an answer nor a reason: its fault or ours, never the user's."""


@dataclass(slots=True)
class Watch:
    """When to stop, and whom to tell. Seconds count from the beginning of the whole search."""

    limit: float | None
    stop: Callable[[], bool]
    tell: Callable[[float | None, float | None], None]
    began: float = field(default_factory=time.monotonic)

    def seconds(self) -> float:
        """Since the search began."""
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds that remain; infinite without a limit, 0 when stopped."""
        if self.stop():
            return 0.0
        return inf if self.limit is None else max(0.0, self.limit - self.seconds())


@dataclass(frozen=True, slots=True)
class Solved:
    """What the solver says of a program. `value` and `bound` are whole, as all costs are."""

    status: Status
    values: Sequence[int] = ()
    value: int = 0
    bound: int = 0


class Program:
    """Columns with whole values between bounds, rows over them, and a cost to be made small."""

    def __init__(self) -> None:
        self.lower: list[int] = []
        self.upper: list[int] = []
        self.rows: list[tuple[float, float, Terms]] = []
        self.hint: Sequence[int] = ()
        """Values of the first columns to begin from, if a solution is known."""

    def column(self, lower: int, upper: int) -> int:
        """A new column; its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def row(self, terms: Terms, at_least: float = -inf, at_most: float = inf) -> None:
        """Bind the sum of the terms."""
        self.rows.append((at_least, at_most, terms))

    def copy(self) -> Program:
        """One to add rows to, while this stays as it is."""
        other = Program()
        other.lower, other.upper = list(self.lower), list(self.upper)
        other.rows, other.hint = list(self.rows), self.hint
        return other

    def solve(self, cost: Terms, watch: Watch, share: float = 1.0) -> Solved:
        """Make the cost as small as it can be, within this share of the time that is left."""
        left = watch.left() * share
        if left <= 0:
            return Solved("unknown")
        highs = _quiet()()
        options: dict[str, bool | int | float | str] = {
            "parallel": "off",
            "random_seed": 0,
            "mip_rel_gap": 0.0,
            # All costs are whole: less than one apart is equal.
            "mip_abs_gap": 0.999,
        }
        if left < inf:
            options["time_limit"] = left
        for name, value in options.items():
            highs.setOptionValue(name, value)
        highs.passModel(self._model(cost))
        if self.hint:
            self._begin_from_hint(highs)
        _watched(highs, watch)
        return self._read(highs, cost)

    def _begin_from_hint(self, highs: highspy.Highs) -> None:
        import numpy

        known = numpy.arange(len(self.hint), dtype=numpy.int32)
        highs.setSolution(len(self.hint), known, numpy.array(self.hint, dtype=numpy.float64))

    def _model(self, cost: Terms) -> highspy.HighsLp:
        import highspy

        lp = highspy.HighsLp()
        columns = len(self.lower)
        lp.num_col_, lp.num_row_ = columns, len(self.rows)
        lp.col_cost_ = [float(cost.get(column, 0)) for column in range(columns)]
        lp.col_lower_ = [float(value) for value in self.lower]
        lp.col_upper_ = [float(value) for value in self.upper]
        lp.row_lower_ = [row[0] for row in self.rows]
        lp.row_upper_ = [row[1] for row in self.rows]
        lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
        starts, index, value = [0], [], []
        for _, _, terms in self.rows:
            index += list(terms.keys())
            value += [float(factor) for factor in terms.values()]
            starts.append(len(index))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
        return lp

    def _read(self, highs: highspy.Highs, cost: Terms) -> Solved:
        import highspy

        status = highs.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            # A column has bounds on both sides: nothing here is unbounded.
            return Solved("none")
        info = highs.getInfo()
        if status == kinds.kModelEmpty:
            return Solved("best")
        stopped = (kinds.kTimeLimit, kinds.kInterrupt, kinds.kOptimal)
        if status not in stopped:
            raise SolverBroke(f"the solver ended with {highs.modelStatusToString(status)}")
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return Solved("unknown")
        values = [round(value) for value in highs.getSolution().col_value]
        value = sum(factor * values[column] for column, factor in cost.items())
        if status == kinds.kOptimal:
            return Solved("best", values, value, value)
        lowest = sum(
            factor * (self.lower if factor > 0 else self.upper)[column]
            for column, factor in cost.items()
        )
        bound = info.mip_dual_bound
        bound = lowest if bound == -inf else max(lowest, ceil(bound - 1e-6))
        return Solved("best" if bound >= value else "some", values, value, min(bound, value))


@cache
def _quiet() -> type[highspy.Highs]:
    """The solver without a word on standard output, where it writes its name when it is made."""
    import highspy

    class Quiet(highspy.Highs):
        def enableCallbacks(self) -> None:
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    return Quiet


def _watched(highs: highspy.Highs, watch: Watch) -> None:
    """Run; ask now and then whether to stop. What a callback raises is raised here."""
    raised: list[BaseException] = []
    looked = watch.seconds()

    def look(event: HighsCallbackEvent) -> None:
        nonlocal looked
        try:
            if (now := watch.seconds()) - looked < EVERY:
                return
            looked = now
            if raised or watch.left() <= 0:
                event.interrupt()
                return
            found, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
            watch.tell(found if abs(found) < inf else None, bound if abs(bound) < inf else None)
        except BaseException as error:  # it must not travel through the solver's own frames
            raised.append(error)
            event.interrupt()

    highs.cbMipInterrupt += look
    highs.cbSimplexInterrupt += look
    highs.run()
    if raised:
        raise raised[0]
