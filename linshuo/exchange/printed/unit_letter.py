"""给单位的信: what a unit promised and what came of it, to be signed, sealed and sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf
from linshuo.exchange.printed.money import frame
from linshuo.kit import clock, wording


@dataclass(frozen=True, slots=True)
class LetterWork:
    """One promised sum in the letter."""

    name: str
    words: Sequence[str]
    parts: Sequence[tuple[str, str, str, str]]
    """Which part, how much, how much of it came, and in words where it stands."""


def unit_letter(
    community: Community, unit: str, works: Sequence[LetterWork], *, at: datetime | None = None
) -> bytes:
    """The letter as a PDF. Raises `Refused` without a font."""
    return pdf("unit_letter", unit_letter_data(community, unit, works, at=at))


def unit_letter_data(
    community: Community, unit: str, works: Sequence[LetterWork], *, at: datetime | None = None
) -> dict[str, Any]:
    """What stands in the letter."""
    return {
        **frame(community, at),
        "title": _("您单位答应的，办到了哪一步"),
        "greeting": _("%s：") % unit,
        "words": [
            _("谢谢你们。下面写的都是记录里的事，一笔一笔都能在社区的公开页上看到。")
            if works
            else _("你们还没有签过认捐的协议，这里没有可写的。")
        ],
        "columns": [_("哪一期"), _("说好的"), _("付到的"), _("到哪一步")],
        "works": [
            {
                "name": work.name,
                "words": list(work.words),
                "rows": [list(part) for part in work.parts],
                "said": [],
            }
            for work in works
        ],
        "closing": [_("有写得不对的地方，请打电话，我们改。")],
        "day": wording.day(at or clock.now()),
        "stamp": _("（盖章）"),
    }
