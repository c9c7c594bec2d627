"""Writes of letters 信件: drafted, what members say to their lines, sent once, given up.

Nothing leaves without a person's press. A member stands by name only if they agree that their unit
is told of their service, looked at the very lines, and said yes; all of it is looked at again,
under the lock, at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Partnership
from linshuo.domain.people.queries import partnerships
from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.exchange.forms.tables import quarter_of
from linshuo.insight.letter_facts import (
    Quarter,
    agreeing,
    facts_of,
    quarter,
    says_anything,
    stands_on,
    thanks_facts,
    thanks_stand_on,
    unit_stands_on,
)
from linshuo.insight.letter_thanks import to_thank
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

LEAST_PREVIEW_DAYS = 7
"""Our own rule: a week to look at what one's unit would be told, and to answer."""
MOST_OPENING = 300
MOST_WORDS = 120
SAID, HOW = MissivePart.Said, MissivePart.How
WHOLE = (
    *("community", "partnership__organisation", "person", "sent_by"),
    *("pledge__ask", "voucher__collection", "voucher__project", "goods"),
)
"""What is read together with a letter."""


def must_write(by: Actor) -> None:
    """Raises `NotYours` unless letters are theirs to write."""
    if not (by.is_house or by.can(Can.LETTER_KEEP)):
        raise NotYours("letter:keep", _("没有这一页。"))


def seen_of(lines: Iterable[str]) -> str:
    """A mark of the very lines that stood on a page: an answer says to which lines it was given."""
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


@transaction.atomic
def draft_quarter(first: date, *, by: Actor, at: datetime | None = None) -> int:
    """A draft for every unit that did or promised anything in the quarter that begins on this day;
    returns how many are new. Twice is once; of who did nothing there is nothing to write. Members
    who agreed since then, that their unit is told, are asked as well.

    Raises `Refused("quarter")` for a day on which none begins, and one that has not begun.
    """
    must_write(by)
    begins, after = quarter_of(first)
    if begins != first or first > clock.today():
        raise Refused("quarter", _("选一个已经开始的季度。"), "quarter")
    last = after - timedelta(days=1)
    _one_at_a_time(by)
    written = Missive.objects.of(by).filter(kind=Missive.Kind.QUARTER, since=first)
    held = written.filter(dropped_at__isnull=True).select_for_update(of=("self",))
    known = {letter.partnership_id: letter for letter in held}
    units = partnerships(by)
    for unit in units:
        if unit.pk in known and known[unit.pk].sent_at is None:
            _ask_members(known[unit.pk], quarter(unit, first, last), by, at)
    return sum(_draft(unit, first, last, by, at) for unit in units if unit.pk not in known)


def _draft(unit: Partnership, first: date, last: date, by: Actor, at: datetime | None) -> bool:
    found = quarter(unit, first, last)
    if not says_anything(found, facts_of(found, ())):
        return False
    letter = Missive(
        community_id=by.community_id,
        kind=Missive.Kind.QUARTER,
        partnership=unit,
        since=first,
        until=last,
        drafted_by_id=by.person_id,
        drafted_at=happened(at),
        preview_until=_a_week_on(at),
    )
    letter.save(force_insert=True)
    record("missive:draft", row=letter, by=by, at=at)
    _ask_members(letter, found, by, at)
    return True


def _a_week_on(at: datetime | None) -> date:
    return clock.local(happened(at)).date() + timedelta(days=LEAST_PREVIEW_DAYS)


def _ask_members(letter: Missive, found: Quarter, by: Actor, at: datetime | None) -> None:
    """A part for each member who did something and agrees that their unit is told, and has none
    yet; who agreed later has the same week to look."""
    parts = MissivePart.objects.of(by).filter(missive=letter)
    asked = set(parts.values_list("person_id", flat=True))
    may = agreeing(by.community_id, found.members)
    fresh = sorted(pk for pk in (found.members & may) - asked if found.lines_of(pk))
    if fresh and letter.preview_until != _a_week_on(at):
        letter.preview_until = _a_week_on(at)
        letter.save(update_fields=["preview_until"])
        record("missive:look-longer", row=letter, by=by, at=at)
    for person in fresh:
        part = MissivePart(community_id=by.community_id, missive=letter, person_id=person)
        part.save(force_insert=True)
        told = {"person": person, **stands_on(by.community_id, found.served[person].about)}
        record("missivepart:preview", row=part, subject=letter, by=by, at=at, detail=told)


@transaction.atomic
def write_opening(letter: Missive, words: str, *, by: Actor, at: datetime | None = None) -> Missive:
    """The office's own words above the facts. Raises `Refused` once it is sent."""
    row = _lock(letter, by)
    clean = tidy(words)
    if len(clean) > MOST_OPENING:
        raise Refused("opening", _("写短一点，%d 个字以内。") % MOST_OPENING, "opening")
    if clean != row.opening:
        row.opening = clean
        row.save(update_fields=["opening"])
        record("missive:write", row=row, by=by, at=at)
    return row


@transaction.atomic
def answer(
    part: MissivePart,
    *,
    by: Actor,
    said: str,
    seen: str = "",
    words: str = "",
    how: str = HOW.PAGE,
    at: datetime | None = None,
) -> MissivePart:
    """可以写我, perhaps with a sentence of one's own; or 别写我, without a reason. It can be said
    otherwise until the letter is sent. `seen` is the mark of the lines that were looked at. The
    office types in what was said by telephone or across the counter.

    Raises `NotYours`; `Refused` once it is sent, for lines that changed meanwhile, and for a yes
    without the consent that one's unit is told.
    """
    rows = MissivePart.objects.of(by).select_related("missive__partnership", "person")
    row = rows.filter(pk=part.pk).first()
    if row is None or row.person.erased_at is not None:
        raise NotYours("letter", _("没有这封信。"))
    own = by.person_id == row.person_id and how == HOW.PAGE
    if not own and (how not in (HOW.PHONE, HOW.COUNTER) or not by.can(Can.LETTER_KEEP)):
        raise NotYours("letter", _("没有这封信。"))
    _unsent(row.missive, by)
    row = rows.select_for_update(of=("self",)).get(pk=part.pk)
    if said not in (SAID.YES, SAID.NO):
        raise Refused("said", _("可以写，还是别写？选一个。"), "said")
    lines = _agreed_lines(row, seen) if said == SAID.YES else []
    clean = tidy(words) if said == SAID.YES else ""
    if len(clean) > MOST_WORDS:
        raise Refused("words", _("写短一点，%d 个字以内。") % MOST_WORDS, "words")
    row.said, row.facts, row.words = said, lines, clean
    row.answered_at, row.answered_by_id, row.answered_how = happened(at), by.person_id, how
    row.save(update_fields=["said", "facts", "words", "answered_at", "answered_by", "answered_how"])
    record("missivepart:answer", row=row, subject=row.missive, by=by, at=at)
    return row


def _agreed_lines(part: MissivePart, seen: str) -> list[str]:
    """The lines they said yes to: those that stood on the page, if they still stand."""
    letter = part.missive
    assert letter.partnership is not None
    lines = quarter(letter.partnership, letter.since, letter.until).lines_of(part.person_id)
    if not lines:
        raise Refused("gone", _("现在没有写您的话了，不用答。"), "said")
    if not agreeing(part.community_id, [part.person_id]):
        told = _("还没有同意“把我参加服务的情况告诉我的单位”，先同意，再来点可以写。")
        raise Refused("consent", told, "said")
    if seen != seen_of(lines):
        raise Refused("changed", _("这几行刚刚变了，再看一眼，再答。"), "said")
    return lines


@transaction.atomic
def send(letter: Missive, *, how: str, by: Actor, at: datetime | None = None) -> Missive:
    """Send it: from here on it says what it says today. Twice is once.

    Raises `Refused`: of a quarter that is not over; before its preview is over, unless everybody
    answered; of thanks to somebody who cannot be thanked any more.
    """
    must_write(by)
    gone = _whole(by, letter).filter(sent_at__isnull=False).first()
    if gone is not None:
        return gone
    row = _lock(letter, by)
    if how not in Missive.How.values:
        raise Refused("how", _("怎么给的？选一样。"), "how")
    named: list[MissivePart] = []
    if row.kind == Missive.Kind.THANKS:
        if row.person is not None and row.person.erased_at is not None:
            raise Refused("gone", _("这个人要求删除了，信寄不了。"))
        row.facts, about = thanks_facts(row), thanks_stand_on(row)
    else:
        found = quarter(_unit(row), row.since, row.until)
        parts = list(MissivePart.objects.of(by).select_for_update(of=("self",)).filter(missive=row))
        _must_be_time(row, parts)
        named = standing(parts, found, lock=True)
        row.facts = facts_of(found, [part.person_id for part in named])
        about = unit_stands_on(found)
        _freeze(row, parts, named, by, at)
    row.sent_at, row.sent_by_id, row.sent_how = happened(at), by.person_id, how
    row.save(update_fields=["facts", "sent_at", "sent_by", "sent_how"])
    record("missive:send", row=row, by=by, at=at, detail={**_told(row), **about})
    return row


def _told(row: Missive) -> dict[str, str | int]:
    """How it was sent, and whose it is: for whoever tells them."""
    told: dict[str, str | int] = {"kind": row.kind, "how": row.sent_how}
    if row.partnership_id is not None:
        return {**told, "unit": row.partnership_id}
    return {**told, "person": row.person_id} if row.person_id is not None else told


def _unit(row: Missive) -> Partnership:
    unit: Partnership | None = row.partnership
    assert unit is not None
    return unit


def _must_be_time(row: Missive, parts: list[MissivePart]) -> None:
    today = clock.today()
    if today <= row.until:
        told = _("这一季到 %s 才完，完了再寄。") % wording.short_day(row.until)
        raise Refused("early", told)
    waits = any(part.said == SAID.WAITING for part in parts)
    if row.preview_until and today <= row.preview_until and waits:
        told = _("还有人没答，给他们看到 %s。都答了，随时可以寄。")
        raise Refused("preview", told % wording.short_day(row.preview_until))


def standing(
    parts: Iterable[MissivePart], found: Quarter, *, lock: bool = False
) -> list[MissivePart]:
    """Of the parts those that may stand by name now: who said yes to the very lines that the
    records still say, is still of the unit, and has not withdrawn their consent. `lock` holds the
    consents until the transaction ends."""
    yes = [part for part in parts if part.said == SAID.YES]
    here = found.unit.community_id
    may = agreeing(here, [part.person_id for part in yes], lock=lock)
    return [
        part
        for part in yes
        if part.person_id in may and part.facts and part.facts == found.lines_of(part.person_id)
    ]


def _freeze(
    row: Missive, parts: list[MissivePart], named: list[MissivePart], by: Actor, at: datetime | None
) -> None:
    """Of whoever is not named nothing of what would have been said is kept."""
    chosen = {part.pk for part in named}
    for part in parts:
        stays = part.pk in chosen
        if (part.named, bool(part.facts)) == (stays, stays):
            continue
        part.named = stays
        if not stays:
            part.facts, part.words = [], ""
        part.save(update_fields=["named", "facts", "words"])
        record("missivepart:freeze", row=part, subject=row, by=by, at=at)


@transaction.atomic
def drop(letter: Missive, *, by: Actor, at: datetime | None = None) -> Missive:
    """A draft that is not sent after all. What is sent stays: `Refused`. Twice is once."""
    must_write(by)
    gone = Missive.objects.of(by).filter(pk=letter.pk, dropped_at__isnull=False).first()
    if gone is not None:
        return gone
    row = _lock(letter, by)
    row.dropped_at = happened(at)
    row.save(update_fields=["dropped_at"])
    record("missive:drop", row=row, by=by, at=at)
    return row


@transaction.atomic
def thank(cause: str, pk: int, *, by: Actor, at: datetime | None = None) -> Missive:
    """A draft of thanks for a pledge that was kept, for money, for goods. Twice is once.

    Raises `NotYours` for what is none of these, or nobody can be thanked for.
    """
    must_write(by)
    _one_at_a_time(by)
    row = to_thank(by, cause, again=True).select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotYours("letter", _("没有可谢的这一件。"))
    known = Missive.objects.of(by).filter(**{cause: row}, dropped_at__isnull=True).first()
    if known is not None:
        return known
    unit = row.partnership_id if cause == "pledge" else row.unit_id
    person: int | None = row.person_id if cause == "pledge" else row.giver_id
    day = clock.local(row.ended_at).date() if cause == "pledge" else _day_of(row)
    letter = Missive(
        community_id=by.community_id,
        kind=Missive.Kind.THANKS,
        partnership_id=unit,
        person_id=None if unit else person,
        since=day,
        until=day,
        drafted_by_id=by.person_id,
        drafted_at=happened(at),
        **{cause: row},
    )
    letter.save(force_insert=True)
    record("missive:draft", row=letter, by=by, at=at)
    return letter


def _one_at_a_time(by: Actor) -> None:
    """Two who press at once draft one after the other, and the second finds what the first did."""
    Community.objects.select_for_update().get(pk=by.community_id)


def _day_of(gift: object) -> date:
    found: date = getattr(gift, "happened_on", None) or getattr(gift, "received_on")  # noqa: B009
    return found


def _whole(by: Actor, letter: Missive) -> ScopedQuerySet[Missive]:
    return Missive.objects.of(by).filter(pk=letter.pk).select_related(*WHOLE)


def _unsent(letter: Missive, by: Actor) -> Missive:
    """The letter, locked, as long as it can still be changed."""
    row = _whole(by, letter).select_for_update(of=("self",)).first()
    if row is None or row.dropped_at is not None:
        raise NotYours("letter", _("没有这封信。"))
    if row.sent_at is not None:
        raise Refused("sent", _("信已经寄出，不再改。"))
    return row


def _lock(letter: Missive, by: Actor) -> Missive:
    must_write(by)
    return _unsent(letter, by)
