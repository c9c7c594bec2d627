"""Writes about check-ins 报到: handing in, the receipt, a pause, the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.people.actions import know_person
from linshuo.domain.people.lifecycle import (
    ACCEPT_WORKING_DAYS,
    CHECK_IN,
    LIVE,
    MOST_PAUSE_DAYS,
    STILL_DAYS,
    Facts,
)
from linshuo.domain.people.models import (
    Account,
    AgeBand,
    CheckIn,
    Consent,
    Partnership,
    Person,
    Purpose,
)
from linshuo.domain.people.queries import partner_named
from linshuo.domain.people.skills import FreeTime, Interest, Skill, joined
from linshuo.domain.places.models import Community, Place, PlaceKind
from linshuo.domain.places.queries import workdays
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened, move
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import add_working_days
from linshuo.kit.can import Can
from linshuo.kit.moves import Move
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_NOTE, MOST_UNIT, MOST_LICENCE = 120, 80, 60


@transaction.atomic
def submit(
    person: Person,
    *,
    by: Actor,
    via: str,
    partnership: Partnership | None = None,
    unit_text: str = "",
    place: Place | None = None,
    skills: Iterable[str] = (),
    times: Iterable[str] = (),
    interests: Iterable[str] = (),
    note: str = "",
    age_band: str = "",
    guardian: str = "",
    licence: str = "",
    licence_until: date | None = None,
    at: datetime | None = None,
) -> CheckIn:
    """Hand a check-in in. Somebody who has a live one is given that: nobody checks in twice.

    `at` is the day on a paper form. Raises `Refused` with the field that will not do, `NotYours`
    for somebody else's.
    """
    _own_or(by, person, Can.NEED_REPORT)
    found = standing(person)
    if found is not None:
        return found
    moment = happened(at)
    row = CheckIn(
        community_id=person.community_id,
        person=person,
        state=CHECK_IN.submitted.name,
        due_at=add_working_days(moment, ACCEPT_WORKING_DAYS, workdays(person.community_id)),
        due_for=CHECK_IN.submitted.due_for,
        via=_one_of(CheckIn.Via, via, "via"),
        submitted_at=moment,
        **_details(
            by, partnership, unit_text, place, skills, times, interests, note, age_band, guardian,
            licence, licence_until,
        ),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the same form sent twice at the same moment
        found = standing(person)
        if found is None:
            raise
        return found
    record("checkin:submit", row=row, subject=person, by=by, at=moment, detail={"via": via})
    return row


def standing(person: Person) -> CheckIn | None:
    """The person's live check-in, if there is one."""
    rows = CheckIn.objects.within(person.community_id).filter(person=person, state__in=LIVE)
    return rows.select_related("person", "partnership__organisation", "place").first()


def _details(
    by: Actor,
    partnership: Partnership | None,
    unit_text: str,
    place: Place | None,
    skills: Iterable[str],
    times: Iterable[str],
    interests: Iterable[str],
    note: str,
    age_band: str,
    guardian: str,
    licence: str,
    licence_until: date | None,
) -> dict[str, Any]:
    for row in (partnership, place):
        if row is not None and row.community_id != by.community_id:
            raise NotYours("checkin", _("没有这一页。"))
    if partnership is None:  # a partner's name, typed in full, is that partner
        partnership = partner_named(by.community_id, unit_text)
    if place is not None and place.kind == PlaceKind.BUILDING:
        raise Refused("place", _("写到小区就够了，不写楼栋。"), "place")
    return {
        "partnership": partnership,
        "unit_text": "" if partnership else _short(unit_text, MOST_UNIT, "unit"),
        "place": place,
        "skills": joined(Skill, skills, "skills"),
        "times": joined(FreeTime, times, "times"),
        "interests": joined(Interest, interests, "interests"),
        "note": _short(note, MOST_NOTE, "note"),
        "age_band": _one_of(AgeBand, age_band, "age_band"),
        "guardian": _short(guardian, 40, "guardian"),
        "licence": _short(licence, MOST_LICENCE, "licence"),
        "licence_until": licence_until,
    }


def _short(text: str, most: int, field: str) -> str:
    clean = " ".join(tidy(text).split())
    if len(clean) > most:
        message = _("写得太长了，最多 %(most)d 个字，现在 %(n)d 个。")
        raise Refused("long", message % {"most": most, "n": len(clean)}, field)
    return clean


def _one_of(choices: Any, value: str, field: str) -> str:
    if value not in choices.values:
        raise Refused("choice", _("请选列出来的一项。"), field)
    return str(value)


def _own_or(by: Actor, person: Person, can: Can) -> None:
    ours = by.community_id == person.community_id
    own = by.person_id is not None and by.person_id == person.pk
    if not ours or not (by.is_house or own or by.can(can)):
        raise NotYours("checkin", _("没有这一页。"))


def look(row: CheckIn) -> Facts:
    """What the guards judge."""
    agreed = Consent.objects.within(row.community_id).filter(
        person_id=row.person_id, purpose=Purpose.CONTACT, withdrawn_at__isnull=True
    )
    return Facts(
        receipt_no=row.receipt_no,
        agreed_to_contact=agreed.exists(),
        is_child=row.age_band == AgeBand.CHILD,
        guardian=row.guardian,
        paused_until_known=row.paused_until is not None,
    )


def _go(row: CheckIn, step: Move[Facts], *, by: Actor, at: datetime, **changes: Any) -> CheckIn:
    return move(row, step, by=by, at=at, look=look, changes=changes)


@transaction.atomic
def accept(row: CheckIn, *, by: Actor, at: datetime | None = None) -> CheckIn:
    """Give the receipt. The number is drawn with it, and never given twice."""
    if not (by.is_house or by.can(Can.PERSON_WRITE)) or row.community_id != by.community_id:
        raise NotYours("checkin", _("没有这一页。"))
    moment = happened(at)
    fresh = CheckIn.objects.of(by).select_for_update(of=("self",)).get(pk=row.pk)
    number = fresh.receipt_no or _receipt_no(by.community_id, moment)
    return _go(
        fresh,
        CHECK_IN.accept,
        by=by,
        at=moment,
        receipt_no=number,
        accepted_at=moment,
        due_at=_evening(clock.local(moment).date() + timedelta(days=STILL_DAYS)),
    )


def _receipt_no(community_id: int, at: datetime) -> str:
    year = clock.local(at).year
    prefix = Community.objects.values_list("prefix", flat=True).get(pk=community_id)
    return f"{prefix}-B-{year}-{next_number(community_id, f'checkin:{year}'):04d}"


def _evening(day: date) -> datetime:
    return clock.start_of(day) + timedelta(hours=18)


@transaction.atomic
def pause(row: CheckIn, *, by: Actor, until: date | None, at: datetime | None = None) -> CheckIn:
    """Not to be asked for a while. Raises `Refused` for a day that is past or too far off."""
    _own_or(by, row.person, Can.PERSON_WRITE)
    moment = happened(at)
    today = clock.local(moment).date()
    if until is not None and not today < until <= today + timedelta(days=MOST_PAUSE_DAYS):
        raise Refused("until", _("歇到哪天，从明天起，一年以内。"), "until")
    due = _evening(until) if until else row.due_at
    return _go(row, CHECK_IN.pause, by=by, at=moment, paused_until=until, due_at=due)


@transaction.atomic
def resume(row: CheckIn, *, by: Actor, at: datetime | None = None) -> CheckIn:
    """Back again, before or after the day that was said."""
    _own_or(by, row.person, Can.PERSON_WRITE)
    return _again(row, CHECK_IN.resume, by=by, at=at)


@transaction.atomic
def still(row: CheckIn, *, by: Actor, at: datetime | None = None) -> CheckIn:
    """Asked after a year: it all still holds."""
    _own_or(by, row.person, Can.PERSON_WRITE)
    return _again(row, CHECK_IN.still, by=by, at=at)


def _again(row: CheckIn, step: Move[Facts], *, by: Actor, at: datetime | None) -> CheckIn:
    moment = happened(at)
    due = _evening(clock.local(moment).date() + timedelta(days=STILL_DAYS))
    return _go(row, step, by=by, at=moment, paused_until=None, due_at=due)


@transaction.atomic
def end(row: CheckIn, *, by: Actor, because: str = "wish", at: datetime | None = None) -> CheckIn:
    """It is over; what was done stays. `acts.checking_in.end` lets pledges and turns go with it."""
    _own_or(by, row.person, Can.PERSON_WRITE)
    moment = happened(at)
    reason = _one_of(CheckIn.Because, because, "because")
    return _go(
        row, CHECK_IN.end, by=by, at=moment, due_at=None, ended_at=moment, ended_because=reason
    )


@transaction.atomic
def change(
    row: CheckIn,
    *,
    by: Actor,
    partnership: Partnership | None,
    unit_text: str = "",
    place: Place | None,
    skills: Iterable[str],
    times: Iterable[str],
    interests: Iterable[str],
    note: str = "",
    licence: str = "",
    licence_until: date | None = None,
    at: datetime | None = None,
) -> CheckIn:
    """What somebody can do, likes and has time for is theirs to change at any time."""
    _own_or(by, row.person, Can.PERSON_WRITE)
    fresh = CheckIn.objects.of(by).select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.state not in LIVE:
        raise Refused("ended", _("这次报到结束了。要再来，重新报到。"))
    details = _details(
        by, partnership, unit_text, place, skills, times, interests, note, fresh.age_band,
        fresh.guardian, licence, licence_until,
    )  # fmt: skip
    for name, value in details.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=list(details))
    record("checkin:change", row=fresh, subject=fresh.person, by=by, at=at)
    return fresh


@transaction.atomic
def know_again(
    account: Account, *, name: str, phone: str, by: Actor, at: datetime | None = None
) -> Person:
    """Who this account is in the actor's community: known already, or made known by its owner."""
    mine = Person.objects.of(by).filter(account=account).first()
    if mine is not None:
        return mine
    person = know_person(name=name, phone=phone, by=by, at=at)
    if person.account_id is not None:
        raise Refused("account", _("那边已经有一位同名同号的人了，请到那边的报到处说。"), "to")
    person.account = account
    person.save(update_fields=["account"])
    record("person:link", row=person, by=by, at=at)
    return person


def licence_holds(row: CheckIn, day: date) -> bool:
    """Whether the licence that was shown is in force on a day."""
    return bool(row.licence) and (row.licence_until is None or row.licence_until >= day)
