"""募集: the list, one written down, and one on a page: what is missing, givers, boxes, goods."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linshuo.acts import collecting as acts
from linshuo.domain.board import collecting as board
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.models import Collection
from linshuo.domain.funds import boxes, disclosing, goods, purposes
from linshuo.domain.funds.models import Goods, PurposeChange, Voucher
from linshuo.domain.needs.queries import get_need
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.collections_form import (
    BoxForm,
    CollectionForm,
    GoodsForm,
    OpenForm,
    PurposeForm,
    SettlePurposeForm,
    UseForm,
)
from linshuo.web.desk.collections_page import collection_page
from linshuo.web.desk.disclosures_form import DraftForm
from linshuo.web.desk.lists import newest_first
from linshuo.web.desk.money_forms import keep_sent
from linshuo.web.desk.money_parts import book_rows, book_url
from linshuo.web.desk.verbs import EmptyForm, Verb, VerbForm, asks_twice, carry_out, table
from linshuo.web.doors import DoorRequest, page, second_factor, staff_door

PAGE = 30
TABS = (
    ("live", _l("在办"), Q(state__in=("draft", "open", "closed"))),
    ("over", _l("结清了"), Q(state="settled")),
    ("dropped", _l("不办了"), Q(state="dropped")),
)


def get_collection(request: DoorRequest, number: str) -> Collection:
    """One collection of this community, or 404."""
    rows = Collection.objects.of(request.actor).select_related("place", "owner", "need")
    found = rows.filter(number=number.upper()[:20]).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_door(Can.MONEY_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """The collections, the latest first; the filters stand in the address."""
    found, context = newest_first(
        request.GET,
        Collection.objects.of(request.actor).select_related("place"),
        TABS,
        matching=_matching,
        size=PAGE,
    )
    context |= {
        "books": book_rows(request, found),
        "keeps": request.actor.can(Can.COLLECTION_KEEP),
    }
    return page(request, "desk/collections/list.html", context)


def _matching(words: str) -> Q:
    return Q(name__icontains=words) | Q(number__icontains=words)


@require_http_methods(["GET", "POST"])
@staff_door(Can.COLLECTION_KEEP)
def new(request: DoorRequest) -> HttpResponse:
    """办一个募集. `?need=JF-2019-0042` begins with what that need says."""
    if request.method == "POST":
        form = CollectionForm(request.POST, request.FILES, actor=request.actor)
        if form.is_valid():
            try:
                made = board.draft(by=request.actor, **form.told())
            except NotYours:
                raise
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, _("写下了，编号 %s。备齐了再开始。") % made.number)
                return HttpResponseRedirect(book_url(request, made))
    else:
        form = CollectionForm(initial=_of_need(request), actor=request.actor)
    back = reverse("desk:collections", args=[request.community.prefix])
    return page(request, "desk/collections/form.html", {"form": form, "back_url": back})


def _of_need(request: DoorRequest) -> dict[str, Any]:
    number = request.GET.get("need", "")[:20]
    me = str(request.actor.person_id or "")
    if not number:
        return {"owner": me}
    need = get_need(request.actor, number)
    return {"need": need.number, "place": str(need.place_id), "owner": str(need.owner_id or me)}


@require_http_methods(["GET", "POST"])
@staff_door(Can.COLLECTION_KEEP)
def change(request: DoorRequest, number: str) -> HttpResponse:
    """Change what is said of a collection: a draft whole, an open one its words and last day."""
    row = get_collection(request, number)
    if row.state not in ("draft", "open") or not may_keep(request.actor, row):
        raise Http404
    if request.method == "POST":
        form = CollectionForm(request.POST, request.FILES, actor=request.actor, collection=row)
        if form.is_valid():
            try:
                board.change(row, by=request.actor, **form.told())
            except NotYours:
                raise
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, _("改好了。"))
                return HttpResponseRedirect(book_url(request, row))
    else:
        form = CollectionForm(initial=_known(row), actor=request.actor, collection=row)
    context = {"form": form, "collection": row, "back_url": book_url(request, row)}
    return page(request, "desk/collections/form.html", context)


def _known(row: Collection) -> dict[str, Any]:
    names = (
        *("name", "purpose", "about", "legal_basis", "holder", "resolution_on", "charity"),
        *("charity_certificate", "filing_no", "opens", "closes"),
    )
    return {
        **{name: getattr(row, name) for name in names},
        "place": str(row.place_id),
        "owner": str(row.owner_id or ""),
        "need": row.need.number if row.need else "",
    }


# --- one collection -------------------------------------------------------------------------------


def _asking(row: Collection) -> PurposeChange:
    rows = PurposeChange.objects.within(row.community_id).select_related("collection")
    found = rows.filter(collection=row, settled_at__isnull=True).first()
    if found is None:
        raise Refused("none", _("没有在问的用途。"))
    return found


VERBS = table(
    Verb(
        "open", _l("开始募集"), OpenForm,
        lambda row, data, by: board.open_up(row, by=by, **data), _l("开始了。"),
        says=_l("开始以后，名称、用途、依据、保管人都不能再改。"),
    ),
    Verb(
        "close", _l("停止募集"), EmptyForm,
        lambda row, _data, by: acts.close(row, by=by), _l("停了，三个月以内要做最后的公开。"),
        says=_l("不再收钱收物，榜上的一行收起来。"),
    ),
    Verb(
        "settle", _l("结清"), EmptyForm,
        lambda row, _data, by: acts.settle(row, by=by), _l("结清了。"),
        says=_l("最后的收支公开过，账上的都有了去处。结清以后账不再动。"),
    ),
    Verb(
        "drop", _l("不办了"), EmptyForm,
        lambda row, _data, by: acts.drop(row, by=by), _l("不办了。"),
        says=_l("还没收过钱物的才能不办。"), look="bare",
    ),
    Verb(
        "box", _l("放一个箱子"), BoxForm,
        lambda row, data, by: boxes.set_out(row, by=by, **data), _l("记下了。开箱时在这里点数。"),
    ),
    Verb(
        "goods", _l("收东西"), GoodsForm,
        lambda row, data, by: goods.receive(row, by=by, **data), _l("记下了。"), second=True,
        fields={"amount": "value_fen", "value": "value_fen"},
    ),
    Verb(
        "disclose", _l("起草公开"), DraftForm,
        lambda row, data, by: disclosing.draft(row, by=by, **data), _l("起草好了，看过再公开。"),
        says=_l("数字从账上来，不用填。"),
    ),
    Verb(
        "purpose", _l("想改用途"), PurposeForm,
        lambda row, data, by: purposes.propose(row, by=by, **data),
        _l("记下了，一位一位问过捐的人再改。"),
        says=_l("捐的人都同意了才能改；有人不同意的，先退给他。"),
    ),
    Verb(
        "purpose-settle", _l("都同意了，改"), SettlePurposeForm,
        lambda row, data, by: purposes.settle(_asking(row), by=by, **data), _l("改好了。"),
    ),
    Verb(
        "purpose-drop", _l("不改了"), EmptyForm,
        lambda row, _data, by: purposes.give_up(_asking(row), by=by), _l("不改，照原来的用。"),
        look="bare",
    ),
)  # fmt: skip
PARTS = {
    "box": "boxes", "goods": "goods", "disclose": "disclosures", "purpose": "purpose",
    "purpose-settle": "purpose", "purpose-drop": "purpose",
}  # fmt: skip
"""Where on the page one is after a verb."""


@require_GET
@staff_door(Can.MONEY_READ)
def show(request: DoorRequest, number: str) -> HttpResponse:
    """One collection. `?do=box` opens that form, `?use=3` the one of some goods."""
    row = get_collection(request, number)
    return collection_page(request, row, VERBS, opened=request.GET.get("do", ""))


@require_http_methods(["GET", "POST"])
@staff_door(Can.COLLECTION_KEEP, Can.MONEY_RECORD)
@asks_twice(VERBS)
def act(request: DoorRequest, number: str, verb: str) -> HttpResponse:
    """A GET shows the page with that form open; a POST carries it out, and refused, the same page
    comes back with what was typed."""
    row = get_collection(request, number)
    if verb not in VERBS:
        raise Http404
    if request.method == "GET":
        return collection_page(request, row, VERBS, opened=verb)
    part = PARTS.get(verb, "")
    url = book_url(request, row) + (f"#{part}" if part else "")

    def again(form: VerbForm | None) -> HttpResponse:
        fresh = get_collection(request, number)
        return collection_page(request, fresh, VERBS, opened=verb, bound=form)

    return carry_out(
        request, VERBS[verb], row, then=lambda _done: HttpResponseRedirect(url), again=again
    )


@require_POST
@staff_door(Can.COLLECTION_KEEP, Can.MONEY_RECORD)
@second_factor
def use(request: DoorRequest, number: str, pk: int) -> HttpResponse:
    """What goods were used for."""
    row = get_collection(request, number)
    found = Goods.objects.of(request.actor).filter(collection=row, pk=pk).first()
    if found is None:
        raise Http404
    form = UseForm(request.POST, request.FILES, auto_id="use_%s", label_suffix="")
    if form.is_valid():
        try:
            data = {k: v for k, v in form.cleaned_data.items() if k != "file"}
            file = keep_sent(form, "file", kind="voucher", by=request.actor)
            goods.use(found, by=request.actor, file=file, **data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("记下了。"))
            return HttpResponseRedirect(f"{book_url(request, row)}#goods")
    return collection_page(request, row, VERBS, use=(pk, form))


@require_POST
@staff_door(Can.COLLECTION_KEEP)
def answer(request: DoorRequest, number: str, pk: int) -> HttpResponse:
    """What whoever gave says to another purpose: `agrees` is yes or no."""
    row = get_collection(request, number)
    gift = Voucher.objects.of(request.actor).filter(collection=row, pk=pk).first()
    said = request.POST.get("agrees", "")
    if gift is None or said not in ("yes", "no"):
        raise Http404
    purposes.answer(_asking(row), gift, by=request.actor, agrees=said == "yes")
    messages.success(request, _("记下了。"))
    return HttpResponseRedirect(f"{book_url(request, row)}#purpose")
