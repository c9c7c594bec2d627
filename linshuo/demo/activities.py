"""What people came together for in the demo's year: party days, a day of giving, fairs, volunteer
days, the secretary listening, patrols. Who signed up, who came, and what came of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from linshuo.acts import gathering
from linshuo.demo import people
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import activities, coming
from linshuo.domain.service.models import Activity, Turn
from linshuo.kit import clock


@dataclass(frozen=True, slots=True)
class Held:
    """One activity. `signed` signed up; of them `absent` did not come, `left` withdrew the day
    before, and `coded` noted by themselves that they were there. `off` calls it off, with why."""

    kind: str
    title: str
    where: str
    corner: str
    day: date
    starts: time
    ends: time
    about: str
    owner: str
    signed: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    places: int | None = None
    ahead: int = 9
    absent: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    coded: tuple[str, ...] = ()
    outcome: str = ""
    off: str = ""
    risk: str = ""
    needs: tuple[str, ...] = ()


_WATER, _BUILDERS, _A, _B, _C, _D = people.PARTNERS[:6]

HELD: tuple[Held, ...] = (
    Held("volunteer_day", "学雷锋日：磨刀、理发、量血压", "花", "东边空地", date(2019, 3, 2),
         time(9), time(11, 30), "带上要磨的刀、要配的钥匙，理发的排个队。", "黄外勤",
         ("赵在职", "蒋木匠", "尤师傅", "沈护士", "何教练", "魏社工"), (_A, _B),
         absent=("何教练",),
         outcome="磨了四十一把刀，理了二十三个头，十九位老人量了血压，两位当天去了医院复查。"),
    Held("party_day", "主题党日：扫一扫老榕树下", "榕", "老榕树下", date(2019, 4, 13), time(8, 30),
         time(10, 30), "带手套，扫帚社区有。扫完坐一坐，听邻居说说话。", "谢外勤",
         ("冯律师", "陈电工", "秦园艺", "陶工", "孙工"), (_C,),
         outcome="落叶和碎砖清走了三车，树下能坐人了，邻居当场说了四件事，都记进了本子。"),
    Held("fair", "爱心集市：旧书旧衣换一换", "村", "新村小广场", date(2019, 5, 25), time(15),
         time(18), "洗干净的衣服、孩子不看的书，换一样带回去。", "李外勤",
         ("褚老师", "吕老师", "戚老师", "袁大姐", "史师傅"), (_D,), left=("史师傅",),
         outcome="换走了三百来件，剩下的衣服洗过叠好，留在居民之家，谁要谁拿。"),
    Held("party_day", "主题党日：清一清屋后的水沟", "盐", "三栋屋后", date(2019, 6, 29), time(8),
         time(10), "穿雨鞋来。台风前把沟清出来，水就不往屋里走。", "李外勤",
         ("蒋木匠", "姜师傅", "曹工", "金师傅", "韩消防", "孔主任"), (_BUILDERS, _WATER),
         places=12, absent=("孔主任",),
         outcome="沟清出八十米，七月两场大雨，屋后没有再积水。"),
    Held("listening", "书记听民声：盐业小区", "盐", "居民之家", date(2019, 7, 18), time(19, 30),
         time(21), "水、电、房子，想说什么说什么。说了的当场记，七天里回话。", people.HEAD,
         ("苏阿婆", "魏大哥", "范师傅", "彭大姐", "鲁阿伯"), absent=("范师傅",),
         outcome="来了三十多位，记下十一件，七天里一件一件回了话，办不了的也说了为什么。"),
    Held("patrol", "一起巡：夜里看一看路灯", "和", "服务站门口集合", date(2019, 8, 17),
         time(19, 30), time(21), "带手电。不亮的、被树挡住的，记下灯杆的编号。", "杨外勤",
         ("赵在职", "邹工", "陈电工", "倪先生", "罗师傅"), (), coded=("赵在职",), risk="traffic",
         outcome="走了一圈，背街十一盏全不亮，另外三盏被树叶挡着，报给了路灯所和园林。"),
    Held("fair", "爱心集市：开学前的文具和书包", "花", "东边空地", date(2019, 8, 25), time(16),
         time(19), "用不上的文具、书包带来，换给用得上的孩子。", "黄外勤",
         ("褚老师", "涂妈妈"), (_B,),
         off="台风要来，改到开学以后，再贴出来。"),
    Held("giving_day", "一日捐", "", "居民之家一楼", date(2019, 9, 5), time(9), time(17),
         "愿意就来，捐多少自己定，不捐也没有人问。不登记数目，只记谁来过。", people.HEAD,
         ("孔主任", "卫会计", "华老师", "金师傅", "王阿姨", "白爷爷"), (_A, _C),
         outcome="箱子当着大家的面开，两个人一起点，数目和用在哪里，都贴在居民之家门口。"),
    Held("other", "重阳：一起吃碗面线糊", "榕", "老榕树下", date(2019, 10, 7), time(10), time(12),
         "一个人住的、儿女不在身边的，都来坐一坐。走不动的，我们送到家里。", "谢外勤",
         ("魏社工", "吕老师", "余奶奶", "卞阿伯", "元老师"), (_D,), places=60,
         outcome="来了五十二位，另外送到家里九碗。三位说夜里怕没人应门，第二天起有人打电话。"),
    Held("party_day", "主题党日：背街画一面墙", "顺", "背街东头", date(2019, 10, 19), time(9),
         time(11, 30), "孩子先画样子，大人照着刷。颜料够，穿旧衣服来。", "杨外勤",
         ("戚老师", "褚老师", "尤师傅", "傅妈妈", "乐女士"), (_BUILDERS,), left=("乐女士",),
         outcome="三十米的旧墙画好了，是孩子们选的海。贴小广告的少了，堆的杂物也搬走了。"),
    Held("listening", "书记听民声：新晴小区", "晴", "架空层", date(2019, 10, 24), time(19, 30),
         time(21), "物业、停车、电梯，晚上有空的都来。", people.HEAD,
         ("姚先生", "邵妈妈", "汪师傅", "祁女士"),
         outcome="记下八件，三件当场有了说法，五件写了日子，做到哪一步贴在楼下。"),
    Held("patrol", "消防日：一起走一走楼道", "荫", "一楼大堂集合", date(2019, 11, 9), time(9),
         time(11), "看看通道堵不堵、灯亮不亮、充电的线拉没拉。看见的当场商量怎么搬。", "谢外勤",
         ("韩消防", "孙工", "平女士", "穆师傅"), (), coded=("韩消防",),
         outcome="三栋楼走遍了，搬走两车纸箱，六个应急灯换了电池，一处拉线充电当天拆了。"),
    Held("fair", "爱心集市：修修补补", "和", "服务站门口", date(2019, 11, 16), time(9),
         time(11, 30), "雨伞、电风扇、拉链、锅把手，带来，能修的当场修。", "杨外勤",
         ("尤师傅", "姜师傅", "陈电工", "贺女士"), (_B, _D), coded=("陈电工",), absent=("贺女士",),
         outcome="带来五十七样，修好四十八样，修不了的告诉了去哪里修。"),
    Held("volunteer_day", "志愿者日：来签个名，帮一把", "", "居民之家门口", date(2019, 12, 1),
         time(9), time(11), "展板上的事，会什么签什么。没报到的，旁边就能报到。", "李外勤",
         ("赵在职", "孙工", "邹工", "陶工", "曹工", "冯律师", "孔主任"), (_WATER, _BUILDERS, _A),
         absent=("孔主任",), coded=("赵在职",),
         outcome="一上午展板写满了名字，缺人的岗和没人管的灯、桌子都有人认了，回执当场带走。"),
    # To come, as the demo's Monday sees it.
    Held("patrol", "一起巡：新村路口放学的时候", "村", "新村小广场集合", date(2019, 12, 6),
         time(16, 30), time(17, 30), "看一看车从哪里来、孩子从哪里走，回来商量画线画在哪里。",
         "李外勤", ("华老师", "尤师傅"), (), places=10, risk="traffic",
         needs=("六栋拐角车速太快",)),
    Held("listening", "书记听民声：和顺家园", "和", "服务站", date(2019, 12, 12), time(19, 30),
         time(21), "今年还有什么没办好的，来说。说了的当场记。", people.HEAD,
         ("汤阿姨", "滕爸爸"), ahead=13),
    Held("party_day", "主题党日：给老榕树围一圈木栏", "榕", "老榕树下", date(2019, 12, 14),
         time(8, 30), time(11, 30), "木桩打好了，还差横木。会木工的带上工具，不会的扶一扶。",
         "谢外勤", ("蒋木匠", "尤师傅", "秦园艺", "赵在职"), (_C,), places=16, ahead=16,
         needs=("给老榕树做个围栏",)),
    Held("fair", "爱心集市：冬衣和热汤", "花", "东边空地", date(2019, 12, 21), time(15), time(18),
         "厚衣服洗干净带来，冷的人挑一件。锦祥建设的食堂送姜汤。", "黄外勤",
         ("褚老师", "涂妈妈", "施大姐"), (_BUILDERS, _D), ahead=22),
)  # fmt: skip


def gather_all(world: World) -> Iterator[Telling]:
    """Each activity as a story: announced, signed up for, held, and what came of it."""
    for held in HELD:
        yield tell_one(world, held)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day here."""
    return datetime.combine(day, time(hour, minute), tzinfo=clock.SHANGHAI)


def who(world: World, name: str) -> Person:
    """A person by the name the tables call them; the first known of that name."""
    found = Person.objects.within(world.community.pk).filter(name=name).order_by("pk").first()
    if found is None:
        raise RuntimeError(f"nobody in the demo is called {name}")
    return found


def units(world: World, names: tuple[str, ...]) -> list[Partnership]:
    """Partner units by name."""
    rows = Partnership.objects.within(world.community.pk).filter(organisation__name__in=names)
    return list(rows.order_by("pk"))


def tell_one(world: World, held: Held) -> Telling:
    """One activity as a story."""
    announced = moment(held.day - timedelta(days=held.ahead), 9, 30)
    yield announced
    row = gathering.announce(
        by=world.head,
        kind=held.kind,
        title=held.title,
        place=world.spots[held.where],
        where=held.corner,
        starts=datetime.combine(held.day, held.starts, tzinfo=clock.SHANGHAI),
        ends=datetime.combine(held.day, held.ends, tzinfo=clock.SHANGHAI),
        about=held.about,
        places=held.places,
        owner=world.persons[held.owner],
        risk=held.risk,
        insurance="志愿者意外险，社区统一上" if held.risk else "",
        hosts=units(world, held.hosts),
        numbers=" ".join(world.need_by(title).number for title in held.needs),
    )
    yield announced + timedelta(hours=6)
    turns = {name: coming.sign_up(row, by=world.head, person=who(world, name))
             for name in held.signed}  # fmt: skip
    if held.off:
        yield moment(held.day - timedelta(days=2), 11)
        activities.cancel(row, by=world.head, why=held.off)
    elif held.outcome:
        yield from _held(world, held, row, turns)


def _held(world: World, held: Held, row: Activity, turns: dict[str, Turn]) -> Telling:
    if held.left:
        yield moment(held.day - timedelta(days=1), 17)
        for name in held.left:
            coming.withdraw(turns[name], by=actor_of(who(world, name)))
    if held.coded:
        yield row.starts + timedelta(minutes=5)
        for name in held.coded:
            coming.note_by_code(turns[name], by=actor_of(who(world, name)), code=row.code)
    yield row.ends + timedelta(minutes=15)
    stayed_away = {*held.absent, *held.left}
    came = [turn.pk for name, turn in turns.items() if name not in stayed_away]
    coming.note_list(row, by=world.actors[held.owner], came=came, hours=True)
    last = held.day == date(2019, 12, 1)
    yield moment(held.day, 16) if last else moment(held.day + timedelta(days=1), 9, 15)
    gathering.finish(row, by=world.head, text=held.outcome)
