"""A paper handed in through a form: a PDF as it is, a photo drawn anew; nothing else is kept."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linshuo.domain.papers.actions import keep_file
from linshuo.domain.papers.images import MOST_BYTES, redraw
from linshuo.domain.papers.models import File
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused

_PDF = b"%PDF-"


def keep_paper(
    raw: bytes, name: str, *, kind: str, by: Actor, field: str = "file", at: datetime | None = None
) -> File:
    """Keep an invoice, a bank slip, a resolution, an agreement. `kind` is one word for what it is.

    Raises `Refused` with `field` for what is too big, or neither a PDF nor a photo.
    """
    if len(raw) > MOST_BYTES:
        raise Refused("paper-big", _("文件太大了，要 10 MB 以内的。"), field)
    if raw.startswith(_PDF):
        return keep_file(raw, kind=kind, mime="application/pdf", name=name, by=by, at=at)
    try:
        drawn = redraw(raw, field)
    except Refused as refused:
        if refused.code == "photo":
            raise Refused("paper", _("要一个 PDF，或者一张照片。"), field) from None
        raise
    return keep_file(drawn.content, kind=kind, mime=drawn.mime, name=name, by=by, at=at)
