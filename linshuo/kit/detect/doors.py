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
    rf"(?:(?:[a-z]?\d{{1,3}}#?|[a-z]|[{_HAN}]{{1,3}}|[东南西北前后甲乙丙丁]) ?号?"
    rf"(?:栋|幢|座(?!机)|号?楼(?=-?\d{{3}}|\d{{1,2}}-\d{{3}})|(?<=号)楼)"
    rf"|\d{{1,2}}#楼?(?=-?\d{{3}}|\d{{1,2}}-\d{{3}}|\d单元))"
)
_UNIT = rf"(?:[\da-z]{{1,2}}|[{_HAN}]{{1,2}}|[东南西北中甲乙丙丁]) ?(?:单元|门(?!面|口|店))"
_FLOOR = rf"(?:\d{{1,2}}|[{_HAN}]{{1,3}}) ?[楼层]"
_SIDE = r"[东西中南北](?:[边头侧]?户(?!型)|(?=[,。;]|$))"
_GAP = r"(?:的|[ \-、/]{0,2}|(?:的?(?:门面|商铺|门店)))"
_SPOKEN = r"[一二三四五六七八九][〇零一二三四五六七八九十百千]{2,5}"
_DIGIT = "一二三四五六七八九"
_SPELLED = rf"(?:[{_DIGIT}][{_DIGIT}]?[〇零][{_DIGIT}]|[{_DIGIT}]一[〇零{_DIGIT}])"
_NOT_ROOM = (
    r"(?![\d年月元米平万亿人套余多来个名位㎡²%‰吨天分亩m*]|:\d|\.\d{1,2}(?![\d栋幢.])|-\d{4}"
    r"|户(?!主)|号?户型|号?[栋幢])"
)
_ROOM = (
    rf"(?:[a-z]?\d{{3,5}}[a-z]?(?![\d])(?:[ ]?(?:室|号?房间|号房?|房|户(?=主)))?{_NOT_ROOM}"
    rf"|[a-z]-?\d{{3,4}}(?!\d){_NOT_ROOM}|\d{{1,2}}[a-h](?![a-z\d])室?(?!户型)"
    r"|[a-z]?\d{1,4} ?(?:室|房(?!屋)|号房?(?![楼电户线车门文令公地垃]|和\d{1,2}号户型))"
    rf"|{_SPOKEN}(?:室|号房?|房)?(?![户栋幢层楼年月元多]))(?:{_SIDE})?"
)
_HOMES = (
    r"(?:室|号?房间|号房(?!屋)|宿舍|寝室"
    r"|房(?![价产款贷间企补地型改东管源号]|屋(?![内漏])|租(?!户)))"
)
_LIVES = r"(?:家?住在?|居住在?|我家在?|家在|租住在?|住址[:,是为]?|家庭地址[:,是为]?|现住|住于)"
_WHO = (
    r"(?:业主|住户|居民|老人|租户|租客|户主|房东|房客|邻居|[\u4e00-\u9fff]某|[张王李赵刘陈]"
    r"|那户|这户|那家)"
)
_NOT_PLACE = (
    r"(?!路|[国省县乡]道|线|医院|地块|厂|国际|大厦|公里|号文|条|项|周|名|届|班|热线|急救|报警"
    r"|报[了过]警)"
)
_NUMBERED = (
    r"(?!1(?:10|11|12|14|19|20)(?!\d)|20[012]\d)(?:[1-9]|[1-5]\d)(?:0[1-9]|1\d|2[0-4])(?!\d)"
    rf"{_NOT_ROOM}{_NOT_PLACE}"
)
"""A room as houses number them, floor and place: 501, 1203; not 110, not 2019."""
_COUNTED = r"(?<!\d:)(?<![\d.\-a-z约近共余有到超至达第各每计])"
_OF_FLOORS = r"(?![^,。;!?\n]{0,2}(?:楼道|走廊|过道|楼梯|电梯|大厅|平台|公共|架空|路灯|声控))"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 3栋2单元501室, g4栋二楼204号房, B2栋155门面, 五栋三零一, 2号楼1-501, 3#2-501
        rf"{_BUILDING}{_GAP}(?:(?:{_UNIT}|\d{{1,2}}(?=-\d{{3,4}})){_GAP})?(?:{_FLOOR}{_GAP})?{_ROOM}",
        # 12栋，501室
        rf"{_BUILDING}, ?{_NUMBERED}(?:室|号|房(?!屋)|(?={_WHO}))",
        # 2单元501, 三单元206号
        rf"{_UNIT}{_GAP}(?:{_FLOOR}{_GAP})?{_ROOM}",
        # 7栋2单元20层: two or four homes; 3单元4楼西户, 五楼东户
        rf"{_BUILDING}{_GAP}{_UNIT}{_GAP}{_FLOOR}(?!以){_OF_FLOORS}(?:{_SIDE})?",
        rf"(?:{_UNIT}{_GAP})?{_FLOOR}{_GAP}{_SIDE}",
        r"(?:(?<=楼)|(?<=层))[a-h]室",
        # 26楼10号房
        rf"{_FLOOR}{_GAP}\d{{1,2}}号(?:房(?!屋)|室)",
        # 3-2-501, A12-2-501
        r"(?<![\d.\-])(?<!\d:)[a-z]?\d{1,3}(?:栋|幢|#)?-\d{1,2}-\d{3,4}(?:室|号房?)?(?![\d.\-年]|:\d)",
        # 2-8-2室, 202-7室
        r"(?<![\d.])(?:\d{1,3}-){0,2}\d{1,4}-\d{1,4}室(?!内|外)",
        # …苑2-204, …大厦15a-07
        r"(?<=[苑区城府园厦庭际场栋幢座寓庄湾郡])[ \-]?([a-z]?\d{1,2}-\d{3,4}|\d{1,2}[a-z]-\d{2})"
        r"(?![\d\-年月日元米人户平%:.至~])",
        r"(?<![\d.\-])(?<!\d:)[a-z]?\d{1,2}-\d{3,4}(?=室|号?房(?!价)|业主|住户|商铺|门面)",
        # 5-4304 where nothing says that it is a range: floors end in 01 to 19
        r"(?<![\d.\-a-z第约至每])(?<!\d:)[a-z]?\d{1,2}-(?:[1-9]|[1-5]\d)(?:0[1-9]|1\d)"
        r"(?![\d\-年月日元米人户平%:.至~分个天次号#项万亿块斤吨m])",
        # B-1208业主, 三排B-1208
        rf"(?<![a-z\d])[a-z]-\d{{3,4}}(?={_WHO}|室|号|房|商铺|门面)|(?<=[排区座栋楼])[a-z]-\d{{3,4}}(?!\d)",
        # 501室, 411房, 1005户主, 501住户
        rf"(?<![\d.a-z])(?<!\d[:\-])(?:\d{{3,4}} ?[与和及、,\-] ?){{0,8}}"
        rf"[a-z]?\d{{3,4}}[a-z]? ?{_HOMES}",
        r"(?<![a-z\d])\d{1,2}[a-h]室|(?<=[楼栋幢座院舍厦])\d{1,3}室(?![内外\d一二两])",
        rf"(?<![\d.\-a-z约近共余有到])(?<!\d:)\d{{1,2}}(?:0[1-9]|1\d|2\d)"
        rf"(?=户主(?!动)|的?{_WHO}|家(?:里|的|[中漏门厨卫客阳])|号家)(?:号(?=家))?",
        rf"(?<![{_HAN}]){_SPOKEN}(?:室|号房)",
        rf"(?:宿舍|寝室|公寓) ?({_NUMBERED})",
        # 501、502两户, 401和402都漏
        rf"{_COUNTED}(?:{_NUMBERED} ?[、和与及] ?){{1,8}}{_NUMBERED}"
        r"(?=都|均|[两二三四五]户|两家|等[户家住业]|漏)",
        # 门牌34号, 房号3-1203
        r"(?:门牌号?码?|房号|房间号|室号|门号)[:是为 ]{0,3}([a-z]?\d{1,4}(?:-\d{1,4}){0,2}号?)",
        # 家住1203, 楼上1303, 住三零一
        rf"(?:{_LIVES}|我们?家|他家|她家|楼上|楼下|隔壁|对门|顶楼)[的 ]?({_NUMBERED})",
        rf"(?:{_LIVES}|楼上|楼下|隔壁|对门)({_SPELLED})",
        # 27号401, 88弄12号501室
        rf"(?<![\d月第.])\d{{1,3}}号(?:院|楼)?{_NUMBERED}室?",
        # 文化组189号, 西村巷33号, 88弄12号, 3组27号
        rf"(?:\d{{1,4}}|[{_HAN}]{{1,3}})(?:弄|(?:村民|居民)?小?组)\d{{1,4}}(?:-\d{{1,2}})?号(?![楼栋线文台])",
        rf"[东南西北中前后]?(?:\d{{1,3}}|[{_HAN}]{{1,3}})排(?:\d{{1,3}}|[{_HAN}]{{1,3}})号(?!线|车)|平房\d{{1,3}}号",
        r"(?<=[组巷弄户])\d{1,4}(?:-\d{1,2})?号(?![楼栋线文台])|(?<=胡同)\d{1,4}号(?![楼栋线文台])",
        r"(?<=[村队湾冲庄屯坊里])(?:\d{1,4}号(?=院|的?(?:住户|村民|居民|家|户|老人|之))|3[2-9]号(?![楼栋线])"
        r"|[4-9]\d号(?![楼栋线])|\d{3} ?号(?![楼栋线文]))",
    )
)
_LIVED_IN = tuple(
    re.compile(pattern)
    for pattern in (
        # 住…11栋1单元, 家住7栋3楼
        rf"{_LIVES}[^,。;!?\n]{{0,24}}?({_BUILDING}{_GAP}(?:{_UNIT}|{_FLOOR}))",
        # 11栋1单元的业主
        rf"({_BUILDING}{_GAP}{_UNIT})的?(?:一[名位个])?{_WHO}",
        # 家住东风路88号, unless it is the address of an estate
        rf"{_LIVES}[^,。;!?\n\d]{{0,16}}?([路街道]\d{{1,4}}号)"
        r"(?![^,。;!?\n]{0,12}?(?:小区|院|厦|栋|苑|园|城|楼|社区|宿舍))",
    )
)
_NEXT = re.compile(rf"(?:[、,.和及与/\-]|到-?) ?(\d{{3,4}})(?!\d)(?:室|号房?|房(?!屋))?{_NOT_ROOM}")
_ROOM_NUMBER = re.compile(
    r"(?<!\d)((?!20[012]\d|1[12]\d(?!\d))\d{3,4})(?=室|号?房间?|号|户主|业主|$)"
)
_MOST = 60
"""Doors of which the number is looked for again."""
_LONGEST_LIST = 20
"""Without an end, each room of a list would walk to the end of it: the square of its length."""
_DATE = re.compile(r"(?:1[0-2]|0?[1-9])-(?:[12]\d|3[01]|0?[1-9])-(?:19|20)\d\d")


def find(text: str) -> Iterator[Span]:
    """Stretches of a plain text that lead to a door; what two patterns find in part is one."""
    found = list(_all(text))
    found += _again(text, found)
    start = end = 0
    for first, last in sorted(found):
        if first >= end:
            if end:
                yield "door", start, end
            start = first
        end = max(end, last)
    if end:
        yield "door", start, end


def _all(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if not _DATE.fullmatch(match[0]):
                yield _with_the_next(text, *match.span(match.lastindex or 0))
    for pattern in _LIVED_IN:
        for match in pattern.finditer(text):
            yield match.span(1)


def _again(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same rooms said again by their number alone: …5栋1318室…, 后来1318又漏."""
    rooms = {m[1] for start, end in found[:_MOST] if (m := _ROOM_NUMBER.search(text, start, end))}
    if not rooms:
        return []
    again = "|".join(sorted(rooms))
    pattern = re.compile(
        rf"(?<![第年月]){_COUNTED}(?:{again})(?!\d)(?:号(?![楼栋线文车])|{_NOT_ROOM}{_NOT_PLACE})"
    )
    return [match.span() for match in pattern.finditer(text)]


def _with_the_next(text: str, start: int, end: int) -> tuple[int, int]:
    """A door, and the rooms that stand in one list with it: 17栋102、104."""
    for _more in range(_LONGEST_LIST):
        if not (match := _NEXT.match(text, end)):
            break
        end = match.end()
    return start, end
