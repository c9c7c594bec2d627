"""How each kind of row behind a figure is drawn, who may see it, and how it reads in a list.

One entry a kind in `KINDS`. A kind without an entry cannot be declared: a test asks each figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.board.access import visible as visible_asks
from linshuo.domain.board.lifecycle import PROJECT
from linshuo.domain.board.models import WHOLE, Ask, Project
from linshuo.domain.funds.access import readable
from linshuo.domain.funds.models import Voucher, VoucherKind
from linshuo.domain.funds.queries import who as who_gave
from linshuo.domain.needs.access import visible, visible_notes
from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.people.access import visible as visible_people
from linshuo.domain.people.check_ins import state_words as check_in_words
from linshuo.domain.people.check_ins import unit_of
from linshuo.domain.people.models import Appointment, CheckIn, Partnership, Person
from linshuo.domain.places.models import Asset
from linshuo.domain.pledges.access import visible as visible_pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import state_words, who_of
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.service.queries import OF, minutes_words, what_of
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.masking import mask_name
from linshuo.kit.money import yuan
from linshuo.kit.text import first_sentence


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
    voucher: int = 0
    """The id of the voucher whose page shows it."""
    project: str = ""
    """The number of the project whose page shows it."""
    person: int = 0
    """The id of the person whose page shows it, for whoever may open people's pages."""
    unit: int = 0
    """The id of the partnership whose page shows it, for the same."""


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
    return Row(number="", title=row.organisation.name, when=since, where="", now="", unit=row.pk)


def _person(row: Any) -> Row:
    return Row(number="", title=mask_name(row.name), when="", where="", now="", person=row.pk)


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


def _ask(row: Any) -> Row:
    return Row(
        number=row.need.number if row.need else "",
        title=row.text,
        when=wording.near_day(row.opened_at),
        where=row.place.full_name if row.place else "",
        now=_("认了 %(taken)d，共 %(slots)d") % {"taken": row.taken, "slots": row.slots},
        need=row.need.number if row.need else "",
    )


def _voucher(row: Any) -> Row:
    given_back = (row.reverses or row).kind in _GIVEN_BACK
    back = given_back is (row.reverses is None)
    return Row(
        number=row.receipt_no,
        title=f"{row.book.name}　{row.get_kind_display()}　{who_gave(row)}".rstrip("　"),
        when=wording.near_day(row.happened_on),
        where=row.text,
        now=yuan(-row.amount_fen if back else row.amount_fen),
        voucher=row.pk,
    )


_GIVEN_BACK = frozenset({VoucherKind.REFUND, VoucherKind.LOSS})


def _project(row: Any) -> Row:
    return Row(
        number=row.number,
        title=row.name,
        when=wording.near_day(row.handed_on) if row.handed_on else "",
        where=row.place.full_name,
        now=str(PROJECT.states[row.state].label),
        project=row.number,
    )


def _asset(row: Any) -> Row:
    return Row(number=row.code, title=row.name, when="", where=row.place.full_name, now=row.kind)


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


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row."""

    model: type[Any]
    draw: Callable[[QuerySet[Any, Any]], QuerySet[Any, Any]]
    """With what it takes to show a row, whatever the number of rows."""
    scope: Callable[[Actor], Q]
    """The rows that a viewer may see."""
    row: Callable[[Any], Row]

    def of(self, community_id: int) -> ScopedQuerySet[Any]:
        """All rows of this kind in a community."""
        rows: ScopedQuerySet[Any] = self.model.objects.within(community_id)
        return rows


KINDS: dict[str, Kind] = {
    "need": Kind(Need, lambda rows: rows.select_related("place"), visible, _need),
    "note": Kind(Note, lambda rows: rows.select_related("place", "author"), visible_notes, _note),
    "appointment": Kind(
        Appointment,
        lambda rows: rows.select_related("place", "person"),
        _everyone,
        _appointment,
    ),
    "pledge": Kind(
        Pledge,
        lambda rows: rows.select_related(
            *(f"ask__{name}" for name in WHOLE), "person", "partnership__organisation"
        ),
        visible_pledges,
        _pledge,
    ),
    "voucher": Kind(
        Voucher,
        lambda rows: rows.select_related(
            "collection", "project", "giver", "unit__organisation", "reverses"
        ),
        readable,
        _voucher,
    ),
    "project": Kind(Project, lambda rows: rows.select_related("place"), readable, _project),
    "asset": Kind(Asset, lambda rows: rows.select_related("place"), _everyone, _asset),
    "ask": Kind(Ask, lambda rows: rows.select_related(*WHOLE), visible_asks, _ask),
    "unit": Kind(Partnership, lambda rows: rows.select_related("organisation"), _everyone, _unit),
    "person": Kind(Person, lambda rows: rows, visible_people, _person),
    "checkin": Kind(
        CheckIn,
        lambda rows: rows.select_related("person", "partnership__organisation"),
        _of_seen_check_ins,
        _check_in,
    ),
    "service": Kind(
        ServiceRecord,
        lambda rows: rows.select_related(*(f"turn__{name}" for name in OF), "person"),
        _of_seen_pledges,
        _service,
    ),
}
