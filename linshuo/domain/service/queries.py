"""Reads: the turns of a pledge, and whose hours are on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Partnership
from linshuo.domain.pledges.access import partnerships_of
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import ServiceRecord, Turn, Via
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

MOST_RECORDS = 40


def standing_records(
    community_id: int, as_of: datetime | None = None
) -> ScopedQuerySet[ServiceRecord]:
    """Records as they stood at a moment: confirmed by then, and by then not corrected."""
    rows = ServiceRecord.objects.within(community_id)
    later = ServiceRecord.objects.within(community_id).filter(corrects_id=OuterRef("pk"))
    if as_of is not None:
        rows, later = rows.filter(confirmed_at__lte=as_of), later.filter(confirmed_at__lte=as_of)
    return rows.filter(~Exists(later))


def counting(community_id: int, as_of: datetime | None = None) -> ScopedQuerySet[ServiceRecord]:
    """Records that counted at a moment: those that stood, of more than nothing."""
    return standing_records(community_id, as_of).filter(minutes__gt=0)


@dataclass(frozen=True, slots=True)
class Said:
    """One record of a turn, formatted; a corrected one stays, struck through."""

    pk: int
    who: str
    text: str
    """2 小时，社区打电话问的."""
    long: str
    struck: bool
    note: str
    """Who put it in the place of the one before, when, and why; empty for a first word."""

    @property
    def short(self) -> str:
        """To choose it by."""
        return f"{self.who} {self.long}"


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One turn, formatted."""

    pk: int
    when: str
    begun: bool
    missed: bool
    said: tuple[Said, ...]
    """Who came, how long, in whose word, each with what it was before."""

    @property
    def came(self) -> bool:
        """Whether there is a word that they came, be it corrected since."""
        return bool(self.said)

    @property
    def asks(self) -> bool:
        """Whether nobody has said yet that they came, or did not."""
        return self.begun and not self.missed and not self.came


def turns_of(viewer: Actor, pledge: Pledge, *, at: datetime | None = None) -> list[TurnRow]:
    """The turns of a pledge in order, with what was said of each: two queries."""
    moment = at or clock.now()
    turns = list(Turn.objects.of(viewer).filter(pledge=pledge).order_by("starts", "pk"))
    said: dict[int, list[Said]] = {turn.pk: [] for turn in turns}
    records = list(
        ServiceRecord.objects.of(viewer)
        .filter(turn__in=turns)
        .select_related("person", "confirmed_by")
        .order_by("person_id", "pk")
    )
    replaced = {row.corrects_id for row in records}
    for row in records:
        said[row.turn_id].append(_said(row, row.pk in replaced))
    return [
        TurnRow(
            pk=turn.pk,
            when=span(turn.starts, turn.ends),
            begun=turn.starts <= moment,
            missed=turn.missed_at is not None,
            said=tuple(said[turn.pk]),
        )
        for turn in turns
    ]


def _said(row: ServiceRecord, struck: bool) -> Said:
    long = minutes_words(row.minutes)
    word = "" if row.corrects_id else _("，%s") % Via(row.via).label
    return Said(
        row.pk, mask_name(row.person.name), f"{long}{word}", long, struck, correction_words(row)
    )


def correction_words(row: ServiceRecord) -> str:
    """12月3日由张书记更正：少坐了一小时. Empty for a row that corrects none."""
    if row.corrects_id is None:
        return ""
    who = row.confirmed_by.name if row.confirmed_by else _("社区")
    return _("%(day)s由%(who)s更正：%(why)s") % {
        "day": wording.near_day(row.confirmed_at),
        "who": who,
        "why": row.why,
    }


def said_at(viewer: Actor, turn: Turn) -> list[Said]:
    """Who came to one turn, in whose word, each with what it was before. One query."""
    rows = ServiceRecord.objects.of(viewer).filter(turn=turn)
    records = list(rows.select_related("person", "confirmed_by").order_by("person_id", "pk"))
    replaced = {row.corrects_id for row in records}
    return [_said(row, row.pk in replaced) for row in records]


def get_record(viewer: Actor, of: Pledge | Turn, pk: int) -> ServiceRecord:
    """A record in a turn, or in one of a pledge's turns. Raises `NotYours`."""
    theirs = Q(turn=of) if isinstance(of, Turn) else Q(turn__pledge=of)
    rows = ServiceRecord.objects.of(viewer).filter(theirs, pk=pk)
    found = rows.select_related("turn", "person").first()
    if found is None:
        raise NotYours("service", _("没有这一条。"))
    return found


def may_correct(viewer: Actor) -> bool:
    """Whether hours may be corrected by this person at all."""
    return viewer.can(Can.NEED_DECIDE)


def get_turn(viewer: Actor, pledge: Pledge, pk: int) -> Turn:
    """A turn of this pledge. Raises `NotYours`."""
    found = Turn.objects.of(viewer).filter(pledge=pledge, pk=pk).select_related("pledge").first()
    if found is None:
        raise NotYours("turn", _("没有这一班。"))
    return found


OF = ("pledge__ask", "post", "activity")
"""What is read together with a turn that is going to be spoken of."""


def what_of(turn: Turn) -> str:
    """What a turn is for, in a few words."""
    if turn.pledge is not None:
        return str(turn.pledge.ask.text)
    return str(turn.post or turn.activity)


def span(starts: datetime, ends: datetime) -> str:
    """12月7日 9:00–11:00."""
    return f"{wording.near_day(starts)} {wording.hour(starts)}–{wording.hour(ends)}"


def minutes_words(minutes: int) -> str:
    """3 小时, 1 小时 30 分, 40 分."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%d 分") % rest
    if not rest:
        return _("%d 小时") % hours
    return _("%(h)d 小时 %(m)d 分") % {"h": hours, "m": rest}


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record of service, formatted."""

    when: str
    what: str
    long: str
    word: str
    was: str = ""
    """What it said before it was corrected."""
    note: str = ""
    """Who corrected it, when and why."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Whose hours, in words, with the newest records. No points, and nobody beside them."""

    total: str
    times: int
    rows: list[RecordRow]


def hours_of(viewer: Actor) -> Hours:
    """The viewer's own hours; two queries."""
    return _hours(viewer, Q(person_id=viewer.person_id))


def unit_hours(viewer: Actor) -> Hours:
    """Hours given under the names of the units the viewer speaks for."""
    return _hours(viewer, Q(turn__partnership_id__in=partnerships_of(viewer)))


def hours_of_unit(viewer: Actor, unit: Partnership) -> Hours:
    """Hours given under the name of one unit. Whether the viewer may see them is the caller's."""
    return _hours(viewer, Q(turn__partnership=unit))


def _hours(viewer: Actor, whose: Q) -> Hours:
    rows = counting(viewer.community_id).filter(whose)
    # What was corrected to nought counts for nothing, and is shown: nobody's hours vanish.
    shown = standing_records(viewer.community_id).filter(whose)
    joined = [*(f"turn__{name}" for name in OF), "corrects", "confirmed_by"]
    newest = list(shown.select_related(*joined).order_by("-starts", "-pk")[:MOST_RECORDS])
    total = rows.aggregate(total=Sum("minutes"))["total"] or 0 if newest else 0
    few = len(newest) < MOST_RECORDS
    return Hours(
        total=minutes_words(total),
        times=sum(row.minutes > 0 for row in newest) if few else rows.count(),
        rows=[_record(row) for row in newest],
    )


def _record(row: ServiceRecord) -> RecordRow:
    return RecordRow(
        when=wording.near_day(row.starts),
        what=what_of(row.turn),
        long=minutes_words(row.minutes),
        word=str(Via(row.via).label) if row.corrects is None else "",
        was=minutes_words(row.corrects.minutes) if row.corrects else "",
        note=correction_words(row),
    )
