"""The rows on the page of a project: lines of its budget, funders, steps, acceptors, needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep
from linshuo.domain.board.lifecycle import RAISING
from linshuo.domain.board.models import Acceptor, BudgetLine, Milestone, Project, ProjectNeed
from linshuo.domain.funds.checks import ON_A_LINE, booked
from linshuo.domain.funds.models import Voucher
from linshuo.domain.funds.promises import Promise, promises_to
from linshuo.domain.needs.models import Tag
from linshuo.domain.pledges.instalments import Part
from linshuo.insight.money import Book
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.web.desk.money_files import paper_url
from linshuo.web.desk.projects_form import DoneForm, PicturesForm, StepForm
from linshuo.web.doors import DoorRequest
from linshuo.web.ui.forms import Form


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of the budget, formatted."""

    pk: int
    no: int
    text: str
    contractor: str
    amount: str
    spent: str
    left: str
    retention: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a promised sum, formatted."""

    label: str
    day: str
    amount: str
    received: str
    state_words: str
    record_url: str
    move_url: str
    """Where another day for it is written."""


@dataclass(frozen=True, slots=True)
class Funder:
    """A unit that promised something."""

    name: str
    url: str
    promised: str
    state_words: str
    agreement_url: str
    instalments: list[PartRow]


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step, with its photos and what can be done with it."""

    pk: int
    no: int
    text: str
    when: str
    note: str
    pictures: list[tuple[str, str]] = field(default_factory=list)
    verbs: list[tuple[str, str]] = field(default_factory=list)
    form: Form | None = None
    form_url: str = ""
    form_label: str = ""


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need the project answers, and how long it has stood."""

    number: str
    url: str
    title: str
    tags: list[str]
    stood: str


def line_rows(project: Project, lines: list[BudgetLine]) -> list[LineRow]:
    """The budget with what was paid on each line: one query."""
    rows = Voucher.objects.within(project.community_id).filter(
        booked(project=project, kind__in=ON_A_LINE)
    )
    paid = dict(rows.order_by().values_list("line_id").annotate(n=Sum("amount_fen")))
    return [_line(row, paid.get(row.pk, 0)) for row in lines]


def _line(row: BudgetLine, paid: int) -> LineRow:
    kept = ""
    if row.retention_fen and row.retention_until:
        kept = _("%(sum)s，%(day)s以后付") % {
            "sum": yuan(row.retention_fen), "day": wording.near_day(row.retention_until)
        }  # fmt: skip
    return LineRow(
        pk=row.pk,
        no=row.no,
        text=row.text,
        contractor=row.contractor,
        amount=yuan(row.amount_fen),
        spent=yuan(paid),
        left=yuan(row.amount_fen - paid),
        retention=kept,
    )


def funder_rows(request: DoorRequest, book: Book) -> list[Funder]:
    """Who promised what, part by part, and what came of it."""
    takes = book.state in (*RAISING, "open")
    records = request.actor.can(Can.MONEY_RECORD) and takes
    moves = book.trail_kind == "project" and may_keep(request.actor, book) and takes
    return [_funder(request, book, promise, records, moves) for promise in promises_to(book)]


def _funder(
    request: DoorRequest, book: Book, promise: Promise, records: bool, moves: bool
) -> Funder:
    prefix = request.community.prefix
    came = _("收到 %s") % yuan(promise.paid_fen)
    url = reverse("desk:money-record", args=[prefix, book.number, "instalment"])

    def part(row: Part) -> PartRow:
        left = row.left_fen > 0 and records
        return PartRow(
            label=_("第 %d 期") % row.no,
            day=wording.near_day(row.due_on),
            amount=yuan(row.amount_fen),
            received=yuan(row.paid_fen),
            state_words=row.words,
            record_url=f"{url}?instalment={row.pk}" if left else "",
            move_url=f"?part={row.pk}#part" if moves and row.left_fen > 0 else "",
        )

    return Funder(
        name=promise.who,
        url=reverse("desk:pledge", args=[prefix, promise.pledge])
        if request.actor.can(Can.NEED_READ)
        else "",
        promised=yuan(promise.amount_fen),
        state_words=came,
        agreement_url=paper_url(request, "pledge", promise.pledge, "agreement"),
        instalments=[part(row) for row in promise.parts],
    )


def step_rows(
    request: DoorRequest, project: Project, works: bool, came_back: tuple[int, str, Form] | None
) -> list[StepRow]:
    """The steps; where `works`, with what can be done with each."""
    rows = Milestone.objects.of(request.actor).filter(project=project).order_by("no")
    return [_step(request, project, row, works, came_back) for row in rows]


def _step(
    request: DoorRequest,
    project: Project,
    row: Milestone,
    works: bool,
    came_back: tuple[int, str, Form] | None,
) -> StepRow:
    sides = (("before", _("改造前")), ("after", _("改造后")))
    verb, form = "", None
    if came_back is not None and came_back[0] == row.pk:
        verb, form = came_back[1], came_back[2]
    elif works and request.GET.get("step") == str(row.pk):
        verb, form = _blank_step(row, request.GET.get("do", ""))
    url = ""
    if verb:
        args = [request.community.prefix, project.number, row.pk, verb]
        url = reverse("desk:project-step", args=args)
    return StepRow(
        pk=row.pk,
        no=row.no,
        text=row.text,
        when=_step_day(row),
        note=row.note,
        pictures=[
            (paper_url(request, "step", row.pk, side), label)
            for side, label in sides
            if getattr(row, f"{side}_id")
        ],
        verbs=_step_verbs(project, row) if works and form is None else [],
        form=form,
        form_url=url,
        form_label={
            "done": _("做完了"), "change": _("改好了"), "pictures": _("放上去")
        }.get(verb, ""),
    )  # fmt: skip


def _blank_step(row: Milestone, verb: str) -> tuple[str, Form | None]:
    given: dict[str, Any] = {"auto_id": f"{verb}_%s", "label_suffix": ""}
    if verb == "change":
        return verb, StepForm(initial={"text": row.text, "due_on": row.due_on}, **given)
    if verb == "pictures":
        return verb, PicturesForm(**given)
    return ("done", DoneForm(**given)) if verb == "done" else ("", None)


def _step_verbs(project: Project, row: Milestone) -> list[tuple[str, str]]:
    names = []
    if row.done_on is None:
        names += [("done", _("做完了"))] if project.state == "building" else []
        names.append(("change", _("改")))
    names.append(("pictures", _("放照片")))
    return [(f"?step={row.pk}&do={name}#step-{row.pk}", label) for name, label in names]


def _step_day(row: Milestone) -> str:
    if row.done_on is not None:
        return _("%s做完") % wording.near_day(row.done_on)
    return _("打算%s做完") % wording.near_day(row.due_on) if row.due_on else _("还没定日子")


def acceptor_rows(project: Project) -> list[dict[str, str]]:
    """Who looked at it and put their name to it."""
    rows = Acceptor.objects.within(project.community_id).filter(project=project).order_by("pk")
    return [
        {
            "name": row.name,
            "capacity": row.capacity,
            "day": wording.near_day(row.on),
            "said": row.said,
        }
        for row in rows
    ]


def need_rows(request: DoorRequest, project: Project) -> list[NeedRow]:
    """The needs behind it, and how long each had stood."""
    rows = ProjectNeed.objects.within(project.community_id).filter(project=project)
    tags = {tag.value: str(tag.label) for tag in Tag}
    found = []
    for row in rows.select_related("need").order_by("pk"):
        need = row.need
        until = need.finished_at or clock.now()
        words = _("等了%s，办结了") if need.finished_at else _("等了%s")
        found.append(
            NeedRow(
                number=need.number,
                url=reverse("desk:need", args=[request.community.prefix, need.number])
                if request.actor.can(Can.NEED_READ)
                else "",
                title=need.title,
                tags=[tags[t] for t in need.tag_list if t in tags],
                stood=words % wording.stood(need.reported_at, until),
            )
        )
    return found
