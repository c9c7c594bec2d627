"""What waits to be read by one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linshuo.domain.board.models import Ask
from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Need
from linshuo.domain.people.models import Person
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.notices.apart import with_apart
from linshuo.notices.freed import freed_by, with_turns
from linshuo.notices.models import Message
from linshuo.notices.post import WITH_LINE
from linshuo.notices.sayings import (
    SAYINGS,
    TO_ASKED,
    TO_COMERS,
    TO_HONOURED,
    TO_PROVIDERS,
    TO_SIGNERS,
    TO_STAND_IN,
    still_holds,
)
from linshuo.notices.sayings_apart import TO_READERS, TO_SWAPPERS
from linshuo.notices.words import sentence, title_of, where

OWN = TO_SIGNERS | TO_PROVIDERS | TO_ASKED | TO_COMERS | TO_STAND_IN | TO_HONOURED
OWN |= TO_SWAPPERS | TO_READERS
"""Sentences that lead to a page of one's own."""
LOOK_AT = 60
"""Of the newest messages that wait, how many are looked at to find those that still hold."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message as it will stand on the page."""

    pk: int
    text: str
    number: str
    """The matter's; empty for a line of a post, an asset or what is offered."""
    when: str
    url: str


def inbox(viewer: Actor, most: int = 10, *, at: datetime | None = None) -> list[Line]:
    """What the viewer has been told and not put away, newest first: two queries.

    What no longer holds, and what the viewer may no longer see, is left out; of several messages
    with the same sentence about one matter, the newest.
    """
    if viewer.person_id is None:
        return []
    waiting = Message.objects.of(viewer).filter(person_id=viewer.person_id, done_at__isnull=True)
    messages = list(waiting.select_related("community", *WITH_LINE).order_by("-pk")[:LOOK_AT])
    with_turns(messages)
    with_apart(messages)
    needs = {
        need.pk: need
        for need in Need.objects.of(viewer)
        .filter(visible(viewer), pk__in={m.need_id for m in messages})
        .only("number", "title", "state", "owner", "returned_at", "community")
    }
    shown: dict[tuple[tuple[str, int], str], Line] = {}
    for message in messages:
        need, pledge = needs.get(message.need_id or 0), message.pledge
        hidden = need is None and message.need_id is not None
        if hidden and message.saying not in TO_ASKED:
            continue
        told, me = message.gathering, viewer.person_id
        else_ = (message.turn, message.swap, message.over)
        if not still_holds(message.saying, need, pledge, me, message.ask, told, *else_):
            continue
        message.need = need
        line = Line(
            pk=message.pk,
            text=spoken(message.saying, need.title if need else title_of(message), message.line),
            number=need.number if need else "",
            when=_when(message.at, at or clock.now()),
            url=where(message, message.community.prefix),
        )
        turn = freed_by(message.turn) if message.turn is not None else None
        row = need or turn or message.swap or message.line or told
        row = None if message.saying in TO_READERS else row  # one sentence for all one's letters
        about = (type(row).__name__, row.pk if row else 0)
        shown.setdefault((about, message.saying), line)
        if len(shown) >= most:
            break
    return list(shown.values())


def spoken(saying: str, title: str, line: Ask | None) -> str:
    """The sentence in full, for eyes that may read the matter: a line by its own words."""
    return str(SAYINGS[saying].text) % {"title": line.text if line else title}


@dataclass(frozen=True, slots=True)
class Told:
    """One message as its reader's own page keeps it."""

    text: str
    when: str
    how: str
    url: str


def lately(person: Person, most: int = 20) -> list[Told]:
    """What the person was told in the last weeks, newest first, and how it reached them.

    Of a matter they may not read, the neutral sentence: what went out was no more.
    """
    rows = Message.objects.within(person.community_id).filter(person=person)
    whole = rows.select_related("need", "letter", "community", *WITH_LINE)
    found = list(whole.order_by("-pk")[:most])
    with_turns(found)
    with_apart(found)
    return list(dict.fromkeys(_told(message) for message in found if message.saying in SAYINGS))


def _told(message: Message) -> Told:
    own = message.saying in OWN
    return Told(
        text=spoken(message.saying, title_of(message), message.line) if own else sentence(message),
        when=wording.near_day(message.at),
        how=_how(message),
        url=where(message, message.community.prefix) if own else "",
    )


def _how(message: Message) -> str:
    letter = message.letter
    if letter is not None and letter.sent_at is not None:
        return str(letter.get_channel_display())
    if message.told_at is not None:
        return _("社区说过了")
    if message.way == Message.Way.CALL:
        return _("社区会打给您")
    if message.way == Message.Way.OPEN or letter is not None:
        return _("还没发")
    return ""


def _when(then: datetime, now: datetime) -> str:
    same = clock.local(then).date() == clock.local(now).date()
    return wording.hour(then) if same else wording.near_day(then)
