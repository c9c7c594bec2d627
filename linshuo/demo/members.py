"""Who checks in 报到 in the demo's year: a hundred and four members, on many days, in many ways.

The names are a surname and what somebody is called by; none is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linshuo.acts import checking_in
from linshuo.demo import people
from linshuo.demo.hours import Hours
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Partnership
from linshuo.kit.actor import Actor

HOW_MANY = 104
SURNAMES = "丁马田石龙叶白毕成池邓段房葛耿龚关郭侯胡纪江金柯孔雷黎梁廖林凌刘柳龙陆路吕罗骆"
CALLED: tuple[tuple[str, str, str, str], ...] = (
    ("老师", "teach", "saturday", "children"),
    ("师傅", "build", "sunday", "houses"),
    ("电工", "electric", "saturday", "safety"),
    ("护士", "medical", "evening", "elders"),
    ("会计", "other", "evening", "giving"),
    ("社工", "care", "weekday", "elders"),
    ("园艺", "green", "sunday", "green"),
    ("教练", "order", "evening", "culture"),
)
"""What somebody is called by, what they can do, when they have time, what they like."""
OF_THE_CALLED: dict[str, tuple[str, str, str]] = {
    "医生": ("medical", "evening", "elders"),
    "律师": ("law", "saturday", "houses"),
    "工": ("build", "sunday", "houses"),
    "消防": ("order", "saturday", "safety"),
    "木匠": ("build", "saturday", "houses"),
    "主任": ("other", "evening", "culture"),
    "在职": ("order", "saturday", "safety"),
}
FIRST = date(2019, 2, 18)
"""The first week after the Spring Festival: units bring their members along."""
LAST = date(2019, 11, 24)
WAITING = ("温老师", "闻师傅")
"""Handed in on the last Sunday, without a receipt yet."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member as they say it of themselves."""

    name: str
    skill: str
    free: str
    likes: str


def members() -> list[Member]:
    """All of them: those whom the article's people know by name come first."""
    found = [_named(name) for name in people.MEMBERS]
    known = {member.name for member in found}
    for n in range(len(SURNAMES) * len(CALLED)):
        called, skill, free, likes = CALLED[n % len(CALLED)]
        name = f"{SURNAMES[n % len(SURNAMES)]}{called}"
        if name not in known:
            known.add(name)
            found.append(Member(name, skill, free, likes))
        if len(found) == HOW_MANY:
            break
    return found


def _named(name: str) -> Member:
    said = {called: (skill, free, likes) for called, skill, free, likes in CALLED} | OF_THE_CALLED
    called = next(called for called in said if name.endswith(called))
    return Member(name, *said[called])


def check_in_all(world: World, hours: Hours) -> Iterator[Telling]:
    """Each check-in as a story: handed in, and a receipt within two days; two still wait."""
    found = members()
    days = (LAST - FIRST).days
    for n, member in enumerate(found):
        day = FIRST + timedelta(days=n * days // len(found))
        yield _checks_in(world, hours, member, n, hours.on(hours.working(day)))
    for n, name in enumerate(WAITING):
        at = hours.on(date(2019, 12, 1), 15 * 60 + 20 * n)
        called = Member(name, "teach" if n == 0 else "build", "sunday", "culture")
        yield _checks_in(world, hours, called, HOW_MANY + n, at, receipt=False)


def _checks_in(
    world: World, hours: Hours, member: Member, n: int, at: datetime, *, receipt: bool = True
) -> Telling:
    yield at
    house = Actor.house(world.community.pk)
    units = Partnership.objects.within(world.community.pk).order_by("pk")
    via = ("desk", "desk", "web", "paper", "roster")[n % 5]
    estates = [spot for key, spot in world.spots.items() if len(key) == 1]
    consents = ["contact", "share_unit"] if n % 4 else ["contact"]
    if member.skill == "medical" or n % 9 == 0:
        consents.append("name_public")
    serial = 200 + n if n < len(people.MEMBERS) else 700 + n
    person = know_person(name=member.name, phone=people.phone(serial), by=house)
    row = checking_in.check_in(
        by=world.head,
        via=via,
        person=person,
        consents=consents,
        partnership=units[n % 18],
        place=estates[n % len(estates)],
        skills=[member.skill],
        times=[member.free],
        interests=[member.likes],
        licence="医师资格证" if member.name.endswith("医生") else "",
        licence_until=date(2021, 12, 31) if member.name.endswith("医生") else None,
    )
    if receipt:
        yield hours.after(at, 1)
        checking_in.accept(row, by=world.head)
