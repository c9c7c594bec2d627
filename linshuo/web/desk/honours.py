"""彰: rounds of honours at the desk, from the criteria to the certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts.honouring import object_for
from linshuo.domain.honours import actions, awarding, deciding, objecting, queries
from linshuo.domain.honours.access import committee, may_answer, may_keep
from linshuo.domain.honours.lifecycle import ROUND
from linshuo.domain.honours.measures import Span
from linshuo.domain.honours.models import Candidate, Round, Whom
from linshuo.domain.honours.public import listed
from linshuo.domain.people.queries import get_partnership, get_person
from linshuo.kit import clock
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.honours_form import (
    AnswerForm,
    ChooseForm,
    NameForm,
    ObjectForm,
    PublishForm,
    ReasonForm,
    RoundForm,
    SeatForm,
    beginning,
    initial_of,
)
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form

READ = (Can.HONOUR_KEEP, Can.NEED_READ)


@require_GET
@staff_door(*READ)
def listing(request: DoorRequest) -> HttpResponse:
    """Every round, those under way first."""
    context = {"rows": queries.rounds(request.actor), "may_keep": may_keep(request.actor)}
    return page(request, "desk/honours/list.html", context)


def to(request: DoorRequest, pk: int, part: str = "") -> HttpResponseRedirect:
    """Back to the page of a round."""
    url = reverse("desk:honour", args=[request.community.prefix, pk])
    return HttpResponseRedirect(f"{url}#{part}" if part else url)


# --- Criteria -------------------------------------------------------------------------------------


@staff_door(Can.HONOUR_KEEP)
def new(request: DoorRequest) -> HttpResponse:
    """Draw up a round; what it would come to stands beside the criteria."""
    if request.method == "POST":
        form = RoundForm(request.POST)
        row = _saved(request, form, lambda told: actions.draw_up(by=request.actor, **told))
        if row is not None:
            messages.success(request, _("拟好了。看一眼条件，再按记录算一遍。"))
            return to(request, row.pk)
    else:
        form = RoundForm(initial=beginning())
    return _form(request, form, None)


@staff_door(Can.HONOUR_KEEP)
def change(request: DoorRequest, pk: int) -> HttpResponse:
    """Other criteria, until the list hangs out."""
    row = queries.get_round(request.actor, pk)
    if request.method == "POST":
        form = RoundForm(request.POST)
        changed = _saved(request, form, lambda told: actions.change(row, by=request.actor, **told))
        if changed is not None:
            messages.success(request, _("改好了。"))
            return to(request, row.pk)
    else:
        form = RoundForm(initial=initial_of(row))
    return _form(request, form, row)


def _saved(
    request: DoorRequest, form: RoundForm, save: Callable[[dict[str, Any]], Round]
) -> Round | None:
    if "look" in request.POST or not form.is_valid():
        return None
    try:
        return save(form.told())
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused)
        return None


def _form(request: DoorRequest, form: RoundForm, row: Round | None) -> HttpResponse:
    status = 200 if "look" in request.POST and form.is_valid() else 0
    context = {
        "form": form,
        "row": row,
        "units": form.least("unit"),
        "people": form.least("person"),
        "meets": _meets(request, request.POST if form.is_bound else form.initial),
    }
    answer = page(request, "desk/honours/form.html", context)
    if status:
        answer.status_code = status
    return answer


@require_GET
@staff_door(Can.HONOUR_KEEP)
def count(request: DoorRequest) -> HttpResponse:
    """How many would meet what is typed so far: the part of the page that asks as one types."""
    context = {"meets": _meets(request, request.GET)}
    return page(request, "desk/honours/meets.html", context)


def _meets(request: DoorRequest, typed: Any) -> str:
    """12 个单位、30 位志愿者达到, of what is typed; why not, where it cannot be counted yet."""
    form = RoundForm(typed)
    form.is_valid()
    told = form.cleaned_data
    whom = told.get("whom") or ""
    since, as_of = told.get("since"), told.get("as_of")
    if whom not in Whom.values or since is None or as_of is None or as_of < since:
        return _("写上评谁、哪天到哪天，就数得出来。")
    criteria = {
        kind: [{"key": key, "least": least} for key, least in found.items() if least and least > 0]
        for kind, found in form.criteria().items()
    }
    kinds = Round(whom=whom).kinds
    if not all(criteria[kind] for kind in kinds):
        return _("每一类至少写一条，就数得出来。")
    span = Span(request.actor.community_id, since, as_of)
    found = queries.meeting(request.actor, whom, span, criteria)
    parts = []
    if "unit" in found:
        parts.append(_("%d 个单位") % found["unit"])
    if "person" in found:
        parts.append(_("%d 位志愿者") % found["person"])
    return _("这样写，%s达到。") % _("、").join(parts)


# --- One round ------------------------------------------------------------------------------------


@require_GET
@staff_door(*READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One round: its criteria, its list with facts, the notice, objections, certificates."""
    return show_round(request, queries.get_round(request.actor, pk))


def show_round(
    request: DoorRequest, row: Round, *, status: int = 200, **forms: Any
) -> HttpResponse:
    """The page, with whatever form came back."""
    actor = request.actor
    keeps, answers = may_keep(actor), may_answer(actor)
    rows = queries.rows_of(actor, row)
    choices = [(str(each.pk), each.name) for each in rows if not each.declined]
    heard = queries.objections_of(actor, row)
    open_ones = [each for each in heard if not each.answered]
    answer: AnswerForm | None = forms.pop("answer", None)
    answered: int = forms.pop("answered", 0)
    seats = [(str(key), name) for key, name in committee(actor.community_id).items()]
    context = {
        "row": row,
        "state": ROUND.states[row.state],
        "clock": queries.clock_of(row, clock.now()),
        "whom": Whom(row.whom).label,
        "list": listed(row),
        "units": [each for each in rows if each.is_unit],
        "people": [each for each in rows if not each.is_unit],
        "undecided": sum(each.chosen is None and not each.declined for each in rows),
        "stands": sum(bool(each.chosen) and not each.declined for each in rows),
        "there": [name for key, name in seats if int(key) in row.present],
        "may_keep": keeps,
        "may_answer": answers,
        "hears": keeps or answers,
        "heard": [
            (each, (answer if each.pk == answered and answer is not None
                    else AnswerForm(choices=choices, prefix=f"a{each.pk}"))
             if answers and not each.answered and row.state == "notice" else None)
            for each in heard
        ],
        "waiting": len(open_ones),
        "first_day": actions.shortest_notice(),
        "has_certificates": any(each.cert_no and not each.revoked for each in rows),
        "seat": SeatForm(people=seats, initial={"present": [str(pk) for pk in row.present]}),
        "choose": ChooseForm(),
        "name": NameForm(choices=queries.who_may_be_named(actor, row)) if keeps else None,
        "publish": PublishForm(initial={"until": actions.shortest_notice()}),
        "object": ObjectForm(choices=choices, initial={"via": "paper"}),
        "drop": ReasonForm(),
        "ticked": [],
        **forms,
    }  # fmt: skip
    return page(request, "desk/honours/round.html", context, status=status)


def _ids(values: list[str]) -> list[int]:
    return [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 19]


@require_POST
@staff_door(Can.HONOUR_KEEP)
def do(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Everything that is done to a round: one press, one call."""
    row = queries.get_round(request.actor, pk)
    if verb not in DO:
        raise Http404
    return DO[verb](request, row)


def _pressed(
    request: DoorRequest,
    row: Round,
    name: str,
    form: Form | None,
    call: Callable[[], Any],
    done: str,
    part: str = "",
) -> HttpResponse:
    """Do it, or show the page again with the sentence beside the field."""
    if form is not None and not form.is_valid():
        return show_round(request, row, status=422, **{name: form})
    try:
        call()
    except NotYours:
        raise
    except Refused as refused:
        if form is None:
            messages.error(request, str(refused.sentence))
            return to(request, row.pk)
        form.refuse(refused)
        return show_round(request, row, status=422, **{name: form})
    messages.success(request, done)
    return to(request, row.pk, part)


def _compute(request: DoorRequest, row: Round) -> HttpResponse:
    return _pressed(
        request, row, "", None, lambda: actions.compute(row, by=request.actor),
        _("按记录算好了，一个一个看事实，再评。"), "list",
    )  # fmt: skip


def _seat(request: DoorRequest, row: Round) -> HttpResponse:
    seats = [(str(key), name) for key, name in committee(row.community_id).items()]
    form = SeatForm(request.POST, people=seats)
    return _pressed(
        request, row, "seat", form,
        lambda: actions.seat(row, _ids(form.cleaned_data["present"]), by=request.actor),
        _("记下了谁在场。"), "list",
    )  # fmt: skip


def _choose(request: DoorRequest, row: Round) -> HttpResponse:
    form = ChooseForm(request.POST)
    which = _ids(request.POST.getlist("which"))
    chosen = request.POST.get("chosen") == "yes"
    done = ngettext("定了 %d 个。", "定了 %d 个。", len(which)) % len(which)
    ticked: dict[str, Any] = {"ticked": which}
    if not form.is_valid():
        return show_round(request, row, status=422, choose=form, **ticked)
    try:
        deciding.choose(
            row, which, by=request.actor, chosen=chosen, why=form.cleaned_data["because"]
        )
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused)
        return show_round(request, row, status=422, choose=form, **ticked)
    messages.success(request, done)
    return to(request, row.pk, "list")


def _name(request: DoorRequest, row: Round) -> HttpResponse:
    form = NameForm(request.POST, choices=queries.who_may_be_named(request.actor, row))

    def call() -> Candidate:
        typed = form.cleaned_data["who"]
        who: dict[str, Any] = {}
        if typed.startswith("u"):
            who = {"partnership": get_partnership(request.actor, int(typed[1:]))}
        elif typed:
            who = {"person": get_person(request.actor, int(typed[1:]))}
        return deciding.name_one(row, by=request.actor, why=form.cleaned_data["why"], **who)

    return _pressed(request, row, "name", form, call, _("提出来了。"), "list")


def _publish(request: DoorRequest, row: Round) -> HttpResponse:
    form = PublishForm(request.POST)
    return _pressed(
        request, row, "publish", form,
        lambda: actions.publish(row, by=request.actor, until=form.cleaned_data["until"]),
        _("公示了。把纸也印出来贴上。"), "notice",
    )  # fmt: skip


def _object(request: DoorRequest, row: Round) -> HttpResponse:
    rows = queries.rows_of(request.actor, row)
    form = ObjectForm(request.POST, choices=[(str(each.pk), each.name) for each in rows])

    def call() -> object:
        told = form.cleaned_data
        about = told["candidate"]
        return object_for(
            row,
            by=request.actor,
            candidate=queries.get_candidate(request.actor, row, int(about)) if about else None,
            **{name: told[name] for name in ("via", "said_on", "words", "who", "contact")},
        )

    return _pressed(request, row, "object", form, call, _("记下了，等人答复。"), "objections")


def _award(request: DoorRequest, row: Round) -> HttpResponse:
    return _pressed(
        request, row, "", None, lambda: awarding.award(row, by=request.actor),
        _("授了。证书可以印了。"), "certificates",
    )  # fmt: skip


def _drop(request: DoorRequest, row: Round) -> HttpResponse:
    form = ReasonForm(request.POST)
    return _pressed(
        request, row, "drop", form,
        lambda: actions.drop(row, by=request.actor, reason=form.cleaned_data["reason"]),
        _("收起来了。"),
    )  # fmt: skip


DO: dict[str, Callable[[DoorRequest, Round], HttpResponse]] = {
    "compute": _compute,
    "seat": _seat,
    "choose": _choose,
    "name": _name,
    "publish": _publish,
    "object": _object,
    "award": _award,
    "drop": _drop,
}


@require_POST
@staff_door(Can.HONOUR_ANSWER)
def answer(request: DoorRequest, pk: int, objection: int) -> HttpResponse:
    """Answer an objection."""
    row = queries.get_round(request.actor, pk)
    found = queries.get_objection(request.actor, row, objection)
    rows = queries.rows_of(request.actor, row)
    choices = [(str(each.pk), each.name) for each in rows if not each.declined]
    form = AnswerForm(request.POST, choices=choices, prefix=f"a{found.pk}")
    if form.is_valid():
        told = form.cleaned_data
        about = told["candidate"]
        try:
            objecting.answer(
                found,
                by=request.actor,
                words=told["words"],
                upheld={"yes": True, "no": False}.get(told["upheld"]),
                candidate=queries.get_candidate(request.actor, row, int(about)) if about else None,
            )
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("答复了。"))
            return to(request, row.pk, "objections")
    return show_round(request, row, status=422, answer=form, answered=found.pk)
