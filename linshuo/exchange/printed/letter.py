"""信件 on A4: a quarter's facts to a unit, or thanks; to be signed, sealed and handed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf
from linshuo.exchange.printed.money import frame


@dataclass(frozen=True, slots=True)
class Part:
    """Something under a head of its own: lines, and a table where it has columns."""

    label: str
    lines: Sequence[str] = ()
    columns: Sequence[str] = ()
    widths: Sequence[int] = ()
    rows: Sequence[Sequence[str]] = ()
    said: Sequence[str] = ()
    """What residents said, between two corners."""


@dataclass(frozen=True, slots=True)
class Page:
    """A letter, ready to be set."""

    title: str
    under: str
    greeting: str
    words: Sequence[str]
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    closing: Sequence[str]
    day: str
    draft: str
    """A word across the top of what is not sent; empty otherwise."""


def letter(community: Community, page: Page, *, at: datetime | None = None) -> bytes:
    """The letter as a PDF. Raises `Refused` without a font."""
    foot = {"as_of": _("记录算到%s") % page.day, "chain": "", "stamp": _("（盖章）")}
    return pdf("letter", {**frame(community, at), **foot, **asdict(page)})
