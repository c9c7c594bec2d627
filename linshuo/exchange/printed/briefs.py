"""简报 on A4: text as it was written, each figure with a footnote that says what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf
from linshuo.kit import clock, wording


@dataclass(frozen=True, slots=True)
class Piece:
    """Words; or a figure as it is said, with the number of its footnote."""

    words: str
    note: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A figure told apart: lines of words and value, and the whole below them."""

    title: str
    note: int
    lines: Sequence[tuple[str, str]]
    whole: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of words and figures, or a table."""

    pieces: Sequence[Piece] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A brief, ready to be set. `notes` in the order of their numbers, 1 first."""

    title: str
    span: str
    draft: bool
    signed: str
    """张书记，2019年12月1日定稿."""
    paragraphs: Sequence[Paragraph]
    notes: Sequence[str]


def brief(community: Community, page: Page, *, at: datetime | None = None) -> bytes:
    """The brief as a PDF. Raises `Refused` without a font."""
    data = {
        **asdict(page),
        "draft_words": _("草稿，数字还会变") if page.draft else "",
        "whole_label": _("合计"),
        "notes_label": _("数字是怎么数的"),
        "notes_say": _("每个数字都从记录里数出来，没有一个是填上去的。"),
        "community": community.name,
        "phone": community.phone,
        "as_of": _("%s 打印") % wording.moment(at or clock.now()),
    }
    return pdf("brief", data)
