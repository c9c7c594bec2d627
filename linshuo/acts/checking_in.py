"""报到: a person is known, agrees to what they agree to, and gets a receipt; when it ends, what
they had taken on is let go in one act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts import offering
from linshuo.acts.posts import release_turns
from linshuo.domain.people import checking
from linshuo.domain.people.actions import give_consent, know_person
from linshuo.domain.people.models import Account, Appointment, CheckIn, Person, Purpose
from linshuo.domain.people.staffing import appoint, end_appointment
from linshuo.domain.places.models import Place, PlaceKind
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.lifecycle import LIVE
from linshuo.domain.pledges.models import Pledge
from linshuo.kit.actor import Actor
from linshuo.kit.can import Role
from linshuo.kit.refused import Refused


@transaction.atomic
def check_in(
    *,
    by: Actor,
    via: str,
    name: str = "",
    phone: str = "",
    person: Person | None = None,
    consents: Iterable[str] = (),
    guardian: str = "",
    receipt: bool = False,
    at: datetime | None = None,
    **said: Any,
) -> CheckIn:
    """Hand a check-in in: the person is known or added, each agreement is kept by itself. With
    `receipt` it is accepted in the same go, as at the counter; `at` is when it was handed in.

    Without `person` it is whoever has this name and phone; a stranger's form comes in by the house.
    Raises `Refused` with the field that will not do; nobody is left half added.
    """
    agreed = [purpose for purpose in Purpose if purpose.value in set(consents)]
    if Purpose.CONTACT not in agreed:
        raise Refused("consent", _("没有同意社区联系，就没法报到。"), "consents")
    who = person or know_person(name=name, phone=phone, by=by, at=at)
    row = checking.submit(who, by=by, via=via, guardian=guardian, at=at, **said)
    for purpose in agreed:
        give_consent(who, purpose, by=by, guardian=guardian, at=at)
    return accept(row, by=by) if receipt else row


@transaction.atomic
def accept(row: CheckIn, *, by: Actor, at: datetime | None = None) -> CheckIn:
    """Give the receipt; from now on they are a member here, and see what members see."""
    done = checking.accept(row, by=by, at=at)
    house = Actor.house(by.community_id)
    if not _memberships(house, done.person).exists():
        root = Place.objects.of(house).get(kind=PlaceKind.COMMUNITY)
        appoint(done.person, Role.MEMBER, by=house, place=root, at=at)
    return done


def _memberships(house: Actor, person: Person) -> Any:
    return Appointment.objects.of(house).filter(
        person=person, role=Role.MEMBER, ends__isnull=True, place__isnull=False
    )


@transaction.atomic
def end(
    row: CheckIn,
    *,
    by: Actor,
    because: str = "wish",
    at: datetime | None = None,
) -> CheckIn:
    """It ends, and with it every pledge the person still held, each place going to the next in its
    queue, what they offered, and every turn to come. Hours and records stay."""
    done = checking.end(row, by=by, because=because, at=at)
    let_go(done.person, at=at)
    return done


def let_go(person: Person, *, at: datetime | None = None) -> None:
    """Whoever leaves holds nothing any more: pledges, offers, turns to come, membership. Inside
    the caller's transaction."""
    house = Actor.house(person.community_id)
    held = Pledge.objects.of(house).filter(person=person, state__in=LIVE)
    for pledge in held.select_related("ask").order_by("pk"):
        pledges.release(pledge, by=house, at=at)
    offering.leave(person=person, at=at)
    release_turns(person, at=at)
    for appointment in _memberships(house, person):
        end_appointment(appointment, by=house, at=at)


@transaction.atomic
def move_on(
    row: CheckIn, *, by: Actor, to: int, account: Account, at: datetime | None = None
) -> CheckIn:
    """转到别的社区: it ends here, and is handed in there with the same skills and times.

    Only the person themself can: the other community is told a name and a telephone it did not
    have. `to` is that community's id. Returns the new check-in, waiting for its receipt.
    """
    if by.person_id != row.person_id or to == row.community_id:
        raise Refused("move", _("转去别的社区，要本人来转。"), "to")
    end(row, by=by, because=CheckIn.Because.MOVED, at=at)
    there, old = Actor.house(to), row.person
    person = checking.know_again(account, name=old.name, phone=old.phone, by=there, at=at)
    return check_in(
        by=there,
        via=row.via,
        person=person,
        consents=[Purpose.CONTACT],
        unit_text=row.unit_text or (str(row.partnership) if row.partnership else ""),
        skills=row.skills.split(","),
        times=row.times.split(","),
        interests=row.interests.split(","),
        note=row.note,
        age_band=row.age_band,
        guardian=row.guardian,
        at=at,
    )
