"""A statement handed in: the file, its columns with a guess and a look at every row, then all of it
or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from linshuo.domain.funds.banking import MOST_ACCOUNT, MOST_LINES
from linshuo.exchange import bank
from linshuo.exchange.sheets import MOST_BYTES, Sheet
from linshuo.insight import bank_lines
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.people_forms import text as a_text
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door
from linshuo.web.ui.forms import Form

SHOWN = 5
"""Rows of the sheet shown beside the choice of columns, and lines as they would be kept."""
LISTED = 100
"""Problems shown on a page."""


class StatementForm(Form):
    """One statement, as the bank gives it out."""

    file = forms.FileField(
        label=_l("对账单"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv"}),
        help_text=_l("网上银行导出的 Excel 或 CSV。一次最多 %(rows)s 行、%(mb)d MB。")
        % {"rows": f"{MOST_LINES:,}", "mb": MOST_BYTES // 2**20},
    )


class ColumnsForm(Form):
    """What the account is called here, and which column is what."""

    account = a_text(
        _l("哪个账户"), MOST_ACCOUNT,
        required=_l("这是哪个账户的对账单？起个认得出的名字，不写全账号。"),
        hint=_l("比如：居委会基本户，尾号 0188。每次写一样的，收过的行就不会再收。"),
        autocomplete="off", list="accounts",
    )  # fmt: skip

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不收")), *((str(i), h) for i, h in enumerate(sheet.headers))]
        for target in bank.TARGETS:
            self.fields[target.key] = forms.ChoiceField(
                label=target.label,
                choices=choices,
                required=False,
                error_messages={"invalid_choice": _("这张表里没有这一列。")},
            )

    def mapping(self) -> dict[str, int]:
        """The columns chosen, as they were sent or as they were guessed."""
        told = self.cleaned_data if self.is_bound else self.initial
        chosen = {t.key: str(told.get(t.key) or "") for t in bank.TARGETS}
        return {key: int(value) for key, value in chosen.items() if value}


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD)
@second_factor
def upload(request: DoorRequest) -> HttpResponse:
    """The place to hand in a statement."""
    posted = request.method == "POST"
    form = StatementForm(request.POST, request.FILES) if posted else StatementForm()
    if form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            kept = bank.keep(sent.read(MOST_BYTES + 1), sent.name, by=request.actor)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            where = reverse("desk:money-bank-columns", args=[request.community.prefix, kept.pk])
            return HttpResponseRedirect(where)
    return page(request, "desk/money/bank_take.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_door(Can.MONEY_RECORD)
@second_factor
def columns(request: DoorRequest, pk: int) -> HttpResponse:
    """Which column is what, and what would be taken. `do=take` takes it, all or none; any other
    POST looks once more with the columns as chosen."""
    try:
        file, sheet = bank.sheet_of(pk, by=request.actor)
    except NotYours:
        raise
    except Refused as refused:
        form = StatementForm()
        context = {"form": form, "refused": str(refused.sentence)}
        return page(request, "desk/money/bank_take.html", context, status=409)
    accounts = bank_lines.accounts(request.actor)
    first = {key: str(column) for key, column in bank.guess(sheet.headers).items()}
    first |= {"account": accounts[0]} if len(accounts) == 1 else {}
    posted = request.POST if request.method == "POST" else None
    columns_form = ColumnsForm(sheet, posted, initial=first)
    seen: dict[str, Any] = {}
    if not columns_form.is_bound or columns_form.is_valid():
        try:
            found = bank.plan(sheet, columns_form.mapping())
            account = _account(columns_form)
            if posted is not None and posted.get("do") == "take":
                added = bank.carry_out(found, account=account, by=request.actor)
                messages.success(request, _done(added, len(found.said) - added))
                where = reverse("desk:money-bank", args=[request.community.prefix])
                return HttpResponseRedirect(where)
            seen = _seen(request, found, account)
        except NotYours:
            raise
        except Refused as refused:
            seen = _refused(request, sheet, columns_form, refused)
    context = {
        "form": columns_form,
        "file": file,
        "targets": [columns_form[target.key] for target in bank.TARGETS],
        "accounts": accounts,
        "headers": sheet.headers,
        "rows": [(row.number, [_cut(cell) for cell in row.cells]) for row in sheet.rows[:SHOWN]],
        "more": max(0, len(sheet.rows) - SHOWN),
        **seen,
    }
    return page(request, "desk/money/bank_columns.html", context)


def _account(form: ColumnsForm) -> str:
    told = form.cleaned_data if form.is_bound else form.initial
    return str(told.get("account") or "")


def _refused(
    request: DoorRequest, sheet: Sheet, form: ColumnsForm, refused: Refused
) -> dict[str, Any]:
    """The sentence beside its field; before anything was sent, above the columns."""
    seen: dict[str, Any] = {}
    if not form.is_bound:
        return {"refused": str(refused.sentence)}
    if refused.code == "problems":
        seen = _seen(request, bank.plan(sheet, form.mapping()), _account(form))
    form.refuse(refused)
    return seen


def _seen(request: DoorRequest, found: bank.Plan, account: str) -> dict[str, Any]:
    """What taking it would do."""
    known = bank.already(found, account=account, by=request.actor) if account else 0
    came = [said.amount_fen for _row, said in found.said if said.amount_fen > 0]
    went = [said.amount_fen for _row, said in found.said if said.amount_fen < 0]
    return {
        "looked": True,
        "n_lines": len(found.said),
        "n_known": known,
        "n_new": len(found.said) - known,
        "came": _("%(n)d 笔，%(sum)s") % {"n": len(came), "sum": yuan(sum(came))},
        "went": _("%(n)d 笔，%(sum)s") % {"n": len(went), "sum": yuan(-sum(went))},
        "problems": found.problems[:LISTED],
        "more_problems": max(0, len(found.problems) - LISTED),
        "n_problems": len(found.problems),
        "empty": "、".join(str(number) for number in found.empty[:20]),
        "lines": [
            (
                number,
                wording.near_day(said.day),
                said.payer,
                said.memo,
                yuan(said.amount_fen) if said.amount_fen > 0 else "",
                yuan(-said.amount_fen) if said.amount_fen < 0 else "",
            )
            for number, said in found.said[:SHOWN]
        ],
    }


def _done(added: int, known: int) -> str:
    if not added:
        return _("这份对账单收过了，一行也没有多。")
    told = ngettext("收进 %d 行。", "收进 %d 行。", added) % added
    if known:
        told += ngettext("另外 %d 行以前收过。", "另外 %d 行以前收过。", known) % known
    return told


def _cut(cell: str) -> str:
    """As much of a cell as tells what the column holds."""
    line = cell.replace("\n", " ")
    return line if len(line) <= 20 else f"{line[:19]}…"
