"""存成数字: from the address of a list to the page that keeps its filters under a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, QueryDict

from linshuo.insight.lists import LEDGER, LISTS, Listed
from linshuo.web.desk import check_ins, ledger, money_vouchers, pledges
from linshuo.web.doors import DoorRequest

PAGES = {
    LEDGER: "desk:ledger",
    "pledges": "desk:pledges",
    "check-ins": "desk:check-ins",
    "vouchers": "desk:money-vouchers",
}
"""Where each list stands."""
READ: dict[str, Callable[[QueryDict], Any]] = {
    LEDGER: ledger.filters_from,
    "pledges": pledges.filters_from,
    "check-ins": check_ins.filters_from,
    "vouchers": money_vouchers.filters_from,
}


def list_from(request: DoorRequest) -> tuple[str, Listed, Any]:
    """Which list the address names, and its filters. 404 for one that is not there or theirs."""
    key = request.GET.get("list", LEDGER)
    listed = LISTS.get(key)
    if listed is None or not request.actor.can(listed.can):
        raise Http404
    return key, listed, READ[key](request.GET)
