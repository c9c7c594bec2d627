"""Reads: who signed for a line, what is due with pledges, and one pledge as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linshuo.domain.board.models import WHOLE
from linshuo.domain.board.queries import kind_of, title_of
from linshuo.domain.people.models import Partnership
from linshuo.domain.pledges.access import own, owned, partnerships_of, visible
from linshuo.domain.pledges.lifecycle import (
    AGAIN,
    CONTACT_DAYS,
    LIVE,
    PLEDGE,
    REMIND_AFTER_DAYS,
)
from linshuo.domain.pledges.lines import Line as Line
from linshuo.domain.pledges.lines import lines as lines
from linshuo.domain.pledges.lines import lines_of as lines_of
from linshuo.domain.pledges.lines import progress_of as progress_of
from linshuo.domain.pledges.lines import who_of as who_of
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours

PAGE = 50
MOST_OWN = 60
NEAR = timedelta(days=2)
REMIND_BEFORE_DUE = timedelta(days=CONTACT_DAYS - REMIND_AFTER_DAYS)
TABS = ("due", "live", "contact", "came", "asked", "waiting", "ended")


@dataclass(frozen=True, slots=True)
class PledgeRow:
    """One pledge in a list, formatted. `verb` is what is next to press."""

    pk: int
    who: str
    kind: str
    text: str
    places: str
    need_number: str
    need_serial: str
    need_title: str
    place: str
    state: str
    state_words: str
    next_words: str
    clock_look: str
    clock_words: str
    verb: str
    do: str


@dataclass(frozen=True, slots=True)
class Filters:
    """What the desk's list is narrowed by."""

    tab: str = "due"
    kind: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the mark that leads to the following page."""

    rows: list[PledgeRow]
    after: str


def due_now(at: datetime) -> Q:
    """What somebody at the desk has to do something about: a first call that is near or behind,
    a day that has passed, an answer that has not come."""
    behind = Q(due_at__lt=at + NEAR) | Q(reminded_at__isnull=False)
    tonight = clock.start_of(clock.local(at).date() + timedelta(days=1))
    return (
        Q(state="accepted") & behind
        | Q(state="under_way", due_at__lt=tonight)
        | Q(state="asked", due_at__lt=tonight)
    )


def _tab(tab: str, at: datetime) -> Q:
    states = {"contact": "accepted", "came": "under_way", "asked": "asked", "waiting": "waiting"}
    if tab in states:
        return Q(state=states[tab])
    if tab == "ended":
        return Q(state="ended")
    return due_now(at) if tab == "due" else Q(state__in=LIVE)


def matching(filters: Filters, at: datetime) -> Q:
    """What the list is narrowed to, as things stand at a moment."""
    found = _tab(filters.tab, at)
    if filters.kind:
        found &= Q(ask__kind=filters.kind)
    if filters.place:
        found &= (
            Q(ask__need__place__path__startswith=filters.place)
            | Q(ask__post__place__path__startswith=filters.place)
            | Q(ask__asset__place__path__startswith=filters.place)
            | Q(ask__project__place__path__startswith=filters.place)
            | Q(ask__collection__place__path__startswith=filters.place)
        )
    return found


def listing(
    viewer: Actor, filters: Filters, *, after: str = "", at: datetime | None = None
) -> Page:
    """A page of pledges, most urgent first (the ended ones newest first), by keyset: one query.

    `after` is the mark of the page before; one that makes no sense begins at the top.
    """
    moment = at or clock.now()
    found = _whole(viewer).filter(visible(viewer), matching(filters, moment))
    ended = filters.tab == "ended"
    order = ("-ended_at", "-pk") if ended else ("due_at", "pk")
    rows = list(found.filter(_after(after, ended)).order_by(*order)[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    last = rows[-1] if more else None
    when = (last.ended_at if ended else last.due_at) if last else None
    mark = f"{when.timestamp():.6f}_{last.pk}" if when and last else ""
    return Page([row_of(p, moment) for p in rows], mark)


def _after(mark: str, ended: bool) -> Q:
    stamp, _sep, pk = mark.partition("_")
    try:
        when, last = datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI), int(pk)
    except (ValueError, OverflowError, OSError):
        return Q()
    if not 0 < last < 2**62:
        return Q()
    if ended:
        return Q(ended_at__lt=when) | Q(ended_at=when, pk__lt=last)
    return Q(due_at__gt=when) | Q(due_at=when, pk__gt=last)


def counts(viewer: Actor, *, at: datetime | None = None) -> dict[str, int]:
    """How many in each tab, in one query."""
    moment = at or clock.now()
    rows = Pledge.objects.of(viewer).filter(visible(viewer))
    return rows.aggregate(**{tab: Count("pk", filter=_tab(tab, moment)) for tab in TABS})


def due_rows(
    viewer: Actor, *, mine: bool, most: int, at: datetime | None = None
) -> tuple[list[PledgeRow], int]:
    """What is due with pledges, for the first page of the desk: two queries. `mine`: only those on
    matters the viewer has in hand."""
    moment = at or clock.now()
    found = _whole(viewer).filter(visible(viewer), due_now(moment))
    if mine:
        found = found.filter(owned(viewer))
    rows = found.order_by("due_at", "pk")[:most]
    return [row_of(p, moment) for p in rows], found.count()


def own_rows(viewer: Actor, *, at: datetime | None = None) -> list[Pledge]:
    """What the viewer signed for, or their unit: live ones by what is due first, then the ended."""
    found = _whole(viewer).filter(own(viewer))
    live = list(found.filter(state__in=LIVE).order_by("due_at", "pk")[:MOST_OWN])
    return live + list(found.filter(state="ended").order_by("-ended_at", "-pk")[:20])


def own_pledge(actors: Iterable[Actor], pk: int) -> tuple[Actor, Pledge]:
    """One's own pledge, in whichever community it is. Raises `NotYours`."""
    for actor in actors:
        found = _whole(actor).filter(own(actor), pk=pk).first()
        if found is not None:
            return actor, found
    raise NotYours("pledge", _("没有这一项。"))


def get_pledge(viewer: Actor, pk: int) -> Pledge:
    """One pledge the viewer may see. Raises `NotYours`."""
    found = _whole(viewer).filter(visible(viewer), pk=pk).first()
    if found is None:
        raise NotYours("pledge", _("没有这一项。"))
    return found


def _whole(viewer: Actor) -> ScopedQuerySet[Pledge]:
    return Pledge.objects.of(viewer).select_related(
        *(f"ask__{name}" for name in WHOLE),
        *("ask__need__requester", "ask__need__owner", "ask__post__owner"),
        *("ask__project__owner", "ask__collection__owner"),
        *("person", "partnership__organisation", "signed_by"),
    )


def ahead_of(pledge: Pledge) -> int:
    """How many stand before this one in the queue."""
    earlier = Q(signed_at__lt=pledge.signed_at) | Q(signed_at=pledge.signed_at, pk__lt=pledge.pk)
    rows = Pledge.objects.within(pledge.community_id).filter(state="waiting", ask_id=pledge.ask_id)
    return rows.filter(earlier).count()


def units_spoken_for(viewer: Actor) -> list[Partnership]:
    """The units the viewer may sign for."""
    ids = partnerships_of(viewer)
    if not ids:
        return []
    rows = Partnership.objects.of(viewer).filter(pk__in=ids).select_related("organisation")
    return list(rows.order_by("pk"))


def row_of(pledge: Pledge, at: datetime) -> PledgeRow:
    """A pledge as a line of a list."""
    ask, need = pledge.ask, pledge.ask.need
    place = ask.place
    look, words = clock_of(pledge, at)
    verb, do = _next(pledge, at)
    return PledgeRow(
        pk=pledge.pk,
        who=who_of(pledge),
        kind=kind_of(ask),
        text=ask.text,
        places=f"{pledge.slots} {ask.unit}" if pledge.slots > 1 else "",
        need_number=need.number if need else "",
        need_serial=need.short_number if need else "",
        need_title=need.title if need else title_of(ask),
        place=place.full_name if place else "",
        state=pledge.state,
        state_words=state_words(pledge),
        next_words=next_words(pledge, at),
        clock_look=look,
        clock_words=words,
        verb=verb,
        do=do,
    )


def state_words(pledge: Pledge) -> str:
    """Where it stands: 认下了, or how it ended."""
    if pledge.state == "ended":
        return str(Ended(pledge.ended_as).label)
    if pledge.amount_fen is not None:
        return _("签了协议")
    return str(PLEDGE.states[pledge.state].label)


def next_words(pledge: Pledge, at: datetime) -> str:
    """What is next, and by when, as one says it to either side."""
    day = wording.near_day(pledge.due_at) if pledge.due_at else ""
    if pledge.state == "accepted":
        return _("%s前联系上，约个日子") % day
    if pledge.state == "asked":
        return _("%s前等一句话，过了就问下一位") % day
    if pledge.state == "waiting":
        return _("空出来先问这一位")
    if pledge.state == "under_way" and pledge.due_for == AGAIN:
        return _("来过了。%s前说一声：再约一天，还是做到了") % day
    if pledge.amount_fen is not None and pledge.until and pledge.state == "under_way":
        return _("按协议分期付，最后一笔%s") % wording.near_day(pledge.until)
    if pledge.state == "under_way" and pledge.planned_on:
        planned = f"{wording.near_day(pledge.planned_on)} {wording.weekday(pledge.planned_on)}"
        if pledge.until and pledge.until > pledge.planned_on:
            planned = _("%(a)s到%(b)s") % {
                "a": wording.near_day(pledge.planned_on),
                "b": wording.near_day(pledge.until),
            }
        if (pledge.until or pledge.planned_on) < clock.local(at).date():
            return _("约在%s，来过了没有？") % planned
        return _("约在%s") % planned
    if pledge.ended_at:
        return wording.near_day(pledge.ended_at)
    return ""


def clock_of(pledge: Pledge, at: datetime) -> tuple[str, str]:
    """The gauge and its words: red behind, yellow reminded, blue near, else empty."""
    if pledge.due_at is None or pledge.state not in LIVE:
        return "empty", state_words(pledge)
    if pledge.state == "waiting":
        return "empty", _("排队")
    if pledge.amount_fen is not None and pledge.state == "under_way":
        # What is promised is never called late: on its day somebody looks whether it came.
        here = pledge.due_at < at
        return ("yellow", _("看看到了没有")) if here else ("empty", state_words(pledge))
    words = wording.until(pledge.due_at, at)
    if pledge.due_at < at:
        return "red", words
    if pledge.state == "accepted" and pledge.reminded_at:
        return "yellow", _("五天没联系")
    return ("blue" if pledge.due_at <= at + NEAR else "empty"), words


def _next(pledge: Pledge, at: datetime) -> tuple[str, str]:
    if pledge.state == "accepted":
        return _("约日子"), "plan"
    if pledge.state == "under_way" and pledge.due_for == AGAIN:
        return _("做到了"), "keep"
    if pledge.state == "under_way":
        passed = pledge.due_at is not None and pledge.due_at < at + timedelta(days=1)
        passed = passed and pledge.amount_fen is None
        return (_("来没来"), "came") if passed else (_("看一看"), "")
    return (_("问一声"), "agree") if pledge.state == "asked" else (_("看一看"), "")


def facts_of(pledge: Pledge) -> dict[str, Any]:
    """The dates of one pledge, in words; of a sum the days are its parts'."""
    parts = pledge.amount_fen is not None
    told = {
        _("签名"): wording.moment(pledge.signed_at),
        _("联系上"): wording.moment(pledge.first_contact_at) if pledge.first_contact_at else "",
        _("约在"): wording.near_day(pledge.planned_on) if pledge.planned_on and not parts else "",
        _("到"): wording.near_day(pledge.until) if pledge.until and not parts else "",
        _("提醒过"): wording.near_day(pledge.reminded_at) if pledge.reminded_at else "",
        _("收到了什么"): pledge.receipt,
        _("说过要捐"): pledge.goods,
    }
    return {term: text for term, text in told.items() if text}
