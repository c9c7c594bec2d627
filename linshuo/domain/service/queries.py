"""Reads: the turns of a pledge, and whose hours are on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from linshuo.domain.pledges.access import partnerships_of
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import ServiceRecord, Turn, Via
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours

MOST_RECORDS = 40


def counting(community_id: int, as_of: datetime | None = None) -> ScopedQuerySet[ServiceRecord]:
    """Records that counted at a moment: confirmed by then, and by then not corrected."""
    rows = ServiceRecord.objects.within(community_id)
    later = ServiceRecord.objects.within(community_id).filter(corrects_id=OuterRef("pk"))
    if as_of is not None:
        rows, later = rows.filter(confirmed_at__lte=as_of), later.filter(confirmed_at__lte=as_of)
    return rows.filter(~Exists(later), minutes__gt=0)


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One turn, formatted."""

    pk: int
    when: str
    begun: bool
    missed: bool
    came: tuple[str, ...]
    """Who came, how long, in whose word."""

    @property
    def asks(self) -> bool:
        """Whether nobody has said yet that they came, or did not."""
        return self.begun and not self.missed and not self.came


def turns_of(viewer: Actor, pledge: Pledge, *, at: datetime | None = None) -> list[TurnRow]:
    """The turns of a pledge in order, with what was said of each: two queries."""
    moment = at or clock.now()
    turns = list(Turn.objects.of(viewer).filter(pledge=pledge).order_by("starts", "pk"))
    said: dict[int, list[str]] = {turn.pk: [] for turn in turns}
    records = counting(viewer.community_id).filter(turn__in=turns).select_related("person")
    for row in records.order_by("pk"):
        said[row.turn_id].append(
            _("%(who)s，%(long)s，%(word)s")
            % {
                "who": mask_name(row.person.name),
                "long": minutes_words(row.minutes),
                "word": Via(row.via).label,
            }
        )
    return [
        TurnRow(
            pk=turn.pk,
            when=span(turn.starts, turn.ends),
            begun=turn.starts <= moment,
            missed=turn.missed_at is not None,
            came=tuple(said[turn.pk]),
        )
        for turn in turns
    ]


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


def _hours(viewer: Actor, whose: Q) -> Hours:
    rows = counting(viewer.community_id).filter(whose)
    newest = list(
        rows.select_related(*(f"turn__{name}" for name in OF)).order_by("-starts", "-pk")[
            :MOST_RECORDS
        ]
    )
    total = rows.aggregate(total=Sum("minutes"))["total"] or 0 if newest else 0
    return Hours(
        total=minutes_words(total),
        times=len(newest) if len(newest) < MOST_RECORDS else rows.count(),
        rows=[
            RecordRow(
                when=wording.near_day(row.starts),
                what=what_of(row.turn),
                long=minutes_words(row.minutes),
                word=str(Via(row.via).label),
            )
            for row in newest
        ],
    )
