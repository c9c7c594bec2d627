"""Whose week it is at the posts of the demo, all but the doctor's: who signed, on which days, from
when to when; who came in the first days, and who will be away.
"""

from __future__ import annotations

from datetime import date, time, timedelta

from linshuo.acts import posts
from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.demo import people
from linshuo.demo.activities import moment, units, who
from linshuo.demo.stories import Telling
from linshuo.demo.world import World
from linshuo.domain.board.models import Ask, Post
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.service import actions, duty
from linshuo.domain.service.models import Turn

Row = tuple[str, tuple[int, ...], time, time]
SINCE = date(2019, 11, 27)
LAST_SAID = date(2019, 11, 30)
"""Of Sunday nobody has said yet who came: that is what the desk asks on Monday."""

_EVERY, _WORK = (0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4)
_SEVEN, _EIGHT, _NINE, _NOON = time(7), time(8), time(9), time(12)

WEEKS: dict[str, tuple[Row, ...]] = {
    "小区城管": (
        ("金师傅", (0, 2, 4), time(17, 30), time(18, 30)),
        ("何教练", (1, 3), time(17, 30), time(18, 30)),
        ("韩消防", (5,), _NINE, time(10, 30)),
    ),
    "背街路长": (("邹工", (0, 3), _SEVEN, time(7, 40)), ("姜师傅", (5,), _SEVEN, time(7, 40))),
    "榕荫路路长": (
        ("秦园艺", (1, 3, 5), _SEVEN, time(7, 30)), ("市水文局党支部", (6,), _EIGHT, time(8, 30)),
    ),
    "嘉福路路长": (
        ("孙工", (0, 2, 4), time(18), time(18, 40)), ("赵在职", (1,), time(18), time(18, 40)),
    ),
    "新村路口": (
        ("华老师", (0, 2, 4), time(7, 30), time(7, 50)), ("曹工", (1, 3), time(7, 30), time(7, 50)),
    ),
    "门前三包：新村小卖部": (("俞老板", _EVERY, _EIGHT, time(8, 20)),),
    "门前三包：服务站这一排": (
        ("倪先生", _WORK, _EIGHT, time(8, 20)), ("共建单位乙党支部", (5,), _EIGHT, time(8, 30)),
    ),
    "新晴小区分类站": (
        ("湛阿姨", (0, 2, 4, 6), _SEVEN, time(8, 30)), ("邵妈妈", (1, 3, 5), _SEVEN, time(8, 30)),
        ("陶工", (0, 2, 4), time(18, 30), time(20)), ("毛大哥", (1, 3), time(18, 30), time(20)),
    ),
    "嘉福花园分类站": (
        ("戴阿姨", (0, 2, 4, 5), _SEVEN, time(8, 30)), ("施大姐", (1, 3, 6), _SEVEN, time(8, 30)),
        ("共建单位丙党支部", (0, 4), time(18, 30), time(20)),
    ),
    "居民之家开门": (
        ("魏社工", (0, 2), _NINE, _NOON), ("吕老师", (4,), _NINE, _NOON),
        ("孔主任", (5, 6), time(14), time(17)),
        ("共建单位甲党支部", (1, 3), time(14), time(17)),
    ),
}  # fmt: skip
"""By post: who, on which weekdays (Monday is 0), from when to when."""
AWAY: dict[str, date] = {"华老师": date(2019, 12, 4), "湛阿姨": date(2019, 12, 4)}
"""Who will be away for a day, with nobody standing in so far."""
STAYED_AWAY = ("何教练", date(2019, 11, 28))


def keep_week(world: World, name: str, rows: tuple[Row, ...], since: date) -> Telling:
    """The keepers of a post sign in its first days; when the weeks are planned here they share its
    week, and come; now and then one is away."""
    yield moment(since + timedelta(days=2), 16, 30)
    here = world.community.pk
    post = Post.objects.within(here).select_related("place").get(name=name)
    line = Ask.objects.within(here).get(post=post)
    for called, *_hours in rows:
        person, unit = _keeper(world, called)
        sign(line.pk, by=world.head, person=person, partnership=unit)
    yield moment(SINCE - timedelta(days=1), 16, 30)
    for called, weekdays, starts, ends in rows:
        person, unit = _keeper(world, called)
        posts.keep_week(
            post,
            by=world.head,
            weekdays=weekdays,
            starts=starts,
            ends=ends,
            person=person,
            partnership=unit,
            since=SINCE,
        )
    turns = Turn.objects.within(here).filter(post=post).select_related("person")
    for turn in turns.filter(ends__lt=moment(LAST_SAID, 23, 59)).order_by("starts", "pk"):
        yield turn.ends + timedelta(minutes=10)
        _said(world, turn)
    for called, day in AWAY.items():
        if called in {row[0] for row in rows}:
            yield moment(date(2019, 12, 1), 18, 40)
            person = who(world, called)
            duty.away_between(post, by=world.head, person=person, first=day, last=day)


def _keeper(world: World, called: str) -> tuple[Person | None, Partnership | None]:
    if called in people.PARTNERS:
        return None, units(world, (called,))[0]
    return who(world, called), None


def _said(world: World, turn: Turn) -> None:
    person = turn.person
    day = turn.starts.astimezone(moment(SINCE, 0).tzinfo).date()
    if person is not None and (person.name, day) == STAYED_AWAY:
        actions.missed(turn, by=world.head)
        return
    came = "" if person is not None else "来值守的老师"
    witness(turn, by=world.actors["李外勤"], word="colleague", name=came)
