"""Writes about a round itself: drawn up, changed, computed, hung out, dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.honours.access import committee, may_keep
from linshuo.domain.honours.lifecycle import (
    AWARD_DAYS,
    CHOOSE_DAYS,
    DRAW_UP_DAYS,
    LIVE,
    NOTICE_DAYS,
    ROUND,
    Facts,
)
from linshuo.domain.honours.measures import MEASURES, Span, facts_of, meets, nobody
from linshuo.domain.honours.models import MOST_BECAUSE, Candidate, Objection, Round, Whom
from linshuo.domain.needs.checks import one_of, short
from linshuo.domain.needs.due import end_of
from linshuo.domain.people.models import Consent, Purpose
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened, move
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.detect import find_marks
from linshuo.kit.moves import Move
from linshuo.kit.refused import NotYours, Refused

MOST_TITLE = 40
MOST_LEAST = 9999
MOST_DAYS = 60
"""A notice that hangs for longer is forgotten."""


def lock(row: Round, by: Actor) -> Round:
    """The round as it is now, held until the transaction ends. Raises `NotYours`."""
    rows = Round.objects.of(by).select_for_update(of=("self",))
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise NotYours("round", _("没有这一轮。"))
    return found


def kept_by(row: Round, by: Actor) -> Round:
    """The same, for whoever keeps rounds. Raises `NotYours`."""
    if not may_keep(by):
        raise NotYours("honour:keep", _("没有这一轮。"))
    return lock(row, by)


def because(text: str, field: str = "because") -> str:
    """A reason, as everyone may read it: said at all, not too long, no telephone, no door.

    Raises `Refused` at the field.
    """
    words = short(text, MOST_BECAUSE, field)
    if len(words) < 2:
        raise Refused("because", _("写一句为什么，公示和存档都要。"), field)
    marks = [mark.text for mark in find_marks(words) if mark.kind != "name"]
    if marks:
        told = _("大家都看得到，不写电话和门牌：%s")
        raise Refused("marks", told % "、".join(marks), field)
    return words


def candidates_of(row: Round) -> list[Candidate]:
    """Those of a round that count, with whom they are."""
    rows = Candidate.objects.within(row.community_id).filter(round=row)
    found = rows.exclude(via=Candidate.Via.GONE).order_by("pk")
    return list(found.select_related("person", "partnership__organisation"))


def notice_ends(row: Round, candidate: Candidate | None = None) -> date | None:
    """The last day on which one may object: to the list, or to one whose choice was changed."""
    if candidate is not None and candidate.changed_on and row.notice_days:
        return candidate.changed_on + timedelta(days=row.notice_days)
    return row.notice_to


def last_day(row: Round, candidates: Iterable[Candidate]) -> date | None:
    """The last day of all: of the list and of everyone who was changed."""
    days = [notice_ends(row), *(notice_ends(row, each) for each in candidates)]
    return max((day for day in days if day), default=None)


def look(row: Round, *, at: datetime, reason: str = "", met: int | None = None) -> Facts:
    """What the guards judge."""
    rows = candidates_of(row)
    ends = last_day(row, rows)
    waiting = [each for each in rows if each.chosen is None and each.declined_at is None]
    unanswered = Objection.objects.within(row.community_id).filter(
        round=row, answered_at__isnull=True
    )
    return Facts(
        criteria=sum(len(row.criteria.get(kind, [])) for kind in row.kinds),
        met=sum(each.via == Candidate.Via.MET for each in rows) if met is None else met,
        undecided=len(waiting),
        chosen=sum(each.stands for each in rows),
        present=len(row.present),
        notice_days=row.notice_days or 0,
        notice_over=ends is not None and clock.local(at).date() > ends,
        open_objections=unanswered.count(),
        reason=reason,
    )


def go(
    row: Round,
    step: Move[Facts],
    *,
    by: Actor,
    at: datetime,
    changes: dict[str, Any],
    detail: dict[str, Any] | None = None,
    reason: str = "",
    met: int | None = None,
) -> Round:
    """Take the round along a move of its table."""
    return move(
        row, step, by=by, at=at, changes=changes, detail=detail,
        look=lambda fresh: look(fresh, at=at, reason=reason, met=met),
    )  # fmt: skip


def _clean_criteria(whom: str, given: Mapping[str, Mapping[str, int | None]]) -> dict[str, Any]:
    """By kind: each measure that has a least, in the order of the table."""
    found: dict[str, Any] = {}
    for kind in Round(whom=whom).kinds:
        rows = []
        for measure in MEASURES.values():
            least = (given.get(kind) or {}).get(measure.key)
            if least is None or kind not in measure.kinds:
                continue
            field = f"{kind}-{measure.key}"
            if not 1 <= least <= MOST_LEAST:
                raise Refused("least", _("从 1 到 %d，不看这一样就空着。") % MOST_LEAST, field)
            rows.append({"key": measure.key, "least": int(least)})
        if not rows:
            told = {
                "unit": _("单位看什么，至少写一样。"),
                "person": _("志愿者看什么，至少写一样。"),
            }
            raise Refused("criteria", told[kind], f"{kind}-turns")
        found[kind] = rows
    return found


def _said(
    whom: str,
    title: str,
    year: int | None,
    since: date | None,
    as_of: date | None,
    criteria: Mapping[str, Mapping[str, int | None]],
    now: datetime,
) -> dict[str, Any]:
    one_of(Whom, whom, "whom")
    words = short(title, MOST_TITLE, "title")
    if len(words) < 2:
        raise Refused("title", _("给这一轮起个名字：2019 年度志愿服务表扬。"), "title")
    today = clock.local(now).date()
    if as_of is None or since is None:
        raise Refused("days", _("算哪天到哪天的记录？"), "since" if since is None else "as_of")
    if as_of > today:
        raise Refused("as-of", _("还没到的日子没有记录。最晚算到今天。"), "as_of")
    if as_of < since:
        raise Refused("since", _("结束的日子早于开始的日子。"), "as_of")
    if year is None or not 2000 <= year <= today.year + 1:
        raise Refused("year", _("哪一年的？写四位数。"), "year")
    return {
        "whom": whom,
        "title": words,
        "year": year,
        "since": since,
        "as_of": as_of,
        "criteria": _clean_criteria(whom, criteria),
    }


@transaction.atomic
def draw_up(
    *,
    by: Actor,
    whom: str,
    title: str,
    year: int | None,
    since: date | None,
    as_of: date | None,
    criteria: Mapping[str, Mapping[str, int | None]],
    at: datetime | None = None,
) -> Round:
    """A new round, for units, volunteers or both. `criteria` gives by kind the least of each
    measure; what has none is not looked at. Raises `Refused` with the field that will not do."""
    if not may_keep(by):
        raise NotYours("honour:keep", _("没有这一页。"))
    moment = happened(at)
    row = Round(
        community_id=by.community_id,
        state=ROUND.draft.name,
        due_at=end_of(clock.local(moment).date() + timedelta(days=DRAW_UP_DAYS)),
        due_for=ROUND.draft.due_for,
        made_at=moment,
        **_said(whom, title, year, since, as_of, criteria, moment),
    )
    row.save(force_insert=True)
    record("round:draw-up", row=row, by=by, at=moment)
    return row


@transaction.atomic
def change(row: Round, *, by: Actor, at: datetime | None = None, **said: Any) -> Round:
    """Other criteria, days or words, until the list hangs out. What was computed is computed anew.

    Raises `Refused`, and then nothing has moved.
    """
    held = kept_by(row, by)
    if held.state not in ("draft", "computed"):
        raise Refused("shown", _("已经公示了，条件不能再改。"))
    moment = happened(at)
    told = _said(now=moment, **said)
    for name, value in told.items():
        setattr(held, name, value)
    held.save(update_fields=list(told))
    record("round:change", row=held, by=by, at=moment)
    return compute(held, by=by, at=moment) if held.state == "computed" else held


@transaction.atomic
def compute(row: Round, *, by: Actor, at: datetime | None = None) -> Round:
    """Find who meets the criteria, with every fact and the rows behind it, as of the round's day.

    Done again it keeps what the committee decided about those who still meet them. Raises
    `Refused("nobody")` naming the criterion that nobody meets, and then nothing has moved.
    """
    held = kept_by(row, by)
    moment = happened(at)
    span = Span(held.community_id, held.since, held.as_of)
    known = {
        (each.person_id, each.partnership_id): each
        for each in Candidate.objects.of(by).filter(round=held)
    }
    met = 0
    for kind in held.kinds:
        facts = facts_of(span, kind)
        criteria = held.criteria.get(kind, [])
        those = sorted(who for who, found in facts.items() if meets(found, criteria))
        if not those:
            raise nobody(kind, criteria, facts)
        met += len(those)
        _write_candidates(held, kind, those, facts, known, by, moment)
    due = end_of(clock.local(moment).date() + timedelta(days=CHOOSE_DAYS))
    changes = {"computed_at": moment, "due_at": due}
    return go(held, ROUND.compute, by=by, at=moment, changes=changes, met=met)


def _write_candidates(
    row: Round,
    kind: str,
    those: list[int],
    facts: Mapping[int, list[dict[str, Any]]],
    known: Mapping[tuple[int | None, int | None], Candidate],
    by: Actor,
    at: datetime,
) -> None:
    of_kind = {who: each for (p, u), each in known.items() if (who := u if kind == "unit" else p)}
    for who in those:
        found = of_kind.pop(who, None)
        if found is None:
            whose = {"partnership_id": who} if kind == "unit" else {"person_id": who}
            add_candidate(row, Candidate.Via.MET, facts[who], by, at, **whose)
        elif found.facts != facts[who] or found.via != Candidate.Via.MET:
            found.facts, found.via = facts[who], Candidate.Via.MET
            found.save(update_fields=["facts", "via"])
            record("candidate:find", row=found, subject=row, by=by, at=at)
    for who, left in of_kind.items():
        via = left.via if left.via == Candidate.Via.NAMED else Candidate.Via.GONE
        if left.via != via or left.facts != facts.get(who, []):
            left.via, left.facts = via, facts.get(who, [])
            left.save(update_fields=["facts", "via"])
            record("candidate:find", row=left, subject=row, by=by, at=at)


def add_candidate(
    row: Round,
    via: str,
    facts: list[dict[str, Any]],
    by: Actor,
    at: datetime,
    **whose: Any,
) -> Candidate:
    """One more of the round."""
    found = Candidate(community_id=row.community_id, round=row, via=via, facts=facts, **whose)
    found.save(force_insert=True)
    record("candidate:find", row=found, subject=row, by=by, at=at)
    return found


@transaction.atomic
def seat(row: Round, persons: Iterable[int], *, by: Actor, at: datetime | None = None) -> Round:
    """Write down who of the committee is there. Raises `Refused` for fewer than two, and for
    somebody who does not serve the community."""
    held = kept_by(row, by)
    if held.state not in ("computed", "notice"):
        raise Refused("early", _("先按记录算一遍，再评。"))
    chosen = sorted(set(persons))
    if not set(chosen) <= set(committee(by.community_id)):
        raise Refused("present", _("评选的人从任职的人里选。"), "present")
    if len(chosen) < 2:
        raise Refused("present", _("评选的人至少要有两位在场，先勾上谁在场。"), "present")
    if held.present != chosen:
        held.present = chosen
        held.save(update_fields=["present"])
        record("round:seat", row=held, by=by, at=at)
    return held


@transaction.atomic
def publish(row: Round, *, by: Actor, until: date | None, at: datetime | None = None) -> Round:
    """Hang the list out, from today up to and with a day at least seven later. Who has agreed to
    their full name is noted. Raises `Refused`, and then nothing has moved."""
    held = kept_by(row, by)
    moment = happened(at)
    today, first = clock.local(moment).date(), held.state == ROUND.computed.name
    if until is None:
        raise Refused("until", _("公示到哪一天？"), "until")
    days = (until - today).days
    if days > MOST_DAYS:
        raise Refused("until", _("公示最多 %d 天。") % MOST_DAYS, "until")
    ends = end_of(until + timedelta(days=AWARD_DAYS))
    changes = {"notice_from": today, "notice_days": max(days, 0), "due_at": ends}
    held = go(
        held, ROUND.publish, by=by, at=moment, changes=changes,
        detail={"until": until.isoformat()},
    )  # fmt: skip
    if first:  # pressed twice by one person is pressed once
        show_those(held, candidates_of(held), by, moment)
    return held


def show_those(row: Round, candidates: Iterable[Candidate], by: Actor, at: datetime) -> None:
    """What stands is shown from now on: with whether the full name was agreed to."""
    agreed = named_in_full(row.community_id)
    for each in candidates:
        if not each.stands:
            continue
        each.full_name = each.person_id in agreed
        each.save(update_fields=["full_name"])
        record("candidate:show", row=each, subject=row, by=by, at=at)


def named_in_full(community_id: int) -> set[int]:
    """Persons who agree, now, to their full name in public."""
    rows = Consent.objects.within(community_id).filter(
        purpose=Purpose.NAME_PUBLIC, withdrawn_at__isnull=True
    )
    return set(rows.values_list("person_id", flat=True))


@transaction.atomic
def drop(row: Round, *, by: Actor, reason: str, at: datetime | None = None) -> Round:
    """The round is not gone on with. Nobody has anything of it."""
    held = kept_by(row, by)
    words = short(reason, MOST_BECAUSE, "reason")
    changes = {"dropped_because": words, "due_at": None}
    return go(held, ROUND.drop, by=by, at=happened(at), changes=changes, reason=words)


def must_live(row: Round) -> None:
    """Raises `Refused` once a round is over."""
    if row.state not in LIVE:
        raise Refused("ended", _("这一轮已经结束了。"))


def shortest_notice(at: datetime | None = None) -> date:
    """The first day until which a notice from today may hang."""
    return clock.local(at or clock.now()).date() + timedelta(days=NOTICE_DAYS)
