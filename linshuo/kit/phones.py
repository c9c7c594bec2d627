"""Chinese telephone numbers as people write them."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from linshuo.kit.refused import Refused
from linshuo.kit.text import fold

_MOBILE = re.compile(r"1[3-9]\d{9}")
_FIXED = re.compile(r"0\d{9,11}|[2-9]\d{6,7}")


def clean_phone(typed: str, field: str = "phone") -> str:
    """Digits only, the country code dropped; empty when nothing was typed.

    Raises `Refused("phone")` with what is wrong and what to do about it.
    """
    digits = re.sub(r"[\s\-()（）—]", "", fold(typed)).removeprefix("+86")
    if not digits:
        return ""
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if not (digits.isascii() and digits.isdigit()):
        raise Refused("phone", _("电话里有不是数字的字。没有电话可以不填。"), field)
    if _MOBILE.fullmatch(digits) or _FIXED.fullmatch(digits):
        return digits
    if digits.startswith("1") and len(digits) < 11:
        message = _("少了 %(n)d 位。没有手机可以不填。") % {"n": 11 - len(digits)}
        raise Refused("phone", message, field)
    raise Refused("phone", _("这个电话打不通。手机 11 位，座机连区号。没有电话可以不填。"), field)


def is_mobile(digits: str) -> bool:
    """Whether a cleaned number can be sent a text message."""
    return _MOBILE.fullmatch(digits) is not None
