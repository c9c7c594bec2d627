"""The one gate through which a name or a phone number passes on its way to a screen."""

from __future__ import annotations

_COMPOUND = frozenset(
    {"欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐"}
)


def mask_name(name: str) -> str:
    """The surname and two stars: 林**. Two whatever the length, so that length tells nothing."""
    name = name.strip()
    if not name:
        return ""
    surname = name[:2] if name[:2] in _COMPOUND else name[:1]
    return f"{surname}**"


def mask_phone(phone: str) -> str:
    """Enough for its owner to know it, too little to dial: 138****1234."""
    digits = "".join(c for c in phone if c.isdigit())
    if len(digits) < 7:
        return "*" * len(digits)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) == 11 else f"***{digits[-3:]}"
