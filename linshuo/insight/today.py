"""今天: what is due, what is new, what has been silent too long, what waits for me.

The groups do not overlap, so their figures add up to what there is to do. Each group is one query
for its first few rows, and one query counts them all, whatever there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from linshuo.domain.needs import due
from linshuo.domain.needs.access import visible
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Contact, Disposition, Need, Note
from linshuo.domain.needs.queries import clock_of
from linshuo.domain.pledges.queries import PledgeRow, due_rows
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.text import first_sentence

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CAP = 6
"""Rows of a group on the page; the rest is a figure that opens."""
MOST = 100
"""Rows of a group that is shown alone."""

Condition = Callable[[Actor, datetime], Q]


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of thing to do, as a condition on needs."""

    key: str
    title: str | _StrPromise
    look: str
    """The gauge beside its title; empty for none."""
    where: Condition
    order: tuple[str, ...] = ("due_at", "pk")
    ledger: str = ""
    """The tab of the ledger that shows exactly these."""
    can: Can = Can.NEED_READ


def _tomorrow(at: datetime) -> datetime:
    return clock.start_of(clock.local(at).date() + timedelta(days=2))


def _red(viewer: Actor, at: datetime) -> Q:
    return due.with_colour("red", at)


def _soon(viewer: Actor, at: datetime) -> Q:
    calm = Q(progress_at__gte=at - due.QUIET)
    return Q(state="open", due_at__gte=at, due_at__lt=_tomorrow(at)) & calm


def _unanswered(viewer: Actor, at: datetime) -> Q:
    return Q(state="reported", due_at__gte=at)


def _check(viewer: Actor, at: datetime) -> Q:
    return Q(state="done", due_at__gte=at) & ~Q(finished_by_id=viewer.person_id)


def _follow(viewer: Actor, at: datetime) -> Q:
    tonight = clock.start_of(clock.local(at).date() + timedelta(days=1))
    return Q(state="closed", due_at__lt=tonight)


def _later(at: datetime) -> Q:
    return Q(state="open", due_at__gte=_tomorrow(at), progress_at__gte=at - due.QUIET)


def _back(viewer: Actor, at: datetime) -> Q:
    return _later(at) & Q(reopened__gt=0)


def _fresh(viewer: Actor, at: datetime) -> Q:
    return _later(at) & Q(owner_id=viewer.person_id, progress="", reopened=0)


def _quiet(viewer: Actor, at: datetime) -> Q:
    return due.with_colour("yellow", at)


SORTS: tuple[Sort, ...] = (
    Sort("red", _l("超期"), "red", _red, ledger="red"),
    Sort("soon", _l("今天明天到期"), "blue", _soon),
    Sort("new", _l("等答复"), "", _unanswered),
    Sort("check", _l("办结了，等核对"), "", _check, can=Can.NEED_CONFIRM),
    Sort("follow", _l("满三十天，再问一次"), "", _follow),
    Sort("back", _l("退回重办"), "", _back),
    Sort("fresh", _l("交给我，还没写过进展"), "", _fresh),
    Sort("quiet", _l("七天没动静"), "yellow", _quiet, ("progress_at", "pk"), ledger="yellow"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is, what its clock says, and the verb that is next."""

    number: str
    serial: str
    title: str
    place: str
    owner: str
    clock_look: str
    clock_words: str
    note: str
    """What is known beside the clock: 还没打电话, 7 天没动静."""
    verb: str
    do: str
    """The form that the need's page opens for it; empty for none."""

    @property
    def meta(self) -> list[str]:
        """What stands under the title, beside the number."""
        return [w for w in (self.clock_words, self.place, self.owner, self.note) if w]

    @property
    def short_meta(self) -> list[str]:
        """The one thing to know, where there is little room."""
        return [self.note or self.clock_words] if self.clock_look == "empty" else [self.clock_words]


@dataclass(frozen=True, slots=True)
class Group:
    """Some things to do of one kind; `count` is all of them."""

    key: str
    title: str
    look: str
    count: int
    items: list[Item]
    ledger: str

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.items)


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note of one's own of which nobody has said yet what becomes of it."""

    pk: int
    day: str
    iso: str
    words: str
    place: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the page's first sentence: a figure, which opens, and its words."""

    key: str
    count: int
    words: str


@dataclass(frozen=True, slots=True)
class Today:
    """The page. `whole`: not the viewer's own matters alone, but all that they answer for."""

    groups: list[Group]
    notes: list[OpenNote]
    notes_count: int
    whole: bool
    may_widen: bool
    counts: dict[str, int]
    pledges: list[PledgeRow]
    """Who is to be called, and of whom to ask whether they came."""
    pledges_count: int

    @property
    def sentence(self) -> list[Clause]:
        """What is waiting, most pressing first; a figure of nothing is not said."""
        said = {
            "red": _("件超期"),
            "soon": _("件今明两天到期"),
            "new": _("件等答复"),
            "check": _("件等核对销号"),
            "follow": _("件该再问一次"),
            "quiet": _("件七天没动静"),
        }
        return [Clause(key, n, words) for key, words in said.items() if (n := self.counts[key])]

    @property
    def empty(self) -> bool:
        """Whether nothing at all is waiting."""
        return not (self.notes_count or self.pledges_count or any(self.counts.values()))


def may_widen(viewer: Actor) -> bool:
    """Whether the viewer answers for more than their own matters."""
    return viewer.can(Can.NEED_ACCEPT)


def today(
    viewer: Actor,
    *,
    mine: bool = False,
    only: str = "",
    keys: frozenset[str] | None = None,
    cap: int = CAP,
    at: datetime | None = None,
) -> Today:
    """What there is to do. `mine` narrows it to the viewer's own; `only` shows one group at length;
    `keys` leaves out all other groups. An `only` that is no group shows them all."""
    moment = at or clock.now()
    whole = may_widen(viewer) and not mine
    if only not in {s.key for s in SORTS}:
        only = ""
    wanted = [
        s
        for s in SORTS
        if viewer.can(s.can) and (not only or s.key == only) and (keys is None or s.key in keys)
    ]
    scope, anyone = _scope(viewer, whole), visible(viewer, Can.NEED_CONFIRM)
    conditions = {
        s.key: s.where(viewer, moment) & (anyone if s.key == "check" else scope) for s in wanted
    }
    # What can be in no group is not read: the closed matters of years are most of the table.
    near = Q(state__in=LIVE) | Q(state="closed", due_at__isnull=False)
    rows = Need.objects.of(viewer).filter(near)
    counts = {s.key: 0 for s in SORTS}
    if wanted:
        counts |= rows.aggregate(**{s.key: Count("pk", filter=conditions[s.key]) for s in wanted})
    most = MOST if only else cap
    groups = [
        _group(viewer, s, rows.filter(conditions[s.key]), counts[s.key], most, moment)
        for s in wanted
        if counts[s.key] or only
    ]
    notes, notes_count = ([], 0) if only or keys is not None else _notes(viewer, cap)
    pledges, pledges_count = (
        ([], 0) if only or keys is not None else due_rows(viewer, mine=not whole, most=cap)
    )
    return Today(
        groups=groups,
        notes=notes,
        notes_count=notes_count,
        whole=whole,
        may_widen=may_widen(viewer),
        counts=counts,
        pledges=pledges,
        pledges_count=pledges_count,
    )


def _scope(viewer: Actor, whole: bool) -> Q:
    """Heads: the whole community; those who accept: where they accept; others: their own."""
    me = viewer.person_id
    own = Q(owner_id=me) | Q(state="reported", note__author_id=me) if me else Q(pk__in=())
    if not whole:
        return own & visible(viewer)
    return visible(viewer, Can.NEED_ACCEPT)


def _group(
    viewer: Actor, sort: Sort, rows: QuerySet[Need, Need], count: int, most: int, at: datetime
) -> Group:
    said = Contact.objects.of(viewer).filter(
        need_id=OuterRef("pk"),
        purpose__in=[Contact.Purpose.CONFIRM, Contact.Purpose.FOLLOW_UP, Contact.Purpose.INSPECT],
        at__gte=OuterRef("finished_at"),
    )
    drawn = (
        rows.select_related("place", "owner", "requester")
        .annotate(
            last_said=Subquery(said.order_by("-at", "-pk").values("said")[:1]),
            attempts=Subquery(
                said.order_by()
                .filter(said=Contact.Said.NO_ANSWER)
                .values("need_id")
                .annotate(n=Count("pk"))
                .values("n")
            ),
        )
        .order_by(*(F(name).asc(nulls_last=True) for name in sort.order))
    )
    items = [_item(viewer, sort.key, need, at) for need in drawn[:most]]
    return Group(sort.key, str(sort.title), sort.look, count, items, sort.ledger)


def _item(viewer: Actor, key: str, need: Need, at: datetime) -> Item:
    look, words = clock_of(need, at)
    if key in ("follow", "check"):
        look = "empty"
        words = _follow_words(need, at) if key == "follow" else wording.until(need.due_at, at)  # type: ignore[arg-type]
    elif key == "quiet" and need.due_at is not None:
        words = _("%s到期") % wording.near_day(need.due_at)
    elif key == "new" and need.due_at is not None:
        words = _("%s前答复") % wording.until(need.due_at, at)
    verb, do = _next(viewer, key, need)
    return Item(
        number=need.number,
        serial=need.short_number,
        title=need.title,
        place=need.place.full_name,
        owner="" if need.owner is None or need.owner_id == viewer.person_id else need.owner.name,
        clock_look=look,
        clock_words=words,
        note=_note(key, need, at),
        verb=verb,
        do=do,
    )


def _follow_words(need: Need, at: datetime) -> str:
    return _("%s销号") % wording.near_day(need.closed_at) if need.closed_at else ""


def _note(key: str, need: Need, at: datetime) -> str:
    if key == "quiet" or (
        key == "red" and need.state == "open" and need.progress_at < at - due.QUIET
    ):
        days = (at - need.progress_at).days
        return ngettext("%d 天没动静", "%d 天没动静", days) % days
    if need.state == "done":
        return _asked(need)
    if key == "follow":
        return mask_name(need.requester.name) if need.requester else ""
    if key == "back":
        return first_sentence(need.reason, 24)
    if key in ("red", "soon") and need.progress:
        return first_sentence(need.progress, 24)
    return ""


def _asked(need: Need) -> str:
    said, tried = getattr(need, "last_said", None), getattr(need, "attempts", None) or 0
    if said == Contact.Said.SETTLED:
        return _("居民说好了")
    if said in (Contact.Said.NOT_SETTLED, Contact.Said.SEEN_NOT):
        return _("说还没好")
    if said == Contact.Said.SEEN_FINE:
        return _("到现场看过了")
    if tried:
        return ngettext("打过 %d 次，没联系上", "打过 %d 次，没联系上", tried) % tried
    return _("还没打电话") if need.requester_id or need.paper_id else _("还没到现场看")


def _next(viewer: Actor, key: str, need: Need) -> tuple[str, str]:
    """The verb that is next, and the form of the need's page where it is done."""
    if need.state == "reported":
        return (_("受理"), "accept") if viewer.can(Can.NEED_ACCEPT) else (_("看一看"), "")
    if need.state == "done":
        return _after_done(viewer, need)
    if need.state == "closed":
        return (_("打电话"), "ask") if need.requester_id else (_("去看看"), "ask")
    if key == "soon":
        return _("办结"), "finish"
    return _("写进展"), "progress"


def _after_done(viewer: Actor, need: Need) -> tuple[str, str]:
    said = getattr(need, "last_said", None)
    if said in (Contact.Said.NOT_SETTLED, Contact.Said.SEEN_NOT):
        return _("退回"), "reopen"
    fine = said == Contact.Said.SETTLED or (
        said == Contact.Said.SEEN_FINE and not need.requester_id
    )
    if fine and need.finished_by_id != viewer.person_id:
        return _("销号"), "confirm"
    asked = need.requester_id or need.paper_id
    return (_("打电话"), "ask") if asked else (_("去看看"), "ask")


def _notes(viewer: Actor, cap: int) -> tuple[list[OpenNote], int]:
    if viewer.person_id is None or not viewer.can(Can.NOTE_WRITE):
        return [], 0
    rows = Note.objects.of(viewer).filter(author_id=viewer.person_id, disposition=Disposition.OPEN)
    found = rows.select_related("place").order_by("-day", "-at", "-pk")[:cap]
    return [
        OpenNote(
            pk=n.pk,
            day=wording.near_day(n.day),
            iso=n.day.isoformat(),
            words=first_sentence(n.words, 28),
            place=n.place.full_name,
        )
        for n in found
    ], rows.count()
