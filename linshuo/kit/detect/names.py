"""Names, where the words say that a name follows: 我叫, 联系人, a signature at the end.

A text is not searched for everything that might be a name: Chinese names are made of words, and
a detector that marks 高兴 and 方便 is soon not read. A surname with a title (唐先生, 张老师) or
with 某 stands as people already mask it and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from linshuo.kit.detect.notnames import SURELY_WORD, WORD
from linshuo.kit.detect.plain import Span
from linshuo.kit.detect.surnames import COMMON, COMPOUND, SINGLE, SURE

_H = r"\u4e00-\u9fff"
_ANY = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}?|[{SINGLE}][{_H}]{{1,2}}?)"
_USUAL = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}?|[{COMMON}][{_H}]{{1,2}}?)"
_MARKS = r"[,。.、;:!?(){}\[\]<>《》“”\"'’‘*\n/|~…·\-]"
_LONGER = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}|[{SINGLE}][{_H}]{{1,2}})"
_STOP = rf"(?=[ \n]{{0,12}}(?:{_MARKS}|\d|[a-z]|$)|  ?[{_H}])"
_GOES_ON = (
    r"(?=[男女](?![儿子孩婿生人])|性别|今年|现年|身份证|电话|手机|联系|家住|住在|住址|来自|原是|原系|现在|现系|系(?!统)|"
    r"是[一个名位\dA-Z原本由]|于\d|于[二今去前]|的(?:儿子|女儿|父亲|母亲|妻子|丈夫|家长|家属)|"
    r"等[一二三四五六七八九十\d人户]|上$|呈|敬上|[和与]我|因为|自\d|在\d|强烈|实名|要求"
    r"|请求|投诉|举报|反映|反应|控诉|被|出生|愿|保证|签名|签字|的?名下|我家|住(?![居民])|[发报申求来联][\u4e00-\u9fff]人)"
)
_IS = r"[:是为叫系 ]{0,4}[“\"]?"

_FEW = f"[{SURE}]"
_SURE = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}?|{_FEW}[{_H}]{{1,2}}?)"
_SURE3 = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}|{_FEW}[{_H}]{{2}})"
_APART = rf"(?:[{_H}]{{2,6}}·[{_H}]{{1,8}}|[{SINGLE}] {{1,2}}[{_H}]{{1,2}})"
"""With a dot (买买提·艾力) or a blank (张 香) in it."""
_RING = r"(?:1[3-9]\d[\d*\- ]{6}|0\d{2,3}-?\d{5}|\*{6}|0000-)"

_SAYS_NAME = (
    r"我叫|我名叫|我的?名字[是叫]|我名(?![下义额])|我姓名|本人(?:姓名|名叫|叫)|鄙人|真实姓名|姓名|名字|实名|联系人|"
    r"(?:来访|来电|报事|诉求|签字|经手|经办|收件|捐款|领取|乘车|租赁|承租|投诉|举报|反映|反应|求助|申请|申诉|上访|信访|来信|留言|写信|报告|编写|诉求|发帖|被征收|请求|控告|建议|"
    r"报修|报名|当事|经办|委托|代理|检举|诉讼|责任|负责|代表|法定代表|受害|编辑|呈报|具信|陈情|提问)人|"
    r"名叫|(?<!改)名为|署名|具名|签名|签字|落款|代笔|户主|租客|租户|业主代表|村民代表|居民代表|致信人|(?:申诉|举报|代表|作者|反映)(?=:)"
)
_CUED = re.compile(
    rf"(?:(?:{_SAYS_NAME}) {{0,3}}[:是为叫系]|[{_H}] {{0,3}}人 {{0,3}}:){_IS}[ \n]{{0,12}}"
    rf"({_ANY})(?:{_STOP}|{_GOES_ON})"
)
_CUED_BARE = re.compile(
    rf"(?:{_SAYS_NAME}|我俩|夫妇|夫妻)[ (“\",]{{0,3}}({_USUAL})(?:{_STOP}|{_GOES_ON})"
)
_CALLED = re.compile(
    rf"(?:[我俺咱]叫|我名叫|我的?名字[是叫]|我名(?![下义额])|本人(?:姓名|名叫|叫)"
    rf"|姓[{SINGLE}],?(?:我?叫|名叫)){_IS}"
    rf"(?:({_APART}|[{_H}]{{1,4}}){_STOP}|({_LONGER}))"
)
_KIN = (
    r"(?:爸爸?|妈妈?|父亲?|母亲?|儿子|女儿|妻子?|丈夫|老公|老婆|爱人|孩子?|小孩|公公|婆婆|爷爷|奶奶|外公|外婆|"
    r"哥哥?|弟弟?|姐姐?|妹妹?|孙子|孙女|媳妇|邻居|老人|前妻|前夫|配偶|户主|老师|同学|男友|女友)"
)
_OF_KIN = re.compile(rf"{_KIN}(?:名?叫做?|姓名){_IS}({_ANY})(?:{_STOP}|{_GOES_ON})")
_KIN_THEN = re.compile(
    rf"(?:儿子|女儿|妻子|丈夫|老公|老婆|爱人|父亲|母亲|孙子|孙女){_IS}"
    rf"({_USUAL})(?:{_STOP}|{_GOES_ON})"
)
_SAID = (
    # names that no colon or call announces, with a dot, with a blank, surname apart
    re.compile(rf"(?:{_SAYS_NAME}){_IS}({_APART}){_STOP}"),
    re.compile(rf"姓([{SINGLE}]名[{_H}]{{1,2}}){_STOP}"),
)
_I_AM = re.compile(
    r"(?:我是|我系|本人系?|本人是|我本人|(?:市|村|居|公|农|股|网|组|选)民|业主|住户|职工|员工|群众|教师|老师|户主"
    rf"|学生|家长|老兵|军人|用户|消费者|乘客|司机|工人|党员|书记|园长|主任|会计"
    rf"|楼长|组长|网格员|志愿者|租客|租户|房东|代表)[,: ]?({_USUAL})"
    r"(?= {0,2}[,。、;!?:()\n.…~]|  ?[男女\d]|$|反映|反应|投诉|举报|来电|来访|家[的里门]|敬上)"
    rf"|(?:我是|我系|本人系?|本人是|我本人)({_USUAL}){_GOES_ON}"
)
_BESIDE = re.compile(
    # 张桂香，男，汉族; 张桂香，现年46岁
    rf"(?:(?<![{_H}])|(?<=[民名员工我是叫人]))({_USUAL})"
    r"(?=[,、( ]{1,2}(?:[男女](?:[,、。) ]|汉|\d)|现年|今年\d|\d{2}岁))"
    # 张桂香（三组）电话…, 张桂香执笔
    rf"|(?<![{_H}])({_USUAL})"
    r"(?=(?:\([^()\n]{1,10}\))?[ ,:]{0,3}(?:联系)?(?:电话|手机|身份证)|执笔)"
    # 139…（张桂香）, 我张桂香实名
    rf"|(?<=[\d*]\()({_USUAL})(?=\))|(?<=我)({_USUAL})(?=实名)"
)
_NEAR = tuple(
    re.compile(pattern)
    for pattern in (
        # 我是3号楼的张桂香, 我是桂花苑居民李林
        r"(?:我是|本人是|我系|本人系)[^,。;!?\n我是]{1,16}?"
        rf"(?:的(?={_SURE3})|[业户]主|住户|[居村市]民|楼长|网格员|志愿者|党员|职工|教师|老师|学生|家长)"
        rf"({_SURE})(?=[,。、;!()\n]|$|反映|反应|住|家住)",
        # 我张桂香保证, 本人张桂香住
        rf"(?<![{_H}])我({_SURE3})(?=今|保证|实名|签名|签字|在此|愿|郑重|住|家|是|于\d|于[二今去前])",
        rf"本人({_SURE3})(?=住|家|在|于|是|系|有|因|为|和|与|的|一)",
        # 请联系张桂香; 由张桂香代笔
        rf"(?:联系|联络|找|转告|通知|请给|打给)({_SURE3})(?=[,。;:!)(\n]|\d|电话|打电话|女士|先生|同志|$)",
        rf"请(?:联系|找|给|打给|转告|通知)({_SURE})(?:{_STOP}|(?=先生|女士|同志|打电话|处理))",
        rf"(?:[栋幢室房]|号楼|单元|\d)的({_SURE})(?:{_STOP}|(?=反映|反应|家[的里门]|说))",
        rf"[由代替]({_SURE3})(?=代笔|反映|反应|转达|提出|投诉|求助|申请|留言)",
        rf"(?:^|[\n。])({_SURE3})(?=反映|反应|来电|来访|投诉|举报|说[:,])",
        # 我老伴李林
        rf"我(?:的)?(?:老伴|爱人|丈夫|妻子|母亲|父亲|妈妈?|爸爸?|儿子|女儿)({_SURE3})(?=[,。、;(\n]|今年|现年|在|因|腿|得|患|住|身)",
        # 张桂香13912345678, 13912345678张桂香
        rf"({_SURE3})(?=[ :(,]{{0,3}}(?:(?:联系)?(?:电话|手机)号?码?[: ]{{0,3}})?{_RING})",
        rf"(?<![{_H}])({_USUAL})(?=[ :(]{{0,3}}{_RING})",
        rf"(?<=[\d*]{{7}})[ (:,]{{0,2}}({_USUAL})(?=[)\n。;]|女士|先生|$)",
        # 1张桂香,2李林,3王晴: a numbered list
        rf"((?:\d{{1,3}}[.、 ]?{_USUAL}[,、 ]{{1,2}}){{2,20}}"
        rf"\d{{1,3}}[.、 ]?[{COMMON}][{_H}]{{1,2}})",
    )
)
_ROLL = re.compile(
    # names without a sign between them, after 联名签字
    rf"(?:联名|签[名字]|名单)[{_H}]{{0,4}}: ?([{_H} 、,\da-z]{{6,240}}?)(?=\d{{4}}[年.\-]|$)"
)
_CALL = (
    r"(?: ?[,(:]? ?(?:联系电话|联系方式|电话|手机|tel):? ?[\d*\- ]{0,40}\)?|[ ,(]?[\d*\-]{5,40}\)?)"
)
_DAY = r"\d{4} ?[年.\-/] ?\d{1,2} ?[月.\-/] ?\d{1,2} ?[日曰]?(?: ?\d{1,2}:\d\d(?::\d\d)?)?"
_BOW = r"(?:敬?上|敬?呈|谨上|拜上|叩首|敬启)"
_SIGNED = (
    # alone after a full stop or on a line
    re.compile(
        rf"(?:^|[,。.!?;:*\n )(”…~\-]|敬礼|此致)({_USUAL})"
        rf"\)?{_BOW}?{_CALL}?(?:[ \n,]{{0,80}}{_DAY})?[ \n]{{0,80}}$"
    ),
    # after a date
    re.compile(rf"{_DAY}[ \n]{{0,20}}({_USUAL})[ \n]{{0,80}}$"),
    # after a word or a door, if a bow, a number or a date closes it
    re.compile(
        rf"(?:[\d人民师主户工员厂长谢]|村|校|队)({_USUAL})"
        rf"(?:{_BOW}{_CALL}?|{_CALL})?[ \n,]{{0,80}}(?:{_DAY})?"
        r"(?<=[上呈首启*\d日])[ \n.。]{0,30}$"
    ),
)
_IN_LIST = re.compile(rf" ?、 ?([{_H}]{{2,3}}){_STOP}")
_NEXT = re.compile(rf"(?: ?[、,和及与] ?|   ?)({_ANY}){_STOP}")
_LONGEST_LIST = 20
_MOST, _AT_ONCE = 200, 40
"""Names that are looked for again: so many, so many in one walk."""
_LAST = 240
"""Characters from the end in which a signature stands."""


def find(text: str) -> Iterator[Span]:
    """Stretches of a plain text that are said to be names, and the same names elsewhere in it."""
    found = list(_said(text))
    yield from found
    known = sorted({text[start:end] for _kind, start, end in found if _whole(text[start:end])})
    for first in range(0, len(known), _AT_ONCE):
        again = "|".join(re.escape(name) for name in known[first : first + _AT_ONCE])
        for match in re.finditer(again, text):
            yield "name", *match.span()
        if first >= _MOST:
            return


def _whole(name: str) -> bool:
    """Whether it is sure enough to be looked for in the rest: three signs, and no word."""
    return 3 <= len(name) <= 8 and not WORD.fullmatch(name)


def _said(text: str) -> Iterator[Span]:
    for match in _CUED.finditer(text):
        if not SURELY_WORD.fullmatch(match[1]):
            yield from _with_the_next(text, *match.span(1), _IN_LIST)
    for match in _CALLED.finditer(text):
        group = 1 if match[1] else 2
        if not SURELY_WORD.fullmatch(match[group]):
            yield "name", *match.span(group)
    for pattern in (_OF_KIN, *_SAID):
        for match in pattern.finditer(text):
            if not SURELY_WORD.fullmatch(match[1]):
                yield "name", *match.span(1)
    for pattern in (_CUED_BARE, _KIN_THEN, _I_AM, _BESIDE, *_NEAR):
        for match in pattern.finditer(text):
            group = match.lastindex or 1
            if not WORD.fullmatch(match[group]):
                yield from _with_the_next(text, *match.span(group))
    for match in _ROLL.finditer(text):
        if len(re.findall(f"[{SINGLE}]", match[1])) * 4 > len(match[1]):
            yield "name", *match.span(1)
    tail = max(0, len(text) - _LAST)
    for pattern in _SIGNED:
        for match in pattern.finditer(text, tail):
            if not WORD.fullmatch(match[1]):
                yield from _with_the_next(text, *match.span(1))


def _with_the_next(
    text: str, start: int, end: int, also: re.Pattern[str] | None = None
) -> Iterator[Span]:
    """A name, and those that stand in one list with it: 张桂香、李林."""
    yield "name", start, end
    for _more in range(_LONGEST_LIST):
        match = _NEXT.match(text, end) or (also and also.match(text, end))
        if not match or WORD.fullmatch(match[1]):
            return
        end = match.end(1)
        yield "name", *match.span(1)
