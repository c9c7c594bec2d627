"""The moves of a need. Each locks the row, checks who and whether, saves, and leaves an event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs import due
from linshuo.domain.needs.checks import (
    clean_tags,
    index,
    lock,
    must,
    one_of,
    ours,
    public_changes,
    short,
)
from linshuo.domain.needs.facts import facts_of
from linshuo.domain.needs.intake import Intake, numbered, prefix_of
from linshuo.domain.needs.lifecycle import NEED, Facts
from linshuo.domain.needs.models import (
    MOST_TITLE,
    MOST_WORDS,
    Category,
    Kind,
    Need,
    Note,
    Outcome,
    Source,
    Urgency,
    Visibility,
)
from linshuo.domain.needs.supporters import carry_over
from linshuo.domain.papers.models import File, Paper
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import head_of
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened, move
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.moves import Move
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import first_sentence, tidy


@transaction.atomic
def report(
    *,
    by: Actor,
    place: Place,
    words: str,
    kind: str,
    source: str,
    urgency: str = Urgency.GENERAL,
    title: str = "",
    note: Note | None = None,
    requester: Person | None = None,
    proxy: Person | None = None,
    paper: Paper | None = None,
    photo: File | None = None,
    old_number: str = "",
    origin: str = "",
    category: Category | None = None,
    at: datetime | None = None,
    heard_at: datetime | None = None,
    intake: Intake | None = None,
    indexed: bool = True,
) -> Need:
    """A matter is heard: it gets its number and its answer date.

    `at` is when it was said; `heard_at`, when the community learnt of it, starts the clock and
    differs from `at` only for what is imported. A whole file comes with its `intake`. Raises
    `Refused` with the field that will not do.
    """
    if not (by.is_house or by.can(Can.NEED_REPORT)) or place.community_id != by.community_id:
        raise NotYours("need:report", _("没有这一页。"))
    ours(by, note, requester, proxy, paper, photo, category)
    words = short(words, MOST_WORDS, "words")
    if not words:
        raise Refused("words", _("写一句人家怎么说的。"), "words")
    said_at = happened(at)
    urgency = one_of(Urgency, urgency, "urgency")
    need = Need(
        community_id=by.community_id,
        number=intake.number(said_at) if intake else _draw_number(by.community_id, said_at),
        old_number=old_number[:40],
        origin=origin[:40],
        note=note,
        kind=one_of(Kind, kind, "kind"),
        category=category,
        place=place,
        title=short(title, MOST_TITLE, "title") or first_sentence(words),
        words=words,
        source=one_of(Source, source, "source"),
        urgency=urgency,
        requester=requester,
        proxy=proxy,
        paper=paper,
        photo=photo,
        state=NEED.reported.name,
        due_at=intake.due_at(urgency)
        if intake
        else due.answer_by(by.community_id, urgency, heard_at or said_at),
        due_for=NEED.reported.due_for,
        reported_at=said_at,
        progress_at=said_at,
    )
    need.save(force_insert=True)
    if indexed:
        index(need)
    record("need:report", row=need, by=by, at=said_at, detail={"number": need.number})
    return need


def _draw_number(community_id: int, at: datetime) -> str:
    year = clock.local(at).year
    return numbered(prefix_of(community_id), year, next_number(community_id, f"need:{year}"))


def _go(
    need: Need,
    row: Move[Facts],
    *,
    by: Actor,
    at: datetime | None,
    changes: dict[str, Any] | None = None,
    extra: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> Need:
    if row.can is not None:
        must(by, row.can, need)
    return move(
        need,
        row,
        by=by,
        at=happened(at),
        look=lambda n: facts_of(n, by, **(extra or {})),
        changes=changes,
        detail=detail,
    )


@transaction.atomic
def accept(
    need: Need,
    *,
    by: Actor,
    category: Category | None,
    owner: Person | None,
    due_on: date | None = None,
    visibility: str = Visibility.STAFF,
    public_title: str = "",
    public_text: str = "",
    tags: list[str] | None = None,
    kind: str | None = None,
    at: datetime | None = None,
) -> Need:
    """受理: category, owner, who may see it, and by when.

    Without `due_on` the category's own number of days counts. Raises `Refused`.
    """
    ours(by, category, owner)
    moment = happened(at)
    days = category.done_days if category is not None else 0
    due_at = due.end_of(due_on) if due_on else due.finish_by(moment, days)
    if due_on is not None and due_at <= moment:
        raise Refused("due-past", _("到期的日子要在今天以后。"), "due_on")
    changes: dict[str, Any] = {
        "category": category,
        "owner": owner,
        "due_at": due_at,
        "accepted_at": moment,
        "progress_at": moment,
        **public_changes(need, by, visibility, public_title, public_text),
    }
    if tags is not None:
        changes["tags"] = clean_tags(tags)
    if kind is not None:
        changes["kind"] = one_of(Kind, kind, "kind")
    done = _go(
        need,
        NEED.accept,
        by=by,
        at=moment,
        changes=changes,
        detail={"owner": owner.pk if owner else None, "visibility": visibility},
    )
    index(done)
    return done


@transaction.atomic
def settle(
    need: Need,
    *,
    by: Actor,
    result_text: str,
    outcome: str = Outcome.SOLVED,
    at: datetime | None = None,
    heard_at: datetime | None = None,
    indexed: bool = True,
) -> Need:
    """当场办结: settled where it was said. A second person still checks it.

    Of what is imported only a reply is known: its `outcome` is left empty, and the check is due
    counting from `heard_at`, when the community learnt of it.
    """
    moment = happened(at)
    changes = {
        "result_text": short(result_text, MOST_WORDS, "result_text"),
        "outcome": one_of(Outcome, outcome, "outcome") if outcome else "",
        "finished_at": moment,
        "finished_by_id": by.person_id,
        "owner_id": need.owner_id or by.person_id,
        "due_at": due.check_by(need.community_id, heard_at or moment),
        "progress": first_sentence(result_text, 60),
        "progress_at": moment,
    }
    told = {"outcome": changes["outcome"]}
    done = _go(need, NEED.settle, by=by, at=moment, changes=changes, detail=told)
    if indexed:
        index(done)
    return done


def decline(
    need: Need, *, by: Actor, reason: str, who_can_help: str, at: datetime | None = None
) -> Need:
    """不予受理, with the reason and who can help instead (信访工作条例)."""
    moment = happened(at)
    changes = {
        "reason": short(reason, 200, "reason"),
        "who_can_help": short(who_can_help, 200, "who_can_help"),
        "ended_at": moment,
        "due_at": None,
        "progress_at": moment,
    }
    return _go(need, NEED.decline, by=by, at=moment, changes=changes)


@transaction.atomic
def contest(need: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """Whoever asked wants the refusal looked at again: once. The clock starts anew."""
    if by.person_id != need.requester_id or by.person_id is None:
        must(by, Can.NEED_WORK, need)
    need = lock(need, by)
    moment = happened(at)
    changes = {
        "contested": True,
        "ended_at": None,
        "due_at": due.answer_by(need.community_id, need.urgency, moment),
        "progress_at": moment,
    }
    return _go(
        need, NEED.contest, by=by, at=moment, changes=changes, extra={"contested": need.contested}
    )


@transaction.atomic
def merge(need: Need, into: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """并入: the survivor keeps every supporter and source. Returns the merged need."""
    must(by, Can.NEED_ACCEPT, into)
    moment = happened(at)
    # Both are held, in the same order by whoever merges: two that cross do not wait for each other.
    pair = Need.objects.of(by).filter(pk__in={need.pk, into.pk}).select_related("place")
    held = {row.pk: row for row in pair.select_for_update(of=("self",)).order_by("pk")}
    survivor = held[into.pk]
    done = _go(
        need,
        NEED.merge,
        by=by,
        at=moment,
        changes={"survivor": survivor, "ended_at": moment, "due_at": None, "progress_at": moment},
        detail={"into": survivor.number},
    )
    carry_over(done, survivor, by=by, at=moment)
    return done


def finish(
    need: Need,
    *,
    by: Actor,
    outcome: str,
    result_text: str,
    no_results_because: str = "",
    at: datetime | None = None,
) -> Need:
    """办结: how it came out and what was done, with results on record or a reason why none."""
    moment = happened(at)
    changes = {
        "outcome": one_of(Outcome, outcome, "outcome") if outcome else "",
        "result_text": short(result_text, MOST_WORDS, "result_text"),
        "no_results_because": short(no_results_because, 200, "no_results_because"),
        "finished_at": moment,
        "finished_by_id": by.person_id,
        "due_at": due.check_by(need.community_id, moment),
        "progress": first_sentence(result_text, 60),
        "progress_at": moment,
    }
    told = {"outcome": changes["outcome"]}
    return _go(need, NEED.finish, by=by, at=moment, changes=changes, detail=told)


def confirm(need: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """销号, by another than the finisher. In thirty days the resident is asked again."""
    moment = happened(at)
    changes = {"closed_at": moment, "due_at": due.ask_again(moment), "progress_at": moment}
    done = _go(need, NEED.confirm, by=by, at=moment, changes=changes)
    return done


@transaction.atomic
def reopen(need: Need, *, by: Actor, reason: str, at: datetime | None = None) -> Need:
    """退回: keeps its number and history; due in three working days. A second time it goes to the
    secretary and onto the next meeting's list."""
    if by.person_id is None or by.person_id != need.requester_id:
        must(by, Can.NEED_CONFIRM, need)
    need = lock(need, by)
    moment = happened(at)
    again = need.reopened >= 1
    changes: dict[str, Any] = {
        "reason": short(reason, 200, "reason"),
        "reopened": need.reopened + 1,
        "due_at": due.redo_by(need.community_id, moment),
        "finished_at": None,
        "finished_by_id": None,
        "closed_at": None,
        "progress_at": moment,
    }
    if again:
        changes |= {"for_meeting": True, "owner_id": head_of(need.community_id) or need.owner_id}
    if changes.get("owner_id", need.owner_id) is None:
        changes["owner_id"] = head_of(need.community_id)
    finisher = need.finished_by_id
    done = _go(
        need,
        NEED.reopen,
        by=by,
        at=moment,
        changes=changes,
        detail={"reason": changes["reason"], "finisher": finisher, "times": changes["reopened"]},
    )
    index(done)
    return done


@transaction.atomic
def extend(need: Need, *, by: Actor, due_on: date, reason: str, at: datetime | None = None) -> Need:
    """延期: a new date and a reason; counted. The same date and reason again change nothing."""
    must(by, Can.NEED_WORK, need)
    need = lock(need, by)
    moment = happened(at)
    due_at = due.end_of(due_on)
    if need.extended and (need.due_at, need.reason) == (due_at, tidy(reason)):
        return need
    if need.due_at is not None and due_at <= max(need.due_at, moment):
        raise Refused("due-earlier", _("延期的日子要在原来的日子和今天以后。"), "due_on")
    changes = {
        "due_at": due_at,
        "extended": need.extended + 1,
        "reason": short(reason, 200, "reason"),
        "progress_at": moment,
    }
    return _go(
        need, NEED.extend, by=by, at=moment, changes=changes, detail={"until": due_on.isoformat()}
    )


def withdraw(need: Need, *, by: Actor, reason: str = "", at: datetime | None = None) -> Need:
    """撤回, before it is done: by the requester, or by staff for them with the reason given."""
    if by.person_id is None or by.person_id != need.requester_id:
        must(by, Can.NEED_WORK, need)
    moment = happened(at)
    changes = {
        "reason": short(reason, 200, "reason"),
        "ended_at": moment,
        "due_at": None,
        "progress_at": moment,
    }
    return _go(need, NEED.withdraw, by=by, at=moment, changes=changes)
