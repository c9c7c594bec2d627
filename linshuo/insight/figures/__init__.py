"""Figures, none ever typed: each a written definition over the rows that it counts or adds up.

`reading` says what a figure is; one module a subject declares them. A new module is imported here.
"""

from linshuo.insight.figures import asks, days, flows, honours, money, needs, people, pledges, rated
from linshuo.insight.figures.printing import print_figures
from linshuo.insight.figures.reading import (
    FIGURES,
    Figure,
    Measure,
    Reading,
    end_of,
    figure,
    flow,
    get_figure,
    read_all,
)

__all__ = [
    "FIGURES",
    "Figure",
    "Measure",
    "Reading",
    "asks",
    "days",
    "end_of",
    "figure",
    "flow",
    "flows",
    "get_figure",
    "honours",
    "money",
    "needs",
    "people",
    "pledges",
    "print_figures",
    "rated",
    "read_all",
]
