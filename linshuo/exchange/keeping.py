"""留多久: what is kept only for a time, how long, why, and taking it away when the time is over.

A person's words and numbers are kept no longer than what they were told for needs (个人信息保护法
§19, §47). What a law says must stay (the books, the trail) is not here; `KEPT_ON` names it for the
page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.acts.personal import TEXTS
from linshuo.acts.redacting import blank, drop_contents
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers import actions as papers
from linshuo.domain.people.models import CheckIn
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.exchange.models import Import
from linshuo.kit import clock
from linshuo.kit.actor import Actor

AT_ONCE = 200
"""Rows of one kind in one go of the clock; the next go takes the next."""


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of thing that is kept for a time."""

    key: str
    name: Any
    source: Any
    setting: str
    over: Callable[[int, datetime], Iterable[Any]]
    """Rows of a community whose time was over at a moment, and that still hold something."""
    take_away: Callable[[Any, Actor], bool]

    @property
    def days(self) -> int:
        return int(getattr(settings, self.setting))

    def due(self, community_id: int, at: datetime | None = None) -> list[Any]:
        """What is to be taken away at a moment."""
        return list(self.over(community_id, (at or clock.now()) - timedelta(days=self.days)))


def _sheets(community_id: int, before: datetime) -> list[Import]:
    rows = Import.objects.within(community_id).select_related("file")
    rows = rows.exclude(state__in=[Import.State.WAITING, Import.State.RUNNING])
    since = Coalesce("finished_at", "created_at")
    old = rows.alias(since=since).filter(since__lt=before).order_by("pk")
    return [j for j in old if papers.path_of(community_id, j.file.sha256).exists()]


def _drop_sheet(job: Import, by: Actor) -> bool:
    newer = Import.objects.within(job.community_id).filter(file=job.file_id, pk__gt=job.pk)
    if newer.exists():
        return False  # the same sheet was handed in again: its time is the later one's
    record("file:drop", row=job.file, by=by)
    transaction.on_commit(lambda: drop_contents([job.file]))
    return True


def _strangers(community_id: int, before: datetime) -> list[Incoming]:
    rows = Incoming.objects.within(community_id).filter(
        Q(let_in_at__lt=before) | Q(turned_away_at__lt=before)
    )
    holds = ~Q(name_enc="") | ~Q(phone_enc="") | Q(turned_away_at__lt=before, photo__isnull=False)
    return list(rows.filter(holds).select_related("photo").order_by("pk")[:AT_ONCE])


def _forget_stranger(row: Incoming, by: Actor) -> bool:
    changes: dict[str, Any] = {"name_enc": "", "phone_enc": ""}
    photo = row.photo
    if row.turned_away_at is not None:
        changes |= {"words": str(_("（过了保存期）")), "photo": None}
        if photo is not None:
            transaction.on_commit(lambda: drop_contents([photo]))
    return blank(row, changes, by=by)


_OWN = TEXTS["people.CheckIn"].own.split()


def _ended(community_id: int, before: datetime) -> list[CheckIn]:
    rows = CheckIn.objects.within(community_id).filter(state="ended", ended_at__lt=before)
    holds = Q()
    for name in _OWN:
        holds |= ~Q(**{name: ""})
    return list(rows.filter(holds).order_by("pk")[:AT_ONCE])


def _forget_check_in(row: CheckIn, by: Actor) -> bool:
    return blank(row, dict.fromkeys(_OWN, ""), by=by)


PERIODS = (
    Period(
        "sheets", _l("交上来的表格文件"),
        _l("收进来的已经在台账里，原表用完就不留（个人信息保护法第十九条）"),
        "KEEP_SHEETS", _sheets, _drop_sheet,
    ),
    Period(
        "strangers", _l("网上留言里的名字和电话"),
        _l("答复过了，留言上的联系方式不再需要（个人信息保护法第十九条）"),
        "KEEP_STRANGERS", _strangers, _forget_stranger,
    ),
    Period(
        "check-ins", _l("结束了的报到里写的话"),
        _l("不来了，会什么、什么时候有空不再需要（个人信息保护法第四十七条）"),
        "KEEP_CHECK_INS", _ended, _forget_check_in,
    ),
)  # fmt: skip

KEPT_ON: tuple[tuple[Any, Any, Any], ...] = (
    (_l("凭证和账"), _l("30 年"), _l("会计档案管理办法附表")),
    (_l("服务记录"), _l("一直"), _l("志愿服务条例第十九条：如实记录，随时可以要证明")),
    (
        _l("寄出的信"),
        _l("一直"),
        _l("告诉过单位什么，要说得清；本人要求删除的，抹去写他的几行"),
    ),
    (_l("经过"), _l("一直"), _l("谁在什么时候做了什么；本人要求删除的，抹去内容，留下链")),
    (_l("服务器日志"), _l("至少 6 个月"), _l("网络安全法第二十一条；由管机器的人保存")),
)
"""What is not taken away by the clock: what, how long, by which rule."""


def carry_out(community_id: int, *, at: datetime | None = None) -> dict[str, int]:
    """Take away what is over in one community. Any number of times. How many of each kind."""
    by, done = Actor.house(community_id), {}
    for period in PERIODS:
        count = 0
        for row in period.due(community_id, at):
            with transaction.atomic():
                count += period.take_away(row, by)
        done[period.key] = count
    return done


def tick() -> int:
    """For the clock, once a day: every community. Returns how many things were taken away."""
    return sum(sum(carry_out(pk).values()) for pk in Community.objects.values_list("pk", flat=True))
