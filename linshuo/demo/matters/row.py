"""The shape of one line in the tables of what was said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter from its first sentence to its end.

    `where` is an estate's short name and, where it matters, a building: 花3. `fate` is the name of
    a story in `stories`. `steps`, `result` and `after` hold one text for each time it was needed,
    divided by `|`: a matter that came back has two results. `on` is the day it was said, drawn
    when empty; `days` is how long the work took, drawn from its category when 0.
    """

    where: str
    category: str
    fate: str
    title: str
    words: str
    steps: str = ""
    result: str = ""
    after: str = ""
    tags: str = ""
    kind: str = "problem"
    urgency: str = "general"
    source: str = ""
    public: str = ""
    on: str = ""
    days: int = 0
    reason: str = ""
    helps: str = ""
    into: str = ""

    def step(self, n: int) -> str:
        """The n-th line of progress."""
        return self.steps.split("|")[n]

    @property
    def step_count(self) -> int:
        return len(self.steps.split("|")) if self.steps else 0


@dataclass(frozen=True, slots=True)
class Jotting:
    """A note that became no matter of its own; `into` names the title it was joined to."""

    where: str
    words: str
    into: str = ""
