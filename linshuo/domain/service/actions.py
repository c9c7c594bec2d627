"""Every write of this room: planning a turn, confirming it, correcting a record."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.people.models import Person
from linshuo.domain.pledges.actions import must_move
from linshuo.domain.pledges.lifecycle import HOLDING
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.access import may_attest, may_work, word_stands
from linshuo.domain.service.models import ServiceRecord, Turn, Via
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

DAY_CAP_MINUTES = 8 * 60
"""No person's hours pass this in a day: whoever writes more is not helping anybody."""


@transaction.atomic
def plan_turn(
    pledge: Pledge, *, by: Actor, starts: datetime, ends: datetime, at: datetime | None = None
) -> Turn:
    """Write down when somebody means to come: whoever signed, or, for what is offered, whoever
    offers it. Raises `Refused` for times that cannot be."""
    must_move(by, pledge)
    if pledge.state not in HOLDING:
        raise Refused("not-held", _("先认下，再约时间。"))
    if ends <= starts or ends - starts > timedelta(hours=24):
        raise Refused("times", _("结束要在开始以后，一班不超过一天。"), "ends")
    comes = pledge.ask.offer or pledge
    turn = Turn(
        community_id=pledge.community_id,
        pledge=pledge,
        person_id=comes.person_id,
        partnership_id=comes.partnership_id,
        starts=starts,
        ends=ends,
    )
    turn.save(force_insert=True)
    record("turn:plan", row=turn, subject=pledge, by=by, at=at)
    return turn


@transaction.atomic
def confirm(
    turn: Turn,
    *,
    by: Actor,
    via: str,
    person: Person | None = None,
    minutes: int | None = None,
    confirmed_by: Person | None = None,
    at: datetime | None = None,
) -> ServiceRecord:
    """Somebody says they came. Never by oneself, never longer than planned, never twice at once.

    `person` says who came for a unit. `confirmed_by` is whose word it is; a slip's holder may have
    no name here. Raises `NotYours` for whoever may not write it down (`access.may_attest`),
    `Refused` when the word is one's own or cannot be that person's, the turn has not begun, the
    times overlap another record, or the day would pass eight hours.
    """
    row = _lock(turn, by)
    who = person or row.person
    if who is None:
        raise Refused("who", _("单位来的是哪一位？"), "person")
    _must_be_another(by, who, confirmed_by, via)
    if not may_attest(by, row):
        raise NotYours("turn", _("没有这一班。"))
    if not word_stands(by, row, via, confirmed_by):
        raise Refused("whose-word", _("这句话不能算这一位说的。受助的人、便民条，或者您自己在场。"))
    moment = happened(at)
    planned = int((row.ends - row.starts).total_seconds() // 60)
    worked = planned if minutes is None else minutes
    if moment < row.starts:
        raise Refused("early", _("还没到约好的时间。"))
    if not 1 <= worked <= planned:
        raise Refused("minutes", _("时长从 1 分钟到约好的 %d 分钟。") % planned, "minutes")
    found = ServiceRecord.objects.of(by).filter(turn=row, person=who, corrects__isnull=True).first()
    if found is not None:
        return found
    _must_fit(by, who, row.starts, worked)
    done = ServiceRecord(
        community_id=row.community_id,
        turn=row,
        person=who,
        starts=row.starts,
        minutes=worked,
        confirmed_by=confirmed_by,
        via=via,
        confirmed_at=moment,
    )
    done.save(force_insert=True)
    record("service:confirm", row=done, subject=row, by=by, at=moment, detail={"via": via})
    return done


def _lock(turn: Turn, by: Actor) -> Turn:
    # The person is locked before anything is counted, so that two confirmations of overlapping
    # turns cannot both find the day empty.
    row = (
        Turn.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("pledge__ask__need", "post__place", "activity__place")
        .filter(pk=turn.pk)
        .first()
    )
    if row is None:
        raise NotYours("turn", _("没有这一班。"))
    if row.person_id is not None:
        _hold(row.person_id, by)
    return row


def _hold(person_id: int, by: Actor) -> None:
    Person.objects.of(by).select_for_update(of=("self",)).get(pk=person_id)


def _must_be_another(by: Actor, who: Person, confirmed_by: Person | None, via: str) -> None:
    if via not in Via.values:
        raise Refused("via", _("请选列出来的一项。"), "via")
    own_word = confirmed_by is not None and confirmed_by.pk == who.pk
    if own_word or (by.person_id is not None and by.person_id == who.pk):
        raise Refused("own-word", _("自己的时长要别人来说。"))
    nobody = confirmed_by is None and via != Via.SLIP
    if nobody:
        raise Refused("whose-word", _("是谁说来过了？"), "confirmed_by")


def _must_fit(
    by: Actor,
    who: Person,
    starts: datetime,
    minutes: int,
    instead_of: ServiceRecord | None = None,
) -> None:
    if minutes == 0:
        return
    day = clock.start_of(clock.local(starts).date())
    counted = effective(by).filter(person=who)
    if instead_of is not None:
        counted = counted.exclude(pk=instead_of.pk)
    that_day = counted.filter(starts__gte=day, starts__lt=day + timedelta(days=1))
    total = that_day.aggregate(total=Sum("minutes"))["total"] or 0
    if total + minutes > DAY_CAP_MINUTES:
        left = max(DAY_CAP_MINUTES - total, 0)
        raise Refused("cap", _("一天最多记 8 小时，这一天还能记 %d 分钟。") % left, "minutes")
    ends = starts + timedelta(minutes=minutes)
    near = counted.filter(starts__lt=ends, starts__gt=starts - timedelta(days=1))
    for other in near:
        if other.starts + timedelta(minutes=other.minutes) > starts:
            raise Refused("overlap", _("这段时间已经记在另一班里。"))


def effective(by: Actor) -> ScopedQuerySet[ServiceRecord]:
    """Records that count: those no later row corrects."""
    later = ServiceRecord.objects.of(by).filter(corrects_id=OuterRef("pk"))
    return ServiceRecord.objects.of(by).filter(~Exists(later))


@transaction.atomic
def correct(
    wrong: ServiceRecord, *, by: Actor, minutes: int | None, why: str, at: datetime | None = None
) -> ServiceRecord:
    """A new row in place of a wrong one, which stays to be seen; by a head, with the reason, not
    for oneself. Nought minutes says that they did not come after all.

    Raises `NotYours` for whoever is not a head there, `Refused` for one's own hours, a row that is
    corrected already, minutes that cannot be, or no reason.
    """
    row = ServiceRecord.objects.of(by).filter(pk=wrong.pk).first()
    if row is None or not by.can(Can.NEED_DECIDE):
        raise NotYours("service", _("没有这一条。"))
    turn = _lock(row.turn, by)
    _hold(row.person_id, by)
    gains = turn.partnership_id is not None and turn.partnership_id in spoken_for(by)
    if by.person_id == row.person_id or gains:
        raise Refused("own-word", _("自己的时长要别人来改。"))
    if not may_work(by, turn):
        raise NotYours("service", _("没有这一条。"))
    words, planned = tidy(why), int((turn.ends - turn.starts).total_seconds() // 60)
    later = ServiceRecord.objects.of(by).filter(corrects=row).first()
    if later is not None:
        if (later.minutes, later.why, later.confirmed_by_id) == (minutes, words, by.person_id):
            return later
        raise Refused("corrected", _("这一条已经更正过了，要再改就改新的那一条。"))
    if minutes is None or not 0 <= minutes <= planned:
        told = _("改成几分钟？从 0 到约好的 %d，0 是没有来。")
        raise Refused("minutes", told % planned, "minutes")
    if minutes == row.minutes:
        raise Refused("same", _("和原来记的一样，不用更正。"), "minutes")
    if not 2 <= len(words) <= 200:
        raise Refused("why", _("写一句为什么改，本人看得到。"), "why")
    _must_fit(by, row.person, row.starts, minutes, instead_of=row)
    return _replace(row, by, minutes, words, happened(at))


def _replace(
    wrong: ServiceRecord, by: Actor, minutes: int, why: str, at: datetime
) -> ServiceRecord:
    row = ServiceRecord(
        community_id=wrong.community_id,
        turn=wrong.turn,
        person=wrong.person,
        starts=wrong.starts,
        minutes=minutes,
        confirmed_by_id=by.person_id,
        via=Via.COLLEAGUE,
        confirmed_at=at,
        corrects=wrong,
        why=why,
    )
    row.save(force_insert=True)
    detail = {"was": wrong.minutes, "minutes": minutes, "why": why}
    record("service:correct", row=row, subject=wrong.turn, by=by, at=at, detail=detail)
    return row


@transaction.atomic
def missed(turn: Turn, *, by: Actor, at: datetime | None = None) -> Turn:
    """They did not come. A fact for the two sides, with no mark on anybody."""
    row = _lock(turn, by)
    if row.pledge is not None:
        must_move(by, row.pledge)
    elif not (by.is_house or by.can(Can.NEED_WORK)):
        raise NotYours("turn", _("没有这一班。"))
    if row.missed_at is None:
        row.missed_at = happened(at)
        row.save(update_fields=["missed_at"])
        record("turn:missed", row=row, subject=row.pledge or row, by=by, at=at)
    return row
