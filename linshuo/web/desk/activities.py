"""活动和会: the list, one announced, changed, called off; who comes, and who came."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import gathering
from linshuo.domain.service import activities, coming, gatherings
from linshuo.domain.service.access import may_hold, may_run
from linshuo.domain.service.models import Activity, ActivityKind
from linshuo.kit import clock, wording
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.activities_form import (
    ActivityForm,
    CancelForm,
    DoneForm,
    ListForm,
    NumberForm,
    OutcomeForm,
    ResolutionForm,
    SaidForm,
    SignUpForm,
    initial_of,
)
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.ui.forms import Form


@require_GET
@staff_door(Can.NEED_READ)
def listing(request: DoorRequest) -> HttpResponse:
    """What is coming, month by month; `?tab=past` and `?tab=cancelled` show the others."""
    tab = request.GET.get("tab", "coming")
    if tab not in gatherings.TABS:
        tab = "coming"
    counts = gatherings.counts(request.actor)
    labels = {"coming": _("要办的"), "past": _("办过的"), "cancelled": _("取消的")}
    rows = gatherings.listing(request.actor, tab)
    context = {
        "tab": tab,
        "tabs": [
            {"url": f"?tab={key}", "label": labels[key], "count": counts[key],
             "current": key == tab, "clock": ""}
            for key in gatherings.TABS
        ],
        "months": [(month, list(group)) for month, group in groupby(rows, lambda r: r.month)],
        "may_hold": request.actor.can(Can.POST_KEEP),
    }  # fmt: skip
    return page(request, "desk/activities/list.html", context)


@staff_door(Can.POST_KEEP)
def new(request: DoorRequest) -> HttpResponse:
    """Announce one. `?kind=meeting` begins with that kind."""
    if request.method == "POST":
        form = ActivityForm(request.POST, actor=request.actor)
        row = _saved(form, lambda told: gathering.announce(by=request.actor, **told), request)
        if row is not None:
            messages.success(request, _("定好了：%s。") % row.title)
            return to(request, row.pk)
    else:
        kind = request.GET.get("kind", "")
        kind = kind if kind in ActivityKind.values else ActivityKind.VOLUNTEER_DAY
        initial = {"kind": kind, "owner": str(request.actor.person_id or "")}
        form = ActivityForm(initial=initial, actor=request.actor)
    return page(request, "desk/activities/form.html", {"form": form})


def _saved(
    form: ActivityForm, save: Callable[[dict[str, Any]], Activity], request: DoorRequest
) -> Activity | None:
    if not form.is_valid():
        return None
    try:
        return save(form.told(request.actor))
    except NotYours:
        if form.cleaned_data.get("place"):  # a place in the list that is another's to keep
            form.refuse(Refused("place", _("这个地方不归您管，换一个。"), "place"))
            return None
        raise
    except Refused as refused:
        put(form, refused)
    return None


def put(form: Form, refused: Refused) -> None:
    """A refusal beside its field, by the form's name of it."""
    field = {"number": "numbers", "starts": "day"}.get(refused.field or "", refused.field)
    if refused.field in form.fields and not (
        refused.field == "starts" and not form.cleaned_data.get("day")
    ):
        field = refused.field
    form.refuse(Refused(refused.code, refused.sentence, field))


def to(request: DoorRequest, pk: int, part: str = "") -> HttpResponseRedirect:
    """Back to the page of an activity."""
    url = reverse("desk:activity", args=[request.community.prefix, pk])
    return HttpResponseRedirect(f"{url}#{part}" if part else url)


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One activity or meeting with everything about it."""
    return activity_page(request, gatherings.get_activity(request.actor, pk))


def activity_page(
    request: DoorRequest, activity: Activity, *, opened: str = "", bound: Form | None = None
) -> HttpResponse:
    """The page; `opened` names the form that came back, `bound` is it as typed."""
    actor, now = request.actor, clock.now()
    meeting = activity.kind == ActivityKind.MEETING
    off, begun = activity.cancelled_at is not None, activity.starts <= now
    runs = may_run(actor, activity) and not off
    holds = may_hold(actor, activity.place) and not off
    signed = gatherings.signed_up(actor, activity)
    items = gatherings.items_of(actor, activity)
    resolved = gatherings.resolutions_of(actor, activity) if meeting else []
    forms = _forms(request, activity, opened, bound) if runs else {}
    context: dict[str, Any] = {
        "activity": activity,
        "meeting": meeting,
        "when": _when(activity),
        "taken": gatherings.taken_words(activity),
        "facts": _facts(actor, activity),
        "signed": signed,
        "came": sum(s.here for s in signed),
        "serves": activity.kind in coming.SERVING,
        "items": [(i, _said_form(i, opened, bound)) for i in items],
        "late": gatherings.late_for(actor, activity) if meeting else [],
        "resolved": [(r, _done_form(r, opened, bound)) for r in resolved],
        "runs": runs,
        "holds": holds,
        "may_list": runs and begun,
        "may_add": runs and activity.ended_at is None,
        "may_cancel": holds and activity.ends > now and activity.ended_at is None,
        "may_write": runs and begun,
        "over": activity.ends <= now,
        "says_code": runs and now <= activity.ends + coming.AROUND,
        "opened": opened,
        "form": bound,
        **forms,
    }
    return page(request, "desk/activities/activity.html", context)


def _when(activity: Activity) -> str:
    day = wording.near_day(activity.starts)
    return f"{day} {wording.weekday(activity.starts)} {gatherings.times(activity)}"


def _facts(actor: Any, activity: Activity) -> list[tuple[str, str]]:
    hosts = _("、").join(name for _pk, name in gatherings.hosts_of(actor, activity))
    told = [
        (_("哪一种"), str(activity.get_kind_display())),
        (_("什么时候"), _when(activity)),
        (_("在哪里"), f"{activity.place.full_name} {activity.where}".strip()),
        (_("一起办的"), hosts),
        (_("社区里谁管"), activity.owner.name if activity.owner else _("还没定")),
        (_("名额"), gatherings.taken_words(activity)),
        (_("有什么危险"), str(activity.get_risk_display()) if activity.risk else ""),
        (_("保险"), activity.insurance),
    ]
    return [(term, words) for term, words in told if words]


def _forms(
    request: DoorRequest, activity: Activity, opened: str, bound: Form | None
) -> dict[str, Form]:
    meeting = activity.kind == ActivityKind.MEETING
    made: dict[str, Form] = {
        "sign_form": SignUpForm(auto_id="sign_%s", label_suffix=""),
        "cancel_form": CancelForm(auto_id="cancel_%s", label_suffix=""),
        "number_form": NumberForm(auto_id="number_%s", label_suffix=""),
        "outcome_form": OutcomeForm(
            initial={"text": activity.outcome}, meeting=meeting, auto_id="outcome_%s",
            label_suffix="",
        ),
        "resolution_form": ResolutionForm(
            actor=request.actor, auto_id="resolution_%s", label_suffix=""
        ),
    }  # fmt: skip
    if bound is not None and f"{opened}_form" in made:
        made[f"{opened}_form"] = bound
    return made


def _said_form(item: gatherings.Item, opened: str, bound: Form | None) -> Form:
    if bound is not None and opened == f"say-{item.pk}":
        return bound
    return SaidForm(initial={"said": item.said}, auto_id=f"say{item.pk}_%s", label_suffix="")


def _done_form(row: gatherings.Resolved, opened: str, bound: Form | None) -> Form:
    if bound is not None and opened == f"done-{row.pk}":
        return bound
    return DoneForm(auto_id=f"done{row.pk}_%s", label_suffix="")


@staff_door(Can.POST_KEEP)
def change(request: DoorRequest, pk: int) -> HttpResponse:
    """Change what is said of it."""
    activity = gatherings.get_activity(request.actor, pk)
    open_ = activity.cancelled_at is None and activity.ended_at is None
    if not open_ or not may_hold(request.actor, activity.place):
        raise Http404
    if request.method == "POST":
        form = ActivityForm(request.POST, actor=request.actor, activity=activity)
        row = _saved(
            form, lambda told: activities.change(activity, by=request.actor, **told), request
        )
        if row is not None:
            messages.success(request, _("改好了。时间地方变了的，报了名的人都会知道。"))
            return to(request, pk)
    else:
        hosts = gatherings.hosts_of(request.actor, activity)
        form = ActivityForm(
            initial=initial_of(activity, hosts), actor=request.actor, activity=activity
        )
    return page(request, "desk/activities/form.html", {"form": form, "activity": activity})


@require_POST
@staff_door(Can.POST_KEEP)
def cancel(request: DoorRequest, pk: int) -> HttpResponse:
    """Call it off; whoever signed up is told."""
    activity = gatherings.get_activity(request.actor, pk)
    form = CancelForm(request.POST, auto_id="cancel_%s", label_suffix="")
    if form.is_valid() and done(
        form, lambda: activities.cancel(activity, by=request.actor, why=form.cleaned_data["why"])
    ):
        messages.success(request, _("取消了，报了名的人都会知道。没有别的办法告诉的，在电话单上。"))
        return to(request, pk)
    return activity_page(request, activity, opened="cancel", bound=form)


def done(form: Form, act: Callable[[], object]) -> bool:
    """Whether it went through; a refusal stands in the form."""
    try:
        act()
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def sign_up(request: DoorRequest, pk: int) -> HttpResponse:
    """Sign somebody up at the desk, or from the paper afterwards."""
    activity = gatherings.get_activity(request.actor, pk)
    if not may_run(request.actor, activity):
        raise Http404
    form = SignUpForm(request.POST, auto_id="sign_%s", label_suffix="")
    if form.is_valid() and done(
        form, lambda: gathering.sign_up_named(activity, by=request.actor, **form.cleaned_data)
    ):
        messages.success(request, _("报上了：%s。") % form.cleaned_data["name"])
        return to(request, pk, "signed")
    return activity_page(request, activity, opened="sign", bound=form)


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def withdraw(request: DoorRequest, pk: int, turn: int) -> HttpResponse:
    """Somebody said that they are not coming."""
    activity = gatherings.get_activity(request.actor, pk)
    row = gatherings.get_sign_up(request.actor, activity, turn)
    coming.withdraw(row, by=request.actor)
    name = row.person.name if row.person else ""
    messages.success(request, _("%s不来了，名额空出来了。") % name)
    return to(request, pk, "signed")


@require_POST
@staff_door(Can.NEED_WORK, Can.POST_KEEP)
def go_through(request: DoorRequest, pk: int) -> HttpResponse:
    """The list, as it was gone through there or from the paper."""
    activity = gatherings.get_activity(request.actor, pk)
    turns = [s.pk for s in gatherings.signed_up(request.actor, activity)]
    form = ListForm(request.POST, turns=turns, auto_id="list_%s", label_suffix="")
    if not form.is_valid():
        return activity_page(request, activity, opened="list", bound=form)
    data = form.cleaned_data
    try:
        found = coming.note_list(
            activity,
            by=request.actor,
            came=data["came"],
            via=data["via"] or "list",
            hours=data["hours"],
        )
    except NotYours:
        raise
    except Refused as refused:
        form.refuse(refused)
        return activity_page(request, activity, opened="list", bound=form)
    said = ngettext("来了 %d 位。", "来了 %d 位。", found.came) % found.came
    if found.hours:
        said += ngettext("%d 位记上了时长。", "%d 位记上了时长。", found.hours) % found.hours
    messages.success(request, said)
    for name, why in found.left:
        messages.warning(request, _("%(who)s没记上时长：%(why)s") % {"who": name, "why": why})
    return to(request, pk, "signed")
