"""What residents said of what was settled for them, in the words a person released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linshuo.domain.needs.models import Contact, Visibility
from linshuo.kit import wording


@dataclass(frozen=True, slots=True)
class Voice:
    """One resident's words, with nobody's name."""

    words: str
    number: str
    title: str
    when: str


def lately(community_id: int, most: int = 3) -> list[Voice]:
    """The newest released words, one of a matter. One query."""
    rows = (
        Contact.objects.within(community_id)
        .filter(need__visibility=Visibility.PUBLIC, need__state="closed")
        .exclude(shown="")
        .order_by("-shown_at", "-pk")
        .values_list("shown", "need__number", "need__public_title", "at")
    )
    found: dict[str, Voice] = {}
    for words, number, title, at in rows[: most * 3]:
        found.setdefault(number, _voice(words, number, title, at))
    return list(found.values())[:most]


def of(community_id: int, number: str) -> list[Voice]:
    """What was said of one public matter, in order. One query."""
    rows = (
        Contact.objects.within(community_id)
        .filter(need__visibility=Visibility.PUBLIC, need__number=number)
        .exclude(shown="")
        .order_by("at", "pk")
        .values_list("shown", "need__number", "need__public_title", "at")
    )
    return [_voice(*row) for row in rows]


def _voice(words: str, number: str, title: str, at: datetime) -> Voice:
    return Voice(words, number, title, wording.near_day(at))
