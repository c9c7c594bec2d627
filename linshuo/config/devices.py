"""What a page may ask of the device it is read on: to listen, so that one can dictate; no more.

A view that needs the camera says so in its own header.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

HEADER = "Permissions-Policy"
POLICY = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"


class Devices:
    """Middleware: the policy of every answer that has none of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault(HEADER, POLICY)
        return answer
