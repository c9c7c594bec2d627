"""Writes beside the moves: owners, progress, contacts, supporters, release, escalation."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.checks import (
    clean_tags,
    index,
    lock,
    must,
    must_live,
    one_of,
    ours,
    public_changes,
    short,
)
from linshuo.domain.needs.models import MOST_WORDS, Category, Contact, Need, Result
from linshuo.domain.papers.models import File
from linshuo.domain.people.models import Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import Refused
from linshuo.kit.text import first_sentence

CLOSED_FOLLOW_UPS = (Contact.Said.SETTLED, Contact.Said.NO_ANSWER)


@transaction.atomic
def assign(need: Need, *, by: Actor, owner: Person, at: datetime | None = None) -> Need:
    """Give a matter to another member of staff. Whoever heads may give away anybody's."""
    must(by, Can.NEED_WORK, need)
    ours(by, owner)
    row = lock(need, by)
    must_live(row)
    if row.owner_id == owner.pk:
        return row
    if row.owner_id not in (None, by.person_id) and not by.is_house:
        must(by, Can.NEED_ACCEPT, need)
    row.owner = owner
    row.progress_at = max(row.progress_at, happened(at))
    row.save(update_fields=["owner", "progress_at"])
    index(row)
    record("need:assign", row=row, by=by, at=at, detail={"owner": owner.pk})
    return row


@transaction.atomic
def add_result(
    need: Need,
    *,
    by: Actor,
    text: str,
    kind: str = Result.Sort.PROGRESS,
    ref_id: int | None = None,
    file: File | None = None,
    at: datetime | None = None,
) -> Result:
    """Write what was done or how it stands. The newest line shows in the ledger."""
    must(by, Can.NEED_WORK, need)
    row = lock(need, by)
    text = short(text, MOST_WORDS, "text")
    if len(text) < 2:
        raise Refused("text", _("写一句办到哪一步了。"), "text")
    moment = happened(at)
    result = Result(
        community_id=row.community_id,
        need=row,
        kind=one_of(Result.Sort, kind, "kind"),
        ref_id=ref_id,
        text=text,
        at=moment,
        by_id=by.person_id,
        file=file,
    )
    result.save(force_insert=True)
    record("result:add", row=result, subject=row, by=by, at=at, detail={"kind": str(kind)})
    _touch(row, by, moment, progress=first_sentence(text, 60))
    return result


def _touch(row: Need, by: Actor, moment: datetime, progress: str | None = None) -> None:
    fields = []
    if progress is not None:
        row.progress = progress
        fields.append("progress")
    if moment > row.progress_at:
        row.progress_at = moment
        fields.append("progress_at")
    if fields:
        row.save(update_fields=fields)
        record("need:touch", row=row, by=by, at=moment)


@transaction.atomic
def add_contact(
    need: Need,
    *,
    by: Actor,
    purpose: str,
    channel: str,
    said: str,
    words: str = "",
    words_ok: bool = False,
    rating_attitude: int | None = None,
    rating_result: int | None = None,
    at: datetime | None = None,
) -> Contact:
    """Write down that somebody was spoken to, could not be reached, or went to look.

    An answer to the thirty-day question ends the follow-up clock of a closed need; a "no" leaves it
    for the caller to reopen. Raises `Refused` for ratings outside 1 to 5.
    """
    must(by, Can.NEED_CONFIRM if purpose != Contact.Purpose.ANSWER else Can.NEED_WORK, need)
    row = lock(need, by)
    for field, rating in (("rating_attitude", rating_attitude), ("rating_result", rating_result)):
        if rating is not None and not 1 <= rating <= 5:
            raise Refused("rating", _("满意不满意，从 1 到 5 选一个。"), field)
    moment = happened(at)
    if (
        row.finished_at is not None
        and moment < row.finished_at
        and purpose != Contact.Purpose.ANSWER
    ):
        raise Refused("before-done", _("这个时间早于办结的时间。"), "at")
    contact = Contact(
        community_id=row.community_id,
        need=row,
        purpose=one_of(Contact.Purpose, purpose, "purpose"),
        channel=one_of(Contact.Channel, channel, "channel"),
        said=one_of(Contact.Said, said, "said"),
        words=short(words, 300, "words"),
        words_ok=words_ok and bool(words.strip()),
        at=moment,
        by_id=by.person_id,
        rating_attitude=rating_attitude,
        rating_result=rating_result,
    )
    contact.save(force_insert=True)
    record("contact:add", row=contact, subject=row, by=by, at=at, detail={"said": str(said)})
    looked = purpose == Contact.Purpose.FOLLOW_UP or said == Contact.Said.SEEN_FINE
    if row.state == "closed" and row.due_at is not None and looked:
        _follow_up(row, contact, by, moment)
    else:
        _touch(row, by, moment)
    return contact


def _follow_up(row: Need, contact: Contact, by: Actor, moment: datetime) -> None:
    tried = (
        Contact.objects.of(by)
        .filter(need=row, purpose=Contact.Purpose.FOLLOW_UP, said=Contact.Said.NO_ANSWER)
        .filter(at__gte=row.closed_at)  # what was tried before it came back is another story
        .count()
    )
    # Where nobody in particular raised it, a second look at the place is the follow-up.
    if contact.said in (Contact.Said.SETTLED, Contact.Said.SEEN_FINE) or tried >= 3:
        row.due_at, row.due_for = None, ""
    elif contact.said == Contact.Said.NO_ANSWER:
        row.due_at = moment + timedelta(days=1)
    else:
        return
    row.progress_at = max(row.progress_at, moment)
    row.save(update_fields=["due_at", "due_for", "progress_at"])
    record("need:followed", row=row, by=by, at=moment, detail={"said": str(contact.said)})


@transaction.atomic
def release(
    need: Need,
    *,
    by: Actor,
    visibility: str,
    public_title: str = "",
    public_text: str = "",
    marks: int = 0,
    at: datetime | None = None,
) -> Need:
    """Say who may see the matter, and in which words. `marks` is how many places the detector had
    marked in the text that this person let pass: kept, so that it can be asked about."""
    must(by, Can.NEED_RELEASE, need)
    row = lock(need, by)
    changes = public_changes(need, by, visibility, public_title, public_text)
    if visibility != "staff" and not changes["public_text"]:
        raise Refused("public-text", _("要让外面看到，先写一段可以公开的话。"), "public_text")
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=sorted(changes))
    record("need:release", row=row, by=by, at=at, detail={"visibility": visibility, "marks": marks})
    return row


@transaction.atomic
def give_link(need: Need, *, by: Actor, at: datetime | None = None) -> None:
    """Write down that this person took out the matter's own address for whoever asked.

    The holder of that address has the resident's last word, and so has, for a moment, whoever
    hands it over. Who that was stands in the matter's life, for the second person to see.
    """
    must(by, Can.NEED_WORK, need)
    record("need:link", row=lock(need, by), by=by, at=at)


@transaction.atomic
def sort_out(
    need: Need,
    *,
    by: Actor,
    category: Category | None = None,
    title: str | None = None,
    tags: list[str] | None = None,
    at: datetime | None = None,
) -> Need:
    """Correct a matter's heading, category or tags. The words as said are nobody's to change."""
    must(by, Can.NEED_WORK, need)
    ours(by, category)
    row = lock(need, by)
    fields: list[str] = []
    detail: dict[str, Any] = {"fields": fields}
    if category is not None:
        row.category = category
        fields.append("category")
    if title is not None:
        row.title = short(title, 60, "title")
        if not row.title:
            raise Refused("title", _("给这件事起个短题目。"), "title")
        fields.append("title")
    if tags is not None:
        before, row.tags = row.tags, clean_tags(tags)
        fields.append("tags")
        if row.tags != before:
            detail["tags_were"] = before  # a figure of an earlier day goes by them
    if fields:
        row.save(update_fields=fields)
        index(row)
        record("need:sort", row=row, by=by, at=at, detail=detail)
    return row


@transaction.atomic
def still_true(need: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """The owner has asked whether it is still wanted, and it is."""
    must(by, Can.NEED_WORK, need)
    row = lock(need, by)
    must_live(row)
    moment = happened(at)
    row.still_true_on = clock.local(moment).date()
    row.progress_at = max(row.progress_at, moment)
    row.save(update_fields=["still_true_on", "progress_at"])
    record("need:still-true", row=row, by=by, at=at)
    return row


@transaction.atomic
def escalate(need: Need, *, by: Actor, why: str, at: datetime | None = None) -> Need:
    """Ask the sub-district for help. A fact beside the state: no clock stops for it."""
    must(by, Can.NEED_DECIDE, need)
    row = lock(need, by)
    must_live(row)
    if row.escalated_at is not None and row.returned_at is None:
        return row
    why = short(why, 200, "why")
    if len(why) < 2:
        raise Refused("why", _("写明要街道帮什么。"), "why")
    row.escalated_at, row.escalated_why = happened(at), why
    row.returned_at, row.returned_why = None, ""
    row.save(update_fields=["escalated_at", "escalated_why", "returned_at", "returned_why"])
    record("need:escalate", row=row, by=by, at=at, detail={"why": why})
    return row


@transaction.atomic
def take_back(need: Need, *, by: Actor, why: str, at: datetime | None = None) -> Need:
    """The sub-district's answer comes back, with what they did or why they cannot."""
    must(by, Can.NEED_DECIDE, need)
    row = lock(need, by)
    if row.escalated_at is None or row.returned_at is not None:
        raise Refused("not-escalated", _("这件事没有报给街道。"))
    why = short(why, 200, "why")
    if len(why) < 2:
        raise Refused("why", _("写明街道怎么答复的。"), "why")
    row.returned_at, row.returned_why = happened(at), why
    row.save(update_fields=["returned_at", "returned_why"])
    record("need:return", row=row, by=by, at=at, detail={"why": why})
    return row
