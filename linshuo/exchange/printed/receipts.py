"""What is handed over when a matter was heard: a receipt, and the slip that goes with the work.

Both carry the number and a title anyone may read; neither carries words, names or telephones of
residents. Four to an A4 page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need, Visibility
from linshuo.domain.papers.models import PaperKind
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.codes import spaced
from linshuo.kit.refused import Refused

MOST = 40
"""Receipts printed in one go: ten pages."""


def heard_today(viewer: Actor) -> list[Need]:
    """What was reported today, as far as the viewer may see it, oldest first."""
    today = clock.start_of(clock.today())
    rows = Need.objects.of(viewer).filter(visible(viewer), reported_at__gte=today)
    return list(rows.select_related("paper").order_by("reported_at", "pk")[:MOST])


def receipts(
    community: Community,
    needs: Sequence[Need],
    *,
    site: str,
    track: Callable[[str], str] | None,
    need_page: Callable[[str], str],
    with_slip: bool = False,
) -> bytes:
    """Receipts as a PDF, each followed by its need slip when `with_slip`. `track` gives a slip
    code's own address, `need_page` a public need's. Raises `Refused` when there is nothing."""
    if not needs:
        raise Refused("nothing", _("今天还没有记下的事，没有回执可印。"))
    cards: list[dict[str, Any]] = []
    for need in needs:
        cards.append(_receipt(need, track, need_page))
        if with_slip:
            cards.append(_slip(need))
    data = {
        "community": community.name,
        "phone": community.phone,
        "site": site,
        "heard": _("收到了。"),
        "slip": _("需求单"),
        "number_label": _("这件事的编号"),
        "how": _("打电话、到服务站，报后面四个数就能查。"),
        "code_label": _("便民条的码"),
        "after_label": _("办好以后"),
        "after": _("先问您好没好，您说好才算。"),
        "fields": [_("谁去办"), _("哪天去的"), _("办了什么"), _("居民怎么说")],
        "slip_keep": _("随事走，办完交回社区。"),
        "cards": cards,
    }
    return pdf("receipts", data)


def _shared(need: Need) -> dict[str, Any]:
    public = need.visibility == Visibility.PUBLIC and need.state in ("open", "done", "closed")
    when, what = _next(need)
    head, _dash, serial = need.number.rpartition("-")
    return {
        "head": f"{head}-" if head else "",
        "serial": serial,
        "title": need.public_title if public else "",
        "when": when,
        "what": what,
    }


def _receipt(
    need: Need, track: Callable[[str], str] | None, need_page: Callable[[str], str]
) -> dict[str, Any]:
    card = _shared(need)
    slip = need.paper if need.paper and need.paper.kind == PaperKind.SLIP else None
    code = slip.code if slip and slip.void_at is None else ""
    address = track(code) if code and track else ""
    if not address and card["title"]:
        address = need_page(need.number)
    return {
        **card,
        "kind": "receipt",
        "code": spaced(code) if code else "",
        "qr": qr(address) if address else "",
    }


def _slip(need: Need) -> dict[str, Any]:
    return {**_shared(need), "kind": "slip", "code": "", "qr": ""}


def _next(need: Need) -> tuple[str, str]:
    """By when, and what comes next."""
    told = {
        "reported": _("社区给您回话。"),
        "open": _("办结，有了结果告诉您。"),
        "done": _("问您：办好没有。"),
        "closed": _("再问一次：还好着吗。"),
    }
    if need.state not in told:
        return _("有了结果"), _("社区跟您说。")
    when = need.due_at
    if when is None or when < clock.now():
        return _("接下来"), told[need.state]
    day = wording.moment(when) if need.state == "reported" else wording.near_day(when)
    return _("%s前") % day, told[need.state]
