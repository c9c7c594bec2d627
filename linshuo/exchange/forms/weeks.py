"""轮值表 and 值班表 as tables: what hangs beside the door, to be worked on in a sheet.

As there, a person's name is written in full only if they agreed to that.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from linshuo.domain.service.public import standing, usual_weeks
from linshuo.domain.service.rota_public import shown
from linshuo.domain.service.rota_rows import Rota
from linshuo.exchange.forms.shapes import Column, Table
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused


def _must_read(viewer: Actor) -> None:
    if not (viewer.is_house or viewer.can(Can.NEED_READ)):
        raise NotYours(Can.NEED_READ, _("没有这一页。"))


def rota(viewer: Actor, found: Rota) -> Table:
    """轮值表: a round a row, from the first to the last."""
    _must_read(viewer)
    told = shown(found)
    return Table(
        key="rota",
        inside=False,
        title=told.title,
        about="　".join(filter(None, [told.days, told.place])),
        columns=[
            Column(_("从"), 4), Column(_("到"), 4), Column(_("几点"), 6), Column(_("谁"), 10),
            Column(_("备注"), 6),
        ],
        rows=[
            [f"{one.first:%Y-%m-%d}", f"{one.last:%Y-%m-%d}", one.times, one.who, one.note]
            for one in told.rounds
        ],
        total=len(told.rounds),
    )  # fmt: skip


def timetable(viewer: Actor) -> Table:
    """值班表: of every post each stretch of its usual week, then what differs in the next two."""
    _must_read(viewer)
    now = clock.now()
    rows = []
    for week in usual_weeks(viewer.community_id, standing(viewer.community_id, now), now):
        here = [week.duty.name, week.duty.place]
        for day, stretches in week.days:
            rows += [[*here, day, times, who or _("还没有人认")] for times, who in stretches]
        rows += [[*here, day, times, what] for day, times, what in week.changes]
    if not rows:
        raise Refused("nothing", _("还没有岗，没有时间表可印。"))
    return Table(
        key="timetable",
        inside=False,
        title=_("值班表"),
        about=_("每个岗平常的一周，和接下来两周不一样的日子。"),
        columns=[
            Column(_("岗位"), 7), Column(_("在哪里"), 6), Column(_("哪一天"), 6),
            Column(_("几点"), 5), Column(_("谁"), 8),
        ],
        rows=rows,
        total=len(rows),
    )  # fmt: skip
