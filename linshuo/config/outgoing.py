"""Addresses of what carries words out of the house: a mail server, an SMS gateway.

Neither sentence nor log repeats such an address, since it may hold a password.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

#: How long a mail server may take over one step; the worker has other things to do.
PATIENCE = 15
#: Stands in an SMS gateway's address where the number belongs.
PHONE = "{phone}"
_A_PHONE = "13800138000"


def parse_email_url(url: str) -> dict[str, Any]:
    """Turn `smtp://user:password@host:587`, `smtps://…` or `console:` into Django's settings.

    `smtp` asks for encryption once connected (STARTTLS) where there is a password to protect,
    `smtps` from the first byte. Raises ValueError with the rest of a sentence that begins with the
    name of the variable.
    """
    if url == "console:":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("cannot be read as an address") from None
    if parts.scheme not in {"smtp", "smtps"}:
        raise ValueError("does not begin with smtp:// or smtps:// and is not console:")
    if not parts.hostname:
        raise ValueError("names no server")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if parts.scheme == "smtps" else 587 if parts.username else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": PATIENCE,
    }


def check_sms_url(url: str) -> None:
    """Whether apprise can send to this address once the number stands in it.

    Raises ValueError with the rest of a sentence that begins with the name of the variable.
    """
    if PHONE not in url:
        raise ValueError(f"does not say where the number goes: write {PHONE} there")
    import apprise  # takes a while, and a house without a gateway need not wait

    if apprise.Apprise.instantiate(url.replace(PHONE, _A_PHONE)) is None:
        raise ValueError("is no address that apprise can send to")


def check_site(url: str) -> str:
    """The site's address without a slash at the end.

    Raises ValueError with the rest of a sentence that begins with the name of the variable.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("is no address of a site")
    return url.rstrip("/")


def site_of(hosts: list[str], https: bool) -> str:
    """The site's address by its first name; empty where that is not one name."""
    name = next(iter(hosts), "")
    return f"{'https' if https else 'http'}://{name}" if name and name[0] not in "*.[" else ""
