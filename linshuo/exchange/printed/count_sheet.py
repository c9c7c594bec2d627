"""清点单: what two people fill in, each alone, when a box is opened. A half each; cut apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.funds.models import Box
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf
from linshuo.exchange.printed.money import frame
from linshuo.kit.money import NOTES


def count_sheet(community: Community, box: Box, *, at: datetime | None = None) -> bytes:
    """The blank sheet of one box as a PDF. Raises `Refused` without a font."""
    return pdf("count_sheet", count_sheet_data(community, box, at=at))


def count_sheet_data(
    community: Community, box: Box, *, at: datetime | None = None
) -> dict[str, Any]:
    """What stands on the sheet: every note and coin, nothing counted."""
    words = [_note(value) for value in NOTES]
    first = -(-len(words) // 2)
    return {
        **frame(community, at),
        "title": _("清点单"),
        "collection": box.collection.name,
        "number": box.collection.number,
        "box_label": _("箱号"),
        "box": box.serial,
        "seal_label": _("封条号"),
        "day_label": _("日期"),
        "columns": [_("面值"), _("张（枚）数"), _("金额（元）")],
        "notes": words[:first],
        "coins": words[first:],
        "total_label": _("合计（元）"),
        "words_label": _("大写"),
        "counter_label": _("点的人签名"),
        "witness_label": _("在场的另一人签名"),
        "how": _("两个人各点各的，点完再对。对不上，两人都重点一遍。"),
        "halves": [_("第一位点"), _("第二位点")],
    }


def _note(value: int) -> str:
    if value >= 100:
        return _("%d 元") % (value // 100)
    return _("%d 角") % (value // 10) if value >= 10 else _("%d 分") % value
