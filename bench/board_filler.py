"""Puts a board on top of the needs of `bench.filler`: what is public, its lines, who signed.

In every community a third of what was ever accepted is public. Of the public matters in hand the
newest have a line or two, of the settled ones one in twenty had one; most lines have names on them.
Rows are written in bulk, without the trail's events but for a hundred a community, so that a page's
revision is looked up among many.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.filler import _batches
from bench.stage import HOME

LINES = (
    ("claim", "教老人用手机", "teach", 2), ("claim", "陪着去医院", "care", 1),
    ("claim", "修楼道的灯", "electric", 2), ("claim", "周末巡逻", "order", 6),
    ("donate", "捐一张长椅", "", 1), ("donate", "捐旧书", "", 12),
    ("manage", "管居民之家的门", "", 3), ("adopt", "认养一棵小叶榕", "green", 1),
)  # fmt: skip
OPEN_A_COMMUNITY = 60
UNITS = 18
EVENTS = 100


def lay(name: str, engine: str) -> None:
    """Write the board, unless this database has it already."""
    marker = HOME / f"{name}-{engine}.board"
    known = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    needs = (HOME / f"{name}-{engine}.filled").read_text()
    if marker.exists() and marker.read_text() == known + needs:
        return
    marker.unlink(missing_ok=True)
    _clear()
    _publish()
    _units()
    _events()
    for rows in _batches(_lines(), 2000):
        _save(rows)
    _settle()
    marker.write_text(known + needs)


def _clear() -> None:
    from linshuo.domain.board.models import Ask
    from linshuo.domain.people.models import Partnership
    from linshuo.domain.pledges.models import Pledge

    for model in (Pledge, Ask, Partnership):
        model.objects.everywhere().delete()


def _publish() -> None:
    from django.db.models import F
    from django.db.models.functions import Mod

    from linshuo.domain.needs.models import Need

    accepted = Need.objects.everywhere().filter(state__in=("open", "done", "closed"))
    third = accepted.annotate(third=Mod(F("pk"), 3)).filter(third=0)
    third.update(visibility="public", public_title=F("title"), public_text=F("words"))


def _units() -> None:
    from linshuo.domain.people.models import Organisation, Partnership
    from linshuo.domain.places.models import Community

    found = [
        Organisation.objects.get_or_create(name=f"第{n}共建单位")[0] for n in range(1, UNITS + 1)
    ]
    for community in Community.objects.filter(prefix__startswith="B"):
        Partnership.objects.everywhere().bulk_create(
            Partnership(community_id=community.pk, organisation=unit, since="2016-03-01")
            for unit in found
        )


def _events() -> None:
    from django.db import transaction

    from linshuo.domain.places.models import Community
    from linshuo.domain.trail.actions import record
    from linshuo.kit.actor import Actor

    for community in Community.objects.filter(prefix__startswith="B"):
        with transaction.atomic():
            for _n in range(EVENTS):
                record("community:change", row=community, by=Actor.house(community.pk))


def _lines() -> Iterator[tuple[Any, list[Any]]]:
    """Each line with its pledges, not saved yet."""
    from linshuo.domain.needs.models import Need
    from linshuo.domain.people.models import Partnership, Person
    from linshuo.domain.places.models import Community

    chance = random.Random(23)
    public = Need.objects.everywhere().filter(visibility="public").only("community", "accepted_at")
    for community in Community.objects.filter(prefix__startswith="B").order_by("pk"):
        here = public.filter(community=community)
        people = list(Person.objects.within(community.pk).values_list("pk", flat=True))
        units = list(Partnership.objects.within(community.pk).values_list("pk", flat=True))
        for need in here.filter(state="open").order_by("-pk")[:OPEN_A_COMMUNITY]:
            for _line in range(chance.choice((1, 1, 2))):
                yield _line_of(need, True, people, units, chance)
        for need in here.filter(state="closed").order_by("-pk")[: len(people) * 5 : 20]:
            yield _line_of(need, False, people, units, chance)


def _line_of(
    need: Any, live: bool, people: list[int], units: list[int], chance: random.Random
) -> tuple[Any, list[Any]]:
    from linshuo.domain.board.models import Ask
    from linshuo.domain.pledges.models import Pledge

    kind, text, skill, slots = chance.choice(LINES)
    taken = chance.randint(0, slots) if live else slots
    at = need.accepted_at + timedelta(hours=2)
    ask = Ask(
        community_id=need.community_id,
        need_id=need.pk,
        kind=kind,
        text=text,
        hint="时间好商量",
        skill=skill,
        slots=slots,
        taken=taken if live else 0,
        opened_at=at,
        closed_at=None if live else at + timedelta(days=9),
    )
    who: list[dict[str, int]] = [
        *({"person_id": pk} for pk in chance.sample(people, taken)),
        *([{"partnership_id": chance.choice(units)}] if taken and chance.random() < 0.3 else []),
    ]
    pledges = [
        Pledge(
            community_id=need.community_id,
            state="accepted" if live else "ended",
            due_at=at + timedelta(days=7) if live else None,
            due_for="first_contact" if live else "",
            ended_as="" if live else "fulfilled",
            ended_at=None if live else at + timedelta(days=8),
            signed_at=at,
            **each,
        )
        for each in who[:taken]
    ]
    return ask, pledges


def _save(rows: list[tuple[Any, list[Any]]]) -> None:
    from django.db import transaction

    from linshuo.domain.board.models import Ask
    from linshuo.domain.pledges.models import Pledge

    with transaction.atomic():
        asks = Ask.objects.everywhere().bulk_create(ask for ask, _pledges in rows)
        found = []
        for ask, (_same, pledges) in zip(asks, rows, strict=True):
            for pledge in pledges:
                pledge.ask_id = ask.pk
                found.append(pledge)
        Pledge.objects.everywhere().bulk_create(found)


def _settle() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
