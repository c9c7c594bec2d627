"""Reads of letters: the list at the desk, and one letter as it will be or was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.service.queries import minutes_words
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.exchange.forms.tables import quarter_words
from linshuo.insight.letter_facts import Quarter, agreeing, facts_of, quarter, thanks_facts
from linshuo.insight.letters import WHOLE, must_write, seen_of, standing
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours

PAGE = 30
STAGES = ("waiting", "ready", "sent", "")
"""Somebody has still to answer, or the quarter to end; can be sent; sent; all of them."""
SAID = MissivePart.Said


@dataclass(frozen=True, slots=True)
class Named:
    """A member who stands by name."""

    name: str
    lines: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A letter as it is read, on a page and on paper alike."""

    pk: int
    title: str
    to: str
    under: str
    opening: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, ...], ...]
    more: int
    gifts: tuple[tuple[str, ...], ...]
    sums: tuple[dict[str, Any], ...]
    people: str
    held_back: bool
    named: tuple[Named, ...]
    said: tuple[str, ...]
    line: str
    """Of thanks: what for."""
    day: str
    sent: str
    """When and how it was sent; empty for a draft."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One member's part, for the desk."""

    pk: int
    person: int
    name: str
    lines: tuple[str, ...]
    seen: str
    said: str
    words: str
    own_words: str
    how: str
    fell: str
    """Why somebody who said yes does not stand in it as things are; empty when they do."""
    account: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One letter in a list."""

    pk: int
    to: str
    kind: str
    under: str
    stage: str
    words: str


def letters_of(viewer: Actor) -> ScopedQuerySet[Missive]:
    """The letters of a community that were not given up, for those who write them."""
    must_write(viewer)
    return Missive.objects.of(viewer).filter(dropped_at__isnull=True)


def get_letter(viewer: Actor, pk: int) -> Missive:
    """One letter for those who write them. Raises `NotYours`."""
    found = letters_of(viewer).filter(pk=pk).select_related(*WHOLE).first()
    if found is None:
        raise NotYours("letter", _("没有这封信。"))
    return found


def newest_letter(viewer: Actor, kind: str) -> Missive | None:
    """The one of this kind that was sent last; without one, the newest draft."""
    rows = letters_of(viewer).filter(kind=kind).select_related(*WHOLE)
    return rows.order_by(F("sent_at").desc(nulls_last=True), "-pk").first()


def quarters(viewer: Actor) -> list[date]:
    """First days of the quarters that have letters, the newest first."""
    rows = letters_of(viewer).filter(kind=Missive.Kind.QUARTER)
    return list(rows.order_by("-since").values_list("since", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to."""

    stage: str = ""
    kind: str = ""
    since: date | None = None
    q: str = ""
    """Words in the name of whom it is to."""


def listing(viewer: Actor, filters: Filters, *, before: str = "") -> tuple[list[Row], str, int]:
    """A page of letters, the newest quarter first, by keyset; the mark of the next; how many there
    are. Three queries."""
    rows = letters_of(viewer).filter(_stage(viewer, filters.stage))
    if filters.since is not None:
        rows = rows.filter(kind=Missive.Kind.QUARTER, since=filters.since)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.q:
        unit = Q(partnership__organisation__name__icontains=filters.q)
        rows = rows.filter(unit | Q(person__name__icontains=filters.q))
    count = rows.count()
    day, _bar, pk = before.partition("_")
    try:
        first, last = date.fromisoformat(day), int(pk)
    except ValueError:
        pass
    else:
        if 0 < last < 2**62:
            rows = rows.filter(Q(since__lt=first) | Q(since=first, pk__lt=last))
    whole = rows.select_related("partnership__organisation", "person").order_by("-since", "-pk")
    found = list(whole[: PAGE + 1])
    more = found[PAGE - 1] if len(found) > PAGE else None
    mark = f"{more.since.isoformat()}_{more.pk}" if more else ""
    return _rows(viewer, found[:PAGE]), mark, count


def _waits(viewer: Actor) -> Exists:
    parts = MissivePart.objects.of(viewer).filter(missive=OuterRef("pk"), said=SAID.WAITING)
    return Exists(parts)


def _stage(viewer: Actor, stage: str) -> Q:
    today, unsent = clock.today(), Q(sent_at__isnull=True)
    if stage == "sent":
        return Q(sent_at__isnull=False)
    looked = Q(preview_until__lt=today) | ~Q(_waits(viewer))
    ready = Q(kind=Missive.Kind.THANKS) | Q(until__lt=today) & looked
    if stage == "ready":
        return unsent & ready
    return unsent & ~ready if stage == "waiting" else Q()


def ready_to_send(viewer: Actor) -> int:
    """How many letters wait for nothing but a press: one query; nought for whoever writes none."""
    if not viewer.can(Can.LETTER_KEEP):
        return 0
    return letters_of(viewer).filter(_stage(viewer, "ready")).count()


def _rows(viewer: Actor, letters: list[Missive]) -> list[Row]:
    parts = MissivePart.objects.of(viewer).filter(missive__in=letters)
    asked: dict[int, list[str]] = {}
    for pk, said in parts.values_list("missive_id", "said"):
        asked.setdefault(pk, []).append(said)
    return [_row(letter, asked.get(letter.pk, [])) for letter in letters]


def _row(letter: Missive, said: list[str]) -> Row:
    waits = said.count(SAID.WAITING)
    stage = stage_of(letter, waits)
    words = sent_words(letter)
    looking = letter.preview_until is not None and letter.preview_until >= clock.today()
    if not words and waits and looking and stage == "waiting":
        told = {"n": waits, "day": wording.near_day(letter.preview_until or letter.until)}
        one = _("等 %(n)d 位看，看到 %(day)s")
        words = ngettext(one, one, waits) % told
    elif not words and stage == "waiting":
        words = _("这一季 %s 才完") % wording.short_day(letter.until)
    return Row(
        pk=letter.pk,
        to=to_of(letter),
        kind=str(letter.get_kind_display()),
        under=under_of(letter),
        stage=stage,
        words=words or _("可以寄了"),
    )


def stage_of(letter: Missive, waits: int) -> str:
    """waiting, ready or sent; `waits` is how many members have not answered."""
    if letter.sent_at is not None:
        return "sent"
    if letter.kind == Missive.Kind.THANKS:
        return "ready"
    today = clock.today()
    looked = letter.preview_until is not None and letter.preview_until < today
    return "ready" if letter.until < today and (looked or not waits) else "waiting"


def to_of(letter: Missive) -> str:
    """Whom it is to, by name."""
    if letter.partnership is not None:
        return str(letter.partnership)
    return letter.person.name if letter.person is not None else ""


def under_of(letter: Missive) -> str:
    """2019 年第 3 季度; of thanks the day."""
    if letter.kind == Missive.Kind.QUARTER:
        return quarter_words(letter.since)
    return wording.day(letter.since)


def sent_words(letter: Missive) -> str:
    """2019年10月15日　当面交; empty before it is sent."""
    if letter.sent_at is None:
        return ""
    return f"{wording.day(letter.sent_at)}　{letter.get_sent_how_display()}"


# --- one letter ---


def _parts(letter: Missive) -> list[MissivePart]:
    rows = MissivePart.objects.within(letter.community_id).filter(missive=letter)
    return list(rows.select_related("person").order_by("pk"))


def opened(letter: Missive) -> tuple[Reading, list[PartRow]]:
    """A letter to be read, and its parts: of a sent one what was sent; a draft is read anew."""
    if letter.kind == Missive.Kind.THANKS:
        facts = letter.facts if letter.sent_at else thanks_facts(letter)
        return _reading(letter, facts or {}, []), []
    parts = _parts(letter)
    if letter.sent_at is not None:
        return _reading(letter, letter.facts or {}, [p for p in parts if p.named and p.facts]), []
    found = read(letter)
    named = standing(parts, found)
    facts = facts_of(found, [part.person_id for part in named])
    chosen = {part.pk for part in named}
    may = agreeing(letter.community_id, [part.person_id for part in parts])
    rows = [_part(part, found, part.pk in chosen, part.person_id in may) for part in parts]
    return _reading(letter, facts, named), rows


def read(letter: Missive) -> Quarter:
    """The records that a quarter's letter speaks of, as they are."""
    assert letter.partnership is not None
    return quarter(letter.partnership, letter.since, letter.until)


def _part(part: MissivePart, found: Quarter, stands: bool, agrees: bool) -> PartRow:
    lines = found.lines_of(part.person_id)
    fell = ""
    if part.said == SAID.YES and not stands:
        fell = _("同意收回了，信里不写") if not agrees else _("说过以后记录变了，再请本人看一眼")
        fell = _("不再是这个单位的人，信里不写") if not lines else fell
    elif not agrees and part.said == SAID.WAITING:
        fell = _("同意收回了，信里不写")
    return PartRow(
        pk=part.pk,
        person=part.person_id,
        name=part.person.name,
        lines=tuple(lines),
        seen=seen_of(lines),
        said=part.said,
        words=str(part.get_said_display()),
        own_words=part.words,
        how=str(part.get_answered_how_display()) if part.answered_how else "",
        fell=fell,
        account=part.person.account_id is not None,
    )


def _reading(letter: Missive, facts: dict[str, Any], named: Iterable[MissivePart]) -> Reading:
    quarterly = letter.kind == Missive.Kind.QUARTER
    day = letter.sent_at or clock.now()
    return Reading(
        pk=letter.pk,
        title=_("这一季的反馈信") if quarterly else _("谢谢"),
        to=to_of(letter),
        under=under_of(letter),
        opening=letter.opening,
        facts=tuple(_told(letter, facts)) if quarterly else (),
        rows=tuple(tuple(row) for row in facts.get("rows", ())),
        more=facts.get("more", 0),
        gifts=tuple(tuple(row) for row in facts.get("gifts", ())),
        sums=tuple(facts.get("sums", ())),
        people=_people(facts.get("people") or {}),
        held_back=bool(facts.get("held_back")),
        named=tuple(Named(p.person.name, tuple(p.facts), p.words) for p in named),
        said=tuple(facts.get("said", ())),
        line=facts.get("line", ""),
        day=wording.day(day),
        sent=sent_words(letter),
    )


def _told(letter: Missive, facts: dict[str, Any]) -> Iterable[tuple[str, str]]:
    yield _("从哪天到哪天"), f"{wording.day(letter.since)}–{wording.day(letter.until)}"
    one = _("%d 项")
    for name, label in (
        ("made", _("新认下")), ("kept", _("做到了")), ("let_go", _("提前放下、交接"))
    ):  # fmt: skip
        n = facts.get(name, 0)
        if n:  # what there is none of is not said
            yield label, ngettext(one, one, n) % n
    people = facts.get("people") or {}
    if people:
        yield _("确认的时间"), minutes_words(people["minutes"])


def _people(people: dict[str, int]) -> str:
    if not people:
        return ""
    n = people["n"]
    one = _("来过的有 %(n)d 位，一共 %(times)d 次，%(long)s。")
    told = ngettext(one, one, n) % {**people, "long": minutes_words(people["minutes"])}
    rest = people["unnamed"]
    if rest and rest < n:
        two = _("其中 %d 位没有写名字，数在里面。")
        return told + ngettext(two, two, rest) % rest
    return told + (_("没有写名字，都数在里面。") if rest else "")


def changed(letter: Missive) -> list[tuple[str, str, str]]:
    """Of a sent quarter: what is counted otherwise today, as (what, then, now)."""
    if letter.sent_at is None or letter.kind != Missive.Kind.QUARTER:
        return []
    named = [p.person_id for p in _parts(letter) if p.named]
    now = dict(_told(letter, facts_of(read(letter), named)))
    then = dict(_told(letter, letter.facts or {}))
    labels = [*then, *(label for label in now if label not in then)]
    return [
        (label, then.get(label, "—"), now.get(label, "—"))
        for label in labels
        if then.get(label) != now.get(label)
    ]


def get_part(viewer: Actor, letter: Missive, pk: int) -> MissivePart:
    """One part of a letter, for those who write them. Raises `NotYours`."""
    must_write(viewer)
    found = MissivePart.objects.of(viewer).filter(missive=letter, pk=pk).first()
    if found is None:
        raise NotYours("letter", _("没有这封信。"))
    return found
