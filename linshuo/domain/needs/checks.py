"""What every write of this room checks and keeps in step."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.needs.access import audiences, may
from linshuo.domain.needs.lifecycle import LIVE
from linshuo.domain.needs.models import MOST_TITLE, MOST_WORDS, Need, Tag, Visibility
from linshuo.domain.terms import actions as terms
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import first_sentence, tidy


def one_of(choices: Any, value: str, field: str) -> str:
    """A value of a fixed set. Raises `Refused` for anything else."""
    if value not in choices.values:
        raise Refused("choice", _("请选列出来的一项。"), field)
    return str(value)


def short(text: str, most: int, field: str) -> str:
    """Tidy text of at most so many characters. Raises `Refused` and keeps what was typed."""
    clean = tidy(text)
    if len(clean) > most:
        message = _("写得太长了，最多 %(most)d 个字，现在 %(n)d 个。")
        raise Refused("long", message % {"most": most, "n": len(clean)}, field)
    return clean


def must(by: Actor, can: Can, need: Need) -> None:
    """Raises `NotYours` unless the actor may use the capability on this need."""
    if not may(by, can, need):
        raise NotYours(can.value, _("没有这一件。"))


def ours(by: Actor, *rows: Any) -> None:
    """Raises `NotYours` when a row that is to be named is of another community."""
    if any(row is not None and row.community_id != by.community_id for row in rows):
        raise NotYours("row", _("没有这一件。"))


def index(need: Need) -> None:
    """Keep the index of words in step with the row."""
    terms.index_many([index_row(need)])


def index_row(need: Need) -> terms.Row:
    """What a need is found by, and by whom."""
    text = f"{need.number} {need.old_number} {need.title} {need.words} {need.place.full_name}"
    return terms.Row("need", need.pk, need.community_id, text, tuple(audiences(need)))


def public_changes(need: Need, by: Actor, visibility: str, title: str, text: str) -> dict[str, str]:
    """The columns that say who sees the matter outside the office, and in which words."""
    visibility = one_of(Visibility, visibility, "visibility")
    if visibility != Visibility.STAFF:
        must(by, Can.NEED_RELEASE, need)
    public_title = short(title, MOST_TITLE, "public_title")
    public_text = short(text, MOST_WORDS, "public_text")
    if visibility != Visibility.STAFF and not public_title:
        public_title = first_sentence(public_text)
    return {"visibility": visibility, "public_title": public_title, "public_text": public_text}


def clean_tags(tags: list[str]) -> str:
    """难点 痛点 堵点, each once, in their own order."""
    for tag in tags:
        one_of(Tag, tag, "tags")
    return ",".join(t for t in Tag.values if t in tags)


def lock(need: Need, by: Actor) -> Need:
    """The row as it is now, held until the transaction ends."""
    row = (
        Need.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("place", "note", "owner")
        .filter(pk=need.pk)
        .first()
    )
    if row is None:
        raise NotYours("need", _("没有这一件。"))
    return row


def must_live(need: Need) -> None:
    """Raises `Refused("ended")` when the office owes nothing any more."""
    if need.state not in LIVE:
        raise Refused("ended", _("这件事已经不在办了。"))
