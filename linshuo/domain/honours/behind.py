"""The rows behind each fact of a candidate, with the pages they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.honours.access import may_read
from linshuo.domain.honours.measures import MEASURES
from linshuo.domain.honours.models import Candidate
from linshuo.domain.honours.public import fact_words
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import CheckIn, Partnership
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import state_words
from linshuo.domain.service.models import Activity, ServiceRecord
from linshuo.domain.service.queries import OF, minutes_words, span, what_of
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

MOST_ROWS = 200
MOST_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Behind:
    """One row behind a fact: what it is, when, and the page it stands on."""

    text: str
    when: str
    more: str
    page: str
    """The name of the address, empty where it has no page of its own."""
    arg: Any


def behind(viewer: Actor, candidate: Candidate, key: str) -> tuple[str, str, list[Behind]]:
    """A fact in words, what it counts, and its rows. Two queries. Raises `NotYours`."""
    fact = next((each for each in candidate.facts if each["key"] == key), None)
    if fact is None or key not in MEASURES or not may_read(viewer):
        raise NotYours("fact", _("没有这一项。"))
    measure = MEASURES[key]
    rows = _BEHIND[measure.rows](viewer, candidate, fact["ids"][:MOST_ROWS])
    return fact_words(fact), str(measure.counts), rows


@dataclass(frozen=True, slots=True)
class Named:
    """A certificate somebody holds: of which round, its number, and where its page is."""

    round: int
    candidate: int
    title: str
    number: str


def named_in(viewer: Actor, *, person: int | None = None, unit: int | None = None) -> list[Named]:
    """The certificates of one person or unit that hold, the newest first. One query; nothing for
    whoever may not read rounds."""
    if not may_read(viewer) or (person or unit) is None:
        return []
    whose = Q(person=person) if person else Q(partnership=unit)
    found = Candidate.objects.of(viewer).filter(
        whose, cert_no__gt="", revoked_at__isnull=True, round__awarded_at__isnull=False
    )
    return [
        Named(each.round_id, each.pk, each.round.title, each.cert_no)
        for each in found.select_related("round").order_by("-round__year", "-pk")[:MOST_ROUNDS]
    ]


@dataclass(frozen=True, slots=True)
class Counted:
    """A round in which a row was counted, with the fact it stands behind."""

    round: int
    candidate: int
    title: str
    key: str
    words: str
    """来过 5 次; the first of the facts it stands behind."""


def counted_in(
    viewer: Actor, rows: Mapping[str, Iterable[int]], *, person: int | None, unit: int | None
) -> list[Counted]:
    """The way back: in which rounds one of these rows (ids, by what `Measure.rows` calls them)
    was counted for this person or unit. One query; nothing for whoever may not read rounds."""
    if not may_read(viewer):
        return []
    whose = Q(person=person) if person else Q()
    whose |= Q(partnership=unit) if unit else Q()
    if not whose:
        return []
    wanted = {kind: set(ids) for kind, ids in rows.items()}
    found = Candidate.objects.of(viewer).filter(whose).exclude(via=Candidate.Via.GONE)
    told = []
    for each in found.select_related("round").order_by("-round__year", "-pk")[:MOST_ROUNDS]:
        for fact in each.facts:
            measure = MEASURES.get(fact["key"])
            if measure and wanted.get(measure.rows, set()) & set(fact["ids"]):
                title, words = each.round.title, fact_words(fact)
                told.append(Counted(each.round_id, each.pk, title, fact["key"], words))
                break
    return told


def _services(viewer: Actor, candidate: Candidate, ids: list[int]) -> list[Behind]:
    rows = ServiceRecord.objects.of(viewer).filter(pk__in=ids)
    joined = [*(f"turn__{name}" for name in OF), "person"]
    found = []
    for row in rows.select_related(*joined).order_by("starts", "pk"):
        turn = row.turn
        page, arg = ("desk:pledge", turn.pledge_id) if turn.pledge_id else ("", None)
        if turn.activity_id:
            page, arg = "desk:activity", turn.activity_id
        elif turn.post_id:
            page, arg = "desk:post", turn.post_id
        who = mask_name(row.person.name) if candidate.partnership_id else ""
        long = minutes_words(row.minutes)
        when = span(row.starts, turn.ends)
        found.append(Behind(what_of(turn), when, f"{who} {long}".strip(), page, arg))
    return found


def _pledges(viewer: Actor, candidate: Candidate, ids: list[int]) -> list[Behind]:
    rows = Pledge.objects.of(viewer).filter(pk__in=ids).select_related("ask")
    return [
        Behind(p.ask.text, wording.near_day(p.signed_at), state_words(p), "desk:pledge", p.pk)
        for p in rows.order_by("signed_at", "pk")
    ]


def _needs(viewer: Actor, candidate: Candidate, ids: list[int]) -> list[Behind]:
    rows = Need.objects.of(viewer).filter(pk__in=ids)
    return [
        Behind(
            n.title, wording.near_day(n.closed_at) if n.closed_at else "", n.number,
            "desk:need", n.number,
        )
        for n in rows.order_by("closed_at", "pk")
    ]  # fmt: skip


def _activities(viewer: Actor, candidate: Candidate, ids: list[int]) -> list[Behind]:
    rows = Activity.objects.of(viewer).filter(pk__in=ids)
    return [
        Behind(a.title, span(a.starts, a.ends), str(a.get_kind_display()), "desk:activity", a.pk)
        for a in rows.order_by("starts", "pk")
    ]


def _standing(viewer: Actor, candidate: Candidate, ids: list[int]) -> list[Behind]:
    if candidate.partnership_id is not None:
        units = Partnership.objects.of(viewer).filter(pk__in=ids).select_related("organisation")
        return [
            Behind(str(u), _("%s起") % wording.day(u.since), _("共建"), "desk:unit", u.pk)
            for u in units
        ]
    rows = CheckIn.objects.of(viewer).filter(pk__in=ids)
    return [
        Behind(
            _("报到"), wording.day(c.accepted_at) if c.accepted_at else "", c.receipt_no,
            "desk:check-in", c.pk,
        )
        for c in rows
    ]  # fmt: skip


_BEHIND = {
    "service": _services,
    "pledge": _pledges,
    "need": _needs,
    "activity": _activities,
    "standing": _standing,
}
