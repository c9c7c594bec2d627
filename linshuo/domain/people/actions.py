"""Writes about persons: adding, changing, revealing, consents."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.papers.models import Paper
from linshuo.domain.people.access import visible
from linshuo.domain.people.models import Consent, Person, Purpose, Telling, Way
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import secret
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.emails import clean_email
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import initials, tidy

MOST_NAME = 40


def _must(by: Actor, can: Can) -> None:
    if not (by.is_house or by.can(can)):
        raise NotYours(can.value, _("没有这一页。"))


def clean_name(typed: str, field: str = "name") -> str:
    """A name as it will be kept. Raises `Refused` when there is none or it is too long."""
    name = " ".join(tidy(typed).split())
    if not name:
        raise Refused("name", _("怎么称呼？"), field)
    if len(name) > MOST_NAME:
        raise Refused("name-long", _("称呼最多 %d 个字。") % MOST_NAME, field)
    return name


@transaction.atomic
def know_person(
    *,
    name: str,
    by: Actor,
    phone: str = "",
    place: Place | None = None,
    at: datetime | None = None,
) -> Person:
    """The person with this name and phone in the actor's community, added if not known yet.

    Two people who share a name and have no phone are two persons: without a phone a new one is
    made each time. Raises `Refused` for a name or phone that cannot be.
    """
    if not (by.is_house or by.can(Can.NEED_REPORT) or by.can(Can.PERSON_WRITE)):
        raise NotYours("person:write", _("没有这一页。"))
    name, phone = clean_name(name), clean_phone(phone)
    mark = secret.fingerprint(phone)
    known = Person.objects.of(by).filter(phone_hmac=mark, name=name)
    if mark and (found := known.first()):
        return found
    person = Person(
        community_id=by.community_id,
        name=name,
        initials=initials(name),
        phone_enc=secret.seal(phone),
        phone_hmac=mark,
        place=place,
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:  # two heard of the same person at the same moment
        return known.get()
    record("person:add", row=person, by=by, at=at)
    return person


@transaction.atomic
def change_person(
    person: Person,
    *,
    by: Actor,
    name: str | None = None,
    phone: str | None = None,
    place: Place | None = None,
    at: datetime | None = None,
) -> Person:
    """Correct what is known of a person: by staff, or by the person themselves."""
    if by.person_id != person.pk:
        _must(by, Can.PERSON_WRITE)
    row = Person.objects.of(by).select_for_update(of=("self",)).filter(pk=person.pk).first()
    if row is None:
        raise NotYours("person", _("没有这一页。"))
    fields = []
    if name is not None:
        row.name = clean_name(name)
        row.initials = initials(row.name)
        fields += ["name", "initials"]
    if phone is not None:
        digits = clean_phone(phone)
        row.phone_enc, row.phone_hmac = secret.seal(digits), secret.fingerprint(digits)
        fields += ["phone_enc", "phone_hmac"]
    if place is not None:
        row.place = place
        fields.append("place")
    twin = Person.objects.of(by).filter(phone_hmac=row.phone_hmac, name=row.name)
    if row.phone_hmac and twin.exclude(pk=row.pk).exists():
        raise Refused("person-twin", _("已经有一位同名同号的人了。"), "phone")
    if fields:
        row.save(update_fields=fields)
        record("person:change", row=row, by=by, at=at, detail={"fields": fields})
    return row


@transaction.atomic
def choose_telling(
    person: Person, *, by: Actor, way: str, email: str, at: datetime | None = None
) -> Telling:
    """How the person is told from now on: by themselves, or by staff they said it to.

    An empty `email` is none. Raises `Refused` for an address that cannot be, or a way that leads
    nowhere.
    """
    if by.person_id != person.pk:
        _must(by, Can.PERSON_WRITE)
    row = Person.objects.of(by).select_for_update(of=("self",)).filter(pk=person.pk).first()
    if row is None:
        raise NotYours("person", _("没有这一页。"))
    address = clean_email(email)
    if way not in Way.values:
        raise Refused("way", _("从上面选一样。"), "way")
    if way == Way.EMAIL and not address:
        raise Refused("no-email", _("写上邮箱，才发得了邮件。"), "email")
    if way in (Way.SMS, Way.CALL) and not row.phone:
        raise Refused("no-phone", _("社区还没有您的电话，先告诉社区。"), "way")
    telling = Telling.objects.of(by).filter(person=row).first()
    if telling is None:
        telling = Telling(community_id=row.community_id, person=row)
    elif (telling.way, telling.email) == (way, address):
        return telling
    new = telling.pk is None
    telling.way, telling.email_enc = way, secret.seal(address)
    if new:
        telling.save(force_insert=True)
    else:
        telling.save(update_fields=["way", "email_enc"])
    record("person:telling", row=telling, subject=row, by=by, at=at, detail={"way": way})
    return telling


@transaction.atomic
def reveal(
    person: Person,
    *,
    by: Actor,
    reason: str = "",
    own_case: bool = False,
    at: datetime | None = None,
) -> str:
    """The phone in the clear, with the look recorded so that the person can see who looked.

    One's own cases open without a reason; others ask for one. Raises `Refused("reason")`.
    """
    if by.person_id == person.pk:
        return person.phone
    _must(by, Can.PERSON_REVEAL)
    row = Person.objects.of(by).filter(visible(by), pk=person.pk).first()
    if row is None:
        raise NotYours("person", _("没有这一页。"))
    reason = tidy(reason)
    if not own_case and len(reason) < 2:
        raise Refused("reason", _("看别人经办的电话，要写一句为什么。"), "reason")
    record("person:reveal", row=row, by=by, at=at, detail={"reason": reason[:200], "own": own_case})
    return row.phone


@transaction.atomic
def reveal_to_helper(
    person: Person, *, by: Actor, reason: str, at: datetime | None = None
) -> tuple[str, str]:
    """Name and phone to somebody who comes to help, if the person agreed to that; the look is
    recorded for the person to see. Whether `by` is that helper is `acts.pledging`'s to check.

    Raises `Refused("consent")` without an agreement in force.
    """
    agreed = Consent.objects.of(by).filter(
        person=person, purpose=Purpose.SHARE_HELPER, withdrawn_at__isnull=True
    )
    if person.community_id != by.community_id or not agreed.exists():
        raise Refused("consent", _("对方还没同意告诉来帮忙的人，请社区帮着约。"))
    record("person:reveal", row=person, by=by, at=at, detail={"reason": reason[:200], "own": False})
    return person.name, person.phone


@transaction.atomic
def reveal_to_checker(
    person: Person, *, by: Actor, reason: str, at: datetime | None = None
) -> tuple[str, str]:
    """Name and phone to whoever calls back on hours; the look is recorded for the person to see.
    That the person has to do with those hours is `service.calling_back`'s to check."""
    _must(by, Can.HOURS_CHECK)
    if person.community_id != by.community_id:
        raise NotYours("person", _("没有这一页。"))
    record("person:reveal", row=person, by=by, at=at, detail={"reason": reason[:200], "own": False})
    return person.name, person.phone


@transaction.atomic
def give_consent(
    person: Person,
    purpose: Purpose,
    *,
    by: Actor,
    at: datetime | None = None,
    paper: Paper | None = None,
    guardian: str = "",
) -> Consent:
    """Record that a person agrees to one purpose. Agreeing twice is agreeing once."""
    if by.person_id != person.pk:
        _must(by, Can.NEED_REPORT)
    if person.community_id != by.community_id:
        raise NotYours("person", _("没有这一页。"))
    found = (
        Consent.objects.of(by)
        .filter(person=person, purpose=purpose, withdrawn_at__isnull=True)
        .first()
    )
    if found is not None:
        return found
    row = Consent(
        community_id=by.community_id,
        person=person,
        purpose=purpose,
        given_at=happened(at),
        paper=paper,
        guardian=tidy(guardian)[:MOST_NAME],
    )
    row.save(force_insert=True)
    record("consent:give", row=row, subject=person, by=by, at=at, detail={"purpose": str(purpose)})
    return row


@transaction.atomic
def withdraw_consent(
    person: Person, purpose: Purpose, *, by: Actor, at: datetime | None = None
) -> None:
    """Take an agreement back, at any time and without a reason (个人信息保护法 §15)."""
    if by.person_id != person.pk:
        _must(by, Can.PERSON_WRITE)
    rows = Consent.objects.of(by).filter(person=person, purpose=purpose, withdrawn_at__isnull=True)
    for row in rows.select_for_update(of=("self",)):
        row.withdrawn_at = happened(at)
        row.save(update_fields=["withdrawn_at"])
        record(
            "consent:withdraw",
            row=row,
            subject=person,
            by=by,
            at=at,
            detail={"purpose": str(purpose)},
        )
