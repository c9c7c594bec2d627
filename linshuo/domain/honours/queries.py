"""Reads for the office: rounds, whom they are about, and what was objected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from linshuo.domain.honours.access import (
    committee,
    concerned_by_unit,
    may_answer,
    may_keep,
    may_read,
)
from linshuo.domain.honours.lifecycle import LIVE, ROUND
from linshuo.domain.honours.measures import MEASURES, Span, facts_of, meets
from linshuo.domain.honours.models import Candidate, Objection, Round, Whom
from linshuo.domain.honours.public import agreed, fact_words, shown_name
from linshuo.domain.people.models import CheckIn, Partnership
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours
from linshuo.kit.strokes import by_strokes

MOST_ROUNDS = 60
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round in a list, formatted."""

    pk: int
    title: str
    year: int
    whom: str
    state: str
    state_words: str
    clock_look: str
    clock_words: str
    came_to: str
    waiting: int
    """Objections nobody has answered."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a candidate, as a link to its rows."""

    key: str
    words: str
    counts: str
    asked: bool
    """Whether the round goes by it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One of a round, for the office."""

    pk: int
    name: str
    is_unit: bool
    via: str
    via_words: str
    facts: tuple[Fact, ...]
    chosen: bool | None
    words: str
    """What was decided."""
    because: str
    declined: bool
    aside: tuple[str, ...]
    """Who of those present is concerned, and stays out of it."""
    cert_no: str
    code: str
    revoked: str
    revoked_because: str
    full_name: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One objection, for whoever keeps rounds or answers."""

    pk: int
    when: str
    via: str
    who: str
    contact: str
    words: str
    about: str
    clock_look: str
    clock_words: str
    answered: bool
    answer: str
    verdict: str
    by: str


def rounds(viewer: Actor) -> list[RoundRow]:
    """Every round, those under way first. Three queries. Raises `NotYours`."""
    if not may_read(viewer):
        raise NotYours("round", _("没有这一页。"))
    found = list(Round.objects.of(viewer).order_by("-year", "-pk")[:MOST_ROUNDS])
    counted = Candidate.objects.of(viewer).filter(round__in=found).values_list("round_id").annotate(
        units=Count("pk", filter=_STANDING & Q(partnership__isnull=False)),
        people=Count("pk", filter=_STANDING & Q(person__isnull=False)),
    )  # fmt: skip
    came = {pk: (units, people) for pk, units, people in counted}
    open_ones = Objection.objects.of(viewer).filter(answered_at__isnull=True)
    waiting = dict(open_ones.values_list("round_id").annotate(n=Count("pk")))
    now = clock.now()
    rows = [_round_row(row, came.get(row.pk, (0, 0)), waiting.get(row.pk, 0), now) for row in found]
    return sorted(rows, key=lambda row: row.state not in LIVE)


_STANDING = Q(chosen=True, declined_at__isnull=True, revoked_at__isnull=True) & ~Q(
    via=Candidate.Via.GONE
)


def _round_row(row: Round, came: tuple[int, int], waiting: int, now: datetime) -> RoundRow:
    look, words = clock_of(row, now)
    return RoundRow(
        pk=row.pk,
        title=row.title,
        year=row.year,
        whom=str(Whom(row.whom).label),
        state=row.state,
        state_words=str(ROUND.states[row.state].label),
        clock_look=look,
        clock_words=words,
        came_to=came_to(row, came),
        waiting=waiting,
    )


def came_to(row: Round, came: tuple[int, int]) -> str:
    """16 个单位、23 位志愿者: of what the round is for."""
    units, people = came
    parts = []
    if "unit" in row.kinds:
        parts.append(_("%d 个单位") % units)
    if "person" in row.kinds:
        parts.append(_("%d 位志愿者") % people)
    return _("、").join(parts)


def clock_of(row: Round, now: datetime) -> tuple[str, str]:
    """The gauge and its words."""
    if row.due_at is None:
        day = row.awarded_at
        return "empty", wording.near_day(day) if day else ""
    look = "red" if row.due_at < now else "empty"
    return look, wording.until(row.due_at, now)


def get_round(viewer: Actor, pk: int) -> Round:
    """One round of the viewer's community. Raises `NotYours`."""
    found = Round.objects.of(viewer).filter(pk=pk).select_related("community").first()
    if found is None or not may_read(viewer):
        raise NotYours("round", _("没有这一轮。"))
    return found


def get_candidate(viewer: Actor, row: Round, pk: int) -> Candidate:
    """One of a round. Raises `NotYours`."""
    rows = Candidate.objects.of(viewer).filter(round=row, pk=pk)
    found = rows.select_related("person", "partnership__organisation", "round").first()
    if found is None:
        raise NotYours("candidate", _("没有这一项。"))
    return found


def get_objection(viewer: Actor, row: Round, pk: int) -> Objection:
    """One objection to a round. Raises `NotYours`."""
    found = Objection.objects.of(viewer).filter(round=row, pk=pk).first()
    if found is None or not (may_keep(viewer) or may_answer(viewer)):
        raise NotYours("objection", _("没有这一条。"))
    return found


def rows_of(viewer: Actor, row: Round) -> list[Row]:
    """Those of a round in the order of strokes, units first. Names are whole for whoever keeps
    rounds or answers, and else as everyone sees them. Five queries, however many."""
    found = list(
        Candidate.objects.of(viewer)
        .filter(round=row)
        .exclude(via=Candidate.Via.GONE)
        .select_related("person", "partnership__organisation")
        .order_by("pk")
    )
    whole = may_keep(viewer) or may_answer(viewer)
    may = agreed(viewer.community_id, (each.person_id for each in found))
    about = concerned_by_unit(viewer.community_id)
    names = committee(viewer.community_id)
    present = [pk for pk in row.present if pk in names]
    return [
        _row(row, each, each.name if whole else shown_name(each, may), about, present, names)
        for each in _ordered(found)
    ]


def _ordered(found: list[Candidate]) -> list[Candidate]:
    units = [each for each in found if each.partnership_id is not None]
    people = [each for each in found if each.person_id is not None]
    return [*by_strokes(units, lambda c: c.name), *by_strokes(people, lambda c: c.name)]


def _row(
    row: Round,
    each: Candidate,
    name: str,
    about: dict[int, set[int]],
    present: list[int],
    names: dict[int, str],
) -> Row:
    kind = "unit" if each.partnership_id else "person"
    asked = {criterion["key"] for criterion in row.criteria.get(kind, [])}
    own = {each.person_id or 0}
    concerns = about.get(each.partnership_id, set()) if each.partnership_id else own
    return Row(
        pk=each.pk,
        name=name,
        is_unit=kind == "unit",
        via=each.via,
        via_words=str(Candidate.Via(each.via).label),
        facts=tuple(
            Fact(
                key=fact["key"],
                words=fact_words(fact),
                counts=str(MEASURES[fact["key"]].counts),
                asked=fact["key"] in asked,
            )
            for fact in each.facts
        ),
        chosen=each.chosen,
        words=_decided(each),
        because=each.chosen_because,
        declined=each.declined_at is not None,
        aside=tuple(names[pk] for pk in present if pk in concerns),
        cert_no=each.cert_no,
        code=each.code,
        revoked=wording.near_day(each.revoked_at) if each.revoked_at else "",
        revoked_because=each.revoked_because,
        full_name=each.full_name,
    )


def _decided(each: Candidate) -> str:
    if each.declined_at is not None:
        return _("本人不愿意上榜") if each.person_id else _("单位不愿意上榜")
    if each.revoked_at is not None:
        return _("撤销了")
    if each.chosen is None:
        return _("还没评")
    return _("评上") if each.chosen else _("没评上")


def objections_of(viewer: Actor, row: Round) -> list[Heard]:
    """What was objected, what waits first. For whoever keeps rounds or answers; else nothing."""
    if not (may_keep(viewer) or may_answer(viewer)):
        return []
    found = (
        Objection.objects.of(viewer)
        .filter(round=row)
        .select_related("answered_by", "candidate__person", "candidate__partnership__organisation")
    )
    now = clock.now()
    return [_heard(each, now) for each in found.order_by("-answered_at", "at", "pk")[:MOST_ROWS]]


def _heard(each: Objection, now: datetime) -> Heard:
    answered = each.answered_at is not None
    return Heard(
        pk=each.pk,
        when=wording.moment(each.at),
        via=str(Objection.Via(each.via).label),
        who=each.who or _("没有留名"),
        contact=each.contact,
        words=each.words,
        about=each.candidate.name if each.candidate else "",
        clock_look="empty" if answered or each.due_at > now else "red",
        clock_words="" if answered else wording.until(each.due_at, now),
        answered=answered,
        answer=each.answer,
        verdict=_verdict(each.upheld),
        by=each.answered_by.name if each.answered_by else "",
    )


def _verdict(upheld: bool | None) -> str:
    if upheld is None:
        return ""
    return _("有道理，改了名单") if upheld else _("核实了，名单不改")


# --- Building criteria ----------------------------------------------------------------------------


def meeting(
    viewer: Actor, whom: str, span: Span, criteria: dict[str, list[dict[str, Any]]]
) -> dict[str, int]:
    """How many meet criteria that are being written, by kind; none are named here. Each measure is
    asked once."""
    if not may_keep(viewer):
        raise NotYours("honour:keep", _("没有这一页。"))
    return {
        kind: sum(meets(found, criteria.get(kind, [])) for found in facts_of(span, kind).values())
        for kind in Round(whom=whom).kinds
    }


def who_may_be_named(viewer: Actor, row: Round) -> list[tuple[str, str]]:
    """Units and people with a check-in that are not in the round yet, to choose from."""
    known = Candidate.objects.of(viewer).filter(round=row).exclude(via=Candidate.Via.GONE)
    found: list[tuple[str, str]] = []
    if "unit" in row.kinds:
        units = (
            Partnership.objects.of(viewer)
            .filter(unconfirmed=False)
            .exclude(pk__in=known.filter(partnership__isnull=False).values("partnership_id"))
        )
        rows = [(f"u{pk}", name) for pk, name in units.values_list("pk", "organisation__name")]
        found += by_strokes(rows, lambda pair: pair[1])
    if "person" in row.kinds:
        people = (
            CheckIn.objects.of(viewer)
            .filter(state__in=("accepted", "paused"))
            .exclude(person_id__in=known.filter(person__isnull=False).values("person_id"))
        )
        rows = [(f"p{pk}", name) for pk, name in people.values_list("person_id", "person__name")]
        found += by_strokes(rows, lambda pair: pair[1])
    return found
