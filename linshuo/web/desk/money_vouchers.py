"""凭证: the list, one recorded, one with its paper: checked, refused, or taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.domain.funds import receipts
from linshuo.domain.funds.actions import check_voucher, refuse_voucher
from linshuo.domain.funds.actions import reverse as take_back
from linshuo.domain.funds.models import Voucher, VoucherKind
from linshuo.insight import money
from linshuo.insight.money import TABS, Filters, get_book, get_voucher
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.money import capitals
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy
from linshuo.web.desk import money_kinds
from linshuo.web.desk.lists import Tab, save_url, with_query
from linshuo.web.desk.money_files import paper_url
from linshuo.web.desk.money_forms import ReasonForm
from linshuo.web.desk.money_kinds import KINDS
from linshuo.web.desk.money_parts import book_url, maybe, pots_of
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.desk.verbs import EmptyForm, Verb, VerbForm, buttons, carry_out, table
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.second import proven

FIELDS = {"amount": "amount_fen", "giver": "giver_name", "unnamed": "giver_name"}
"""The domain's name of a field, and the form's, where they differ."""


@require_GET
@staff_door(Can.MONEY_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """The vouchers, the latest first; the filters stand in the address."""
    filters = filters_from(request.GET)
    found = money.vouchers(request.actor, filters, request.GET.get("after", "")[:40])
    n = money.counts(request.actor, filters)
    context = {
        "filters": filters,
        "rows": found.rows,
        "next": with_query(request.GET, after=found.after) if found.after else "",
        "first": with_query(request.GET, after="") if request.GET.get("after") else "",
        "tabs": _tabs(request.GET, filters.tab, n),
        "showing": n[filters.tab],
        "narrowed": bool(filters.kind or filters.book or filters.text),
        "kinds": VoucherKind.choices,
        "books": money.books(request.actor),
        "may_record": request.actor.can(Can.MONEY_RECORD),
        "save_url": save_url(request, "vouchers"),
    }
    return page(request, "desk/money/vouchers.html", context)


def filters_from(query: QueryDict) -> Filters:
    """What the address says; what makes no sense filters nothing."""
    tab, kind = query.get("tab", ""), query.get("kind", "")
    return Filters(
        tab=tab if tab in TABS else TABS[0],
        kind=kind if kind in VoucherKind.values else "",
        book=tidy(query.get("book", "")[:20]),
        text=tidy(query.get("q", "")[:40]),
    )


def _tabs(query: QueryDict, current: str, n: dict[str, int]) -> list[Tab]:
    words = (
        ("waiting", _("等核对")),
        ("booked", _("入账了")),
        ("refused", _("没有通过")),
        ("all", _("全部")),
    )
    return [
        Tab(with_query(query, tab="" if name == TABS[0] else name, after=""), label, n[name],
            name == current)
        for name, label in words
    ]  # fmt: skip


# --- recording ------------------------------------------------------------------------------------


@require_GET
@staff_door(Can.MONEY_RECORD)
def which(request: DoorRequest) -> HttpResponse:
    """Which book, and then which kind of voucher."""
    number = request.GET.get("book", "")
    book = get_book(request.actor, number) if number else None
    context: dict[str, Any] = {"books": money.books(request.actor), "book": book}
    if book is not None:
        kinds = [k for k in KINDS.values() if book.trail_kind in k.books]
        context["kinds"] = [(k.name, k.label, k.says) for k in kinds]
        if book.trail_kind == "collection":
            context["goods_url"] = f"{book_url(request, book)}#goods"
    return page(request, "desk/money/which.html", context)


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD)
@second_factor
def record(request: DoorRequest, number: str, kind: str) -> HttpResponse:
    """One voucher. `?instalment=3` and the like fill in what the way here already said."""
    book, chosen = get_book(request.actor, number), KINDS.get(kind)
    if chosen is None or book.trail_kind not in chosen.books:
        raise Http404
    given = {"row": book, "actor": request.actor}
    if request.method == "POST":
        form = chosen.form(request.POST, request.FILES, **given)
        if form.is_valid():
            try:
                made = money_kinds.record(book, chosen, form.told(), form, request.actor)
            except NotYours:
                raise
            except Refused as refused:
                where = FIELDS.get(refused.field or "", refused.field)
                form.refuse(Refused(refused.code, refused.sentence, where))
            else:
                messages.success(request, _("记下了，等另一个人核对。"))
                return _to(request, made)
    else:
        form = chosen.form(initial=request.GET.dict(), **given)
    context = {
        "form": form,
        "kind": chosen,
        "book": book,
        "book_url": book_url(request, book),
        "pots": pots_of(book),
    }
    return page(request, "desk/money/record.html", context)


def _to(request: DoorRequest, row: Voucher) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        reverse("desk:money-voucher", args=[request.community.prefix, row.pk])
    )


# --- one voucher ----------------------------------------------------------------------------------


class RefuseForm(ReasonForm):
    """Why it was not let through."""


class TicketForm(VerbForm):
    """The number on the charity's own ticket."""

    ticket_no = a_text(
        _l("公益事业捐赠票据号"),
        40,
        required=_l("慈善组织开的票据上的号码是多少？"),
        hint=_l("票据由慈善组织开，这里只记号码。"),
    )


VERBS = table(
    Verb(
        "check", _l("核对过，入账"), EmptyForm,
        lambda row, _data, by: check_voucher(row, by=by), _l("入账了。"),
        says=_l("金额、日子、凭据都看过，对得上。入了账就不能改。"), look="zhu", second=True,
    ),
    Verb(
        "refuse", _l("退回"), RefuseForm,
        lambda row, data, by: refuse_voucher(row, by=by, **data), _l("退回了，钱没有动。"),
        says=_l("写明哪里对不上。这一笔留着，钱不动。"), second=True,
    ),
    Verb(
        "reverse", _l("冲销"), ReasonForm,
        lambda row, data, by: take_back(row, by=by, **data), _l("冲销记下了，等另一个人核对。"),
        says=_l("记一笔反过来的，由另一个人核对。原来这一笔还在。"), second=True,
    ),
    Verb(
        "receipt", _l("开收据"), EmptyForm,
        lambda row, _data, by: receipts.number_for(row, by=by), _l("收据编了号，可以打印。"),
        says=_l("不留名的，本人要收据就开一张。"),
    ),
    Verb(
        "ticket", _l("记票据号"), TicketForm,
        lambda row, data, by: receipts.add_ticket(row, by=by, **data), _l("记下了。"),
    ),
)  # fmt: skip


@require_GET
@staff_door(Can.MONEY_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One voucher with its paper."""
    return _page(request, get_voucher(request.actor, pk))


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
@second_factor
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """A GET shows the voucher with that form open, after the second factor; a POST does it."""
    row = get_voucher(request.actor, pk)
    chosen = VERBS.get(verb)
    if chosen is None or verb not in _possible(request, row):
        if chosen is None or request.method == "GET":
            raise Http404
        messages.error(request, _("这一笔刚刚有人办过了，请看一眼现在的样子。"))
        return _to(request, row)
    if request.method == "GET":
        return _page(request, row, opened=verb)
    return carry_out(
        request,
        chosen,
        row,
        then=lambda done: _to(request, done if verb == "reverse" else row),
        again=lambda form: _page(request, row, opened=verb, bound=form),
    )


def _possible(request: DoorRequest, row: Voucher) -> list[str]:
    """The verbs whose button is worth showing; whether they go through is the domain's to say."""
    actor = request.actor
    own = row.recorded_by_id == actor.person_id
    found = []
    if row.waiting:
        if actor.can(Can.MONEY_CHECK) and not own:
            found.append("check")
        if actor.can(Can.MONEY_CHECK) or own:
            found.append("refuse")
        return found
    stands = row.booked_at is not None and row.reverses_id is None and _back(row) is None
    if stands and actor.can(Can.MONEY_RECORD):
        found += ["receipt"] if receipts.may_number(row) else []
        found += ["ticket"] if receipts.may_ticket(row) else []
        found.append("reverse")
    return found


def _back(row: Voucher) -> Voucher | None:
    """The voucher that takes this one back, waiting or booked."""
    rows = Voucher.objects.within(row.community_id).filter(reverses=row)
    return rows.filter(refused_at__isnull=True).first()


def _page(
    request: DoorRequest, row: Voucher, *, opened: str = "", bound: VerbForm | None = None
) -> HttpResponse:
    prefix, actor = request.community.prefix, request.actor
    back = _back(row)
    shown = money.row_of(row, struck=back is not None and back.booked_at is not None)
    possible = _possible(request, row)
    given = row.receipt_no and not shown.struck
    context: dict[str, Any] = {
        "voucher": row,
        "row": shown,
        "book_url": book_url(request, row.book),
        "capitals": capitals(row.amount_fen),
        "facts": _facts(row),
        "reversed_by": back,
        "own_waiting": row.waiting and row.recorded_by_id == actor.person_id,
        "buttons": buttons(
            [VERBS[name] for name in possible],
            row,
            actor,
            lambda name: reverse("desk:money-voucher-do", args=[prefix, row.pk, name]),
            opened=opened,
            bound=bound,
            title=shown.amount,
            proven=proven(request),
        ),
        "receipt_url": maybe("desk:money-receipt", prefix, row.pk) if given else "",
        "form": bound,
    }
    if row.file is not None:
        context |= {
            "paper_url": paper_url(request, "voucher", row.pk, "file"),
            "paper_name": row.file.name,
            "picture": row.file.mime.startswith("image/"),
        }
    return page(request, "desk/money/voucher.html", context)


def _facts(row: Voucher) -> list[tuple[str, str]]:
    checked = f"{row.checked_by.name}，{wording.moment(row.booked_at)}" if row.booked_at else ""
    told = [
        (_("从哪到哪"), money.route_of(row)),
        (_("哪一天"), wording.day(row.happened_on)),
        (_("谁给的"), money.giver_of(row, masked=False)),
        (_("名字公开吗"), _("本人同意公开") if row.name_public else ""),
        (_("付给谁"), row.payee),
        (_("备用金在谁手里"), row.advance_to.name if row.advance_to else ""),
        (_("预算哪一项"), str(row.line or "")),
        (_("事由"), row.text),
        (_("谁记的"), f"{row.recorded_by.name}，{wording.moment(row.recorded_at)}"),
        (_("谁核的"), checked),
        (_("收据号"), row.receipt_no),
        (_("慈善组织的票据号"), row.ticket_no),
    ]
    return [(term, words) for term, words in told if words]
