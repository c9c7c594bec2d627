"""Which part of a turn somebody still has to stand in for. Pure: rows in, times out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from linshuo.domain.service.models import Turn
from linshuo.kit import clock

Part = tuple[datetime, datetime]


def open_parts(turn: Turn, others: Iterable[Turn]) -> list[Part]:
    """The parts of a turn that nobody keeps, from others at the same post; none while its keeper
    comes.

    A turn that was given up in a week that goes on is free but for those who stand in for it. Where
    its stretch of the week has ended, whoever is there at all is enough: somebody else may have
    been given these hours since.
    """
    if turn.away_at is None or turn.covers_id is not None:
        return []
    hours = turn.hours
    day = clock.local(turn.starts).date()
    over = hours is not None and hours.until is not None and hours.until < day
    there = sorted(
        (other.starts, other.ends)
        for other in others
        if other.away_at is None and (other.covers_id == turn.pk or over)
    )
    free: list[Part] = []
    begin = turn.starts
    for starts, ends in there:
        if starts > begin and begin < turn.ends:
            free.append((begin, min(starts, turn.ends)))
        begin = max(begin, ends)
    if begin < turn.ends:
        free.append((begin, turn.ends))
    return free
