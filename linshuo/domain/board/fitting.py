"""What makes a line of the board and a person fit: skill, free time, estate and interests, each
with the reason in words. Nothing here is guessed: a reason is something the person said themself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linshuo.domain.board.models import Ask, AskKind
from linshuo.domain.people.checking import licence_holds
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.skills import FreeTime, Interest, Skill, parted
from linshuo.domain.places.models import PlaceKind
from linshuo.kit import clock

SKILL, ESTATE, TIME, INTEREST = 4, 3, 2, 2
"""How much each counts towards standing first: what one can do most, then how near it is."""

SATURDAY, EVENING_FROM = 5, 17
"""The weekday, and the hour from which a weekday is an evening."""

TIMES: dict[FreeTime, tuple[str, ...]] = {
    FreeTime.SATURDAY: ("周六", "星期六", "礼拜六", "周末", "双休"),
    FreeTime.SUNDAY: ("周日", "星期日", "星期天", "礼拜天", "周末", "双休"),
    FreeTime.EVENING: ("晚上", "晚间", "夜里", "傍晚", "下班"),
    FreeTime.WEEKDAY: (
        *("平日", "工作日", "白天", "周一", "周二", "周三", "周四", "周五"),
        *("星期一", "星期二", "星期三", "星期四", "星期五"),
    ),
}
"""Words of a line's hint by which one knows when it is."""
INTERESTED: dict[Interest, tuple[frozenset[str], frozenset[str], tuple[str, ...]]] = {
    Interest.ELDERS: (
        frozenset({Skill.CARE, Skill.MEDICAL}),
        frozenset({"elder"}),
        ("老人", "奶奶", "爷爷", "陪伴", "助餐"),
    ),
    Interest.CHILDREN: (
        frozenset(),
        frozenset({"child"}),
        ("孩子", "儿童", "小朋友", "作业", "托管"),
    ),
    Interest.HOUSES: (
        frozenset({Skill.BUILD, Skill.ELECTRIC}),
        frozenset({"light", "leak", "drain", "clean", "facility"}),
        ("楼道", "门前", "房前", "打扫"),
    ),
    Interest.GREEN: (frozenset({Skill.GREEN}), frozenset({"green"}), ("种树", "养花", "浇水")),
    Interest.SAFETY: (
        frozenset({Skill.ORDER}),
        frozenset({"fire", "traffic", "charge"}),
        ("巡", "值守", "秩序", "消防"),
    ),
    Interest.CULTURE: (frozenset({Skill.TEACH}), frozenset(), ("讲座", "文艺", "读书", "下棋")),
    Interest.GIVING: (frozenset(), frozenset(), ("捐",)),
}
"""An interest: the skills, the categories of matters and the words that speak of it."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a line and a person fit, with the reasons in words; the best reason first."""

    score: int
    reasons: tuple[str, ...]


def fit(ask: Ask, row: CheckIn, *, you: bool, when: set[FreeTime] | None = None) -> Fit | None:
    """Why this line may be for this person; None when nothing speaks for it, or something against:
    a skill or licence they did not name, or a time at which they said they have none.

    `you` speaks to the person, else of them. `when` is for what has a time of its own; else it is
    read off the line's words. The ask is read with its target and its need's category, the check-in
    with its place.
    """
    if ask.skill and ask.skill not in parted(row.skills):
        return None
    post = ask.post
    if post is not None and post.licence and not licence_holds(row, clock.today()):
        return None
    when = times_of(ask) if when is None else when
    have = {FreeTime(value) for value in parted(row.times)}
    if when and have and not when & have:
        return None
    found = [
        *_by_skill(ask, you),
        *_by_estate(ask, row),
        *_by_time(when & have, you),
        *_by_interest(ask, row, you),
    ]
    if not found:
        return None
    return Fit(sum(points for points, _words in found), tuple(words for _points, words in found))


def times_of(ask: Ask) -> set[FreeTime]:
    """When a line is, as far as its words say so; empty when they do not."""
    said = f"{ask.text} {ask.hint}"
    return {time for time, words in TIMES.items() if any(word in said for word in words)}


def times_at(starts: datetime) -> set[FreeTime]:
    """When something is that begins at this moment."""
    then = clock.local(starts)
    if then.weekday() >= SATURDAY:
        return {FreeTime.SATURDAY if then.weekday() == SATURDAY else FreeTime.SUNDAY}
    return {FreeTime.EVENING if then.hour >= EVENING_FROM else FreeTime.WEEKDAY}


def interests_of(ask: Ask) -> set[Interest]:
    """Which interests a line speaks to."""
    said = f"{ask.text} {ask.hint}"
    category = ask.need.category.code if ask.need and ask.need.category else ""
    found = {
        interest
        for interest, (skills, categories, words) in INTERESTED.items()
        if ask.skill in skills or category in categories or any(word in said for word in words)
    }
    if ask.kind == AskKind.DONATE:
        found.add(Interest.GIVING)
    return found


Reasons = Iterable[tuple[int, str]]


def _by_skill(ask: Ask, you: bool) -> Reasons:
    if ask.skill:  # that the person has it was asked before
        said = _("您填了“%s”") if you else _("填了“%s”")
        yield SKILL, said % Skill(ask.skill).label


def _by_estate(ask: Ask, row: CheckIn) -> Reasons:
    place, theirs = ask.place, row.place
    if place is None or theirs is None or theirs.kind != PlaceKind.ESTATE:
        return
    if place.path.startswith(theirs.path):
        yield ESTATE, _("就在%s") % theirs.name


def _by_time(times: set[FreeTime], you: bool) -> Reasons:
    if times:
        said = _("您说%s有空") if you else _("说%s有空")
        yield TIME, said % "、".join(str(t.label) for t in FreeTime if t in times)


def _by_interest(ask: Ask, row: CheckIn, you: bool) -> Reasons:
    shared = interests_of(ask) & {Interest(value) for value in parted(row.interests)}
    if shared:
        said = _("您愿意帮“%s”") if you else _("愿意帮“%s”")
        yield INTEREST, said % "、".join(str(i.label) for i in Interest if i in shared)
