"""The rail of the desk: where one can go from here, and what is waiting there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need
from linshuo.insight import at_the_door
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can


@dataclass(frozen=True, slots=True)
class RailItem:
    """One tab of the rail. `count` 0 shows no figure."""

    url: str
    label: str
    count: int = 0
    current: bool = False


TABS = (
    ("today", _("今天"), Can.NEED_READ),
    ("incoming", _("刚听到的"), Can.NEED_ACCEPT),
    ("notebook", _("民情笔记"), Can.NOTE_WRITE),
    ("ledger", _("问题台账"), Can.NEED_READ),
    ("pledges", _("认领认捐"), Can.NEED_READ),
    ("check-ins", _("报到处"), Can.PERSON_READ),
    ("posts", _("岗和班"), Can.NEED_READ),
    ("activities", _("活动和会"), Can.NEED_READ),
    ("money", _("钱"), Can.MONEY_READ),
    ("calls", _("电话单"), Can.NEED_CONFIRM),
    ("hours", _("时长核对"), Can.HOURS_CHECK),
    ("honours", _("评选表扬"), Can.NEED_READ),
    ("letters", _("信件"), Can.LETTER_KEEP),
    ("complaints", _("投诉和建议"), Can.COMPLAINT_ANSWER),
    ("search", _("找一找"), Can.NEED_READ),
    ("people", _("人和单位"), Can.PERSON_READ),
    ("sheets", _("榜的纸"), Can.NEED_WORK),
    ("slips", _("便民条"), Can.PAPER_ISSUE),
    ("papers", _("所有的表"), Can.NEED_READ),
    ("places", _("地方"), Can.PLACE_WRITE),
    ("import", _("导入"), Can.NEED_IMPORT),
    ("figures", _("数字"), Can.FIGURE_READ),
    ("settings", _("设置"), Can.PLACE_WRITE),
)
"""Name of the address (`desk:<name>`), word on the tab, and who gets it."""


def rail(request: HttpRequest, actor: Actor, prefix: str) -> list[RailItem]:
    """The tabs this actor can open, with the one they are under marked. Two queries."""
    open_tabs = [
        (name, label, reverse(f"desk:{name}", args=[prefix]))
        for name, label, can in TABS
        if actor.can(can)
    ]
    here = max(
        (url for _name, _label, url in open_tabs if _under(request.path, url, prefix)),
        key=len,
        default="",
    )
    waiting = _waiting(actor)
    return [
        RailItem(url, str(label), waiting.get(name, 0), url == here)
        for name, label, url in open_tabs
    ]


def _under(path: str, url: str, prefix: str) -> bool:
    """Whether the page at `path` belongs to the tab: the first page has none below it."""
    return path == url if url == f"/desk/{prefix}/" else path.startswith(url)


def _waiting(actor: Actor) -> dict[str, int]:
    """Live matters: those one owns and owes today, and all one sees."""
    if not actor.can(Can.NEED_READ):
        return {}
    tonight = clock.start_of(clock.today() + timedelta(days=1))
    mine = Q(owner_id=actor.person_id, due_at__lt=tonight)
    found = (
        Need.objects.of(actor)
        .filter(visible(actor), state__in=LIVE)
        .aggregate(ledger=Count("pk"), today=Count("pk", filter=mine))
    )
    return {
        "ledger": found["ledger"],
        "today": found["today"],
        "incoming": at_the_door.count(actor),
    }
