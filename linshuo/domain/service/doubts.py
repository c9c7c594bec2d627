"""Hours that are looked at again: written down late, said by two people for one another, or drawn.

Hours have been sold by the hour (`tables.md`, fake hours, collusion). None of these lists says that
somebody did wrong: they say whom to call. Who is drawn follows from the record's id and this
install's secret, so nobody can choose, foresee or ask again for another draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linshuo.domain.people.models import Person
from linshuo.domain.service.access import served
from linshuo.domain.service.attached import CallBack
from linshuo.domain.service.models import ServiceRecord, Via
from linshuo.domain.service.queries import (
    OF,
    correction_words,
    minutes_words,
    span,
    what_of,
)
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

LATE = timedelta(days=7)
"""Written down later than this after the turn, it is looked at again."""
MUTUAL = timedelta(days=90)
"""Two who speak for one another within this time are called about."""
PERCENT = 5
"""How many of a hundred records are drawn."""
SPAN = timedelta(days=90)
"""How far back the lists reach."""
MOST = 200
LISTS = ("drawn", "late", "mutual")


def drawn(pk: int) -> bool:
    """Whether a record is in the sample: always the same answer, and none to be foreseen."""
    return int(secret.fingerprint(f"hours:drawn:{pk}")[:12], 16) % 100 < PERCENT


@dataclass(frozen=True, slots=True)
class Doubt:
    """One record to be looked at again, formatted; names are masked."""

    pk: int
    when: str
    what: str
    who: str
    long: str
    word: str
    noted: str
    why: str
    """过了 12 天才记下, 和林**互相说的; empty for one that was drawn."""
    answer: str
    """What was said when somebody was called back last; empty while nobody was."""
    corrected: str
    """What it says now, if it was corrected."""
    open: bool
    """Whether nobody who must know has said yes or no yet, or a no was left standing."""
    wrong: bool
    """Said to be wrong, and not put right."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """One of the lists, and how many wait on each."""

    rows: list[Doubt]
    waiting: dict[str, int]


def may_check(viewer: Actor) -> bool:
    """Whether the actor looks hours over, for the whole community: nobody checks a corner."""
    return viewer.everywhere(Can.HOURS_CHECK)


def doubts(viewer: Actor, which: str, at: datetime | None = None) -> Doubts:
    """A list of `LISTS`, what still waits first, then the newest. A fixed number of queries. Raises
    `NotYours`."""
    _must_check(viewer)
    moment = at or clock.now()
    noted = _noted(viewer, moment - SPAN - MUTUAL)
    rows = _first_words(viewer, noted)
    lately = [row for row in rows if noted[row.pk] >= moment - SPAN]
    pairs = _mutual(rows, noted)
    lists = {
        "drawn": [row for row in lately if drawn(row.pk)],
        "late": [row for row in lately if noted[row.pk] > row.turn.ends + LATE],
        "mutual": [row for row in lately if row.pk in pairs],
    }
    standing, calls = _since(viewer, {row.pk for found in lists.values() for row in found})
    told = {
        name: [
            _doubt(row, noted[row.pk], pairs if name == "mutual" else {}, standing, calls, name)
            for row in found
        ]
        for name, found in lists.items()
    }
    chosen = sorted(told[which], key=lambda d: (not d.wrong, not d.open, -d.pk))
    waiting = {name: sum(d.open for d in found) for name, found in told.items()}
    return Doubts(rows=chosen[:MOST], waiting=waiting)


def _must_check(viewer: Actor) -> None:
    if not may_check(viewer):
        raise NotYours("service", _("没有这一页。"))


def _noted(viewer: Actor, since: datetime) -> dict[int, datetime]:
    """When the house learnt of each record. `confirmed_at` may be typed back; this may not."""
    rows = Event.objects.of(viewer).filter(verb="service:confirm", recorded_at__gte=since)
    return dict(rows.values_list("row_id", "recorded_at"))


def _first_words(viewer: Actor, noted: dict[int, datetime]) -> list[ServiceRecord]:
    rows = ServiceRecord.objects.of(viewer).filter(pk__in=list(noted), corrects__isnull=True)
    joined = [f"turn__{name}" for name in OF]
    return list(rows.select_related(*joined, "person", "confirmed_by").order_by("-pk"))


def _mutual(rows: Iterable[ServiceRecord], noted: dict[int, datetime]) -> dict[int, ServiceRecord]:
    """The records of two who spoke for one another, each with one of the other way round."""
    by_pair: dict[tuple[int, int], list[ServiceRecord]] = {}
    for row in rows:
        if row.confirmed_by_id is not None:
            by_pair.setdefault((row.person_id, row.confirmed_by_id), []).append(row)
    found: dict[int, ServiceRecord] = {}
    for (who, whose), own in by_pair.items():
        for row in own:
            for other in by_pair.get((whose, who), ()):
                if abs(noted[row.pk] - noted[other.pk]) <= MUTUAL:
                    found[row.pk] = other
    return found


def _since(viewer: Actor, pks: set[int]) -> tuple[dict[int, ServiceRecord], dict[int, CallBack]]:
    """What each record says now, by its first word, and the last call about it."""
    calls = CallBack.objects.of(viewer).filter(record__in=pks).order_by("pk")
    later: dict[int, ServiceRecord] = {}
    rows = ServiceRecord.objects.of(viewer).filter(
        turn__in=ServiceRecord.objects.of(viewer).filter(pk__in=pks).values("turn_id"),
        corrects__isnull=False,
    )
    for row in rows.select_related("confirmed_by").order_by("pk"):
        later[row.corrects_id or 0] = row
    standing: dict[int, ServiceRecord] = {}
    for pk in pks:
        newest = later.get(pk)
        while newest is not None and newest.pk in later:
            newest = later[newest.pk]
        if newest is not None:
            standing[pk] = newest
    return standing, {call.record_id: call for call in calls}


def _doubt(
    row: ServiceRecord,
    noted: datetime,
    pairs: dict[int, ServiceRecord],
    standing: dict[int, ServiceRecord],
    calls: dict[int, CallBack],
    which: str,
) -> Doubt:
    now, call = standing.get(row.pk), calls.get(row.pk)
    said = call.said if call else ""
    why = ""
    if which == "late":
        why = _("过了 %d 天才记下") % ((noted - row.turn.ends).days)
    elif row.pk in pairs:
        why = _("和%s互相说的") % mask_name(pairs[row.pk].person.name)
    wrong = said == CallBack.Said.NO and not _put_right(now, call)
    return Doubt(
        pk=row.pk,
        when=span(row.starts, row.turn.ends),
        what=what_of(row.turn),
        who=mask_name(row.person.name),
        long=minutes_words(row.minutes),
        word=_word(row),
        noted=wording.near_day(noted),
        why=why,
        answer=str(CallBack.Said(said).label) if said else "",
        corrected=minutes_words(now.minutes) if now else "",
        open=wrong or said in ("", CallBack.Said.NO_ANSWER),
        wrong=wrong,
    )


def _put_right(now: ServiceRecord | None, call: CallBack | None) -> bool:
    return now is not None and call is not None and now.confirmed_at >= call.at


def _word(row: ServiceRecord) -> str:
    label = str(Via(row.via).label)
    return f"{label} {mask_name(row.confirmed_by.name)}" if row.confirmed_by else label


@dataclass(frozen=True, slots=True)
class ToAsk:
    """Somebody who must know: the person, and as what they are asked."""

    key: str
    label: str
    name: str
    phone: bool
    """Whether there is a number to call."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One record with all that is known of it, for whoever calls back."""

    doubt: Doubt
    reasons: list[str]
    planned: str
    by: str
    """Who wrote it down."""
    ask: list[ToAsk]
    calls: list[tuple[str, str, str]]
    """When and by whom, what was said, in which words."""
    notes: list[str]
    """Each correction: by whom, when, why."""
    standing: ServiceRecord
    may_call: bool


def get_record(viewer: Actor, pk: int) -> ServiceRecord:
    """The first word on a turn. Raises `NotYours`."""
    _must_check(viewer)
    rows = ServiceRecord.objects.of(viewer).filter(pk=pk, corrects__isnull=True)
    joined = [f"turn__{name}" for name in OF]
    found = rows.select_related(
        *joined, "turn__pledge__ask__need", "person", "confirmed_by"
    ).first()
    if found is None:
        raise NotYours("service", _("没有这一条。"))
    return found


def people_to_ask(viewer: Actor, row: ServiceRecord) -> list[tuple[str, Person]]:
    """Who must know, each once: whoever was served, whoever said so, and the volunteer, since
    people have been signed up for hours they never heard of."""
    there = served(row.turn)
    need = row.turn.pledge.ask.need if row.turn.pledge else None
    asker = need.requester_id if need else None
    first = asker if asker in there else min(there, default=None)
    known = Person.objects.of(viewer).filter(pk=first or 0)
    found = [(CallBack.Asked.SERVED.value, person) for person in known]
    if row.confirmed_by is not None and row.confirmed_by_id not in there:
        found.append((CallBack.Asked.WORD.value, row.confirmed_by))
    found.append((CallBack.Asked.OWN.value, row.person))
    return [(key, person) for key, person in found if person.erased_at is None]


def written_by(viewer: Actor, row: ServiceRecord) -> int | None:
    """Who wrote the record down; None where the house did."""
    rows = Event.objects.of(viewer).filter(
        row_kind="service", row_id=row.pk, verb="service:confirm"
    )
    return rows.values_list("actor_id", flat=True).first()


def interested(viewer: Actor, row: ServiceRecord) -> set[int]:
    """Those who do not call about this record: whose hours they are, whose word, who wrote it."""
    found = {row.person_id, row.confirmed_by_id, written_by(viewer, row)}
    return {pk for pk in found if pk is not None}


def one(viewer: Actor, pk: int, at: datetime | None = None) -> tuple[ServiceRecord, Checked]:
    """A record with why it is here, who can be asked, and what was said. Raises `NotYours`."""
    row = get_record(viewer, pk)
    moment = at or clock.now()
    noted = _noted(viewer, moment - SPAN - MUTUAL)
    learnt = noted.get(row.pk, row.confirmed_at)
    others = [row, *_other_way(viewer, row)]
    pairs = _mutual(others, {**noted, row.pk: learnt})
    standing, calls = _since(viewer, {row.pk})
    writer = written_by(viewer, row)
    names = Person.objects.of(viewer).in_bulk([writer] if writer else [])
    reasons = [
        *([_("抽中的，每一百条抽 %d 条") % PERCENT] if drawn(row.pk) else []),
        *(
            [_doubt(row, learnt, {}, standing, calls, "late").why]
            if learnt > row.turn.ends + LATE
            else []
        ),
        *([_doubt(row, learnt, pairs, standing, calls, "mutual").why] if row.pk in pairs else []),
    ]
    return row, Checked(
        doubt=_doubt(row, learnt, {}, standing, calls, "drawn"),
        reasons=reasons,
        planned=minutes_words(int((row.turn.ends - row.turn.starts).total_seconds() // 60)),
        by=names[writer].name if writer in names else _("系统"),
        ask=[
            ToAsk(key, str(CallBack.Asked(key).label), mask_name(who.name), bool(who.phone_enc))
            for key, who in people_to_ask(viewer, row)
        ],
        calls=_calls(viewer, row),
        notes=_notes(viewer, row),
        standing=standing.get(row.pk, row),
        may_call=viewer.person_id not in interested(viewer, row),
    )


def _other_way(viewer: Actor, row: ServiceRecord) -> list[ServiceRecord]:
    rows = ServiceRecord.objects.of(viewer).filter(
        person_id=row.confirmed_by_id or 0, confirmed_by_id=row.person_id, corrects__isnull=True
    )
    seen = _noted(viewer, clock.now() - SPAN - MUTUAL)
    return [each for each in rows.select_related("person") if each.pk in seen]


def _calls(viewer: Actor, row: ServiceRecord) -> list[tuple[str, str, str]]:
    rows = CallBack.objects.of(viewer).filter(record=row).select_related("caller").order_by("pk")
    return [
        (
            _("%(when)s，%(who)s问%(whom)s")
            % {
                "when": wording.moment(call.at),
                "who": call.caller.name,
                "whom": CallBack.Asked(call.asked).label,
            },
            str(CallBack.Said(call.said).label),
            call.words,
        )
        for call in rows
    ]


def _notes(viewer: Actor, row: ServiceRecord) -> list[str]:
    rows = ServiceRecord.objects.of(viewer).filter(
        turn=row.turn, person=row.person, corrects__isnull=False
    )
    told = rows.select_related("confirmed_by").order_by("pk")
    return [f"{minutes_words(each.minutes)}，{correction_words(each)}" for each in told]
