"""What a cell of somebody's sheet means: a moment, a whole number."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linshuo.kit import clock
from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s,]*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*分?(?:\s*[:：]?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?)?"
    r"(?:Z|[+]08:?00)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{1,5}(?:\.\d+)?")
FIRST_YEAR = 1980
"""Older dates in a ledger are an empty cell that Excel made into 1899 or 1900."""


def when(text: str) -> datetime:
    """A moment as written in a sheet, read off a Chinese wall clock.

    `2019/7/19 18:19:54`, `2020-01-04`, `2020年1月4日 8时20分`, `20200104`, or Excel's count of days
    since 1899-12-30. Raises `Refused("when")`.
    """
    clean = tidy(text)
    found = _DAY.fullmatch(clean) or _COMPACT.fullmatch(clean)
    try:
        if found:
            year, month, day, *rest = (int(part or 0) for part in found.groups())
            hour, minute, second = (*rest, 0, 0, 0)[:3]
            moment = datetime(year, month, day, hour, minute, second, tzinfo=clock.SHANGHAI)
        elif _SERIAL.fullmatch(clean):
            base = datetime(1899, 12, 30, tzinfo=clock.SHANGHAI)
            moment = base + timedelta(seconds=round(float(clean) * 86400))
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise Refused("when", _("“%s”不是一个日期。写成 2019-12-01 这样。") % clean[:30]) from None
    if moment.year < FIRST_YEAR or moment.year > 2100:
        raise Refused("when", _("日期在 %d 年，看着不对。") % moment.year)
    return moment


_COUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?\s*[人户次个]?")
MOST_HEADS = 1_000_000


def count(text: str) -> int:
    """A whole number as written in a sheet, 0 when nothing is. Raises `Refused("count")`."""
    clean = tidy(text)
    if not clean:
        return 0
    found = _COUNT.fullmatch(clean)
    if not found:
        raise Refused("count", _("“%s”不是一个整数。") % clean[:30])
    digits = found.group(1).replace(",", "")
    if len(digits) > 7 or int(digits) > MOST_HEADS:
        raise Refused("count", _("%s 太大了。") % clean[:30])
    return int(digits)
