"""Whom an event concerns, and with which sentence: the whole of it in one table.

Never the one who did it: they know. Sentences hold a matter's number and title and nothing of a
person's. A message also says how long it stays true, so that nobody is told on Thursday to check
what was closed on Wednesday.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from linshuo.domain.board.models import Ask
from linshuo.domain.funds.models import Voucher
from linshuo.domain.honours.models import Candidate, Objection, Round
from linshuo.domain.needs.models import Need, Urgency
from linshuo.domain.people.models import Appointment
from linshuo.domain.people.queries import in_force
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, Resolution, Turn
from linshuo.domain.service.rota_rows import RotaSwap
from linshuo.domain.trail.models import Event
from linshuo.kit.can import GRANTS, Can, Role
from linshuo.notices import apart
from linshuo.notices.freed import told_of
from linshuo.notices.sayings import SAYINGS

Told = Iterator[tuple[int | None, str]]
"""Person ids, each with the key of a sentence; of two for one person the first counts."""


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
    """An event with what the rules look at. `matter` is the need it is about, if it is about one:
    lines of posts, assets and what is offered have none, nor have activities."""

    event: Event
    matter: Need | None
    posts: Posts
    pledge: Pledge | None = None
    ask: Ask | None = None
    activity: Activity | None = None
    resolution: Resolution | None = None
    turn: Turn | None = None
    honour: Round | None = None
    candidate: Candidate | None = None
    objection: Objection | None = None
    swap: RotaSwap | None = None

    @property
    def need(self) -> Need:
        """The matter, for rules about matters."""
        assert self.matter is not None
        return self.matter

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
    if _offered(h):
        for person in _providers(h):
            yield person, "serve-late"
        return
    for person in _signers(h):
        yield person, "remind"
    yield h.pledge.ask.owner_id if h.pledge else None, "uncalled"


def _part_near(h: Happening) -> Told:
    for person in _signers(h):
        yield person, "part-near"


def _part_day(h: Happening) -> Told:
    yield h.pledge.ask.owner_id if h.pledge else None, "part-day"


def _agreed_to(h: Happening) -> Told:
    for person in _providers(h):
        yield person, "serve"


def _let_go(h: Happening) -> Told:
    # Of what is offered both sides are told; of any other line the place simply goes on.
    if not _offered(h) or h.detail.get("from") not in ("accepted", "under_way"):
        return
    signers = _signers(h)
    if h.event.actor_id not in signers:
        for person in signers:
            yield person, "off"
    if h.event.actor_id not in _providers(h):
        for person in _providers(h):
            yield person, "not-needed"


def _offered(h: Happening) -> bool:
    return h.pledge is not None and h.pledge.ask.offer_id is not None


def _providers(h: Happening) -> list[int]:
    """Whoever offers what was asked for: the person, or who speaks for the unit."""
    offer = h.pledge.ask.offer if h.pledge else None
    if offer is None:
        return []
    if offer.partnership_id is not None:
        return h.posts.speaking_for(offer.partnership_id)
    return [offer.person_id] if offer.person_id else []


def _called_on(h: Happening) -> Told:
    unit = h.detail.get("partnership")
    if unit:
        for person in h.posts.speaking_for(int(unit)):
            yield person, "wanted"
    yield h.detail.get("person"), "wanted"


def _signers(h: Happening) -> list[int]:
    """Whose the pledge is: the person, or who speaks for the unit."""
    if h.pledge is None:
        return []
    if h.pledge.partnership_id is not None:
        return h.posts.speaking_for(h.pledge.partnership_id)
    return [h.pledge.person_id] if h.pledge.person_id else []


def _coming(h: Happening) -> list[int]:
    """Whoever signed up and means to come."""
    turns = Turn.objects.within(h.event.community_id).filter(activity=h.activity)
    rows = turns.filter(away_at__isnull=True, person__isnull=False).order_by("pk")
    return [pk for pk in rows.values_list("person_id", flat=True) if pk is not None]


def _signed_up(h: Happening) -> Told:
    if h.turn is not None and h.detail.get("for_unit"):
        yield h.turn.person_id, "signed-up"


def _came_free(h: Happening) -> Told:
    if h.turn is not None:
        yield from told_of(h.event, h.turn, h.ask, h.posts.speaking_for)


def _to_come(h: Happening) -> Told:
    for person in _coming(h):
        yield person, "to-come"


def _elsewhere(h: Happening) -> Told:
    if h.detail.get("moved"):
        for person in _coming(h):
            yield person, "act-moved"


def _called_off(h: Happening) -> Told:
    # Those whom calling it off freed; who had withdrawn before need not know.
    at = h.activity.cancelled_at if h.activity else None
    turns = Turn.objects.within(h.event.community_id).filter(activity=h.activity, away_at=at)
    for person in turns.order_by("pk").values_list("person_id", flat=True):
        yield person, "act-off"


def _resolved(h: Happening) -> Told:
    yield h.resolution.owner_id if h.resolution else None, "resolved"


def _not_carried_out(h: Happening) -> Told:
    yield h.resolution.owner_id if h.resolution else None, "res-late"
    for person in h.posts.heads():
        yield person, "res-late"


def _to_check(h: Happening) -> Told:
    if h.ask is not None:
        for person in h.posts.holding((Role.SUPERVISOR,)):
            yield person, "to-check"


def _not_booked(h: Happening) -> Told:
    rows = Voucher.objects.within(h.event.community_id).filter(pk=h.event.row_id)
    if h.ask is not None:
        yield rows.values_list("recorded_by_id", flat=True).first(), "not-booked"


def _to_disclose(h: Happening) -> Told:
    if h.ask is not None:
        for person in [h.ask.owner_id] if h.ask.owner_id else h.posts.heads():
            yield person, "disclose"


def _whose(h: Happening) -> list[int]:
    """Whoever stands on the list: the person, or who speaks for the unit."""
    if h.candidate is None or h.candidate.declined_at is not None:
        return []
    if h.candidate.partnership_id is not None:
        return h.posts.speaking_for(h.candidate.partnership_id)
    return [h.candidate.person_id] if h.candidate.person_id else []


def _listed(h: Happening) -> Told:
    for person in _whose(h):
        yield person, "listed"


def _honoured(h: Happening) -> Told:
    for person in _whose(h):
        yield person, "honoured"


def _taken_back(h: Happening) -> Told:
    for person in _whose(h):
        yield person, "taken-back"


def _objected(h: Happening) -> Told:
    for person in (*h.posts.holding((Role.SUPERVISOR,)), *h.posts.heads()):
        yield person, "objected"


def _answered(h: Happening) -> Told:
    yield h.objection.person_id if h.objection else None, "replied"


def _apart(h: Happening) -> Told:
    yield from apart.told_of(h.event, h.swap, h.posts.speaking_for)


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
    "instalment:near": _part_near,
    "instalment:day": _part_day,
    "pledge:accept": _agreed_to,
    "pledge:agree": _agreed_to,
    "pledge:release": _let_go,
    "ask:invite": _called_on,
    "turn:sign-up": _signed_up,
    "turn:away": _came_free,
    "activity:remind": _to_come,
    "activity:change": _elsewhere,
    "activity:cancel": _called_off,
    "resolution:make": _resolved,
    "resolution:late": _not_carried_out,
    "voucher:record": _to_check,
    "voucher:reverse": _to_check,
    "voucher:refuse": _not_booked,
    "disclosure:draft": _to_disclose,
    "candidate:show": _listed,
    "candidate:award": _honoured,
    "candidate:revoke": _taken_back,
    "objection:make": _objected,
    "objection:answer": _answered,
    "missivepart:preview": _apart,
    "missive:send": _apart,
    "rotaswap:ask": _apart,
    "rotaswap:yes": _apart,
    "rotaswap:no": _apart,
    "rotaswap:back": _apart,
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
