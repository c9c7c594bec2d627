"""Writes about what is done of a project: its steps with photos of before and after, and who looked
at the whole and put their name to it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from linshuo.domain.board.actions import clean_line
from linshuo.domain.board.models import Acceptor, Milestone, Project
from linshuo.domain.board.projects import lock_project, must_be_live
from linshuo.domain.needs.checks import ours, short
from linshuo.domain.papers.actions import keep_file, show_file
from linshuo.domain.papers.images import redraw
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused


@transaction.atomic
def add_step(
    project: Project,
    *,
    by: Actor,
    text: str,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Milestone:
    """One step, and by when. Raises `Refused` once the whole has been accepted."""
    row = lock_project(project, by)
    must_be_live(row)
    if row.state == "accepted":
        raise Refused("accepted", _("已经验收了，不再加一步。"))
    last = Milestone.objects.of(by).filter(project=row).aggregate(n=Max("no"))["n"] or 0
    step = Milestone(
        community_id=row.community_id,
        project=row,
        no=last + 1,
        text=clean_line(text, "text"),
        due_on=due_on,
    )
    step.save(force_insert=True)
    record("milestone:add", row=step, subject=row, by=by, at=at)
    return step


def _lock_step(step: Milestone, by: Actor) -> tuple[Milestone, Project]:
    row = Milestone.objects.of(by).select_related("project").filter(pk=step.pk).first()
    if row is None:
        raise NotYours("milestone", _("没有这一步。"))
    project = lock_project(row.project, by)
    row.refresh_from_db()
    return row, project


@transaction.atomic
def change_step(
    step: Milestone, *, by: Actor, text: str, due_on: date | None = None, at: datetime | None = None
) -> Milestone:
    """Other words or another day for a step that is not done yet."""
    row, project = _lock_step(step, by)
    must_be_live(project)
    if row.done_on is not None:
        raise Refused("done", _("这一步已经做完了。"))
    row.text, row.due_on = clean_line(text, "text"), due_on
    row.save(update_fields=["text", "due_on"])
    record("milestone:change", row=row, subject=project, by=by, at=at)
    return row


def keep_photo(raw: bytes, name: str, *, by: Actor, field: str, at: datetime | None = None) -> File:
    """A photo of the place, drawn anew: it holds pixels and nothing else. Raises `Refused`."""
    drawn = redraw(raw, field)
    return keep_file(
        drawn.content, kind="photo", mime=drawn.mime, name=f"{name}.{drawn.suffix}", by=by, at=at
    )


@transaction.atomic
def picture(
    step: Milestone,
    *,
    by: Actor,
    before: bytes | None = None,
    after: bytes | None = None,
    show: bool = False,
    at: datetime | None = None,
) -> Milestone:
    """改造前、改造后: photos of a step, of one side or both. With `show` a person has looked at
    them and lets everyone see them: no face, no door, no number plate. Raises `Refused`."""
    row, project = _lock_step(step, by)
    fields = []
    for side, raw in (("before", before), ("after", after)):
        if raw is None:
            continue
        kept = keep_photo(raw, f"{project.number}-{row.no}-{side}", by=by, field=side, at=at)
        setattr(row, side, show_file(kept, by=by, at=at) if show else kept)
        fields.append(side)
    if fields:
        row.save(update_fields=fields)
        record("milestone:picture", row=row, subject=project, by=by, at=at)
    return row


@transaction.atomic
def done_step(
    step: Milestone,
    *,
    by: Actor,
    done_on: date | None = None,
    note: str = "",
    before: bytes | None = None,
    after: bytes | None = None,
    show: bool = False,
    at: datetime | None = None,
) -> Milestone:
    """A step is done, with what is to be said of it and photos where there are some. Twice is once.

    Raises `Refused` before building has begun, and for a day to come.
    """
    row, project = _lock_step(step, by)
    if project.state != "building":
        raise Refused("not-building", _("开工以后、验收以前，才能说哪一步做完了。"))
    if row.done_on is None:
        day = done_on or clock.local(happened(at)).date()
        if day > clock.local(happened(at)).date():
            raise Refused("future", _("这一天还没到。"), "done_on")
        row.done_on, row.note = day, short(note, 200, "note")
        row.save(update_fields=["done_on", "note"])
        record("milestone:done", row=row, subject=project, by=by, at=at)
    if before is None and after is None:
        return row
    return picture(row, by=by, before=before, after=after, show=show, at=at)


@transaction.atomic
def sign_off(
    project: Project,
    *,
    by: Actor,
    name: str,
    capacity: str,
    person: Person | None = None,
    said: str = "",
    on: date | None = None,
    at: datetime | None = None,
) -> Acceptor:
    """Somebody looked at what was built: by name, and for whom (居民代表, 监督委员会, 出资单位).

    The same name in the same capacity is one signature. Raises `Refused` with the field.
    """
    row = lock_project(project, by)
    if row.state != "building":
        raise Refused("not-building", _("开工以后、验收以前，才能签验收。"))
    ours(by, person)
    who = short(name, 40, "name") or (person.name if person else "")
    if not who:
        raise Refused("name", _("验收的是哪一位？写名字。"), "name")
    whose = short(capacity, 40, "capacity")
    if not whose:
        raise Refused("capacity", _("代表谁来验收？"), "capacity")
    day = on or clock.local(happened(at)).date()
    if day > clock.local(happened(at)).date():
        raise Refused("future", _("这一天还没到。"), "on")
    found = Acceptor.objects.of(by).filter(project=row, name=who, capacity=whose).first()
    if found is not None:
        return found
    signed = Acceptor(
        community_id=row.community_id,
        project=row,
        person=person,
        name=who,
        capacity=whose,
        said=short(said, 200, "said"),
        on=day,
    )
    signed.save(force_insert=True)
    record("acceptor:sign", row=signed, subject=row, by=by, at=at)
    return signed
