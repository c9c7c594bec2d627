"""A request that is too large is turned away before anything of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext


class BodyLimit:
    """Answers 413 to a body above BODY_LIMIT. Forms themselves refuse a file above UPLOAD_LIMIT
    with a sentence beside the field; this is for what no person sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, or 413."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) <= settings.BODY_LIMIT:
            return self.get_response(request)
        return HttpResponse(
            gettext("这次送来的太大了，请分几次送。"),
            status=413,
            content_type="text/plain; charset=utf-8",
        )
