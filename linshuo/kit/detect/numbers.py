"""Numbers and handles that lead to one person: identity, card, phone, plate, e-mail, chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from linshuo.kit.detect.plain import Span

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10x98765432"
_PROVINCES = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")

_GAP = r"[ \-._·/]{0,3}"
_START = r"(?<![\d.])(?<!\d-)"
_NOT_SUM = r"(?![\da-z%‰㎡²³])(?! ?\)?(?:[万亿]?元|平方|[米吨亩](?!站)))(?!\. ?\d{1,2}(?![\d.]))"
_END = rf"{_NOT_SUM}(?!号(?!码))"

_LONG = re.compile(rf"(?<![\da-z])\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dx](?![\da-z])")
_SHORT = re.compile(r"(?<![\da-z.])\d{15}(?![\da-z.])")
_PAPER = re.compile(
    r"(?:身份证|护照|通行证|社保卡|医保卡|残疾证|残疾人证|军官证|驾驶证|居住证|证件)"
    r"(?:号码?|编号)?[:是为 ]{0,3}([a-z]{0,2}\d{6,20}x?)(?![\da-z])"
)
_CARD = re.compile(
    r"(?:卡号|账号|帐号|账户|帐户|银行卡)(?:号码?)?[:是为 ]{0,3}"
    r"(\d{4}(?:[ \-]?\d{4}){2,3}(?:[ \-]?\d{1,3})?)(?!\d)"
)
_BARE_CARD = re.compile(r"(?<![\da-z.])62\d{14}(?:\d{3})?(?![\da-z.])")

_MOBILE = re.compile(
    rf"{_START}(?:\(?(?:\+|00)?86\)?{_GAP})?(?:"
    rf"1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d{_GAP}\d{{3}}{_GAP}\d{{5}}"
    rf"|1[3-9]\d\d{_GAP}\d{{3}}{_GAP}\d{{4}}|1[3-9]\d{{3}}{_GAP}\d{{6}}"
    rf"|1[3-9]\d\d{_GAP}\d{{4}}{_GAP}\d{{3}}|1[3-9]\d(?:[ \-.]\d{{2}}){{4}}"
    rf"|1[3-9]\d[ \-.]\d{{3}}[ \-.]\d{{3}}[ \-.]\d{{2}}|1[3-9](?:[ \-.]\d\d){{4}}[ \-.]\d"
    rf"|1[ \-.][3-9](?:[ \-.]\d){{9}}){_NOT_SUM}"
)
_SPOKEN = str.maketrans("零〇○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖", "00011122233445566778899")
"""Numbers as they are read aloud: 一三八…, 幺三八…, 壹叁捌…"""
_HAN_DIGIT = re.compile(r"[零〇○一壹幺二贰两三叁四肆五伍六陆七柒八捌九玖]")
_FIXED = re.compile(
    rf"{_START}(?:0\d{{2,3}} ?- ?)?(?:\(0\d{{2,3}}\)|0\d{{2,3}})[\- ]{{0,3}}"
    rf"(?:\d{{7,8}}|\d{{3,4}}[ \-]\d{{4}}){_END}"
    r"(?: ?(?:转|分机|-) ?\d{1,5}(?!\d))?"
)
_ABROAD = re.compile(rf"\+\d{{1,3}}[ \-]?\d{{2,4}}[ \-]?\d{{3,4}}(?:[ \-]?\d{{2,4}})?{_END}")
_LOCAL = r"[2-9]\d{2,3}[ \-]?\d{4}"
_CALL = (
    r"(?:电话|手机|座机|小灵通|传真|号码|热线|致电|拨打|拨通|联系方式|联系|来电|回电|tel|phone|mobile)"
    r"[^\d\n]{0,4}?"
)
_LOCAL_AFTER = re.compile(
    rf"(?:{_CALL}(?:1\d{{4}}[或和、/])?|(?:打|拨|呼|呼叫)[了到过通]?[: ]?)({_LOCAL}){_END}"
)
_ANY_AFTER = re.compile(
    # a number too short, too long or oddly spaced is still somebody's
    rf"{_CALL}(?![48]00)(?!1\d\d(?!\d)|1\d{{4}}(?!\d)|9[56]\d{{3}}(?!\d))"
    rf"(\(?\d(?:[ \-._/()]{{0,2}}\d){{8,13}}){_END}"
)
_SHORT_NUMBER = re.compile(r"(?:短号|小号|虚拟网号?|集团号)[^\d\n]{0,3}(\d{4,6})(?!\d)")
_LOCAL_BEFORE = re.compile(
    rf"(?<![\da-z.,\-/第号])({_LOCAL})(?=\)?(?:打来?电话|来电|打来|打给|这个电话|联系)){_END}"
)
_LOCAL_OFFICE = re.compile(rf"(?<=[站科办所局处队室院股台镇心])[(:\-]{{0,2}}({_LOCAL}){_END}")
_LOCAL_ALONE = re.compile(
    # seven or eight digits in one run that nothing calls a sum, a count or a paper
    r"(?<![\da-z.,+\-/=*第号为额价款费资约达共计:￥¥$])([2-8]\d{6,7})"
    rf"{_END}(?![ ]?[人户份次个台株辆件套张条只吨万亿余多平公千年月/\-~+])"
)
_NEXT = re.compile(rf" ?(?:[/、,;]|或者?|和|及|与) ?((?:0\d{{2,3}}-?)?{_LOCAL}){_END}")
_LONGEST_LIST = 20
_DAY = re.compile(r"(?:19|20)\d\d([.\-/ ]?)(?:0?[1-9]|1[0-2])\1(?:3[01]|[12]\d|0?[1-9])")
_NOT_CALLED = re.compile(
    r"(?:单号|订单|编号|编码|代码|工单|流水号?|发票号?|合同号?|文号|案号|批号|设备号|证号|第)"
    r"(?:号码?)?[:;是为 a-z]{0,4}$"
)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼楚][a-z][ ·.\-]?"
    r"(?=[a-z]{0,3}\d)(?:[a-z\d]{5,6}|[a-z\d]{4}[挂学警港澳])(?![a-z\d])"
)
_MAIL = re.compile(r"(?<![a-z\d._+\-])[a-z\d._+\-]{1,64}@[a-z\d\-]{1,63}(?:\.[a-z\d\-]{1,63}){1,4}")
_CHAT = re.compile(
    r"(?:qq|扣扣|微信|薇信|威信|徽信|v信|vx|wx|weixin|wechat|抖音|快手|支付宝|加我|加群|群号)"
    r"(?:群)?(?:号码?|id|账号)?[:是为 ]{0,3}"
    r"((?:[a-z][a-z\d_\-]{5,19}|\d{5,11}))(?![a-z\d_\-])"
)


def find(text: str) -> Iterator[Span]:
    """Stretches of a plain text, the surest kinds first."""
    for match in _LONG.finditer(text):
        if _identity(re.sub(r"[ \-.·]", "", match[0])):
            yield "identity", *match.span()
    for match in _SHORT.finditer(text):
        if _PROVINCES.match(match[0]) and _day("19" + match[0][6:12]) and _may_call(text, match):
            yield "identity", *match.span()
    for match in _PAPER.finditer(text):
        yield "identity", *match.span(1)
    for match in _CARD.finditer(text):
        yield "account", *match.span(1)
    for match in _BARE_CARD.finditer(text):
        if _luhn(match[0]):
            yield "account", *match.span()
    yield from _phones(text)
    for match in _PLATE.finditer(text):
        yield "plate", *match.span()
    for match in _MAIL.finditer(text):
        yield "contact", *match.span()
    for match in _CHAT.finditer(text):
        yield "contact", *match.span(1)


def _phones(text: str) -> Iterator[Span]:
    """Numbers that ring at somebody's. Service numbers (12345, 110, 400…, 95…) do not."""
    yield from _numbers(text)
    spoken = text.translate(_SPOKEN)
    if spoken != text:
        for kind, start, end in _numbers(spoken):
            if _HAN_DIGIT.search(text, start, end):
                yield kind, start, end


def _numbers(text: str) -> Iterator[Span]:
    for pattern in (_MOBILE, _ABROAD, _FIXED):
        for match in pattern.finditer(text):
            if _may_call(text, match):
                yield "phone", *match.span()
                yield from _with_the_next(text, match.end())
    for pattern in _PARTS:
        for match in pattern.finditer(text):
            if not _DAY.fullmatch(match[1]) and _may_call(text, match):
                yield "phone", *match.span(1)
                yield from _with_the_next(text, match.end(1))


_PARTS = (
    _LOCAL_AFTER,
    _ANY_AFTER,
    _SHORT_NUMBER,
    _LOCAL_BEFORE,
    _LOCAL_OFFICE,
    _LOCAL_ALONE,
)


def _with_the_next(text: str, end: int) -> Iterator[Span]:
    """Local numbers that stand in one list with a number: 13912345678/5550100."""
    for _more in range(_LONGEST_LIST):
        match = _NEXT.match(text, end)
        if not match or _DAY.fullmatch(match[1]):
            return
        end = match.end()
        yield "phone", *match.span(1)


def _may_call(text: str, match: re.Match[str]) -> bool:
    """Whether nothing just before says that this is the number of a paper or a parcel."""
    start = match.start()
    return not _NOT_CALLED.search(text[max(0, start - 10) : start])


def _identity(number: str) -> bool:
    """A resident identity number (GB 11643): a birthday that was, or a check digit that fits.

    Either will do: a number with one digit mistyped still leads to its owner.
    """
    if not _PROVINCES.match(number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _day(number[6:14]) or _CHECK[total % 11] == number[17]


def _day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1880 <= day.year <= 2100


def _luhn(number: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
