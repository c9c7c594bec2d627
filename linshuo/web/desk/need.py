"""One need's page: what was said, where it stands, what can be done now, and its whole life."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.needs import working
from linshuo.domain.needs.history import Moment
from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.models import Need, Outcome, Tag
from linshuo.domain.needs.queries import allowed_moves, clock_of, get_need, supporter_lines
from linshuo.domain.people.actions import reveal
from linshuo.insight.duplicates import suggest
from linshuo.insight.life import life
from linshuo.insight.suggestions import for_lines
from linshuo.insight.works import project_of
from linshuo.kit import clock, masking, wording
from linshuo.kit.can import Can
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.asks_form import section
from linshuo.web.desk.moves import VERBS, MoveForm
from linshuo.web.doors import DoorRequest, page, refusal_into, staff_door
from linshuo.web.links import SAY_DAYS, link_for
from linshuo.web.qr import qr_svg
from linshuo.web.ui.forms import Form

_FIRST: dict[str, str] = {"reported": "accept", "open": "finish", "done": "ask", "closed": "ask"}
"""The one vermilion button of each state: what the page is for now."""


_ORDER = [
    *("accept", "settle", "finish", "ask", "confirm", "progress", "assign", "still", "extend"),
    *("reopen", "merge", "release", "sort", "escalate", "return", "decline", "contest", "withdraw"),
]
"""The verbs in the order a member of staff reaches for them."""


@dataclass(frozen=True, slots=True)
class Button:
    """A verb that can be pressed now, with its form."""

    verb: str
    label: str
    look: str
    form: MoveForm
    open: bool
    url: str
    title: str

    @property
    def submit(self) -> str:
        return "zhu" if self.look == "zhu" else "ink"


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest, number: str) -> HttpResponse:
    """The page. `?do=finish` opens that form, so that a link can lead straight to it."""
    return need_page(request, get_need(request.actor, number), opened=request.GET.get("do", ""))


@require_POST
@staff_door(Can.NEED_READ)
def act(request: DoorRequest, number: str, verb: str) -> HttpResponse:
    """Carry out one verb; on a refusal the same page comes back with what was typed."""
    if verb not in VERBS:
        raise Http404
    need = get_need(request.actor, number)
    chosen = VERBS[verb]
    form = chosen.form(
        request.POST, need=need, actor=request.actor, auto_id=f"{verb}_%s", label_suffix=""
    )
    if form.is_valid():
        try:
            chosen.call(need, form.cleaned_data, request.actor)
        except NotYours:
            raise
        except Refused as refused:
            refusal_into(form, refused)
        else:
            messages.success(request, f"{need.short_number} {chosen.done}")
            return HttpResponseRedirect(_url(request, need))
    return need_page(request, get_need(request.actor, number), opened=verb, bound=form)


@require_POST
@staff_door(Can.PERSON_REVEAL)
def reveal_phone(request: DoorRequest, number: str) -> HttpResponse:
    """Show the requester's phone, once, and write down who looked and why."""
    need = get_need(request.actor, number)
    if need.requester is None:
        raise Http404
    own = request.actor.person_id in (need.owner_id, need.note.author_id if need.note else None)
    reason = request.POST.get("reason", "")[:200]
    try:
        phone = reveal(need.requester, by=request.actor, reason=reason, own_case=own)
    except NotYours:
        raise
    except Refused as refused:
        return need_page(request, need, refused=str(refused.sentence), reason=reason)
    return need_page(request, need, phone=phone or _("没有留电话"))


@require_POST
@staff_door(Can.NEED_WORK)
def give_link(request: DoorRequest, number: str) -> HttpResponse:
    """The address for whoever asked, to copy or to let them photograph; its giver is on record."""
    need = get_need(request.actor, number)
    working.give_link(need, by=request.actor)
    return need_page(request, need, link=request.build_absolute_uri(link_for(need)))


def _url(request: DoorRequest, need: Need) -> str:
    return reverse("desk:need", args=[request.community.prefix, need.number])


def need_page(
    request: DoorRequest,
    need: Need,
    *,
    opened: str = "",
    bound: MoveForm | None = None,
    line_form: Form | None = None,
    phone: str = "",
    refused: str = "",
    reason: str = "",
    link: str = "",
) -> HttpResponse:
    """The page, with one form open if need be: a move's (`bound`) or a line's of the board."""
    now = clock.now()
    look, words = clock_of(need, now)
    buttons = _buttons(request, need, opened, bound)
    first = [b for b in buttons if b.look == "zhu"]
    prefix = request.community.prefix
    board = section(request.actor, need, prefix, opened=opened, bound=line_form)
    tags = {t.value: t.label for t in Tag}
    head, _sep, serial = need.number.rpartition("-")
    return page(
        request,
        "desk/need/need.html",
        {
            "need": need,
            "number_head": head,
            "number_serial": serial,
            "tags": [tags[t] for t in need.tag_list if t in tags],
            "clock_look": look,
            "clock_words": words,
            "state_words": NEED.states[need.state].label,
            "next_step": _next_step(need, look, words),
            "facts": _facts(need),
            "heard": _heard(need),
            "first": first,
            "others": [b for b in buttons if b.look != "zhu"],
            "project": project_of(request.actor, need),
            "moments": [_linked(request, m) for m in life(need, now)],
            "supporters": supporter_lines(request.actor, need),
            "outcome": Outcome(need.outcome).label if need.outcome else "",
            "alike": _alike(request, need),
            "marks": find_marks(need.words, place_shown=True)
            if any(b.verb == "release" for b in buttons)
            else [],
            "can_link": request.actor.can(Can.NEED_WORK),
            "may_build": need.state == "open" and request.actor.can(Can.PROJECT_KEEP),
            "link": link,
            "link_days": SAY_DAYS,
            "link_qr": qr_svg(link) if link else "",
            "phone": phone,
            "refused": refused,
            "reason": reason,
            "requester_name": masking.mask_name(need.requester.name) if need.requester else "",
            "masked_phone": masking.mask_phone(need.requester.phone) if need.requester else "",
            "own_case": request.actor.person_id
            in (need.owner_id, need.note.author_id if need.note else None),
            "can_reveal": request.actor.can(Can.PERSON_REVEAL),
            "board": board,
            "whom": for_lines(request.actor, [line.pk for line, _verbs in board.lines]),
            "seal_state": "taken" if need.state == "open" and board.signed else need.state,
            "form": bound or line_form,
        },
        status=422 if refused else 200,
    )


def _buttons(request: DoorRequest, need: Need, opened: str, bound: MoveForm | None) -> list[Button]:
    made = []
    for verb in sorted(allowed_moves(request.actor, need), key=_ORDER.index):
        chosen = VERBS[verb]
        mine = bound if bound is not None and verb == opened else None
        form = mine or chosen.form(
            need=need, actor=request.actor, auto_id=f"{verb}_%s", label_suffix=""
        )
        label = _("回访") if verb == "ask" and need.state == "closed" else chosen.label
        made.append(
            Button(
                verb=verb,
                label=str(label),
                look="zhu" if _FIRST.get(need.state) == verb else "line",
                form=form,
                open=verb == opened,
                url=reverse("desk:need-move", args=[request.community.prefix, need.number, verb]),
                title=f"{need.short_number} {label}",
            )
        )
    return made


def _next_step(need: Need, look: str, words: str) -> str:
    if need.due_at is None:
        return ""
    day = wording.moment(need.due_at)
    told = {
        "reported": _("%s前答复"),
        "open": _("%s前办结"),
        "done": _("%s前核对销号"),
        "closed": _("%s再问一次"),
    }
    return told[need.state] % day if need.state in told else ""


def _facts(need: Need) -> list[tuple[str, str]]:
    found = [
        (_("谁在办"), need.owner.name if need.owner else _("还没交给谁")),
        (_("在哪里"), need.place.full_name),
        (_("类别"), need.category.name if need.category else _("还没分")),
        (_("谁看得到"), need.get_visibility_display()),
        (_("听到"), wording.moment(need.reported_at)),
    ]
    if need.old_number:
        found.append((_("原来的编号"), need.old_number))
    if need.still_true_on:
        found.append((_("还要办吗"), _("%s问过，还要") % wording.near_day(need.still_true_on)))
    if need.reopened:
        found.append((_("退回过"), _("%d 次") % need.reopened))
    if need.extended:
        found.append((_("延期过"), _("%d 次") % need.extended))
    if need.for_meeting:
        found.append((_("联席会议"), _("下次会上要议")))
    if need.escalated_at and not need.returned_at:
        found.append((_("报街道"), f"{wording.near_day(need.escalated_at)}，{need.escalated_why}"))
    if need.returned_at:
        found.append((_("街道答复"), f"{wording.near_day(need.returned_at)}，{need.returned_why}"))
    return [(str(term), str(text)) for term, text in found]


def _heard(need: Need) -> str:
    """The source line under the quotation: how, when, by whom."""
    who = masking.mask_name(need.requester.name) if need.requester else _("没有留名")
    parts = [who, str(need.get_source_display()), wording.near_day(need.reported_at)]
    if need.paper is not None:
        parts.append(_("便民条 %d 号") % need.paper.serial)
    return "，".join(parts)


def _linked(request: DoorRequest, moment: Moment) -> Moment:
    kind, _sep, rest = moment.url.partition(":")
    prefix = request.community.prefix
    if kind == "need":
        return replace(moment, url=reverse("desk:need", args=[prefix, rest]))
    if kind == "note":
        author, day, pk = rest.split(":")
        page_of_day = reverse("desk:notebook-day", args=[prefix, int(author), day])
        return replace(moment, url=f"{page_of_day}#note-{pk}")
    return moment


def _alike(request: DoorRequest, need: Need) -> list[Any]:
    """Likely the same matter, while there is still time to merge it."""
    if need.state not in ("reported", "open"):
        return []
    found = suggest(request.actor, need.words, title=need.title, place=need.place, exclude=need.pk)
    return list(found)
