"""The categories a community starts with, and their upkeep."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.models import Category
from linshuo.domain.trail.actions import record
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

DEFAULTS: tuple[tuple[str, str, int], ...] = (
    ("light", "楼道与照明", 10),
    ("water", "水电气", 3),
    ("leak", "房屋渗漏", 20),
    ("drain", "下水与化粪池", 7),
    ("traffic", "停车与通行", 15),
    ("charge", "电动车与充电", 15),
    ("fire", "消防与安全", 5),
    ("noise", "噪声", 7),
    ("clean", "环境卫生", 5),
    ("green", "绿化", 10),
    ("facility", "公共设施", 15),
    ("elder", "老人与照料", 5),
    ("child", "孩子与活动", 15),
    ("neighbour", "邻里纠纷", 10),
    ("property", "物业服务", 15),
    ("policy", "政策与办事", 3),
    ("other", "其他", 15),
)
"""Code, name, days to finish: where a community starts, after what 12345 hotlines allow."""


@transaction.atomic
def plant_categories(*, by: Actor, at: datetime | None = None) -> list[Category]:
    """Give a new community the categories to start with; known codes are left alone."""
    known = set(Category.objects.of(by).values_list("code", flat=True))
    return [
        add_category(code=code, name=name, done_days=days, by=by, at=at)
        for code, name, days in DEFAULTS
        if code not in known
    ]


@transaction.atomic
def add_category(
    *,
    code: str,
    name: str,
    done_days: int,
    by: Actor,
    parent: Category | None = None,
    at: datetime | None = None,
) -> Category:
    """Add one category. `done_days` is how many days the work may take, 1 to 365."""
    if not (by.is_house or by.can(Can.PLACE_WRITE)):
        raise NotYours("place:write", _("没有这一页。"))
    code, name = tidy(code)[:20], tidy(name)
    if not name or len(name) > 40:
        raise Refused("name", _("类别要有名字，最多 40 个字。"), "name")
    if not code:
        raise Refused("code", _("类别要有一个短代码。"), "code")
    if not 1 <= done_days <= 365:
        raise Refused("days", _("办理天数从 1 到 365。"), "done_days")
    row = Category(
        community_id=by.community_id, parent=parent, code=code, name=name, done_days=done_days
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused("code-taken", _("代码 %s 已经有了。") % code, "code") from None
    record("category:add", row=row, by=by, at=at)
    return row


def by_name(community_id: int, name: str) -> Category | None:
    """The category with this name or code, for imports; None when there is none."""
    clean = tidy(name)
    rows = Category.objects.within(community_id).filter(closed_at__isnull=True)
    return rows.filter(name=clean).first() or rows.filter(code=clean).first()
