"""居民需求清单: the board as a poster (A1) and as a sign-up sheet for the counter (A4).

Both show one printed sheet: its frozen lines under their numbers, as far as they still hang on the
board, with who has signed masked as everywhere. No telephone column, never a code to pay with.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.board.access import public
from linshuo.domain.board.models import WHOLE, Ask, AskKind
from linshuo.domain.board.queries import title_of
from linshuo.domain.papers.models import Paper
from linshuo.domain.places.models import Community
from linshuo.domain.pledges.queries import Line, lines
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.codes import spaced
from linshuo.kit.refused import NotYours

SIZES = ("a1", "a4")
MOST_LINES = {"a1": 6, "a4": 4}
"""Empty lines under one ask; how many are still wanted stands beside them."""
MOST_NAMES = 8


def poster(
    community: Community,
    sheet: Paper,
    size: str,
    *,
    viewer: Actor,
    site: str,
    front: str,
    type_back: str,
    need_page: Callable[[str], str],
) -> bytes:
    """The sheet as a PDF. `site` is the site's name in words, `front` the board's address,
    `type_back` the address the sheet's own code opens, `need_page` gives a need's address by its
    number. Raises `NotYours` for no such size."""
    data = poster_data(
        community,
        sheet,
        size,
        viewer=viewer,
        site=site,
        front=front,
        type_back=type_back,
        need_page=need_page,
    )
    return pdf("poster", data)


def poster_data(
    community: Community,
    sheet: Paper,
    size: str,
    *,
    viewer: Actor,
    site: str,
    front: str,
    type_back: str,
    need_page: Callable[[str], str],
) -> dict[str, Any]:
    """What the page says, ready to be set."""
    if size not in SIZES:
        raise NotYours("size", _("没有这一页。"))
    return {
        "size": size,
        "title": _("居民需求清单"),
        "issue": _("第 %d 期") % sheet.version,
        "community": community.name,
        "how": _("看中哪一项，在横线上签名。七天内，社区联系您。"),
        "groups": _groups(sheet, size, viewer, need_page, front),
        "empty": _("这一期的都已经撤下了。"),
        "taken": _("已认"),
        "scan": _("扫这里也能签，也能说您的难处。"),
        "by_phone": _no_phone(community),
        "site": site,
        "front": qr(front),
        "promise": _("不排名次，不摊派，不收身份证号；这张纸上永远没有收款码。"),
        "printed": _("%s 打印。签名当天录入，编号不变。不用写电话。")
        % wording.moment(sheet.printed_at),
        "code_label": _("社区录入用"),
        "code": spaced(sheet.code),
        "type_back": qr(type_back),
    }


def _no_phone(community: Community) -> str:
    """How without a smartphone: by telephone and at the counter."""
    if not community.phone:
        return _("不用手机的，到服务站说。")
    hours = community.hours + _("。") if community.hours else ""
    return _("不用手机的，到服务站说，或者打 %s。") % community.phone + hours


def _groups(
    sheet: Paper, size: str, viewer: Actor, need_page: Callable[[str], str], front: str
) -> list[dict[str, Any]]:
    meaning = {
        "claim": _("出时间，出手艺。做完，居民说好才算完。"),
        "donate": _("给钱给物，指名用处。每一笔都贴出来。"),
        "manage": _("一处地方，有人开门，有人锁门。"),
        "adopt": _("一样活物、一盏灯，一年为期。不想养了，提前三十天说。"),
    }
    standing = (
        Ask.objects.of(viewer)
        .filter(public(), closed_at__isnull=True)
        .select_related(*WHOLE)
        .in_bulk(sheet.lines)
    )
    found = [(n, standing[pk]) for n, pk in enumerate(sheet.lines, 1) if pk in standing]
    drawn = {line.pk: line for line in lines(viewer, [ask for _n, ask in found])}

    def page_of(ask: Ask) -> str:
        return need_page(ask.need.number) if ask.need else front

    return [
        {
            "kind": str(AskKind(kind).label),
            "meaning": meaning[kind],
            "rows": [
                _row(n, ask, drawn[ask.pk], size, need_page(ask.need.number) if ask.need else front)
                for n, ask in rows
            ],
        }
        for kind, rows in groupby(found, key=lambda row: row[1].kind)
    ]


def _row(number: int, ask: Ask, line: Line, size: str, page: str) -> dict[str, Any]:
    blank = min(ask.left, 1 if ask.open_ended else MOST_LINES[size])
    names = list(line.names[:MOST_NAMES])
    if len(line.names) > MOST_NAMES:
        names.append(_("等 %d 位") % len(line.names))
    wants = _("%(text)s，%(places)s") % {"text": ask.text, "places": line.places}
    if ask.open_ended:
        wants = ask.text
    return {
        "line": str(number),
        "serial": ask.need.short_number if ask.need else "",
        "title": title_of(ask),
        "wants": wants,
        "hint": ask.hint,
        "names": names,
        "blank": blank,
        "queue": _("满了。签在这里先排队，空出来先问您。") if not blank else "",
        "left": line.left if ask.left > blank else "",
        "qr": qr(page),
    }
