"""Messages leave the house: gathered into letters, sent, tried again, and in the end told by phone.

Both halves may be called at any time and any number of times. A message gets its letter under a
lock, a letter is claimed before it is sent, and each later try is a date on the row.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import override

from linshuo.domain.people.models import Telling
from linshuo.kit import clock
from linshuo.notices import words
from linshuo.notices.apart import with_apart
from linshuo.notices.channels import Unsent, send_mail, send_sms, send_to_robot
from linshuo.notices.models import Letter, Message
from linshuo.notices.routes import Route, Routes, channels_to, last_digest, next_digest
from linshuo.notices.rules import Posts
from linshuo.notices.sayings import SAYINGS, still_holds

logger = logging.getLogger("linshuo.notices")

WITH_LINE = (
    *("pledge__ask__post", "pledge__ask__asset", "pledge__ask__offer"),
    *("ask__need", "ask__post", "ask__asset", "ask__offer"),
    *("ask__project", "ask__collection"),
    *("activity__place", "resolution", "honour"),
)
"""Of a message about something else than a matter, what is read together with it."""

AGAIN = {True: (1, 5), False: (5, 30, 120, 360)}
"""Minutes until each further try, for what is urgent and for the rest; after the last, a call."""
LEASE = timedelta(minutes=10)
"""A letter that has been on its way for longer was interrupted: no try takes a minute."""
MOST = 2000
BUDGET = 20.0
"""Seconds a round of sending may take: sealing and telling wait meanwhile."""


def tick() -> int:
    """Make the letters that are due and send what can be sent; return how many were sent."""
    gather()
    return send()


# --- Messages into letters -----------------------------------------------------------------------


def gather(at: datetime | None = None) -> int:
    """Decide what becomes of messages whose time has come; return how many letters were made."""
    moment = at or clock.now()
    due = (
        Message.objects.everywhere()
        .filter(way=Message.Way.OPEN, post_at__lte=moment)
        .order_by("post_at", "pk")
        .values_list("community_id", "pk")[:MOST]
    )
    made = 0
    for community_id, rows in groupby(sorted(due), key=lambda row: row[0]):
        made += _gather(community_id, [pk for _community, pk in rows], moment)
    return made


@transaction.atomic
def _gather(community_id: int, pks: list[int], at: datetime) -> int:
    messages = list(
        Message.objects.within(community_id)
        .select_for_update(of=("self",))
        .filter(pk__in=pks, way=Message.Way.OPEN)
        .select_related("need", *WITH_LINE)
        .order_by("pk")
    )
    with_apart(messages)
    routes = Routes(
        community_id, (m.person_id for m in messages if m.person_id), Posts(community_id)
    )
    letters: dict[tuple[str, int, bool], list[int]] = {}
    ways: dict[str, list[int]] = {}
    for m in messages:
        way: Route = Message.Way.MOOT
        if not _is_moot(m):
            way = routes.way(m.person_id) if m.person_id else Letter.Channel.ROBOT
            if way is Message.Way.CALL and not SAYINGS[m.saying].calls:
                way = Message.Way.DESK
        if isinstance(way, Letter.Channel):
            to = (way.value, m.person_id or m.robot_id or 0, SAYINGS[m.saying].urgent)
            letters.setdefault(to, []).append(m.pk)
        else:
            ways.setdefault(way.value, []).append(m.pk)
    mine = Message.objects.within(community_id)
    for kept, rows in ways.items():
        called = {"call_at": at} if kept == Message.Way.CALL else {}
        mine.filter(pk__in=rows).update(way=kept, **called)
    return sum(
        _letter(community_id, Letter.Channel(channel), to, urgent, rows, at)
        for (channel, to, urgent), rows in letters.items()
    )


def _is_moot(message: Message) -> bool:
    """Put away by its reader, or no longer so."""
    holds = still_holds(
        message.saying,
        message.need,
        message.pledge,
        message.person_id or 0,
        message.ask,
        message.gathering,
        message.turn,
        message.swap,
        message.over,
    )
    return message.done_at is not None or not holds


def _letter(
    community_id: int,
    channel: Letter.Channel,
    to: int,
    urgent: bool,
    pks: list[int],
    at: datetime,
) -> int:
    """One letter for these messages; or, if the day's digest has gone out, tomorrow's."""
    whom = {"robot_id" if channel is Letter.Channel.ROBOT else "person_id": to}
    mine = Message.objects.within(community_id).filter(pk__in=pks)
    todays = Letter.objects.within(community_id).filter(
        urgent=False, made_at__gte=last_digest(at), **whom
    )
    if not urgent and todays.exclude(state=Letter.State.MOOT).exists():
        mine.update(post_at=next_digest(at))
        return 0
    letter = Letter(
        community_id=community_id, channel=channel, urgent=urgent, made_at=at, due_at=at, **whom
    )
    letter.save(force_insert=True)
    mine.update(way=Message.Way.LETTER, letter=letter)
    return 1


# --- Letters out of the house --------------------------------------------------------------------


def send(at: datetime | None = None) -> int:
    """Send what is due; return how many were sent.

    A channel that fails is asked no more in this round: what else would go through it has failed
    with it. A round ends after `BUDGET`: a dead mail server holds up nobody's seal.
    """
    moment = at or clock.now()
    _interrupted(moment)
    began, sent = time.monotonic(), 0
    silent: dict[tuple[str, int | None], str] = {}
    due = Letter.objects.everywhere().filter(state=Letter.State.WAITING, due_at__lte=moment)
    for letter in due.select_related("community").order_by("-urgent", "due_at", "pk")[:MOST]:
        through = (letter.channel, letter.robot_id)
        if time.monotonic() - began > BUDGET:
            break
        if not _claim(letter, moment):
            continue
        if through in silent:
            _failed(letter, silent[through], moment)
            continue
        try:
            sent += _send(letter, moment)
        except Unsent as unsent:
            _failed(letter, unsent.trouble, moment)
            if unsent.whole:
                silent[through] = unsent.trouble
        except Exception as error:
            logger.exception("cannot send a letter", extra={"letter": letter.pk})
            _failed(letter, type(error).__name__, moment)
    return sent


def _claim(letter: Letter, at: datetime) -> bool:
    """Take a letter to send it, if nobody else has."""
    rows = Letter.objects.within(letter.community_id).filter(
        pk=letter.pk, state=Letter.State.WAITING
    )
    taken = rows.update(state=Letter.State.SENDING, claimed_at=at, tries=F("tries") + 1)
    letter.tries += taken
    return bool(taken)


def _send(letter: Letter, at: datetime) -> int:
    """Put the words together and send them. What no longer holds is left out."""
    messages = [m for m in _messages(letter) if not _is_moot(m)]
    if not messages or (letter.robot and letter.robot.closed_at):
        _set(letter, state=Letter.State.MOOT)
        return 0
    try:
        with override(settings.LANGUAGE_CODE):
            _hand_over(letter, messages)
    except Moved:
        _find_another_way(letter, messages, at)
        return 0
    _set(letter, state=Letter.State.SENT, sent_at=at, trouble="")
    return 1


def _messages(letter: Letter) -> list[Message]:
    rows = Message.objects.within(letter.community_id).filter(letter=letter)
    found = list(rows.select_related("need", *WITH_LINE).order_by("pk"))
    with_apart(found)
    return found


class Moved(Exception):
    """The way by which a letter was to go leads nowhere any more."""


def _hand_over(letter: Letter, messages: list[Message]) -> None:
    community, person = letter.community, letter.person
    if letter.robot is not None:
        send_to_robot(letter.robot, words.group(community, messages, urgent=letter.urgent))
        return
    telling = Telling.objects.within(letter.community_id).filter(person=person).first()
    if person is None or letter.channel not in channels_to(person, telling):
        raise Moved
    if letter.channel == Letter.Channel.SMS:
        send_sms(person.phone, words.sms(community, messages))
    elif telling is not None:
        text = words.mail(community, messages, urgent=letter.urgent)
        send_mail(telling.email, text, f"letter-{letter.pk}")


@transaction.atomic
def _find_another_way(letter: Letter, messages: list[Message], at: datetime) -> None:
    """The person has another address since, or the server no such channel: begin anew."""
    _set(letter, state=Letter.State.MOOT)
    rows = Message.objects.within(letter.community_id).filter(pk__in=[m.pk for m in messages])
    rows.update(way=Message.Way.OPEN, letter=None, post_at=at)


def _failed(letter: Letter, trouble: str, at: datetime) -> None:
    """Again later; and after the last try somebody is called instead."""
    waits = AGAIN[letter.urgent]
    if letter.tries <= len(waits):
        again = at + timedelta(minutes=waits[letter.tries - 1])
        _set(letter, state=Letter.State.WAITING, due_at=again, trouble=trouble)
        return
    _give_up(letter, Letter.State.FAILED, trouble, at)


def _interrupted(at: datetime) -> None:
    """The worker stopped while a letter was on its way. Never twice, and never lost: a call."""
    stuck = Letter.objects.everywhere().filter(
        state=Letter.State.SENDING, claimed_at__lt=at - LEASE
    )
    for letter in stuck.order_by("pk"):
        _give_up(letter, Letter.State.UNSURE, "interrupted", at)


@transaction.atomic
def _give_up(letter: Letter, state: Letter.State, trouble: str, at: datetime) -> None:
    """Its messages go onto the call list."""
    _set(letter, state=state, trouble=trouble)
    to_call(letter.community_id, [m.pk for m in _messages(letter) if not _is_moot(m)], at)


def to_call(community_id: int, pks: Iterable[int], at: datetime) -> int:
    """Put messages onto the call list; return how many."""
    rows = Message.objects.within(community_id).filter(pk__in=list(pks))
    return rows.update(way=Message.Way.CALL, call_at=at)


def _set(letter: Letter, **values: object) -> None:
    for name, value in values.items():
        setattr(letter, name, value)
    letter.save(update_fields=list(values))
