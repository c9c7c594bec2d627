"""Old ledgers, messages and rosters come in: a sheet, its columns, every row, then all or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linshuo.domain.needs.models import Kind
from linshuo.exchange import columns, jobs, plans, reports
from linshuo.exchange.messages import Report, said_after
from linshuo.exchange.models import Import
from linshuo.exchange.roster import RosterReport
from linshuo.exchange.roster import said_after as said_of_people
from linshuo.exchange.roster_plans import RosterPlan
from linshuo.exchange.sheets import MOST_BYTES, MOST_ROWS, Sheet
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.web.desk import imports_roster
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

SHOWN = 5
"""Rows of the sheet shown beside the choice of columns."""
LISTED = 100
"""Problems shown on a page; the workbook of the report has them all."""
ROSTER = Import.What.ROSTER
ON_ITS_WAY = (Import.State.WAITING, Import.State.RUNNING)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UploadForm(Form):
    """One sheet, and what it tells."""

    what = forms.ChoiceField(
        label=gettext_lazy("表里是什么"),
        choices=Import.What,
        initial=Import.What.MESSAGES.value,
        required=False,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=gettext_lazy("表格"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.tsv"}),
        help_text=gettext_lazy("Excel 或 CSV，第一行写每一列叫什么。最多 %(rows)s 行、%(mb)d MB。")
        % {"rows": f"{MOST_ROWS:,}", "mb": MOST_BYTES // 2**20},
    )


class ColumnsForm(Form):
    """Which column is what; one choice a target, and where the sheet comes from."""

    source = forms.CharField(
        label=gettext_lazy("这张表从哪里来"),
        max_length=30,
        help_text=gettext_lazy("同一个来源里，编号相同就是同一件事。不同的台账起不同的名字。"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("这些都是"), choices=Kind, widget=forms.RadioSelect)

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("不收")), *((str(i), h) for i, h in enumerate(sheet.headers))]
        for target in columns.TARGETS:
            self.fields[target.key] = forms.ChoiceField(
                label=target.label,
                choices=choices,
                required=False,
                error_messages={"invalid_choice": _("这张表里没有这一列。")},
            )

    def mapping(self) -> dict[str, int]:
        """The columns chosen."""
        chosen = {t.key: self.cleaned_data.get(t.key, "") for t in columns.TARGETS}
        return {key: int(value) for key, value in chosen.items() if value}


@require_http_methods(["GET", "POST"])
@staff_door(Can.NEED_IMPORT)
def sheets(request: DoorRequest) -> HttpResponse:
    """What came in lately, and the place to hand in another sheet."""
    posted = request.method == "POST"
    first = {"what": request.GET.get("what") or Import.What.MESSAGES.value}
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm(initial=first)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        what = form.cleaned_data["what"] or Import.What.MESSAGES.value
        try:
            job = jobs.begin(upload.read(), upload.name, by=request.actor, what=what)
        except Refused as refused:
            form.refuse(refused)
        else:
            return _to("import-sheet", request, job)
    jobs_before = [_listed(job) for job in jobs.recent(request.actor)]
    return page(request, "desk/imports/sheets.html", {"form": form, "jobs": jobs_before})


@dataclass(frozen=True, slots=True)
class Listed:
    """One upload in the list, formatted."""

    pk: int
    name: str
    when: str
    by: str
    state: str
    rows: str


def _listed(job: Import) -> Listed:
    done = job.state == Import.State.DONE
    return Listed(
        pk=job.pk,
        name=job.name,
        when=wording.moment(job.created_at),
        by=job.by.name,
        state=str(job.get_state_display()),
        rows=_("收了 %(done)s 行，共 %(rows)s 行")
        % {"done": f"{job.done:,}", "rows": f"{job.rows:,}"}
        if done
        else _("%s 行") % f"{job.rows:,}",
    )


@require_http_methods(["GET", "POST"])
@staff_door(Can.NEED_IMPORT)
def sheet(request: DoorRequest, pk: int) -> HttpResponse:
    """One upload, at whatever it has come to: its columns, how far it is, or what became of it."""
    job = jobs.get(request.actor, pk)
    if job.state in ON_ITS_WAY:
        return page(request, "desk/imports/under_way.html", _under_way(job))
    if job.state == Import.State.DONE:
        return page(request, "desk/imports/report.html", _report(job))
    return _columns(request, job)


def _columns(request: DoorRequest, job: Import) -> HttpResponse:
    try:
        found = jobs.sheet_of(job)
    except Refused as refused:
        return page(request, "desk/imports/gone.html", {"job": job, "refused": refused}, status=409)
    if job.what == ROSTER:
        return _roster_columns(request, job, found)
    known = {key: str(column) for key, column in job.mapping.items()}
    initial = {**known, "source": _source(job.source), "kind": job.kind}
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(found, posted, initial=initial)
    if form.is_valid():
        try:
            jobs.settle_columns(
                job,
                form.mapping(),
                source=_unsource(form.cleaned_data["source"]),
                kind=form.cleaned_data["kind"],
                by=request.actor,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            return _to("import-check", request, job)
    context = {
        "job": job,
        "form": form,
        "targets": [form[target.key] for target in columns.TARGETS],
        **_head_of(found),
    }
    return page(request, "desk/imports/columns.html", context)


def _head_of(found: Sheet) -> dict[str, Any]:
    return {
        "headers": found.headers,
        "rows": [(row.number, [_cut(c) for c in row.cells]) for row in found.rows[:SHOWN]],
        "more": max(0, len(found.rows) - SHOWN),
    }


def _roster_columns(request: DoorRequest, job: Import, found: Sheet) -> HttpResponse:
    first = imports_roster.initial(job.mapping, job.agreed, job.receipt)
    posted = request.POST if request.method == "POST" else None
    form = imports_roster.RosterForm(found, posted, initial=first)
    if form.is_valid():
        try:
            jobs.settle_roster(
                job,
                form.mapping(),
                agreed=form.cleaned_data["agreed"],
                receipt=form.cleaned_data["receipt"],
                by=request.actor,
            )
        except Refused as refused:
            refused.field = imports_roster.field_of(refused.field)
            form.refuse(refused)
        else:
            return _to("import-check", request, job)
    context = {"job": job, "form": form, "targets": form.columns(), **_head_of(found)}
    return page(request, "desk/imports/columns.html", context)


def _cut(cell: str) -> str:
    """As much of a cell as tells what the column holds."""
    line = cell.replace("\n", " ")
    return line if len(line) <= 20 else f"{line[:19]}…"


def _source(source: str) -> str:
    """The source as a person reads it: the command line's own name is a plain word."""
    return _("网民留言") if source == "messages" else source


def _unsource(typed: str) -> str:
    return "messages" if typed.strip() == _("网民留言") else typed


@require_http_methods(["GET", "POST"])
@staff_door(Can.NEED_IMPORT)
def check(request: DoorRequest, pk: int) -> HttpResponse:
    """What taking the sheet would do, row by row; the button that does it."""
    job = jobs.get(request.actor, pk)
    if job.state in (*ON_ITS_WAY, Import.State.DONE):
        return _to("import-sheet", request, job)
    refused_on_start = ""
    if request.method == "POST":
        try:
            jobs.start(job, leave_out="leave_out" in request.POST, by=request.actor)
        except Refused as refused:
            refused_on_start = str(refused.sentence)
        else:
            return _to("import-sheet", request, job)
    try:
        shown = _shown_of(job, request.actor)
    except Refused as refused:  # the columns do not fit after all
        context = {"job": job, "refused": refused}
        return page(request, "desk/imports/gone.html", context, status=409)
    return page(
        request,
        "desk/imports/check.html",
        {"job": job, "refused": refused_on_start, **shown},
        status=409 if refused_on_start else 200,
    )


def _shown_of(job: Import, by: Actor) -> dict[str, Any]:
    if job.what == ROSTER:
        roster = jobs.roster_of(job, by)
        return {**_shown(roster), "people": imports_roster.preview(roster, SHOWN)}
    found = jobs.plan_of(job, by)
    lines = [
        (line.row, line.title or line.words[:30], wording.day(line.at), line.heads, line.category)
        for line in found.lines[:SHOWN]
    ]
    return {
        **_shown(found),
        "n_heads": sum(line.heads for line in found.lines),
        "n_replies": sum(1 for line in found.lines if line.reply),
        "lines": lines,
    }


def _shown(found: plans.Plan | RosterPlan) -> dict[str, Any]:
    return {
        "plan": found,
        "n_lines": len(found.lines),
        "n_bad": len(found.bad_rows),
        "n_known": len(found.known),
        "n_twice": len(found.twice),
        "problems": found.problems[:LISTED],
        "more_problems": max(0, len(found.problems) - LISTED),
        "remarks": found.remarks[:LISTED],
        "more_remarks": max(0, len(found.remarks) - LISTED),
    }


@require_POST
@staff_door(Can.NEED_IMPORT)
def again(request: DoorRequest, pk: int) -> HttpResponse:
    """Start once more what has been silent for too long."""
    job = jobs.get(request.actor, pk)
    jobs.again(job, by=request.actor)
    return _to("import-sheet", request, job)


@require_GET
@staff_door(Can.NEED_IMPORT)
def progress(request: DoorRequest, pk: int) -> HttpResponse:
    """How far it has come, for the page that asks every two seconds."""
    job = jobs.get(request.actor, pk)
    context = {**_under_way(job), "prefix": request.community.prefix}
    return render(request, "desk/imports/progress.html", context)


def _under_way(job: Import) -> dict[str, Any]:
    how_far = jobs.how_far(job)
    return {
        "job": job,
        "done": how_far.done,
        "total": how_far.total,
        "waiting": job.state == Import.State.WAITING,
        "finished": job.state not in ON_ITS_WAY,
        "stale": jobs.is_stale(job),
    }


def _report(job: Import) -> dict[str, Any]:
    report = reports.of(job)
    return {
        "job": job,
        "source": _source(job.source),
        "when": wording.moment(job.finished_at or job.created_at),
        "said": _said(report.report),
        "taken": report.report.taken[:LISTED],
        "more_taken": max(0, len(report.report.taken) - LISTED),
        "problems": report.problems[:LISTED],
        "remarks": report.remarks[:LISTED],
        "left_alone": report.left_alone,
    }


def _said(found: Report | RosterReport) -> list[str]:
    return list(said_of_people(found) if isinstance(found, RosterReport) else said_after(found))


@require_GET
@staff_door(Can.NEED_IMPORT)
def report(request: DoorRequest, pk: int) -> HttpResponse:
    """The report as a workbook, a row for each row of the sheet."""
    job = jobs.get(request.actor, pk)
    answer = HttpResponse(reports.workbook(job), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="import-{job.pk}.xlsx"'
    return answer


def _to(name: str, request: DoorRequest, job: Import) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"desk:{name}", args=[request.community.prefix, job.pk]))
