"""异议: by anybody while the notice hangs, on the web, on paper or by word; answered by a person
who did not choose; and what an objection that is right changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.honours.access import concerned, may_answer, may_keep, may_read
from linshuo.domain.honours.actions import (
    candidates_of,
    go,
    last_day,
    lock,
    notice_ends,
    show_those,
)
from linshuo.domain.honours.lifecycle import AWARD_DAYS, ROUND
from linshuo.domain.honours.models import MOST_WORDS, Candidate, Objection, Round
from linshuo.domain.needs.checks import one_of, short
from linshuo.domain.needs.due import end_of
from linshuo.domain.people.models import Person
from linshuo.domain.places.queries import workdays
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock, secret, wording
from linshuo.kit.actor import Actor
from linshuo.kit.calendar import add_working_days
from linshuo.kit.codes import new_code
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

ANSWER_WORKING_DAYS = 3
MOST_OPEN = 200
"""Unanswered objections one round takes; more than that is a flood, and the telephone is left."""
CODE_LENGTH = 12


def over(community_phone: str) -> str:
    """What is said to whoever comes too late, with where to go instead."""
    if community_phone:
        told = _("公示期过了，这里收不了异议。还有话说，打社区电话 %s，或者找街道、打 12345。")
        return told % community_phone
    return _("公示期过了，这里收不了异议。还有话说，到社区说，或者找街道、打 12345。")


@transaction.atomic
def object_(
    row: Round,
    *,
    by: Actor,
    words: str,
    candidate: Candidate | None = None,
    who: str = "",
    contact: str = "",
    person: Person | None = None,
    via: str = Objection.Via.WEB,
    said_on: date | None = None,
    at: datetime | None = None,
) -> Objection:
    """Somebody objects, to the list or to one of it; `who` may stay empty. What came on paper says
    on which day it was handed in. Raises `Refused("over")` once the notice has run out, and for
    nothing said."""
    held = lock(row, by)
    one_of(Objection.Via, via, "via")
    if via != Objection.Via.WEB and not (by.is_house or may_read(by)):
        raise NotYours("honour:keep", _("没有这一轮。"))
    moment = happened(at)
    day = clock.local(moment).date()
    if said_on is not None and said_on > day:
        raise Refused("future", _("这个日子还没到。"), "said_on")
    if candidate is not None and candidate.round_id != held.pk:
        raise NotYours("candidate", _("没有这一项。"))
    ends = notice_ends(held, candidate)
    if held.state != "notice" or ends is None or (said_on or day) > ends:
        raise Refused("over", over(held.community.phone))
    if said_on is not None and held.notice_from is not None and said_on < held.notice_from:
        raise Refused("before", _("这个日子还没有开始公示。"), "said_on")
    said = short(words, MOST_WORDS, "words")
    if len(said) < 4:
        raise Refused("words", _("哪里不对，写一句。"), "words")
    waiting = Objection.objects.of(by).filter(round=held, answered_at__isnull=True)
    if waiting.count() >= MOST_OPEN:
        raise Refused("flood", _("这里一时收不下了，请打电话给社区。"))
    found = Objection(
        community_id=held.community_id,
        round=held,
        candidate=candidate,
        words=said,
        who=" ".join(tidy(who).split())[:40],
        contact_enc=secret.seal(" ".join(tidy(contact).split())[:60]),
        person=person,
        via=via,
        code=new_code(CODE_LENGTH),
        at=moment,
        due_at=add_working_days(moment, ANSWER_WORKING_DAYS, workdays(held.community_id)),
    )
    found.save(force_insert=True)
    record("objection:make", row=found, subject=held, by=by, at=moment)
    return found


@transaction.atomic
def answer(
    objection: Objection,
    *,
    by: Actor,
    words: str,
    upheld: bool | None,
    candidate: Candidate | None = None,
    at: datetime | None = None,
) -> Objection:
    """A person answers. When it is right, the choice about one of the round is turned round: who
    was chosen is so no longer, who was not is; and for that one the notice begins anew.

    Raises `Refused` for whoever wrote that choice down, for whoever it is about, for an answer
    without words, and for one that is right about nobody; nothing has moved then.
    """
    if not may_answer(by):
        raise NotYours("honour:answer", _("没有这一条。"))
    found = Objection.objects.of(by).select_for_update(of=("self",)).filter(pk=objection.pk).first()
    if found is None:
        raise NotYours("objection", _("没有这一条。"))
    row = lock(found.round, by)
    if found.answered_at is not None:
        raise Refused("answered", _("这一条已经答复过了。"))
    about = candidate or found.candidate
    if about is not None and about.round_id != row.pk:
        raise NotYours("candidate", _("没有这一项。"))
    _must_be_another(row, about, found, by)
    said = short(words, MOST_WORDS, "words")
    if len(said) < 4:
        raise Refused("words", _("怎么答复，写给提的人看。"), "words")
    if upheld is None:
        raise Refused("upheld", _("有没有道理，选一样。"), "upheld")
    moment = happened(at)
    if upheld and about is None:
        raise Refused(
            "about",
            _("有道理，名单上要改的是哪一个？名单上没有的，先由委员会提出来。"),
            "candidate",
        )
    found.answered_at, found.answered_by_id = moment, by.person_id
    found.answer, found.upheld = said, upheld
    if about is not None:
        found.candidate = about
    found.save(update_fields=["answered_at", "answered_by", "answer", "upheld", "candidate"])
    record("objection:answer", row=found, subject=row, by=by, at=moment, detail={"upheld": upheld})
    if upheld and about is not None:
        _turn_round(row, about, by, moment)
    return found


def _must_be_another(row: Round, about: Candidate | None, objection: Objection, by: Actor) -> None:
    """Nobody judges their own choice, their own words, or what is about themselves."""
    if by.is_house:
        return
    mine = objection.person_id is not None and objection.person_id == by.person_id
    if mine or (about is not None and by.person_id in concerned(about)):
        raise Refused("self", _("这一条和您有关，请另一位来答复。"))
    chose = (
        {about.decided_by_id} if about is not None
        else {each.decided_by_id for each in candidates_of(row)}
    )  # fmt: skip
    if by.person_id in chose:
        raise Refused("chose", _("评的时候是您记的，请另一位来答复。"))


def _turn_round(row: Round, candidate: Candidate, by: Actor, at: datetime) -> None:
    if row.state != "notice":
        raise Refused("ended", _("这一轮不在公示了，名单不能再改。授了的要撤，按撤销办。"))
    held = (
        Candidate.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("person", "partnership__organisation")
        .get(pk=candidate.pk)
    )
    today = clock.local(at).date()
    chosen = not held.chosen
    held.chosen, held.changed_on = chosen, today
    held.chosen_because = _("%s有人提出异议，核实以后改的") % wording.day(today)
    held.decided_by_id, held.decided_at = by.person_id, at
    held.save(update_fields=["chosen", "changed_on", "chosen_because", "decided_by", "decided_at"])
    record("candidate:choose", row=held, subject=row, by=by, at=at, detail={"chosen": chosen})
    show_those(row, [held], by, at)
    ends = last_day(row, candidates_of(row)) or today
    due = end_of(ends + timedelta(days=AWARD_DAYS))
    go(
        row, ROUND.amend, by=by, at=at, changes={"due_at": due},
        detail={"candidate": held.pk}, reason=held.chosen_because,
    )  # fmt: skip


def may_hear(by: Actor) -> bool:
    """Whether what was objected is the actor's to read: who keeps rounds, and who answers."""
    return may_keep(by) or may_answer(by)
