"""Turns at posts: plan one, say that somebody is away or came, who stands in, what to hand over;
and the timetable on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_POST

from linshuo.acts import posts as acts
from linshuo.acts.pledging import witness
from linshuo.domain.board.models import Post
from linshuo.domain.board.queries import get_post
from linshuo.domain.service import duty, roster
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.actions import correct, missed
from linshuo.domain.service.models import Turn
from linshuo.domain.service.public import standing
from linshuo.domain.service.queries import get_record, may_correct, said_at
from linshuo.domain.service.rota_reads import in_force
from linshuo.exchange.printed.timetable import timetable
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.posts import post_page
from linshuo.web.desk.posts_form import (
    CameForm,
    CorrectForm,
    CoverForm,
    MoveForm,
    NoteForm,
    TurnForm,
)
from linshuo.web.doors import DoorRequest, page, staff_door
from linshuo.web.printing import pdf_answer
from linshuo.web.ui.forms import Form


@require_POST
@staff_door(Can.NEED_WORK)
def plan(request: DoorRequest, pk: int) -> HttpResponse:
    """One turn beside the usual week, to come or typed back."""
    post = get_post(request.actor, pk)
    if post.closed_at is not None or not may_plan(request.actor, post):
        raise Http404
    keepers = roster.keepers(request.actor, post)
    form = TurnForm(request.POST, keepers=keepers, auto_id="turn_%s", label_suffix="")
    if form.is_valid():
        data = form.cleaned_data
        try:
            turn = acts.plan(
                post,
                by=request.actor,
                day=data["day"],
                starts=data["starts"],
                ends=data["ends"],
                **form.who(request.actor),
            )
        except NotYours:
            raise
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("排上了。"))
            if turn.ends <= clock.now():
                return _to(request, turn.pk)
            where = reverse("desk:post", args=[request.community.prefix, pk])
            return HttpResponseRedirect(f"{where}?from={data['day'].isoformat()}#turns")
    return post_page(request, post, opened="turn", bound=form)


@require_GET
@staff_door(Can.NEED_WORK)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One turn with everything one can do about it."""
    turn, shift = roster.get_shift(request.actor, pk)
    return _page(request, turn, shift, opened=request.GET.get("do", ""))


@dataclass(frozen=True, slots=True)
class Verb:
    """A button of a turn: when it is there, its form, what it calls, what is said after."""

    name: str
    label: Any
    shown: Callable[[roster.Shift], bool]
    form: Callable[..., Form] | None
    call: Callable[[Turn, dict[str, Any], Actor], object]
    done: Any
    head: bool = False
    """Whether it takes a head."""


def _correct(turn: Turn, data: dict[str, Any], by: Actor) -> object:
    wrong = get_record(by, turn, int(data["record"]))
    return correct(wrong, by=by, minutes=data["minutes"], why=data["why"])


def _came(turn: Turn, data: dict[str, Any], by: Actor) -> object:
    return witness(
        turn,
        by=by,
        word="colleague",
        minutes=data.get("minutes"),
        name=data.get("name", ""),
        phone=data.get("phone", ""),
    )


def _cover(turn: Turn, data: dict[str, Any], by: Actor) -> object:
    """An hour that was left empty is where the free part begins or ends."""
    if data["person"] is None and data["partnership"] is None:
        raise Refused("keeper", _("谁来替？选一位认了这个岗的。"), "keeper")
    part = roster.free_part(by, turn) or (turn.starts, turn.ends)
    starts, ends = part
    day = clock.local(turn.starts)
    if data.get("starts") is not None:
        starts = day.replace(hour=data["starts"].hour, minute=data["starts"].minute)
    if data.get("ends") is not None:
        ends = day.replace(hour=data["ends"].hour, minute=data["ends"].minute)
    return acts.stand_in(
        turn, by=by, person=data["person"], partnership=data["partnership"], starts=starts,
        ends=ends,
    )  # fmt: skip


VERBS: dict[str, Verb] = {
    v.name: v
    for v in (
        Verb("away", _l("这次来不了"), lambda s: not s.away and not s.over and not s.came, None,
             lambda t, d, by: duty.away(t, by=by), _l("空出来了，可以找人替。")),
        Verb("back", _l("又能来了"), lambda s: s.away and not s.over and not s.covered, None,
             lambda t, d, by: duty.back(t, by=by), _l("又排上了。")),
        Verb("cover", _l("找人替"), lambda s: bool(s.free), CoverForm, _cover, _l("替好了。")),
        Verb("move", _l("改到这一轮的另一天"),
             lambda s: bool(s.rota) and not (s.whole or s.begun or s.away), MoveForm,
             lambda t, d, by: acts.move(t, by=by, **d), _l("改好了。")),
        Verb("came", _l("来过了"), lambda s: s.asks, CameForm, _came, _l("记下了，时长归本人。")),
        Verb("missed", _l("没来"), lambda s: s.asks, None,
             lambda t, d, by: missed(t, by=by), _l("记下了，只有两边看得到。")),
        Verb("note", _l("交接"), lambda s: not s.away, NoteForm,
             lambda t, d, by: duty.hand_over(t, by=by, text=d["text"]),
             _l("写下了，下一班看得到。")),
        Verb("correct", _l("更正时长"), lambda s: bool(s.came), CorrectForm, _correct,
             _l("更正了，原来的也还看得到。"), head=True),
    )
}  # fmt: skip


@require_POST
@staff_door(Can.NEED_WORK)
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out one verb; on a refusal its page comes back with what was typed."""
    turn, shift = roster.get_shift(request.actor, pk)
    chosen = VERBS.get(verb)
    if chosen is None or (chosen.head and not may_correct(request.actor)):
        raise Http404
    form = _form(request, chosen, turn, shift, bound=True)
    if form is not None and not form.is_valid():
        return _page(request, turn, shift, opened=verb, bound=form)
    data = dict(form.cleaned_data) if form is not None else {}
    if isinstance(form, CoverForm):
        data |= form.who(request.actor)
    try:
        chosen.call(turn, data, request.actor)
    except NotYours:
        raise
    except Refused as refused:
        if form is None:
            messages.error(request, str(refused.sentence))
            return _to(request, pk)
        form.refuse(refused)
        return _page(request, turn, shift, opened=verb, bound=form)
    messages.success(request, str(chosen.done))
    return _after(request, turn, verb)


def _after(request: DoorRequest, turn: Turn, verb: str) -> HttpResponse:
    """Back to where one came from: the turn after what can be taken back, else its post."""
    if verb in ("away", "back", "note", "move", "correct"):
        return _to(request, turn.pk)
    where = reverse("desk:post", args=[request.community.prefix, turn.post_id])
    return HttpResponseRedirect(f"{where}#turns")


def _to(request: DoorRequest, pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:turn", args=[request.community.prefix, pk]))


def _form(
    request: DoorRequest, verb: Verb, turn: Turn, shift: roster.Shift, *, bound: bool = False
) -> Form | None:
    if verb.form is None:
        return None
    given: dict[str, Any] = {"auto_id": f"{verb.name}_%s", "label_suffix": ""}
    if bound:
        given["data"] = request.POST
    if verb.name == "cover" and turn.post is not None:
        given["keepers"] = roster.keepers(request.actor, turn.post)
        part = roster.free_part(request.actor, turn)
        if part is not None:
            given["initial"] = {
                "starts": clock.local(part[0]).time(), "ends": clock.local(part[1]).time()
            }  # fmt: skip
    if verb.name == "cover" and shift.whole:
        form = verb.form(**given)
        del form.fields["starts"], form.fields["ends"]
        return form
    if verb.name == "move":
        given["initial"] = {
            "day": shift.day,
            "starts": clock.local(turn.starts).time(),
            "ends": clock.local(turn.ends).time(),
        }
    if verb.name == "came":
        given["unit"] = shift.unit
    if verb.name == "correct":
        given["said"] = said_at(request.actor, turn)
    if verb.name == "note":
        given["initial"] = {"text": turn.handover}
    return verb.form(**given)


def _page(
    request: DoorRequest,
    turn: Turn,
    shift: roster.Shift,
    *,
    opened: str = "",
    bound: Form | None = None,
) -> HttpResponse:
    buttons = [
        {
            "name": verb.name,
            "label": verb.label,
            "url": reverse("desk:turn-do", args=[request.community.prefix, turn.pk, verb.name]),
            "form": bound
            if bound is not None and verb.name == opened
            else _form(request, verb, turn, shift),
            "open": verb.name == opened,
        }
        for verb in VERBS.values()
        if (verb.shown(shift) and (may_correct(request.actor) or not verb.head))
        or (bound is not None and verb.name == opened)
    ]
    context = {
        "shift": shift,
        "post": turn.post,
        "buttons": buttons,
        "before": roster.note_before(request.actor, turn),
        "said": said_at(request.actor, turn),
        "why": roster.why_away(request.actor, turn),
        "rota": in_force(request.actor, turn.rota_id) if turn.rota_id else None,
        "form": bound,
    }
    return page(request, "desk/posts/turn.html", context)


@require_GET
@staff_door(Can.NEED_READ)
def paper(request: DoorRequest, pk: int) -> HttpResponse:
    """A post's timetable on paper."""
    post = get_post(request.actor, pk)
    if post.closed_at is not None:
        raise Http404
    return _printed(request, [post], reverse("plaza:post", args=[request.community.prefix, pk]))


@require_GET
@staff_door(Can.NEED_READ)
def papers(request: DoorRequest) -> HttpResponse:
    """The timetables of all posts on paper."""
    kept = standing(request.community.pk, clock.now())
    return _printed(request, kept, reverse("plaza:posts", args=[request.community.prefix]))


def _printed(request: DoorRequest, posts: list[Post], where: str) -> HttpResponse:
    try:
        content = timetable(
            request.community,
            posts,
            site=request.get_host(),
            address=request.build_absolute_uri(where),
        )
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return HttpResponseRedirect(reverse("desk:posts", args=[request.community.prefix]))
    return pdf_answer(content, "timetable")
