"""Writes about calling back: who was asked whether hours are right, and what they said. It changes
no hours: when somebody says no, a head corrects the record (`actions.correct`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.people.actions import reveal_to_checker
from linshuo.domain.people.models import Person
from linshuo.domain.service.attached import CallBack
from linshuo.domain.service.doubts import get_record, interested, people_to_ask
from linshuo.domain.service.models import ServiceRecord
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

MOST_WORDS = 200
AGAIN = timedelta(minutes=10)
"""Sooner than this, nobody was called a second time: the button was pressed twice."""


def _must_be_another(by: Actor, row: ServiceRecord) -> int:
    if by.person_id is None or by.person_id in interested(by, row):
        raise Refused("own-word", _("这一条和您有关，请别人来问。"))
    return by.person_id


def _whom(by: Actor, row: ServiceRecord, asked: str) -> Person:
    found = next((who for key, who in people_to_ask(by, row) if key == asked), None)
    if found is None:
        raise Refused("asked", _("问的是谁，选上面的一位。"), "asked")
    return found


@transaction.atomic
def show_number(
    wrong: ServiceRecord, *, by: Actor, asked: str, at: datetime | None = None
) -> tuple[str, str]:
    """Name and phone of one who must know, the look recorded. Raises `NotYours` for whoever checks
    no hours, `Refused` for one's own record."""
    row = get_record(by, wrong.pk)
    _must_be_another(by, row)
    why = _("时长回访")
    return reveal_to_checker(_whom(by, row, asked), by=by, reason=why, at=at)


@transaction.atomic
def call_back(
    checked: ServiceRecord,
    *,
    by: Actor,
    asked: str,
    said: str,
    words: str = "",
    at: datetime | None = None,
) -> CallBack:
    """Write down that somebody was asked, and what they said. Pressing twice is saying it once.

    Raises `NotYours` for whoever checks no hours, `Refused` for a record one has part in, an answer
    that is none, or a no without a word of what is wrong.
    """
    row = get_record(by, checked.pk)
    caller = _must_be_another(by, row)
    _whom(by, row, asked)
    if said not in CallBack.Said.values:
        raise Refused("said", _("怎么说的，选上面的一样。"), "said")
    told = tidy(words)
    if said == CallBack.Said.NO and len(told) < 2:
        raise Refused("words", _("写一句：哪里不对，实际是多久。"), "words")
    if len(told) > MOST_WORDS:
        raise Refused("long", _("最多写 200 个字。"), "words")
    # The record is locked, so that of two presses the second finds the first.
    ServiceRecord.objects.of(by).select_for_update(of=("self",)).get(pk=row.pk)
    last = CallBack.objects.of(by).filter(record=row).order_by("-pk").first()
    moment = happened(at)
    given = (asked, said, told, caller)
    same = last and (last.asked, last.said, last.words, last.caller_id) == given
    if last and same and (said != CallBack.Said.NO_ANSWER or moment - last.at < AGAIN):
        return last
    done = CallBack(
        community_id=by.community_id,
        record=row,
        asked=asked,
        caller_id=caller,
        at=moment,
        said=said,
        words=told,
    )
    done.save(force_insert=True)
    record("hours:call-back", row=done, subject=row, by=by, at=moment, detail={"said": said})
    return done
