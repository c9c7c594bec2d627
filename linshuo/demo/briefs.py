"""The briefs of the demo: November's, frozen on the morning after, and that of the volunteers' day,
frozen when the day was over. Both come ready; not one number in them is typed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from linshuo.demo.stories import Telling
from linshuo.demo.world import END, World
from linshuo.insight import briefs
from linshuo.kit import clock

MORNING = clock.at_local(2019, 12, 1, 8, 20)


def brief_all(world: World) -> Iterator[Telling]:
    """Two stories of one page each. The last of the day comes after all that the day brought."""
    yield _brief(world, "month", date(2019, 11, 30), MORNING)
    yield _brief(world, "volunteers", END.date(), END)


def _brief(world: World, kind: str, until: date, at: datetime) -> Telling:
    yield at
    briefs.freeze(briefs.draw_up(kind, until=until, by=world.head), by=world.head)
