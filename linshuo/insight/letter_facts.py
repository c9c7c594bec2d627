"""What a letter says, read from the records: a unit's quarter, and what of it is whose; what
somebody is thanked for. Facts alone: no comparison, no rank, no reproach.

A quarter's facts are plain values, so that the very same can be frozen when the letter is sent:

    made, kept, let_go, more    how many; `more` of the lines are not listed
    rows                        [words, kind, for what, day, where it stands], taken on or ended
    gifts                       [day, words]
    sums                        {about, amount, came, parts: [label, day, amount, came, words]}
    said                        what residents said, in words that were released
    people                      {n, unnamed, times, minutes}; empty where that told of one
    held_back                   whether it was left out for that
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.board.models import WHOLE, Ask
from linshuo.domain.board.queries import kind_of, title_of
from linshuo.domain.funds.checks import booked
from linshuo.domain.funds.models import Goods, Voucher, VoucherKind
from linshuo.domain.needs.models import Contact, Visibility
from linshuo.domain.people.models import CheckIn, Consent, Partnership, Purpose
from linshuo.domain.pledges.models import Ended, Pledge
from linshuo.domain.pledges.queries import state_words
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.service.queries import OF, counting, minutes_words, what_of
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.insight.models import Missive
from linshuo.insight.works import sums_of
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_text
from linshuo.kit.money import yuan

MOST_ROWS = 40
MOST_SAID = 8
STANDS = ("accepted", "paused")
_LET_GO = (Ended.RELEASED, Ended.HANDED_OVER)


@dataclass(slots=True)
class Served:
    """What one person did in a quarter: their lines, and what the first of it was for."""

    times: int = 0
    minutes: int = 0
    lines: list[str] = field(default_factory=list)
    about: dict[str, int] = field(default_factory=dict)
    """{"pledge": pk}, {"activity": pk} or {"post": pk}: what the first of it was for."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """The records of one unit's quarter that a letter speaks of."""

    unit: Partnership
    since: date
    until: date
    members: frozenset[int]
    """Persons who checked in for the unit and have not left it."""
    served: dict[int, Served]
    """By person: everybody who came, whether they may be named or not."""

    @property
    def givers(self) -> set[int]:
        """Persons with hours on record."""
        return {pk for pk, one in self.served.items() if one.times}

    def lines_of(self, person: int) -> list[str]:
        """What would be said of a member by name; nothing of whoever is no member of the unit."""
        one = self.served.get(person)
        return one.lines if one is not None and person in self.members else []


def members_of(unit: Partnership) -> frozenset[int]:
    """Persons whose check-in for this unit stands."""
    rows = CheckIn.objects.within(unit.community_id).filter(
        partnership=unit, state__in=STANDS, person__erased_at__isnull=True
    )
    return frozenset(rows.values_list("person_id", flat=True))


def agreeing(community_id: int, persons: Iterable[int], *, lock: bool = False) -> set[int]:
    """Which of these agree that their unit is told of their service; with `lock` nobody takes it
    back before the transaction ends."""
    rows = Consent.objects.within(community_id).filter(
        person_id__in=list(persons), purpose=Purpose.SHARE_UNIT, withdrawn_at__isnull=True
    )
    held = rows.select_for_update(of=("self",)) if lock else rows
    return set(held.values_list("person_id", flat=True))


def quarter(unit: Partnership, since: date, until: date) -> Quarter:
    """Who did what for a unit in a stretch of time: five queries."""
    members = members_of(unit)
    served: dict[int, Served] = defaultdict(Served)
    long: dict[tuple[int, str], list[int]] = defaultdict(list)
    for row in _records(unit, since, until, members):
        one, turn = served[row.person_id], row.turn
        one.times, one.minutes = one.times + 1, one.minutes + row.minutes
        long[row.person_id, mask_text(what_of(turn))].append(row.minutes)
        one.about = one.about or _about(turn)
    for (person, what), minutes in long.items():
        served[person].lines.append(_spent(what, minutes))
    for pledge in _kept_alone(unit, since, until, members):
        one = served[pledge.person_id or 0]
        one.lines.append(_("做到了：%s") % mask_text(pledge.ask.text))
        one.about = {"pledge": pledge.pk}
    return Quarter(unit, since, until, members, dict(served))


def _span(since: date, until: date) -> dict[str, Any]:
    return {"gte": clock.start_of(since), "lt": clock.start_of(until + timedelta(days=1))}


def _in(column: str, since: date, until: date) -> Q:
    return Q(**{f"{column}__{how}": when for how, when in _span(since, until).items()})


def _records(
    unit: Partnership, since: date, until: date, members: Collection[int]
) -> ScopedQuerySet[ServiceRecord]:
    """Hours given under the unit's name, whoever gave them, and its members' own."""
    own = Q(turn__partnership__isnull=True, person_id__in=list(members))
    rows = counting(unit.community_id).filter(
        Q(turn__partnership=unit) | own, _in("starts", since, until)
    )
    return rows.select_related(*(f"turn__{name}" for name in OF)).order_by("starts", "pk")


def _kept_alone(
    unit: Partnership, since: date, until: date, members: Collection[int]
) -> ScopedQuerySet[Pledge]:
    rows = Pledge.objects.within(unit.community_id).filter(
        _in("ended_at", since, until), person_id__in=list(members), ended_as=Ended.FULFILLED
    )
    return rows.select_related("ask").order_by("ended_at", "pk")


def _spent(what: str, minutes: list[int]) -> str:
    told = {"what": what, "n": len(minutes), "long": minutes_words(sum(minutes))}
    one = _("%(what)s：%(n)d 次，一共 %(long)s")
    return ngettext(one, one, len(minutes)) % told


def _about(turn: Turn) -> dict[str, int]:
    found = {"pledge": turn.pledge_id, "activity": turn.activity_id, "post": turn.post_id}
    return {name: pk for name, pk in found.items() if pk is not None}


def stands_on(community_id: int, about: dict[str, int]) -> dict[str, int]:
    """Something below this hall that a message can stand on: of a post its line, if it has one."""
    if "post" not in about:
        return about
    line = _line(community_id, post=about["post"])
    return {"ask": line} if line else {}


def _line(community_id: int, **of: object) -> int | None:
    rows = Ask.objects.within(community_id).filter(**of).order_by("-pk")
    return rows.values_list("pk", flat=True).first()


def signed(unit: Partnership, since: date, until: date) -> ScopedQuerySet[Pledge]:
    """What the unit took on in the stretch, and what of it ended there; what it asks others for,
    and what only waited, is none of it."""
    rows = Pledge.objects.within(unit.community_id).filter(
        _in("signed_at", since, until) | _in("ended_at", since, until), partnership=unit,
        ask__offer__isnull=True,
    )  # fmt: skip
    return rows.exclude(state__in=("asked", "waiting")).exclude(ended_as=Ended.EXPIRED)


def facts_of(found: Quarter, named: Collection[int]) -> dict[str, Any]:
    """The letter's facts, with these persons named beside them."""
    unit, since, until = found.unit, found.since, found.until
    rows = signed(unit, since, until)
    ended = rows.filter(_in("ended_at", since, until))
    kept = ended.filter(ended_as=Ended.FULFILLED)
    whole = rows.select_related(
        "person", "partnership__organisation", *(f"ask__{name}" for name in WHOLE)
    )
    listed = list(whole.order_by("signed_at", "pk"))
    people, held_back = _people(found, named)
    return {
        "made": sum(_within(p, since, until) for p in listed),
        "kept": kept.count(),
        "let_go": ended.filter(ended_as__in=_LET_GO).count(),
        "rows": [_row(p) for p in listed[:MOST_ROWS]],
        "more": max(0, len(listed) - MOST_ROWS),
        "gifts": _gifts(unit, since, until),
        "sums": _sums(unit, since, until),
        "said": said_of(unit.community_id, kept.values("ask__need_id")),
        "people": people,
        "held_back": held_back,
    }


def _within(pledge: Pledge, since: date, until: date) -> bool:
    return since <= clock.local(pledge.signed_at).date() <= until


def _row(p: Pledge) -> list[str]:
    what, about = mask_text(p.ask.text), mask_text(title_of(p.ask))
    day = f"{clock.local(p.signed_at):%Y-%m-%d}"
    return [what, kind_of(p.ask), "" if about == what else about, day, state_words(p)]


def _people(found: Quarter, named: Collection[int]) -> tuple[dict[str, int], bool]:
    """How many came and for how long, all counted. Where what is not told by name could only be one
    person's, it is left out: nobody's unit learns by taking one number from another what they did
    not agree to."""
    givers = found.givers
    unnamed = givers - set(named)
    others = (found.members | givers) - set(named)
    if len(unnamed) == 1 and (len(givers) == 1 or len(others) == 1):
        return {}, True
    told = [found.served[pk] for pk in givers]
    if not told:
        return {}, False
    return {
        "n": len(givers),
        "unnamed": len(unnamed),
        "times": sum(one.times for one in told),
        "minutes": sum(one.minutes for one in told),
    }, False


def _gifts(unit: Partnership, since: date, until: date) -> list[list[str]]:
    """Money and goods from the unit that belong to no promise."""
    here = unit.community_id
    money = Voucher.objects.within(here).filter(
        booked(kind=VoucherKind.GIFT, unit=unit, pledge__isnull=True),
        happened_on__range=(since, until),
    )
    things = Goods.objects.within(here).filter(unit=unit, received_on__range=(since, until))
    found = [
        (v.happened_on, f"{v.book.name} {yuan(v.amount_fen)}")
        for v in money.select_related("collection", "project")
    ]
    found += [(g.received_on, f"{g.item} {g.quantity}") for g in things]
    return [[f"{day:%Y-%m-%d}", mask_text(words)] for day, words in sorted(found)]


def _sums(unit: Partnership, since: date, until: date) -> list[dict[str, Any]]:
    """Promised sums that were signed, or of which something came, in the stretch."""
    here = unit.community_id
    moved = Voucher.objects.within(here).filter(
        booked(pledge__partnership=unit), happened_on__range=(since, until)
    )
    ids = set(moved.values_list("pledge_id", flat=True))
    promised = signed(unit, since, until).filter(amount_fen__isnull=False)
    ids |= set(promised.values_list("pk", flat=True))
    if not ids:
        return []
    return [
        {
            "about": one.about,
            "amount": one.amount,
            "came": _some(one.came),
            "parts": [[p.label, p.day, p.amount, _some(p.came), p.words] for p in one.parts],
        }
        for one in sums_of(Actor.house(here), unit)
        if one.pledge in ids
    ]


def _some(amount: str) -> str:
    """Nothing for nought: that nothing came before its day is no fact worth a line."""
    return "" if amount == yuan(0) else amount


def said_of(community_id: int, needs: Any) -> list[str]:
    """What residents said of these matters, where they agreed and a person released the words."""
    rows = Contact.objects.within(community_id).filter(
        need_id__in=needs, need__visibility=Visibility.PUBLIC, need__state="closed"
    )
    return list(rows.exclude(shown="").order_by("at").values_list("shown", flat=True)[:MOST_SAID])


def says_anything(found: Quarter, facts: dict[str, Any]) -> bool:
    """Whether there is something to write of: no letter says that somebody did nothing."""
    told = ("rows", "gifts", "sums")
    return bool(found.served) or any(facts[name] for name in told)


def unit_stands_on(found: Quarter) -> dict[str, int]:
    """Something below this hall that a message about the unit's letter can stand on."""
    pk = signed(found.unit, found.since, found.until).values_list("pk", flat=True).first()
    if pk is not None:
        return {"pledge": pk}
    first = next((one.about for one in found.served.values() if one.about), {})
    return stands_on(found.unit.community_id, first)


# --- thanks ---


def thanks_facts(letter: Missive) -> dict[str, Any]:
    """What somebody is thanked for, in a sentence, and what residents said of it."""
    return {"line": _thanked_for(letter), "said": _said_of_thanks(letter)}


def _thanked_for(letter: Missive) -> str:
    you = _("你们") if letter.partnership_id else _("您")
    if letter.pledge is not None:
        return _pledged(letter.pledge, you)
    if letter.voucher is not None:
        told = {"day": wording.day(letter.voucher.happened_on), "you": you,
                "about": letter.voucher.book.name,
                "amount": yuan(letter.voucher.amount_fen)}  # fmt: skip
        return _("%(day)s，%(you)s给“%(about)s”捐了 %(amount)s。") % told
    assert letter.goods is not None
    goods = letter.goods
    told = {"day": wording.day(goods.received_on), "you": you, "item": mask_text(goods.item),
            "quantity": goods.quantity}  # fmt: skip
    line = _("%(day)s，%(you)s送来了%(item)s %(quantity)s。") % told
    if goods.used_on is not None:
        line += _("后来用在了%s。") % mask_text(goods.used_for)
    return line


def _pledged(pledge: Pledge, you: str) -> str:
    ended = wording.day(pledge.ended_at) if pledge.ended_at else ""
    told = {"day": wording.day(pledge.signed_at), "you": you, "kind": kind_of(pledge.ask),
            "text": mask_text(pledge.ask.text), "ended": ended}  # fmt: skip
    if pledge.ended_as == Ended.HANDED_OVER:
        return _("%(day)s，%(you)s%(kind)s了“%(text)s”，照看到%(ended)s，交给了下一位。") % told
    return _("%(day)s，%(you)s认下了“%(text)s”，%(ended)s，做到了。") % told


def _said_of_thanks(letter: Missive) -> list[str]:
    need = letter.goods.need_id if letter.goods else None
    if letter.pledge is not None:
        need = letter.pledge.ask.need_id
    return said_of(letter.community_id, [need]) if need else []


def thanks_stand_on(letter: Missive) -> dict[str, int]:
    """Something below this hall that a message about thanks can stand on."""
    if letter.pledge_id is not None:
        return {"pledge": letter.pledge_id}
    gift = letter.voucher or letter.goods
    targets = {"collection": gift.collection_id, "project": gift.project_id} if gift else {}
    targets["need"] = letter.goods.need_id if letter.goods else None
    for name, pk in targets.items():
        line = _line(letter.community_id, **{name: pk}) if pk else None
        if line:
            return {"ask": line}
    return {}
