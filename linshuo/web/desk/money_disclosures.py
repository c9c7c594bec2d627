"""收支公开: drafts that came on their dates, read by a person, published for good or corrected."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods

from linshuo.domain.board.access import may_keep
from linshuo.domain.funds import disclosing
from linshuo.domain.funds.models import Disclosure
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.web.desk.disclosures_form import PublishForm, disclosure_row
from linshuo.web.desk.money_parts import book_url, maybe, statement_url
from linshuo.web.desk.verbs import EmptyForm, Verb, VerbForm, buttons, carry_out, table
from linshuo.web.doors import DoorRequest, page, staff_door

MOST = 100
VERBS = table(
    Verb(
        "publish", _l("公开"), PublishForm,
        lambda row, data, by: disclosing.publish(row, by=by, **data), _l("公开了。"),
        says=_l("公开以后不再改；有错，另写一份更正，原来的留着。"), look="zhu",
    ),
    Verb(
        "redraw", _l("按现在的账更新数字"), EmptyForm,
        lambda row, _data, by: disclosing.redraw(row, by=by), _l("更新了，看一遍再公开。"),
        says=_l("起草以后账动过的，重新算一遍。"),
    ),
    Verb(
        "correct", _l("更正"), EmptyForm,
        lambda row, _data, by: disclosing.correct(row, by=by), _l("起草好了，写明错在哪里再公开。"),
        says=_l("按现在的账另起草一份，公开过的留着。"),
    ),
)  # fmt: skip


@require_GET
@staff_door(Can.MONEY_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """The drafts first, then what was published, the latest first."""
    rows = Disclosure.objects.of(request.actor).select_related("collection", "project")
    drafts = rows.filter(published_at__isnull=True).order_by("until", "pk")
    told = rows.filter(published_at__isnull=False).order_by("-until", "-pk")

    def shown(found: Any) -> list[dict[str, str]]:
        return [
            {**disclosure_row(request, row), "book": disclosing.book_of(row).name}
            for row in found[:MOST]
        ]

    context = {"drafts": shown(drafts), "published": shown(told)}
    return page(request, "desk/money/disclosures.html", context)


def _get(request: DoorRequest, pk: int) -> Disclosure:
    whole = (
        *("collection__place", "project__place", "collection__owner", "project__owner"),
        *("published_by", "corrects"),
    )
    row = Disclosure.objects.of(request.actor).select_related(*whole).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@require_GET
@staff_door(Can.MONEY_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One disclosure as everyone will read it."""
    return _page(request, _get(request, pk))


@require_http_methods(["POST"])
@staff_door(Can.COLLECTION_KEEP, Can.PROJECT_KEEP)
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Publish it, draw it anew, or begin a correction."""
    row = _get(request, pk)
    if verb not in VERBS or not may_keep(request.actor, disclosing.book_of(row)):
        raise Http404

    def then(made: Disclosure) -> HttpResponse:
        args = [request.community.prefix, made.pk]
        return HttpResponseRedirect(reverse("desk:money-disclosure", args=args))

    return carry_out(
        request,
        VERBS[verb],
        row,
        then=then,
        again=lambda form: _page(request, _get(request, pk), opened=verb, bound=form),
    )


def _page(
    request: DoorRequest, row: Disclosure, *, opened: str = "", bound: VerbForm | None = None
) -> HttpResponse:
    prefix, book = request.community.prefix, disclosing.book_of(row)
    names = []
    if may_keep(request.actor, book):
        names = ["correct"] if row.published_at else ["publish", "redraw"]
    made = buttons(
        [VERBS[name] for name in names],
        row,
        request.actor,
        lambda name: reverse("desk:money-disclosure-do", args=[prefix, row.pk, name]),
        opened=opened,
        bound=bound,
        title=book.name,
    )
    _begin_with(made, row)
    who = row.published_by.name if row.published_by else ""
    url = statement_url(request, book)
    context: dict[str, Any] = {
        "row": row,
        "book": book,
        "book_url": book_url(request, book),
        "kind": row.get_kind_display(),
        "since": wording.day(row.since),
        "until": wording.day(row.until),
        "rows_url": f"{url}?until={row.until.isoformat()}",
        "numbers": _numbers(row),
        "published": f"{who}，{wording.moment(row.published_at)}" if row.published_at else "",
        "buttons": made,
        "paper_url": maybe("desk:money-disclosure-pdf", prefix, row.pk),
        "form": bound,
    }
    return page(request, "desk/money/disclosure.html", context)


def _begin_with(made: list[Any], row: Disclosure) -> None:
    for button in made:
        if button.name == "publish" and not button.form.is_bound:
            button.form.initial = {"words": row.words, "leftover": row.leftover}


def _numbers(row: Disclosure) -> list[tuple[str, str]]:
    n = row.numbers
    sums = (
        (_("答应给"), "promised"),
        (_("收到"), "raised"),
        (_("其中单位直接付的"), "direct"),
        (_("花掉"), "spent"),
        (_("还剩"), "left"),
        (_("这一段收到"), "raised_since"),
        (_("这一段花掉"), "spent_since"),
    )
    told = [
        (label, yuan(n[key]))
        for label, key in sums
        if n.get(key) or key in ("raised", "spent", "left")
    ]
    counted = (
        (_("收了几笔"), "gifts"),
        (_("其中不留名的"), "unnamed"),
        (_("付了几笔"), "payments"),
    )
    return told + [(label, str(n.get(key, 0))) for label, key in counted]
