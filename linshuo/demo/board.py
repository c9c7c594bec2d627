"""The board of the demo: what can be signed for, and who has signed.

All four kinds, lines that are full with somebody waiting, one that was let go and signed for anew,
a line for members only, and one under a matter that shows nowhere outside the office. Those who
came stand in `helped`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from linshuo.acts.signing import sign
from linshuo.demo import people
from linshuo.demo.helped import Came, carry_out, visits
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock

HUNG = clock.at_local(2019, 11, 25, 9)
"""The day the board was hung beside the check-in desk."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: under which matter, what kind, its words, how many, and who signed in which order.

    A name that ends in 党支部 is a unit's. `left` has let go again; `days` has agreed on a day;
    `came` is who was there and when. `hung` is the day it was put up.
    """

    need: str
    kind: str
    text: str
    hint: str
    slots: int
    signed: tuple[str, ...] = ()
    unit: str = "位"
    skill: str = ""
    left: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    came: tuple[Came, ...] = ()
    hung: datetime | None = None


def _on(month: int, day: int, starts: time, ends: time, who: str, **how: Any) -> Came:
    return Came(who, date(2019, month, day), starts, ends, **how)


def _sunday(minute: int) -> datetime:
    return clock.at_local(2019, 12, 1, 17, minute)


_NINE, _TEN, _ELEVEN, _NOON = time(9), time(10), time(11), time(12)
_GATE, _BELL = time(7, 30), time(7, 50)

LINES: tuple[Line, ...] = (
    Line("5 栋旁建充电车棚", "claim", "帮着把旧家具抬上车的", "一个周六上午，车社区叫", 2,
         ("赵在职", "尤师傅"), hung=clock.at_local(2019, 3, 25, 9, 30),
         came=(
             _on(3, 30, _NINE, _ELEVEN, "赵在职", kept="做到了"),
             _on(3, 30, _NINE, _ELEVEN, "尤师傅", minutes=90, kept="做到了"),
         )),
    Line("小区里想要一个儿童乐园", "donate", "滑梯、秋千和软垫", "按件认，锦祥建设管安装", 6,
         ("锦祥建设党支部", "共建单位乙党支部"), unit="件", days=("锦祥建设党支部",)),
    Line("小区里想要一个儿童乐园", "adopt", "建好以后每月看一次螺丝", "一年为期，坏了三天内报修", 2,
         ("蒋木匠",), skill="build"),
    Line("居民之家缺人管", "manage", "居民之家开门锁门", "一家单位牵头，四位轮流，任期半年", 4,
         ("共建单位甲党支部", "魏社工", "吕老师"), days=("共建单位甲党支部",)),
    Line("居民之家缺人管", "claim", "周末带孩子读书的", "周日上午，书社区有", 2,
         ("吕老师", "褚老师", "戚老师"), skill="teach", hung=clock.at_local(2019, 11, 4, 9, 30),
         came=(
             _on(11, 10, _NINE, _ELEVEN, "吕老师"),
             _on(11, 17, _NINE, _ELEVEN, "褚老师"),
             _on(11, 17, _NINE, _ELEVEN, "吕老师", right=60, why="那天十点就散了，多记了一小时"),
             _on(11, 24, _NINE, _ELEVEN, "褚老师", minutes=90),
         )),
    Line("想和水文局一起办个科普室", "claim", "讲水从哪里来", "每月一个周日下午", 3,
         ("市水文局党支部", "褚老师"), skill="teach",
         came=(_on(12, 1, time(15), time(17), "市水文局党支部", name="水文局林工"),)),
    Line("想有医生在社区坐一坐", "manage", "小区医生坐班", "每天 8:00–22:00，几位轮流", 3,
         ("钱医生", "严医生", "沈护士", "卫会计"), skill="medical", left=("卫会计",),
         days=("钱医生", "严医生")),
    Line("新路两边想种树", "adopt", "新路两边的行道树", "浇水除草，一年为期", 8,
         ("秦园艺", "共建单位丙党支部", "陶工"), unit="棵", skill="green"),
    Line("给老榕树做个围栏", "claim", "打松木桩的", "一个周六上午，社区备工具", 2,
         ("蒋木匠", "尤师傅", "姜师傅"), skill="build",
         came=(
             _on(11, 30, _NINE, _NOON, "蒋木匠", right=150, why="木桩不够，十一点半收的工"),
             _on(11, 30, _NINE, _NOON, "尤师傅", minutes=150),
         )),
    Line("给老榕树做个围栏", "adopt", "老榕树", "落叶扫到树根下，虫子报一声", 1, (), unit="棵",
         skill="green"),
    Line("六栋拐角车速太快", "claim", "早上七点半站路口的", "上学日，二十分钟", 4,
         ("赵在职", "何教练"), skill="order",
         came=(
             _on(11, 27, _GATE, _BELL, "赵在职"),
             _on(11, 28, _GATE, _BELL, "赵在职"),
             _on(11, 28, _GATE, _BELL, "何教练", stayed_away=True),
             _on(11, 29, _GATE, _BELL, "何教练", minutes=15),
         )),
    Line("石桌边上想要个棚", "donate", "遮阳伞", "直径三米，带底座", 2,
         ("共建单位丁党支部",), unit="把"),
    Line("新村也想要充电的地方", "claim", "看一看线路够不够", "一个下午，带上图纸", 1,
         ("陈电工", "孙工", "邹工"), skill="electric", left=("陈电工",)),
    Line("高层想做一次逃生演练", "claim", "演练带队的", "周日上午九点，先讲后走", 3,
         ("韩消防",), skill="order", came=(_on(12, 1, _NINE, _ELEVEN, "韩消防", kept="做到了"),)),
    Line("想每天有人打个电话", "claim", "每天早上打个电话的", "隔日轮，说两句话就行", 2,
         ("魏社工", "沈护士", "赵在职"),
         came=(_on(11, 29, _TEN, time(10, 20), "魏社工"),)),
    Line("房子的证一直没有办下来", "claim", "帮着看一看材料的", "一个下午，在社区", 1,
         ("冯律师",), skill="law", days=("冯律师",)),
    # Put up on the volunteers' Sunday, after their sheet was printed: what is free on Monday.
    Line("水井封了，想留个念想", "donate", "石栏杆和一块小石碑", "按段认，石匠社区请", 4,
         unit="段", hung=_sunday(0)),
    Line("新村也想要充电的地方", "donate", "充电插座", "带断电保护的", 12,
         ("共建单位己党支部",), unit="个", hung=_sunday(5)),
    Line("三栋楼想合请一家物业", "claim", "帮着算一算账的", "两个晚上，看三年的水电账", 2,
         skill="other", hung=_sunday(10)),
    Line("六栋拐角车速太快", "donate", "凸面镜", "直径八十公分，杆子现成", 2, ("共建单位戊党支部",),
         unit="面", hung=_sunday(15)),
    Line("石桌边上想要个棚", "claim", "搭棚子的", "一个周日，木料先备好", 3, ("曹工",),
         skill="build", hung=_sunday(20)),
    Line("居民之家缺人管", "manage", "周六下午守门的", "两点到五点，烧一壶水", 2, skill="care",
         hung=_sunday(25)),
    Line("小区里想要一个儿童乐园", "claim", "给乐园画墙的", "画什么孩子们定", 5, ("戚老师",),
         skill="teach", hung=_sunday(30)),
)  # fmt: skip


def hang(world: World) -> Iterator[Telling]:
    """Each line of the board as a story: put up, signed for day by day, here and there let go."""
    for n, line in enumerate(LINES):
        yield _story(world, line, line.hung or HUNG + timedelta(minutes=7 * n))


def _story(world: World, line: Line, at: datetime) -> Telling:
    yield at
    need = Need.objects.within(world.community.pk).get(pk=world.needs[line.need])
    ask = put_up(
        need,
        by=world.head,
        kind=line.kind,
        text=line.text,
        hint=line.hint,
        slots=line.slots,
        unit=line.unit,
        skill=line.skill,
    )
    signed = [(at + timedelta(hours=2 + 25 * n), who) for n, who in enumerate(line.signed)]
    steps: list[tuple[datetime, str, str | Came]] = [(when, "sign", who) for when, who in signed]
    steps += [(when + timedelta(hours=26), "plan", who) for when, who in signed if who in line.days]
    steps += [(at + timedelta(days=4, hours=1), "release", who) for who in line.left]
    steps += [(at + timedelta(days=4, hours=6), "agree", who) for who in line.left]
    steps += visits(line.came)
    for when, do, who in sorted(steps, key=lambda step: step[0]):
        yield when
        _step(world, ask, do, who)


def _step(world: World, ask: Ask, do: str, whose: str | Came) -> None:
    person, unit = _who(world, whose if isinstance(whose, str) else whose.who)
    if do == "sign":
        sign(ask.pk, by=world.head, person=person, partnership=unit)
        return
    here = Pledge.objects.within(world.community.pk).filter(ask=ask)
    if do == "agree":
        for asked in here.filter(state="asked"):
            pledges.agree(pledges.reload(asked, world.head), by=world.head)
        return
    pledge = pledges.standing(ask, person, unit)
    if pledge is None:
        return
    if isinstance(whose, Came):
        carry_out(world, pledge, do, whose)
    elif do == "release":
        pledges.release(pledge, by=world.head)
    elif pledge.state == "accepted":
        day = date(2019, 12, 7) + timedelta(days=pledge.pk % 3 * 7)
        pledges.plan(pledge, by=world.head, planned_on=day)


def _who(world: World, name: str) -> tuple[Person | None, Partnership | None]:
    here = world.community.pk
    if name in people.PARTNERS:
        return None, Partnership.objects.within(here).get(organisation__name=name)
    return Person.objects.within(here).get(name=name), None
