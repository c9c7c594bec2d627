"""What can be recorded by hand: one form a kind of voucher, with just the fields it needs.

What the boxes hold is counted (`money_boxes`), goods are taken in on the page of their collection,
and a reversal begins on the voucher that it takes back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from linshuo.acts import building, collecting
from linshuo.domain.board.models import BudgetLine, Collection, Project
from linshuo.domain.funds.actions import record_voucher
from linshuo.domain.funds.models import Voucher
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import staff
from linshuo.domain.pledges.models import Instalment, Pledge
from linshuo.insight.money import Book
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.money import yuan
from linshuo.web.desk.money_forms import RecordForm, keep_sent, pick, row_in, tick, units
from linshuo.web.desk.people_forms import text as a_text


class FromForm(RecordForm):
    """Somebody gave, or gets it back: a unit, a person by name, or nobody who wants to be named."""

    unit = pick(_("哪家单位"))
    giver_name = a_text(_("姓名"), 40, hint=_("个人写姓名。单位的不用填。"), autocomplete="off")
    unnamed = tick(_("不留名"))

    def prepare(self) -> None:
        super().prepare()
        known = units(self.actor)
        self.fields["unit"].choices = [("", _t("不是单位")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        found["unit"] = row_in(Partnership.objects.of(self.actor), found["unit"])
        return found


class GiftForm(FromForm):
    """What is given, and whether the giver may be named."""

    phone = a_text(
        _("电话"), 30, hint=_("写了，本人在自己的页面上看得到收据。没有就不填。"), type="tel",
        autocomplete="off",
    )  # fmt: skip
    name_public = tick(_("本人同意公开名字和数目"))
    ticket_no = a_text(_("慈善组织开的票据号"), 40, hint=_("没有就不填。"), autocomplete="off")
    field_order = (
        *("amount_fen", "happened_on", "unit", "giver_name", "phone", "unnamed", "name_public"),
        *("ticket_no", "text", "file"),
    )
    paper_label = _("银行回单")

    def prepare(self) -> None:
        super().prepare()
        if getattr(self.row, "legal_basis", "") != "joint":
            del self.fields["ticket_no"]
        if isinstance(self.row, Project):
            del self.fields["phone"]


class CashForm(GiftForm):
    """Notes over the counter."""

    paper_label = _("登记单")


class DepositForm(RecordForm):
    """Those notes go to the bank."""

    paper_label = _("存款回单")

    def prepare(self) -> None:
        super().prepare()
        del self.fields["text"]


class InstalmentForm(RecordForm):
    """What a unit promised came in, or a part of it."""

    instalment = pick(_("哪家的哪一期"), required=_("是哪家的哪一期？"))
    field_order = ("instalment", "amount_fen", "happened_on", "text", "file")
    paper_label = _("银行回单")

    def prepare(self) -> None:
        super().prepare()
        found = _instalments(self.actor, self.row)
        self.fields["instalment"].choices = [("", _t("选一期")), *found]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        rows = Instalment.objects.of(self.actor).select_related("pledge__partnership")
        part = row_in(rows, found["instalment"])
        found["instalment"] = part
        if part is not None and not isinstance(self.row, Project):
            found["pledge"] = part.pledge
        return found


def _for(book: Book, path: str) -> dict[str, Any]:
    return {f"{path}{book.trail_kind}": book}


def _promised(actor: Actor, book: Book) -> Any:
    """The pledges of units on this book."""
    return (
        Pledge.objects.of(actor)
        .filter(**_for(book, "ask__"), partnership__isnull=False)
        .filter(state__in=("accepted", "under_way"))
        .select_related("partnership__organisation", "ask")
        .order_by("pk")
    )


def _instalments(actor: Actor, book: Book) -> list[tuple[str, str]]:
    rows = (
        Instalment.objects.of(actor)
        .filter(**_for(book, "pledge__ask__"), pledge__state__in=("accepted", "under_way"))
        .select_related("pledge__partnership__organisation", "pledge__person")
        .order_by("due_on", "pk")
    )
    words = _t("%(who)s 第 %(no)d 期 %(amount)s，%(day)s")
    return [
        (
            str(row.pk),
            words
            % {
                "who": row.pledge.partnership or "",
                "no": row.no,
                "amount": yuan(row.amount_fen),
                "day": wording.near_day(row.due_on),
            },
        )
        for row in rows
    ]


class LineForm(RecordForm):
    """What is paid, to whom, against which line of the budget."""

    line = pick(_("算在预算哪一项"), required=_("算在哪一项里？"))
    payee = a_text(_("付给谁"), 60, required=_("付给谁？"), autocomplete="off")
    field_order: tuple[str, ...] = ("line", "payee", "amount_fen", "happened_on", "text", "file")
    paper_label = _("发票、收据")

    def prepare(self) -> None:
        super().prepare()
        if not isinstance(self.row, Project):
            del self.fields["line"]
            return
        rows = BudgetLine.objects.of(self.actor).filter(project=self.row).order_by("no")
        known = [(str(row.pk), f"{row.no} {row.text}") for row in rows]
        self.fields["line"].choices = [("", _t("选一项")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        if "line" in found:
            found["line"] = row_in(BudgetLine.objects.of(self.actor), found["line"])
        return found


class DirectForm(LineForm):
    """A unit paid the contractor itself: raised, and never held here."""

    pledge = pick(_("哪家单位付的"), required=_("哪家单位付的？"))
    field_order = ("pledge", "line", "payee", "amount_fen", "happened_on", "text", "file")
    paper_label = _("付款凭据、发票")

    def prepare(self) -> None:
        super().prepare()
        known = [(str(row.pk), str(row.partnership)) for row in _promised(self.actor, self.row)]
        self.fields["pledge"].choices = [("", _t("选一家")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        found["pledge"] = row_in(_promised(self.actor, self.row), found["pledge"])
        return found


class AdvanceForm(RecordForm):
    """Money that somebody holds until it is accounted for."""

    advance_to = pick(_("谁拿着"), required=_("在谁手里？"))
    field_order: tuple[str, ...] = ("advance_to", "amount_fen", "happened_on", "text", "file")
    paper_label = _("借条、回单")

    def prepare(self) -> None:
        super().prepare()
        known = _colleagues(self.actor)
        self.fields["advance_to"].choices = [("", _t("选一位")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        found["advance_to"] = row_in(Person.objects.of(self.actor), found["advance_to"])
        return found


def _colleagues(actor: Actor) -> list[tuple[str, str]]:
    return [(str(c.person_id), f"{c.name}　{c.title}") for c in staff(actor)]


class AdvanceSpentForm(LineForm):
    """Something was paid out of an advance."""

    advance_to = pick(_("用谁手里的备用金"), required=_("用谁手里的？"))
    field_order = ("advance_to", "line", "payee", "amount_fen", "happened_on", "text", "file")

    def prepare(self) -> None:
        super().prepare()
        known = _colleagues(self.actor)
        self.fields["advance_to"].choices = [("", _t("选一位")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        found["advance_to"] = row_in(Person.objects.of(self.actor), found["advance_to"])
        return found


class RefundForm(FromForm):
    """Money goes back to whoever gave it."""

    pledge = pick(_("退哪一笔认捐的"))
    payee = a_text(_("退到哪里"), 60, hint=_("如“原账户”。可以不填。"), autocomplete="off")
    field_order = (
        *("pledge", "unit", "giver_name", "unnamed", "payee", "amount_fen", "happened_on"),
        *("text", "file"),
    )
    paper_label = _("银行回单")

    def prepare(self) -> None:
        super().prepare()
        known = [(str(row.pk), str(row.partnership)) for row in _promised(self.actor, self.row)]
        if not known:
            del self.fields["pledge"]
            return
        self.fields["pledge"].choices = [("", _t("不是认捐的")), *known]  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        found = super().told()
        if "pledge" in found:
            found["pledge"] = row_in(_promised(self.actor, self.row), found["pledge"])
        return found


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of voucher: its words, its form, the books it belongs in."""

    name: str
    label: str | Promise
    says: str | Promise
    form: type[RecordForm]
    books: tuple[str, ...] = ("collection", "project")
    fields: dict[str, str] = field(default_factory=dict)


ONLY_C, ONLY_P = ("collection",), ("project",)
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("gift", _("收到捐款"), _("转账进来的钱。箱里的现金由两个人清点。"), GiftForm),
        Kind("cash", _("当面收现金"), _("人家当面交来的现金。"), CashForm, ONLY_C),
        Kind("deposit", _("存现金"), _("当面收的现金存进账户。"), DepositForm, ONLY_C),
        Kind("instalment", _("收到认捐款"), _("单位照协议分期付来的。"), InstalmentForm),
        Kind(
            "direct", _("单位直接付款"), _("单位自己付给施工的，不经过社区。"), DirectForm, ONLY_P
        ),
        Kind("spend", _("付款"), _("从账户付出去。"), LineForm),
        Kind("draw", _("领备用金"), _("先领一笔拿在手里，用完报账。"), AdvanceForm),
        Kind("spend_advance", _("备用金付款"), _("用领出来的备用金付的。"), AdvanceSpentForm),
        Kind("put_back", _("交回备用金"), _("没用完的存回账户。"), AdvanceForm),
        Kind("refund", _("退款"), _("退给捐的人、捐的单位。"), RefundForm),
    )
}
"""In the order of the page; what each may do, and when, is the domain's."""


def record(book: Book, kind: Kind, told: dict[str, Any], form: RecordForm, by: Actor) -> Voucher:
    """Keep the paper and write the voucher. Raises `Refused`."""
    told["file"] = keep_sent(form, "file", kind="voucher", by=by)
    if isinstance(book, Project):
        return _of_project(book, kind.name, told, by)
    return _of_collection(book, kind.name, told, by)


def _of_project(book: Project, kind: str, told: dict[str, Any], by: Actor) -> Voucher:
    day = told.pop("happened_on")
    if kind == "instalment":
        return building.receive(book, by=by, received_on=day, **told)
    if kind == "direct":
        return building.paid_directly(book, by=by, paid_on=day, **told)
    if kind in ("spend", "spend_advance"):
        told["advance_of"] = told.pop("advance_to", None)
        return building.pay(book, by=by, paid_on=day, **told)
    if kind in ("draw", "put_back"):
        to, back = told.pop("advance_to"), kind == "put_back"
        return building.advance(book, by=by, to=to, back=back, on=day, **told)
    return record_voucher(book, by=by, kind=kind, happened_on=day, **told)


def _of_collection(book: Collection, kind: str, told: dict[str, Any], by: Actor) -> Voucher:
    if kind in ("gift", "cash"):
        return collecting.give(book, by=by, in_hand=kind == "cash", **told)
    if kind == "deposit":
        slip = told.pop("file")
        return collecting.deposit_in_hand(book, by=by, slip=slip, **told)
    if kind in ("spend", "spend_advance"):
        told["advance_of"] = told.pop("advance_to", None)
        return collecting.spend(book, by=by, **told)
    return record_voucher(book, by=by, kind=kind, **told)
