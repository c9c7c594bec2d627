"""Whether words set a sum for one giver: nobody is told how much to give (慈善法 §32: 不得摊派)."""

from __future__ import annotations

import re

from linshuo.kit.text import fold

_SUM = r"[\d一二两三四五六七八九十百千]+(?:\.\d+)?\s*(?:余|多)?(?:元|块|万|千元|百元)"
_EACH = re.compile(
    r"(?:每[一]?(?:个|家|名|位|户|人)?(?:单位|党员|居民|住户|家庭|商户|店|支部|人|户|家|位|名)"
    r"|人均|户均|家均|各(?:单位|支部|户|人|家))[^，。；,;.]{0,12}?" + _SUM
)
_LEAST = re.compile(
    r"(?:捐|交|出|献)[^，。；,;.]{0,8}?(?:不少于|不低于|至少|最少|起码)[^，。；,;.]{0,4}?" + _SUM
    + r"|(?:不少于|不低于|至少|最少|起码)(?:捐|交|出|献)[^，。；,;.]{0,4}?" + _SUM
    + r"|" + _SUM + r"(?:起捐|以上起捐|起步)"
)  # fmt: skip
_HANDED_OUT = re.compile(r"[发补送退领奖]|^给|^.给")
"""A sum that each receives is no quota."""


def quota_in(text: str) -> str:
    """The words that set a sum for one giver, as they stand in the text; empty when none do.

    What all of it will cost may be said: 需要 59,100 元. What each is to give may not.
    """
    plain = fold(text).replace(",", "")
    for found in (*_EACH.finditer(plain), *_LEAST.finditer(plain)):
        before = plain[max(0, found.start() - 2) : found.start()]
        if not _HANDED_OUT.search(before + found[0]):
            return found[0]
    return ""
