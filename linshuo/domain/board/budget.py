"""Writes about what a project costs: one line for each thing the money goes to, and what of it is
kept back until it has held 质保金."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linshuo.domain.board.actions import clean_line
from linshuo.domain.board.models import BudgetLine, Project
from linshuo.domain.board.projects import lock_project, must_be_live
from linshuo.domain.needs.checks import short
from linshuo.domain.trail.actions import record
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused

UNSETTLED = ("proposed", "approved", "funding")
"""States in which what is kept back may still be settled otherwise."""


@transaction.atomic
def add_line(
    project: Project,
    *,
    by: Actor,
    text: str,
    amount_fen: int,
    contractor: str = "",
    retention_fen: int = 0,
    retention_until: date | None = None,
    at: datetime | None = None,
) -> BudgetLine:
    """One thing the money goes to. `retention_fen` of it is not paid before `retention_until`.

    Raises `Refused` with the field that will not do.
    """
    row = lock_project(project, by)
    must_be_live(row)
    last = BudgetLine.objects.of(by).filter(project=row).aggregate(n=Max("no"))["n"] or 0
    line = BudgetLine(
        community_id=row.community_id,
        project=row,
        no=last + 1,
        **_line(text, amount_fen, contractor, retention_fen, retention_until),
    )
    line.save(force_insert=True)
    record("budgetline:add", row=line, subject=row, by=by, at=at)
    return line


@transaction.atomic
def change_line(
    line: BudgetLine,
    *,
    by: Actor,
    text: str,
    amount_fen: int,
    contractor: str = "",
    retention_fen: int = 0,
    retention_until: date | None = None,
    spent_fen: int = 0,
    at: datetime | None = None,
) -> BudgetLine:
    """Change a line of the budget; never below what was paid on it already (`spent_fen`), nor so
    that less is kept back than was agreed, once it is being built."""
    row = BudgetLine.objects.of(by).select_related("project").filter(pk=line.pk).first()
    if row is None:
        raise NotYours("budgetline", _("没有这一项。"))
    project = lock_project(row.project, by)
    must_be_live(project)
    changes = _line(text, amount_fen, contractor, retention_fen, retention_until)
    if amount_fen < spent_fen:
        raise Refused("line-spent", _("这一项已经付出去的比这还多，改不到这么少。"), "amount")
    if project.state not in UNSETTLED and _freed(row, retention_fen, retention_until):
        raise Refused("retention", _("开工以后，质保金不能减少，也不能提前。"), "retention")
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=list(changes))
    record("budgetline:change", row=row, subject=project, by=by, at=at)
    return row


def _freed(line: BudgetLine, retention_fen: int, until: date | None) -> bool:
    """Whether a change would let go of what is to be kept back."""
    if retention_fen < line.retention_fen:
        return True
    return line.retention_until is not None and (until is None or until < line.retention_until)


def _line(
    text: str, amount_fen: int, contractor: str, retention_fen: int, until: date | None
) -> dict[str, Any]:
    clean = clean_line(text, "text")
    if amount_fen <= 0:
        raise Refused("amount-zero", _("金额要大于零。"), "amount")
    if not 0 <= retention_fen < amount_fen:
        raise Refused("retention", _("质保金要比这一项的金额少。"), "retention")
    if retention_fen and until is None:
        raise Refused("retention-until", _("质保金留到哪一天？"), "retention_until")
    return {
        "text": clean,
        "amount_fen": amount_fen,
        "contractor": short(contractor, 60, "contractor"),
        "retention_fen": retention_fen,
        "retention_until": until if retention_fen else None,
    }
