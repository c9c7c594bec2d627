"""A bucket of attempts that fills up again slowly, shared by every web process.

Kept in Django's cache, which this house keeps in its database, so that a second process or a
restart does not hand out fresh attempts. Two attempts in the very same moment may count as one:
against a code of eight characters that is of no use to anybody.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from allauth.core.internal.ratelimit import get_ip
from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Bucket:
    """`size` attempts at once, and another one every `seconds`."""

    name: str
    size: int
    seconds: float

    def left(self, who: str) -> int:
        """How many attempts `who` has at this moment."""
        return int(self._level(who))

    def take(self, who: str) -> bool:
        """Use up one attempt; False when there was none."""
        level = self._level(who)
        if level < 1:
            return False
        # Forgotten once it would be full again anyway.
        cache.set(self._key(who), (level - 1, time.time()), self.size * self.seconds)
        return True

    def _level(self, who: str) -> float:
        level, at = cache.get(self._key(who), (float(self.size), 0.0))
        return min(float(self.size), level + (time.time() - at) / self.seconds)

    def _key(self, who: str) -> str:
        return f"bucket:{self.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"


CARD_CODES = Bucket("card", 30, 60)
"""Wrong codes of sign-in cards from one address: a whole office types them on its first day."""
PASSWORDS_ASKED = Bucket("password-again", 10, 60)
"""How often one account may offer its password to change its own settings."""

FIRST_CODES = Bucket("first-code", 10, 60)
"""Tries at the code that opens the very first community, from one address."""


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, behind as many proxies as the settings say."""
    return str(get_ip(request))
