"""联席会议: the agenda before it, the minutes after it, on A4; and a sheet to sign in on.

Both are the office's own papers: matters stand on them by number and title, people by the names
under which they sat at the table.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.service import gatherings
from linshuo.domain.service.models import Activity
from linshuo.exchange.printed.engine import pdf
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor

EMPTY_LINES = 12
"""Lines for those who come without having signed up."""


def minutes(
    community: Community, meeting: Activity, *, by: Actor, at: datetime | None = None
) -> bytes:
    """The meeting's paper as a PDF, as far as the actor may read it. Raises `Refused` without a
    font."""
    return pdf("minutes", minutes_data(community, meeting, by=by, at=at))


def minutes_data(
    community: Community, meeting: Activity, *, by: Actor, at: datetime | None = None
) -> dict[str, Any]:
    """What the page says, ready to be set."""
    moment = at or clock.now()
    held = meeting.ended_at is not None
    signed = gatherings.signed_up(by, meeting)
    came = [s.name for s in signed if s.here] if meeting.starts <= moment else []
    hosts = [name for _pk, name in gatherings.hosts_of(by, meeting)]
    people = came or [s.name for s in signed]
    return {
        "title": _("联席会议纪要") if held else _("联席会议议程"),
        "meeting": meeting.title,
        "facts": _facts(meeting, hosts, people, came=bool(came)),
        "about": meeting.about,
        "groups": _groups(by, meeting),
        "said_label": _("会上说："),
        "late_label": _("上次定的，还没办"),
        "late": [_resolution(r) for r in gatherings.late_for(by, meeting)],
        "minutes_label": _("记录"),
        "minutes": [line for line in meeting.outcome.splitlines() if line.strip()] if held else [],
        "resolved_label": _("决议"),
        "resolved": [_resolution(r) for r in gatherings.resolutions_of(by, meeting)],
        "columns": [_("定了什么"), _("谁办"), _("哪天以前"), _("办了没有")],
        "sign_label": _("主持人签名"),
        "record_label": _("记录人签名"),
        "community": community.name,
        "phone": community.phone,
        "as_of": _("%s 打印，内部用。") % wording.moment(moment),
    }


def _facts(
    meeting: Activity, hosts: list[str], people: list[str], *, came: bool
) -> list[list[str]]:
    day = f"{wording.day(meeting.starts)} {wording.weekday(meeting.starts)}"
    told = [
        [_("时间"), f"{day} {gatherings.times(meeting)}"],
        [_("地点"), f"{meeting.place.full_name} {meeting.where}".strip()],
        [_("一起办的"), _("、").join(hosts)],
        [_("到会") if came else _("报名"), _("、").join(people)],
        [_("召集"), meeting.owner.name if meeting.owner else ""],
    ]
    return [[term, words] for term, words in told if words]


def _groups(by: Actor, meeting: Activity) -> list[dict[str, Any]]:
    """The agenda in three parts, numbered through."""
    groups: dict[str, list[dict[str, str]]] = {}
    items = gatherings.items_of(by, meeting)
    for n, item in enumerate(items, 1):
        groups.setdefault(item.group, []).append(
            {
                "n": str(n),
                "number": item.number,
                "text": item.text,
                "why": _("；").join(filter(None, [item.why, item.now])),
                "said": item.said,
            }
        )
    return [{"label": label, "items": rows} for label, rows in groups.items()]


def _resolution(row: gatherings.Resolved) -> dict[str, str]:
    text = f"{row.text}（{row.number}）" if row.number else row.text
    return {"text": text, "owner": row.owner, "due": row.due, "done": row.done}


def sign_in_sheet(
    community: Community, activity: Activity, *, by: Actor, at: datetime | None = None
) -> bytes:
    """签到的纸, typed back as a list afterwards. Raises `Refused` without a font."""
    names = [s.name for s in gatherings.signed_up(by, activity)]
    data = {
        "title": _("签到"),
        "meeting": activity.title,
        "facts": _facts(activity, [], [], came=False),
        "names": names,
        "empty": EMPTY_LINES,
        "columns": [_("报了名的"), _("签名"), _("几点走的")],
        "community": community.name,
        "phone": community.phone,
        "as_of": _("%s 打印，内部用。") % wording.moment(at or clock.now()),
    }
    return pdf("sign_in", data)
