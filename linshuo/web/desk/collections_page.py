"""The page of one collection: its sums, what is missing, givers, boxes, goods, what was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.acts.collecting import lacks
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.lifecycle import COLLECTION
from linshuo.domain.board.models import Collection, LegalBasis
from linshuo.domain.funds import depositing, purposes
from linshuo.domain.funds.models import (
    Box,
    Disclosure,
    Goods,
    Opening,
    PurposeAnswer,
    PurposeChange,
)
from linshuo.domain.funds.queries import totals
from linshuo.insight import money
from linshuo.insight.money import Filters
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.money import yuan
from linshuo.web.desk.collections_form import UseForm
from linshuo.web.desk.disclosures_form import disclosure_row
from linshuo.web.desk.money_files import paper_url
from linshuo.web.desk.money_kinds import KINDS
from linshuo.web.desk.money_parts import (
    maybe,
    state_words,
    statement_url,
    sums_of,
    vouchers_url,
)
from linshuo.web.desk.projects_rows import Funder, funder_rows
from linshuo.web.desk.verbs import Button, Verb, VerbForm, buttons
from linshuo.web.doors import DoorRequest, page
from linshuo.web.second import proven
from linshuo.web.ui.forms import Form

WAY = ("draft", "open", "closed", "settled")
_FIRST = {"draft": "open", "closed": "settle"}
MOST = 12
MOST_ROWS = 6
GIVEN = ("gift", "cash", "goods", "instalment")


@dataclass(frozen=True, slots=True)
class BoxRow:
    """One box and how far its last opening has come."""

    pk: int
    serial: str
    where: str
    since: str
    now: str
    out: bool


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """Something given, and what became of it."""

    pk: int
    what: str
    who: str
    day: str
    value: str
    used: str
    may_use: bool
    voucher: int | None


def collection_page(
    request: DoorRequest,
    row: Collection,
    verbs: Mapping[str, Verb],
    *,
    opened: str = "",
    bound: VerbForm | None = None,
    use: tuple[int, Form] | None = None,
) -> HttpResponse:
    """The page; `opened` names the form that is open, the others are forms that came back."""
    keeps = may_keep(request.actor, row)
    records = request.actor.can(Can.MONEY_RECORD)
    change = _asking(row)
    shown = _buttons(request, row, verbs, change, keeps, records, opened, bound)
    moves = [b for name, b in shown.items() if name in ("open", "close", "settle", "drop")]
    prefix = request.community.prefix
    missing = lacks(row) if keeps else []
    goods = _goods(request, row, keeps or records)
    use = use or _blank_use(request, goods)
    used_url = ""
    if use is not None:
        used_url = reverse("desk:collection-use", args=[prefix, row.number, use[0]])
    context: dict[str, Any] = {
        "collection": row,
        "state_words": state_words(row),
        "path": _path(row),
        "sums": sums_of(request, row, totals(row)),
        "missing": missing,
        "missing_title": _missing_title(row),
        "buttons": moves,
        "gifts": _gifts(request, row),
        "gifts_url": vouchers_url(request, row, "booked"),
        "funders": _funders(request, row),
        "vouchers": money.recent(request.actor, row, MOST_ROWS),
        "vouchers_url": vouchers_url(request, row),
        "record_links": _records(request, row),
        "boxes": _boxes(row),
        "has_boxes": row.legal_basis != LegalBasis.AGREEMENT,
        "box_button": shown.get("box"),
        "goods": goods,
        "goods_button": shown.get("goods"),
        "use_pk": use[0] if use else None,
        "use_form": use[1] if use else None,
        "use_url": used_url,
        "disclosures": _disclosures(request, row),
        "disclose_button": shown.get("disclose"),
        "change": change,
        "change_view": _change(row, change, keeps) if change is not None else None,
        "purpose_button": shown.get("purpose"),
        "purpose_buttons": [shown[n] for n in ("purpose-settle", "purpose-drop") if n in shown],
        "facts": _facts(row),
        "papers": _papers(request, row),
        "statement_url": statement_url(request, row),
        "change_url": reverse("desk:collection-change", args=[prefix, row.number])
        if keeps and row.state in ("draft", "open")
        else "",
        "public_url": maybe("plaza:collection", prefix, row.number)
        if row.state in WAY[1:] and row.legal_basis != LegalBasis.MUTUAL
        else "",
        "mutual": row.legal_basis == LegalBasis.MUTUAL,
        "form": bound or (use[1] if use else None),
    }
    return page(request, "desk/collections/collection.html", context)


def _buttons(
    request: DoorRequest,
    row: Collection,
    verbs: Mapping[str, Verb],
    change: PurposeChange | None,
    keeps: bool,
    records: bool,
    opened: str,
    bound: VerbForm | None,
) -> dict[str, Button]:
    """The verbs the state leaves open; the guards have the last word."""
    names = []
    if keeps:
        names += [m.verb for m in COLLECTION.open_moves(row.state) if m.verb != "disclose"]
        if row.state in ("open", "closed"):
            names.append("disclose")
            names += ["purpose-settle", "purpose-drop"] if change is not None else ["purpose"]
    if row.state == "open":
        if row.legal_basis != LegalBasis.AGREEMENT and (keeps or records):
            names.append("box")
        names += ["goods"] if keeps or records else []
    prefix = request.community.prefix
    made = buttons(
        [verb for name, verb in verbs.items() if name in names],
        row,
        request.actor,
        lambda name: reverse("desk:collection-do", args=[prefix, row.number, name]),
        opened=opened,
        bound=bound,
        first=_FIRST.get(row.state, ""),
        proven=proven(request),
    )
    return {button.name: button for button in made}


def _path(row: Collection) -> list[dict[str, str]]:
    names = (row.state,) if row.state == "dropped" else WAY
    here = names.index(row.state)
    return [
        {
            "label": str(COLLECTION.states[name].label),
            "look": "past" if n < here else "now" if n == here else "",
        }
        for n, name in enumerate(names)
    ]


def _missing_title(row: Collection) -> str:
    words = {
        "draft": _("还缺什么，才能开始募集"),
        "open": _("还差什么，才能停止募集"),
        "closed": _("还差什么，才能结清"),
    }
    return words.get(row.state, "")


def _gifts(request: DoorRequest, row: Collection) -> list[money.VoucherRow]:
    found = money.vouchers(
        request.actor, Filters(tab="booked", kinds=GIVEN, book=row.number), size=MOST_ROWS
    )
    return found.rows


def _funders(request: DoorRequest, row: Collection) -> list[Funder]:
    return funder_rows(request, row)


def _records(request: DoorRequest, row: Collection) -> list[tuple[str, str]]:
    if not request.actor.can(Can.MONEY_RECORD):
        return []
    names = {"open": ("gift", "cash", "spend"), "closed": ("spend", "deposit")}.get(row.state, ())
    return [
        (
            reverse("desk:money-record", args=[request.community.prefix, row.number, name]),
            str(KINDS[name].label),
        )
        for name in names
    ]


def _boxes(row: Collection) -> list[BoxRow]:
    boxes = Box.objects.within(row.community_id).filter(collection=row).order_by("closed_on", "pk")
    found = list(boxes)
    last: dict[int, Opening] = {}
    openings = Opening.objects.within(row.community_id).filter(box__in=found)
    for opening in openings.select_related("deposit").order_by("pk"):
        last[opening.box_id] = opening
    return [_box(box, last.get(box.pk)) for box in found]


def _box(box: Box, last: Opening | None) -> BoxRow:
    if box.closed_on is not None:
        now = _("%s收回") % wording.near_day(box.closed_on)
    elif last is None:
        now = _("还没开过")
    elif last.closed_at is not None:
        now = _("%(day)s点过，%(sum)s") % {
            "day": wording.near_day(last.opened_at), "sum": yuan(last.counted_fen or 0)
        }  # fmt: skip
    else:
        now = opening_words(last)
    return BoxRow(
        pk=box.pk,
        serial=box.serial,
        where=box.where,
        since=wording.near_day(box.since),
        now=now,
        out=box.closed_on is None,
    )


def opening_words(opening: Opening) -> str:
    """How far an opening has come, or what it waits for."""
    if opening.closed_at is not None:
        return _("点完、存好了")
    if opening.counted_fen is None:
        return _("打开了，还没点完")
    lacking = depositing.lacks(opening)
    return str(lacking.sentence) if lacking is not None else _("都齐了，等了结")


def _goods(request: DoorRequest, row: Collection, works: bool) -> list[GoodsRow]:
    rows = Goods.objects.of(request.actor).filter(collection=row)
    whole = ("unit__organisation", "giver", "voucher", "use_voucher")
    return [_thing(each, works) for each in rows.select_related(*whole).order_by("-pk")[:60]]


def _thing(row: Goods, works: bool) -> GoodsRow:
    name = row.giver.name if row.giver else row.giver_name
    who = str(row.unit) if row.unit else _("不留名") if row.unnamed else mask_name(name)
    used = ""
    if row.used_on is not None:
        parts = (wording.near_day(row.used_on), row.used_for, row.given_to)
        used = "，".join(part for part in parts if part)
    undone = row.use_voucher is not None and row.use_voucher.refused_at is not None
    return GoodsRow(
        pk=row.pk,
        what=f"{row.item} {row.quantity}",
        who=who,
        day=wording.near_day(row.received_on),
        value=yuan(row.value_fen) if row.value_fen else "",
        used=used,
        may_use=works and (row.used_on is None or undone),
        voucher=row.voucher_id,
    )


def _blank_use(request: DoorRequest, goods: list[GoodsRow]) -> tuple[int, Form] | None:
    chosen = request.GET.get("use", "")
    found = next((g for g in goods if str(g.pk) == chosen and g.may_use), None)
    return (found.pk, UseForm(auto_id="use_%s", label_suffix="")) if found is not None else None


def _disclosures(request: DoorRequest, row: Collection) -> list[dict[str, str]]:
    rows = Disclosure.objects.of(request.actor).filter(collection=row).order_by("-until", "-pk")
    return [disclosure_row(request, each) for each in rows[:MOST]]


def _asking(row: Collection) -> PurposeChange | None:
    rows = PurposeChange.objects.within(row.community_id).select_related("collection")
    return rows.filter(collection=row, settled_at__isnull=True).first()


def _change(row: Collection, change: PurposeChange, keeps: bool) -> dict[str, Any]:
    """Who was asked about another purpose, and what each said."""
    said = dict(
        PurposeAnswer.objects.within(row.community_id)
        .filter(change=change)
        .values_list("voucher_id", "agrees")
    )
    far = purposes.asked(change)
    gifts = purposes.askable(row).select_related("giver", "unit__organisation").order_by("pk")
    words = {True: _("同意"), False: _("不同意"), None: _("还没问")}
    return {
        "purpose": change.purpose,
        "because": change.because,
        "agreed": far.agreed,
        "refused": far.refused,
        "to_ask": far.to_ask,
        "unnamed": purposes.for_the_unnamed(row.legal_basis, far.unnamed_fen)
        if far.unnamed_fen
        else "",
        "gifts": [
            {
                "pk": gift.pk,
                "who": money.giver_of(gift),
                "amount": yuan(gift.amount_fen),
                "said": words[said.get(gift.pk)],
            }
            for gift in gifts[:200]
        ],
        "may_answer": keeps,
    }


def _facts(row: Collection) -> list[tuple[str, str]]:
    told = [
        (_("用来做什么"), row.purpose),
        (_("再说几句"), row.about),
        (_("依据"), str(row.get_legal_basis_display()) if row.legal_basis else _("还没定")),
        (_("钱由谁保管"), row.holder or _("还没定")),
        (_("慈善组织"), row.charity),
        (_("资格证书号"), row.charity_certificate),
        (_("备案号"), row.filing_no),
        (_("哪天决议的"), wording.day(row.resolution_on) if row.resolution_on else ""),
        (_("从哪天起"), wording.day(row.opens) if row.opens else ""),
        (_("到哪天为止"), wording.day(row.closes) if row.closes else ""),
        (_("谁负责"), row.owner.name if row.owner else _("还没定")),
        (_("在哪里"), row.place.full_name),
        (_("为哪件事"), row.need.number if row.need else ""),
        (_("下一次要做的"), _due(row)),
    ]
    return [(term, words) for term, words in told if words]


def _due(row: Collection) -> str:
    if row.due_at is None:
        return ""
    words = {
        "open": _("%s以前开始"),
        "disclose": _("%s以前公开收支"),
        "final": _("%s以前做最后的公开"),
    }
    return words.get(row.due_for, "%s") % wording.near_day(row.due_at)


def _papers(request: DoorRequest, row: Collection) -> list[tuple[str, str]]:
    told = (("agreement", _("看协议")), ("resolution_file", _("看决议")))
    return [
        (paper_url(request, "collection", row.pk, which), label)
        for which, label in told
        if getattr(row, f"{which}_id")
    ]
