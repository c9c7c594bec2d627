"""Every write about a project 项目: what it is for, who decided, and its way from being proposed to
being handed over. What it costs is `budget`'s; its steps and who accepted it are `steps`'s.

What stands above this room (how much was promised, what came in, what waits for a second person)
is handed in by `acts.building`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep
from linshuo.domain.board.actions import clean_line, put_up, take_down
from linshuo.domain.board.lifecycle import (
    APPROVE_DAYS,
    LIVE_PROJECT,
    PROJECT,
    STEP_DAYS,
    ProjectFacts,
)
from linshuo.domain.board.models import (
    Acceptor,
    Ask,
    BudgetLine,
    Milestone,
    Project,
    ProjectNeed,
)
from linshuo.domain.needs.checks import must, ours, short
from linshuo.domain.needs.due import end_of
from linshuo.domain.needs.intake import prefix_of
from linshuo.domain.needs.models import Need
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened, move
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.moves import Move
from linshuo.kit.refused import NotYours, Refused

MOST_NAME = 40


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rooms above know of a project, in 分."""

    promised_fen: int = 0
    received_fen: int = 0
    """Raised and not given back: held, spent, or paid straight to a contractor."""
    waiting: int = 0
    """Vouchers nobody has checked yet."""


UNKNOWN = Standing()


def look(project: Project, standing: Standing = UNKNOWN) -> ProjectFacts:
    """The facts the guards judge: this room's rows, and what the rooms above know."""
    inside = project.community_id
    lines = BudgetLine.objects.within(inside).filter(project=project)
    acceptors = Acceptor.objects.within(inside).filter(project=project)
    signed = list(acceptors.values_list("person_id", "name"))
    owner = (project.owner_id, project.owner.name) if project.owner else (None, "")
    return ProjectFacts(
        has_resolution=bool(project.resolution) and project.resolution_on is not None,
        lines=lines.count(),
        budget_fen=lines.aggregate(n=Sum("amount_fen"))["n"] or 0,
        promised_fen=standing.promised_fen,
        received_fen=standing.received_fen,
        steps_left=Milestone.objects.within(inside)
        .filter(project=project, done_on__isnull=True)
        .count(),
        acceptors=len({name for _pk, name in signed}),
        others_accepted=sum(
            1 for pk, name in signed if name != owner[1] and (pk is None or pk != owner[0])
        ),
        keeper=project.keeper,
        waiting=standing.waiting,
    )


def lock_project(project: Project, by: Actor) -> Project:
    """The row as it is now, held until the transaction ends; for whoever keeps projects there."""
    row = (
        Project.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("place", "owner")
        .filter(pk=project.pk)
        .first()
    )
    if row is None or not may_keep(by, row):
        raise NotYours("project", _("没有这个项目。"))
    return row


def must_be_live(project: Project) -> None:
    """Raises `Refused("ended")` for a project that was handed over or dropped."""
    if project.state not in LIVE_PROJECT:
        raise Refused("ended", _("这个项目已经结束了，不能再改。"))


@transaction.atomic
def _go(
    project: Project,
    row: Move[ProjectFacts],
    *,
    by: Actor,
    at: datetime | None,
    standing: Standing = UNKNOWN,
    changes: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> Project:
    lock_project(project, by)
    return move(
        project,
        row,
        by=by,
        at=happened(at),
        look=lambda p: look(p, standing),
        changes=changes,
        detail=detail,
    )


def _step_due(at: datetime, planned: date | None = None) -> datetime:
    """A project says again how it stands within ninety days, or on the day it was planned for."""
    day = clock.local(at).date()
    return end_of(planned if planned and planned > day else day + timedelta(days=STEP_DAYS))


def _checked(
    name: str, about: str, planned_from: date | None, planned_to: date | None
) -> dict[str, Any]:
    clean = clean_line(name, "name")
    if len(clean) > MOST_NAME:
        raise Refused("long", _("项目的名字最多 %d 个字。") % MOST_NAME, "name")
    if planned_from and planned_to and planned_to < planned_from:
        raise Refused("planned", _("完工的日子早于开工的日子。"), "planned_to")
    return {
        "name": clean,
        "about": short(about, 200, "about"),
        "planned_from": planned_from,
        "planned_to": planned_to,
    }


@transaction.atomic
def propose(
    *,
    by: Actor,
    name: str,
    place: Place,
    needs: Iterable[Need] = (),
    owner: Person | None = None,
    about: str = "",
    planned_from: date | None = None,
    planned_to: date | None = None,
    at: datetime | None = None,
) -> Project:
    """立项, for one or several needs. Its number is JF-P-2019-01.

    Raises `Refused` with the field that will not do.
    """
    said = _checked(name, about, planned_from, planned_to)
    ours(by, place, owner)
    moment = happened(at)
    year = clock.local(moment).year
    project = Project(
        community_id=by.community_id,
        place=place,
        owner=owner or Person.objects.of(by).filter(pk=by.person_id or 0).first(),
        state=PROJECT.proposed.name,
        due_at=end_of(clock.local(moment).date() + timedelta(days=APPROVE_DAYS)),
        due_for=PROJECT.proposed.due_for,
        **said,
    )
    if not may_keep(by, project):
        raise NotYours("project:keep", _("没有这一页。"))
    serial = next_number(by.community_id, f"project:{year}")
    project.number = f"{prefix_of(by.community_id)}-P-{year}-{serial:02d}"
    project.save(force_insert=True)
    record("project:propose", row=project, by=by, at=at)
    for need in needs:
        answer(project, need, by=by, at=at)
    return project


@transaction.atomic
def change(
    project: Project,
    *,
    by: Actor,
    name: str,
    about: str = "",
    owner: Person | None = None,
    contractor: str = "",
    planned_from: date | None = None,
    planned_to: date | None = None,
    at: datetime | None = None,
) -> Project:
    """Change what is said of a project while it lives. Without `owner` it stays where it was."""
    row = lock_project(project, by)
    must_be_live(row)
    ours(by, owner)
    changes = _checked(name, about, planned_from, planned_to)
    changes["contractor"] = short(contractor, 60, "contractor")
    if owner is not None:
        changes["owner"] = owner
    for field, value in changes.items():
        setattr(row, field, value)
    row.save(update_fields=list(changes))
    record("project:change", row=row, by=by, at=at)
    return row


@transaction.atomic
def answer(project: Project, need: Need, *, by: Actor, at: datetime | None = None) -> ProjectNeed:
    """Say that the project answers a need, which stays open until it is handed over. Twice is once.

    Raises `Refused` for a need that is not open, or that another living project answers.
    """
    row = lock_project(project, by)
    must_be_live(row)
    must(by, Can.NEED_WORK, need)
    # The need's row is what two projects at once would both want.
    fresh = Need.objects.of(by).select_for_update(of=("self",)).get(pk=need.pk)
    standing = ProjectNeed.objects.of(by).filter(need=need).select_related("project")
    for other in standing:
        if other.project_id == row.pk:
            return other
        if other.project.state in LIVE_PROJECT:
            told = _("这件事已经在项目“%s”里了。") % other.project.name
            raise Refused("need-taken", told, "needs")
    if fresh.state != "open":
        raise Refused("need-not-open", _("受理以后、办结以前，才能放进项目。"), "needs")
    found = ProjectNeed(community_id=row.community_id, project=row, need=fresh)
    found.save(force_insert=True)
    record("projectneed:add", row=found, subject=row, by=by, at=at, detail={"need": fresh.pk})
    return found


def approve(
    project: Project,
    *,
    by: Actor,
    resolution: str,
    resolution_on: date | None,
    resolution_file: File | None = None,
    at: datetime | None = None,
) -> Project:
    """议定: who decided, and on which day. Raises `Refused` for a day to come."""
    moment = happened(at)
    if resolution_on is not None and resolution_on > clock.local(moment).date():
        raise Refused("future", _("议定的日子还没到。"), "resolution_on")
    ours(by, resolution_file)
    changes = {
        "resolution": short(resolution, 120, "resolution"),
        "resolution_on": resolution_on,
        "resolution_file": resolution_file,
        "due_at": _step_due(moment),
    }
    return _go(project, PROJECT.approve, by=by, at=moment, changes=changes)


@transaction.atomic
def fund(
    project: Project, *, by: Actor, text: str = "", hint: str = "", at: datetime | None = None
) -> Project:
    """开始筹款: what it costs is written down, and a line to sign hangs on the board, which says
    for how much to nobody (慈善法 §32)."""
    moment = happened(at)
    due = _step_due(moment, project.planned_from)
    row = _go(project, PROJECT.fund, by=by, at=moment, changes={"due_at": due})
    if not Ask.objects.of(by).filter(project=row, closed_at__isnull=True).exists():
        put_up(row, by=by, kind="donate", text=text or row.name, hint=hint, at=at)
    return row


def build(
    project: Project,
    *,
    by: Actor,
    standing: Standing,
    contractor: str = "",
    at: datetime | None = None,
) -> Project:
    """开工. Without `contractor` the one named before stays. Raises `Refused` while nobody has
    promised anything."""
    moment = happened(at)
    changes: dict[str, Any] = {"due_at": _step_due(moment, project.planned_to)}
    if contractor:
        changes["contractor"] = short(contractor, 60, "contractor")
    return _go(project, PROJECT.build, by=by, at=moment, standing=standing, changes=changes)


@transaction.atomic
def accept(project: Project, *, by: Actor, at: datetime | None = None) -> Project:
    """验收: every step done, and looked at by two people or more. Nobody is asked for money any
    more; what was promised may still come."""
    moment = happened(at)
    changes = {"due_at": _step_due(moment)}
    row = _go(project, PROJECT.accept, by=by, at=moment, changes=changes)
    _take_down(row, by=by, at=moment)
    return row


def hand_over(
    project: Project,
    *,
    by: Actor,
    keeper: str,
    standing: Standing,
    handed_on: date | None = None,
    at: datetime | None = None,
) -> Project:
    """交付: to whoever looks after it from now on. What becomes of its needs is the act's."""
    moment = happened(at)
    day = handed_on or clock.local(moment).date()
    if day > clock.local(moment).date():
        raise Refused("future", _("交付的日子还没到。"), "handed_on")
    changes = {"keeper": short(keeper, 60, "keeper"), "handed_on": day, "due_at": None}
    return _go(project, PROJECT.hand_over, by=by, at=moment, standing=standing, changes=changes)


@transaction.atomic
def drop(
    project: Project,
    *,
    by: Actor,
    because: str,
    standing: Standing,
    at: datetime | None = None,
) -> Project:
    """不办了, with the reason: only where nothing came in, or all of it was given back."""
    moment = happened(at)
    why = short(because, 200, "because")
    if len(why) < 2:
        raise Refused("because", _("请写一句为什么不办了。"), "because")
    row = _go(
        project,
        PROJECT.drop,
        by=by,
        at=moment,
        standing=standing,
        changes={"due_at": None},
        detail={"because": why},
    )
    _take_down(row, by=by, at=moment)
    return row


def _take_down(project: Project, *, by: Actor, at: datetime) -> None:
    for ask in Ask.objects.of(by).filter(project=project, closed_at__isnull=True):
        take_down(ask, by=by, at=at)
