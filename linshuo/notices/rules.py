"""Whom an event concerns, and with which sentence: the whole of it in one table.

Never the one who did it: they know. Sentences hold a matter's number and title and nothing of a
person's. A message also says how long it stays true, so that nobody is told on Thursday to check
what was closed on Wednesday.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Need, Urgency
from linshuo.domain.people.models import Appointment
from linshuo.domain.people.queries import in_force
from linshuo.domain.trail.models import Event
from linshuo.kit.can import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Told = Iterator[tuple[int | None, str]]
"""Person ids, each with the key of a sentence; of two for one person the first counts."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence, and whether it is still worth reading as the matter stands now."""

    text: str | _StrPromise
    holds: Callable[[Need, int], bool]


def _live(need: Need, person: int) -> bool:
    return need.state in LIVE


SAYINGS: dict[str, Saying] = {
    "assigned": Saying(
        _("“%(title)s”交给您办。"), lambda n, me: n.state == "open" and n.owner_id == me
    ),
    "danger": Saying(_("有危险：“%(title)s”，还没有人答复。"), lambda n, me: n.state == "reported"),
    "done": Saying(_("“%(title)s”说是办结了，等人核对。"), lambda n, me: n.state == "done"),
    "back": Saying(_("“%(title)s”退回重办了，居民说没好。"), lambda n, me: n.state == "open"),
    "again": Saying(
        _("“%(title)s”第二次退回，交到您手上，下次会上要说。"), lambda n, me: n.state == "open"
    ),
    "joined": Saying(_("有一件并到您办的“%(title)s”里来了。"), _live),
    "contested": Saying(
        _("“%(title)s”没有受理，人家请社区再看一次。"), lambda n, me: n.state == "reported"
    ),
    "up": Saying(
        _("“%(title)s”报给街道了。"), lambda n, me: n.state in LIVE and n.returned_at is None
    ),
    "returned": Saying(_("街道答复了“%(title)s”。"), _live),
}


class Posts:
    """Who serves in a community today, and over what: one query for a whole batch of events."""

    def __init__(self, community_id: int) -> None:
        rows = Appointment.objects.within(community_id).filter(in_force(), place__isnull=False)
        self._held = list(rows.order_by("pk").values_list("role", "person_id", "place__path"))

    def holding(self, roles: Iterable[Role], path: str = "") -> list[int]:
        """Persons who hold one of the roles over the place with this path, or anywhere."""
        wanted = {role.value for role in roles}
        return [
            person
            for role, person, held in self._held
            if role in wanted and (not path or path.startswith(held))
        ]

    def heads(self) -> list[int]:
        return self.holding((Role.SECRETARY, Role.DEPUTY))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event about a need, with what the rules look at."""

    event: Event
    need: Need
    posts: Posts

    @property
    def detail(self) -> dict[str, Any]:
        return self.event.detail or {}


def _given(h: Happening) -> Told:
    yield h.detail.get("owner"), "assigned"


def _said(h: Happening) -> Told:
    if h.need.urgency != Urgency.DANGER:
        return
    near = (Role.DISTRICT_SECRETARY, Role.ESTATE_SECRETARY)
    for person in [*h.posts.heads(), *h.posts.holding(near, h.need.place.path)]:
        yield person, "danger"


def _finished(h: Happening) -> Told:
    # Kept quiet: whoever heard it knows whom to ask, and the heads see what nobody asked.
    yield h.need.note.author_id if h.need.note else None, "done"
    for person in h.posts.heads():
        yield person, "done"


def _came_back(h: Happening) -> Told:
    if h.detail.get("times", 1) >= 2:
        for person in h.posts.heads():
            yield person, "again"
    yield h.detail.get("finisher"), "back"
    yield _confirmed_by(h), "back"
    yield h.need.owner_id, "back"


def _confirmed_by(h: Happening) -> int | None:
    """Whoever had closed it, if it was closed: they should know what they did not see."""
    return (
        Event.objects.within(h.event.community_id)
        .filter(row_kind="need", row_id=h.need.pk, verb="need:confirm", id__lt=h.event.pk)
        .order_by("-id")
        .values_list("actor_id", flat=True)
        .first()
    )


def _merged(h: Happening) -> Told:
    yield h.need.owner_id, "joined"


def _contested(h: Happening) -> Told:
    for person in h.posts.heads():
        yield person, "contested"


def _sent_up(h: Happening) -> Told:
    yield h.need.owner_id, "up"


def _sent_back(h: Happening) -> Told:
    yield h.need.owner_id, "returned"


RULES: dict[str, Callable[[Happening], Told]] = {
    "need:accept": _given,
    "need:assign": _given,
    "need:report": _said,
    "need:settle": _finished,
    "need:finish": _finished,
    "need:reopen": _came_back,
    "need:merge": _merged,
    "need:contest": _contested,
    "need:escalate": _sent_up,
    "need:return": _sent_back,
}


def told_by(h: Happening) -> dict[int, str]:
    """Everyone the event concerns but the one who did it, each with one sentence."""
    found: dict[int, str] = {}
    for person, saying in RULES[h.event.verb](h):
        if person is not None and person != h.event.actor_id:
            found.setdefault(person, saying)
    return found
