"""核对平台服务记录: whoever is shown such a paper learns whether it is one and still holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from linshuo.domain.service.checked import LONGEST, check
from linshuo.web import limits
from linshuo.web.plaza.frame import show, talking


@talking
def record(request: HttpRequest, code: str = "") -> HttpResponse:
    """By the code in the address or typed. A wrong code, one that never was and one try too many
    have the same answer."""
    typed = (code or request.GET.get("code", ""))[:LONGEST]
    found = None
    if typed.strip():
        block = limits.block_of(request)
        if limits.RECORD_CODES.left(block) >= 1:
            found = check(typed)
            if found is None:
                limits.RECORD_CODES.take(block)
    lost = bool(typed.strip()) and found is None
    context = {"typed": "" if found else typed, "found": found, "lost": lost}
    answer = show(request, "plaza/record.html", None, context, status=404 if lost else 200)
    answer["X-Robots-Tag"] = "noindex"
    return answer
