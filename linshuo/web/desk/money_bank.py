"""对账: the lines of the bank's statement, and one of them with what it may be."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.acts import banking as acts
from linshuo.domain.board.models import Collection
from linshuo.domain.funds import banking
from linshuo.domain.funds.models import BankLine, Voucher
from linshuo.domain.people.models import Partnership
from linshuo.domain.pledges.models import Instalment
from linshuo.insight import bank_lines, money
from linshuo.insight.bank_lines import TABS, Filters, Suggestion
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy
from linshuo.web.desk.lists import Tab, with_query
from linshuo.web.desk.money_forms import row_in
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.desk.verbs import EmptyForm, Verb, VerbForm, buttons, carry_out, table
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.second import proven

TAB_WORDS = {"waiting": _l("还没对的"), "matched": _l("对上的"), "aside": _l("放一边的")}


@require_GET
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
def listing(request: DoorRequest) -> HttpResponse:
    """The lines, the latest first; the filters stand in the address."""
    filters = _filters(request.GET)
    found = bank_lines.lines(request.actor, filters, request.GET.get("after", "")[:40])
    n = bank_lines.counts(request.actor, filters)
    accounts = bank_lines.accounts(request.actor)
    context = {
        "filters": filters,
        "rows": found.rows,
        "next": with_query(request.GET, after=found.after) if found.after else "",
        "first": with_query(request.GET, after="") if request.GET.get("after") else "",
        "tabs": [
            Tab(
                with_query(request.GET, tab="" if name == TABS[0] else name, after=""),
                str(TAB_WORDS[name]), n[name], name == filters.tab,
            )
            for name in TABS
        ],
        "showing": n[filters.tab],
        "narrowed": bool(filters.account or filters.text),
        "accounts": accounts,
        "several": len(accounts) > 1,
        "may_record": request.actor.can(Can.MONEY_RECORD),
    }  # fmt: skip
    return page(request, "desk/money/bank_lines.html", context)


def _filters(query: QueryDict) -> Filters:
    tab = query.get("tab", "")
    return Filters(
        tab=tab if tab in TABS else TABS[0],
        account=query.get("account", "")[:40],
        text=tidy(query.get("q", "")[:40]),
    )


# --- one line -------------------------------------------------------------------------------------


class AsideForm(VerbForm):
    """Why no book here has to do with it."""

    because = a_text(
        _l("这一行是什么"), 120,
        required=_l("写一句这一行是什么，为什么不进账。"), hint=_l("比如：结息，手续费，退回。"),
    )  # fmt: skip


VERBS = table(
    Verb(
        "aside", _l("放一边"), AsideForm,
        lambda row, data, by: banking.set_aside(row, by=by, **data), _l("放在一边了。"),
        says=_l("跟哪本账都没有关系的，写明是什么，以后随时可以拿回来。"), second=True,
    ),
    Verb(
        "undo", _l("取消，重新对"), EmptyForm,
        lambda row, _data, by: banking.undo(row, by=by), _l("取消了，这一行重新等着对。"),
        says=_l("只取消这一行和那一笔的对应，那一笔凭证不动。"), second=True,
    ),
)  # fmt: skip


@require_GET
@staff_door(Can.MONEY_RECORD, Can.MONEY_CHECK)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One line, and what it may be."""
    return _page(request, bank_lines.get_line(request.actor, pk))


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD)
@second_factor
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """A POST says what the line is, puts it aside or takes that back; a GET shows the line after
    the second factor."""
    row = bank_lines.get_line(request.actor, pk)
    if verb in TAKES:
        return _page(request, row) if request.method == "GET" else _take(request, row, verb)
    chosen = VERBS.get(verb)
    if chosen is None:
        raise Http404
    if request.method == "GET":
        return _page(request, row, opened=verb)
    return carry_out(
        request,
        chosen,
        row,
        then=lambda _done: _on(request, row),
        again=lambda form: _page(request, row, opened=verb, bound=form),
    )


def _match(row: BankLine, target: Any, _unit: Any, by: Actor) -> Voucher:
    banking.match(row, target, by=by)
    return target  # type: ignore[no-any-return]


def _instalment(row: BankLine, target: Any, _unit: Any, by: Actor) -> Voucher:
    return acts.as_instalment(row, target, by=by)


def _gift(row: BankLine, target: Any, unit: Any, by: Actor) -> Voucher:
    return acts.as_gift(row, target, by=by, unit=unit)


TAKES: dict[str, Any] = {
    "match": (Voucher, _match, _l("对上了。")),
    "instalment": (Instalment, _instalment, _l("记成收到的认捐款，也对上了。等另一个人核对。")),
    "gift": (Collection, _gift, _l("记成一笔捐款，也对上了。等另一个人核对。")),
}
"""What a suggestion leads to: whose id its target is, the act, and how that says it is done."""


def _take(request: DoorRequest, row: BankLine, verb: str) -> HttpResponse:
    model, call, done = TAKES[verb]
    target = row_in(model.objects.of(request.actor), request.POST.get("target", ""))
    unit = row_in(Partnership.objects.of(request.actor), request.POST.get("unit", ""))
    if target is None:
        raise Http404
    try:
        call(row, target, unit, request.actor)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, row, refused=str(refused.sentence))
    messages.success(request, str(done))
    return _on(request, row)


def _on(request: DoorRequest, row: BankLine) -> HttpResponseRedirect:
    """Back to the line, which says what it is now and leads on to the next."""
    return HttpResponseRedirect(
        reverse("desk:money-bank-line", args=[request.community.prefix, row.pk])
    )


def _page(
    request: DoorRequest,
    row: BankLine,
    *,
    opened: str = "",
    bound: VerbForm | None = None,
    refused: str = "",
) -> HttpResponse:
    actor, prefix = request.actor, request.community.prefix
    matched, records = banking.is_matched(row), actor.can(Can.MONEY_RECORD)
    is_free = not matched and not row.set_aside
    names = (["aside"] if is_free else ["undo"]) if records else []
    shown = bank_lines.line_row(row)
    context: dict[str, Any] = {
        "line": row,
        "row": shown,
        "amount": shown.came or shown.went,
        "came_in": row.amount_fen > 0,
        "free": is_free,
        "facts": _facts(row),
        "refused": refused,
        "form": bound,
        "records": records,
        "voucher": money.row_of(row.voucher) if matched and row.voucher else None,
        "suggestions": _suggestions(request, row) if is_free and records else [],
        "buttons": buttons(
            [VERBS[name] for name in names], row, actor,
            lambda name: reverse("desk:money-bank-do", args=[prefix, row.pk, name]),
            opened=opened, bound=bound, title=shown.came or shown.went, proven=proven(request),
        ),
        "proven": proven(request),
        "next_line": bank_lines.next_waiting(actor, row) if not is_free else None,
    }  # fmt: skip
    return page(request, "desk/money/bank_line.html", context, status=409 if refused else 200)


def _suggestions(request: DoorRequest, row: BankLine) -> list[tuple[Suggestion, str, str, str]]:
    """Each with its button, where it posts to, and the page of what it names."""
    prefix = request.community.prefix
    words = {"match": _("就是这一笔"), "instalment": _("记收到"), "gift": _("记成捐款")}
    found = []
    for each in bank_lines.suggestions(request.actor, row):
        url = reverse("desk:money-bank-do", args=[prefix, row.pk, each.verb])
        opens = reverse("desk:money-voucher", args=[prefix, each.target])
        found.append((each, words[each.verb], url, opens if each.verb == "match" else ""))
    return found


def _facts(row: BankLine) -> list[tuple[str, str]]:
    by = ""
    if row.matched_by is not None and row.matched_at is not None:
        by = f"{row.matched_by.name}，{wording.moment(row.matched_at)}"
    told = [
        (_("哪一天"), wording.day(row.day)),
        (_("对方"), row.payer),
        (_("摘要"), row.memo),
        (_("哪个账户"), row.account),
        (_("之后的余额"), "" if row.balance_fen is None else yuan(row.balance_fen)),
        (_("为什么放一边"), row.set_aside),
        (_("谁对的"), by if banking.is_matched(row) or row.set_aside else ""),
    ]
    return [(term, words) for term, words in told if words]
