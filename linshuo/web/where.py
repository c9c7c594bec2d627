"""Addresses one may be sent back to: never another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def safe_next(request: HttpRequest, url: str) -> str:
    """The path of the address if it leads to this very site, else nothing."""
    fine = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    if not url or not fine:
        return ""
    parts = urlsplit(url)
    return parts._replace(scheme="", netloc="").geturl()


def page_of(request: HttpRequest) -> str:
    """The page a request came from or asks for: where to return when it has to wait.

    A form comes back to the page it stood on, because its own address may not answer a GET; a part
    of a page (htmx) to the whole page.
    """
    whole = safe_next(request, request.headers.get("HX-Current-URL", ""))
    if whole:
        return whole
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    return safe_next(request, request.headers.get("Referer", "")) or "/my/"
