"""What everyone may see of honours: the list while it hangs out, the roll of each year, and what a
certificate's code stands for.

A person's full name only with their consent, which they may withdraw at any time; else the surname
and two stars. Lists stand in the order of strokes, never by a value. Nobody who declined or was not
chosen is here, and of one who was taken back only that it was, on its own check page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.honours.measures import MEASURES, criterion_words
from linshuo.domain.honours.models import Candidate, Objection, Round
from linshuo.domain.people.models import Consent, Purpose
from linshuo.domain.places.public import PublicCommunity
from linshuo.kit import clock, wording
from linshuo.kit.codes import clean_code
from linshuo.kit.masking import mask_name
from linshuo.kit.strokes import by_strokes

LONGEST = 40
"""More than this is no code, however it is spaced."""


@dataclass(frozen=True, slots=True)
class Named:
    """One of a list, as everyone reads it."""

    pk: int
    name: str
    is_unit: bool
    facts: tuple[str, ...]
    why: str
    """What the committee said of one that it named itself."""
    until: str
    """Of one that was changed: until when one may object."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that hangs out, or hung."""

    pk: int
    title: str
    year: int
    criteria: tuple[str, ...]
    span: str
    shown: str
    until: str
    last: str
    """The last day of all, where something was changed."""
    over: bool
    changed: tuple[str, ...]
    """On which days the list was changed."""
    units: tuple[Named, ...]
    people: tuple[Named, ...]

    @property
    def count(self) -> int:
        return len(self.units) + len(self.people)


@dataclass(frozen=True, slots=True)
class Roll:
    """What one round came to."""

    title: str
    year: int
    day: str
    units: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate's code stands for. `prefix` is the community's, for its roll of honour."""

    prefix: str
    community: str
    phone: str
    title: str
    year: int
    name: str
    number: str
    day: str
    revoked: str
    """Since when it holds no more; empty while it does. Why is nobody else's business."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How an objection stands, for whoever has its code."""

    title: str
    said: str
    words: str
    due: str
    answer: str
    day: str
    upheld: bool
    phone: str


def agreed(community_id: int, persons: Iterable[int | None]) -> set[int]:
    """Which of these persons agree, now, to their full name in public. One query."""
    ids = [pk for pk in persons if pk is not None]
    rows = Consent.objects.within(community_id).filter(
        purpose=Purpose.NAME_PUBLIC, withdrawn_at__isnull=True, person_id__in=ids
    )
    return set(rows.values_list("person_id", flat=True))


def shown_name(candidate: Candidate, may: set[int]) -> str:
    """A unit in full; a person only if they had agreed when they were shown, and still do."""
    if candidate.partnership is not None:
        return str(candidate.partnership)
    person = candidate.person
    if person is None or person.erased_at is not None:
        return _("本人要求删去了")
    full = candidate.full_name and person.pk in may
    return person.name if full else mask_name(person.name)


def fact_words(fact: dict[str, Any]) -> str:
    """来过 5 次."""
    measure = MEASURES[fact["key"]]
    return f"{measure.label} {fact['value']} {measure.unit}"


def criteria_words(row: Round) -> tuple[str, ...]:
    """What the round goes by, a line for units and one for people."""
    heads = {"unit": _("单位"), "person": _("志愿者")}
    found = []
    for kind in row.kinds:
        parts = [criterion_words(each) for each in row.criteria.get(kind, [])]
        found.append(_("%(who)s：%(what)s") % {"who": heads[kind], "what": _("，").join(parts)})
    return tuple(found)


def span_words(row: Round) -> str:
    """2019年1月1日到2019年11月20日的记录."""
    told = _("%(a)s到%(b)s的记录")
    return told % {"a": wording.day(row.since), "b": wording.day(row.as_of)}


def _whole(community_id: int) -> Any:
    rows = Candidate.objects.within(community_id).exclude(via=Candidate.Via.GONE)
    return rows.select_related("person", "partnership__organisation").order_by("pk")


def hanging(community_id: int) -> list[Listed]:
    """Every list that hangs out now, the newest first. Three queries."""
    rounds = list(
        Round.objects.within(community_id).filter(state="notice").order_by("-notice_from", "-pk")
    )
    return [_listed(row, found, may) for row, found, may in _with_those(community_id, rounds)]


def notice(community_id: int, pk: int) -> tuple[Listed, Round] | None:
    """One list that hangs out; None for any other."""
    row = Round.objects.within(community_id).filter(pk=pk, state="notice").first()
    if row is None:
        return None
    ((_row, found, may),) = _with_those(community_id, [row])
    return _listed(row, found, may), row


def _with_those(
    community_id: int, rounds: list[Round]
) -> list[tuple[Round, list[Candidate], set[int]]]:
    if not rounds:
        return []
    rows = list(_whole(community_id).filter(round__in=rounds))
    may = agreed(community_id, (each.person_id for each in rows))
    return [(row, [c for c in rows if c.round_id == row.pk], may) for row in rounds]


def listed(row: Round) -> Listed:
    """A round as everyone will read it: also before it hangs out, for whoever looks it over."""
    ((_row, found, may),) = _with_those(row.community_id, [row])
    if row.state == "computed":
        may_now = may
        for each in found:
            each.full_name = each.person_id in may_now
    return _listed(row, found, may)


def _listed(row: Round, found: list[Candidate], may: set[int]) -> Listed:
    those = [each for each in found if each.stands]
    until, days = row.notice_to, timedelta(days=row.notice_days or 0)
    changed = sorted({each.changed_on for each in found if each.changed_on})
    ends: list[date] = [day + days for day in changed]
    last = max([*ends, *([until] if until else [])], default=None)
    named = [_named(row, each, may) for each in those]
    return Listed(
        pk=row.pk,
        title=row.title,
        year=row.year,
        criteria=criteria_words(row),
        span=span_words(row),
        shown=wording.day(row.notice_from) if row.notice_from else "",
        until=wording.day(until) if until else "",
        last=wording.day(last) if last and last != until else "",
        over=last is not None and clock.today() > last,
        changed=tuple(wording.near_day(day) for day in changed),
        units=tuple(_ordered([n for n in named if n[0].is_unit])),
        people=tuple(_ordered([n for n in named if not n[0].is_unit])),
    )


def _ordered(named: list[tuple[Named, str]]) -> list[Named]:
    return [each for each, _full in by_strokes(named, lambda pair: pair[1])]


def _named(row: Round, candidate: Candidate, may: set[int]) -> tuple[Named, str]:
    """With the name to sort it by, which is not shown."""
    kind = "unit" if candidate.partnership_id else "person"
    keys = {each["key"] for each in row.criteria.get(kind, [])}
    facts = [f for f in candidate.facts if f["key"] in keys]
    until = ""
    if candidate.changed_on and row.notice_days:
        until = wording.day(candidate.changed_on + timedelta(days=row.notice_days))
    why = candidate.chosen_because if candidate.via == Candidate.Via.NAMED else ""
    return (
        Named(
            pk=candidate.pk,
            name=shown_name(candidate, may),
            is_unit=kind == "unit",
            facts=tuple(fact_words(fact) for fact in facts),
            why=why,
            until=until,
        ),
        candidate.name,
    )


def roll(community_id: int) -> list[Roll]:
    """光荣榜: what every round came to, the newest year first. Three queries."""
    rounds = list(
        Round.objects.within(community_id).filter(state="awarded").order_by("-year", "-awarded_at")
    )
    return [
        Roll(
            title=row.title,
            year=row.year,
            day=wording.day(row.awarded_at) if row.awarded_at else "",
            units=_names([c for c in found if c.partnership_id], may),
            people=_names([c for c in found if c.person_id], may),
        )
        for row, found, may in _with_those(community_id, rounds)
    ]


def _names(found: list[Candidate], may: set[int]) -> tuple[str, ...]:
    standing = [c for c in found if c.cert_no and c.revoked_at is None]
    return tuple(shown_name(c, may) for c in by_strokes(standing, lambda c: c.name))


def check(typed: str) -> Certificate | None:
    """What the code of a certificate stands for, or None. Two queries."""
    code = clean_code(typed[:LONGEST])
    if not code:
        return None
    row = (
        Candidate.objects.everywhere()
        .filter(code=code)
        .select_related("community", "round", "person", "partnership__organisation")
        .first()
    )
    if row is None or row.round.awarded_at is None:
        return None
    return Certificate(
        prefix=row.community.prefix,
        community=row.community.name,
        phone=row.community.phone,
        title=row.round.title,
        year=row.round.year,
        name=shown_name(row, agreed(row.community_id, [row.person_id])),
        number=row.cert_no,
        day=wording.day(row.round.awarded_at),
        revoked=wording.day(row.revoked_at) if row.revoked_at else "",
    )


def objection(here: PublicCommunity, typed: str) -> Answered | None:
    """How an objection stands, by its code; None for another community's. One query."""
    code = clean_code(typed[:LONGEST])
    row = Objection.objects.within(here.pk).filter(code=code).select_related("round").first()
    if not code or row is None:
        return None
    return Answered(
        title=row.round.title,
        said=wording.moment(row.at),
        words=row.words,
        due=wording.moment(row.due_at),
        answer=row.answer,
        day=_day(row.answered_at),
        upheld=bool(row.upheld),
        phone=here.phone,
    )


def _day(at: datetime | None) -> str:
    return wording.day(at) if at else ""
