"""What became of a sheet, row by row, as a page shows it and as a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from linshuo.exchange.messages import Report
from linshuo.exchange.models import Import
from linshuo.exchange.plans import Remark
from linshuo.exchange.roster import RosterReport
from linshuo.kit.refused import NotYours


@dataclass(frozen=True, slots=True)
class Whole:
    """A report with what was said about single rows."""

    report: Report | RosterReport
    problems: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    left_alone: tuple[str, ...]


def of(job: Import) -> Whole:
    """The report kept with a job that is done. Raises `NotYours` for one that is not."""
    if job.report is None:
        raise NotYours("import-report", _("没有这一页。"))
    kept = job.report
    return Whole(
        report=_people(kept) if job.what == Import.What.ROSTER else _messages(kept),
        problems=tuple(Remark(*r) for r in kept["problems"]),
        remarks=tuple(Remark(*r) for r in kept["remarks"]),
        left_alone=tuple(kept["left_alone"]),
    )


def _rows_of(kept: dict[str, Any]) -> dict[str, Any]:
    return {
        "taken": tuple((row, number) for row, number in kept["taken"]),
        "known": tuple(kept["known"]),
        "twice": tuple(kept["twice"]),
        "left_out": tuple(kept["left_out"]),
    }


def _people(kept: dict[str, Any]) -> RosterReport:
    return RosterReport(**_rows_of(kept))


def _messages(kept: dict[str, Any]) -> Report:
    return Report(
        **_rows_of(kept),
        supporters=kept["supporters"],
        replies=kept["replies"],
        new_categories=tuple(kept["new_categories"]),
    )


def workbook(job: Import) -> bytes:
    """A row for each row of the sheet: what became of it, its number here, and what was said."""
    whole = of(job)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(_("导入报告"))
    page.set_column(0, 0, 8)
    page.set_column(1, 2, 18)
    page.set_column(3, 3, 60, wrap)
    number_word = _("回执号") if job.what == Import.What.ROSTER else _("编号")
    for x, header in enumerate((_("行"), _("怎么样了"), number_word, _("说明"))):
        page.write_string(0, x, header, bold)
    page.freeze_panes(1, 0)
    for y, (row, what, number, words) in enumerate(_rows(whole), start=1):
        page.write_number(y, 0, row)
        for x, text in enumerate((what, number, words), start=1):
            page.write_string(y, x, text)
    book.close()
    return out.getvalue()


def _rows(whole: Whole) -> list[tuple[int, str, str, str]]:
    report = whole.report
    said: dict[int, list[str]] = {}
    for remark in (*whole.problems, *whole.remarks):
        said.setdefault(remark.row, []).append(
            f"{remark.column}：{remark.sentence}" if remark.column else remark.sentence
        )
    rows = [(row, _("收了"), number) for row, number in report.taken]
    rows += [(row, _("以前收过"), "") for row in report.known]
    rows += [(row, _("重复"), "") for row in report.twice]
    rows += [(row, _("没有收"), "") for row in report.left_out]
    return [(row, what, number, "\n".join(said.get(row, []))) for row, what, number in sorted(rows)]
