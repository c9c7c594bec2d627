"""Writes about who serves: appointments, partners, sign-in cards and accounts."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.papers.actions import issue, use_paper, void
from linshuo.domain.papers.models import Paper, PaperKind
from linshuo.domain.people.models import (
    Account,
    Appointment,
    Card,
    Organisation,
    Partnership,
    Person,
)
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role
from linshuo.kit.codes import clean_code
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import fold, tidy

CARD_DAYS = 30
PIN_TRIES = 5
_USERNAME = re.compile(r"[\w.\-]{2,40}")


def _must(by: Actor, can: Can) -> None:
    if not (by.is_house or by.can(can)):
        raise NotYours(can.value, _("没有这一页。"))


@transaction.atomic
def appoint(
    person: Person,
    role: Role,
    *,
    by: Actor,
    place: Place | None = None,
    partnership: Partnership | None = None,
    title: str = "",
    starts: date | None = None,
    ends: date | None = None,
    at: datetime | None = None,
) -> Appointment:
    """Give a person a role over a place or a partnership, for a period.

    Nobody appoints beyond their own reach. Raises `Refused` when the period is backwards or the
    same appointment already holds.
    """
    _must(by, Can.STAFF_APPOINT)
    ours = {person.community_id, partnership.community_id if partnership else by.community_id}
    reached = place is None or by.reaches(Can.STAFF_APPOINT, place.path)
    if ours != {by.community_id} or not reached:
        raise NotYours("staff:appoint", _("没有这一页。"))
    if role is Role.SECRETARY and not by.is_house and Role.SECRETARY not in by.roles:
        raise NotYours("staff:appoint", _("只有书记能任命书记。"))
    starts = starts or clock.local(happened(at)).date()
    if ends is not None and ends < starts:
        raise Refused("ends", _("结束的日子早于开始的日子。"), "ends")
    held = Appointment.objects.of(by).filter(
        person=person, role=role, place=place, partnership=partnership, ends__isnull=True
    )
    if held.exists():
        raise Refused("appointed", _("%s 已经是这个职务了。") % person.name, "role")
    row = Appointment(
        community_id=by.community_id,
        person=person,
        role=role,
        title=tidy(title)[:40],
        place=place,
        partnership=partnership,
        starts=starts,
        ends=ends,
    )
    row.save(force_insert=True)
    record("appointment:give", row=row, subject=person, by=by, at=at, detail={"role": str(role)})
    return row


@transaction.atomic
def end_appointment(
    appointment: Appointment, *, by: Actor, ends: date | None = None, at: datetime | None = None
) -> Appointment:
    """The last day on which the role is held; what was done under it stays.

    The last secretary cannot be ended: a community without a head could not appoint a new one.
    """
    _must(by, Can.STAFF_APPOINT)
    row = (
        Appointment.objects.of(by).select_for_update(of=("self",)).filter(pk=appointment.pk).first()
    )
    if row is None:
        raise NotYours("appointment", _("没有这一页。"))
    others = Appointment.objects.of(by).filter(role=Role.SECRETARY, ends__isnull=True)
    if row.role == Role.SECRETARY and not others.exclude(pk=row.pk).exists():
        raise Refused("last-secretary", _("先任命新书记，再结束这一位的任职。"))
    if row.ends is not None and row.ends < clock.today():
        return row  # over already: ending it again would lengthen it
    row.ends = max(ends or clock.today() - timedelta(days=1), row.starts)
    row.save(update_fields=["ends"])
    record("appointment:end", row=row, by=by, at=at)
    return row


@transaction.atomic
def add_partner(
    *,
    name: str,
    by: Actor,
    uscc: str = "",
    since: date | None = None,
    confirmed: bool = True,
    at: datetime | None = None,
) -> Partnership:
    """An organisation becomes a partner of the actor's community; known ones are found by name.

    Not `confirmed` is a name read off a signed sheet, which somebody still has to ask about.
    """
    _must(by, Can.PERSON_WRITE)
    name, uscc = tidy(name), fold(uscc).upper().strip()
    if not name:
        raise Refused("name", _("单位叫什么名字？"), "name")
    if len(name) > 80:
        raise Refused("name-long", _("单位名字最多 %d 个字。") % 80, "name")
    if uscc and not re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{18}", uscc):
        raise Refused("uscc", _("统一社会信用代码是 18 位。不知道可以不填。"), "uscc")
    organisation = Organisation.objects.filter(name=name).first()
    if organisation is None:
        if uscc and Organisation.objects.filter(uscc=uscc).exists():
            raise Refused("uscc-taken", _("这个信用代码已经记在另一个单位名下。"), "uscc")
        organisation = Organisation(name=name, uscc=uscc)
        organisation.save(force_insert=True)
        record("organisation:add", row=organisation, by=by, at=at)
    found = Partnership.objects.of(by).filter(organisation=organisation).first()
    if found is not None:
        return _again(found, by=by, since=since, confirmed=confirmed, at=at)
    row = Partnership(
        community_id=by.community_id,
        organisation=organisation,
        since=since or clock.local(happened(at)).date(),
        unconfirmed=not confirmed,
    )
    row.save(force_insert=True)
    record("partnership:add", row=row, by=by, at=at)
    return row


def _again(
    row: Partnership, *, by: Actor, since: date | None, confirmed: bool, at: datetime | None
) -> Partnership:
    """A known partner is named again: one that left is back, a name off a sheet is confirmed."""
    if row.until is not None and row.until < clock.today():
        row.since, row.until = since or clock.local(happened(at)).date(), None
        row.unconfirmed = not confirmed
        row.save(update_fields=["since", "until", "unconfirmed"])
        record("partnership:again", row=row, by=by, at=at)
    elif row.unconfirmed and confirmed:
        row.unconfirmed = False
        row.save(update_fields=["unconfirmed"])
        record("partnership:confirm", row=row, by=by, at=at)
    return row


@transaction.atomic
def issue_card(person: Person, *, by: Actor, at: datetime | None = None) -> Card:
    """A printed card with a one-off code; an older unused card of the person stops working."""
    _must(by, Can.STAFF_APPOINT)
    if person.community_id != by.community_id:
        raise NotYours("person", _("没有这一页。"))
    older = Card.objects.of(by).filter(
        person=person, paper__used_at__isnull=True, paper__void_at__isnull=True
    )
    for card in older.select_related("paper"):
        void(card.paper, by=by, at=at)
    paper = issue(PaperKind.CARD, 1, by=by, at=at)[0]
    row = Card(
        community_id=by.community_id,
        person=person,
        paper=paper,
        expires_at=paper.printed_at + timedelta(days=CARD_DAYS),
    )
    row.save(force_insert=True)
    record("card:issue", row=row, subject=person, by=by, at=at)
    return row


def card_for(typed: str) -> Card:
    """The live card with this code. One answer for wrong, used, void and expired ones."""
    card = (
        Card.objects.everywhere()
        .filter(
            paper__code=clean_code(typed),
            paper__kind=PaperKind.CARD,
            paper__used_at__isnull=True,
            paper__void_at__isnull=True,
            expires_at__gt=clock.now(),
        )
        .select_related("person", "paper", "community", "person__account")
        .first()
    )
    if card is None:
        raise Refused(
            "card", _("这张卡打不开。看一眼码有没有抄错；用过的、过期的请社区再印一张。"), "code"
        )
    return card


@transaction.atomic
def open_account(
    typed: str, *, username: str, password: str, pin: str, at: datetime | None = None
) -> Account:
    """Use a card: make the person's account, or set a new password on the one they have.

    Raises `Refused` with the field that will not do.
    """
    card = card_for(typed)
    person = card.person
    actor = Actor(community_id=card.community_id, person_id=person.pk, name=person.name)
    check_pin_shape(pin)
    account = person.account or _new_account(username)
    try:
        validate_password(password, account)
    except ValidationError as e:
        raise Refused("password", " ".join(e.messages), "password") from None
    account.set_password(password)
    account.pin, account.pin_failures = make_password(pin), 0
    if account.pk is None:
        account.save(force_insert=True)
    else:
        account.save(update_fields=["password", "pin", "pin_failures"])
    use_paper(PaperKind.CARD, card.paper.code, by=actor, at=at, field="code")
    if person.account_id is None:
        row = Person.objects.of(actor).select_for_update(of=("self",)).get(pk=person.pk)
        row.account = account
        row.save(update_fields=["account"])
        record("person:account", row=row, by=actor, at=at)
    return account


def _new_account(typed: str) -> Account:
    username = fold(typed).strip()
    if not _USERNAME.fullmatch(username):
        raise Refused(
            "username", _("登录名 2 到 40 个字，字母、数字、汉字都行，不要空格。"), "username"
        )
    if Account.objects.filter(username=username).exists():
        raise Refused("username-taken", _("这个登录名有人用了，后面加个数字试试。"), "username")
    return Account(username=username)


def check_pin_shape(pin: str) -> None:
    """Four digits, not all alike. Raises `Refused("pin")`."""
    if not re.fullmatch(r"[0-9]{4}", pin):
        raise Refused("pin", _("解锁码是 4 位数字。"), "pin")
    if len(set(pin)) == 1 or pin in {"1234", "4321"}:
        raise Refused("pin-easy", _("这四位太好猜，换一个。"), "pin")


@transaction.atomic
def try_pin(account: Account, pin: str) -> bool:
    """Whether the four digits are right. After five wrong ones only the password helps.

    Raises `Refused("pin-locked")` once that has happened.
    """
    row = Account.objects.select_for_update().get(pk=account.pk)
    if row.pin_failures >= PIN_TRIES or not row.pin:
        raise Refused("pin-locked", _("错了五次，请用密码重新登录。"), "pin")
    right = check_password(pin, row.pin)
    row.pin_failures = 0 if right else row.pin_failures + 1
    row.save(update_fields=["pin_failures"])
    return right


@transaction.atomic
def set_pin(account: Account, pin: str) -> None:
    """Choose new unlocking digits; the caller has just asked for the password."""
    check_pin_shape(pin)
    row = Account.objects.select_for_update().get(pk=account.pk)
    row.pin, row.pin_failures = make_password(pin), 0
    row.save(update_fields=["pin", "pin_failures"])


def reset_pin_failures(account: Account) -> None:
    """A fresh sign-in with the password clears the count."""
    Account.objects.filter(pk=account.pk).update(pin_failures=0)


def unused_cards(viewer: Actor) -> list[tuple[Person, Paper]]:
    """Cards printed and not used yet, for the head who hands them out."""
    _must(viewer, Can.STAFF_APPOINT)
    rows = (
        Card.objects.of(viewer)
        .filter(
            paper__used_at__isnull=True, paper__void_at__isnull=True, expires_at__gt=clock.now()
        )
        .select_related("person", "paper")
        .order_by("pk")
    )
    return [(row.person, row.paper) for row in rows]
