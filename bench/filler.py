"""Fills a database with communities: places, staff with accounts, residents, notes, needs.

Rows are written in bulk, without the trail's events, which no measured page reads; numbers, states
and dates keep every constraint. Two runs with the same sizes give the same rows.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from itertools import islice
from typing import Any, TypeVar

from bench.grammar import Speaker

T = TypeVar("T")

YEARS = 10
BATCH = 2000
STAFF = ("secretary", "deputy", *["estate_secretary"] * 4, *["field_staff"] * 6)
RESIDENTS = 300
NOTES_TO_NEEDS = 0.1
#: What becomes of a need: most were closed long ago, one in twenty is still being worked on.
STATES = {
    "reported": 5, "open": 40, "done": 10, "closed": 880, "declined": 25, "withdrawn": 20,
}  # fmt: skip


@dataclass
class Town:
    """One community as far as the rows need it."""

    pk: int
    prefix: str
    speaker: Speaker
    places: list[Any]
    staff: list[int]
    residents: list[int]
    categories: list[int]
    serials: dict[int, int]


def fill(needs: int, communities: int, say: Any = print) -> None:
    """Write everything."""
    from django.db import connection

    if connection.vendor == "sqlite":
        # Filling need not survive a power cut; the server that is measured has its own connection.
        connection.cursor().execute("PRAGMA synchronous = OFF")
    began = time.monotonic()
    towns = [_town(n) for n in range(communities)]
    say(f"  {communities} communities in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    _index(False)
    for rows in _batches(_notes(towns, int(needs * NOTES_TO_NEEDS)), BATCH):
        _save(rows, "note")
    for n, rows in enumerate(_batches(_needs(towns, needs), BATCH), 1):
        _save(rows, "need")
        if n % 50 == 0:
            say(f"  {n * BATCH:,} needs in {time.monotonic() - began:.0f} s")
    _index(True)
    _settle()
    say(f"  {needs:,} needs in {time.monotonic() - began:.0f} s")


def _town(n: int) -> Town:
    from linshuo.domain.needs.categories import plant_categories
    from linshuo.domain.people.models import Person
    from linshuo.domain.places.actions import add_place, open_community
    from linshuo.domain.places.models import PlaceKind
    from linshuo.kit.actor import Actor
    from linshuo.kit.text import initials

    speaker = Speaker(n)
    prefix = f"B{n:03d}"
    opened = datetime.fromisoformat("2016-01-04T09:00+08:00")
    community, root = open_community(
        prefix=prefix, name=f"第{n}社区", street="长街街道", by=Actor.house(0), at=opened
    )
    house = Actor.house(community.pk)
    categories = [c.pk for c in plant_categories(by=house)]
    places = [root]
    for name in dict.fromkeys(speaker.estates):
        estate = add_place(root, kind=PlaceKind.ESTATE, name=name, by=house)
        places.append(estate)
        places += [
            add_place(estate, kind=PlaceKind.BUILDING, name=f"{b} 栋", by=house)
            for b in range(1, 5)
        ]
    names = [speaker.person() for _ in range(len(STAFF) + RESIDENTS)]
    persons = Person.objects.everywhere().bulk_create(
        Person(
            community_id=community.pk,
            name=name,
            initials=initials(name),
            place=speaker.random.choice(places),
        )
        for name in names
    )
    ids = [person.pk for person in persons]
    _appoint(community.pk, prefix, ids[: len(STAFF)], places)
    return Town(
        pk=community.pk,
        prefix=prefix,
        speaker=speaker,
        places=places,
        staff=ids[: len(STAFF)],
        residents=ids[len(STAFF) :],
        categories=categories,
        serials={},
    )


def _appoint(community_id: int, prefix: str, staff: list[int], places: list[Any]) -> None:
    from linshuo.domain.people.models import Account, Appointment, Person

    estates = [place for place in places if place.kind == "estate"]
    for n, (person_id, role) in enumerate(zip(staff, STAFF, strict=True)):
        place = estates[n % len(estates)] if role == "estate_secretary" else places[0]
        Appointment.objects.create(
            community_id=community_id,
            person_id=person_id,
            role=role,
            place=place,
            starts="2016-01-04",
        )
        account = Account.objects.create(username=f"{prefix.lower()}-{n}", password="!")
        mine = Person.objects.within(community_id).filter(pk=person_id)
        mine.update(account=account)


def _notes(towns: list[Town], count: int) -> Iterator[tuple[Any, Any]]:
    from linshuo.domain.needs.access import note_audiences
    from linshuo.domain.needs.models import Note
    from linshuo.domain.terms.actions import Row

    chance = random.Random(7)
    for n, at in enumerate(_moments(count), 1):
        town = chance.choice(towns)
        place = chance.choice(town.places)
        note = Note(
            pk=n,
            community_id=town.pk,
            author_id=chance.choice(town.staff),
            draft_id=f"bench-{n}",
            at=at,
            day=at.date(),
            place=place,
            words=town.speaker.trouble()[1],
            source=chance.choice(("visit", "call", "wechat")),
            urgency="general",
            disposition="noted",
        )
        text = f"{note.words} {place.full_name}"
        yield note, Row("note", n, town.pk, text, tuple(note_audiences(note)))


def _needs(towns: list[Town], count: int) -> Iterator[tuple[Any, Any]]:
    from linshuo.domain.needs.access import audiences
    from linshuo.domain.terms.actions import Row

    chance = random.Random(11)
    states, weights = list(STATES), list(STATES.values())
    for n, at in enumerate(_moments(count), 1):
        town = chance.choice(towns)
        need = _need(n, town, at, chance.choices(states, weights)[0], chance)
        text = f"{need.number} {need.title} {need.words} {need.place.full_name}"
        yield need, Row("need", n, town.pk, text, tuple(audiences(need)))


def _need(n: int, town: Town, at: datetime, state: str, chance: random.Random) -> Any:
    from linshuo.domain.needs.models import Need

    if state in ("reported", "open", "done"):
        at = END - timedelta(days=chance.expovariate(1 / 20))  # what is being worked on is young
    town.serials[at.year] = town.serials.get(at.year, 0) + 1
    title, words = town.speaker.trouble()
    accepted = at + timedelta(hours=5) if state in ("open", "done", "closed") else None
    finished = at + timedelta(days=4) if state in ("done", "closed") else None
    due = {
        "reported": at + timedelta(days=1),
        "open": at + timedelta(days=chance.randint(3, 30)),
        "done": at + timedelta(days=7),
        "closed": at + timedelta(days=35),
    }
    return Need(
        pk=n,
        community_id=town.pk,
        number=f"{town.prefix}-{at.year}-{town.serials[at.year]:04d}",
        kind=chance.choice(("problem", "wish")),
        category_id=chance.choice(town.categories),
        place=chance.choice(town.places),
        title=title,
        words=words,
        source=chance.choice(("visit", "call", "wechat")),
        urgency="general",
        tags=chance.choice(("", "", "", "", "hard", "hard,pain", "block")),
        requester_id=chance.choice(town.residents),
        owner_id=chance.choice(town.staff) if accepted else None,
        state=state,
        due_at=due.get(state),
        due_for={"reported": "answer", "open": "finish", "done": "check"}.get(state, ""),
        reported_at=at,
        accepted_at=accepted,
        finished_at=finished,
        closed_at=at + timedelta(days=5) if state == "closed" else None,
        ended_at=at + timedelta(days=1) if state in ("declined", "withdrawn") else None,
        progress="已经联系物业，等配件" if accepted else "",
        progress_at=finished or accepted or at,
        outcome="solved" if finished else "",
        result_text="换好了，试过没有问题。" if finished else "",
        supporters=chance.choice((0, 0, 0, 0, 1, 2, 5)),
    )


END = datetime.now().astimezone()
"""The newest rows are of the day of filling."""


def _moments(count: int) -> Iterator[datetime]:
    begin, step = END - timedelta(days=365 * YEARS), timedelta(days=365 * YEARS) / max(count, 1)
    return (begin + step * n for n in range(count))


def _save(rows: list[tuple[Any, Any]], kind: str) -> None:
    from django.db import transaction

    from linshuo.domain.needs.models import Need, Note
    from linshuo.domain.terms.actions import index_many

    model = Need if kind == "need" else Note
    with transaction.atomic():
        model.objects.everywhere().bulk_create(row for row, _said in rows)
        index_many(said for _row, said in rows)


def _index(wanted: bool) -> None:
    """PostgreSQL makes a GIN index over a full table ten times as fast as row by row."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    migration = import_module("linshuo.domain.terms.migrations.0002_engine_index")
    with connection.cursor() as cursor:
        cursor.execute(migration.POSTGRES if wanted else "DROP INDEX terms_words")


def _settle() -> None:
    """What a database does by itself in time: statistics, and the ids that were given by hand."""
    from django.core.management.color import no_style
    from django.db import connection

    from linshuo.domain.needs.models import Need, Note

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in connection.ops.sequence_reset_sql(no_style(), [Need, Note]):
                cursor.execute(statement)
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
