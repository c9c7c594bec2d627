"""What whoever signed takes home: what they took on, what comes next, and how to let go.

Four to an A4 page, like the receipts of matters. A person is masked and a unit is not; of a matter
that not everyone may see there is only the number and the line itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.board.queries import kind_of, title_of
from linshuo.domain.needs.models import Visibility
from linshuo.domain.papers.models import Paper
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.access import visible
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import ahead_of, who_of
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused

MOST = 120
"""Receipts printed in one go: thirty pages, a sheet with every line signed."""
PUBLIC_STATES = ("open", "done", "closed")


def of_sheet(viewer: Actor, sheet: Paper) -> list[Pledge]:
    """What was typed back from a sheet and still holds or waits, in the order it was typed."""
    rows = Pledge.objects.of(viewer).filter(visible(viewer), paper=sheet).exclude(state="ended")
    joined = rows.select_related(
        "person",
        "partnership__organisation",
        *(f"ask__{name}" for name in ("need", "post", "asset", "offer")),
    )
    return list(joined.order_by("pk")[:MOST])


def pledge_receipts(
    community: Community,
    pledges: Iterable[Pledge],
    *,
    site: str,
    need_page: Callable[[str], str],
    board: str,
) -> bytes:
    """Receipts as a PDF. `need_page` gives a public need's address, `board` the board's.

    Raises `Refused` when there is nothing that holds or waits.
    """
    standing = [pledge for pledge in pledges if pledge.state != "ended"]
    if not standing:
        raise Refused("nothing", _("没有还认着的，没有回执可印。"))
    data = {
        "community": community.name,
        "phone": community.phone,
        "site": site,
        "number_label": _("这件事的编号"),
        "how": "",
        "code_label": "",
        "after_label": _("做不了了"),
        "after": _("打电话，或者到服务站说一声，不用说原因。"),
        "cards": [_card(pledge, need_page, board) for pledge in standing],
    }
    return pdf("receipts", data)


def _card(pledge: Pledge, need_page: Callable[[str], str], board: str) -> dict[str, Any]:
    ask, need = pledge.ask, pledge.ask.need
    head, _dash, serial = need.number.rpartition("-") if need else ("", "", "")
    public = need is None or (need.visibility == Visibility.PUBLIC and need.state in PUBLIC_STATES)
    when, what = _next(pledge)
    places = f" {pledge.slots} {ask.unit}" if pledge.slots > 1 else ""
    address = need_page(need.number) if need and public else board
    return {
        "kind": "pledge",
        "heading": _("排上队了。") if pledge.state == "waiting" else _("认下了，谢谢您。"),
        "head": f"{head}-" if head else "",
        "serial": serial,
        "title": title_of(ask) if public else "",
        "who": who_of(pledge),
        "line": f"{kind_of(ask)}：{ask.text}{places}",
        "when": when,
        "what": what,
        "code": "",
        "qr": qr(address),
    }


def _next(pledge: Pledge) -> tuple[str, str]:
    """By when, and what comes next, said to whoever signed."""
    day = _("%s前") % wording.near_day(pledge.due_at) if pledge.due_at else _("接下来")
    if pledge.state == "waiting":
        return _("排在第 %d 位") % (ahead_of(pledge) + 1), _("空出来先问您，来不来到时候再说。")
    if pledge.state == "asked":
        return day, _("空出来一位，回一句来不来。")
    if pledge.state == "under_way" and pledge.amount_fen is not None and pledge.until:
        last = _("%s前") % wording.near_day(pledge.until)
        return last, _("按协议分期付，每一笔到了都有收据。")
    if pledge.state == "under_way" and pledge.planned_on:
        planned = f"{wording.near_day(pledge.planned_on)} {wording.weekday(pledge.planned_on)}"
        return planned, _("约好的日子。")
    return day, _("社区和您联系，约个日子。")
