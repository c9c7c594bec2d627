"""The rows behind a figure, as far as the viewer may see them.

A figure counts what there is; a list shows what one may see. Where the two differ, the page says
by how many, so that neither is mistaken for the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.board.models import WHOLE
from linshuo.domain.needs.access import visible, visible_notes
from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.people.access import visible as visible_people
from linshuo.domain.people.check_ins import state_words as check_in_words
from linshuo.domain.people.check_ins import unit_of
from linshuo.domain.people.models import Person
from linshuo.domain.pledges.access import visible as visible_pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import state_words, who_of
from linshuo.domain.service.queries import OF, minutes_words, what_of
from linshuo.insight.figures import FIGURES, Figure, end_of, get_figure
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import first_sentence

PAGE = 50
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is called, where and when, how it stands now, and what leads to it."""

    number: str
    title: str
    when: str
    where: str
    now: str
    need: str = ""
    """The number of the need whose page shows it."""
    note: tuple[int, str, int] | None = None
    """Author, day and id of the note."""
    pledge: int = 0
    """The id of the pledge whose page shows it."""
    check_in: int = 0
    """The id of the check-in whose page shows it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A figure at a moment, for a list of figures."""

    key: str
    name: str
    unit: str
    counts: str
    leaves_out: str
    value: int


@dataclass(frozen=True, slots=True)
class Behind:
    """One figure with the rows behind it. `hidden`: counted, but not the viewer's to see."""

    figure: Told
    rows: list[Row]
    hidden: int
    after: str


def moment_of(day: date | None) -> datetime:
    """The last moment of a day, the present one for today and when no day is given.

    Raises `Refused` for a day that has not come, or before anything was written down.
    """
    if day is None:
        return clock.now()
    if day > clock.today():
        raise Refused("future", _("这一天还没到。"), "as_of")
    if day < FIRST_DAY:
        raise Refused("past", _("最早看到 %s。") % wording.day(FIRST_DAY), "as_of")
    return min(end_of(day), clock.now())


def all_figures(viewer: Actor, at: datetime) -> list[Told]:
    """Every figure at a moment: one counting query each."""
    return [_told(f, f.rows(viewer.community_id, at).count()) for f in FIGURES.values()]


def _told(figure: Figure, value: int) -> Told:
    return Told(
        key=figure.key,
        name=str(figure.name),
        unit=str(figure.unit),
        counts=str(figure.counts),
        leaves_out=str(figure.leaves_out),
        value=value,
    )


def behind(viewer: Actor, key: str, at: datetime, *, after: str = "") -> Behind:
    """A figure and some of the rows behind it, the newest first, by keyset.

    `after` is the mark of the page before; one that makes no sense begins at the top. Raises
    `NotYours` when there is no such figure.
    """
    try:
        figure = get_figure(key)
    except Refused as refused:
        raise NotYours("figure", refused.sentence) from None
    rows = figure.rows(viewer.community_id, at)
    draw, scope = _KINDS[figure.kind]
    value = rows.count()
    seen = rows.filter(scope(viewer))
    hidden = value - seen.count()
    if after.isdecimal() and len(after) < 19:
        seen = seen.filter(pk__lt=int(after))
    drawn = draw(seen.order_by("-pk"))[: PAGE + 1]
    shown = list(drawn)
    more = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    return Behind(_told(figure, value), [_ROW[figure.kind](r) for r in shown[:PAGE]], hidden, more)


def _need(need: Any) -> Row:
    return Row(
        number=need.number,
        title=need.title,
        when=wording.near_day(need.reported_at),
        where=need.place.full_name,
        now=str(NEED.states[need.state].label),
        need=need.number,
    )


def _note(note: Any) -> Row:
    return Row(
        number="",
        title=first_sentence(note.words, 40),
        when=wording.near_day(note.day),
        where=note.place.full_name,
        now=note.author.name,
        note=(note.author_id, note.day.isoformat(), note.pk),
    )


def _appointment(row: Any) -> Row:
    since = _("%s起") % wording.day(row.starts)
    until = _("到%s") % wording.day(row.ends) if row.ends else ""
    return Row(
        number="",
        title=row.person.name,
        when=since + until,
        where=row.place.full_name if row.place else "",
        now=row.title,
    )


def _pledge(row: Any) -> Row:
    place = row.ask.place
    return Row(
        number=row.ask.need.number if row.ask.need else "",
        title=f"{row.ask.text}　{who_of(row)}",
        when=wording.near_day(row.signed_at),
        where=place.full_name if place else "",
        now=state_words(row),
        pledge=row.pk,
    )


def _unit(row: Any) -> Row:
    since = _("%s起") % wording.day(row.since)
    return Row(number="", title=row.organisation.name, when=since, where="", now="")


def _person(row: Any) -> Row:
    return Row(number="", title=mask_name(row.name), when="", where="", now="")


def _service(row: Any) -> Row:
    return Row(
        number="",
        title=f"{what_of(row.turn)}　{mask_name(row.person.name)}",
        when=wording.near_day(row.starts),
        where="",
        now=minutes_words(row.minutes),
        pledge=row.turn.pledge_id,
    )


def _check_in(row: Any) -> Row:
    return Row(
        number=row.receipt_no,
        title=mask_name(row.person.name),
        when=wording.near_day(row.submitted_at),
        where=unit_of(row),
        now=check_in_words(row),
        check_in=row.pk,
    )


def _of_seen_check_ins(viewer: Actor) -> Q:
    """Check-ins of persons the viewer may find."""
    seen = Person.objects.of(viewer).filter(visible_people(viewer))
    return Q(person__in=seen)


def _of_seen_pledges(viewer: Actor) -> Q:
    """Records of pledges the viewer may see, and of what everyone may come to."""
    seen = Pledge.objects.of(viewer).filter(visible_pledges(viewer))
    return Q(turn__pledge__in=seen) | Q(turn__pledge__isnull=True)


def _everyone(viewer: Actor) -> Q:
    """Who serves is no secret: their names hang on the wall."""
    return Q()


_ROW: dict[str, Callable[[Any], Row]] = {
    "need": _need,
    "note": _note,
    "appointment": _appointment,
    "pledge": _pledge,
    "unit": _unit,
    "person": _person,
    "service": _service,
    "checkin": _check_in,
}
_KINDS: dict[
    str, tuple[Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]], Callable[[Actor], Q]]
] = {
    "need": (lambda rows: rows.select_related("place"), visible),
    "note": (lambda rows: rows.select_related("place", "author"), visible_notes),
    "appointment": (lambda rows: rows.select_related("place", "person"), _everyone),
    "pledge": (
        lambda rows: rows.select_related(
            *(f"ask__{name}" for name in WHOLE), "person", "partnership__organisation"
        ),
        visible_pledges,
    ),
    "unit": (lambda rows: rows.select_related("organisation"), _everyone),
    "person": (lambda rows: rows, visible_people),
    "checkin": (
        lambda rows: rows.select_related("person", "partnership__organisation"),
        _of_seen_check_ins,
    ),
    "service": (
        lambda rows: rows.select_related(*(f"turn__{name}" for name in OF), "person"),
        _of_seen_pledges,
    ),
}
