"""What the doors of figures, briefs and forms are tried on, each made when first asked for."""

from __future__ import annotations

import io

import openpyxl

from linshuo.domain.needs.queries import Filters
from linshuo.insight import briefs, outside, saved
from linshuo.insight.models import Brief, OutsideForm, SavedFigure
from linshuo.kit import clock
from tests.cast import Cast


def saved_of(cast: Cast) -> int:
    """A figure saved from the ledger."""
    found = SavedFigure.objects.of(cast.house).first()
    return (found or saved.save("我的数", Filters(), words="全部", by=cast.zhang)).pk


def brief_of(cast: Cast) -> int:
    """A frozen brief."""
    found = Brief.objects.of(cast.house).filter(frozen_at__isnull=False).first()
    if found is None:
        made = briefs.draw_up("month", until=clock.today(), by=cast.zhang)
        found = briefs.freeze(made, by=cast.zhang)
    return found.pk


def draft_of(cast: Cast) -> int:
    """A draft; a new one once the last was given up."""
    found = Brief.objects.of(cast.house).filter(frozen_at__isnull=True, dropped_at=None).first()
    return (found or briefs.draw_up("week", until=clock.today(), by=cast.zhang)).pk


def workbook() -> bytes:
    """A leader's form: a title across, a locked sheet beside it, a formula below."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "汇总"
    page["A1"] = "社区工作月报"
    page.merge_cells("A1:C1")
    page["A1"].font = openpyxl.styles.Font(bold=True, size=18, color="FFB71C0E")
    page["A2"], page["A3"], page["A4"] = "听到", "已销号", "合计"
    page["B4"] = "=SUM(B2:B3)"
    locked = book.create_sheet("街道用")
    locked["A1"] = "别动"
    locked["B2"].protection = openpyxl.styles.Protection(locked=False)
    locked.protection.sheet = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form_of(cast: Cast) -> int:
    """A form with one cell named; another one once it was put away."""
    found = OutsideForm.objects.of(cast.house).filter(ended_at__isnull=True).first()
    if found is None:
        made = outside.take_in(workbook(), "月报.xlsx", by=cast.zhang)
        found = outside.name_cells(made, [("汇总", "B2", "needs.heard")], by=cast.zhang)
    return found.pk
