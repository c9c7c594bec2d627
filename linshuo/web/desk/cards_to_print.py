"""Sign-in cards on an A4 page, to be cut apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from linshuo.domain.papers.models import Paper
from linshuo.domain.people.models import Person
from linshuo.domain.people.staffing import CARD_DAYS
from linshuo.domain.places.models import Community
from linshuo.kit.codes import spaced
from linshuo.web.qr import qr_svg


def cards_page(
    request: HttpRequest,
    community: Community,
    cards: Iterable[tuple[Person, Paper]],
    back: str = "",
) -> HttpResponse:
    """Name, code in groups of four, QR code, the site's name in words, valid until."""
    where = request.build_absolute_uri(reverse("account_card"))
    found = [
        {
            "name": person.name,
            "code": spaced(paper.code),
            "qr": mark_safe(qr_svg(f"{where}?code={paper.code}")),  # noqa: S308
            "until": paper.printed_at + timedelta(days=CARD_DAYS),
        }
        for person, paper in cards
    ]
    context = {
        "community": community,
        "community_name": community.name,
        "cards": found,
        "back": back,
        "site": where.partition("//")[2],
    }
    return render(request, "desk/people/cards.html", context)
