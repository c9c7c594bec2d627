"""联席会议 of the demo's year: what was on the agenda, what was said, and what was resolved by whom
and by when. Of the last one some is done, one thing is late, and one is still to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linshuo.acts import gathering
from linshuo.demo import people
from linshuo.demo.activities import moment, units, who
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.service import activities, coming, meetings
from linshuo.domain.service.models import Activity, ActivityNeed, Resolution, Turn
from linshuo.kit import clock


@dataclass(frozen=True, slots=True)
class Point:
    """One thing talked about: the matter by its title, what was said, and what was resolved: the
    words, who sees to it, by when; and when it was done, how."""

    need: str
    said: str
    resolved: str = ""
    owner: str = ""
    due: date | None = None
    done: date | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Met:
    """One meeting: announced `ahead` days before, with the units that were there."""

    title: str
    day: date
    ahead: int
    there: tuple[str, ...]
    points: tuple[Point, ...] = ()
    minutes: str = ""


MET: tuple[Met, ...] = (
    Met("第三季度联席会议", date(2019, 9, 18), 7, people.PARTNERS[:6], (
        Point("和顺家园背街路灯全灭", "路灯所说线路老化，先接临时线，再排计划换杆。",
              "背街十一盏先接临时线，月底前全亮", "吴秘书", date(2019, 9, 30), date(2019, 9, 21),
              "临时线接好了，十一盏都亮，夜里又去看过一次。"),
        Point("进小区的路坑坑洼洼", "锦祥建设愿意出料和压路机，要两个周末封半边路。",
              "分两段补路，国庆后一周补完，提前三天贴告示", "何秘书", date(2019, 10, 14),
              date(2019, 10, 9), "两段都补完，压了两遍，告示贴了三天。"),
        Point("小区里想要一个儿童乐园", "东边空地够大，先听有孩子的人家怎么说。",
              "问一圈有孩子的人家，选好地方再算钱", "周秘书", date(2019, 10, 31),
              date(2019, 10, 29), "问了四十一户，都说东边空地好，要有树荫。"),
    ), "六家单位到会。三件都定了人和日子，下次会先说这三件。"),
    Met("十一月联席会议", date(2019, 11, 20), 6, people.PARTNERS[:9], (
        Point("小区到大路口没有人行道", "人车混走两百米，上学的孩子最多。路权在街道。",
              "写成一页报街道，书记当面去说一次", people.HEAD, date(2019, 11, 29),
              date(2019, 11, 27), "当面说了，街道答应年底前来量一次。"),
        Point("六栋的垃圾桶总是满到下午", "清运一天一趟不够。请环卫早上加一趟，先试两个星期。",
              "六栋早上加一趟清运，试两个星期，报一报满没满", "蔡秘书", date(2019, 11, 29)),
        Point("居民之家缺人管", "九家单位愿意轮，怕的是没人排班。排班的事社区来。",
              "单位轮流开门，十二月起按周排，钥匙放服务站", "何秘书", date(2019, 12, 6)),
        Point("三栋楼想合请一家物业", "三栋各有各的账，先把账摊开，再谈合请。",
              "三栋各推一位，一起看三年的账", "曾秘书", date(2019, 12, 15)),
    ), "九家单位到会。四件都定了人和日子。退回过两次的那件，下次会第一个说。"),
    Met("第四季度联席会议", date(2019, 12, 18), 19, people.PARTNERS[:4]),
)  # fmt: skip


def meet_all(world: World) -> Iterator[Telling]:
    """Each meeting as a story, and each resolution that was carried out as one of its own steps."""
    for met in MET:
        yield _story(world, met)


def _story(world: World, met: Met) -> Telling:
    yield moment(met.day - timedelta(days=met.ahead), 10)
    starts = moment(met.day, 15)
    row = gathering.announce(
        by=world.head,
        kind="meeting",
        title=met.title,
        place=world.root,
        where="居民之家二楼",
        starts=starts,
        ends=starts + timedelta(minutes=100),
        about="没人认的、退回来的、要几家一起办的，一件一件说。",
        owner=world.persons[people.HEAD],
        hosts=units(world, met.there[:1]),
    )
    yield moment(met.day - timedelta(days=met.ahead - 1), 11)
    for unit in met.there:
        coming.sign_up(
            row, by=world.head, person=who(world, f"{unit.removesuffix('党支部')}联络员")
        )
    if not met.minutes:
        return
    yield starts - timedelta(minutes=40)
    for point in met.points:
        activities.link(row, world.need_by(point.need), by=world.head)
    yield starts + timedelta(minutes=90)
    made = [_talk(world, row, point) for point in met.points]
    there = Turn.objects.within(world.community.pk).filter(activity=row, away_at__isnull=True)
    coming.note_list(row, by=world.head, came=list(there.values_list("pk", flat=True)))
    yield moment(met.day, 17, 20)
    gathering.finish(row, by=world.head, text=met.minutes)
    done = [(p.done, p, r) for p, r in zip(met.points, made, strict=True) if p.done is not None]
    for day, point, resolution in sorted(done, key=lambda each: each[0]):
        yield datetime.combine(day, time(16, 20), tzinfo=clock.SHANGHAI)
        gathering.carried_out(resolution, by=world.actors[point.owner], text=point.how)


def _talk(world: World, row: Activity, point: Point) -> Resolution:
    need = world.need_by(point.need)
    item = ActivityNeed.objects.within(world.community.pk).get(activity=row, need=need, ask=None)
    meetings.say(item, by=world.head, text=point.said)
    return meetings.resolve(
        row,
        by=world.head,
        need=need,
        text=point.resolved,
        owner=world.persons[point.owner],
        due_on=point.due,
    )
