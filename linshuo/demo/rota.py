"""The rota of 2019: eighteen units take the Saturday mornings of the year in turn. One is away in
the flood season, one for a while in autumn; some stand in, some swap, and many leave a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

from linshuo.acts.posts import stand_in
from linshuo.demo import people
from linshuo.demo.activities import moment, units
from linshuo.demo.stories import Telling
from linshuo.demo.world import END, World
from linshuo.domain.board.posting import set_hours, set_up_post
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import duty, rota_publishing, rota_swaps, rotas
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_rows import Rota, RotaMember, RotaStage
from linshuo.domain.service.rota_solving import stand, work_out
from linshuo.kit.actor import Actor

NAME = "共建单位轮值"
FIRST, LAST = date(2018, 12, 31), date(2019, 12, 29)
GAP = 8
"""Weeks between two rounds of a unit: with eighteen of them there is room for that."""
_WATER, _BUILDERS = people.PARTNERS[:2]
FLOOD = (date(2019, 6, 3), date(2019, 8, 25))
LATER = (date(2019, 12, 9), date(2019, 12, 22))
"""When the water bureau would gladly come instead."""
ABROAD = ("共建单位庚党支部", date(2019, 10, 8), date(2019, 12, 1))
CANNOT = (date(2019, 3, 4), date(2019, 5, 20), date(2019, 9, 23))
"""Rounds whose holder could not come after all."""
TYPED = date(2019, 7, 8)
LEFT: tuple[str, ...] = (
    "热水瓶坏了一个，已经报给社区。",
    "借出去三本书，登记本在抽屉里。",
    "有人问楼上漏水的事，记在民情笔记里了，下周问一声。",
    "钥匙还在值班室，灯的开关换到门左边了。",
    "来了六位，多半是问医保的，那张纸用得上，只剩两张。",
    "雨天门口滑，垫子晒在后院，记得铺回来。",
    "血压计的电池换过了，备用的在铁盒里。",
)


def take_turns(world: World) -> Iterator[Telling]:
    """From the meeting in December, where everybody agreed, to the first of December."""
    yield _published(world)
    for first in CANNOT:
        yield _covered(world, first)
    yield _swapped(world, date(2019, 4, 22))
    yield _typed_in(world)
    yield _made_anew(world)
    yield _asked(world)
    for n, words in enumerate(LEFT * 3):
        saturday = FIRST + timedelta(days=5 + 14 * n)
        if saturday < END.date():
            yield _left(world, saturday, words)


def _published(world: World) -> Telling:
    yield moment(date(2018, 12, 26), 10, 20)
    post = set_up_post(
        by=world.head,
        name=NAME,
        kind="rota",
        place=world.spots["盐"],
        owner=world.persons["潘秘书"],
        about="一家一周，周六上午在居民之家坐一坐，听邻居说话，能办的当场办。",
    )
    set_hours(post, by=world.head, weekday=5, starts=time(9), ends=time(11, 30), since=post.since)
    rota = rotas.draw_up(
        post,
        by=world.head,
        first=FIRST,
        last=LAST,
        per="week",
        members=units(world, people.PARTNERS),
        gap=GAP,
        basis="12月联席会议上十八家都答应的",
    )
    water = _member(rota, _WATER)
    for kind, (first, last) in (("away", FLOOD), ("like", LATER)):
        rotas.add_days(water, by=world.head, kind=kind, first=first, last=last)
    rota = _made(world, rota)
    yield moment(date(2018, 12, 28), 16, 10)
    rota_publishing.publish(rota, by=world.head)


def _made(world: World, rota: Rota) -> Rota:
    """As the worker makes it, but here and now."""
    return rota_publishing.finish(rota_publishing.start(rota, by=world.head), work_out(rota))


def _member(rota: Rota, name: str) -> RotaMember:
    rows = RotaMember.objects.within(rota.community_id).select_related("rota")
    return rows.get(rota=rota, partnership__organisation__name=name)


def _in_force(world: World) -> Rota:
    rows = Rota.objects.within(world.community.pk).select_related("post__place")
    return rows.get(post__name=NAME, stage=RotaStage.PUBLISHED)


def _liaison(world: World, unit: Partnership) -> Actor:
    name = f"{str(unit).removesuffix('党支部')}联络员"
    return actor_of(Person.objects.within(world.community.pk).get(name=name))


def _turn(world: World, first: date) -> Turn:
    turns = Turn.objects.within(world.community.pk).select_related("partnership__organisation")
    return turns.get(rota__isnull=False, round_on=first, covers__isnull=True)


def _covered(world: World, first: date) -> Telling:
    """Said on the Wednesday before; by Thursday another unit stands in."""
    yield moment(first + timedelta(days=2), 17, 20)
    turn = _turn(world, first)
    assert turn.partnership is not None
    duty.away(turn, by=_liaison(world, turn.partnership))
    yield moment(first + timedelta(days=3), 9, 5)
    now = stand(_in_force(world))
    near = {now.holder(first + timedelta(days=7 * n)) for n in range(-GAP // 2, GAP // 2 + 1)}
    rested = [
        member.partnership
        for pk, member in now.members.items()
        if pk not in near and str(member.partnership) != _WATER
    ]
    other = rested[first.month % len(rested)]
    assert other is not None
    stand_in(turn, by=_liaison(world, other), partnership=other)


def _swapped(world: World, gives: date) -> Telling:
    """One asks on a Wednesday, the other says yes on Thursday."""
    yield moment(gives - timedelta(days=19), 10, 15)
    rota = _in_force(world)
    takes = rota_swaps.could_swap(rota, gives)[0][0][0]
    asker, other = _turn(world, gives).partnership, _turn(world, takes).partnership
    assert asker is not None and other is not None
    swap = rota_swaps.ask_swap(rota, by=_liaison(world, asker), gives=gives, takes=takes)
    yield moment(gives - timedelta(days=18), 15, 40)
    rota_swaps.answer(swap, by=_liaison(world, other), yes=True)


def _typed_in(world: World) -> Telling:
    """Agreed by telephone, and typed in at the estate's desk."""
    yield moment(TYPED - timedelta(days=6), 11)
    rota, by = _in_force(world), world.actors["潘秘书"]
    takes = rota_swaps.could_swap(rota, TYPED)[0][0][0]
    word = "两家联络员电话里说好的"
    rota_swaps.type_in(rota, by=by, gives=TYPED, takes=takes, word=word)


def _made_anew(world: World) -> Telling:
    """A unit is sent elsewhere for weeks: what is to come is made anew, as little as can be."""
    yield moment(date(2019, 9, 30), 9, 30)
    draft = rotas.redraw(_in_force(world), by=world.head)
    name, first, last = ABROAD
    rotas.add_days(_member(draft, name), by=world.head, kind="away", first=first, last=last)
    draft = _made(world, draft)
    yield moment(date(2019, 9, 30), 10)
    rota_publishing.publish(draft, by=world.head)


def _asked(world: World) -> Telling:
    """On the last Friday of November somebody would swap with the water bureau."""
    yield moment(date(2019, 11, 29), 16, 30)
    rota = _in_force(world)
    now = stand(rota)
    water = next(pk for pk, m in now.members.items() if str(m.partnership) == _WATER)
    own = [one.first for one in now.taken if now.holder(one.first) == water]
    takes = next((first for first in own if not now.begun(first)), None)
    found = rota_swaps.could_swap(rota, takes)[0] if takes else []
    if takes and found:
        gives = found[-1][0]
        unit = _turn(world, gives).partnership
        assert unit is not None
        rota_swaps.ask_swap(rota, by=_liaison(world, unit), gives=gives, takes=takes)


def _left(world: World, saturday: date, words: str) -> Telling:
    """Whoever was there leaves a word for the next."""
    yield moment(saturday, 11, 40)
    turns = Turn.objects.within(world.community.pk).select_related("partnership__organisation")
    first = saturday - timedelta(days=5)
    there = turns.filter(rota__isnull=False, round_on=first, away_at__isnull=True).first()
    if there is not None and there.partnership is not None:
        duty.hand_over(there, by=_liaison(world, there.partnership), text=words)
