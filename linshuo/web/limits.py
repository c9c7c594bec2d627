"""A bucket of attempts that fills up again slowly, shared by every web process.

Kept in Django's cache, which this house keeps in its database, so that a second process or a
restart does not hand out fresh attempts. Two attempts in the very same moment may count as one:
against a code of eight characters that is of no use to anybody.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

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


SPOKEN = Bucket("speak", 12, 300)
"""Things said from one block of addresses; what is more is kept apart, not refused."""
SPOKEN_OF = Bucket("speak-estate", 40, 120)
"""Things said of one estate, from wherever."""
SLIP_CODES = Bucket("slip-code", 20, 120)
"""Wrong codes of slips and receipts from one block of addresses."""
RECORD_CODES = Bucket("record-code", 20, 120)
"""Wrong codes of records of service from one block of addresses."""
CERTIFICATE_CODES = Bucket("certificate-code", 20, 120)
"""Wrong codes of certificates and of objections from one block of addresses."""
OBJECTED = Bucket("objection", 10, 300)
"""Objections to lists of honours from one block of addresses."""
COMPLAINED = Bucket("complaint", 10, 300)
"""Complaints from one block of addresses."""
COMPLAINT_CODES = Bucket("complaint-code", 20, 120)
"""Wrong codes of complaints from one block of addresses."""
ME_TOO = Bucket("me-too", 20, 120)
"""我也要 from one block of addresses."""
CHECKED_IN = Bucket("check-in", 30, 60)
"""Check-ins from one block of addresses: a whole unit comes on its volunteer day."""


def block_of(request: HttpRequest) -> str:
    """The neighbourhood of an address: a house changes its last part, not the rest of it."""
    try:
        address = ip_address(address_of(request))
    except ValueError:
        return "unknown"
    return str(ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


def address_of(request: HttpRequest) -> str:
    """Where the request comes from, behind as many proxies as the settings say."""
    return str(get_ip(request))
