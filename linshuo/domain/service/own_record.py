"""One's own record of service: every record with when, where, how long and in whose word, what it
was before it was corrected, and the years' totals. Nobody reads anybody else's here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from linshuo.domain.service.agenda import where_of
from linshuo.domain.service.attached import Issued
from linshuo.domain.service.models import ServiceRecord, Via
from linshuo.domain.service.queries import (
    correction_words,
    counting,
    minutes_words,
    span,
    standing_records,
    what_of,
)
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

WHOLE = (
    *("turn__post__place", "turn__activity__place", "confirmed_by"),
    *("turn__pledge__ask__need__place__parent", "turn__pledge__ask__asset__place"),
    *("turn__pledge__ask__post__place", "turn__pledge__ask__offer"),
)
MOST = 1000
"""Records of one year on a page; nobody comes as often."""


@dataclass(frozen=True, slots=True)
class Line:
    """One record as it stands, with what it said before."""

    pk: int
    starts: datetime
    planned: datetime
    """Until when it was planned; how long it was is `minutes`."""
    when: str
    what: str
    where: str
    minutes: int
    long: str
    word: str
    """In whose word: 受助的人说的."""
    whose: str
    """Who that was: a colleague in full, anybody else masked; empty where no name was left."""
    seen: bool
    """Whether it is the word of a colleague who was there."""
    noted: str
    """The day it was written down."""
    was: tuple[str, ...]
    """What it said before it was corrected, first word first."""
    notes: tuple[str, ...]
    """Who corrected it, when and why, once for each time."""


@dataclass(frozen=True, slots=True)
class Year:
    """A year's total."""

    year: int
    times: int
    minutes: int

    @property
    def total(self) -> str:
        return minutes_words(self.minutes)


@dataclass(frozen=True, slots=True)
class Record:
    """A person's record in one community, one year of it line by line."""

    total: str
    times: int
    years: list[Year]
    shown: int
    """The year whose lines these are."""
    lines: list[Line]
    issued: list[Paper]


@dataclass(frozen=True, slots=True)
class Paper:
    """A record that was handed out."""

    pk: int
    number: str
    day: str
    total: str


def own_record(viewer: Actor, year: int | None = None) -> Record:
    """The viewer's own record, with the lines of a year, the newest if none is asked for. Five
    queries."""
    years = _years(viewer)
    shown = year if year in {each.year for each in years} else None
    newest = years[0].year if years else clock.today().year
    chosen = shown or newest
    papers = Issued.objects.of(viewer).filter(person_id=viewer.person_id or 0).order_by("-pk")
    return Record(
        total=minutes_words(sum(each.minutes for each in years)),
        times=sum(each.times for each in years),
        years=years,
        shown=chosen,
        lines=lines_of(viewer, chosen),
        issued=[
            Paper(p.pk, p.number, wording.day(p.as_of), minutes_words(p.minutes))
            for p in papers[:20]
        ],
    )


def _years(viewer: Actor) -> list[Year]:
    counted = counting(viewer.community_id).filter(person_id=viewer.person_id or 0)
    shown = standing_records(viewer.community_id).filter(person_id=viewer.person_id or 0)
    by_year = ExtractYear("starts", tzinfo=clock.SHANGHAI)
    sums = {
        year: (times, minutes)
        for year, times, minutes in counted.annotate(year=by_year)
        .values_list("year")
        .annotate(times=Count("pk"), total=Sum("minutes"))
    }
    # A year in which everything was corrected to nought is shown all the same.
    there = set(shown.annotate(year=by_year).values_list("year", flat=True).distinct())
    return [Year(year, *sums.get(year, (0, 0))) for year in sorted(there, reverse=True)]


def lines_of(viewer: Actor, year: int | None = None) -> list[Line]:
    """The viewer's records as they stand, newest first; of one year, or all."""
    mine = ServiceRecord.objects.of(viewer).filter(person_id=viewer.person_id or 0)
    if year is not None:
        begin, end = clock.at_local(year, 1, 1), clock.at_local(year + 1, 1, 1)
        mine = mine.filter(starts__gte=begin, starts__lt=end)
    rows = list(
        mine.select_related(*WHOLE).order_by("-starts", "-pk")[: None if not year else MOST]
    )
    by_pk = {row.pk: row for row in rows}
    replaced = {row.corrects_id for row in rows}
    return [_line(row, by_pk) for row in rows if row.pk not in replaced]


def _line(row: ServiceRecord, by_pk: dict[int, ServiceRecord]) -> Line:
    before = _before(row, by_pk)
    first = before[0] if before else row
    return Line(
        pk=row.pk,
        starts=row.starts,
        planned=row.turn.ends,
        when=span(row.starts, row.turn.ends),
        what=what_of(row.turn),
        where=where_of(row.turn),
        minutes=row.minutes,
        long=minutes_words(row.minutes) if row.minutes else _("没有计时"),
        word=str(Via(first.via).label),
        whose=_whose(first),
        seen=first.via == Via.COLLEAGUE,
        noted=wording.day(first.confirmed_at),
        was=tuple(minutes_words(each.minutes) for each in before),
        notes=tuple(correction_words(each) for each in [*before[1:], row] if each.corrects_id),
    )


def _before(row: ServiceRecord, by_pk: dict[int, ServiceRecord]) -> list[ServiceRecord]:
    """What stood there before, the first word first."""
    found: list[ServiceRecord] = []
    while row.corrects_id is not None and row.corrects_id in by_pk:
        row = by_pk[row.corrects_id]
        found.insert(0, row)
    return found


def _whose(row: ServiceRecord) -> str:
    who = row.confirmed_by
    if who is None:
        return ""
    return who.name if row.via == Via.COLLEAGUE else mask_name(who.name)


def get_issued(viewer: Actor, pk: int) -> tuple[Issued, list[Line]]:
    """A record of one's own that was handed out, with its lines as they were then, oldest first.
    Raises `NotYours`."""
    row = (
        Issued.objects.of(viewer)
        .filter(pk=pk, person_id=viewer.person_id or 0)
        .select_related("person", "community")
        .first()
    )
    if row is None:
        raise NotYours("issued", _("没有这一份。"))
    rows = ServiceRecord.objects.of(viewer).filter(person=row.person, pk__in=row.records)
    found = rows.select_related(*WHOLE, "corrects__confirmed_by").order_by("starts", "pk")
    return row, [_line(each, _chain(each)) for each in found]


def _chain(row: ServiceRecord) -> dict[int, ServiceRecord]:
    chain: dict[int, ServiceRecord] = {}
    while row.corrects is not None:
        row = row.corrects
        chain[row.pk] = row
    return chain
