"""What residents said of what was done for them: shown to everyone only where they agreed, the
matter is public, and a person released the very words.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.checks import must, short
from linshuo.domain.needs.models import Contact, Need, Visibility
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.domain.trail.scoping import ScopedQuerySet
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused


def to_release(viewer: Actor) -> ScopedQuerySet[Contact]:
    """Words that may be shown and that nobody has looked at yet, newest first."""
    needs = Need.objects.of(viewer).filter(
        visible(viewer, Can.NEED_RELEASE), visibility=Visibility.PUBLIC
    )
    rows = Contact.objects.of(viewer).filter(
        words_ok=True, shown_at__isnull=True, said=Contact.Said.SETTLED, need__in=needs
    )
    return rows.select_related("need").order_by("-at", "-pk")


@transaction.atomic
def show(
    contact: Contact, *, by: Actor, text: str, seen: bool = False, at: datetime | None = None
) -> Contact:
    """Release the words for everyone, shortened if need be. `seen` says that the marks were looked
    at; without it a text that may name somebody is refused, as for a need's own public text."""
    row = _lock(contact, by)
    words = short(text, 300, "text")
    if len(words) < 2:
        raise Refused("text", _("写上要公开的话，或者按“不公开”。"), "text")
    if not row.words_ok:
        raise Refused("not-agreed", _("本人没有答应公开这句话。"))
    if row.need.visibility != Visibility.PUBLIC:
        raise Refused("not-public", _("这件事没有公开，说的话也不公开。"))
    marks = find_marks(words, place_shown=True)
    if marks and not seen:
        told = "、".join(mark.text for mark in marks)
        raise Refused("marks", _("这些地方可能认得出人，改掉，或者看过以后勾上：%s") % told, "text")
    row.shown, row.shown_at = words, happened(at)
    row.save(update_fields=["shown", "shown_at"])
    record("contact:show", row=row, subject=row.need, by=by, at=at)
    return row


@transaction.atomic
def keep_back(contact: Contact, *, by: Actor, at: datetime | None = None) -> Contact:
    """Looked at and not shown; or shown no longer."""
    row = _lock(contact, by)
    row.shown, row.shown_at = "", happened(at)
    row.save(update_fields=["shown", "shown_at"])
    record("contact:keep-back", row=row, subject=row.need, by=by, at=at)
    return row


def _lock(contact: Contact, by: Actor) -> Contact:
    row = (
        Contact.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("need__place")
        .filter(pk=contact.pk)
        .first()
    )
    if row is None:
        raise NotYours("contact", _("没有这句话。"))
    must(by, Can.NEED_RELEASE, row.need)
    return row
