"""项目展板: a project on one sheet for the wall: before and after, the money, who did it.

Everything on it is what its public page shows.
"""

from __future__ import annotations

import base64
import io
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image

from linshuo.domain.funds import public
from linshuo.domain.funds.public import PublicBook, PublicPaper, PublicStep
from linshuo.domain.places.models import Community
from linshuo.exchange.printed.engine import pdf, qr
from linshuo.exchange.printed.money import frame
from linshuo.kit.money import yuan

WIDEST = 1100
"""Pixels of a photo on the sheet: sharp at 85 mm, and small enough to mail."""


def project_board(
    community: Community, book: PublicBook, *, page: str, at: datetime | None = None
) -> bytes:
    """The board as a PDF. `page` is the project's whole public address. Raises `Refused`."""
    return pdf("project_board", project_board_data(community, book, page=page, at=at))


def project_board_data(
    community: Community, book: PublicBook, *, page: str, at: datetime | None = None
) -> dict[str, Any]:
    """What stands on the board."""
    here = community.pk
    steps = public.steps(here, book)
    lines = public.lines(here, book)
    givers = public.funders(here, book)
    return {
        **frame(community, at),
        "title": book.name,
        "kind": book.state_words,
        "number": book.number,
        "name": book.name,
        "where": "　".join(filter(None, [book.place, book.tags])),
        "photos": _photos(here, steps),
        "sentences": public.in_words(book),
        "sums": [[name, amount] for _which, name, amount in book.figures],
        "funders_label": _("谁出的钱"),
        "funders": [*(unit.name for unit in givers.units), *givers.residents],
        "lines_label": _("花在哪里"),
        "lines_columns": [_("做什么"), _("谁做的"), _("打算花"), _("付了")],
        "lines": [[x.text, x.contractor, x.budget, x.paid] for x in lines],
        "lines_foot": [_("合计"), "", yuan(book.sums.budget), yuan(book.sums.spent)]
        if lines
        else [],
        "steps_label": _("一步一步"),
        "steps": [[s.when, f"{s.text}　{s.note}".strip()] for s in steps],
        "facts_label": _("谁验收，谁管护"),
        "facts": [
            *([a.capacity, f"{a.name}　{a.day}"] for a in public.acceptors(here, book)),
            *([[_("谁管护"), book.keeper]] if book.keeper else []),
        ],
        "qr": qr(page),
        "qr_label": _("扫一扫，每一笔都能看"),
        "address": page,
    }


def _photos(community_id: int, steps: list[PublicStep]) -> list[dict[str, str]]:
    """The first look before and the last one after, of those that were released."""
    before = next((s.before for s in steps if s.before is not None), None)
    after = next((s.after for s in reversed(steps) if s.after is not None), None)
    found = []
    for paper in (before, after):
        drawn = _drawn(community_id, paper)
        if paper is not None and drawn:
            found.append({"svg": drawn, "words": paper.name})
    return found


def _drawn(community_id: int, paper: PublicPaper | None) -> str:
    """The photo inside an SVG, which is how a page of typst takes it from a string."""
    found = public.paper(community_id, paper.pk) if paper is not None and paper.picture else None
    if found is None or not Path(found[1]).exists():
        return ""
    with Image.open(found[1]) as raw:
        picture = raw.convert("RGB")
    picture.thumbnail((WIDEST, WIDEST))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    data = base64.b64encode(out.getvalue()).decode()
    wide, high = picture.size
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {wide} {high}"><image width="{wide}" height="{high}" '
        f'xlink:href="data:image/jpeg;base64,{data}"/></svg>'
    )
