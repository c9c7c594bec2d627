"""Rotas: who takes which turn, as fairly as can be, with proof. Knows no rows and no pages.

`solve(Rota(...))` answers with `Planned`, `Impossible` or `Undecided`. Everything is filled or
nothing is; then, each without giving up the one before: turns even in proportion to shares, as few
changes to the present plan as possible, each harder kind of slot even, few unwelcome turns, many
welcome ones.
"""

from linshuo.kit.rota.found import (
    Answer,
    Impossible,
    Level,
    Planned,
    Progress,
    Reason,
    Undecided,
)
from linshuo.kit.rota.given import AtMost, BadRota, Days, Rota, Slot, Taker, Wish, all_days
from linshuo.kit.rota.rules import Broken, broken
from linshuo.kit.rota.search import solve

__all__ = [
    "Answer",
    "AtMost",
    "BadRota",
    "Broken",
    "Days",
    "Impossible",
    "Level",
    "Planned",
    "Progress",
    "Reason",
    "Rota",
    "Slot",
    "Taker",
    "Undecided",
    "Wish",
    "all_days",
    "broken",
    "solve",
]
