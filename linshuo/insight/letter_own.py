"""One's own letters: what would be said of one, what was sent to one or one's unit, and those in
which one stands by name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Consent, Partnership, Person, Purpose
from linshuo.domain.pledges.access import partnerships_of
from linshuo.insight.letter_facts import agreeing
from linshuo.insight.letter_reads import SAID, read, to_of, under_of
from linshuo.insight.letters import WHOLE, seen_of
from linshuo.insight.models import Missive, MissivePart
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours

WITH_PART = ("missive__community", "missive__partnership__organisation")


@dataclass(frozen=True, slots=True)
class Own:
    """A letter in which somebody is written of, or that is to them."""

    pk: int
    part: int
    """Of a draft, the part to look at; 0 of what was sent."""
    title: str
    to: str
    words: str
    waits: bool


def parts_waiting(person: Person) -> int:
    """In how many letters somebody has still to look at their lines: one query."""
    agreed = Consent.objects.within(person.community_id).filter(
        person=OuterRef("person"), purpose=Purpose.SHARE_UNIT, withdrawn_at__isnull=True
    )
    rows = MissivePart.objects.within(person.community_id).filter(
        Exists(agreed), person=person, said=SAID.WAITING, missive__sent_at__isnull=True,
        missive__dropped_at__isnull=True,
    )  # fmt: skip
    return rows.count()


def own_parts(person: Person) -> list[Own]:
    """Letters not yet sent in which one may be named, while one still may: three queries."""
    rows = MissivePart.objects.within(person.community_id).filter(
        person=person, missive__sent_at__isnull=True, missive__dropped_at__isnull=True
    )
    if not agreeing(person.community_id, [person.pk]):
        rows = rows.none()
    found = rows.select_related("missive__partnership__organisation").order_by("-pk")
    return [
        Own(
            pk=part.missive_id,
            part=part.pk,
            title=under_of(part.missive),
            to=to_of(part.missive),
            words=str(part.get_said_display()) if part.said else _("等您看一眼"),
            waits=part.said == SAID.WAITING,
        )
        for part in found
    ]


def _mine(viewer: Actor) -> Q:
    """Sent letters to the viewer or their unit, and those in which they stand by name."""
    parts = MissivePart.objects.of(viewer).filter(person_id=viewer.person_id or 0, named=True)
    found = Q(pk__in=parts.values("missive_id")) | Q(partnership_id__in=partnerships_of(viewer))
    return (found | Q(person_id=viewer.person_id or 0)) & Q(sent_at__isnull=False)


def own_letters(viewer: Actor, *, unit: Partnership | None = None, most: int = 60) -> list[Own]:
    """Sent letters that are the viewer's to read, the newest first; of one unit or of all."""
    rows = Missive.objects.of(viewer).filter(_mine(viewer))
    if unit is not None:
        rows = rows.filter(partnership=unit)
    whole = rows.select_related("partnership__organisation", "person")
    return [
        Own(
            pk=letter.pk,
            part=0,
            title=f"{letter.get_kind_display()}　{under_of(letter)}",
            to=to_of(letter),
            words=wording.day(letter.sent_at) if letter.sent_at else "",
            waits=False,
        )
        for letter in whole.order_by("-sent_at", "-pk")[:most]
    ]


def own_letter(actors: Iterable[Actor], pk: int) -> Missive:
    """A sent letter that is one of theirs to read. Raises `NotYours`."""
    for viewer in actors:
        rows = Missive.objects.of(viewer).filter(_mine(viewer), pk=pk)
        found = rows.select_related(*WHOLE).first()
        if found is not None:
            return found
    raise NotYours("letter", _("没有这封信。"))


@dataclass(frozen=True, slots=True)
class Preview:
    """What a member looks at before a letter goes."""

    part: MissivePart
    unit: str
    under: str
    lines: tuple[str, ...]
    seen: str
    until: str
    changed: bool
    """Whether the lines are others than those they said yes to."""


def own_part(actors: Iterable[Actor], pk: int) -> tuple[Actor, Preview]:
    """One's own part of a letter that is not sent, while one may be named in it. Raises `NotYours`
    for anybody else's, and once it is sent, given up, or the consent is withdrawn."""
    for viewer in actors:
        rows = MissivePart.objects.of(viewer).filter(
            pk=pk, person_id=viewer.person_id or 0, missive__sent_at__isnull=True,
            missive__dropped_at__isnull=True,
        )  # fmt: skip
        part = rows.select_related(*WITH_PART).first()
        if part is None or not agreeing(part.community_id, [part.person_id]):
            continue
        lines = read(part.missive).lines_of(part.person_id)
        return viewer, Preview(
            part=part,
            unit=to_of(part.missive),
            under=under_of(part.missive),
            lines=tuple(lines),
            seen=seen_of(lines),
            until=wording.day(part.missive.preview_until or part.missive.until),
            changed=part.said == SAID.YES and part.facts != lines,
        )
    raise NotYours("letter", _("没有这封信。"))
