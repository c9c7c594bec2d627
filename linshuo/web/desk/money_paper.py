"""What is printed about money: count sheets, receipts, statements, disclosures, project boards; and
which of a book's papers everyone may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.domain.board.models import Collection, Project
from linshuo.domain.funds import public
from linshuo.domain.funds.access import Book
from linshuo.domain.funds.models import Box, Disclosure, Voucher
from linshuo.domain.funds.papers import Hung, papers_at
from linshuo.domain.papers.actions import show_file
from linshuo.exchange.printed.count_sheet import count_sheet
from linshuo.exchange.printed.disclosure import disclosure_paper
from linshuo.exchange.printed.project_board import project_board
from linshuo.exchange.printed.receipt import receipt as receipt_paper
from linshuo.exchange.printed.statement import statement_paper
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.desk.money_statements import span_from
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.printing import pdf_answer

BOOKS: dict[str, type[Collection] | type[Project]] = {
    "collection": Collection,
    "project": Project,
}


def _book(request: DoorRequest, kind: str, number: str) -> Book:
    model = BOOKS.get(kind)
    if model is None:
        raise Http404
    found = model.objects.of(request.actor).filter(number=number).select_related("place").first()
    if found is None:
        raise Http404
    return found


def _public_page(request: DoorRequest, book: Book) -> str:
    """Where everyone may follow it; empty for what has no page."""
    if not public.is_seen(book):
        return ""
    args = [request.community.prefix, book.number]
    return request.build_absolute_uri(reverse(f"plaza:{book.trail_kind}", args=args))


def _pdf(request: DoorRequest, make: Callable[[], bytes], name: str, back: str) -> HttpResponse:
    """The paper, or back to where one came from with the sentence why there is none."""
    try:
        content = make()
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(back)
    return pdf_answer(content, name)


@require_GET
@staff_door(Can.MONEY_READ)
def sheet(request: DoorRequest, pk: int) -> HttpResponse:
    """The blank count sheet of a box."""
    box = Box.objects.of(request.actor).filter(pk=pk).select_related("collection").first()
    if box is None:
        raise Http404
    back = reverse("desk:money-box", args=[request.community.prefix, pk])
    return _pdf(request, lambda: count_sheet(request.community, box), f"count-{pk}", back)


@require_GET
@staff_door(Can.MONEY_READ)
def receipt(request: DoorRequest, pk: int) -> HttpResponse:
    """The receipt of one gift, in two halves."""
    rows = Voucher.objects.of(request.actor).filter(pk=pk)
    voucher = rows.select_related(
        *("collection", "project", "unit__organisation", "giver", "recorded_by", "checked_by")
    ).first()
    if voucher is None:
        raise Http404
    where = _public_page(request, voucher.book)
    back = reverse("desk:money-voucher", args=[request.community.prefix, pk])
    return _pdf(
        request,
        lambda: receipt_paper(request.community, voucher, page=where),
        f"receipt-{pk}",
        back,
    )


@require_GET
@staff_door(Can.MONEY_READ)
def statement(request: DoorRequest, kind: str, number: str) -> HttpResponse:
    """The statement of a book over the days asked for."""
    book, span = _book(request, kind, number), span_from(request.GET)
    back = reverse("desk:money-statement", args=[request.community.prefix, number])
    return _pdf(
        request,
        lambda: statement_paper(request.community, book, since=span.since, until=span.until),
        f"statement-{number}",
        back,
    )


@require_GET
@staff_door(Can.MONEY_READ)
def disclosure(request: DoorRequest, pk: int) -> HttpResponse:
    """A disclosure, to be hung up; a draft says that it is one."""
    rows = Disclosure.objects.of(request.actor).filter(pk=pk)
    found = rows.select_related("collection", "project", "corrects").first()
    if found is None:
        raise Http404
    back = reverse("desk:money-disclosure", args=[request.community.prefix, pk])
    return _pdf(
        request, lambda: disclosure_paper(request.community, found), f"disclosure-{pk}", back
    )


@require_GET
@staff_door(Can.MONEY_READ)
def board(request: DoorRequest, number: str) -> HttpResponse:
    """The board of a project, as its public page shows it."""
    found = public.find_project(request.community.pk, number)
    back = reverse("desk:project", args=[request.community.prefix, number])
    if found is None:
        _book(request, "project", number)
        messages.error(request, _("议定以后才有公开的页面，才能印展板。"))
        return HttpResponseRedirect(back)
    where = request.build_absolute_uri(
        reverse("plaza:project", args=[request.community.prefix, number])
    )
    return _pdf(
        request,
        lambda: project_board(request.community, found, page=where),
        f"board-{number}",
        back,
    )


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper of a book on the page where it is decided who sees it."""

    pk: int
    words: str
    url: str
    picture: bool
    shown: bool


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_READ)
def papers(request: DoorRequest, kind: str, number: str) -> HttpResponse:
    """Which papers and photos of a book everyone may see. Whoever releases has looked at each."""
    book = _book(request, kind, number)
    found = papers_at(book)
    here = reverse("desk:money-papers", args=[request.community.prefix, kind, number])
    if request.method == "POST":
        wanted = next((h for h in found if str(h.file.pk) == request.POST.get("file", "")), None)
        if wanted is None:
            raise Http404
        shown = request.POST.get("do") == "show"
        show_file(wanted.file, by=request.actor, shown=shown)
        messages.success(
            request, _("公开了，人人看得到。") if shown else _("收起来了，只有社区看得到。")
        )
        return HttpResponseRedirect(here)
    context = {
        "book": book,
        "book_url": reverse(f"desk:{kind}", args=[request.community.prefix, number]),
        "rows": [_row(request, each) for each in found],
        "seen": public.is_seen(book),
        "may": request.actor.can(Can.NEED_RELEASE),
    }
    return page(request, "desk/money/papers.html", context)


def _row(request: DoorRequest, hung: Hung) -> PaperRow:
    where = [request.community.prefix, hung.what, hung.row, hung.which]
    return PaperRow(
        pk=hung.file.pk,
        words=hung.words,
        url=reverse("desk:money-paper", args=where),
        picture=hung.file.mime.startswith("image/"),
        shown=not hung.file.private,
    )
