"""How many a line has and still wants, in words. Where money is asked for no number of givers is
wanted of anybody (慈善法 §32: 不得摊派), so that only how many have signed is told."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def given_words(taken: int) -> str:
    """已有 3 家认捐, for a line on which money is asked for."""
    if not taken:
        return _("多少都行，等第一家")
    return ngettext("已有 %d 家认捐", "已有 %d 家认捐", taken) % taken


def left_words(open_ended: bool, taken: int, slots: int, unit: str) -> str:
    """还差 3 位, in the line's own unit; empty when it is full; how many gave, where money is asked
    for."""
    if open_ended:
        return given_words(taken)
    left = slots - taken
    return _("还差 %(n)d %(unit)s") % {"n": left, "unit": unit} if left else ""
