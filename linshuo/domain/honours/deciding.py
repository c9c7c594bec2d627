"""The committee's choice about those of a round; naming one that the records do not; declining."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.honours.access import concerned, own
from linshuo.domain.honours.actions import add_candidate, because, kept_by, lock
from linshuo.domain.honours.lifecycle import COMMITTEE
from linshuo.domain.honours.measures import Span, facts_of
from linshuo.domain.honours.models import Candidate, Round
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused


@transaction.atomic
def choose(
    row: Round,
    candidates: Iterable[int],
    *,
    by: Actor,
    chosen: bool,
    why: str,
    at: datetime | None = None,
) -> list[Candidate]:
    """The committee's choice about some of the round, for one reason, until the list hangs out.

    Whoever it is about takes no part in it: neither writes it down nor counts as present. Raises
    `Refused` without a reason, with fewer than two others present, and for oneself; nobody is
    chosen then.
    """
    held = kept_by(row, by)
    if held.state != "computed":
        raise Refused("shown", _("先按记录算一遍再评；公示了的，要改先答复异议。"))
    words = because(why)
    moment = happened(at)
    wanted = set(candidates)
    rows = list(
        Candidate.objects.of(by)
        .select_for_update(of=("self",))
        .filter(round=held, pk__in=wanted)
        .exclude(via=Candidate.Via.GONE)
        .select_related("person", "partnership__organisation")
        .order_by("pk")
    )
    if not rows or len(rows) != len(wanted):
        raise Refused("which", _("先勾上评的是谁。"), "which")
    for each in rows:
        present = taking_part(held, each, by)
        if each.declined_at is not None:
            raise Refused("declined", _("%s不愿意上榜，不用再评。") % each.name, "which")
        decide(each, held, by, moment, chosen=chosen, words=words, present=present)
    return rows


def taking_part(row: Round, candidate: Candidate, by: Actor) -> list[int]:
    """Who of those present decides about this one. Raises `Refused`."""
    about = concerned(candidate)
    if by.person_id in about:
        raise Refused("self", _("%s和您有关，请另一位来评。") % candidate.name, "which")
    present = [pk for pk in row.present if pk not in about]
    if len(present) < COMMITTEE:
        told = _("评%s的时候，和它没有关系的至少要有两位在场。先勾上谁在场。")
        raise Refused("present", told % candidate.name, "present")
    return present


def decide(
    candidate: Candidate,
    row: Round,
    by: Actor,
    at: datetime,
    *,
    chosen: bool,
    words: str,
    present: Sequence[int],
) -> None:
    """Write one choice down."""
    candidate.chosen, candidate.chosen_because = chosen, words
    candidate.decided_by_id, candidate.decided_at = by.person_id, at
    candidate.present = list(present)
    candidate.save(
        update_fields=["chosen", "chosen_because", "decided_by", "decided_at", "present"]
    )
    record("candidate:choose", row=candidate, subject=row, by=by, at=at, detail={"chosen": chosen})


@transaction.atomic
def name_one(
    row: Round,
    *,
    by: Actor,
    why: str,
    person: Person | None = None,
    partnership: Partnership | None = None,
    at: datetime | None = None,
) -> Candidate:
    """The committee names one that did not meet the criteria, with a reason that everyone reads.

    Its facts are put beside it all the same. While the list hangs out it is not on it until an
    objection is upheld that says so.
    """
    held = kept_by(row, by)
    if held.state not in ("computed", "notice"):
        raise Refused("early", _("先按记录算一遍，再提出来。"))
    who = partnership or person
    if who is None or (person is not None and partnership is not None):
        raise Refused("who", _("提的是谁？"), "who")
    if who.community_id != by.community_id:
        raise NotYours("person", _("没有这一页。"))
    if ("unit" if partnership else "person") not in held.kinds:
        raise Refused("who", _("这一轮不评这一类。"), "who")
    words = because(why, "why")
    moment = happened(at)
    found = Candidate.objects.of(by).filter(round=held, person=person, partnership=partnership)
    known = found.first()
    if known is not None and known.via != Candidate.Via.GONE:
        raise Refused("twice", _("名单里已经有了。"), "who")
    kind = "unit" if partnership is not None else "person"
    span = Span(held.community_id, held.since, held.as_of)
    facts = facts_of(span, kind).get(who.pk, [])
    if known is None:
        known = add_candidate(
            held, Candidate.Via.NAMED, facts, by, moment, person=person, partnership=partnership
        )
    else:
        known.via, known.facts = Candidate.Via.NAMED, facts
        known.save(update_fields=["via", "facts"])
        record("candidate:find", row=known, subject=held, by=by, at=moment)
    present = taking_part(held, known, by)
    if held.state == "computed":
        decide(known, held, by, moment, chosen=True, words=words, present=present)
    else:
        decide(known, held, by, moment, chosen=False, words=words, present=present)
    return known


@transaction.atomic
def decline(candidate: Candidate, *, by: Actor, at: datetime | None = None) -> Candidate:
    """Rather not: in one press, without a reason, and nobody is told. By the person, by whoever
    speaks for the unit, or at the desk in their word. Until the round is awarded."""
    held = Candidate.objects.of(by).select_for_update(of=("self",)).filter(pk=candidate.pk).first()
    mine = held is not None and Candidate.objects.of(by).filter(own(by), pk=held.pk).exists()
    if held is None or not (mine or by.everywhere(Can.HONOUR_KEEP)):
        raise NotYours("candidate", _("没有这一项。"))
    row = lock(held.round, by)
    if held.declined_at is not None:
        return held
    if row.state not in ("computed", "notice"):
        raise Refused("awarded", _("已经授了。不想让名字留在榜上，跟社区说一声。"))
    held.declined_at = happened(at)
    held.save(update_fields=["declined_at"])
    record("candidate:decline", row=held, subject=row, by=by, at=at)
    return held
