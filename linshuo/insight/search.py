"""找一找: needs, notes and people that have what was typed, as far as the viewer may read them.

A number goes straight to its need. Words are looked for in what was said; people are found by
name, by the initials of its pinyin, and by a whole telephone number, never by a part of one.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import listens, visible, visible_notes
from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.people import access as people_access
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import staff
from linshuo.domain.terms import queries as terms
from linshuo.domain.terms.words import Kind
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.insight.excerpts import Excerpt, excerpt
from linshuo.kit import clock, secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role
from linshuo.kit.masking import mask_name, mask_phone
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import Refused
from linshuo.kit.text import fold, tidy

MOST = 20
CAP = 1000
"""Counts stop here: 1000 means that many or more."""
LONGEST = 200
KINDS: tuple[str, ...] = tuple(Kind)

Hit = TypeVar("Hit")


@dataclass(frozen=True, slots=True)
class NeedHit:
    """A need as one line of what was found."""

    pk: int
    number: str
    title: Excerpt
    words: Excerpt
    state: str
    now: str
    place: str
    when: str
    supporters: int


@dataclass(frozen=True, slots=True)
class NoteHit:
    """A note as one line; its author, day and id lead to the notebook's page."""

    pk: int
    author_id: int
    author: str
    day: str
    """As in an address: 2019-12-01."""
    when: str
    words: Excerpt
    place: str


@dataclass(frozen=True, slots=True)
class PersonHit:
    """A person as one line: masked, unless they serve here."""

    pk: int
    name: str
    phone: str
    place: str
    title: str
    """What a colleague is called here; empty for residents."""


@dataclass(frozen=True, slots=True)
class Found(Generic[Hit]):
    """Some rows of one kind, newest first. `count` goes up to `CAP`; `after` leads to more."""

    rows: list[Hit] = field(default_factory=list)
    count: int = 0
    after: str = ""

    @property
    def capped(self) -> bool:
        """Whether there are more than can be said."""
        return self.count >= CAP


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found. `straight` is the number of the one need that was asked for by it."""

    text: str
    straight: str = ""
    by_number: list[NeedHit] = field(default_factory=list)
    needs: Found[NeedHit] = field(default_factory=Found)
    notes: Found[NoteHit] = field(default_factory=Found)
    persons: Found[PersonHit] = field(default_factory=Found)

    @property
    def empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.by_number or self.needs.count or self.notes.count or self.persons.count)


def search(
    viewer: Actor,
    text: str,
    *,
    kinds: Collection[str] = KINDS,
    most: int = MOST,
    after: str = "",
) -> Results:
    """Everything the viewer may read that has what was typed.

    `after` is the mark that `Found` gave, for the next rows of the one kind asked for; a mark that
    makes no sense begins at the top.
    """
    typed = tidy(text)[:LONGEST]
    if not typed:
        return Results(typed)
    numbered = [] if after or Kind.NEED not in kinds else _by_number(viewer, typed)
    return Results(
        text=typed,
        straight=numbered[0].number if len(numbered) == 1 else "",
        by_number=[_need(need, typed) for need in numbered],
        needs=_needs(viewer, typed, most, after) if Kind.NEED in kinds else Found(),
        notes=_notes(viewer, typed, most, after) if Kind.NOTE in kinds else Found(),
        persons=_persons(viewer, typed, most, after) if Kind.PERSON in kinds else Found(),
    )


def readable(viewer: Actor) -> Q:
    """Needs whose own words the viewer may read, and so search: fewer than they may see.

    Members and liaisons see what was released to them in the words that were released; what was
    said at the door is not theirs to find.
    """
    told = {Role.MEMBER, Role.LIAISON}
    return visible(replace(viewer, grants=tuple(g for g in viewer.grants if g.role not in told)))


_NUMBER = re.compile(r"(?:([a-z][a-z0-9]{1,5})[\s-]?)?(?:(\d{4})-)?0*(\d{1,6})")


def _by_number(viewer: Actor, typed: str) -> list[Need]:
    """Needs with the typed number, whole (JF-2019-0042) or in part (2019-42, 42), or old number."""
    if not any(character.isdigit() for character in typed):
        return []
    condition = Q(old_number=typed)
    looked_up = set(terms.find(viewer.community_id, Kind.NEED, typed, audiences=None, most=CAP))
    if found := _NUMBER.fullmatch(fold(typed)):
        prefix, year, serial = found.groups()
        tail = f"{int(serial):04d}"
        looked_up |= set(terms.find(viewer.community_id, Kind.NEED, tail, audiences=None, most=CAP))
        number = Q(number__endswith=f"-{year}-{tail}" if year else f"-{tail}")
        condition |= number & Q(number__startswith=f"{prefix.upper()}-") if prefix else number
    rows = _need_rows(viewer).filter(condition, pk__in=looked_up)
    return list(rows.order_by("-reported_at", "-pk")[:MOST])


_NEED = (
    *("community_id", "number", "title", "words", "state", "reported_at", "supporters"),
    *("place__community_id", "place__full_name"),
)


def _need_rows(viewer: Actor) -> ScopedQuerySet[Need]:
    rows = Need.objects.of(viewer).filter(readable(viewer))
    return rows.select_related("place").only(*_NEED)


def _needs(viewer: Actor, typed: str, most: int, after: str) -> Found[NeedHit]:
    having = terms.having(viewer.community_id, Kind.NEED, typed, audiences=None)
    rows = _need_rows(viewer)
    shown, count, mark = _page(rows, having, "reported_at", most, after)
    return Found([_need(need, typed) for need in shown], count, mark)


def _need(need: Need, typed: str) -> NeedHit:
    return NeedHit(
        pk=need.pk,
        number=need.number,
        title=excerpt(need.title, typed),
        words=excerpt(need.words, typed),
        state=need.state,
        now=str(NEED.states[need.state].label),
        place=need.place.full_name,
        when=wording.near_day(need.reported_at),
        supporters=need.supporters,
    )


def _notes(viewer: Actor, typed: str, most: int, after: str) -> Found[NoteHit]:
    heard = None if viewer.is_house else listens(viewer, Can.NOTE_READ)
    having = terms.having(viewer.community_id, Kind.NOTE, typed, audiences=heard)
    rows = Note.objects.of(viewer).filter(visible_notes(viewer))
    rows = rows.select_related("place", "author")
    shown, count, mark = _page(rows, having, "at", most, after)
    hits = [
        NoteHit(
            pk=note.pk,
            author_id=note.author_id,
            author=note.author.name,
            day=note.day.isoformat(),
            when=wording.near_day(note.day),
            words=excerpt(note.words, typed),
            place=note.place.full_name,
        )
        for note in shown
    ]
    return Found(hits, count, mark)


def _page(rows: Any, found: Q, by: str, most: int, after: str) -> tuple[list[Any], int, str]:
    """Rows that are found, newest first by the moment `by`, after a mark; how many there are in
    all; and the mark of the next ones.

    The sort of what may be thousands of hits carries ids alone; texts and names are read for the
    rows of the page.
    """
    stamp, _sep, pk = after.partition("_")
    begin = Q()
    with contextlib.suppress(ValueError, OverflowError, OSError):  # no mark, or a senseless one
        when, last = datetime.fromtimestamp(float(stamp), tz=clock.SHANGHAI), int(pk)
        begin = Q(**{f"{by}__lt": when}) | Q(**{by: when, "pk__lt": last})
    order = (f"-{by}", "-pk")
    ids = rows.filter(found, begin).order_by(*order).values("pk")[: most + 1]
    shown = list(rows.filter(pk__in=ids).order_by(*order))
    mark = ""
    if len(shown) > most:
        shown = shown[:most]
        mark = f"{getattr(shown[-1], by).timestamp():.6f}_{shown[-1].pk}"
    return shown, _count(rows.filter(found), shown, mark, after), mark


def _count(rows: Any, shown: list[Any], mark: str, after: str) -> int:
    """How many there are in all, up to `CAP`; counted only when a page does not show them all."""
    return int(rows[:CAP].count()) if mark or after else len(shown)


def _persons(viewer: Actor, typed: str, most: int, after: str) -> Found[PersonHit]:
    condition = _who(typed)
    if condition is None:
        return Found()
    rows = (
        Person.objects.of(viewer)
        .filter(people_access.visible(viewer), condition, erased_at__isnull=True)
        .select_related("place")
    )
    begin = int(after) if after.isdecimal() and len(after) < 19 else 0
    shown = list(rows.filter(pk__gt=begin).order_by("pk")[: most + 1])
    mark = str(shown[most - 1].pk) if len(shown) > most else ""
    shown = shown[:most]
    serving = {c.person_id: c.title or _("社区工作人员") for c in staff(viewer)} if shown else {}
    hits = [
        PersonHit(
            pk=person.pk,
            name=person.name if person.pk in serving else mask_name(person.name),
            phone=mask_phone(person.phone),
            place=person.place.full_name if person.place else "",
            title=serving.get(person.pk, ""),
        )
        for person in shown
    ]
    return Found(hits, _count(rows, shown, mark, after), mark)


def _who(typed: str) -> Q | None:
    """The condition on persons, None when nobody is called like that."""
    letters = re.sub(r"[\s.·'()+-]", "", fold(typed))
    if letters.isdecimal():
        return _by_phone(typed)
    if not letters.isalnum():
        return None
    found = Q(name__icontains=" ".join(typed.split()))
    if letters.isascii():
        found |= Q(initials__startswith=letters)
    return found


def _by_phone(typed: str) -> Q | None:
    try:
        return Q(phone_hmac=secret.fingerprint(clean_phone(typed)))
    except Refused:
        return None
