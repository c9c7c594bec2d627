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
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.models import Event
from linshuo.kit.can import GRANTS, Can, Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Told = Iterator[tuple[int | None, str]]
"""Person ids, each with the key of a sentence; of two for one person the first counts."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence, and whether it is still worth reading as the matter stands now."""

    text: str | _StrPromise
    plain: str | _StrPromise
    """The same for outside the house: of a matter's words it holds nothing."""
    holds: Callable[[Need, int], bool]
    still: Callable[[Pledge], bool] | None = None
    """Of a sentence about a pledge: whether it still stands as it did."""
    urgent: bool = False
    """Told at once, not with the day's digest."""
    group: bool = False
    """Also said in the community's group chats."""


def _live(need: Need, person: int) -> bool:
    return need.state in LIVE


def _reported(need: Need, person: int) -> bool:
    return need.state == "reported"


def _open(need: Need, person: int) -> bool:
    return need.state == "open"


def _uncalled(pledge: Pledge) -> bool:
    return pledge.state == "accepted" and pledge.first_contact_at is None


SAYINGS: dict[str, Saying] = {
    "assigned": Saying(
        _("“%(title)s”交给您办。"),
        _("有一件事交给您办"),
        lambda n, me: n.state == "open" and n.owner_id == me,
    ),
    "danger": Saying(
        _("有危险：“%(title)s”，还没有人答复。"),
        _("有危险的一件事，还没有人答复"),
        _reported,
        urgent=True,
        group=True,
    ),
    "late": Saying(
        _("“%(title)s”过了答复的时限，还没有人答复。"),
        _("有一件事过了答复的时限，还没有人答复"),
        _reported,
        urgent=True,
        group=True,
    ),
    "done": Saying(
        _("“%(title)s”说是办结了，等人核对。"),
        _("有一件事说是办结了，等人核对"),
        lambda n, me: n.state == "done",
        group=True,
    ),
    "back": Saying(_("“%(title)s”退回重办了，居民说没好。"), _("有一件事退回重办了"), _open),
    "again": Saying(
        _("“%(title)s”第二次退回，交到您手上，下次会上要说。"),
        _("有一件事第二次退回，下次会上要说"),
        _open,
        group=True,
    ),
    "joined": Saying(
        _("有一件并到您办的“%(title)s”里来了。"), _("有一件并到您办的事里来了"), _live
    ),
    "contested": Saying(
        _("“%(title)s”没有受理，人家请社区再看一次。"),
        _("有一件没有受理的，人家请社区再看一次"),
        _reported,
        group=True,
    ),
    "up": Saying(
        _("“%(title)s”报给街道了。"),
        _("有一件您办的事报给街道了"),
        lambda n, me: n.state in LIVE and n.returned_at is None,
    ),
    "returned": Saying(_("街道答复了“%(title)s”。"), _("有一件您办的事，街道答复了"), _live),
    "invite": Saying(
        _("“%(title)s”空出来一位，等您一句话，来还是不来。"),
        _("您排队的那一行空出来了，等您一句话，来还是不来"),
        _live,
        lambda p: p.state == "asked",
    ),
    "remind": Saying(
        _("您认的“%(title)s”还没约日子，可以自己先约一个。"),
        _("您认的一项还没约日子，可以自己先约一个"),
        _live,
        _uncalled,
    ),
    "uncalled": Saying(
        _("“%(title)s”有人认下五天了，还没有人联系。"),
        _("有人认下五天了，还没有人联系"),
        _live,
        _uncalled,
    ),
}


TO_SIGNERS = frozenset({"invite", "remind"})
"""Sentences for whoever signed, who reads on at their own page and not at the desk."""


class Posts:
    """Who serves in a community today, and over what: one query for a whole batch of events."""

    def __init__(self, community_id: int) -> None:
        rows = Appointment.objects.within(community_id).filter(in_force()).order_by("pk")
        self._held: list[tuple[str, int, str]] = []
        self._speak: list[tuple[int, int]] = []
        for role, person, path, unit in rows.values_list(
            "role", "person_id", "place__path", "partnership_id"
        ):
            if not unit:
                self._held.append((role, person, path))
            elif role == Role.LIAISON:
                self._speak.append((unit, person))

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

    def answering(self, need: Need) -> list[int]:
        """Who has to see to it that a matter is answered: the heads, and who keeps the place."""
        near = (Role.DISTRICT_SECRETARY, Role.ESTATE_SECRETARY)
        return [*self.heads(), *self.holding(near, need.place.path)]

    def speaking_for(self, partnership_id: int) -> list[int]:
        """The liaisons of a unit."""
        return [person for unit, person in self._speak if unit == partnership_id]

    def at_desk(self, person: int) -> bool:
        """Whether the person has a desk to look at: what is told stands there."""
        return any(
            who == person and Can.NEED_READ in GRANTS[Role(role)] for role, who, _path in self._held
        )


@dataclass(frozen=True, slots=True)
class Happening:
    """An event about a need or a pledge on it, with what the rules look at."""

    event: Event
    need: Need
    posts: Posts
    pledge: Pledge | None = None

    @property
    def detail(self) -> dict[str, Any]:
        return self.event.detail or {}


def _given(h: Happening) -> Told:
    yield h.detail.get("owner"), "assigned"


def _said(h: Happening) -> Told:
    if h.need.urgency != Urgency.DANGER:
        return
    for person in h.posts.answering(h.need):
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


def _asked(h: Happening) -> Told:
    for person in _signers(h):
        yield person, "invite"


def _reminded(h: Happening) -> Told:
    for person in _signers(h):
        yield person, "remind"
    yield h.need.owner_id, "uncalled"


def _signers(h: Happening) -> list[int]:
    """Whose the pledge is: the person, or who speaks for the unit."""
    if h.pledge is None:
        return []
    if h.pledge.partnership_id is not None:
        return h.posts.speaking_for(h.pledge.partnership_id)
    return [h.pledge.person_id] if h.pledge.person_id else []


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
    "pledge:invite": _asked,
    "pledge:remind": _reminded,
}


def told_by(h: Happening) -> dict[int, str]:
    """Everyone the event concerns but the one who did it, each with one sentence."""
    found: dict[int, str] = {}
    for person, saying in RULES[h.event.verb](h):
        if person is not None and person != h.event.actor_id:
            found.setdefault(person, saying)
    return found


def said_in_groups(h: Happening) -> list[str]:
    """The sentences of the event that a group chat hears, whoever did it."""
    spoken = dict.fromkeys(saying for _person, saying in RULES[h.event.verb](h))
    return [saying for saying in spoken if SAYINGS[saying].group]


def still_holds(saying: str, need: Need, pledge: Pledge | None, person: int) -> bool:
    """Whether a message is still worth telling as things stand; 0 is a group, not a person."""
    known = SAYINGS.get(saying)
    if known is None or not known.holds(need, person):
        return False
    return known.still is None or (pledge is not None and known.still(pledge))
