"""Keeping a phone number: encrypted to read back, and a keyed hash to find it again."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

_key = b""


def use_key(key: str) -> None:
    """Set once by the settings; every value kept so far stays readable only with this key."""
    global _key
    _key = hashlib.sha256(key.encode()).digest()


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"fernet" + _key).digest()))


def seal(plain: str) -> str:
    """Encrypt; the empty string stays empty."""
    return _fernet().encrypt(plain.encode()).decode() if plain else ""


def unseal(kept: str) -> str:
    """Decrypt; a value kept under another key reads as empty rather than stopping a page."""
    if not kept:
        return ""
    try:
        return _fernet().decrypt(kept.encode()).decode()
    except InvalidToken:
        return ""


def fingerprint(plain: str) -> str:
    """A keyed hash: equal for equal input, and useless without the key."""
    if not plain:
        return ""
    return hmac.new(hashlib.sha256(b"hmac" + _key).digest(), plain.encode(), "sha256").hexdigest()
