"""我给的: one's own gifts and their receipts; what the community raises among its own, for whoever
belongs to it; what one's unit promised and what came of it, as a page and as a letter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from linshuo.domain.funds import own, public
from linshuo.domain.funds.own import OwnGift
from linshuo.domain.funds.public import PublicBook
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.exchange.printed.receipt import receipt as receipt_paper
from linshuo.exchange.printed.unit_letter import LetterWork, unit_letter
from linshuo.insight.works import Sum, sums_of
from linshuo.kit.money import yuan
from linshuo.kit.refused import Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.mine.units import speaks_for
from linshuo.web.printing import pdf_answer


@dataclass(frozen=True, slots=True)
class Given:
    """What one community keeps of somebody's giving."""

    community: str
    prefix: str
    gifts: list[OwnGift]
    things: list[str]
    among: list[PublicBook]


def given_by(person: Person) -> Given:
    """What this person gave, and what is raised among their own. A fixed number of queries."""
    return Given(
        community=person.community.name,
        prefix=person.community.prefix,
        gifts=own.gifts_of(person),
        things=own.things_of(person),
        among=own.among_own(person, actor_of(person)),
    )


@require_GET
@my_door
def home(request: DoorRequest) -> HttpResponse:
    """Everything I gave, community by community."""
    context = {"parts": [given_by(person) for person in request.persons]}
    return render(request, "mine/money/home.html", context)


@require_GET
@my_door
def receipt(request: DoorRequest, pk: int) -> HttpResponse:
    """My own receipt."""
    found = own.own_gift(request.persons, pk)
    if found is None:
        raise Http404
    person, voucher = found
    book = voucher.book
    page = ""
    if public.is_seen(book):
        args = [person.community.prefix, book.number]
        page = request.build_absolute_uri(reverse(f"plaza:{book.trail_kind}", args=args))
    try:
        content = receipt_paper(person.community, voucher, page=page)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("mine:money")
    return pdf_answer(content, f"receipt-{pk}")


@require_GET
@my_door
def among(request: DoorRequest, prefix: str, number: str, which: str = "") -> HttpResponse:
    """互助互济: what the community raises among its own, for whoever belongs or gave to it."""
    person = next((p for p in request.persons if p.community.prefix == prefix.upper()), None)
    book = own.find_own(person, actor_of(person), number) if person is not None else None
    if person is None or book is None or which not in ("", *public.WHICH):
        raise Http404
    here = person.community_id
    figures = [
        (name, amount, reverse("mine:among-rows", args=[person.community.prefix, number, key]))
        for key, name, amount in book.figures
    ]
    context: dict[str, Any] = {
        "book": book,
        "figures": figures,
        "says": public.in_words(book),
        "book_url": reverse("mine:among", args=[person.community.prefix, number]),
        "community_name": person.community.name,
        "phone": person.community.phone,
        "which": which,
    }
    if which:
        found = public.rows(here, book, which, request.GET.get("after", "")[:40])
        names = {key: name for key, name, _amount in book.figures}
        context |= {"page": found, "name": names.get(which, ""), "total": yuan(found.total)}
        return render(request, "mine/money/rows.html", context)
    context |= {
        "goods": public.goods(here, book),
        "said": public.disclosures(here, book),
        "givers": public.funders(here, book),
    }
    return render(request, "mine/money/among.html", context)


@require_GET
@my_door
def unit(request: DoorRequest, pk: int) -> HttpResponse:
    """What my unit promised, part by part, and what came of it."""
    person, actor, partnership = speaks_for(request, pk)
    context = {
        "unit": partnership,
        "sums": sums_of(actor, partnership),
        "community_name": person.community.name,
        "prefix": person.community.prefix,
        "phone": person.community.phone,
    }
    return render(request, "mine/money/unit.html", context)


@require_GET
@my_door
def letter(request: DoorRequest, pk: int) -> HttpResponse:
    """The same as a letter to the unit."""
    person, actor, partnership = speaks_for(request, pk)
    works = [_work(each) for each in sums_of(actor, partnership)]
    try:
        content = unit_letter(person.community, str(partnership), works)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("mine:unit-money", pk=pk)
    return pdf_answer(content, f"letter-{pk}")


def _work(each: Sum) -> LetterWork:
    told = _("你们说好给 %(amount)s，已经到了 %(came)s。") % {
        "amount": each.amount,
        "came": each.came,
    }
    parts = [
        (f"{part.label}　{part.day}", part.amount, part.came, part.words) for part in each.parts
    ]
    return LetterWork(f"{each.about}　{each.number}", [told, *each.became], parts)
