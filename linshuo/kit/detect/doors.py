"""Doors: a building and a room, a room alone, the number of a house in a lane or village group.

A building alone, a building with its unit, an estate or a street number are places, not doors,
unless the words beside them say that somebody lives there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linshuo.kit.detect.plain import Span

_HAN = "一二三四五六七八九十"
_BUILDING = (
    rf"(?:(?:[a-z]?\d{{1,3}}#?|[a-z]|[{_HAN}]{{1,3}}|[东南西北前后]) ?号?"
    rf"(?:栋|幢|座(?!机)|号?楼(?=\d{{3}})|(?<=号)楼)|\d{{1,2}}#(?=\d{{3}}))"
)
_UNIT = rf"(?:[\da-z]{{1,2}}|[{_HAN}]{{1,2}}|[东南西北中]) ?(?:单元|门(?!面|口|店))"
_FLOOR = rf"(?:\d{{1,2}}|[{_HAN}]{{1,3}}) ?[楼层]"
_GAP = r"(?:的|[ \-、/]{0,2}|(?:的?(?:门面|商铺|门店)))"
_SPOKEN = r"[一二三四五六七八九][〇零一二三四五六七八九十百]{2,4}"
_NOT_ROOM = (
    r"(?![\d年月元米平万亿人套余多来个名位㎡²%‰吨天分亩m*]|:\d|\.\d{1,2}(?![\d栋幢.])|-\d{4}"
    r"|户(?!主)|号?户型|号?[栋幢])"
)
_ROOM = (
    rf"(?:[a-z]?\d{{3,5}}[a-z]?(?![\d])(?:[ ]?(?:室|号房?|房|户(?=主)))?{_NOT_ROOM}"
    r"|[a-z]?\d{1,4} ?(?:室|房(?!屋)|号房?(?![楼电户线车门文令公地垃]|和\d{1,2}号户型))"
    rf"|{_SPOKEN}(?:室|号房?|房)?(?![户栋幢层楼年月元多]))"
)
_HOMES = r"(?:室|号房(?!屋)|房(?![价产款贷间企补地型改东管源号]|屋(?![内漏])|租(?!户)))"
_LIVES = r"(?:家?住在?|居住在?|我家在?|家在|租住在?)"
_WHO = r"(?:业主|住户|居民|老人|租户|户主|租客|房东|[\u4e00-\u9fff]某|[张王李赵刘陈])"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 3栋2单元501室, g4栋二楼204号房, B2栋155门面, 五栋三零一
        rf"{_BUILDING}{_GAP}(?:{_UNIT}{_GAP})?(?:{_FLOOR}{_GAP})?{_ROOM}",
        # 2单元501, 三单元206号
        rf"{_UNIT}{_GAP}(?:{_FLOOR}{_GAP})?{_ROOM}",
        # 7栋2单元20层: two or four homes
        rf"{_BUILDING}{_GAP}{_UNIT}{_GAP}{_FLOOR}(?!以)",
        # 3-2-501, A12-2-501
        r"(?<![\d.\-:])[a-z]?\d{1,3}(?:栋|幢|#)?-\d{1,2}-\d{3,4}(?![\d.\-:年])",
        # …苑2-204, …大厦15a-07
        r"(?<=[苑区城府园厦庭际场栋幢座寓庄湾郡])[ \-]?([a-z]?\d{1,2}-\d{3,4}|\d{1,2}[a-z]-\d{2})"
        r"(?![\d\-年月日元米人户平%:.至~])",
        r"(?<![\d.\-:])[a-z]?\d{1,2}-\d{3,4}(?=室|号?房(?!价)|业主|住户|商铺|门面)",
        # 5-4304 where nothing says that it is a range: floors end in 01 to 19
        r"(?<![\d.\-a-z:第约至每])[a-z]?\d{1,2}-(?:[1-9]|[1-5]\d)(?:0[1-9]|1\d)"
        r"(?![\d\-年月日元米人户平%:.至~分个天次号#项万亿块斤吨m])",
        # 501室, 411房, 1005户主, 501住户
        rf"(?<![\d.a-z:])(?<!\d-)(?:\d{{3,4}} ?[与和及、,\-] ?){{0,8}}"
        rf"[a-z]?\d{{3,4}}[a-z]? ?{_HOMES}",
        r"(?<![\d.\-a-z:约近共余有到])\d{1,2}(?:0[1-9]|1\d|2\d)(?=户主(?!动)|住户|业主|租户|居民)",
        rf"(?<![{_HAN}]){_SPOKEN}(?:室|号房)",
        # 文化组189号, 西村巷33号
        r"(?<=[组巷弄户])\d{1,4}(?:-\d{1,2})?号(?![楼栋线文台])|(?<=胡同)\d{1,4}号(?![楼栋线文台])",
        r"(?<=[村队湾冲庄屯坊])(?:\d{1,4}号(?=的?(?:住户|村民|居民|家|户|老人))|3[2-9]号(?![楼栋线])"
        r"|[4-9]\d号(?![楼栋线])|\d{3} ?号(?![楼栋线文]))",
    )
)
_LIVED_IN = tuple(
    re.compile(pattern)
    for pattern in (
        # 住…11栋1单元, 家住7栋3楼
        rf"{_LIVES}[^,。;!?\n]{{0,16}}?({_BUILDING}{_GAP}(?:{_UNIT}|{_FLOOR}))",
        # 11栋1单元的业主
        rf"({_BUILDING}{_GAP}{_UNIT})的?(?:一[名位个])?{_WHO}",
        # 家住东风路88号, unless it is the address of an estate
        rf"{_LIVES}[^,。;!?\n\d]{{0,16}}?([路街道]\d{{1,4}}号)"
        r"(?![^,。;!?\n]{0,12}?(?:小区|院|厦|栋|苑|园|城|楼|社区|宿舍))",
    )
)
_NEXT = re.compile(rf"(?:[、,.和及与/\-]|到-?) ?(\d{{3,4}})(?!\d)(?:室|号房?|房(?!屋))?{_NOT_ROOM}")
_LONGEST_LIST = 20
"""Without an end, each room of a list would walk to the end of it: the square of its length."""
_DATE = re.compile(r"(?:1[0-2]|0?[1-9])-(?:[12]\d|3[01]|0?[1-9])-(?:19|20)\d\d")


def find(text: str) -> Iterator[Span]:
    """Stretches of a plain text that lead to a door."""
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _DATE.fullmatch(match[0]):
                yield _with_the_next(text, *match.span(match.lastindex or 0))
    for pattern in _LIVED_IN:
        for match in pattern.finditer(text):
            yield "door", *match.span(1)


def _with_the_next(text: str, start: int, end: int) -> Span:
    """A door, and the rooms that stand in one list with it: 17栋102、104."""
    for _more in range(_LONGEST_LIST):
        if not (match := _NEXT.match(text, end)):
            break
        end = match.end()
    return "door", start, end
