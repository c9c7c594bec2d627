"""投诉和建议: made by anybody, in hand with somebody it is not about, answered with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.checks import one_of, short
from linshuo.domain.needs.complained import MOST_WORDS, Complaint
from linshuo.domain.needs.complaints import may_answer, named_in, visible, who_may_answer
from linshuo.domain.needs.intake import prefix_of
from linshuo.domain.people.models import Person
from linshuo.domain.places.queries import workdays
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock, secret
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import add_working_days
from linshuo.kit.can import Can
from linshuo.kit.codes import new_code
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

ANSWER_WORKING_DAYS = 10
"""Two weeks: within the fifteen days in which 信访工作条例 wants a matter taken up or sent on."""
CODE_LENGTH = 12
MOST_OPEN = 500


@transaction.atomic
def complain(
    *,
    by: Actor,
    about: str,
    words: str,
    who: str = "",
    contact: str = "",
    via: str = Complaint.Via.WEB,
    at: datetime | None = None,
) -> Complaint:
    """Somebody complains or suggests; `who` and `contact` may stay empty. It is kept from everyone
    it is about, and given to somebody else.

    Raises `Refused("nobody")` where all who could answer are complained about: then it says where
    to go instead, for here nobody could answer fairly.
    """
    if not (by.is_house or by.can(Can.NEED_REPORT) or may_answer(by)):
        raise NotYours("complaint", _("没有这一页。"))
    about = one_of(Complaint.About, about, "about")
    via = one_of(Complaint.Via, via, "via")
    said = short(words, MOST_WORDS, "words")
    if len(said) < 4:
        raise Refused("words", _("什么事，写一句。"), "words")
    moment = happened(at)
    if Complaint.objects.of(by).filter(answered_at__isnull=True).count() >= MOST_OPEN:
        raise Refused("flood", _("这里一时收不下了，请打电话给社区，或者打 12345。"))
    kept = named_in(by.community_id, about, said)
    able = who_may_answer(by.community_id, about, kept)
    if not able:
        raise Refused(
            "nobody", _("说到的人里就有答复的人，这里没有谁能公正地答。请打 12345，或者找街道。")
        )
    year = clock.local(moment).year
    serial = next_number(by.community_id, f"complaint:{year}")
    row = Complaint(
        community_id=by.community_id,
        number=f"{prefix_of(by.community_id)}-T-{year}-{serial:04d}",
        about=about,
        words=said,
        who=" ".join(tidy(who).split())[:40],
        contact_enc=secret.seal(" ".join(tidy(contact).split())[:60]),
        via=via,
        code=new_code(CODE_LENGTH),
        kept_from=_listed(kept),
        owner_id=next(iter(able)),
        at=moment,
        due_at=add_working_days(moment, ANSWER_WORKING_DAYS, workdays(by.community_id)),
        progress_at=moment,
    )
    row.save(force_insert=True)
    record("complaint:make", row=row, by=by, at=moment)
    return row


def _listed(ids: frozenset[int]) -> str:
    text = "," + ",".join(str(pk) for pk in sorted(ids)) + ","
    if len(text) > 200:
        raise Refused("many", _("说到的人太多了，分几条说。"), "words")
    return text if ids else ""


def _held(row: Complaint, by: Actor) -> Complaint:
    """The row as it is now, if the actor may read it and nobody has answered yet."""
    rows = Complaint.objects.of(by).select_for_update(of=("self",)).filter(visible(by), pk=row.pk)
    found = rows.first()
    if found is None:
        raise NotYours("complaint", _("没有这一条。"))
    if found.answered_at is not None:
        raise Refused("answered", _("这一条已经答复过了。"))
    return found


@transaction.atomic
def tell(row: Complaint, *, by: Actor, words: str, at: datetime | None = None) -> Complaint:
    """办到哪一步, for whoever has the code."""
    found, moment = _held(row, by), happened(at)
    said = short(words, 200, "progress")
    if len(said) < 2:
        raise Refused("progress", _("写一句办到哪一步。"), "progress")
    found.progress, found.progress_at = said, moment
    found.save(update_fields=["progress", "progress_at"])
    record("complaint:tell", row=found, by=by, at=moment)
    return found


@transaction.atomic
def hand_on(
    row: Complaint, *, by: Actor, to: int, about: Person | None = None, at: datetime | None = None
) -> Complaint:
    """Into other hands; and `about` is whom it turns out to be about: from then on it is kept from
    them. Raises `Refused("owner")` for hands that may not have it."""
    found, moment = _held(row, by), happened(at)
    kept = found.kept_ids
    if about is not None:
        if about.community_id != by.community_id:
            raise NotYours("person", _("没有这个人。"))
        kept |= {about.pk}
    if to not in who_may_answer(by.community_id, found.about, kept):
        raise Refused("owner", _("交给说到的人、或者不答投诉的人都不行，换一位。"), "to")
    found.owner_id, found.kept_from = to, _listed(kept)
    found.save(update_fields=["owner", "kept_from"])
    record("complaint:hand-on", row=found, by=by, at=moment)
    return found


@transaction.atomic
def answer(
    row: Complaint, *, by: Actor, words: str, outcome: str, at: datetime | None = None
) -> Complaint:
    """答复: what was found and what was done, read by whoever has the code. Once, for good."""
    found, moment = _held(row, by), happened(at)
    if by.person_id is None:
        raise NotYours("complaint", _("没有这一条。"))
    outcome = one_of(Complaint.Outcome, outcome, "outcome")
    said = short(words, MOST_WORDS, "answer")
    if len(said) < 4:
        raise Refused("answer", _("查到了什么、怎么办的，写给说的人看。"), "answer")
    found.answer, found.outcome = said, outcome
    found.answered_at, found.answered_by_id = moment, by.person_id
    found.save(update_fields=["answer", "outcome", "answered_at", "answered_by"])
    record("complaint:answer", row=found, by=by, at=moment, detail={"outcome": outcome})
    return found
