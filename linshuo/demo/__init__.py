"""The article's community as a demo: 嘉福社区 and its year up to December 2019.

It is built only by calling acts and actions, at the moments at which things happened, in a
database of its own. Everybody in it is invented; what the figures say is computed from its rows.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta

__all__ = ["fill", "main", "print_codes"]


def main(*, fresh: bool = False, serve: bool = True, port: int = 8000) -> int:
    """Fill the database if it is empty, set the clock, and print the sign-in cards.

    The caller has pointed the settings at the demo's own directory, migrated it, and emptied it if
    `fresh` was asked for; after this it starts the server, whose processes inherit the clock from
    the environment. Returns an exit code.
    """
    from linshuo.demo.cards import sheet

    filled = fill()
    stand_still_until_now()
    if filled:
        sys.stdout.write(filled)
    sys.stdout.write(sheet(f"http://127.0.0.1:{port}/" if serve else ""))
    sys.stdout.flush()
    return 0


def fill() -> str:
    """Tell the year into an empty database, all of it or nothing; a sentence on what was done."""
    from django.db import transaction

    from linshuo.demo.cards import hand_out
    from linshuo.demo.world import END
    from linshuo.demo.year import tell
    from linshuo.domain.places.models import Community
    from linshuo.domain.trail.sealing import seal_all
    from linshuo.kit import clock
    from linshuo.notices.drain import drain

    if Community.objects.exists():
        return ""
    started = time.monotonic()
    sys.stdout.write("Telling the year of 嘉福社区 …\n")
    sys.stdout.flush()
    with transaction.atomic():
        world = tell()
        with clock.standing_at(END):
            hand_out(world)
    events = seal_all()
    with clock.standing_at(END):
        drain(limit=events)
    return f"{events} events told and sealed in {time.monotonic() - started:.0f} s.\n"


def stand_still_until_now() -> timedelta:
    """Let the demo's clock go on from where it stood when the demo was last on.

    The clock stands while nobody looks: what is red, near or silent stays so however much later
    the demo is started again.
    """
    from linshuo.demo.world import TODAY
    from linshuo.domain.trail.models import Event
    from linshuo.kit import clock

    last = Event.objects.everywhere().order_by("-recorded_at").first()
    begin = max(TODAY, last.recorded_at) if last else TODAY
    offset = begin - datetime.now(tz=clock.SHANGHAI)
    clock.shift(offset.total_seconds())
    os.environ["LINSHUO_CLOCK_OFFSET"] = str(int(offset.total_seconds()))
    return offset


def print_codes() -> int:
    """Print the present second-factor codes, for `linshuo demo --code`."""
    from linshuo.demo.cards import codes, spare_codes

    for name, code, seconds in codes():
        sys.stdout.write(f"{name}  {code}  (for {seconds} s more)\n")
        sys.stdout.write(
            f"good for one sign-in each: {' '.join(spare_codes(name)) or 'none left'}\n"
        )
    return 0
