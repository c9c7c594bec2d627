"""One matter at a door: written down, and said by one tap what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs import notes, supporters
from linshuo.domain.needs.access import may, visible_notes
from linshuo.domain.needs.actions import report, settle
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import Disposition, Kind, Need, Note, Urgency
from linshuo.domain.needs.notebook import joined_to
from linshuo.domain.papers.actions import use_paper
from linshuo.domain.papers.models import PaperKind
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Place
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

_KIND = {Disposition.WISH: Kind.WISH, Disposition.PROBLEM: Kind.PROBLEM}


@dataclass(frozen=True, slots=True)
class Written:
    """A note and, when it became one, its matter. `again`: the draft had been sent before."""

    note: Note
    need: Need | None = None
    again: bool = False


@transaction.atomic
def write_down(
    *,
    by: Actor,
    draft_id: str,
    place: Place,
    words: str,
    source: str,
    urgency: str = Urgency.GENERAL,
    speaker_name: str = "",
    speaker_phone: str = "",
    slip: str = "",
    become: str = Disposition.OPEN,
    result_text: str = "",
    at: datetime | None = None,
) -> Written:
    """One matter into the notebook, with whoever said it and what becomes of it, in one go.

    Sending the same draft again gives the first note back. Raises `Refused` with the field.
    """
    found = notes.same_draft(by, draft_id)
    if found is not None:
        return Written(found, need_of(by, found), again=True)
    speaker = _speaker(by, speaker_name, speaker_phone, place, at)
    paper = use_paper(PaperKind.SLIP, slip, by=by, at=at) if slip.strip() else None
    note = notes.write(
        by=by,
        draft_id=draft_id,
        place=place,
        words=words,
        source=source,
        urgency=urgency,
        speaker=speaker,
        paper=paper,
        at=at,
    )
    if become == Disposition.OPEN:
        return Written(note)
    return become_of(note, become, by=by, result_text=result_text, at=at)


def _speaker(by: Actor, name: str, phone: str, place: Place, at: datetime | None) -> Person | None:
    if not name.strip() and not phone.strip():
        return None
    if not name.strip():
        raise Refused("speaker-name", _("留了电话，也写个称呼，打过去好开口。"), "speaker_name")
    try:
        return know_person(name=name, phone=phone, place=place, by=by, at=at)
    except NotYours:
        raise
    except Refused as e:
        raise Refused(e.code, e.sentence, f"speaker_{e.field}") from None


def need_of(viewer: Actor, note: Note) -> Need | None:
    """The matter a note became, if it became one of its own."""
    return Need.objects.of(viewer).filter(note=note).first()


@transaction.atomic
def become_of(
    note: Note,
    become: str,
    *,
    by: Actor,
    result_text: str = "",
    at: datetime | None = None,
) -> Written:
    """One tap: 转需求, 转问题, 当场办结 or 仅记录. Pressing the same again changes nothing."""
    row = Note.objects.of(by).filter(visible_notes(by), pk=note.pk).select_related("place").first()
    if row is None:
        raise NotYours("note", _("没有这一条。"))
    if become not in (*_KIND, Disposition.SETTLED, Disposition.NOTED):
        raise Refused("choice", _("请选列出来的一项。"), "become")
    if row.disposition == become:
        return Written(row, need_of(by, row), again=True)
    disposed = notes.dispose(row, become, by=by, at=at)
    if become == Disposition.NOTED:
        return Written(disposed)
    need = report(
        by=by,
        place=row.place,
        words=row.words,
        kind=_KIND.get(Disposition(become), Kind.PROBLEM),
        source=row.source,
        urgency=row.urgency,
        note=disposed,
        requester=row.speaker,
        paper=row.paper,
        at=at or row.at,
        heard_at=row.at,
    )
    if become == Disposition.SETTLED:
        need = settle(need, by=by, result_text=result_text, at=at or row.at)
    return Written(disposed, need)


@transaction.atomic
def join(note: Note, need: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """The note is about a matter already known: whoever said it is one more who wants it.

    Joining the same again changes nothing. Raises `Refused` when the matter is over, or when the
    note has already become something else.
    """
    if not may(by, Can.NEED_READ, need) or need.state not in LIVE:
        raise Refused("join", _("这一件已经不在办了，另开一件吧。"))
    if notes.lock(note, by).disposition == Disposition.JOINED:
        if joined_to(by, note) != need.pk:
            raise Refused("disposed", _("这一条已经转过了。"))
        return need
    disposed = notes.dispose(note, Disposition.JOINED, by=by, into=need.pk, at=at)
    supporters.support(
        need, by=by, person=disposed.speaker, note=disposed, via=f"note:{disposed.pk}", at=at
    )
    return need
