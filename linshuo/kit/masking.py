"""The one gate through which a name or a phone number passes on its way to a screen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linshuo.kit.detect import find_marks

_COMPOUND = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"}
)
GONE = "已删除的人"
"""What stands where the name of somebody stood who asked to be deleted."""


def mask_name(name: str) -> str:
    """The surname and two stars: 林**. Two whatever the length, so that length tells nothing."""
    name = name.strip()
    if not name:
        return ""
    if name == GONE:
        return _("已删除的人")
    surname = name[:2] if name[:2] in _COMPOUND else name[:1]
    return f"{surname}**"


def mask_phone(phone: str) -> str:
    """Enough for its owner to know it, too little to dial: 138****1234."""
    digits = "".join(c for c in phone if c.isdigit())
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 else f"***{digits[-3:]}"


def mask_text(text: str) -> str:
    """A text without what the detector takes for a number, a door or a name in it: two stars each.

    For a list or a file that leaves the office unread. A text that everyone may see is released by
    a person instead: the detector asks, it does not decide.
    """
    shown, done = [], 0
    for mark in find_marks(text):
        if mark.kind != "giveaway":
            shown += [text[done : mark.start], "**"]
            done = mark.end
    return "".join([*shown, text[done:]])
