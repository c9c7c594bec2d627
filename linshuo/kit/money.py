"""Money is whole 分, and is read and said as people write and say it."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from linshuo.kit.refused import Refused

MOST_FEN = 9_999_999_999
"""One fen short of a hundred million yuan: no community moves more in one go."""
NOTES = (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
"""The notes and coins a box may hold, in 分, from a hundred yuan down."""
_PLAIN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?")
_TEN_THOUSAND = "万"


def parse_yuan(text: str, field: str = "amount") -> int:
    """What somebody typed as an amount, in 分: 1,234.5, ￥1２34.50, 3.5万元.

    Raises `Refused` for what is no amount, not positive, finer than a 分, or beyond `MOST_FEN`.
    """
    typed = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("，", ",")
    typed = typed.removeprefix("人民币").lstrip("¥").removesuffix("整").removesuffix("元")
    scale = 1
    if typed.endswith(_TEN_THOUSAND):
        typed, scale = typed[:-1], 10_000
    if typed.startswith("-"):
        raise Refused("amount-negative", _("金额要大于零；要退回，用退款或冲销。"), field)
    found = _PLAIN.fullmatch(typed)
    if found is None:
        raise Refused("amount", _("金额写成 1234.50 这样的数字。"), field)
    if len(found[1].replace(",", "")) > 12:
        raise Refused("amount-large", _("一笔最多 99,999,999.99 元，请再看一眼。"), field)
    return _in_fen(int(found[1].replace(",", "")), found[2] or "", scale, field)


def _in_fen(whole: int, part: str, scale: int, field: str) -> int:
    part = part.rstrip("0")
    tens = len(str(scale)) - 1 + 2
    if len(part) > tens:
        raise Refused("amount-fine", _("金额最细到分，小数点后两位。"), field)
    fen = whole * scale * 100 + int((part or "0").ljust(tens, "0"))
    if fen == 0:
        raise Refused("amount-zero", _("金额要大于零。"), field)
    if fen > MOST_FEN:
        raise Refused("amount-large", _("一笔最多 99,999,999.99 元，请再看一眼。"), field)
    return fen


def yuan(fen: int) -> str:
    """An amount as it stands in a book: ¥59,100.00, -¥45.60."""
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def plain_yuan(fen: int) -> str:
    """An amount as it stands in a form or a file for machines: 59100.00."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def spoken(fen: int) -> str:
    """An amount as people say it: 5.91万元, 394万元, 820元; exact, never rounded."""
    sign, whole = "-" if fen < 0 else "", abs(fen)
    if whole >= 1_000_000 and whole % 1_000 == 0:
        tens, rest = divmod(whole, 1_000_000)
        text = f"{tens}.{rest // 1_000:03d}".rstrip("0").rstrip(".")
        return _("%s万元") % (sign + text)
    text = f"{whole // 100:,}.{whole % 100:02d}".removesuffix(".00")
    return _("%s元") % (sign + text)


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def capitals(fen: int) -> str:
    """An amount in the characters a receipt is written in, so that no stroke can be added:
    伍万玖仟壹佰元整 (票据法实施管理办法附一《正确填写票据和结算凭证的基本规定》)."""
    whole, cents = divmod(abs(fen), 100)
    text = _whole(whole) + "元" if whole else ""
    jiao, last = divmod(cents, 10)
    if not cents:
        text = (text or "零元") + "整"
    else:
        if jiao:
            text += _DIGITS[jiao] + "角"
        elif whole:
            text += "零"
        text += _DIGITS[last] + "分" if last else "整"
    return ("负" if fen < 0 else "") + text


def _whole(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    for power in range(len(groups) - 1, -1, -1):
        group = groups[power]
        if not group:
            continue
        if text and (group < 1000 or not groups[power + 1]):
            text += "零"
        text += _four(group) + _GROUPS[power]
    return text


def _four(group: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text
