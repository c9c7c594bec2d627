"""Who came, when, in whose word; and what was written down wrongly and put right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linshuo.acts.pledging import arrange, witness
from linshuo.acts.signing import keep
from linshuo.demo.world import World
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.actions import correct, missed
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.kit import clock


@dataclass(frozen=True, slots=True)
class Came:
    """One turn of whoever signed: on which day, from when to when, and how it went.

    `minutes` is how long they stayed when not as planned. `name` is who came for a unit. `right`
    and `why` put the record right the next day. `stayed_away` is for somebody who did not come;
    `kept` closes the pledge with what is to be said of it.
    """

    who: str
    day: date
    starts: time
    ends: time
    minutes: int | None = None
    name: str = ""
    right: int | None = None
    why: str = ""
    stayed_away: bool = False
    kept: str = ""


def visits(came: tuple[Came, ...]) -> list[tuple[datetime, str, Came]]:
    """Every step of every visit with its moment: agreed the afternoon before, said to have been
    there within the hour, put right and closed later the same day or the next."""
    found = []
    for one in came:
        begin, end = _at(one.day, one.starts), _at(one.day, one.ends)
        found.append((_at(one.day - timedelta(days=1), time(16, begin.hour)), "arrange", one))
        found.append((end + timedelta(minutes=35), "word", one))
        if one.right is not None:
            found.append((_at(one.day + timedelta(days=1), time(9, 25)), "correct", one))
        if one.kept:
            found.append((end + timedelta(minutes=70), "keep", one))
    return found


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.SHANGHAI)


def carry_out(world: World, pledge: Pledge, step: str, one: Came) -> None:
    """Let one step of a visit happen; the clock stands at its moment."""
    row = pledges.reload(pledge, world.head)
    if step == "arrange":
        arrange(row, by=world.head, day=one.day, starts=one.starts, ends=one.ends)
    elif step == "word":
        _word(world, row, one)
    elif step == "correct":
        wrong = ServiceRecord.objects.within(world.community.pk).get(turn=_turn(row, one))
        correct(wrong, by=world.head, minutes=one.right, why=one.why)
    else:
        keep(row, by=world.head, receipt=one.kept if row.ask.kind != "claim" else "")


def _turn(pledge: Pledge, one: Came) -> Turn:
    rows = Turn.objects.within(pledge.community_id).filter(pledge=pledge)
    return rows.get(starts=_at(one.day, one.starts))


def _word(world: World, pledge: Pledge, one: Came) -> None:
    """Whoever asked says so where they left a name; else somebody of the office who was there."""
    turn, need = _turn(pledge, one), pledge.ask.need
    if one.stayed_away:
        missed(turn, by=world.head)
        return
    asked = need is not None and need.requester_id is not None
    witness(
        turn,
        by=world.actors["李外勤"],
        word="requester" if asked else "colleague",
        name=one.name,
        minutes=one.minutes,
    )
