"""The honours of the demo's year: what units did together so that there are records to go by, the
round of 2019, its notice, one objection, and the certificates of the volunteer day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from linshuo.demo import people
from linshuo.demo.activities import Held, moment, tell_one, who
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.honours import actions, awarding, deciding, objecting
from linshuo.domain.honours.models import Candidate, Objection
from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import actor_of

_WATER = people.PARTNERS[0]
_E, _F, _G, _H, _I, _J, _K, _L, _M, _N, _O = people.PARTNERS[6:17]

TOGETHER: tuple[Held, ...] = (
    Held("party_day", "主题党日：楼道里的旧东西清一清", "晴", "一栋楼下", date(2019, 3, 23),
         time(9), time(11), "先问过各家，要的搬回去，不要的一起抬下楼。", "黄外勤",
         ("邹工", "曹工", "何教练", "孔主任", "卫会计"), (_E, _F, _G, _H, _I),
         outcome="六栋楼清出四车旧家具，走道宽了，消防门能推到底。"),
    Held("party_day", "主题党日：给小公园补一补", "雅", "小公园门口", date(2019, 5, 11),
         time(8, 30), time(10, 30), "石板松的垫一垫，长椅松的拧一拧。", "李外勤",
         ("金师傅", "陶工", "华老师", "何教练"), (_J, _K, _L, _M, _N),
         outcome="垫好二十一块石板，修了九张长椅，树下多了两盏太阳能灯。"),
    Held("volunteer_day", "暑假：教孩子认一认电和火", "花", "居民之家二楼", date(2019, 7, 13),
         time(9), time(11), "灭火器真的喷一次，插座怎么拔，带孩子来。", "黄外勤",
         ("沈护士", "秦园艺", "孔主任", "丁老师", "田电工"), (_WATER, _E, _F, _G, _H, _J),
         outcome="来了四十个孩子，人人按过一次灭火器，家长说回家先把插线板换了。"),
    Held("volunteer_day", "中秋过后：帮老人晒一晒被子", "和", "各栋楼下", date(2019, 9, 21),
         time(8, 30), time(10, 30), "搬不动被子的老人，说一声，我们上楼。", "杨外勤",
         ("卫会计", "华老师", "丁老师", "田电工"), (_I, _K, _L, _M, _O),
         outcome="上门三十二户，晒了六十床被子，顺手拧紧了五个水龙头。"),
)  # fmt: skip

CRITERIA = {"unit": {"hosted": 2, "standing": 6}, "person": {"turns": 2, "standing": 6}}
TITLE = "2019 年度志愿服务表扬"
WHY = "记录达到条件，在场的都同意"
OF_N = "只办了一场，可小公园的木料和太阳能灯都是他们装的，装完还守了一个月"
RATHER_NOT = "田电工"


def honour_all(world: World) -> Iterator[Telling]:
    """What units did together, and the round that went by it."""
    for held in TOGETHER:
        yield tell_one(world, held)
    yield _round(world)


def _round(world: World) -> Telling:
    watch = world.actors[people.WATCH]
    yield moment(date(2019, 11, 20), 16)
    row = actions.draw_up(
        by=world.head, whom="both", title=TITLE, year=2019,
        since=date(2019, 1, 1), as_of=date(2019, 11, 20), criteria=CRITERIA,
    )  # fmt: skip
    row = actions.compute(row, by=world.head)
    yield moment(date(2019, 11, 21), 10)
    there = [world.persons[name].pk for name in (people.HEAD, people.WATCH, "何秘书")]
    row = actions.seat(row, there, by=world.head)
    met = [each.pk for each in actions.candidates_of(row)]
    deciding.choose(row, met, by=world.head, chosen=True, why=WHY)
    unit = Partnership.objects.within(world.community.pk).get(organisation__name=_N)
    one = deciding.name_one(row, by=world.head, partnership=unit, why=OF_N)
    yield moment(date(2019, 11, 22), 9)
    row = actions.publish(row, by=world.head, until=date(2019, 11, 29))
    yield moment(date(2019, 11, 24), 20)
    mine = Candidate.objects.within(world.community.pk).get(round=row, person__name=RATHER_NOT)
    deciding.decline(mine, by=actor_of(who(world, RATHER_NOT)))
    yield moment(date(2019, 11, 25), 11)
    said = objecting.object_(
        row, by=world.actors["李外勤"], candidate=one, via=Objection.Via.PAPER,
        said_on=date(2019, 11, 25),
        words="这家只办过一场，别家都是两场，凭什么也在上面？",
    )  # fmt: skip
    yield moment(date(2019, 11, 27), 15)
    objecting.answer(
        said, by=watch, upheld=False,
        words="您说得对，活动只有一场。我们去小公园看过，灯和木料是他们装的，"
        "装完守了一个月，这一条写在公示上了，请您再看一看。",
    )  # fmt: skip
    yield moment(date(2019, 12, 1), 10, 30)
    awarding.award(row, by=world.head)
