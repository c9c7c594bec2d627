"""What units and members of the demo offer, and who asked for it: some came already, some have a
day, one waits for a call and one waits for a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linshuo.acts import offering
from linshuo.acts.partnering import settle
from linshuo.acts.pledging import arrange, witness
from linshuo.acts.signing import keep, sign
from linshuo.demo import people
from linshuo.demo.activities import moment, units, who
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.board.models import Ask
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Turn

FIRST_CALL = timedelta(hours=20)
"""From asking to the day being agreed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who asked: on which day they did, for when it was agreed, and, for a unit, who of
    it came; a day gone by was kept."""

    who: str
    on: date
    day: date | None = None
    hours: tuple[time, time] = (time(9), time(10))
    came: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """One thing offered: by whom (a unit's name ends in 党支部), since when, and who asked."""

    giver: str
    text: str
    hint: str
    slots: int
    unit: str
    since: date
    skill: str = ""
    asked: tuple[Asked, ...] = ()


_WATER, _BUILDERS, _A, _B, _C, _D = people.PARTNERS[:6]
_OCT, _NOV = date(2019, 10, 21), date(2019, 11, 18)
_TWO, _THREE, _FOUR = time(14), time(15), time(16)

GIVEN: tuple[Given, ...] = (
    Given(_A, "上门理发", "走不动的老人，剪刀推子我们带", 6, "位", _OCT, asked=(
        Asked("苏阿婆", date(2019, 10, 23), date(2019, 11, 2), came="甲单位小何"),
        Asked("白爷爷", date(2019, 10, 25), date(2019, 11, 2), (_TWO, _THREE), came="甲单位小何"),
        Asked("余奶奶", date(2019, 11, 26), date(2019, 12, 7)),
        Asked("时阿伯", date(2019, 11, 30)))),
    Given(_WATER, "家里的水测一测", "带一瓶自家的水来，三天出结果", 10, "户", _OCT, asked=(
        Asked("安阿姨", date(2019, 11, 5), date(2019, 11, 9), came="水文局小郭"),
        Asked("湛阿姨", date(2019, 11, 27), date(2019, 12, 7), (_TWO, _THREE)))),
    Given(_BUILDERS, "看一看漏水从哪里来", "周六上午上门，只看不收钱", 4, "户", _NOV, skill="build",
          asked=(Asked("毕女士", date(2019, 11, 20), date(2019, 11, 23), came="锦祥建设老段"),
                 Asked("康师傅", date(2019, 11, 29), date(2019, 12, 7), (time(9), time(11))))),
    Given(_B, "借会议室", "晚上和周末，坐得下三十位", 8, "次", _OCT,
          asked=(Asked("元老师", date(2019, 11, 28), date(2019, 12, 8), (_TWO, _FOUR)),)),
    Given(_C, "修小家电", "电饭锅、电风扇、收音机", 6, "件", _NOV, asked=(
        Asked("柳阿伯", date(2019, 11, 27), date(2019, 12, 6), (_TWO, _THREE)),)),
    Given(_D, "接送看病", "提前两天说，社区医院和中医院", 3, "趟", _NOV),
    Given("冯律师", "看一看合同、借条", "周六下午，带上原件", 3, "位", _OCT, skill="law", asked=(
        Asked("贝先生", date(2019, 11, 12), date(2019, 11, 16), (_TWO, _THREE)),
        Asked("顾大哥", date(2019, 11, 27), date(2019, 12, 14), (_TWO, _THREE)))),
    Given("褚老师", "教写毛笔字", "周三晚上，纸笔都有", 6, "位", _NOV, skill="teach", asked=(
        Asked("邱老师", date(2019, 11, 21), date(2019, 12, 4), (time(19), time(20))),
        Asked("郝老师", date(2019, 11, 25), date(2019, 12, 4), (time(20), time(21))))),
    Given("姜师傅", "换水龙头、换灯泡", "零件自己买，手工不要钱", 5, "家", _OCT, skill="build",
          asked=(Asked("江奶奶", date(2019, 10, 30), date(2019, 11, 3)),
                 Asked("戴阿姨", date(2019, 11, 29), date(2019, 12, 8)))),
    Given("沈护士", "上门量血压", "卧床的、刚出院的先来", 2, "位", _NOV, skill="medical", asked=(
        Asked("殷奶奶", date(2019, 11, 19), date(2019, 11, 23), (_FOUR, time(16, 30))),
        Asked("黄奶奶", date(2019, 11, 22), date(2019, 12, 5), (_FOUR, time(16, 30))),
        Asked("禹奶奶", date(2019, 11, 29)))),
)  # fmt: skip


WISHES: dict[str, str] = {
    _WATER: "请居民帮着看河沟，看见倒脏水的说一声",
    _BUILDERS: "工地附近的老人和孩子，请社区提醒绕着走",
    _A: "周末借居民之家开一次支部会",
    _B: "暑假收几个孩子来单位看一看",
    _C: "食堂剩的饭菜，想找人来取",
    _D: "献血那天，请社区帮着说一声",
}
"""What units would like of the community."""


def _settle(world: World) -> Telling:
    yield moment(_OCT, 15)
    for name, wishes in WISHES.items():
        settle(units(world, (name,))[0], by=world.head, wishes=wishes)


def offer_all(world: World) -> Iterator[Telling]:
    """Each offer as a story, and what units would like."""
    yield _settle(world)
    for n, given in enumerate(GIVEN):
        yield _story(world, given, moment(given.since, 10, 6 * n))


def _story(world: World, given: Given, at: datetime) -> Telling:
    yield at
    of_unit = given.giver in people.PARTNERS
    line = offering.offer(
        by=world.head,
        text=given.text,
        partnership=units(world, (given.giver,))[0] if of_unit else None,
        person=None if of_unit else who(world, given.giver),
        slots=given.slots,
        unit=given.unit,
        hint=given.hint,
        skill=given.skill,
    )
    steps: list[tuple[datetime, str, Asked]] = []
    for asked in given.asked:
        said = moment(asked.on, 10, 30)
        steps.append((said, "ask", asked))
        if asked.day is not None:
            steps.append((said + FIRST_CALL, "agree", asked))
            if asked.day < date(2019, 12, 1):
                ends = moment(asked.day, asked.hours[1].hour, asked.hours[1].minute)
                steps.append((ends + timedelta(minutes=50), "came", asked))
    for when, do, asked in sorted(steps, key=lambda step: step[0]):
        yield when
        _step(world, line, do, asked)


def _step(world: World, line: Ask, do: str, asked: Asked) -> None:
    person = who(world, asked.who)
    if do == "ask":
        sign(line.pk, by=world.head, person=person)
        return
    pledge = Pledge.objects.within(world.community.pk).get(ask=line, person=person)
    row = pledges.reload(pledge, world.head)
    if do == "agree":
        starts, ends = asked.hours
        arrange(row, by=world.head, day=asked.day, starts=starts, ends=ends)
        return
    turn = Turn.objects.within(world.community.pk).get(pledge=row)
    witness(turn, by=world.actors["李外勤"], word="requester", name=asked.came)
    keep(pledges.reload(pledge, world.head), by=world.head)
