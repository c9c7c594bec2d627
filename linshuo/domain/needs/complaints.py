"""Who may read a complaint, who could answer it, and the list of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.needs import due
from linshuo.domain.needs.complained import Complaint
from linshuo.domain.people.models import Appointment
from linshuo.domain.people.queries import in_force
from linshuo.domain.places.models import PlaceKind
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import STAFF_ROLES, Can, Role
from linshuo.kit.refused import NotYours

HEADS = (Role.SECRETARY.value, Role.DEPUTY.value)
WATCHING = (Role.SUPERVISOR.value,)
SERVING = (*(r.value for r in STAFF_ROLES), Role.SUPERVISOR.value, Role.CASHIER.value)
WHOLE = (PlaceKind.STREET.value, PlaceKind.COMMUNITY.value)
MOST = 200


def may_answer(viewer: Actor) -> bool:
    """A complaint is the whole community's: heads and supervisors, if they hold it over all."""
    return viewer.everywhere(Can.COMPLAINT_ANSWER)


def visible(viewer: Actor) -> Q:
    """Those the viewer may read: none that is about them, whatever else they may do."""
    if viewer.is_house:
        return Q()
    if not may_answer(viewer) or viewer.person_id is None:
        return Q(pk__in=())
    return ~Q(kept_from__contains=f",{viewer.person_id},")


def named_in(community_id: int, about: str, words: str) -> frozenset[int]:
    """Who a complaint is about: everyone who holds the post it is said to be about, and everyone
    serving whose name stands in it, as in 张立 or 张书记. Rather one too many than one too few."""
    rows = Appointment.objects.within(community_id).filter(in_force(), role__in=SERVING)
    posts = {Complaint.About.HEAD.value: HEADS, Complaint.About.SUPERVISOR.value: WATCHING}
    found = set()
    for pk, role, name, title in rows.values_list("person_id", "role", "person__name", "title"):
        called = {name, name[:1] + title[-2:] if len(title) > 1 else name}
        post = posts.get(about, ())
        if role in post or any(each in words for each in called):
            found.add(pk)
    return frozenset(found)


def who_may_answer(community_id: int, about: str, kept: frozenset[int]) -> dict[int, str]:
    """Who could answer, by name, the fittest first: the supervisor for what is about people, a
    head for what is about the system or the supervisor; never one it is about."""
    rows = Appointment.objects.within(community_id).filter(
        in_force(), place__kind__in=WHOLE, role__in=(*HEADS, Role.SUPERVISOR.value)
    )
    people = about in (Complaint.About.STAFF, Complaint.About.HEAD)
    found = [
        ((role == Role.SUPERVISOR) != people, HEADS.index(role) if role in HEADS else 0, pk, name)
        for pk, role, name in rows.order_by("pk").values_list("person_id", "role", "person__name")
        if pk not in kept
    ]
    return {pk: name for _fit, _rank, pk, name in sorted(found)}


def get(viewer: Actor, pk: int) -> Complaint:
    """One complaint the viewer may read. Raises `NotYours`, for one about them as for none."""
    rows = Complaint.objects.of(viewer).filter(visible(viewer), pk=pk)
    row = rows.select_related("owner", "answered_by", "community").first()
    if row is None:
        raise NotYours("complaint", _("没有这一条。"))
    return row


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint in the list, formatted."""

    pk: int
    number: str
    about: str
    words: str
    owner: str
    when: str
    look: str
    clock: str


def look_of(row: Complaint, at: datetime) -> tuple[str, str]:
    """The four colours and their words: as for a matter of the ledger."""
    if row.answered_at is not None:
        return "green", _("答复了")
    look = due.colour("open", row.due_at, row.progress_at, at)
    return look, _("七天没动静") if look == "yellow" else wording.until(row.due_at, at)


def listing(viewer: Actor, *, answered: bool = False, at: datetime | None = None) -> list[Row]:
    """Those that wait, the most urgent first; or those answered, the newest first. One query."""
    now = at or clock.now()
    rows = Complaint.objects.of(viewer).filter(visible(viewer), answered_at__isnull=not answered)
    order = ("-answered_at", "-pk") if answered else ("due_at", "pk")
    found = rows.select_related("owner").order_by(*order)[:MOST]
    return [
        Row(
            row.pk, row.number, str(row.get_about_display()), row.words[:60], row.owner.name,
            wording.near_day(row.at), *look_of(row, now),
        )
        for row in found
    ]  # fmt: skip


def waiting(viewer: Actor) -> int:
    """How many wait for an answer that the viewer may give."""
    if not may_answer(viewer):
        return 0
    return Complaint.objects.of(viewer).filter(visible(viewer), answered_at__isnull=True).count()
