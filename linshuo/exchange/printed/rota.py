"""轮值表 on A4: the rounds month by month with who comes, to hang beside the door.

It hangs where everyone passes: a person's name stands on it in full only if they agreed to that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.service.rota_public import PublicRota, PublicRound, shown
from linshuo.domain.service.rota_rows import Rota
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import clock, wording

MANY = 30
"""Rounds from which a page is set closer: a year of weeks fits on one."""


def rota_paper(
    community: Community, rota: Rota, *, site: str, address: str, at: datetime | None = None
) -> bytes:
    """The rota as a PDF. `address` is where the code on it leads. Raises `Refused` without a
    font."""
    return pdf("rota", rota_data(community, rota, site=site, address=address, at=at))


def rota_data(
    community: Community, rota: Rota, *, site: str, address: str, at: datetime | None = None
) -> dict[str, Any]:
    """What the page says, ready to be set."""
    moment = at or clock.now()
    now = shown(rota, moment)
    usual = _usual(now)
    return {
        "community": community.name,
        "phone": community.phone,
        "site": site,
        "title": now.title,
        "days": now.days,
        "place": now.place,
        "usual": usual,
        "many": len(now.rounds) > MANY,
        "about": now.about,
        "months": [
            {
                "label": f"{month.year}{month.label}",
                "rounds": [_round(one, usual) for one in month.cells],
            }
            for month in now.months
        ],
        "scan": _("扫一扫，看现在轮到谁"),
        "as_of": _("%s 打印，以后改了的在网页上。") % wording.moment(moment),
        "qr": qr(address),
    }


def _usual(now: PublicRota) -> str:
    """周六 9:00–11:30, where all rounds but those that were moved are on that day and hour."""
    said = {one.times.partition(" ")[2] for one in now.rounds if not one.moved}
    return said.pop() if len(said) == 1 else ""


def _round(one: PublicRound, usual: str) -> dict[str, Any]:
    return {
        "days": one.short,
        "when": "" if usual and not one.moved else one.times,
        "who": one.who,
        "note": one.note,
        "now": one.now,
    }
