"""A turn at a post comes free and nobody stands in: who is told, as something they may choose.

Once: whoever keeps the post and has time then; a few members whose check-in fits; and, so that it
is somebody's to see to, whoever looks after the post. A whole stretch of the week that ends is no
absence, and nobody is told of it here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linshuo.domain.board.access import takes_names
from linshuo.domain.board.fitting import fit, times_at
from linshuo.domain.board.models import WHOLE, Ask
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.skills import parted
from linshuo.domain.pledges.lifecycle import HOLDING
from linshuo.domain.pledges.lifecycle import LIVE as SIGNED
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.gaps import open_parts
from linshuo.domain.service.models import Turn
from linshuo.domain.trail.models import Event
from linshuo.kit import clock, wording
from linshuo.notices.models import Message

MOST_FITTING = 3
"""Members who are told of one turn: the best fits."""
PEACE = timedelta(days=30)
"""Whoever was told of a turn that fits them is left in peace for so long."""
SOON = timedelta(hours=36)
"""What begins sooner than this is told at once: with the day's digest it might come too late."""
WITH_TURN = (
    *("post__place", "hours", "activity__place", "person"),
    *("covers__post__place", "covers__hours", "covers__person"),
)


def freed_by(turn: Turn) -> Turn:
    """The turn that is free once this one was given up: who stood in gives the first one back."""
    first: Turn | None = turn.covers
    return first or turn


def is_free(turn: Turn) -> bool:
    """Whether somebody is still wanted for it: it has not begun, and a part of it nobody keeps."""
    post = turn.post
    if post is None or post.closed_at is not None or turn.starts <= clock.now():
        return False
    beside = Turn.objects.within(turn.community_id).filter(
        post=post, away_at__isnull=True, starts__lt=turn.ends, ends__gt=turn.starts
    )
    return bool(open_parts(turn, beside))


def line_of(turn: Turn) -> Ask | None:
    """The line by which one comes to keep the post: one that still takes names, if there is one."""
    rows = Ask.objects.within(turn.community_id).filter(post=turn.post_id or 0)
    found = list(rows.select_related(*WHOLE, "need__category").order_by("pk"))
    return next((ask for ask in found if takes_names(ask) and ask.left), next(iter(found), None))


def told_of(
    event: Event, turn: Turn, line: Ask | None, speak: Callable[[int], list[int]]
) -> Iterator[tuple[int | None, str]]:
    """Persons, each with the key of a sentence. `speak` knows who speaks for a unit."""
    free = freed_by(turn)
    hours, post = free.hours, free.post
    over = hours is not None and hours.until is not None
    if line is None or post is None or over or not is_free(free):
        return
    yield post.owner_id, "free-post"
    if _told_before(event, turn):
        return
    saying = "free-now" if free.starts < event.at + SOON else "free"
    for person in _keepers(free, speak):
        yield person, saying
    for person in _fitting(free, line, event.at):
        yield person, "free-fit"


def _told_before(event: Event, turn: Turn) -> bool:
    before = Event.objects.within(event.community_id).filter(
        verb=event.verb, row_kind="turn", row_id=turn.pk, pk__lt=event.pk
    )
    return before.exists()


def _keepers(free: Turn, speak: Callable[[int], list[int]]) -> Iterator[int]:
    """Who signed for the post, in order of signing, but whoever is away and whoever is elsewhere
    then; of a unit those who speak for it."""
    busy = _busy(free)
    rows = Pledge.objects.within(free.community_id).filter(
        ask__post=free.post_id, state__in=HOLDING
    )
    for person, unit in rows.order_by("signed_at", "pk").values_list("person", "partnership"):
        if person is not None and person != free.person_id and person not in busy:
            yield person
        if unit is not None and unit != free.partnership_id:
            yield from speak(unit)


def _busy(free: Turn) -> set[int | None]:
    rows = Turn.objects.within(free.community_id).filter(
        away_at__isnull=True, starts__lt=free.ends, ends__gt=free.starts
    )
    return set(rows.values_list("person_id", flat=True))


def _fitting(free: Turn, line: Ask, at: datetime) -> list[int]:
    """The members it fits best, who said that they have time then and never signed for the post;
    none while its line takes no more names, since without signing nobody stands in."""
    if not (takes_names(line) and line.left):
        return []
    here, when = free.community_id, times_at(free.starts)
    told = Message.objects.within(here).filter(saying="free-fit", created_at__gt=at - PEACE)
    signed = Pledge.objects.within(here).filter(ask__post=free.post_id, person__isnull=False)
    rows = (
        CheckIn.objects.within(here)
        .filter(state="accepted", times__contains=next(iter(when)).value)
        .exclude(person__in=told.values("person"))
        .exclude(person__in=signed.filter(state__in=SIGNED).values("person"))
        .exclude(person__in=signed.filter(ended_as="released").values("person"))
        .select_related("place")
    )
    busy, found = _busy(free), []
    for row in rows.order_by("pk"):
        if row.person_id in busy or not when & set(parted(row.times)):
            continue
        each = fit(line, row, you=True, when=when)
        if each is not None and len(each.reasons) > 1:  # having time is not enough
            found.append((-each.score, row.person_id))
    return [person for _score, person in sorted(found)[:MOST_FITTING]]


def turn_words(turn: Turn) -> str:
    """小区医生，12月4日 星期三 15:00–22:00，盐业小区: what hangs outside of it for everyone."""
    free = freed_by(turn)
    day = f"{wording.near_day(free.starts)} {wording.weekday(free.starts)}"
    times = f"{wording.hour(free.starts)}–{wording.hour(free.ends)}"
    place = free.post.place.full_name if free.post else ""
    return _("，").join([str(free.post or ""), f"{day} {times}", place])


def with_turns(messages: Iterable[Message]) -> None:
    """Read the turns that these messages are about, if any is about one: two queries or none."""
    about = [message for message in messages if message.of_turn]
    if not about:
        return
    here = about[0].community_id
    events = Event.objects.within(here).filter(pk__in={message.event_id for message in about})
    rows = dict(events.filter(row_kind="turn").values_list("pk", "row_id"))
    turns = Turn.objects.within(here).select_related(*WITH_TURN).in_bulk(list(rows.values()))
    for message in about:
        message.turn = turns.get(rows.get(message.event_id, 0))
