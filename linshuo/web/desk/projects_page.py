"""The page of one project: its way, its sums, its lines, funders, vouchers, steps, acceptors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from linshuo.acts.building import standing_of
from linshuo.domain.board import projects as board
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.lifecycle import LIVE_PROJECT, PAYING, PROJECT, RAISING
from linshuo.domain.board.models import BudgetLine, Project
from linshuo.domain.funds.models import Disclosure
from linshuo.domain.funds.public import Sums
from linshuo.domain.funds.queries import totals
from linshuo.domain.pledges.models import Instalment
from linshuo.insight.money import recent
from linshuo.kit import wording
from linshuo.kit.can import Can
from linshuo.kit.money import yuan
from linshuo.kit.refused import Refused
from linshuo.web.desk.disclosures_form import disclosure_row
from linshuo.web.desk.money_files import paper_url
from linshuo.web.desk.money_kinds import KINDS
from linshuo.web.desk.money_parts import (
    maybe,
    state_words,
    statement_url,
    sums_of,
    vouchers_url,
)
from linshuo.web.desk.projects_form import LineForm, PartForm
from linshuo.web.desk.projects_rows import (
    acceptor_rows,
    funder_rows,
    line_rows,
    need_rows,
    step_rows,
)
from linshuo.web.desk.verbs import Button, Verb, VerbForm, buttons
from linshuo.web.doors import DoorRequest, page
from linshuo.web.ui.forms import Form

WAY = ("proposed", "approved", "funding", "building", "accepted", "handed_over")
_FIRST = {
    "proposed": "approve", "approved": "fund", "funding": "build", "building": "accept",
    "accepted": "hand_over",
}  # fmt: skip
"""The one vermilion button of each state: what the page is for now."""


def project_page(
    request: DoorRequest,
    project: Project,
    verbs: Mapping[str, Verb],
    *,
    opened: str = "",
    bound: VerbForm | None = None,
    line: tuple[int, Form] | None = None,
    step: tuple[int, str, Form] | None = None,
    part: tuple[int, Form] | None = None,
) -> HttpResponse:
    """The page; `opened` names the form that is open, the others are forms that came back."""
    keeps = may_keep(request.actor, project)
    lives = project.state in LIVE_PROJECT
    shown = _buttons(request, project, verbs, opened, bound) if keeps else {}
    moves = [b for name, b in shown.items() if name in PROJECT.moves]
    found = totals(project)
    lines = list(BudgetLine.objects.of(request.actor).filter(project=project).order_by("no"))
    budget = sum(row.amount_fen for row in lines)
    lacking = Sums(promised=found.promised, raised=found.raised, budget=budget)
    missing = _missing(project) if keeps else []
    prefix = request.community.prefix
    context: dict[str, Any] = {
        "project": project,
        "state_words": state_words(project),
        "path": _path(project),
        "sums": sums_of(request, project, found),
        "missing": missing,
        "missing_title": _("还缺什么，才能%s") % _next_words(project),
        "buttons": moves,
        "lines": line_rows(project, lines),
        "budget": yuan(budget) if lines else "",
        "unpromised": yuan(lacking.missing)
        if project.state in ("funding", "building") and lacking.missing
        else "",
        "may_change": keeps and lives,
        "funders": funder_rows(request, project),
        "sign_button": shown.get("sign"),
        "vouchers": recent(request.actor, project),
        "vouchers_url": vouchers_url(request, project),
        "statement_url": statement_url(request, project),
        "record_links": _records(request, project),
        "steps": step_rows(request, project, keeps and lives, step),
        "step_button": shown.get("step"),
        "acceptors": acceptor_rows(project),
        "acceptor_button": shown.get("accepted-by"),
        "needs": need_rows(request, project),
        "need_button": shown.get("need"),
        "facts": _facts(project),
        "change_url": reverse("desk:project-change", args=[prefix, project.number])
        if keeps and lives
        else "",
        "resolution_url": paper_url(request, "project", project.pk, "resolution_file")
        if project.resolution_file_id
        else "",
        "paper_url": maybe("desk:project-board", prefix, project.number),
        "public_url": maybe("plaza:project", prefix, project.number)
        if project.state not in ("proposed", "dropped")
        else "",
        "disclosures": _disclosures(request, project),
        "disclose_button": shown.get("disclose"),
        "form": bound or next((each[-1] for each in (line, step, part) if each), None),
    }
    if keeps and lives:
        context |= _line_form(request, project, lines, line) | _part_form(request, project, part)
    return page(request, "desk/projects/project.html", context)


def _buttons(
    request: DoorRequest,
    project: Project,
    verbs: Mapping[str, Verb],
    opened: str,
    bound: VerbForm | None,
) -> dict[str, Button]:
    """The verbs that the state of the project leaves open; the guards have the last word."""
    names = [move.verb for move in PROJECT.open_moves(project.state)]
    if project.state in ("funding", "building"):
        names.append("sign")
    if project.state in LIVE_PROJECT:
        names += ["need"] if project.state == "accepted" else ["step", "need"]
    if project.state == "building":
        names.append("accepted-by")
    if project.state in (*RAISING, "handed_over"):
        names.append("disclose")
    prefix = request.community.prefix
    made = buttons(
        [verb for name, verb in verbs.items() if name in names],
        project,
        request.actor,
        lambda name: reverse("desk:project-do", args=[prefix, project.number, name]),
        opened=opened,
        bound=bound,
        first=_FIRST.get(project.state, ""),
    )
    return {button.name: button for button in made}


def _path(project: Project) -> list[dict[str, str]]:
    """提出 → … → 交付, with where it stands."""
    names = (project.state,) if project.state == "dropped" else WAY
    here = names.index(project.state)
    return [
        {
            "label": str(PROJECT.states[name].label),
            "look": "past" if n < here else "now" if n == here else "",
        }
        for n, name in enumerate(names)
    ]


def _next_words(project: Project) -> str:
    name = _FIRST.get(project.state, "")
    return str(PROJECT.moves[name].label) if name else ""


def _missing(project: Project) -> list[str]:
    """What stands between the project and its next step, all of it, as the guards say it."""
    name = _FIRST.get(project.state, "")
    if not name:
        return []
    facts = board.look(project, standing_of(project))
    found = []
    for guard in PROJECT.moves[name].guards:
        try:
            guard(facts)
        except Refused as refused:
            found.append(str(refused.sentence))
    return found


def _line_form(
    request: DoorRequest,
    project: Project,
    lines: list[BudgetLine],
    came_back: tuple[int, Form] | None,
) -> dict[str, Any]:
    pk, form = came_back or (0, None)
    chosen = request.GET.get("line", "")
    if form is None and chosen == "new":
        form = LineForm(auto_id="line_%s", label_suffix="")
    elif form is None and chosen.isdecimal():
        row = next((row for row in lines if str(row.pk) == chosen), None)
        names = ("text", "amount_fen", "contractor", "retention_fen", "retention_until")
        if row is not None:
            known = {name: getattr(row, name) or None for name in names}
            pk, form = row.pk, LineForm(initial=known, auto_id="line_%s", label_suffix="")
    url = reverse("desk:project-line", args=[request.community.prefix, project.number, pk])
    return {"line_form": form, "line_pk": pk, "line_url": url} if form is not None else {}


def _part_form(
    request: DoorRequest, project: Project, came_back: tuple[int, Form] | None
) -> dict[str, Any]:
    pk, form = came_back or (0, None)
    chosen = request.GET.get("part", "")
    if form is None and chosen.isdecimal() and len(chosen) < 19:
        rows = Instalment.objects.of(request.actor).filter(pledge__ask__project=project)
        row = rows.filter(pk=int(chosen)).first()
        if row is not None:
            known = {"due_on": row.due_on}
            pk, form = row.pk, PartForm(initial=known, auto_id="part_%s", label_suffix="")
    url = reverse("desk:project-part", args=[request.community.prefix, project.number, pk])
    return {"part_form": form, "part_url": url} if form is not None else {}


def _disclosures(request: DoorRequest, project: Project) -> list[dict[str, str]]:
    rows = Disclosure.objects.of(request.actor).filter(project=project).order_by("-until", "-pk")
    return [disclosure_row(request, each) for each in rows[:12]]


def _records(request: DoorRequest, project: Project) -> list[tuple[str, str]]:
    if not request.actor.can(Can.MONEY_RECORD):
        return []
    names = []
    if project.state in RAISING:
        names += ["instalment", "direct", "gift"]
    if project.state in PAYING:
        names += ["spend", "draw"]
    return [
        (
            reverse("desk:money-record", args=[request.community.prefix, project.number, name]),
            str(KINDS[name].label),
        )
        for name in names
    ]


def _facts(project: Project) -> list[tuple[str, str]]:
    planned = [wording.day(d) for d in (project.planned_from, project.planned_to) if d]
    resolved = wording.day(project.resolution_on) if project.resolution_on else ""
    told = [
        (_("要做什么"), project.about),
        (_("谁负责"), project.owner.name if project.owner else _("还没定")),
        (_("谁议定的"), project.resolution),
        (_("哪一天议定的"), resolved),
        (_("打算什么时候做"), _(" 到 ").join(planned)),
        (_("谁来施工"), project.contractor),
        (_("谁管护"), project.keeper),
        (_("哪天交付的"), wording.day(project.handed_on) if project.handed_on else ""),
    ]
    return [(term, words) for term, words in told if words]
