"""认领认捐: what is due with pledges, and one pledge with everything one can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linshuo.domain.board.models import AskKind
from linshuo.domain.honours.behind import counted_in
from linshuo.domain.people.actions import reveal
from linshuo.domain.places.models import PlaceKind
from linshuo.domain.places.queries import tree
from linshuo.domain.pledges import queries
from linshuo.domain.pledges.access import may_move
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import TABS, Filters, get_pledge
from linshuo.domain.service.doubts import may_check
from linshuo.domain.service.queries import TurnRow, may_correct, turns_of
from linshuo.insight.works import Sum, sum_of
from linshuo.kit import clock, masking
from linshuo.kit.can import Can
from linshuo.kit.refused import Lost, NotYours, Refused
from linshuo.web.desk.lists import Tab, save_url, with_query
from linshuo.web.desk.pledges_form import VERBS, Known, VerbForm
from linshuo.web.doors import DoorRequest, page, staff_door


@dataclass(frozen=True, slots=True)
class Button:
    """A verb that can be pressed now, with its form."""

    name: str
    label: str
    title: str
    url: str
    form: VerbForm
    open: bool
    first: bool
    says: str


@require_GET
@staff_door(Can.NEED_READ)
def listing_page(request: DoorRequest) -> HttpResponse:
    """What is due with pledges, most urgent first; the filters stand in the address."""
    filters = filters_from(request.GET)
    found = queries.listing(request.actor, filters, after=request.GET.get("after", "")[:60])
    n = queries.counts(request.actor)
    places = [p for p in tree(request.actor) if p.kind in (PlaceKind.DISTRICT, PlaceKind.ESTATE)]
    context = {
        "filters": filters,
        "rows": found.rows,
        "next": with_query(request.GET, after=found.after) if found.after else "",
        "first": with_query(request.GET, after="") if request.GET.get("after") else "",
        "tabs": _tabs(request.GET, filters.tab, n),
        "n": n,
        "showing": n[filters.tab],
        "narrowed": bool(filters.kind or filters.place),
        "kinds": AskKind.choices,
        "places": places,
        "save_url": save_url(request, "pledges"),
    }
    return page(request, "desk/pledges/list.html", context)


def filters_from(query: QueryDict) -> Filters:
    """What the address says; what makes no sense filters nothing."""
    tab, kind, place = query.get("tab", "due"), query.get("kind", ""), query.get("place", "")
    parts = place.strip("/").split("/")
    return Filters(
        tab=tab if tab in TABS else "due",
        kind=kind if kind in AskKind.values else "",
        place=place if len(place) <= 100 and all(p.isdecimal() for p in parts) else "",
    )


def _tabs(query: QueryDict, current: str, n: dict[str, int]) -> list[Tab]:
    words = (
        ("due", _("今天该办")),
        ("contact", _("等联系")),
        ("came", _("约好了")),
        ("asked", _("等回话")),
        ("waiting", _("排队")),
        ("live", _("全部在认")),
        ("ended", _("结束了")),
    )
    return [
        Tab(with_query(query, tab="" if name == "due" else name, after=""), str(label), n[name],
            name == current)
        for name, label in words
    ]  # fmt: skip


@require_GET
@staff_door(Can.NEED_READ)
def show(request: DoorRequest, pk: int) -> HttpResponse:
    """One pledge. `?do=plan` opens that form."""
    return _page(request, get_pledge(request.actor, pk), opened=request.GET.get("do", ""))


@require_POST
@staff_door(Can.NEED_WORK)
def act(request: DoorRequest, pk: int, verb: str) -> HttpResponse:
    """Carry out one verb; on a refusal the same page comes back with what was typed."""
    if verb not in VERBS:
        raise Http404
    pledge = get_pledge(request.actor, pk)
    if not may_move(request.actor, pledge):
        raise Http404
    chosen = VERBS[verb]
    known = Known(request.actor, pledge, turns_of(request.actor, pledge))
    form = chosen.form(request.POST, known=known, auto_id=f"{verb}_%s", label_suffix="")
    if form.is_valid():
        try:
            chosen.call(pledge, form.cleaned_data, request.actor)
        except NotYours:
            raise
        except Lost as lost:  # the button is gone from the page, and so would be the sentence
            messages.error(request, str(lost.sentence))
            return _back(request, pk)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, str(chosen.done))
            return _back(request, pk)
    return _page(request, get_pledge(request.actor, pk), opened=verb, bound=form)


def _back(request: DoorRequest, pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:pledge", args=[request.community.prefix, pk]))


@require_POST
@staff_door(Can.PERSON_REVEAL)
def reveal_phone(request: DoorRequest, pk: int) -> HttpResponse:
    """The phone of whoever signed, once; who looked and why is kept."""
    pledge = get_pledge(request.actor, pk)
    if pledge.person is None:
        raise Http404
    reason = request.POST.get("reason", "")[:200]
    try:
        phone = reveal(
            pledge.person, by=request.actor, reason=reason, own_case=_own_case(request, pledge)
        )
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, pledge, refused=str(refused.sentence), reason=reason)
    return _page(request, pledge, seen=phone or _("没有留电话"))


def _own_case(request: DoorRequest, pledge: Pledge) -> bool:
    return request.actor.person_id == pledge.ask.owner_id


def _page(
    request: DoorRequest,
    pledge: Pledge,
    *,
    opened: str = "",
    bound: VerbForm | None = None,
    seen: str = "",
    refused: str = "",
    reason: str = "",
) -> HttpResponse:
    now = clock.now()
    turns = turns_of(request.actor, pledge, at=now)
    found = sum_of(pledge)
    buttons = _buttons(request, pledge, turns, opened, bound, found)
    owner, person = getattr(pledge.ask.target, "owner", None), pledge.person
    ahead = queries.ahead_of(pledge) if pledge.state == "waiting" else 0
    context: dict[str, Any] = {
        "pledge": pledge,
        "row": queries.row_of(pledge, now),
        "facts": _facts(pledge, ahead),
        "turns": turns,
        "sum": found,
        "first": [b for b in buttons if b.first],
        "others": [b for b in buttons if not b.first],
        "need_owner": owner.name if owner else "",
        "form": bound,
        "seen": seen,
        "refused": refused,
        "reason": reason,
        "masked_phone": masking.mask_phone(person.phone) if person else "",
        "own_case": _own_case(request, pledge),
        "may_reveal": request.actor.can(Can.PERSON_REVEAL),
        "can_print": request.actor.can(Can.NEED_WORK),
        "may_check": may_check(request.actor),
        "counted": counted_in(
            request.actor,
            {"pledge": {pledge.pk}, "service": {said.pk for turn in turns for said in turn.said}},
            person=pledge.person_id,
            unit=pledge.partnership_id,
        ),
    }
    return page(request, "desk/pledges/pledge.html", context, status=422 if refused else 200)


def _facts(pledge: Pledge, ahead: int) -> list[tuple[str, str]]:
    facts = list(queries.facts_of(pledge).items())
    if pledge.signed_by is not None and pledge.signed_by_id != pledge.person_id:
        facts.insert(1, (_("谁记上的"), masking.mask_name(pledge.signed_by.name)))
    if pledge.state == "waiting":
        facts.append((_("前面还有"), _("%d 位") % ahead))
    return facts


_FIRST = {"asked": "agree", "accepted": "plan"}
OF_SUMS = ("keep", "release")
"""What can be done with a sum: its days are its parts', and it is nobody else's."""


def _buttons(
    request: DoorRequest,
    pledge: Pledge,
    turns: list[TurnRow],
    opened: str,
    bound: VerbForm | None,
    money: Sum | None,
) -> list[Button]:
    actor = request.actor
    if not actor.can(Can.NEED_WORK) or not may_move(actor, pledge):
        return []
    asks = any(turn.asks for turn in turns)
    first = _FIRST.get(pledge.state) or ("came" if asks else "turn")
    done = any(turn.came for turn in turns) and not asks
    if (pledge.state == "under_way" and done) or (money is not None and not money.to_come):
        first = "keep"
    made = []
    for verb in VERBS.values():
        if pledge.state not in verb.states or (verb.name in ("came", "missed") and not asks):
            continue
        if verb.name == "hand" and pledge.ask.offer_id is not None:
            continue  # whoever asked for something is not exchanged for somebody else
        if money is not None and verb.name not in OF_SUMS:
            continue
        if verb.head and not (may_correct(actor) and any(turn.came for turn in turns)):
            continue
        mine = bound if bound is not None and verb.name == opened else None
        known = Known(actor, pledge, turns)
        initial = {"word": "requester"} if verb.name == "came" else None
        made.append(
            Button(
                name=verb.name,
                label=str(verb.label),
                title=f"{verb.label}：{queries.who_of(pledge)}",
                url=reverse(
                    "desk:pledge-do", args=[request.community.prefix, pledge.pk, verb.name]
                ),
                form=mine
                or verb.form(
                    known=known, initial=initial, auto_id=f"{verb.name}_%s", label_suffix=""
                ),
                open=opened == verb.name,
                first=verb.name == first,
                says=str(verb.says),
            )
        )
    return made
