"""Deleting what is known of somebody, because they ask (个人信息保护法 §47).

They ask for it themselves, or the office writes it down on their word. It waits for some days, in
which it can be taken back with one press, and is then carried out by the clock; the head may carry
it out at once. What was done stays counted: amounts in the books (会计法 §23), minutes, pledges
kept and matters settled, without anybody's name on them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils.translation import gettext as _

from linshuo.acts import checking_in, redacting
from linshuo.acts.redacting import Needles, Sweep
from linshuo.domain.needs.access import note_audiences
from linshuo.domain.needs.checks import index_row
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.people.checking import standing
from linshuo.domain.people.models import (
    Account,
    Appointment,
    CheckIn,
    Erasure,
    Person,
    Telling,
)
from linshuo.domain.people.queries import in_force
from linshuo.domain.people.staffing import end_appointment
from linshuo.domain.service.subscribing import close_link
from linshuo.domain.terms import actions as terms
from linshuo.domain.terms import engine
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

log = logging.getLogger(__name__)

WAIT = timedelta(days=7)
"""Our own rule: a week to think better of it; the law asks for it without delay."""
MOST_WORDS = 200
_LIGHT = (Role.MEMBER, Role.RESIDENT, Role.LIAISON)
"""Appointments that are ended with an erasure; whoever holds another hands it over first."""


def pending(person: Person) -> Erasure | None:
    """The request that waits, if the person has one."""
    rows = Erasure.objects.within(person.community_id).filter(person=person)
    return rows.filter(taken_back_at__isnull=True, done_at__isnull=True).first()


@transaction.atomic
def ask(person: Person, *, by: Actor, words: str = "", at: datetime | None = None) -> Erasure:
    """The person wishes to be deleted; asking twice is asking once.

    The office (whoever appoints staff) may write it down with how it was said. Raises `Refused`
    while the person serves, or without the office's `words`; `NotYours`.
    """
    row = _mine_or_head(person, by)
    words = tidy(words)[:MOST_WORDS]
    if by.person_id != row.pk and not words:
        raise Refused("words", _("写一句本人怎么说的：当面、电话，还是书面。"), "words")
    _serves_no_more(row)
    if (found := pending(row)) is not None:
        return found
    moment = happened(at)
    asked = Erasure(
        community_id=row.community_id,
        person=row,
        words=words,
        asked_at=moment,
        asked_by_id=by.person_id,
        due_on=clock.local(moment + WAIT).date(),
    )
    asked.save(force_insert=True)
    record("erasure:ask", row=asked, subject=row, by=by, at=at)
    return asked


@transaction.atomic
def take_back(person: Person, *, by: Actor, at: datetime | None = None) -> None:
    """It is not to be, after all. Nothing happens where nothing waits."""
    row = _mine_or_head(person, by)
    if (asked := pending(row)) is None:
        return
    asked.taken_back_at = happened(at)
    asked.save(update_fields=["taken_back_at"])
    record("erasure:take-back", row=asked, subject=row, by=by, at=at)


def _mine_or_head(person: Person, by: Actor) -> Person:
    if by.person_id != person.pk and not (by.is_house or by.can(Can.STAFF_APPOINT)):
        raise NotYours("person", _("没有这一页。"))
    rows = Person.objects.of(by).select_for_update(of=("self",))
    row = rows.filter(pk=person.pk, erased_at__isnull=True).first()
    if row is None:
        raise NotYours("person", _("没有这一页。"))
    return row


def _serves_no_more(person: Person) -> None:
    rows = Appointment.objects.within(person.community_id).filter(in_force(), person=person)
    if rows.exclude(role__in=_LIGHT).exists():
        raise Refused("serves", _("还担着职务，先把职务交出去，再来删。"))


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did: events blanked, rows changed, files taken off the disk."""

    events: int
    rows: int
    files: int


@transaction.atomic
def erase(person: Person, *, by: Actor, at: datetime | None = None) -> Erased:
    """Carry out what was asked, now: by the clock when it is due, or by the head before.

    Raises `Refused("not-asked")` without a request that waits, `Refused("serves")`, `NotYours`.
    """
    if by.person_id == person.pk:
        raise NotYours("person", _("没有这一页。"))
    row = _mine_or_head(person, by)
    asked = pending(row)
    if asked is None:
        raise Refused("not-asked", _("本人没有要求删除。"))
    _serves_no_more(row)
    before = Event.objects.of(by).order_by("-pk").values_list("pk", flat=True).first() or 0
    _leave(row, at)
    account = row.account
    work = redacting.sweep(row, _needles(row))
    work.files += redacting.files_naming(work)
    _rename(work)
    asked.refresh_from_db()
    events = redacting.redact_events(work, before=before, by=by)
    row.refresh_from_db()
    row.erased_at = asked.done_at = happened(at)
    row.save(update_fields=["erased_at"])
    asked.redacted = events
    asked.save(update_fields=["done_at", "redacted"])
    record("person:erase", row=row, by=by, at=at)
    record("erasure:done", row=asked, subject=row, by=by, at=at, detail={"events": events})
    _reindex(work)
    if account is not None:
        _close(account)
    transaction.on_commit(lambda: redacting.drop_contents(work.files))
    return Erased(events, sum(map(len, work.changed.values())), len(work.files))


def _needles(row: Person) -> Needles:
    telling = Telling.objects.within(row.community_id).filter(person=row).first()
    others = Person.objects.within(row.community_id).filter(name=row.name).exclude(pk=row.pk)
    return Needles(
        name=row.name,
        phone=row.phone,
        email=telling.email if telling else "",
        shared=others.filter(erased_at__isnull=True).exists(),
    )


def _leave(row: Person, at: datetime | None) -> None:
    """The check-in ends, what was taken on goes back, the calendar's address leads nowhere."""
    house = Actor.house(row.community_id)
    if (check_in := standing(row)) is not None:
        checking_in.end(check_in, by=house, because=CheckIn.Because.ERASE, at=at)
    else:
        checking_in.let_go(row, at=at)
    for each in Appointment.objects.of(house).filter(in_force(), person=row):
        end_appointment(each, by=house, at=at)
    close_link(row, by=Actor(row.community_id, row.pk), at=at)


def _rename(work: Sweep) -> None:
    """A file's name may name whoever handed it in."""
    for file in work.files:
        file.name = str(_("已删除的文件"))
        file.save(update_fields=["name"])
        work.changed["file"].add(file.pk)


def _reindex(work: Sweep) -> None:
    inside = work.community_id
    terms.forget("person", work.person.pk, community_id=inside)
    needs = Need.objects.within(inside).filter(pk__in=work.changed["need"])
    terms.index_many(
        index_row(need) for need in needs.select_related("place", "note").order_by("pk")
    )
    notes = Note.objects.within(inside).filter(pk__in=work.changed["note"])
    terms.index_many(
        terms.Row(
            "note", note.pk, inside, f"{note.words} {note.place.full_name}",
            tuple(note_audiences(note)),
        )
        for note in notes.select_related("place").order_by("pk")
    )  # fmt: skip


def _close(account: Account) -> None:
    """Without anybody behind it in any community, an account and its keys are deleted; with
    somebody, only its sessions end."""
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
    if Person.objects.everywhere().filter(account=account).exists():
        return
    for label in ("account.EmailAddress", "mfa.Authenticator"):
        apps.get_model(label)._base_manager.filter(user=account).delete()
    account.delete()


def tick(at: datetime | None = None) -> int:
    """Carry out what is due; any number of times. Returns how many were carried out."""
    today = clock.local(at or clock.now()).date()
    waiting = Erasure.objects.everywhere().filter(
        due_on__lte=today, taken_back_at__isnull=True, done_at__isnull=True
    )
    done = 0
    for asked in waiting.select_related("person").order_by("pk"):
        try:
            erase(asked.person, by=Actor.house(asked.community_id))
            done += 1
        except Refused:
            log.warning("erasure %s waits: the person serves again", asked.pk)
    if done:
        scrub_free_space()
    return done


def scrub_free_space() -> None:
    """On SQLite what was deleted stays in the file's free pages until it is written anew."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        engine.merge()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
