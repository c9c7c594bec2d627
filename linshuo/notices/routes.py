"""By which way a person is told, and at what hour what is not urgent goes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from linshuo.domain.people.models import Person, Telling, Way
from linshuo.domain.people.queries import tellings
from linshuo.kit import clock
from linshuo.kit.phones import is_mobile
from linshuo.notices.models import Letter, Message
from linshuo.notices.rules import Posts

Route = Letter.Channel | Message.Way


class Routes:
    """The ways to a few persons of one community: two queries."""

    def __init__(self, community_id: int, persons: Iterable[int], posts: Posts) -> None:
        wanted = sorted(set(persons))
        rows = Person.objects.within(community_id).filter(pk__in=wanted)
        self._persons = {person.pk: person for person in rows}
        self._tellings = tellings(wanted, community_id)
        self._posts = posts

    def way(self, person_id: int) -> Route:
        """A channel that a letter goes by; else `CALL`, `DESK`, or `MOOT` for nobody.

        What was asked for and leads nowhere any more (the gateway is gone, the number changed) is
        replaced by the next best. Somebody at a desk has an inbox; anyone else without a channel is
        called.
        """
        person = self._persons.get(person_id)
        if person is None or person.erased_at is not None:
            return Message.Way.MOOT
        telling = self._tellings.get(person_id)
        wish = telling.way if telling else Way.ANY
        if wish == Way.LOOK:
            return Message.Way.DESK
        if wish == Way.CALL:
            return Message.Way.CALL
        open_ways = channels_to(person, telling)
        if wish == Way.SMS and Letter.Channel.SMS in open_ways:
            return Letter.Channel.SMS
        if open_ways:
            return open_ways[0]
        if person.account_id is not None and self._posts.at_desk(person_id):
            return Message.Way.DESK
        return Message.Way.CALL


def channels_to(person: Person, telling: Telling | None) -> list[Letter.Channel]:
    """The channels that this server has and that lead to this person, the cheapest first."""
    found = []
    if settings.MAIL_ON and telling is not None and telling.email:
        found.append(Letter.Channel.EMAIL)
    if settings.SMS_URL and is_mobile(person.phone):
        found.append(Letter.Channel.SMS)
    return found


def offered(telling: Telling | None) -> list[Way]:
    """The ways that this server can promise, and the one chosen so far."""
    lacking = set()
    if not settings.MAIL_ON:
        lacking.add(Way.EMAIL)
    if not settings.SMS_URL:
        lacking.add(Way.SMS)
    return [way for way in Way if way not in lacking or (telling and telling.way == way)]


def last_digest(at: datetime) -> datetime:
    """The hour of the digest at or before a moment."""
    today = clock.start_of(clock.local(at).date()) + timedelta(hours=settings.DIGEST_HOUR)
    return today if today <= at else today - timedelta(days=1)


def next_digest(at: datetime) -> datetime:
    """The first hour of the digest after a moment."""
    return last_digest(at) + timedelta(days=1)
