"""Writes in the notebook: 一事一记, 一日一记."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import note_audiences, visible_notes
from linshuo.domain.needs.checks import one_of, ours, short
from linshuo.domain.needs.models import MOST_WORDS, Disposition, Note, Source, Urgency
from linshuo.domain.papers.models import Paper
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Place
from linshuo.domain.terms import actions as terms
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused


@transaction.atomic
def write(
    *,
    by: Actor,
    draft_id: str,
    place: Place,
    words: str,
    source: str,
    urgency: str = Urgency.GENERAL,
    speaker: Person | None = None,
    paper: Paper | None = None,
    at: datetime | None = None,
) -> Note:
    """Write one matter into the actor's own notebook.

    `draft_id` is made where the note is typed, so that sending it again after a lost answer gives
    the same note and not a second one. Raises `Refused` with the field that will not do.
    """
    if by.person_id is None or not by.can(Can.NOTE_WRITE) or place.community_id != by.community_id:
        raise NotYours("note:write", _("没有这一页。"))
    ours(by, speaker, paper)
    if found := same_draft(by, draft_id):
        return found
    words = short(words, MOST_WORDS, "words")
    if not words:
        raise Refused("words", _("写一句人家怎么说的。"), "words")
    moment = happened(at)
    note = Note(
        community_id=by.community_id,
        author_id=by.person_id,
        draft_id=draft_id[:36],
        at=moment,
        day=clock.local(moment).date(),
        place=place,
        words=words,
        source=one_of(Source, source, "source"),
        urgency=one_of(Urgency, urgency, "urgency"),
        speaker=speaker,
        paper=paper,
    )
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:
        if found := same_draft(by, draft_id):
            return found
        raise
    terms.index(
        "note",
        note.pk,
        community_id=note.community_id,
        text=f"{words} {place.full_name}",
        audiences=note_audiences(note),
    )
    record("note:write", row=note, by=by, at=moment)
    return note


def same_draft(by: Actor, draft_id: str) -> Note | None:
    """The note already made from this draft, if it was sent before."""
    return Note.objects.of(by).filter(author_id=by.person_id, draft_id=draft_id[:36]).first()


def lock(note: Note, by: Actor) -> Note:
    """The note as it is now, held until the transaction ends. Raises `NotYours`."""
    row = (
        Note.objects.of(by)
        .select_for_update(of=("self",))
        .filter(visible_notes(by), pk=note.pk)
        .first()
    )
    if row is None or not by.can(Can.NOTE_WRITE):
        raise NotYours("note", _("没有这一条。"))
    return row


@transaction.atomic
def dispose(
    note: Note, disposition: str, *, by: Actor, into: int | None = None, at: datetime | None = None
) -> Note:
    """Say by one tap what becomes of a note. Once it has become a matter, that stays.

    `into` is the matter it was joined to: kept with the event, because whoever had asked for that
    matter before leaves no second supporter to tell it by. Raises `Refused("disposed")` when the
    note has already become something else.
    """
    row = lock(note, by)
    if row.disposition == disposition:
        return row
    if row.disposition not in (Disposition.OPEN, Disposition.NOTED):
        raise Refused("disposed", _("这一条已经转过了。"))
    row.disposition = one_of(Disposition, disposition, "disposition")
    row.save(update_fields=["disposition"])
    detail: dict[str, object] = {"as": disposition}
    if into is not None:
        detail["need"] = into
    record("note:dispose", row=row, by=by, at=at, detail=detail)
    return row
