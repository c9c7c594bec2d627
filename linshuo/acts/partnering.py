"""共建单位: a unit checks in with its liaison and its agreement in one go; when it leaves, what was
promised in its name is let go."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts import offering, rotas
from linshuo.acts.promising import let_go
from linshuo.acts.serving import take_on
from linshuo.domain.people.models import Appointment, Partnership
from linshuo.domain.people.partners import end_partner, keep_agreement, settle_partner
from linshuo.domain.people.staffing import add_partner, end_appointment
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.refused import Refused


@transaction.atomic
def join_up(
    *,
    by: Actor,
    name: str,
    uscc: str = "",
    since: date | None = None,
    until: date | None = None,
    wishes: str = "",
    agreement: tuple[bytes, str] | None = None,
    liaison_name: str = "",
    liaison_phone: str = "",
    at: datetime | None = None,
) -> Partnership:
    """A unit checks in 单位报到. `agreement` is a file's bytes and name.

    Raises `Refused` with the field that will not do; nothing is left half added. A liaison can only
    be appointed by who may appoint.
    """
    row = add_partner(name=name, uscc=uscc, since=since, by=by, at=at)
    row = settle(row, by=by, since=since, until=until, wishes=wishes, agreement=agreement, at=at)
    if liaison_name.strip():
        speaks_for(row, by=by, name=liaison_name, phone=liaison_phone, at=at)
    elif liaison_phone.strip():
        raise Refused("liaison", _("这是谁的电话？"), "liaison_name")
    return row


@transaction.atomic
def settle(
    row: Partnership,
    *,
    by: Actor,
    since: date | None = None,
    until: date | None = None,
    wishes: str = "",
    agreement: tuple[bytes, str] | None = None,
    at: datetime | None = None,
) -> Partnership:
    """What was agreed with a unit, and the paper it stands on."""
    file = keep_agreement(*agreement, by=by, at=at) if agreement else None
    return settle_partner(
        row, by=by, since=since, until=until, wishes=wishes, agreement=file, at=at
    )


@transaction.atomic
def speaks_for(
    row: Partnership, *, by: Actor, name: str, phone: str = "", at: datetime | None = None
) -> Appointment:
    """Somebody becomes a unit's liaison: known, added if need be, and appointed in one go."""
    return take_on(
        by=by,
        role=Role.LIAISON,
        partnership=row,
        title=_("联络员"),
        name=name,
        phone=phone,
        at=at,
    )


@transaction.atomic
def part(
    row: Partnership, *, by: Actor, until: date | None = None, at: datetime | None = None
) -> Partnership:
    """The partnership ends: its liaisons speak for nobody any more, its places on the board go to
    whoever waits. What was done stays."""
    done = end_partner(row, by=by, until=until, at=at)
    house = Actor.house(by.community_id)
    held = Pledge.objects.of(house).filter(partnership_id=done.pk, state__in=LIVE)
    for pledge in held.select_related("ask").order_by("pk"):
        let_go(pledge, by=house, at=at)
    offering.leave(partnership=done, at=at)
    rotas.let_go(done, at=at)
    speaking = Appointment.objects.of(house).filter(partnership_id=done.pk)
    for appointment in speaking.exclude(ends__lt=clock.today()).order_by("pk"):
        end_appointment(appointment, by=house, at=at)
    return done
