"""项目: the list, one proposed, and one on a page: money, funders, steps, acceptance, handover."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import building, promising
from linshuo.domain.board import budget, steps
from linshuo.domain.board import projects as board
from linshuo.domain.board.access import may_keep
from linshuo.domain.board.lifecycle import LIVE_PROJECT
from linshuo.domain.board.models import Ask, BudgetLine, Milestone, Project
from linshuo.domain.funds import disclosing
from linshuo.domain.pledges import instalments
from linshuo.domain.pledges.models import Instalment
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.disclosures_form import DraftForm
from linshuo.web.desk.lists import newest_first
from linshuo.web.desk.money_forms import ReasonForm
from linshuo.web.desk.money_parts import book_rows, book_url
from linshuo.web.desk.projects_form import (
    AddStepForm,
    ApproveForm,
    BuildForm,
    DoneForm,
    FundForm,
    HandOverForm,
    LineForm,
    NeedForm,
    PartForm,
    PicturesForm,
    ProjectForm,
    PromiseForm,
    SignOffForm,
    StepForm,
    need_numbered,
)
from linshuo.web.desk.projects_page import project_page
from linshuo.web.desk.verbs import EmptyForm, Verb, VerbForm, carry_out, table
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

PAGE = 30
TABS = (
    ("live", _l("在办"), Q(state__in=LIVE_PROJECT)),
    ("raising", _l("还在筹款"), Q(state="funding")),
    ("over", _l("交付了"), Q(state="handed_over")),
    ("dropped", _l("不办了"), Q(state="dropped")),
)


def get_project(request: DoorRequest, number: str) -> Project:
    """One project of this community, or 404."""
    rows = Project.objects.of(request.actor).select_related("place", "owner", "resolution_file")
    found = rows.filter(number=number.upper()[:20]).first()
    if found is None:
        raise Http404
    return found


@require_GET
@staff_door(Can.MONEY_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """The projects, the latest first; the filters stand in the address."""
    found, context = newest_first(
        request.GET,
        Project.objects.of(request.actor).select_related("place"),
        TABS,
        matching=_matching,
        size=PAGE,
    )
    context |= {
        "books": book_rows(request, found),
        "keeps": request.actor.can(Can.PROJECT_KEEP),
    }
    return page(request, "desk/projects/list.html", context)


def _matching(words: str) -> Q:
    return Q(name__icontains=words) | Q(number__icontains=words) | Q(contractor__icontains=words)


@staff_door(Can.PROJECT_KEEP)
def new(request: DoorRequest) -> HttpResponse:
    """立项. `?need=JF-2019-0042` begins with what that need says."""
    if request.method == "POST":
        form = ProjectForm(request.POST, actor=request.actor)
        if form.is_valid():
            try:
                made = board.propose(by=request.actor, **form.told())
            except NotYours:
                form.add_error("place", _("这个地方不归您管，换一个。"))
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(
                    request, _("立项了，编号 %s。接着写谁议定、花多少。") % made.number
                )
                return HttpResponseRedirect(book_url(request, made))
    else:
        form = ProjectForm(initial=_of_need(request), actor=request.actor)
    back = reverse("desk:projects", args=[request.community.prefix])
    return page(request, "desk/projects/form.html", {"form": form, "back_url": back})


def _of_need(request: DoorRequest) -> dict[str, Any]:
    number = request.GET.get("need", "")[:20]
    if not number:
        return {}
    try:
        need = need_numbered(request.actor, number, "needs")
    except Refused:
        return {}
    owner = need.owner_id or request.actor.person_id or ""
    return {
        "needs": need.number,
        "name": need.public_title or need.title,
        "place": str(need.place_id),
        "owner": str(owner),
    }


@staff_door(Can.PROJECT_KEEP)
def change(request: DoorRequest, number: str) -> HttpResponse:
    """Change what is said of a project."""
    project = _kept(request, number)
    if request.method == "POST":
        form = ProjectForm(request.POST, actor=request.actor, project=project)
        if form.is_valid():
            try:
                board.change(project, by=request.actor, **form.told())
            except NotYours:
                raise
            except Refused as refused:
                form.refuse(refused)
            else:
                messages.success(request, _("改好了。"))
                return HttpResponseRedirect(book_url(request, project))
    else:
        known = ("name", "about", "contractor", "planned_from", "planned_to")
        form = ProjectForm(
            initial={name: getattr(project, name) for name in known},
            actor=request.actor,
            project=project,
        )
    context = {"form": form, "project": project, "back_url": book_url(request, project)}
    return page(request, "desk/projects/form.html", context)


def _kept(request: DoorRequest, number: str) -> Project:
    """A living project that the actor keeps, or 404."""
    project = get_project(request, number)
    if project.state not in LIVE_PROJECT or not may_keep(request.actor, project):
        raise Http404
    return project


# --- one project ----------------------------------------------------------------------------------


def _sign(row: Project, data: dict[str, Any], by: Any) -> Any:
    ask = Ask.objects.of(by).filter(project=row, closed_at__isnull=True).order_by("pk").first()
    if ask is None:
        raise Refused("no-line", _("项目还没开始筹款，先按“开始筹款”。"))
    return promising.sign_for(ask.pk, by=by, **data)


def _answer(row: Project, data: dict[str, Any], by: Any) -> Any:
    return board.answer(row, need_numbered(by, data["need"], "need"), by=by)


VERBS = table(
    Verb(
        "approve", _l("议定"), ApproveForm,
        lambda row, data, by: board.approve(row, by=by, **data), _l("议定了，接着写花在哪几项。"),
    ),
    Verb(
        "fund", _l("开始筹款"), FundForm,
        lambda row, data, by: board.fund(row, by=by, **data), _l("上榜了，单位可以认捐。"),
        says=_l("榜上多一行，谁都看得到，谁都可以认；不写要捐多少。"),
    ),
    Verb(
        "build", _l("开工"), BuildForm,
        lambda row, data, by: building.build(row, by=by, **data), _l("开工了。"),
    ),
    Verb(
        "accept", _l("验收"), EmptyForm,
        lambda row, _data, by: board.accept(row, by=by), _l("验收了，接着交给管护的人。"),
        says=_l("每一步都做完了，两位以上看过、签了名，才能验收。"),
    ),
    Verb(
        "hand_over", _l("交付"), HandOverForm,
        lambda row, data, by: building.hand_over(row, by=by, **data),
        _l("交付了，居民的事都写了办结，等另一个人销号。"),
        says=_l("项目里居民的事一起办结，提的人会收到结果。"),
    ),
    Verb(
        "drop", _l("不办了"), ReasonForm,
        lambda row, data, by: building.drop(row, by=by, **data), _l("停了，认捐的单位都放下了。"),
        says=_l("还没收到钱，或者都退还了，才能停。"), look="bare",
    ),
    Verb("sign", _l("单位认捐"), PromiseForm, _sign, _l("记下了，多谢这家单位。"),
         fields={"amount": "amount_fen"}),
    Verb(
        "step", _l("加一步"), AddStepForm,
        lambda row, data, by: steps.add_step(row, by=by, **data), _l("加上了。"),
    ),
    Verb(
        "accepted-by", _l("签验收"), SignOffForm,
        lambda row, data, by: steps.sign_off(row, by=by, **data), _l("签好了。"),
    ),
    Verb(
        "disclose", _l("起草公开"), DraftForm,
        lambda row, data, by: disclosing.draft(row, by=by, **data), _l("起草好了，看过再公开。"),
        says=_l("数字从账上来，不用填。"),
    ),
    Verb("need", _l("放进一件事"), NeedForm, _answer, _l("放进来了。"), fields={"needs": "need"}),
)  # fmt: skip
PARTS = {
    "sign": "funders", "step": "steps", "accepted-by": "acceptors", "need": "needs",
    "disclose": "disclosures",
}  # fmt: skip
"""Where on the page one is after a verb."""


@require_GET
@staff_door(Can.MONEY_READ)
def show(request: DoorRequest, number: str) -> HttpResponse:
    """One project. `?do=build` opens that form, `?line=3` a line, `?step=2&do=done` a step."""
    project = get_project(request, number)
    return project_page(request, project, VERBS, opened=request.GET.get("do", ""))


@require_POST
@staff_door(Can.PROJECT_KEEP)
def act(request: DoorRequest, number: str, verb: str) -> HttpResponse:
    """Carry out one verb; refused, the same page comes back with what was typed."""
    project = get_project(request, number)
    if verb not in VERBS or not may_keep(request.actor, project):
        raise Http404
    part = PARTS.get(verb, "")
    url = book_url(request, project) + (f"#{part}" if part else "")

    def again(form: VerbForm | None) -> HttpResponse:
        fresh = get_project(request, number)
        return project_page(request, fresh, VERBS, opened=verb, bound=form)

    return carry_out(
        request, VERBS[verb], project, then=lambda _done: HttpResponseRedirect(url), again=again
    )


@require_POST
@staff_door(Can.PROJECT_KEEP)
def line(request: DoorRequest, number: str, pk: int) -> HttpResponse:
    """A line of the budget: a new one (0), or one that is changed."""
    project = _kept(request, number)
    row = BudgetLine.objects.of(request.actor).filter(project=project, pk=pk).first()
    if pk and row is None:
        raise Http404
    form = LineForm(request.POST, auto_id="line_%s", label_suffix="")
    if form.is_valid():
        try:
            if row is None:
                budget.add_line(project, by=request.actor, **form.told())
            else:
                building.change_line(row, by=request.actor, **form.told())
        except NotYours:
            raise
        except Refused as refused:
            where = {"amount": "amount_fen", "retention": "retention_fen"}
            form.refuse(
                Refused(
                    refused.code, refused.sentence, where.get(refused.field or "", refused.field)
                )
            )
        else:
            messages.success(request, _("写好了。"))
            return HttpResponseRedirect(f"{book_url(request, project)}#lines")
    return project_page(request, project, VERBS, line=(pk, form))


@require_POST
@staff_door(Can.PROJECT_KEEP)
def part(request: DoorRequest, number: str, pk: int) -> HttpResponse:
    """Another day for a part of what a unit promised."""
    project = _kept(request, number)
    rows = Instalment.objects.of(request.actor).filter(pledge__ask__project=project)
    row = rows.select_related("pledge").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = PartForm(request.POST, auto_id="part_%s", label_suffix="")
    if form.is_valid():
        try:
            instalments.put_off(row, by=request.actor, **form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("日子改好了。"))
            return HttpResponseRedirect(f"{book_url(request, project)}#funders")
    return project_page(request, project, VERBS, part=(pk, form))


@require_POST
@staff_door(Can.PROJECT_KEEP)
def step(request: DoorRequest, number: str, pk: int, verb: str) -> HttpResponse:
    """A step is changed, done, or gets its photos."""
    project = _kept(request, number)
    row = Milestone.objects.of(request.actor).filter(project=project, pk=pk).first()
    forms: dict[str, type[Form]] = {
        "change": StepForm, "done": DoneForm, "pictures": PicturesForm
    }  # fmt: skip
    if row is None or verb not in forms:
        raise Http404
    form = forms[verb](request.POST, request.FILES, auto_id=f"{verb}_%s", label_suffix="")
    if form.is_valid():
        try:
            _step(row, verb, form.cleaned_data, request)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("写好了。"))
            return HttpResponseRedirect(f"{book_url(request, project)}#step-{pk}")
    return project_page(request, project, VERBS, step=(pk, verb, form))


def _step(row: Milestone, verb: str, data: dict[str, Any], request: DoorRequest) -> None:
    if verb == "change":
        steps.change_step(row, by=request.actor, **data)
        return
    sides = {side: data.pop(side) for side in ("before", "after")}
    raw = {side: found.read() if found else None for side, found in sides.items()}
    if verb == "pictures" and not any(raw.values()):
        raise Refused("none", _("还没选照片。"), "before")
    call = steps.done_step if verb == "done" else steps.picture
    call(row, by=request.actor, **data, **raw)
