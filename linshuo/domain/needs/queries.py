"""The ledger: rows as they will stand on the page, counts by colour, and the filters in its URL."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs import due
from linshuo.domain.needs.access import listens, may, visible
from linshuo.domain.needs.lifecycle import LIVE, NEED
from linshuo.domain.needs.models import Category, Need, Supporter, Tag
from linshuo.domain.terms import queries as terms
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours
from linshuo.kit.text import fold, tidy

PAGE = 50
MOST_ID = 2**63
TABS: tuple[str, ...] = ("live", "red", "yellow", "blue", "empty", "done", "green", "ended", "all")
ENDED: tuple[str, ...] = ("declined", "merged", "withdrawn")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the ledger's URL says. Unknown values mean "no filter", never an error page."""

    tab: str = "live"
    place: str = ""
    owner: int | None = None
    category: int | None = None
    tag: str = ""
    kind: str = ""
    text: str = ""
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the ledger, formatted."""

    pk: int
    number: str
    serial: str
    title: str
    state: str
    clock_look: str
    clock_words: str
    place: str
    owner: str
    due: str
    progress: str
    supporters: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next ones begin (empty at the end)."""

    rows: list[LedgerRow]
    after: str = ""
    recent: list[LedgerRow] = field(default_factory=list)


def may_see(viewer: Actor) -> Q:
    """Needs of the viewer's community that the viewer may see."""
    return visible(viewer)


def matching(viewer: Actor, filters: Filters, at: datetime) -> Q:
    """The filters as one condition; combine with `visible`."""
    found = _tab(filters.tab, at)
    if filters.place:
        found &= Q(place__path__startswith=filters.place)
    if filters.owner is not None:
        found &= _is("owner_id", filters.owner) if filters.owner else Q(owner__isnull=True)
    if filters.category is not None:
        found &= _is("category_id", filters.category)
    if filters.kind:
        found &= Q(kind=filters.kind)
    if filters.tag == "any":
        found &= ~Q(tags="")
    elif filters.tag in Tag.values:
        found &= Q(tags__contains=filters.tag)
    if filters.escalated:
        found &= Q(escalated_at__isnull=False, returned_at__isnull=True)
    if filters.text.strip():
        found &= _text(viewer, filters.text)
    return found


def _is(column: str, pk: int) -> Q:
    """A typed id may be larger than any column holds: then it is nobody's."""
    return Q(**{column: pk}) if abs(pk) < MOST_ID else Q(pk__in=())


def _tab(tab: str, at: datetime) -> Q:
    if tab in ("red", "yellow", "blue", "empty", "green"):
        return due.with_colour(tab, at)
    if tab == "done":
        return Q(state="done")
    if tab == "ended":
        return Q(state__in=ENDED)
    return Q() if tab == "all" else Q(state__in=LIVE)


def _text(viewer: Actor, text: str) -> Q:
    typed = tidy(text)
    number = fold(typed).upper()
    if number.isdecimal() and len(number) <= 6:
        return Q(number__endswith=f"-{int(number):04d}") | Q(old_number=typed)
    if "-" in number and number[-1:].isdigit():
        return Q(number=number) | Q(old_number=typed)
    audiences = None if viewer.is_house else listens(viewer, Can.NEED_READ)
    return terms.having(viewer.community_id, "need", typed, audiences=audiences)


def ledger(viewer: Actor, filters: Filters, *, after: str = "", at: datetime | None = None) -> Page:
    """A page of the ledger, most urgent first, by keyset: always the same few queries.

    `after` is the mark a previous page gave; a mark that makes no sense begins at the top.
    """
    moment = at or clock.now()
    base = Need.objects.of(viewer).filter(visible(viewer), matching(viewer, filters, moment))
    live = filters.tab in ("live", "red", "yellow", "blue", "empty", "done")
    order = ("due_at", "pk") if live else ("-reported_at", "-pk")
    rows = _first(viewer, base.filter(_after(after, live)), order, PAGE + 1)
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    mark = ""
    if more:
        last = rows[-1]
        when = last.due_at if live else last.reported_at
        mark = f"{when.timestamp():.6f}_{last.pk}" if when else ""
    recent = _recent(viewer, filters, moment) if filters.tab == "live" and not after else []
    return Page([_row(n, moment) for n in rows], mark, [_row(n, moment) for n in recent])


_COLUMNS = (
    *("community_id", "number", "title", "state", "due_at", "due_for", "progress", "tags"),
    *("progress_at", "reported_at", "closed_at", "supporters", "reopened"),
    *("place__community_id", "place__full_name", "owner__community_id", "owner__name"),
)


def _first(
    viewer: Actor, rows: ScopedQuerySet[Need], order: tuple[str, ...], most: int
) -> list[Need]:
    """The first rows in an order, with the names beside them.

    Which ones is decided without the joins: a `CommunityKey` equates the communities too, and with
    that in sight both planners begin at the places and visit every need of the community.
    """
    ids = rows.order_by(*order).values("pk")[:most]
    chosen = Need.objects.of(viewer).filter(pk__in=ids).order_by(*order)
    return list(chosen.select_related("place", "owner").only(*_COLUMNS))


def _recent(viewer: Actor, filters: Filters, at: datetime) -> list[Need]:
    """Closed rows stay seven days under their own line."""
    closed = replace(filters, tab="green")
    base = Need.objects.of(viewer).filter(visible(viewer), matching(viewer, closed, at))
    recent = base.filter(closed_at__gte=at - due.QUIET)
    return _first(viewer, recent, ("-closed_at", "-pk"), 10)


def _after(mark: str, live: bool) -> Q:
    stamp, _sep, pk = mark.partition("_")
    try:
        when, last = datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI), int(pk)
    except (ValueError, OverflowError, OSError):
        return Q()
    # The plain bound is where the index is entered; "or" alone would be read row by row.
    if live:
        return Q(due_at__gte=when) & (Q(due_at__gt=when) | Q(due_at=when, pk__gt=last))
    before = Q(reported_at__lt=when) | Q(reported_at=when, pk__lt=last)
    return Q(reported_at__lte=when) & before


def _row(need: Need, at: datetime) -> LedgerRow:
    look, words = clock_of(need, at)
    tags = {t.value: str(t.label) for t in Tag}
    return LedgerRow(
        pk=need.pk,
        number=need.number,
        serial=need.short_number,
        title=need.title,
        state=need.state,
        clock_look=look,
        clock_words=words,
        place=need.place.full_name,
        owner=need.owner.name if need.owner else "",
        due=wording.near_day(need.due_at) if need.due_at and need.state != "closed" else "",
        progress=need.progress,
        supporters=need.supporters,
        tags=tuple(tags[t] for t in need.tag_list if t in tags),
    )


def clock_of(need: Need, at: datetime) -> tuple[str, str]:
    """The gauge's look and its words."""
    look = due.colour(need.state, need.due_at, need.progress_at, at)
    if need.state not in LIVE or need.due_at is None:
        return look, str(NEED.states[need.state].label)
    if look == "yellow":
        return look, _("慢了")
    words = wording.until(need.due_at, at)
    if need.state == "done" and look != "red":
        return look, _("待销号")
    return look, words


def counts(viewer: Actor, *, at: datetime | None = None) -> dict[str, int]:
    """How many in each tab: the few live ones by their clocks, the many others by state alone,
    which an index answers without visiting them. Two queries."""
    moment = at or clock.now()
    base = Need.objects.of(viewer).filter(visible(viewer))
    wanted = {tab: _tab(tab, moment) for tab in TABS if tab not in ("green", "ended", "all")}
    wanted |= {"reported": Q(state="reported"), "open": Q(state="open")}
    found: dict[str, int] = base.filter(state__in=LIVE).aggregate(
        **{f"n_{name}": Count("pk", filter=q) for name, q in wanted.items()}
    )
    settled = base.filter(state__in=("closed", *ENDED)).order_by()
    by_state = dict(settled.values_list("state").annotate(n=Count("pk")))
    found["n_green"] = by_state.get("closed", 0)
    found["n_ended"] = sum(by_state.get(state, 0) for state in ENDED)
    return found


def total(viewer: Actor, filters: Filters, *, at: datetime | None = None) -> int:
    """How many rows the filters leave."""
    found = matching(viewer, filters, at or clock.now())
    return Need.objects.of(viewer).filter(visible(viewer), found).count()


def ledger_categories(viewer: Actor) -> list[Category]:
    """The categories in use here, in the order they were made."""
    return list(Category.objects.of(viewer).filter(closed_at__isnull=True).order_by("pk"))


def get_need(viewer: Actor, number: str) -> Need:
    """One need by its number. Raises `NotYours` for another's, exactly as for none."""
    need = (
        Need.objects.of(viewer)
        .filter(visible(viewer), number=number.upper().replace("\x00", ""))
        .select_related(
            *("place", "owner", "category", "requester", "proxy", "note", "note__author"),
            *("survivor", "finished_by", "paper"),
        )
        .first()
    )
    if need is None:
        raise NotYours("need", _("没有这一件。"))
    return need


_BESIDE: tuple[tuple[str, Can, tuple[str, ...]], ...] = (
    ("progress", Can.NEED_WORK, ("open",)),
    ("assign", Can.NEED_WORK, LIVE),
    ("still", Can.NEED_WORK, ("open",)),
    ("release", Can.NEED_RELEASE, (*LIVE, "closed")),
    ("sort", Can.NEED_WORK, (*LIVE, "closed")),
    ("escalate", Can.NEED_DECIDE, LIVE),
    ("return", Can.NEED_DECIDE, LIVE),
    ("ask", Can.NEED_CONFIRM, ("done", "closed")),
)
"""Writes beside the moves, with what they ask for and the states they make sense in."""

_STAFF_FOR_OTHERS = {
    "contest": Can.NEED_WORK,
    "reopen": Can.NEED_CONFIRM,
    "withdraw": Can.NEED_WORK,
}


def allowed_moves(viewer: Actor, need: Need) -> list[str]:
    """The verbs that lead somewhere from here, for this viewer, first the table's own order.

    From the table of moves; a guard may still refuse, with a sentence that says what is missing.
    """
    held: dict[Can, bool] = {}

    def holds(can: Can) -> bool:
        if can not in held:
            held[can] = may(viewer, can, need) if viewer.can(can) else False
        return held[can]

    found = []
    for row in NEED.open_moves(need.state):
        can = row.can or _STAFF_FOR_OTHERS[row.verb]
        if row.verb == "confirm" and need.finished_by_id == viewer.person_id:
            continue
        if holds(can):
            found.append(row.verb)
    up = need.escalated_at is not None and need.returned_at is None
    for verb, can, states in _BESIDE:
        if need.state in states and holds(can) and verb != ("escalate" if up else "return"):
            found.append(verb)
    return found


def supporter_lines(viewer: Actor, need: Need) -> list[str]:
    """Who else wants it, masked, newest first; counts without names are said as such."""
    rows = (
        Supporter.objects.of(viewer).filter(need=need).select_related("person").order_by("-at")[:30]
    )
    told = []
    for row in rows:
        if row.person is not None:
            told.append(mask_name(row.person.name))
        else:
            told.append(ngettext("%d 位没留名", "%d 位没留名", row.heads) % row.heads)
    return told


def wants(person_id: int) -> Exists:
    """Whether a person has said 我也要, as a condition on needs."""
    rows = Supporter.objects.everywhere()
    return Exists(rows.filter(need_id=OuterRef("pk"), person_id=person_id))
