"""Every write of this room: papers with codes, used once or voided; files kept."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.papers.models import File, Paper, PaperKind
from linshuo.domain.trail.actions import next_number, next_numbers, record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.codes import clean_code, new_code
from linshuo.kit.refused import NotYours, Refused

MOST_AT_ONCE = 500


@transaction.atomic
def issue(kind: PaperKind, count: int, *, by: Actor, at: datetime | None = None) -> list[Paper]:
    """Make `count` numbered papers with fresh one-off codes, ready to be printed.

    Raises `Refused("count")` outside 1 to 500.
    """
    if not (by.is_house or by.can(Can.PAPER_ISSUE)):
        raise NotYours("paper:issue", _("没有这一页。"))
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused("count", _("一次印 1 到 %d 张。") % MOST_AT_ONCE, "count")
    first = next_numbers(by.community_id, f"paper:{kind}", count)
    papers = []
    for serial in range(first, first + count):
        paper = Paper(
            community_id=by.community_id,
            code=new_code(),
            kind=kind,
            serial=serial,
            printed_at=happened(at),
        )
        paper.save(force_insert=True)
        record("paper:issue", row=paper, by=by, at=at)
        papers.append(paper)
    return papers


@transaction.atomic
def print_sheet(lines: list[int], *, by: Actor, at: datetime | None = None) -> Paper:
    """A numbered sheet of the board with its lines frozen: asks by number, line 1 first.

    Its 期 goes on by one when the lines differ from the sheet printed last. Raises
    `Refused("lines")` for a board with nothing on it.
    """
    if not (by.is_house or by.can(Can.NEED_WORK)):
        raise NotYours("need:work", _("没有这一页。"))
    if not lines:
        raise Refused("lines", _("榜上还没有可以签名的。先公开一件事，再写一行要人做什么。"))
    serial = next_number(by.community_id, f"paper:{PaperKind.BOARD}")
    last = Paper.objects.of(by).filter(kind=PaperKind.BOARD).order_by("-serial").first()
    version = (last.version + (last.lines != lines)) if last else 1
    sheet = Paper(
        community_id=by.community_id,
        code=new_code(),
        kind=PaperKind.BOARD,
        serial=serial,
        printed_at=happened(at),
        version=version,
        lines=lines,
    )
    sheet.save(force_insert=True)
    record("paper:issue", row=sheet, by=by, at=at)
    return sheet


def find_sheet(typed: str, *, by: Actor) -> Paper:
    """The sheet of the board with the code typed, or the address its QR code holds.

    Raises `Refused("code")`: one answer for a code that never was and for another community's.
    """
    _before, _sheets, rest = typed.strip()[:400].rpartition("/sheets/")
    code = clean_code(rest or typed)[:16]
    sheet = Paper.objects.of(by).filter(kind=PaperKind.BOARD, code=code).first() if code else None
    if sheet is None:
        raise Refused("code", _("没有这张清单。码在纸的右下角，8 个字母和数字。"), "code")
    return sheet


@transaction.atomic
def use_paper(
    kind: PaperKind, typed: str, *, by: Actor, at: datetime | None = None, field: str = "slip"
) -> Paper:
    """Mark the paper with the typed code as used, and return it.

    One answer for a code that never was, is another community's, or was used before, except that
    the same paper may be told it was used: its holder has it in hand. Raises `Refused("code")`.
    """
    code = clean_code(typed)
    paper = (
        Paper.objects.of(by)
        .select_for_update(of=("self",))
        .filter(kind=kind, code=code, void_at__isnull=True)
        .first()
    )
    if paper is None:
        raise Refused("code", _("没有这个码。请照着纸条再看一遍，是 8 个字母和数字。"), field)
    if paper.used_at is not None:
        raise Refused("code-used", _("这张纸条已经用过了，换一张。"), field)
    paper.used_at = happened(at)
    paper.save(update_fields=["used_at"])
    record("paper:use", row=paper, by=by, at=at)
    return paper


@transaction.atomic
def void(paper: Paper, *, by: Actor, at: datetime | None = None) -> Paper:
    """A lost or spoilt paper: its code opens nothing from now on."""
    if not (by.is_house or by.can(Can.PAPER_ISSUE)):
        raise NotYours("paper:issue", _("没有这一页。"))
    row = Paper.objects.of(by).select_for_update(of=("self",)).get(pk=paper.pk)
    if row.void_at is None:
        row.void_at = happened(at)
        row.save(update_fields=["void_at"])
        record("paper:void", row=row, by=by, at=at)
    return row


def uploads() -> Path:
    """Where file contents are kept: never below anything the web server serves by itself."""
    return Path(settings.MEDIA_ROOT)


@transaction.atomic
def keep_file(
    content: bytes, *, kind: str, mime: str, name: str, by: Actor, at: datetime | None = None
) -> File:
    """Keep an uploaded file, once by content: the same bytes again give the same row."""
    sha256 = hashlib.sha256(content).hexdigest()
    found = File.objects.of(by).filter(sha256=sha256).first()
    if found is not None:
        return found
    target = path_of(by.community_id, sha256)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    partial.write_bytes(content)
    partial.replace(target)
    file = File(
        community_id=by.community_id,
        sha256=sha256,
        kind=kind,
        mime=mime,
        name=name[-120:],
        size=len(content),
        added_at=happened(at),
    )
    file.save(force_insert=True)
    record("file:keep", row=file, by=by, at=at)
    return file


@transaction.atomic
def show_file(file: File, *, by: Actor, shown: bool = True, at: datetime | None = None) -> File:
    """A person has looked at it and lets everyone see it; with `shown` false, nobody any more."""
    if not (by.is_house or by.can(Can.NEED_RELEASE)):
        raise NotYours("need:release", _("没有这一页。"))
    row = File.objects.of(by).select_for_update(of=("self",)).filter(pk=file.pk).first()
    if row is None:
        raise NotYours("file", _("没有这个文件。"))
    if row.private == shown:
        row.private = not shown
        row.save(update_fields=["private"])
        record("file:show" if shown else "file:hide", row=row, by=by, at=at)
    return row


def path_of(community_id: int, sha256: str) -> Path:
    """The place of a file's content on disk."""
    return uploads() / str(community_id) / sha256[:2] / sha256
