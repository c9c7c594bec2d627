"""轮值表 on A4: the rounds month by month with who comes, to hang beside the door.

It hangs where everyone passes: a person's name stands on it in full only if they agreed to that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.service.rota_public import PublicRound, shown
from linshuo.domain.service.rota_rows import Rota
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.kit import clock, wording


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
    return {
        "community": community.name,
        "phone": community.phone,
        "site": site,
        "title": now.title,
        "days": now.days,
        "place": now.place,
        "about": now.about,
        "months": [
            {
                "label": f"{month.year}{month.label}",
                "rounds": [_round(one) for one in month.cells],
            }
            for month in now.months
        ],
        "scan": _("扫一扫，看现在轮到谁"),
        "as_of": _("%s 打印，以后改了的在网页上。") % wording.moment(moment),
        "qr": qr(address),
    }


def _round(one: PublicRound) -> dict[str, Any]:
    hours = one.times.rpartition(" ")[2] if one.times else ""
    day = one.times.removesuffix(hours).strip()
    return {
        "days": one.short,
        "when": f"{day} {hours}".strip(),
        "who": one.who,
        "note": one.note,
        "now": one.now,
    }
