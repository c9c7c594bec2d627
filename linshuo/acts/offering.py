"""服务: what a unit or a member offers, in one act: the offer and the line that others sign.

Whoever signs such a line is served; whoever offers it comes (`domain/pledges/access.py`).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board import posting
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask, AskKind, Offer
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role
from linshuo.kit.refused import NotYours, Refused


@transaction.atomic
def offer(
    *,
    by: Actor,
    text: str,
    partnership: Partnership | None = None,
    person: Person | None = None,
    slots: int = 1,
    unit: str = "位",
    hint: str = "",
    skill: str = "",
    since: date | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> Ask:
    """Offer something: for one's unit, for oneself, or at the desk for whoever said so.

    With neither `person` nor `partnership` it is the actor's own. The same words offered twice by
    the same are one offer. Raises `Refused` with the field that will not do, `NotYours` for
    somebody else's.
    """
    if person is None and partnership is None:
        person = _self(by)
    found = _standing(by, text, person, partnership)
    if found is not None:
        return found
    if not (by.is_house or by.can(Can.POST_KEEP) or by.roles - {Role.RESIDENT}):
        raise Refused("check-in", _("先报到，有了回执，再说能提供什么。"))
    row = posting.put_on_offer(
        by=by, text=text, partnership=partnership, person=person, since=since, until=until, at=at
    )
    return put_up(
        row,
        by=by,
        kind=AskKind.CLAIM,
        text=row.text,
        slots=slots,
        unit=unit,
        hint=hint,
        skill=skill,
        at=at,
    )


def _self(by: Actor) -> Person:
    found = Person.objects.of(by).filter(pk=by.person_id).first() if by.person_id else None
    if found is None:
        raise NotYours("offer", _("没有这一页。"))
    return found


def _standing(
    by: Actor, text: str, person: Person | None, partnership: Partnership | None
) -> Ask | None:
    rows = Ask.objects.of(by).filter(
        offer__person=person,
        offer__partnership=partnership,
        offer__closed_at__isnull=True,
        offer__text=" ".join(text.split()),
    )
    return rows.select_related("offer").first()


@transaction.atomic
def end(row: Offer, *, by: Actor, at: datetime | None = None) -> Offer:
    """No longer offered. What was agreed stays; whoever still waits is let go."""
    done = posting.end_offer(row, by=by, at=at)
    _let_go(done, ("waiting", "asked"), at)
    return done


def leave(
    *,
    person: Person | None = None,
    partnership: Partnership | None = None,
    at: datetime | None = None,
) -> int:
    """Whoever leaves offers nothing any more, and comes to nobody: what was agreed is let go too.

    Returns how many offers that were.
    """
    whose = person or partnership
    if whose is None:
        return 0
    house = Actor.house(whose.community_id)
    rows = Offer.objects.of(house).filter(
        person=person, partnership=partnership, closed_at__isnull=True
    )
    found = list(rows.order_by("pk"))
    for row in found:
        end(row, by=house, at=at)
        _let_go(row, ("accepted", "under_way"), at)
    return len(found)


def _let_go(row: Offer, states: tuple[str, ...], at: datetime | None) -> None:
    house = Actor.house(row.community_id)
    held = Pledge.objects.of(house).filter(ask__offer=row, state__in=states)
    for pledge in held.select_related("ask").order_by("pk"):
        pledges.release(pledge, by=house, at=at)


def tick(at: datetime | None = None) -> int:
    """What was offered until a day that has gone by is offered no more. Any number of times."""
    today = clock.local(at or clock.now()).date()
    over = Offer.objects.everywhere().filter(closed_at__isnull=True, until__lt=today)
    rows = list(over.order_by("pk"))
    for row in rows:
        end(row, by=Actor.house(row.community_id), at=at)
    return len(rows)
