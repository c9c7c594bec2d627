"""Codes people read off paper and type: no letter that looks like another."""

from __future__ import annotations

import re
import secrets

from linshuo.kit.text import fold

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code(length: int = 8) -> str:
    """A fresh random code. Eight characters are some 8·10¹¹ possibilities."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def clean_code(typed: str) -> str:
    """What was meant: upper case, full width narrowed, no spaces or dashes."""
    return re.sub(r"[^0-9A-Z]", "", fold(typed).upper())


def spaced(code: str) -> str:
    """For reading aloud: ABCD-EFGH."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
