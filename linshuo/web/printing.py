"""PDFs that more than one door hands out."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from linshuo.domain.places.models import Community
from linshuo.domain.pledges.models import Pledge
from linshuo.exchange.printed.pledge_receipts import pledge_receipts


def pdf_answer(content: bytes, name: str) -> HttpResponse:
    """A PDF that we made, shown in the browser; `name` is what it is saved as, without its end.

    What somebody handed in is never answered like this: it goes out as an attachment.
    """
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def pledge_paper(
    request: HttpRequest, community: Community, pledges: Iterable[Pledge], name: str
) -> HttpResponse:
    """The PDF as an answer. Raises `Refused` when nothing of it can be printed."""

    def address(page: str, *args: str) -> str:
        return request.build_absolute_uri(reverse(page, args=[community.prefix, *args]))

    content = pledge_receipts(
        community,
        pledges,
        site=request.get_host(),
        need_page=lambda number: address("plaza:need", number),
        board=address("plaza:board"),
    )
    return pdf_answer(content, name)
