"""A brief on its way to paper: each figure as it is said, each footnote as one sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.places.models import Community
from linshuo.exchange.printed import briefs as paper
from linshuo.insight.opened import Note, Opened, Paragraph


def brief_pdf(community: Community, told: Opened) -> bytes:
    """The brief as a PDF with a footnote under each figure. Raises `Refused` without a font."""
    page = paper.Page(
        title=told.title,
        span=told.span,
        draft=not told.frozen,
        signed=_("%(who)s，%(day)s定稿") % {"who": told.by, "day": told.frozen_on}
        if told.frozen
        else "",
        paragraphs=[_paragraph(p) for p in told.paragraphs],
        notes=[footnote(n, told) for n in told.notes],
    )
    return paper.brief(community, page)


def _paragraph(told: Paragraph) -> paper.Paragraph:
    if told.table is not None:
        note = told.table
        table = paper.Table(note.name, note.no, note.parts, note.amount)
        return paper.Paragraph(table=table)
    return paper.Paragraph(
        pieces=[
            paper.Piece(p.note.amount, p.note.no) if p.note else paper.Piece(p.words)
            for p in told.pieces
        ]
    )


def footnote(note: Note, told: Opened) -> str:
    """听到：到这一刻为止…… 不算：…… 算到 2019年12月1日 23:59，36 条记录。"""
    if note.broken:
        return f"{note.name}：{note.broken}"
    said = f"{note.name}：{note.counts}"
    if note.leaves_out:
        said += _("不算：%s") % note.leaves_out
    rows = ngettext("%d 条记录", "%d 条记录", note.rows) % note.rows
    when = note.when if note.period else _("算到 %s") % told.as_of
    return said + _("%(when)s，%(rows)s。") % {"when": when, "rows": rows}
