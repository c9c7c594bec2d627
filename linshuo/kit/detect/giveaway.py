"""What gives someone away in a small place although no name stands there.

An age, an illness and an estate together name one person to every neighbour, though each alone
names nobody. The three places are marked, so that whoever releases the text sees which they are
and takes one away.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from linshuo.kit.detect.plain import Span

NEAR = 60
"""Characters between an age and an illness that are said of one person: a long sentence."""
AROUND = 200
"""Characters between them and the estate: people say where they live at the start or the end."""

_AGE = re.compile(
    r"(?<!\d)(?:\d{1,3}|[一二三四五六七八九]?十[一二三四五六七八九]?|[二三四五六七八九]十几)多?"
    r" ?(?:周?岁|虚岁)(?!以|及)|(?:现年|今年|年满)\d{2}(?=[,。;、 ])"
    r"|年[近过逾][六七八九]旬|[七八九]旬(?=老|的|母|父|高)|耄耋"
)
_ILLNESS = re.compile(
    r"癌|肿瘤|白血病|尿毒症|中风|偏瘫|瘫痪|截瘫|截肢|植物人|脑梗|脑溢血|脑瘫|脑出血|心脏病|心梗|冠心病|肾衰|透析|"
    r"糖尿病|帕金森|老年痴呆|痴呆|阿尔茨海默|精神病|精神分裂|精神障碍|抑郁症?|自闭症|孤独症|智障|智力障碍|弱智|癫痫|"
    r"残疾|伤残|失明|盲人|聋哑|失聪|失能|半身不遂|卧床|坐轮椅|艾滋|肺结核|尘肺|渐冻|强直性|红斑狼疮|血友病|重病|重症"
)
_PLACE = re.compile(
    r"(?:(?![的了在住是我们有位于与和本全该各乡农哪某])[\u4e00-\u9fff\da-z]){1,6}?(?:小区|社区|新村|花园|家园|公寓|宿舍|大院|安置房|村(?!民|委|里|镇|干)|组(?=\d|村民|居民|的))"
    r"|\d{1,3}(?:栋|幢|号楼)"
)


def find(text: str, *, place_shown: bool = False) -> Iterator[Span]:
    """The parts of every such combination in a plain text.

    `place_shown` says that the page itself will show the estate, so that two of three are enough.
    """
    illnesses = [m.span() for m in _ILLNESS.finditer(text)]
    if not illnesses:
        return
    ages = [m.span() for m in _AGE.finditer(text)]
    places = [m.span() for m in _PLACE.finditer(text)] if ages else []
    for age, illness in _pairs(ages, illnesses):
        first, last = min(age, illness), max(age, illness)
        place = _nearest(places, first[0], last[1])
        if place or place_shown:
            for span in (age, illness, *((place,) if place else ())):
                yield "giveaway", *span


def _pairs(
    ages: list[tuple[int, int]], illnesses: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Each age with the nearest illness, if it is near: one walk along both lists."""
    at = 0
    for age in ages:
        while at + 1 < len(illnesses) and illnesses[at + 1][0] <= age[0]:
            at += 1
        close = min(illnesses[at : at + 2], key=lambda span: _apart(span, age))
        if _apart(close, age) <= NEAR:
            yield age, close


def _nearest(places: list[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    at = bisect_left(places, (start, end))
    near = places[max(0, at - 1) : at + 2]
    best = min(near, key=lambda span: _apart(span, (start, end)), default=None)
    return best if best and _apart(best, (start, end)) <= AROUND else None


def _apart(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)
