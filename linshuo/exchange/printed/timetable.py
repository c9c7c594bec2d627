"""谁在、几点在: the timetable of one post for its door, or of all for the hall, on A4.

It hangs where everyone passes: a person's name stands on it in full only if they agreed to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.board.models import Post
from linshuo.domain.places.models import Community
from linshuo.domain.service.public import UsualWeek, usual_weeks
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import clock, wording
from linshuo.kit.refused import Refused

MOST_CHANGES = 12
MOST_CHANGES_EACH = 4
"""Under one post, where the page has several."""


def timetable(
    community: Community,
    posts: Sequence[Post],
    *,
    site: str,
    address: str,
    at: datetime | None = None,
) -> bytes:
    """The posts as a PDF. `address` is where the code on it leads: the post's own page, or the page
    of all. Raises `Refused` where there is no post to print."""
    return pdf("timetable", timetable_data(community, posts, site=site, address=address, at=at))


def timetable_data(
    community: Community,
    posts: Sequence[Post],
    *,
    site: str,
    address: str,
    at: datetime | None = None,
) -> dict[str, Any]:
    """What the page says, ready to be set."""
    if not posts:
        raise Refused("nothing", _("还没有岗，没有时间表可印。"))
    moment = at or clock.now()
    weeks = usual_weeks(community.pk, posts, moment)
    one = len(weeks) == 1
    return {
        "community": community.name,
        "phone": community.phone,
        "site": site,
        "title": weeks[0].duty.name if one else _("谁在，几点在"),
        "one": one,
        "posts": [_post(week, MOST_CHANGES if one else MOST_CHANGES_EACH) for week in weeks],
        "changes_label": _("这两周不一样的"),
        "scan": _("扫一扫，看现在谁在"),
        "as_of": _("%s 打印，以后改了的在网页上。") % wording.moment(moment),
        "qr": qr(address),
    }


def _post(week: UsualWeek, most: int) -> dict[str, Any]:
    duty, more = week.duty, len(week.changes) - most
    return {
        "name": duty.name,
        "place": duty.place,
        "about": duty.about,
        "hours": duty.hours or _("钟点还没定"),
        "rows": _rows(week),
        "changes": [
            {"day": day, "times": times, "what": what} for day, times, what in week.changes[:most]
        ],
        "more": _("还有 %d 处，在网页上。") % more if more > 0 else "",
    }


def _rows(week: UsualWeek) -> list[dict[str, Any]]:
    """Days that are alike and follow one another stand together: 周一到周五."""
    rows: list[dict[str, Any]] = []
    for day, stretches in week.days:
        lines = [{"times": times, "who": who or _("还没有人认")} for times, who in stretches]
        if rows and rows[-1]["lines"] == lines:
            rows[-1]["last"] = day
        else:
            rows.append({"first": day, "last": day, "lines": lines})
    return [
        {
            "day": row["first"]
            if row["first"] == row["last"]
            else _("%(a)s到%(b)s") % {"a": row["first"], "b": row["last"]},
            "lines": row["lines"],
        }
        for row in rows
    ]
