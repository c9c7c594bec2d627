"""How a complaint stands, for whoever has its code."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from linshuo.domain.needs.complained import MOST_WORDS as MOST_WORDS
from linshuo.domain.needs.complained import Complaint
from linshuo.kit import wording
from linshuo.kit.codes import clean_code

LONGEST = 24


@dataclass(frozen=True, slots=True)
class Tracked:
    """What its author may read: no names of those who have it in hand."""

    number: str
    words: str
    said: str
    due: str
    progress: str
    progress_on: str
    answer: str
    outcome: str
    answered: str


def kinds() -> list[tuple[str, str | Promise]]:
    """What it may be about, for the form."""
    return list(Complaint.About.choices)


def track(community_id: int, typed: str) -> Tracked | None:
    """By its code; None for another community's. One query."""
    code = clean_code(typed[:LONGEST])
    row = Complaint.objects.within(community_id).filter(code=code).first() if code else None
    if row is None:
        return None
    return Tracked(
        number=row.number,
        words=row.words,
        said=wording.moment(row.at),
        due=wording.day(row.due_at),
        progress=row.progress,
        progress_on=wording.day(row.progress_at),
        answer=row.answer,
        outcome=str(row.get_outcome_display()) if row.outcome else "",
        answered=wording.day(row.answered_at) if row.answered_at else "",
    )
