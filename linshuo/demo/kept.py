"""The posts of the demo and the volunteer day: what is kept week after week, who keeps it, and the
first of December, when the whole sheet was signed beside the check-in desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linshuo.acts import posts
from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.acts.typing_back import print_board, type_row
from linshuo.demo import people
from linshuo.demo.members import members
from linshuo.demo.stories import Telling
from linshuo.demo.weeks import WEEKS, keep_week
from linshuo.demo.world import World
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask, Post
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Asset
from linshuo.domain.service import duty
from linshuo.domain.service.models import Turn
from linshuo.insight.figures.pledges import pledges_accepted
from linshuo.kit import clock

SIGNED = 134
"""What the article counts: the volunteer day goes on until as many are signed for."""
DAY = date(2019, 12, 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """One post: what it is called, how it is kept, where, since when, and its line."""

    name: str
    kind: str
    where: str
    about: str
    since: date
    line: str
    slots: int
    kind_of_line: str = "manage"
    skill: str = ""
    risk: str = ""


KEPT: tuple[Kept, ...] = (
    Kept("小区医生", "desk", "盐", "量血压，看化验单，说清楚药怎么吃。", date(2019, 11, 4),
         "小区医生，轮到哪天坐哪天", 3, skill="medical"),
    Kept("小区城管", "patrol", "和", "沿街走一圈，占道的、乱贴的当场说。", date(2019, 5, 6),
         "沿街走一圈的", 6, skill="order"),
    Kept("背街路长", "patrol", "顺", "一条街一个人，路灯、窨井盖看一眼。", date(2019, 6, 3),
         "背街的路长", 4, skill="order"),
    Kept("榕荫路路长", "patrol", "榕", "早上走一趟，落叶、积水、乱停的车看一眼。", date(2019, 6, 3),
         "榕荫路的路长", 4, skill="order"),
    Kept("嘉福路路长", "patrol", "花", "下班走一趟，招牌、路面、共享单车看一眼。", date(2019, 6, 3),
         "嘉福路的路长", 4, skill="order"),
    Kept("新村路口", "patrol", "村", "上学时间站二十分钟。", date(2019, 9, 2), "站二十分钟的", 8,
         risk="traffic"),
    Kept("门前三包：新村小卖部", "patrol", "村", "门前扫干净、摆整齐、不占道。", date(2019, 7, 1),
         "小卖部门前，一户一段", 8),
    Kept("门前三包：服务站这一排", "patrol", "和", "门前扫干净、摆整齐、不占道。", date(2019, 7, 1),
         "服务站这一排，一户一段", 12),
    Kept("新晴小区分类站", "desk", "晴", "早晚各一个半钟头，教邻居怎么分。", date(2019, 8, 5),
         "新晴分类站早晚值守的", 12, "claim"),
    Kept("嘉福花园分类站", "desk", "花", "早晚各一个半钟头，教邻居怎么分。", date(2019, 8, 5),
         "花园分类站早晚值守的", 12, "claim"),
    Kept("居民之家开门", "desk", "盐", "开门、烧水、锁门，登记借的书。", date(2019, 10, 8),
         "居民之家开门锁门的", 12),
)  # fmt: skip

ADOPTED: tuple[tuple[str, str, int], ...] = (
    ("LD-01", "盐业小区的路灯，不亮了报一声", 6),
    ("LD-15", "背街的路灯，不亮了报一声", 6),
    ("ZY-01", "榕树下的石桌，每周擦一次", 4),
    ("CP-01", "充电车棚，插座坏了报一声", 5),
)
"""Assets somebody looks after: code, the line, how many can."""

DOCTORS = ("钱医生", "严医生", "沈护士")
WEEK: tuple[tuple[str, tuple[int, ...], int, int], ...] = (
    ("钱医生", (0, 2, 4), 8, 15), ("严医生", (0, 2, 4), 15, 22),
    ("沈护士", (1, 3), 8, 15), ("钱医生", (1, 3), 15, 22),
    ("严医生", (5, 6), 8, 15), ("沈护士", (5, 6), 15, 22),
)  # fmt: skip
"""Who usually sits there, on which weekdays, from when to when: 8:00–22:00, seven days."""


def keep_all(world: World) -> Iterator[Telling]:
    """Each post as a story; the doctor's with its turns; at the end the volunteer day."""
    for kept in KEPT:
        yield _set_up(world, kept)
    for code, line, slots in ADOPTED:
        yield _adopted(world, code, line, slots)
    yield _doctor(world)
    since = {kept.name: kept.since for kept in KEPT}
    for post, rows in WEEKS.items():
        yield keep_week(world, post, rows, since[post])
    yield _volunteer_day(world)


def _morning(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=clock.SHANGHAI)


def _set_up(world: World, kept: Kept) -> Telling:
    yield _morning(kept.since, 9, 10)
    post = set_up_post(
        by=world.head,
        name=kept.name,
        kind=kept.kind,
        place=world.spots[kept.where],
        owner=world.persons[people.ROUNDS[kept.where]],
        about=kept.about,
        risk=kept.risk,
        insurance="志愿者意外险，社区统一上" if kept.risk else "",
        insured_until=date(2020, 6, 30) if kept.risk else None,
        licence="",
    )
    put_up(
        post,
        by=world.head,
        kind=kept.kind_of_line,
        text=kept.line,
        slots=kept.slots,
        skill=kept.skill,
    )


def _adopted(world: World, code: str, line: str, slots: int) -> Telling:
    yield _morning(date(2019, 11, 26), 10)
    asset = Asset.objects.within(world.community.pk).select_related("place").get(code=code)
    put_up(asset, by=world.head, kind="adopt", text=line, slots=slots)


def _doctor(world: World) -> Telling:
    """Three sign, share the week, and come; one will be away for two days, mornings covered."""
    yield _morning(date(2019, 11, 25), 14)
    here = world.community.pk
    post = Post.objects.within(here).select_related("place").get(name="小区医生")
    line = Ask.objects.within(here).get(post=post)
    persons = {name: _person(world, name) for name in DOCTORS}
    for person in persons.values():
        sign(line.pk, by=world.head, person=person)
    for name, weekdays, begin, end in WEEK:
        for weekday in weekdays:
            posts.keep(
                post,
                by=world.head,
                weekday=weekday,
                starts=time(begin),
                ends=time(end),
                person=persons[name],
            )
    for turn in Turn.objects.within(here).filter(post=post, ends__lt=_morning(DAY, 21)):
        yield turn.ends + timedelta(minutes=5)
        witness(turn, by=world.actors["李外勤"], word="colleague")
    yield _morning(DAY, 18, 30)
    first, last, nurse = date(2019, 12, 3), date(2019, 12, 5), persons["沈护士"]
    for turn in duty.away_between(post, by=world.head, person=nurse, first=first, last=last):
        until = turn.starts + timedelta(hours=4)
        posts.stand_in(turn, by=world.head, person=persons["严医生"], ends=until)


def _person(world: World, name: str) -> Person:
    return Person.objects.within(world.community.pk).get(name=name)


def _volunteer_day(world: World) -> Telling:
    """The sheet printed in the morning is typed back in the evening, row by row, of that day."""
    yield _morning(DAY, 8, 30)
    sheet = print_board(by=world.head)
    yield _morning(DAY, 20)
    here = world.community.pk
    rows = {ask.pk: ask for ask in Ask.objects.within(here).filter(pk__in=sheet.lines)}
    signers = [*_members(), *(("", name) for name in people.PARTNERS)]
    missing, turn = SIGNED - pledges_accepted.read(here, clock.now()).value, 0
    while missing:
        number = turn % len(sheet.lines) + 1
        ask = rows[sheet.lines[number - 1]]
        ask.refresh_from_db(fields=["taken"])
        if ask.left and not ask.open_ended:
            name, unit = signers[turn % len(signers)]
            typed = type_row(sheet.code, number, name, unit, by=world.actors["李外勤"])
            missing -= typed.status == "accepted"
        turn += 1


def _members() -> list[tuple[str, str]]:
    """Members as they sign: a name and the unit beside it."""
    units = people.PARTNERS
    return [(member.name, units[n % len(units)]) for n, member in enumerate(members())][::-1]
