"""What whoever holds a record of service may learn of it by its code: that it was handed out, for
how many hours, and whether they still stand. Nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from linshuo.domain.service.attached import Issued
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.service.queries import minutes_words
from linshuo.kit import wording
from linshuo.kit.codes import clean_code
from linshuo.kit.masking import mask_name

LONGEST = 40
"""More than this is no code, however it is spaced."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A record that was handed out, and what of it holds today."""

    community: str
    phone: str
    name: str
    """Masked; empty when its owner had it deleted."""
    day: str
    minutes: int
    minutes_now: int
    changed: int
    """How many of its records were corrected since."""

    @property
    def total(self) -> str:
        return minutes_words(self.minutes)

    @property
    def total_now(self) -> str:
        return minutes_words(self.minutes_now)


def check(typed: str) -> Checked | None:
    """What the code stands for, or None. Three queries."""
    code = clean_code(typed[:LONGEST])
    if not code:
        return None
    row = (
        Issued.objects.everywhere().filter(code=code).select_related("community", "person").first()
    )
    if row is None:
        return None
    all_rows = ServiceRecord.objects.within(row.community_id).filter(person=row.person)
    minutes, later = {}, {}
    for pk, corrects, length in all_rows.values_list("pk", "corrects_id", "minutes"):
        minutes[pk] = length
        if corrects is not None:
            later[corrects] = pk
    return Checked(
        community=row.community.name,
        phone=row.community.phone,
        name="" if row.person.erased_at else mask_name(row.person.name),
        day=wording.day(row.as_of),
        minutes=row.minutes,
        minutes_now=sum(minutes.get(_newest(pk, later), 0) for pk in row.records),
        changed=sum(pk in later for pk in row.records),
    )


def _newest(pk: int, later: dict[int, int]) -> int:
    while pk in later:
        pk = later[pk]
    return pk
