"""Suggestions with reasons: to a member, what they might sign for; to the desk, whom one could ask.

Neither assigns anybody anything. Only whoever accepted check-ins say may be asked, who has been
asked often of late is left in peace, and a suggestion for which nothing speaks is not made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.acts.inviting import MOST_TIMES, times_asked
from linshuo.domain.board.access import visible
from linshuo.domain.board.fitting import Fit, fit
from linshuo.domain.board.models import WHOLE, Ask
from linshuo.domain.board.queries import kind_of, title_of
from linshuo.domain.board.wanted import left_words
from linshuo.domain.people.checking import standing
from linshuo.domain.people.models import CheckIn, Partnership, Person
from linshuo.domain.people.queries import actor_of, partnerships
from linshuo.domain.people.skills import Skill, parted
from linshuo.domain.pledges.access import AGREED
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name

MOST = 5
MOST_LINES = 300
"""Open lines looked at, the newest first."""
MOST_PEOPLE = 3000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line somebody might sign for, formatted, with the reasons."""

    pk: int
    kind: str
    text: str
    hint: str
    about: str
    left: str
    one: bool
    """Whether one press can sign it: one name, one place."""
    reasons: tuple[str, ...]


def for_member(person: Person) -> list[Suggestion]:
    """Open lines for a member, best first, at most five; none when nothing fits, or they rest.

    Lines they ever signed for are left out: who let go of one is not asked again. Four queries.
    """
    row = standing(person)
    if row is None or row.state != "accepted":
        return []
    viewer = actor_of(person)
    signed = Pledge.objects.of(viewer).filter(person=person)
    lines = _open(viewer).exclude(pk__in=signed.values("ask_id"))[:MOST_LINES]
    found = [(each, line) for line in lines if (each := fit(line, row, you=True)) is not None]
    found.sort(key=lambda pair: (-pair[0].score, -pair[1].pk))
    return [_suggestion(line, each) for each, line in found[:MOST]]


def _open(viewer: Actor) -> ScopedQuerySet[Ask]:
    """Lines with free places that want somebody now; what is offered is not among them."""
    wanted = Q(need__state="open") | Q(need__isnull=True, offer__isnull=True)
    rows = Ask.objects.of(viewer).filter(
        visible(viewer), wanted, closed_at__isnull=True, taken__lt=F("slots")
    )
    return rows.select_related(*WHOLE, "need__category").order_by("-opened_at", "-pk")


def _suggestion(ask: Ask, each: Fit) -> Suggestion:
    return Suggestion(
        pk=ask.pk,
        kind=kind_of(ask),
        text=ask.text,
        hint=ask.hint,
        about=title_of(ask),
        left=left_words(ask.open_ended, ask.taken, ask.slots, ask.unit),
        one=ask.kind != "donate",
        reasons=each.reasons,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody one could ask, with the reasons. Never an assignment."""

    key: str
    """`person-12` or `partnership-3`: what the press that asks them sends."""
    name: str
    reasons: tuple[str, ...]
    asked: bool
    """Whether they were asked about this line already."""


def for_lines(viewer: Actor, asks: Iterable[int]) -> dict[int, list[Candidate]]:
    """Whom one could ask for each line that wants somebody: members who fit, units by what they
    signed for or offer; at most five a line. Eight queries, however many lines.

    Empty for whoever may not read persons and work on matters.
    """
    may = viewer.can(Can.PERSON_READ) and viewer.can(Can.NEED_WORK)
    if not may:
        return {}
    wanted = list(_open(viewer).filter(pk__in=list(asks)))
    if not wanted:
        return {}
    known = _Known(viewer, wanted, clock.now())
    return {ask.pk: _candidates(known, ask) for ask in wanted}


class _Known:
    """What is read once for all lines of a page."""

    def __init__(self, viewer: Actor, asks: list[Ask], at: datetime) -> None:
        self.named = viewer.is_house or viewer.can(Can.PERSON_WRITE)
        rows = CheckIn.objects.of(viewer).filter(state="accepted").select_related("person", "place")
        self.here = list(rows.order_by("-accepted_at", "-pk")[:MOST_PEOPLE])
        self.units = partnerships(viewer)
        self.persons_asked = times_asked(viewer.community_id, "person", at=at)
        self.units_asked = times_asked(viewer.community_id, "partnership", at=at)
        self.signed: set[tuple[int, int | None, int | None]] = set()
        live = Pledge.objects.of(viewer).filter(
            Q(state__in=LIVE) | Q(ended_as="released"), ask__in=asks
        )
        self.signed.update(live.values_list("ask_id", "person_id", "partnership_id"))
        self.by_unit = _signed_for(viewer)
        self.offers = _offered(viewer)
        self.can: dict[int, Counter[str]] = {}
        for row in self.here:
            if row.partnership_id is not None:
                self.can.setdefault(row.partnership_id, Counter()).update(parted(row.skills))


def _signed_for(viewer: Actor) -> dict[int, list[tuple[str, str, str]]]:
    """What units took on and kept, or are keeping: skill, kind and words of the line."""
    rows = Pledge.objects.of(viewer).filter(
        AGREED, partnership__isnull=False, ask__offer__isnull=True
    )
    found: dict[int, list[tuple[str, str, str]]] = {}
    values = rows.order_by("-signed_at").values_list(
        "partnership_id", "ask__skill", "ask__kind", "ask__text"
    )
    for unit, skill, kind, text in values:
        found.setdefault(unit or 0, []).append((skill, kind, text))
    return found


def _offered(viewer: Actor) -> dict[int, list[tuple[str, str]]]:
    """What units offer now: skill and words."""
    rows = Ask.objects.of(viewer).filter(
        offer__partnership__isnull=False, offer__closed_at__isnull=True, closed_at__isnull=True
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for unit, skill, text in rows.values_list("offer__partnership_id", "skill", "text"):
        found.setdefault(unit or 0, []).append((skill, text))
    return found


def _candidates(known: _Known, ask: Ask) -> list[Candidate]:
    # Nobody is asked for money by name; units may be (慈善法 §32: 不得摊派).
    persons = () if ask.open_ended else _persons(known, ask)
    found = [*persons, *_units(known, ask)]
    found.sort(key=lambda pair: -pair[0])  # stable: of equals, the newest check-in first
    return [candidate for _score, candidate in found[:MOST]]


def _persons(known: _Known, ask: Ask) -> Iterable[tuple[int, Candidate]]:
    for row in known.here:
        lately = known.persons_asked.get(row.person_id, ())
        asked = ask.pk in lately
        if (ask.pk, row.person_id, None) in known.signed:
            continue
        if len(lately) >= MOST_TIMES and not asked:
            continue
        each = fit(ask, row, you=False)
        if each is not None:
            name = row.person.name if known.named else mask_name(row.person.name)
            yield each.score, Candidate(f"person-{row.person_id}", name, each.reasons, asked)


def _units(known: _Known, ask: Ask) -> Iterable[tuple[int, Candidate]]:
    for unit in known.units:
        lately = known.units_asked.get(unit.pk, ())
        asked = ask.pk in lately
        if (ask.pk, None, unit.pk) in known.signed or (len(lately) >= MOST_TIMES and not asked):
            continue
        found = list(_of_unit(known, ask, unit))
        if found:
            yield (
                sum(score for score, _words in found),
                Candidate(
                    f"partnership-{unit.pk}", str(unit), tuple(words for _s, words in found), asked
                ),
            )


def _of_unit(known: _Known, ask: Ask, unit: Partnership) -> Iterable[tuple[int, str]]:
    """Why one could ask this unit: what it offers, what it signed for, what its people can."""
    offered = [t for skill, t in known.offers.get(unit.pk, ()) if ask.skill and skill == ask.skill]
    if offered:
        yield 4, _("提供“%s”") % offered[0]
    signed = known.by_unit.get(unit.pk, [])
    alike = [text for skill, _kind, text in signed if ask.skill and skill == ask.skill]
    if alike:
        yield 3, _("认过“%s”") % alike[0]
    elif not ask.skill and (same := [text for _s, kind, text in signed if kind == ask.kind]):
        yield 1, _("%(kind)s过“%(text)s”") % {"kind": kind_of(ask), "text": same[0]}
    able = known.can.get(unit.pk, Counter())[ask.skill] if ask.skill else 0
    if able:
        said = ngettext("有 %(n)d 位填了“%(what)s”", "有 %(n)d 位填了“%(what)s”", able)
        yield 2, said % {"n": able, "what": Skill(ask.skill).label}
