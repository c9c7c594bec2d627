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
from linshuo.kit.detect.surnames import COMMON, COMPOUND, SINGLE

_H = r"\u4e00-\u9fff"
_ANY = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}?|[{SINGLE}][{_H}]{{1,2}}?)"
_USUAL = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}?|[{COMMON}][{_H}]{{1,2}}?)"
_MARKS = r"[,。.、;:!?(){}\[\]<>《》“”\"'’‘*\n/|~…·\-]"
_LONGER = rf"(?:(?:{COMPOUND})[{_H}]{{1,2}}|[{SINGLE}][{_H}]{{1,2}})"
_STOP = rf"(?=[ \n]{{0,12}}(?:{_MARKS}|\d|[a-z]|$)|  ?[{_H}])"
_GOES_ON = (
    r"(?=[男女](?![儿子孩婿生人])|今年|现年|身份证|电话|手机|联系|家住|住在|住址|来自|原是|原系|现在|现系|系(?!统)|"
    r"是[一个名位\dA-Z原本由]|于\d|于[二今去前]|的(?:儿子|女儿|父亲|母亲|妻子|丈夫|家长|家属)|"
    r"等[一二三四五六七八九十\d人户]|上$|呈|敬上|[和与]我|因为|自\d|在\d|强烈|实名|要求"
    r"|请求|投诉|举报|反映|控诉|被|出生|愿|保证)"
)
_IS = r"[:是为叫系 ]{0,4}[“\"]?"

_SAYS_NAME = (
    r"我叫|我名叫|我的?名字[是叫]|我名(?![下义额])|我姓名|本人(?:姓名|名叫|叫)|真实姓名|姓名|实名|联系人|"
    r"(?:投诉|举报|反映|反应|求助|申请|申诉|上访|信访|来信|留言|写信|报告|编写|诉求|发帖|被征收|请求|控告|建议|"
    r"报修|报名|当事|经办|委托|代理|检举|诉讼|责任|负责|代表|法定代表|受害|编辑|呈报|具信|陈情|提问)人|"
    r"名叫|(?<!改)名为|署名|签名|落款|户主|业主代表|村民代表|居民代表|致信人|(?:申诉|举报|代表|作者|反映)(?=:)"
)
_CUED = re.compile(
    rf"(?:(?:{_SAYS_NAME}) {{0,3}}[:是为叫系]|[{_H}] {{0,3}}人 {{0,3}}:){_IS}[ \n]{{0,12}}"
    rf"({_ANY})(?:{_STOP}|{_GOES_ON})"
)
_CUED_BARE = re.compile(
    rf"(?:{_SAYS_NAME}|我俩|夫妇|夫妻)[ (“\",]{{0,3}}({_USUAL})(?:{_STOP}|{_GOES_ON})"
)
_CALLED = re.compile(
    rf"(?:我叫|我名叫|我的?名字[是叫]|我名(?![下义额])|本人(?:姓名|名叫|叫)){_IS}"
    rf"(?:([{_H}]{{2,3}}){_STOP}|({_LONGER}))"
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
_I_AM = re.compile(
    r"(?:我是|我系|本人系?|本人是|我本人|(?:市|村|居|公|农|股|网|组|选)民|业主|住户|职工|员工|群众|教师|老师|户主"
    rf"|学生|家长|老兵|军人|用户|消费者|乘客|司机|工人|党员|书记|园长|主任|会计)[,: ]?({_USUAL})"
    r"(?=[,。、;(]|  ?[男女\d]|$)"
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
_CALL = (
    r"(?: ?[,(:]? ?(?:联系电话|联系方式|电话|手机|tel):? ?[\d*\- ]{0,40}\)?|[ ,(]?[\d*\-]{5,40}\)?)"
)
_DAY = r"\d{4} ?[年.\-/] ?\d{1,2} ?[月.\-/] ?\d{1,2} ?日?(?: ?\d{1,2}:\d\d(?::\d\d)?)?"
_BOW = r"(?:敬?上|敬?呈|谨上|拜上|叩首|敬启)"
_SIGNED = (
    # alone after a full stop or on a line
    re.compile(
        rf"(?:^|[,。.!?;:*\n )”…~]|敬礼|此致)({_USUAL})"
        rf"{_BOW}?{_CALL}?(?:[ \n,]{{0,80}}{_DAY})?[ \n]{{0,80}}$"
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
_LAST = 240
"""Characters from the end in which a signature stands."""


def find(text: str) -> Iterator[Span]:
    """Stretches of a plain text that are said to be names."""
    for match in _CUED.finditer(text):
        if not SURELY_WORD.fullmatch(match[1]):
            yield from _with_the_next(text, *match.span(1), _IN_LIST)
    for match in _CALLED.finditer(text):
        group = 1 if match[1] else 2
        if not SURELY_WORD.fullmatch(match[group]):
            yield "name", *match.span(group)
    for match in _OF_KIN.finditer(text):
        if not SURELY_WORD.fullmatch(match[1]):
            yield "name", *match.span(1)
    for pattern in (_CUED_BARE, _KIN_THEN, _I_AM, _BESIDE):
        for match in pattern.finditer(text):
            group = match.lastindex or 1
            if not WORD.fullmatch(match[group]):
                yield from _with_the_next(text, *match.span(group))
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
