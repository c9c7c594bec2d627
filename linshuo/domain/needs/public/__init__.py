"""What everyone may see of needs: the only module of this room that public pages import.

A matter is here only when a person has released a text for everyone, and then with that text, its
estate, its state and its dates: no words as they were said, no result, no name, no building. What
is not public is not counted either, so no figure gives away that it exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import pgettext_lazy

from linshuo.domain.needs.models import Need, Visibility
from linshuo.domain.places.models import Place, PlaceKind
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, wording
from linshuo.kit.text import fold, tidy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE = 30
SHOWN: tuple[str, ...] = ("open", "done", "closed")
"""Before it is accepted nobody has released it; what ended otherwise was taken off the board."""
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PublicNeed:
    """One matter as everyone may see it, formatted."""

    number: str
    serial: str
    title: str
    text: str
    state: str
    state_words: str
    place: str
    reported: str
    due: str
    supporters: int


@dataclass(frozen=True, slots=True)
class PublicMoment:
    """One point of a public timeline: a day and what kind of thing happened, nothing else."""

    when: str
    title: str
    state: str = ""
    phase: str = "past"
    text: str = ""
    at: datetime | None = None
    """For putting what other rooms tell in between."""


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Some matters, and the mark where the next ones begin (empty at the end)."""

    needs: list[PublicNeed]
    after: str = ""


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """A number everyone may open, with its definition. It counts public matters only."""

    key: str
    name: str | _StrPromise
    unit: str | _StrPromise
    counts: str | _StrPromise
    state: str
    """The seal beside it."""
    where: Callable[[datetime], Q]


_LEFT_OUT = _l("只数已经公开的；没有公开的一件也不在里面。")

FIGURES: dict[str, PublicFigure] = {
    f.key: f
    for f in (
        PublicFigure(
            "heard", _l("听到"), _l("件"),
            _l("居民说过、写成一段可以公开的话的事，在办的、等点头的、销了号的都算。"), "reported",
            lambda at: Q(),
        ),
        PublicFigure(
            "open", _l("在办"), _l("件"), _l("受理了、有人负责、还没有办结的。"), "open",
            lambda at: Q(state="open"),
        ),
        PublicFigure(
            "done", _l("等点头"), _l("件"), _l("说是办结了，还在等居民说一声好了没有。"), "done",
            lambda at: Q(state="done"),
        ),
        PublicFigure(
            "closed", pgettext_lazy("figure", "销号"), _l("件"),
            _l("办结以后由另一个人核对过：居民点了头，或者到现场看过，或者三天各找过一次没找到人。"),
            "closed", lambda at: Q(state="closed"),
        ),
        PublicFigure(
            "lately", _l("这三十天销号"), _l("件"),
            _l("最近三十天里销号、没有再退回的。"), "closed",
            lambda at: Q(state="closed", closed_at__gte=at - LATELY),
        ),
    )
}  # fmt: skip

TAKEN = PublicFigure(
    "taken", pgettext_lazy("figure", "认下"), _l("项"),
    _l("有人或单位签了名、正在做或者做到了的，一位一家算一项。排队的不算。"), "taken",
    lambda at: Q(),
)  # fmt: skip
"""Counted by the room of pledges; one matter may have many, so it can be more than 听到."""


def figure_leaves_out() -> str:
    """What no public figure counts, in words."""
    return str(_LEFT_OUT)


def _shown(community_id: int) -> QuerySet[Need, Need]:
    return (
        Need.objects.within(community_id)
        .filter(visibility=Visibility.PUBLIC, state__in=SHOWN)
        .select_related("place", "place__parent")
        .only(
            "community", "number", "public_title", "public_text", "state", "reported_at",
            "due_at", "closed_at", "supporters", "place__community", "place__kind", "place__name",
            "place__full_name", "place__parent__full_name", "place__parent__kind",
        )
    )  # fmt: skip


def counts(community_id: int, at: datetime | None = None) -> dict[str, int]:
    """Every public figure's value by its key, in one query."""
    moment = at or clock.now()
    asked = {f"n_{f.key}": Count("pk", filter=f.where(moment)) for f in FIGURES.values()}
    found = _shown(community_id).aggregate(**asked)
    return {key.removeprefix("n_"): n for key, n in found.items()}


def behind(
    community_id: int, key: str, after: str = "", at: datetime | None = None
) -> PublicPage | None:
    """The matters behind a public figure, newest first; None when there is no such figure."""
    figure = FIGURES.get(key)
    if figure is None:
        return None
    moment = at or clock.now()
    order = "closed_at" if key in ("closed", "lately") else "reported_at"
    rows = _shown(community_id).filter(figure.where(moment), _after(after, order))
    found = list(rows.order_by(f"-{order}", "-pk")[: PAGE + 1])
    mark = ""
    if len(found) > PAGE:
        found = found[:PAGE]
        mark = f"{getattr(found[-1], order).timestamp():.6f}_{found[-1].pk}"
    return PublicPage([_public(need, moment) for need in found], mark)


def _after(mark: str, order: str) -> Q:
    stamp, _sep, pk = mark.partition("_")
    try:
        when, last = datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI), int(pk)
    except (ValueError, OverflowError, OSError):
        return Q()
    if not 0 <= last < 2**63:
        return Q()
    return Q(**{f"{order}__lt": when}) | Q(**{order: when, "pk__lt": last})


def wanted(community_id: int, most: int = 6, at: datetime | None = None) -> list[PublicNeed]:
    """Matters in hand that most people want, for the front page."""
    rows = _shown(community_id).filter(state="open").order_by("-supporters", "-reported_at", "-pk")
    return [_public(need, at or clock.now()) for need in rows[:most]]


def just_closed(community_id: int, most: int = 6, at: datetime | None = None) -> list[PublicNeed]:
    """What was closed last."""
    rows = _shown(community_id).filter(state="closed").order_by("-closed_at", "-pk")
    return [_public(need, at or clock.now()) for need in rows[:most]]


def find(community_id: int, typed: str, at: datetime | None = None) -> PublicNeed | None:
    """The public matter with this number, as a person would type it: 0042, jf-2019-0042.

    None for a number that never was and for one that is not public: nothing tells the two apart.
    """
    number = fold(tidy(typed)).upper().replace(" ", "")[:24]
    moment = at or clock.now()
    if number.isascii() and number.isdigit() and len(number) <= 6:
        rows = _shown(community_id).filter(number__endswith=f"-{int(number):04d}")
    else:
        rows = _shown(community_id).filter(number=number)
    need = rows.order_by("-reported_at", "-pk").first()
    return _public(need, moment) if need else None


def _public(need: Need, at: datetime) -> PublicNeed:
    return PublicNeed(
        number=need.number,
        serial=need.short_number,
        title=need.public_title,
        text=need.public_text,
        state=need.state,
        state_words=state_words(need),
        place=_estate(need.place),
        reported=wording.near_day(need.reported_at),
        due=due_words(need, at),
        supporters=need.supporters,
    )


def state_words(need: Need) -> str:
    return {
        "open": _("受理了，正在办"),
        "done": _("办结，等居民点头"),
        "closed": _("已销号"),
    }[need.state]


def _estate(place: Place) -> str:
    """Where, no nearer than the estate: a building would lead to a door."""
    if place.kind == PlaceKind.BUILDING and place.parent is not None:
        return place.parent.full_name
    return place.full_name


def due_words(need: Need, at: datetime) -> str:
    if need.state == "closed" and need.closed_at:
        return _("%s销号") % wording.near_day(need.closed_at)
    if need.due_at is None:
        return ""
    day = wording.near_day(need.due_at)
    if need.state == "done":
        return _("%s前问居民") % day
    if need.due_at < at:
        return _("说好%s前办结，过了") % day
    return _("%s前办结") % day


_TOLD: dict[str, tuple[str | _StrPromise, str]] = {
    "need:report": (_l("有人说了"), "reported"),
    "need:accept": (_l("受理"), "open"),
    "need:settle": (_l("办结，等居民点头"), "done"),
    "need:finish": (_l("办结，等居民点头"), "done"),
    "need:confirm": (_l("由另一个人核对过，销号"), "closed"),
    "need:reopen": (_l("没有真好，退回重办"), "open"),
    "need:extend": (_l("延期"), ""),
    "need:escalate": (_l("请街道帮忙"), "escalated"),
    "need:return": (_l("街道答复了"), ""),
    "need:followed": (_l("满三十天，又问过一次"), ""),
}
"""Which events the public timeline tells, in words that say nothing of persons. What is not in
this table is not told."""


def timeline(
    community_id: int, number: str, at: datetime | None = None
) -> list[PublicMoment] | None:
    """The days on which a public matter's state changed, and what is still to come; two queries.

    None when there is no such public matter.
    """
    need = _shown(community_id).filter(number=number).first()
    if need is None:
        return None
    events = (
        Event.objects.within(community_id)
        .filter(row_kind="need", row_id=need.pk, verb__in=_TOLD)
        .order_by("at", "id")
        .values_list("verb", "at", "detail")
    )
    moments: list[PublicMoment] = []
    for verb, when, detail in events:
        words, state = _TOLD[verb]
        if verb == "need:followed" and (detail or {}).get("said") == "no_answer":
            continue
        moments.append(PublicMoment(wording.near_day(when), str(words), state, at=when))
    return [*moments, *_to_come(need, at or clock.now())]


def _to_come(need: Need, at: datetime) -> list[PublicMoment]:
    coming: list[PublicMoment] = []
    if need.state == "open" and need.due_at:
        late = _("过了说好的日子") if need.due_at < at else ""
        coming.append(
            PublicMoment(wording.near_day(need.due_at), _("说好办结"), "done", "next", late)
        )
    if need.state in ("open", "done"):
        asked = wording.near_day(need.due_at) if need.state == "done" and need.due_at else ""
        coming.append(PublicMoment(asked, _("居民点头，销号"), "closed", "next"))
        coming.append(PublicMoment("", _("再过三十天，再问一次：还好着吗"), "", "next"))
    elif need.due_at:
        coming.append(
            PublicMoment(wording.near_day(need.due_at), _("再问一次：还好着吗"), "", "next")
        )
    return coming
