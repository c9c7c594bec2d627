"""我认的: what I or my unit signed for, what is next, my hours; and the page where one signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from linshuo.acts import pledging
from linshuo.acts.promising import let_go
from linshuo.acts.signing import sign as sign_line
from linshuo.domain.board.access import takes_names
from linshuo.domain.board.models import Ask
from linshuo.domain.board.queries import get_ask, kind_of, title_of
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.queries import actor_of, partnerships
from linshuo.domain.pledges import actions, queries
from linshuo.domain.pledges.actions import standing
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.queries import Hours, hours_of, turns_of, unit_hours
from linshuo.insight.works import sum_of
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.doors import DoorRequest, my_door
from linshuo.web.mine.offers import More, more_of
from linshuo.web.mine.sums import may_promise
from linshuo.web.ui.forms import SENTENCES, Form


@dataclass(frozen=True, slots=True)
class Mine:
    """One pledge as its owner sees it: nothing in the office's own words."""

    pk: int
    url: str
    who: str
    """The unit, when it is a unit's; empty for one's own."""
    kind: str
    text: str
    about: str
    state: str
    words: str
    next: str
    late: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one community keeps of somebody's pledges."""

    live: list[Mine]
    past: list[Mine]
    hours: Hours
    unit: Hours | None
    more: More


def part_of(person: Person) -> Part:
    """The part 我认的 of one's own page, with what stands beside it: a fixed number of queries,
    however much there is."""
    actor, now = actor_of(person), clock.now()
    rows = [_mine(p, now) for p in queries.own_rows(actor)]
    return Part(
        live=[row for row in rows if row.state != "ended"],
        past=[row for row in rows if row.state == "ended"],
        hours=hours_of(actor),
        unit=unit_hours(actor) if Role.LIAISON in actor.roles else None,
        more=more_of(person, actor),
    )


def _mine(pledge: Pledge, at: datetime) -> Mine:
    return Mine(
        pk=pledge.pk,
        url=reverse("mine:pledge", args=[pledge.pk]),
        who=queries.who_of(pledge) if pledge.partnership_id else "",
        kind=kind_of(pledge.ask),
        text=pledge.ask.text,
        about=title_of(pledge.ask),
        state=pledge.state,
        words=queries.state_words(pledge),
        next=next_for_me(pledge, at),
        late=pledge.state in ("asked", "accepted") and bool(pledge.due_at and pledge.due_at < at),
    )


def next_for_me(pledge: Pledge, at: datetime) -> str:
    """What is next and by when, said to whoever signed."""
    day = wording.near_day(pledge.due_at) if pledge.due_at else ""
    if pledge.state == "accepted" and pledge.ask.offer is not None:
        return _("%(day)s以前，%(who)s和您联系，约个日子。") % {
            "day": day,
            "who": title_of(pledge.ask),
        }
    if may_promise(pledge):
        return _("定了认多少，在这里写下来；还没定，%s以前社区和您联系。") % day
    if pledge.state == "accepted":
        if pledge.due_at and pledge.due_at < at:
            return _("早该联系了。您可以先约一个日子，或者打给社区。")
        return _("%s以前，社区和您联系，约个日子。您也可以先约。") % day
    if pledge.state == "waiting":
        return _("前面的人空出来，先问您来不来。")
    if pledge.state == "asked":
        return _("空出来一位。%s以前回一句，来还是不来。") % day
    return queries.next_words(pledge, at)


@my_door
def home(request: DoorRequest) -> HttpResponse:
    """Everything I signed for, and my hours."""
    parts = [(person.community.name, part_of(person)) for person in request.persons]
    return render(request, "mine/pledges/list.html", {"parts": parts})


class PlanForm(Form):
    planned_on = forms.DateField(
        label=_l("哪一天去"),
        error_messages={
            "required": _l("约在哪一天？"),
            "invalid": SENTENCES["invalid_date"],
        },
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class HandForm(Form):
    unit = forms.ChoiceField(label=_l("交给哪个单位"), required=False)
    name = forms.CharField(
        label=_l("或者交给哪一位"), help_text=_l("社区认识的人，姓名和电话都写。"), required=False
    )
    phone = forms.CharField(
        label=_l("他的电话"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, units: list[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(p.pk), p.organisation.name) for p in units]
        self.fields["unit"].choices = [("", _("不是单位")), *choices]  # type: ignore[attr-defined]


@my_door
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One pledge: where it stands, what is next, how to let go."""
    actor, pledge = _own(request, pk)
    return _page(request, actor, pledge)


def _own(request: DoorRequest, pk: int) -> tuple[Actor, Pledge]:
    return queries.own_pledge([actor_of(p) for p in request.persons], pk)


def _page(
    request: DoorRequest,
    actor: Actor,
    pledge: Pledge,
    *,
    form: Form | None = None,
    contact: tuple[str, str] | None = None,
    opened: str = "",
) -> HttpResponse:
    now = clock.now()
    held = pledge.state in ("accepted", "under_way")
    found = sum_of(pledge)
    hands_on = held and pledge.partnership_id is not None and not pledge.ask.open_ended
    hand = form if opened == "hand" else None
    if hands_on and hand is None:
        hand = HandForm(units=partnerships(actor), auto_id="hand_%s", label_suffix="")
    plan = form if opened == "plan" else PlanForm(auto_id="plan_%s", label_suffix="")
    context = {
        "mine": _mine(pledge, now),
        "pledge": pledge,
        "turns": turns_of(actor, pledge, at=now),
        "held": held,
        "sum": found,
        "may_promise": may_promise(pledge),
        "plan": plan,
        "hand": hand if hands_on else None,
        "opened": opened,
        "ahead": queries.ahead_of(pledge) if pledge.state == "waiting" else 0,
        "may_call": contact is None and pledging.may_call(pledge, actor),
        "contact": contact,
        "community_name": _community(request, actor).name,
        "phone": _community(request, actor).phone,
        "number": pledge.ask.need.number.rpartition("-") if pledge.ask.need else None,
        "address": request.get_host()
        + reverse("plaza:track", args=[_community(request, actor).prefix]),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "mine/pledges/pledge.html", context, status=status)


def _community(request: DoorRequest, actor: Actor) -> Any:
    return next(p.community for p in request.persons if p.community_id == actor.community_id)


@require_POST
@my_door
def release(request: DoorRequest, pk: int) -> HttpResponse:
    """不认了: one click, no reason, and a way back while it is fresh."""
    actor, pledge = _own(request, pk)
    left = let_go(pledge, by=actor)
    if left.state != "ended":
        messages.success(request, _("没到的部分放下了。已经到的，按协议用在项目上。"))
        return redirect("mine:pledge", pk=pk)
    messages.success(
        request,
        _("放下了：%s。不用说原因。") % pledge.ask.text,
        extra_tags=f"undo:{reverse('mine:pledge-again', args=[pk])}",
    )
    return redirect("mine:pledge", pk=pk)


@require_POST
@my_door
def again(request: DoorRequest, pk: int) -> HttpResponse:
    """Taking back 不认了 is signing again: the old place, if it is still free."""
    actor, pledge = _own(request, pk)
    if pledge.ended_as != "released":
        raise Http404
    fresh = sign_line(
        pledge.ask_id,
        by=actor,
        person=pledge.person,
        partnership=pledge.partnership,
        slots=pledge.slots,
        goods=pledge.goods,
    )
    _tell(request, fresh)
    return redirect("mine:pledge", pk=fresh.pk)


@require_POST
@my_door
def agree(request: DoorRequest, pk: int) -> HttpResponse:
    """我来, when a place has come free."""
    actor, pledge = _own(request, pk)
    _tell(request, actions.agree(pledge, by=actor))
    return redirect("mine:pledge", pk=pk)


@require_POST
@my_door
def plan(request: DoorRequest, pk: int) -> HttpResponse:
    """Agree on a day."""
    actor, pledge = _own(request, pk)
    form = PlanForm(request.POST, auto_id="plan_%s", label_suffix="")
    if form.is_valid():
        try:
            day = form.cleaned_data["planned_on"]
            actions.plan(pledge, by=actor, planned_on=day, until=_term(pledge, day))
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("约好了，%s。社区看得到。") % wording.near_day(day))
            return redirect("mine:pledge", pk=pk)
    return _page(request, actor, pledge, form=form, opened="plan")


def _term(pledge: Pledge, day: Any) -> Any:
    return pledge.until if pledge.until and pledge.until >= day else None


@require_POST
@my_door
def hand(request: DoorRequest, pk: int) -> HttpResponse:
    """交接: a unit's pledge goes to another unit, or to somebody the community knows."""
    actor, pledge = _own(request, pk)
    if pledge.partnership_id is None:
        raise Http404
    units = partnerships(actor)
    form = HandForm(request.POST, units=units, auto_id="hand_%s", label_suffix="")
    if form.is_valid():
        data = form.cleaned_data
        unit = next((p for p in units if str(p.pk) == data["unit"]), None)
        try:
            pledging.hand_on(pledge, by=actor, name=data["name"], phone=data["phone"], unit=unit)
        except NotYours:
            raise
        except Refused as refused:
            named = refused.field if refused.field in form.fields else "unit"
            form.refuse(Refused(refused.code, refused.sentence, named))
        else:
            messages.success(request, _("交接好了，多谢这一程。"))
            return redirect("mine:pledge", pk=pk)
    return _page(request, actor, pledge, form=form, opened="hand")


@require_POST
@my_door
def contact(request: DoorRequest, pk: int) -> HttpResponse:
    """The requester's name and phone, once; they see who looked."""
    actor, pledge = _own(request, pk)
    found = pledging.contact_for_helper(pledge, by=actor)
    return _page(request, actor, pledge, contact=found)


def _tell(request: DoorRequest, pledge: Pledge) -> None:
    if pledge.state == "waiting":
        messages.success(request, _("记下了，您在排队。空出来先问您。"))
    else:
        messages.success(request, _("认下了，谢谢您。"))


class SignForm(Form):
    """Whose name, and how many."""

    name = forms.ChoiceField(
        label=_l("签谁的名"),
        widget=forms.RadioSelect,
        error_messages={"required": _l("签谁的名？"), "invalid_choice": _l("选上面的一项。")},
    )
    slots = forms.IntegerField(
        label=_l("认几份"),
        min_value=1,
        error_messages={"required": _l("写一个数，比如 1。"), "invalid": _l("这里只写数字。")},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    goods = forms.CharField(
        label=_l("捐什么"),
        help_text=_l("写不写都行，如“十二盏声控灯”。"),
        required=False,
        max_length=60,
    )

    def __init__(self, *args: Any, ask: Ask, units: list[Partnership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [("me", _("签我的名字"))]
        names += [(str(p.pk), p.organisation.name) for p in units]
        self.fields["name"].choices = names  # type: ignore[attr-defined]
        self.fields["slots"].label = _("认几%s") % ask.unit
        if not units:
            del self.fields["name"]
        if ask.kind != "donate":
            del self.fields["goods"]
        if ask.kind != "donate" or ask.slots == 1 or ask.open_ended:
            del self.fields["slots"]


@my_door
def sign(request: DoorRequest, prefix: str, ask: int) -> HttpResponse:
    """Sign for a line of the board. A GET shows what one signs for and who has."""
    person = next((p for p in request.persons if p.community.prefix == prefix.upper()), None)
    if person is None:
        raise Http404
    actor = actor_of(person)
    line = get_ask(actor, ask)
    units = queries.units_spoken_for(actor)
    initial = {"name": str(units[0].pk) if units else "me", "slots": 1}
    data = request.POST if request.method == "POST" else None
    form = SignForm(data, ask=line, units=units, initial=initial, label_suffix="")
    if form.is_valid():
        try:
            pledge = _sign(actor, person, line, units, form.cleaned_data)
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            _tell(request, pledge)
            return redirect("mine:pledge", pk=pledge.pk)
    return render(
        request,
        "mine/pledges/sign.html",
        {
            "form": form,
            "ask": line,
            "line": queries.lines(actor, [line])[0],
            "about": title_of(line),
            "standing": standing(line, person, None),
            "units": units,
            "open": takes_names(line),
            "community_name": person.community.name,
            "phone": person.community.phone,
            "prefix": person.community.prefix,
        },
        status=422 if form.is_bound else 200,
    )


def _sign(
    actor: Actor, person: Person, ask: Ask, units: list[Partnership], data: dict[str, Any]
) -> Pledge:
    unit = next((p for p in units if str(p.pk) == data.get("name", "")), None)
    return sign_line(
        ask.pk,
        by=actor,
        person=None if unit else person,
        partnership=unit,
        slots=data.get("slots", 1),
        goods=data.get("goods", ""),
    )
