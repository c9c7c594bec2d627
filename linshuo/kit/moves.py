"""A lifecycle is data: states, and moves between them, checked when the module is imported.

One table feeds the buttons, the refusals, the diagram in the docs, and the property test that
hunts for any other way to change a state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from linshuo.kit.can import Can

Facts = TypeVar("Facts")
Guard = Callable[[Facts], None]
"""Raises `Refused` when the facts do not allow the move; its docstring is the rule in the docs."""


class BadTable(Exception):
    """A lifecycle that cannot be right: raised at import, never at run time."""


@dataclass(frozen=True, slots=True)
class State:
    """One state. `due_for` says what its clock waits for; a final state has no clock."""

    name: str
    label: str | _StrPromise
    seal: str
    due_for: str = ""
    final: bool = False
    start: bool = False


@dataclass(frozen=True, slots=True)
class Move(Generic[Facts]):
    """One row of the table: a verb that leads from some states to one."""

    verb: str
    label: str | _StrPromise
    sources: tuple[State, ...]
    target: State
    can: Can | None
    """None: whoever the guards let through (the requester, for one)."""
    guards: tuple[Guard[Facts], ...] = field(default=())

    def check(self, facts: Facts) -> None:
        """Run every guard in order; the first refusal is the answer."""
        for guard in self.guards:
            guard(facts)


class Lifecycle(Generic[Facts]):
    """Subclass with States and Moves as class attributes; an attribute's name is its verb."""

    kind: ClassVar[str]
    states: ClassVar[dict[str, State]]
    moves: ClassVar[dict[str, Move[Any]]]

    def __init_subclass__(cls) -> None:
        cls.states = {s.name: s for s in vars(cls).values() if isinstance(s, State)}
        cls.moves = {m.verb: m for m in vars(cls).values() if isinstance(m, Move)}
        for name, value in vars(cls).items():
            if isinstance(value, Move) and name.rstrip("_") != value.verb:
                raise BadTable(f"{cls.kind}: the move {value.verb!r} is called {name!r}")
        _validate(cls.kind, cls.states, cls.moves)

    @classmethod
    def open_moves(cls, state: str) -> list[Move[Facts]]:
        """The moves that leave a state, in the order of the table."""
        return [m for m in cls.moves.values() if any(s.name == state for s in m.sources)]


def _validate(kind: str, states: dict[str, State], moves: dict[str, Move[Any]]) -> None:
    starts = [s for s in states.values() if s.start]
    if len(starts) != 1:
        raise BadTable(f"{kind}: needs exactly one state to start in, has {len(starts)}")
    for move in moves.values():
        for state in (*move.sources, move.target):
            if states.get(state.name) is not state:
                raise BadTable(f"{kind}: {move.verb} names a state that is not in the table")
        if not move.sources:
            raise BadTable(f"{kind}: {move.verb} leaves no state")
    reached = {starts[0].name}
    while True:
        more = {
            m.target.name for m in moves.values() if any(s.name in reached for s in m.sources)
        } - reached
        if not more:
            break
        reached |= more
    if lost := set(states) - reached:
        raise BadTable(f"{kind}: cannot be reached: {', '.join(sorted(lost))}")
    for state in states.values():
        leaves = any(state in m.sources for m in moves.values())
        if not state.final and not leaves:
            raise BadTable(f"{kind}: {state.name} is a dead end and not final")
        if not state.final and not state.due_for:
            raise BadTable(f"{kind}: {state.name} is not final and nothing is due in it")
