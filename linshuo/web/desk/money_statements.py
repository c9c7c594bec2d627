"""流水: what a book, or one of its pots, did over any stretch of time; the same as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import FileResponse, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.domain.funds.models import PotKind
from linshuo.domain.funds.queries import Line, statement, totals
from linshuo.exchange import account_sheet as sheet
from linshuo.insight.money import get_book
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.money_parts import book_url, maybe, statement_url, sums_of
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.ui.forms import Form

BEGINNING = date(2000, 1, 1)
"""Before anything was written down here."""
POTS = ("", "bank", "box", "advance", "goods", "donors", "spent", "direct")


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked of a statement, as it stands in the address."""

    pot: str
    since: date
    until: date

    @property
    def words(self) -> str:
        """The stretch of time as one says it."""
        if self.since == BEGINNING:
            return _("从头到%s") % wording.day(self.until)
        return _("%(since)s到%(until)s") % {
            "since": wording.day(self.since), "until": wording.day(self.until)
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One movement, formatted."""

    voucher: int
    day: str
    what: str
    note: str
    came: str
    went: str
    balance: str


def pot_words(pot: str) -> str:
    """What a pot is called, and everything in hand together."""
    return str(PotKind(pot).label) if pot else _("手里的全部")


def span_from(query: QueryDict) -> Span:
    """What the address asks for; what makes no sense is as if it had not been said."""
    pot = query.get("pot", "")
    return Span(
        pot=pot if pot in POTS else "",
        since=_day(query.get("since", ""), BEGINNING),
        until=_day(query.get("until", ""), clock.today()),
    )


def _day(typed: str, otherwise: date) -> date:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return otherwise
    return found if 1990 < found.year < 2200 else otherwise


@require_GET
@staff_door(Can.MONEY_READ)
def show(request: DoorRequest, number: str) -> HttpResponse:
    """The statement. `?pot=bank` narrows it, `since` and `until` are days, both included."""
    book, span = get_book(request.actor, number), span_from(request.GET)
    found = statement(
        book,
        since=span.since,
        until=span.until,
        pot=span.pot,
        after=request.GET.get("after", "")[:40],
    )
    came_words, went_words = _ways(span.pot)
    sums = totals(book)
    query = request.GET.copy()
    query.pop("after", None)
    prefix = request.community.prefix
    paper_url = maybe("desk:money-statement-pdf", prefix, book.trail_kind, book.number)
    context: dict[str, Any] = {
        "book": book,
        "book_url": book_url(request, book),
        "span": span,
        "sums": sums_of(request, book, sums),
        "pots": [(pot, pot_words(pot)) for pot in POTS],
        "pot_words": pot_words(span.pot),
        "since": span.since.isoformat() if span.since != BEGINNING else "",
        "until": span.until.isoformat(),
        "opening": yuan(_sign(span.pot, found.opening_fen)),
        "came": yuan(found.came_fen),
        "went": yuan(found.went_fen),
        "closing": yuan(_sign(span.pot, found.closing_fen)),
        "rows": [_row(line, span.pot) for line in found.lines],
        "came_words": came_words,
        "went_words": went_words,
        "next": found.after,
        "first_page": not request.GET.get("after"),
        "direct_url": statement_url(request, book, "direct")
        if span.pot == "spent" and sums.direct
        else "",
        "direct": yuan(sums.direct),
        "export_url": f"{reverse('desk:money-export', args=[prefix, number])}?{query.urlencode()}",
        "paper_url": f"{paper_url}?{query.urlencode()}",
    }
    return page(request, "desk/money/statement.html", context)


def _ways(pot: str) -> tuple[str, str]:
    """What it is called when something comes into a pot, and when it goes out of it."""
    if pot == "donors":
        return _("退回"), _("收到")
    return (_("付出"), _("冲回")) if pot in ("spent", "direct") else (_("进"), _("出"))


def _sign(pot: str, fen: int) -> int:
    """What came from those who give stands below nothing in their pot, and above it on the page."""
    return -fen if pot == "donors" else fen


def _row(line: Line, pot: str) -> Row:
    return Row(
        voucher=line.voucher_id,
        day=wording.near_day(line.day),
        what=line.words or line.kind,
        note="　".join(
            part
            for part in (line.who, line.moved_within, line.receipt_no)
            if part and part != line.words
        ),
        came=yuan(line.came_fen) if line.came_fen else "",
        went=yuan(line.went_fen) if line.went_fen else "",
        balance=yuan(_sign(pot, line.balance_fen)),
    )


class ExportForm(Form):
    """What goes out beyond the masked statement."""

    names = forms.BooleanField(label=gettext_lazy("带上捐的人的全名"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("拿去做什么"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("勾了上面一项就要写。会和您的名字一起记下来。"),
    )


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
@second_factor
def export(request: DoorRequest, number: str) -> HttpResponse | FileResponse:
    """A look at what would go out, and the sheet itself."""
    book, span = get_book(request.actor, number), span_from(request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wish = sheet.Wish(pot=span.pot, since=span.since, until=span.until, **form.cleaned_data)
        try:
            out = sheet.export(request.actor, book, wish, said=_said(span))
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            name = f"{book.number}_{clock.today():%Y-%m-%d}.xlsx"
            return FileResponse(out, as_attachment=True, filename=name)
    context = {
        "form": form,
        "book": book,
        "said": _said(span),
        "back_url": f"{statement_url(request, book)}?{request.GET.urlencode()}",
    }
    return page(request, "desk/money/export.html", context)


def _said(span: Span) -> str:
    return f"{pot_words(span.pot)}，{span.words}"
