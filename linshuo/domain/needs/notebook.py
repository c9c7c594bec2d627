"""Reads for the notebook: a day is a page, an entry is one matter, formatted as they will stand.

The words of a note are shown as they were said; whoever said it is masked, on one's own page too,
because a page lies open on a desk and goes through a printer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import visible, visible_notes
from linshuo.domain.needs.models import Disposition, Kind, Need, Note, Source, Supporter, Urgency
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import Colleague, staff
from linshuo.domain.places.models import Place
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours
from linshuo.kit.text import first_sentence

FIRST_DAY = date(1990, 1, 1)
"""Older days are slips of the finger; old ledgers come in by the import."""
NEAR_PLACES = 2
"""As many chips as stand in one row of a phone, with "elsewhere" beside them."""
_CAME_BY_STAFF = (Source.VISIT, Source.CALL, Source.WECHAT, Source.PROXY, Source.LISTENING)


def sources() -> list[tuple[str, str]]:
    """The ways a matter reaches a notebook; the web and imports have their own doors."""
    return [(s.value, str(s.label)) for s in _CAME_BY_STAFF]


@dataclass(frozen=True, slots=True)
class Became:
    """The matter an entry led to, as its line says it. No `number`: not the viewer's to see."""

    how: str
    """并入, 转问题, 转需求, 当场办结."""
    state: str = ""
    number: str = ""
    title: str = ""
    now: str = ""
    """The newest sign of life, or what was done."""
    followed: str = ""
    """What became of it in one word, when `state` says more than `how`: 已销号."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One matter on the page."""

    pk: int
    no: int
    hour: str
    source: str
    place: str
    spot: Place
    speaker: str
    urgency: str
    """Empty when there is no hurry."""
    danger: bool
    words: str
    disposition: str
    became: Became | None

    @property
    def undecided(self) -> bool:
        """Whether nobody has said yet what becomes of it."""
        return self.disposition == Disposition.OPEN

    @property
    def noted(self) -> bool:
        """Whether it was only written down; it may still become a matter."""
        return self.disposition == Disposition.NOTED


@dataclass(frozen=True, slots=True)
class Page:
    """A day in somebody's notebook."""

    author_id: int
    author: str
    post: str
    day: date
    mine: bool
    is_today: bool
    number: int
    """第 N 页: the how-manieth day written in this notebook."""
    entries: list[Entry]
    earlier: date | None
    later: date | None
    may_decide: bool

    @property
    def next_no(self) -> int:
        """The number of the entry that would come next."""
        return len(self.entries) + 1

    @property
    def undecided(self) -> list[Entry]:
        """Entries that still wait for a word."""
        return [e for e in self.entries if e.undecided]


@dataclass(frozen=True, slots=True)
class Keeper:
    """One of the staff and how far their notebook has come."""

    person_id: int
    name: str
    title: str
    pages: int
    notes: int
    undecided: int
    last_day: str
    last_iso: str


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place offered as a chip, in as few words as tell it from its neighbours."""

    pk: int
    label: str


def page(viewer: Actor, person_id: int | None = None, day: date | None = None) -> Page:
    """A page of a notebook: the viewer's own page of today unless told otherwise.

    Raises `NotYours` for a notebook the viewer may not open, as for a day that is not there.
    """
    today = clock.today()
    day = day or today
    author_id = person_id or viewer.person_id
    if author_id is None or not FIRST_DAY <= day <= today:
        raise NotYours("day", _("没有这一页。"))
    mine = author_id == viewer.person_id
    colleague = _keeper(viewer, author_id, mine)
    book = Note.objects.of(viewer).filter(visible_notes(viewer), author_id=author_id)
    turned = book.aggregate(
        pages=Count("day", distinct=True, filter=Q(day__lte=day)),
        here=Count("pk", filter=Q(day=day)),
        earlier=Max("day", filter=Q(day__lt=day)),
        later=Min("day", filter=Q(day__gt=day)),
    )
    later = turned["later"]
    if later is None and day < today and mine:
        later = today  # today's page is always there to be written on
    return Page(
        author_id=author_id,
        author=colleague.name,
        post=colleague.title,
        day=day,
        mine=mine,
        is_today=day == today,
        number=turned["pages"] + (0 if turned["here"] else 1),
        entries=_entries(viewer, book.filter(day=day)) if turned["here"] else [],
        earlier=turned["earlier"],
        later=later,
        may_decide=viewer.can(Can.NOTE_WRITE) and (mine or viewer.can(Can.NOTE_READ)),
    )


def _keeper(viewer: Actor, author_id: int, mine: bool) -> Colleague:
    """Whose notebook it is. Somebody who no longer serves keeps theirs, for those who may read."""
    if not mine and not viewer.can(Can.NOTE_READ):
        raise NotYours("notebook", _("没有这一页。"))
    for colleague in staff(viewer):
        if colleague.person_id == author_id:
            return colleague
    person = Person.objects.of(viewer).filter(pk=author_id).first()
    kept = Note.objects.of(viewer).filter(visible_notes(viewer), author_id=author_id)
    if person is None or not (mine or kept.exists()):
        raise NotYours("notebook", _("没有这一页。"))
    return Colleague(author_id, person.name, "", viewer.grants[0].role, "")


def _entries(viewer: Actor, rows: Iterable[Note]) -> list[Entry]:
    ordered = rows.select_related("place", "speaker").order_by("at", "pk")  # type: ignore[attr-defined]
    notes: list[Note] = list(ordered)
    became = _became(viewer, notes)
    sources_ = {s.value: str(s.label) for s in Source}
    return [
        Entry(
            pk=note.pk,
            no=no,
            hour=wording.hour(note.at),
            source=sources_.get(note.source, ""),
            place=note.place.full_name,
            spot=note.place,
            speaker=mask_name(note.speaker.name) if note.speaker else _("不留名"),
            urgency="" if note.urgency == Urgency.GENERAL else str(Urgency(note.urgency).label),
            danger=note.urgency == Urgency.DANGER,
            words=note.words,
            disposition=note.disposition,
            became=became.get(note.pk),
        )
        for no, note in enumerate(notes, start=1)
    ]


def _became(viewer: Actor, notes: list[Note]) -> dict[int, Became]:
    """For each note that led somewhere, the matter: three queries for the whole page."""
    ids = [n.pk for n in notes if n.disposition not in (Disposition.OPEN, Disposition.NOTED)]
    if not ids:
        return {}
    joined = _joined(viewer, [n.pk for n in notes if n.disposition == Disposition.JOINED])
    needs = Need.objects.of(viewer).filter(
        Q(note_id__in=ids) | Q(pk__in=list(joined.values())), visible(viewer)
    )
    rows = list(needs.order_by("pk"))
    by_note = {n.note_id: n for n in rows if n.note_id is not None}
    by_pk = {n.pk: n for n in rows}
    found: dict[int, Became] = {}
    for note in notes:
        if note.pk in ids:
            need = by_pk.get(joined.get(note.pk, 0)) or by_note.get(note.pk)
            found[note.pk] = _line(note, need)
    return found


_TELL_WHERE = ("note:dispose", "note:redact")
"""An erasure blanks an event and says again which matter it was."""


def _joined(viewer: Actor, ids: list[int]) -> dict[int, int]:
    """Note → matter it was joined to, from the event of the joining: whoever had asked before
    leaves no second supporter, but always an event."""
    if not ids:
        return {}
    events = Event.objects.of(viewer).filter(row_kind="note", row_id__in=ids, verb__in=_TELL_WHERE)
    told = {e.row_id: (e.detail or {}).get("need") for e in events.order_by("id")}
    found = {pk: int(need) for pk, need in told.items() if isinstance(need, int)}
    if len(found) < len(ids):
        rows = Supporter.objects.of(viewer).filter(note_id__in=ids)
        found = dict(rows.values_list("note_id", "need_id")) | found
    return found


def joined_to(viewer: Actor, note: Note) -> int | None:
    """The id of the matter a note was joined to, if it was."""
    return _joined(viewer, [note.pk]).get(note.pk)


def _line(note: Note, need: Need | None) -> Became:
    how = str(Disposition(note.disposition).label)
    if need is None:
        return Became(how=how)
    if note.disposition in (Disposition.WISH, Disposition.PROBLEM):
        how = _("转%s") % Kind(need.kind).label
    settled = note.disposition == Disposition.SETTLED
    return Became(
        how=how,
        state="merged" if need.state == "merged" else need.state,
        number=need.number,
        title=need.title,
        now=first_sentence(need.result_text if settled else need.progress, 40),
        followed=_followed(need),
    )


def _followed(need: Need) -> str:
    """Where it stands, for a line that already carries the seal."""
    if need.state == "closed" and need.closed_at:
        return _("%s销号") % wording.near_day(need.closed_at)
    if need.state == "reported" and need.due_at:
        return _("等答复，%s") % wording.until(need.due_at, clock.now())
    if need.state == "open" and need.due_at:
        return _("%s到期") % wording.near_day(need.due_at)
    return ""


def get_note(viewer: Actor, pk: int) -> Note:
    """One note the viewer may see. Raises `NotYours`."""
    note = (
        Note.objects.of(viewer)
        .filter(visible_notes(viewer), pk=pk)
        .select_related("place", "speaker")
        .first()
    )
    if note is None:
        raise NotYours("note", _("没有这一条。"))
    return note


def day_of(text: str) -> date:
    """The day an address names, as 2019-12-02. Raises `NotYours` for anything else."""
    try:
        return date.fromisoformat(text[:10]) if len(text) == 10 else date.min
    except ValueError:
        raise NotYours("day", _("没有这一天。")) from None


def keepers(viewer: Actor) -> list[Keeper]:
    """The notebooks the viewer may leaf through, in the order of appointment: never ranked."""
    if not viewer.can(Can.NOTE_READ):
        return []
    rows = (
        Note.objects.of(viewer)
        .filter(visible_notes(viewer))
        .order_by()
        .values("author_id")
        .annotate(
            pages=Count("day", distinct=True),
            notes=Count("pk"),
            undecided=Count("pk", filter=Q(disposition=Disposition.OPEN)),
            last=Max("day"),
        )
    )
    kept = {row["author_id"]: row for row in rows}
    return [_kept(colleague, kept.get(colleague.person_id)) for colleague in staff(viewer)]


def _kept(colleague: Colleague, row: Any) -> Keeper:
    return Keeper(
        person_id=colleague.person_id,
        name=colleague.name,
        title=colleague.title,
        pages=row["pages"] if row else 0,
        notes=row["notes"] if row else 0,
        undecided=row["undecided"] if row else 0,
        last_day=wording.near_day(row["last"]) if row else "",
        last_iso=row["last"].isoformat() if row else "",
    )


def near_places(viewer: Actor) -> list[NearPlace]:
    """The last places this person wrote from, newest first; before the first note, where they
    serve. Read from the notebook itself, so it is remembered on any phone."""
    recent = (
        Note.objects.of(viewer)
        .filter(author_id=viewer.person_id, place__closed_at__isnull=True)
        .order_by("-day", "-at", "-pk")
        .values_list("place_id", flat=True)[:40]
    )
    ids = list(dict.fromkeys(recent))[:NEAR_PLACES]
    if ids:
        rows = Place.objects.of(viewer).in_bulk(ids)
        places = [rows[pk] for pk in ids]
    else:
        held = sorted(viewer.paths(Can.NOTE_WRITE), key=len, reverse=True)[:NEAR_PLACES]
        places = list(
            Place.objects.of(viewer).filter(path__in=held, closed_at__isnull=True).order_by("pk")
        )
    return [NearPlace(p.pk, _short(p, places[0])) for p in places]


def _short(place: Place, first: Place) -> str:
    """A neighbour of the first needs its own name only: 盐业小区 3 栋, 4 栋."""
    neighbour = place.pk != first.pk and place.parent_id == first.parent_id
    return place.name if neighbour else place.full_name
