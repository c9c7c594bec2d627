"""What happens with a pledge after the signature: days, turns, whose word, who may call whom; and
what the clock brings by itself.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.acts.signing import came
from linshuo.domain.people.actions import know_person, reveal_to_helper
from linshuo.domain.people.models import Consent, Partnership, Person, Purpose
from linshuo.domain.people.queries import known_by
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.access import given, own
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.pledges.queries import REMIND_BEFORE_DUE
from linshuo.domain.service import actions as service
from linshuo.domain.service.models import ServiceRecord, Turn, Via
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

WORDS: tuple[str, ...] = ("requester", "colleague", "slip")
"""Whose word it may be that somebody came: the one who asked, a colleague who was there, a slip. On
a line of what is offered the one who asked is whoever signed."""


@transaction.atomic
def arrange(
    pledge: Pledge,
    *,
    by: Actor,
    day: date | None,
    starts: time | None,
    ends: time | None,
    at: datetime | None = None,
) -> Turn:
    """Agree a day with its hours: a turn, and, for a day to come, the pledge's planned day with it.

    A day gone by is a turn typed back, which says nothing of what is planned. Raises `Refused` with
    the field that is missing or cannot be.
    """
    if day is None:
        raise Refused("planned", _("约在哪一天？"), "day")
    if starts is None:
        raise Refused("times", _("从几点？"), "starts")
    if ends is None:
        raise Refused("times", _("到几点？"), "ends")
    begin, end = _moment(day, starts), _moment(day, ends)
    pledges.must_move(by, pledge)
    if day >= clock.local(at or clock.now()).date():
        pledge = pledges.plan(pledge, by=by, planned_on=day, until=_later(pledge, day), at=at)
    return service.plan_turn(pledges.reload(pledge, by), by=by, starts=begin, ends=end, at=at)


def _moment(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.SHANGHAI)


def _later(pledge: Pledge, day: date) -> date | None:
    """The end of a term stays, unless the day lies behind it."""
    return pledge.until if pledge.until and pledge.until >= day else None


@transaction.atomic
def witness(
    turn: Turn,
    *,
    by: Actor,
    word: str,
    name: str = "",
    phone: str = "",
    minutes: int | None = None,
    at: datetime | None = None,
) -> ServiceRecord:
    """At the desk: somebody says they came. `word` is whose; `name` is who came for a unit.

    Raises `Refused` with the field, `NotYours` for a pledge the actor may not work on.
    """
    row = Turn.objects.of(by).select_related(*_TURN).get(pk=turn.pk)
    if row.pledge is not None:
        pledges.must_move(by, row.pledge)
    if not by.can(Can.NEED_WORK):
        raise NotYours("turn", _("没有这一班。"))
    need = row.pledge.ask.need if row.pledge else None
    if word not in WORDS:
        raise Refused("whose-word", _("是谁说来过了？"), "word")
    if word == "slip" and (need is None or need.paper_id is None):
        raise Refused("no-slip", _("这件事没有便民条。是谁说的，选别的。"), "word")
    served = row.pledge and whom_to_reach(row.pledge)
    if word == "requester" and served is None:
        raise Refused("nobody", _("这件事没有留名。是谁说的，选别的。"), "word")
    who = None
    if row.person_id is None:
        if not name.strip():
            raise Refused("who", _("单位来的是哪一位？"), "name")
        who = know_person(name=name, phone=phone, by=by, at=at)
    via = {"requester": Via.CALL, "colleague": Via.COLLEAGUE, "slip": Via.SLIP}[word]
    told_by = {
        "requester": served,
        "colleague": Person.objects.of(by).filter(pk=by.person_id or 0).first(),
        "slip": None,
    }[word]
    return came(row, by=by, via=via, person=who, confirmed_by=told_by, minutes=minutes, at=at)


@transaction.atomic
def hand_on(
    pledge: Pledge,
    *,
    by: Actor,
    name: str = "",
    phone: str = "",
    unit: Partnership | None = None,
    at: datetime | None = None,
) -> Pledge:
    """交接, to a unit or to somebody by name and telephone. Returns the successor.

    Someone outside the office names a person the community knows already: a name and telephone that
    are known, so that nobody is signed up who never heard of it.
    """
    pledges.must_move(by, pledge)
    if unit is not None:
        return pledges.hand_over(pledge, to_unit=unit, by=by, at=at)
    if not name.strip():
        raise Refused("successor", _("交给谁？写名字，或者选一个单位。"), "name")
    return pledges.hand_over(pledge, to=_named(by, name, phone), by=by, at=at)


def _named(by: Actor, name: str, phone: str) -> Person:
    if by.can(Can.NEED_WORK):
        return know_person(name=name, phone=phone, by=by)
    found = known_by(by.community_id, name, phone)
    if found is None:
        raise Refused(
            "unknown", _("社区还不认识这一位。请他先来报到，或者请社区帮着交接。"), "name"
        )
    return found


_TURN = ("pledge__ask__need__requester", "pledge__ask__offer", "pledge__person")


def whom_to_reach(pledge: Pledge) -> Person | None:
    """Whoever is helped: who asked for the matter, or, of what is offered, who signed for it."""
    found: Person | None = pledge.ask.need.requester if pledge.ask.need else None
    if pledge.ask.offer_id is not None:
        found = pledge.person
    return found


def helps(by: Actor) -> Q:
    """Pledges by which the actor, or their unit, helps somebody."""
    return own(by) & Q(ask__offer__isnull=True) | given(by)


def may_call(pledge: Pledge, by: Actor) -> bool:
    """Whether this helper may be shown the name and phone of whoever is helped: the pledge is
    theirs and holds a place, and that person agreed."""
    person = whom_to_reach(pledge)
    if pledge.state not in ("accepted", "under_way") or person is None:
        return False
    if not Pledge.objects.of(by).filter(helps(by), pk=pledge.pk).exists():
        return False
    return Consent.objects.of(by).filter(
        person=person, purpose=Purpose.SHARE_HELPER, withdrawn_at__isnull=True
    ).exists()  # fmt: skip


@transaction.atomic
def contact_for_helper(pledge: Pledge, *, by: Actor, at: datetime | None = None) -> tuple[str, str]:
    """The name and phone of whoever is helped, once, for whoever comes; they see who looked.

    Raises `Refused` while it is not accepted, or without their agreement.
    """
    row = Pledge.objects.of(by).filter(helps(by), pk=pledge.pk).first()
    if row is None:
        raise NotYours("pledge", _("没有这一项。"))
    if row.state not in ("accepted", "under_way"):
        raise Refused("not-held", _("认下了才看得到怎么联系。"))
    person = whom_to_reach(row)
    if person is None:
        raise Refused("nobody", _("这件事没有留名，请社区帮着约。"))
    what = _("来做“%s”") if row.ask.offer_id is not None else _("认了“%s”")
    reason = what % row.ask.text
    return reveal_to_helper(person, by=by, reason=reason, at=at)


def tick(at: datetime | None = None) -> int:
    """What time alone brings to pledges; returns how many were touched.

    Whoever was asked and has not answered in time is passed over, and the place goes on to the
    next. Whoever has had no call for five days is marked, once. May run at any time and any number
    of times, and makes up for a weekend switched off: the dates are the rows', not the job's.
    """
    moment = at or clock.now()
    return _pass_on(moment) + _remind(moment)


def _pass_on(at: datetime) -> int:
    late = (
        Pledge.objects.everywhere()
        .filter(state="asked", due_at__lt=at)
        .select_related("ask", "ask__need")
        .order_by("due_at", "pk")
    )
    done = 0
    for pledge in late:
        try:
            pledges.expire(pledge, by=Actor.house(pledge.community_id), at=at)
        except Refused:
            continue  # answered between the reading and the move
        done += 1
    return done


def _remind(at: datetime) -> int:
    quiet = Pledge.objects.everywhere().filter(
        state="accepted",
        due_at__lte=at + REMIND_BEFORE_DUE,
        first_contact_at__isnull=True,
        reminded_at__isnull=True,
    )
    rows = quiet.order_by("due_at", "pk")
    return sum(pledges.remind(p, by=Actor.house(p.community_id), at=at) for p in rows)
