"""The year from December 2018 to the first of December 2019, told in order of time.

Each matter is a story (a generator) that says when it next wants to act. A heap keeps them in
order; the clock stands at that moment while the story acts. So events are written in the order in
which they happened, and each was recorded when it happened.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from linshuo.demo.activities import gather_all
from linshuo.demo.board import hang
from linshuo.demo.briefs import brief_all
from linshuo.demo.collected import collect_all
from linshuo.demo.fates import FATES
from linshuo.demo.honoured import honour_all
from linshuo.demo.hours import Hours
from linshuo.demo.kept import keep_all
from linshuo.demo.letters import write_all
from linshuo.demo.matters import JOINED, MATTERS, NOTED, UNDECIDED, Jotting, Matter
from linshuo.demo.meetings import meet_all
from linshuo.demo.members import check_in_all
from linshuo.demo.offers import offer_all
from linshuo.demo.pools import Pools
from linshuo.demo.rota import take_turns
from linshuo.demo.stories import CLOSED, Plan, Story, Telling, jotted
from linshuo.demo.works import build_all
from linshuo.demo.world import END, OPENED, World, build
from linshuo.domain.papers.actions import issue
from linshuo.domain.papers.models import PaperKind
from linshuo.domain.places.queries import workdays
from linshuo.kit import clock

FIRST = clock.at_local(2018, 12, 3, 8, 30)
PADS = (clock.at_local(2019, 1, 3, 9, 5), clock.at_local(2019, 9, 2, 9, 20))
A_PAD = 50
LATELY = date(2019, 11, 18)
"""The last two weeks, in which the notebooks are fuller."""


def tell() -> World:
    """Build the community and let its year happen. The caller holds the transaction."""
    world = build()
    hours = Hours(world.rng, workdays(world.community.pk))
    queue: list[tuple[datetime, int, Telling]] = []
    for n, story in enumerate(_stories(world, hours)):
        if (first := next(story, None)) is not None:
            heapq.heappush(queue, (first, n, story))
    while queue:
        at, n, story = heapq.heappop(queue)
        if at > END:
            raise RuntimeError(f"a story of the demo wants to go on at {at}, after its end")
        with clock.standing_at(at):
            following = next(story, None)
        if following is not None:
            heapq.heappush(queue, (max(following, at), n, story))
    return world


def _stories(world: World, hours: Hours) -> Iterator[Telling]:
    pools = Pools(world.rng)
    yield from (_pad(world, at) for at in PADS)
    plans = _plans(world, hours)
    for plan in plans:
        yield FATES[plan.matter.fate](Story(world, hours, pools, plan))
    said = {plan.matter.title: plan.said for plan in plans}
    for jottings, become in ((NOTED, "noted"), (JOINED, "joined"), (UNDECIDED, "open")):
        for n, jotting in enumerate(jottings):
            yield jotted(world, _noted_at(hours, jotting, become, n, said), jotting, become)
    yield from build_all(world, {p.matter.title: (p.said, p.done) for p in plans})
    yield from collect_all(world)
    yield from hang(world)
    # Dice of their own: what is drawn for members moves nobody's matter.
    yield from check_in_all(world, Hours(Random(104), hours.is_workday))
    yield from gather_all(world)
    yield from meet_all(world)
    yield from offer_all(world)
    yield from honour_all(world)
    yield from keep_all(world)
    yield from brief_all(world)  # last: what they count has happened
    yield from take_turns(world)
    yield from write_all(world)


def _pad(world: World, at: datetime) -> Telling:
    """A pad of numbered slips comes from the printer."""
    yield at
    world.slips += [p.code for p in issue(PaperKind.SLIP, A_PAD, by=world.head)]


def _plans(world: World, hours: Hours) -> list[Plan]:
    plans = {m.title: _plan(world, hours, m) for m in MATTERS if not m.into}
    for matter in MATTERS:
        if matter.into:
            plans[matter.title] = _plan_merged(hours, matter, plans[matter.into])
    return list(plans.values())


def _plan(world: World, hours: Hours, matter: Matter) -> Plan:
    rng = world.rng
    most = world.categories[matter.category].done_days
    days = matter.days or rng.randint(min(2, most - 1), max(most - 1, 2))
    if matter.fate == "extended":
        days = most + 12
    if matter.on:
        day, _sep, hour = matter.on.partition(" ")
        said = hours.on(date.fromisoformat(day))
        if hour:
            said = datetime.combine(said.date(), time.fromisoformat(hour), clock.SHANGHAI)
        return Plan(matter, said, days)
    if matter.fate in CLOSED:
        first, last = FIRST.date(), END.date() - timedelta(days=days + 12)
    elif matter.fate == "open":
        first, last = date(2019, 10, 21), date(2019, 11, 22)
    else:
        first, last = FIRST.date(), date(2019, 11, 15)
    day = first + timedelta(days=rng.randint(0, (last - first).days))
    if rng.random() < 0.85:
        day = hours.working(day)
    return Plan(matter, hours.on(day), days)


def _plan_merged(hours: Hours, matter: Matter, survivor: Plan) -> Plan:
    if matter.on:
        return Plan(matter, hours.on(date.fromisoformat(matter.on)), 0)
    return Plan(matter, hours.after(survivor.said, min(max(survivor.days // 3, 1), 9)), 0)


def _noted_at(
    hours: Hours, jotting: Jotting, become: str, n: int, said: dict[str, datetime]
) -> datetime:
    rng = hours.rng
    if become == "joined":
        after = said[jotting.into] + timedelta(days=2)
        span = (datetime(2019, 11, 30, tzinfo=clock.SHANGHAI) - after).days
        return hours.after(after, rng.randint(0, max(span, 0)))
    if become == "open":
        return hours.on(date(2019, 11, 28 + n % 3), 9 * 60)
    first = LATELY if n % 2 else OPENED.date() + timedelta(days=200)
    last = END.date() if n % 2 else LATELY
    return hours.on(first + timedelta(days=rng.randint(0, (last - first).days)))
