"""收支公开 on paper: what hangs on the wall. It names no giver; what is still a draft says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.funds.access import of_book
from linshuo.domain.funds.checks import COMES_IN, GOES_OUT, booked
from linshuo.domain.funds.disclosing import book_of
from linshuo.domain.funds.models import Disclosure, Goods, Voucher, VoucherKind
from linshuo.domain.funds.public import clean, payee_of
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf
from linshuo.exchange.printed.money import frame
from linshuo.kit import wording
from linshuo.kit.money import spoken, yuan

MOST = 200


def disclosure_paper(
    community: Community, disclosure: Disclosure, *, at: datetime | None = None
) -> bytes:
    """The disclosure as a PDF. Raises `Refused` without a font."""
    return pdf("disclosure", disclosure_data(community, disclosure, at=at))


def disclosure_data(
    community: Community, d: Disclosure, *, at: datetime | None = None
) -> dict[str, Any]:
    """What stands on it. The sums are those that were frozen with it."""
    book, n = book_of(d), d.numbers
    moved = Voucher.objects.within(community.pk).filter(
        booked(**of_book(book)), happened_on__gte=d.since, happened_on__lte=d.until
    )
    if d.published_at is not None:
        moved = moved.filter(booked_at__lte=d.published_at)
    return {
        **frame(community, at),
        "title": _title(d),
        "name": book.name,
        "number": book.number,
        "period": _("%(since)s到%(until)s")
        % {"since": wording.day(d.since), "until": wording.day(d.until)},
        "sentences": _sentences(d, book.holder if isinstance(book, Collection) else ""),
        "sums": [
            [_("收到"), yuan(n["raised"])],
            [_("花掉"), yuan(n["spent"])],
            [_("还剩"), yuan(n["left"])],
        ],
        "words_label": _("说明"),
        "words": "\n".join(filter(None, [d.words, _left_words(d)])),
        "came_label": _("这一段怎么来的"),
        "came_columns": [_("来路"), _("笔数"), _("金额")],
        "came": _came(moved, n),
        "went_label": _("这一段花到哪里"),
        "went_columns": [_("日期"), _("做什么"), _("付给谁"), _("金额")],
        "went": _went(moved),
        "goods_label": _("捐的东西"),
        "goods_columns": [_("什么"), _("数量"), _("去向")],
        "goods": _goods(community.pk, d),
        "facts_label": _("凭什么，谁负责"),
        "facts": _facts(d),
        "signs": [_("经办"), _("监督"), _("（盖章）")],
    }


def _title(d: Disclosure) -> str:
    if d.published_at is None:
        return _("收支公开（草稿，还没公开）")
    if d.corrects_id is not None:
        return _("收支公开（更正）")
    return _("最后一次收支公开") if d.kind == Disclosure.Kind.FINAL else _("收支公开")


def _left_words(d: Disclosure) -> str:
    return _("剩下的：%s") % d.leftover if d.leftover else ""


def _sentences(d: Disclosure, holder: str) -> list[str]:
    n = d.numbers
    said = [
        _("从开始到现在一共收到 %s。") % spoken(n["raised"]),
        _("一共花掉 %s。") % spoken(n["spent"]),
        _("还剩 %(left)s，由%(holder)s保管。") % {"left": spoken(n["left"]), "holder": holder}
        if holder
        else _("还剩 %s。") % spoken(n["left"]),
    ]
    if n.get("direct"):
        said.append(_("其中 %s 由单位直接付给施工的，没有经过社区。") % spoken(n["direct"]))
    return said


def _came(moved: Any, n: dict[str, int]) -> list[list[str]]:
    rows = (
        moved.filter(kind__in=COMES_IN)
        .order_by()
        .values_list("kind")
        .annotate(many=Count("pk"), fen=Sum("amount_fen"))
    )
    found = sorted(rows, key=lambda row: -row[2])
    told = [[str(VoucherKind(kind).label), str(many), yuan(fen)] for kind, many, fen in found]
    rest = n.get("raised_since", 0) - sum(row[2] for row in found)
    if rest and "raised_since" in n:
        told.append([_("退回、冲销和差额"), "", yuan(rest)])
    return told


def _went(moved: Any) -> list[list[str]]:
    rows = moved.filter(kind__in=GOES_OUT).select_related("line", "unit", "giver")
    return [
        [v.happened_on.isoformat(), clean(v.text, v), payee_of(v.payee), yuan(v.amount_fen)]
        for v in rows.order_by("happened_on", "pk")[:MOST]
    ]


def _goods(community_id: int, d: Disclosure) -> list[list[str]]:
    rows = Goods.objects.within(community_id).filter(
        **of_book(book_of(d)), received_on__gte=d.since, received_on__lte=d.until
    )
    return [
        [clean(g.item, g), g.quantity, clean(g.used_for, g) or _("还没有用")]
        for g in rows.select_related("giver").order_by("received_on", "pk")[:MOST]
    ]


def _facts(d: Disclosure) -> list[list[str]]:
    book = book_of(d)
    told: list[tuple[str, str]] = []
    if isinstance(book, Collection):
        told = [
            (_("依据"), str(LegalBasis(book.legal_basis).label) if book.legal_basis else ""),
            (_("谁保管"), book.holder),
            (_("慈善组织"), f"{book.charity} {book.filing_no}".strip()),
            (_("收来做什么"), book.purpose),
        ]
    else:
        told = [(_("谁定的"), book.resolution), (_("谁来做"), book.contractor)]
    if d.published_at is not None:
        told.append((_("公开的日子"), wording.day(d.published_at)))
    return [[term, words] for term, words in told if words]
