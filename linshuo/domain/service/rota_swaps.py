"""换班: one side asks, the other says yes or no; or the office types in what both agreed to, and
how. Nobody is made to."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import spoken_for
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.rota_publishing import pass_on
from linshuo.domain.service.rota_reads import named_member
from linshuo.domain.service.rota_rounds import gap_words, times_words
from linshuo.domain.service.rota_rows import Rota, RotaDays, RotaMember, RotaStage, RotaSwap
from linshuo.domain.service.rota_solving import Standing, days_of, hinders, stand
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import wording
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

ANSWER = RotaSwap.Answer


def speaks_for(by: Actor, member: RotaMember) -> bool:
    """Whether the actor is this member, or speaks for it."""
    mine = member.person_id is not None and member.person_id == by.person_id
    return mine or member.partnership_id in spoken_for(by)


def why_not(now: Standing, days: list[RotaDays], gives: date, takes: date, full: bool) -> str:
    """The sentence why these two rounds cannot change hands; empty when they can."""
    asker, other = now.holder(gives), now.holder(takes)
    if asker is None or other is None:
        return _("这一轮不是哪一家轮到的，换不了。")
    if asker == other:
        return _("两轮是同一家的，不用换。")
    for first in (gives, takes):
        if now.begun(first):
            return _("已经开始的一轮不能换了，来不了就请人替。")
        if now.given_up(first) or now.covered(first):
            return _("这一轮有人替，或者空着，先把那边说好。")
    plan = {one.first: pk for one in now.rounds if (pk := now.holder(one.first)) is not None}
    swapped = plan | {gives: other, takes: asker}
    for first, who in ((takes, asker), (gives, other)):
        rule = hinders(now, days, swapped, first)
        if rule:
            return _hindered(now, now.members[who], rule, full)
    return ""


def could_swap(rota: Rota, gives: date) -> tuple[list[tuple[date, str]], int]:
    """The rounds to come that this one could be swapped for, in words; and how many could not,
    because the two would then be too near each other or somebody cannot come."""
    now, days = stand(rota), days_of(rota)
    mine, found, no = now.holder(gives), [], 0
    for one in now.rounds:
        other = now.holder(one.first)
        if other is None or other == mine or now.begun(one.first):
            continue
        if why_not(now, days, gives, one.first, full=False):
            no += 1
        else:
            who = named_member(now.members[other], full=False)
            when = one.spans[0][0] if times_words(one) else None
            hours = f" {wording.weekday(when)} {wording.hour(when)}" if when else ""
            found.append((one.first, f"{one.words}{hours} {who}"))
    return found, no


def _hindered(now: Standing, member: RotaMember, rule: str, full: bool) -> str:
    who = named_member(member, full=full)
    if rule == "away":
        return _("%s 那几天来不了，换不成。") % who
    told = _("换了以后 %(who)s 的两轮隔得太近，说好至少隔 %(gap)s。")
    return told % {"who": who, "gap": gap_words(now.rota.per, now.rota.gap)}


def _lock(rota: Rota, by: Actor) -> Rota:
    """The rota, held until the transaction ends: swaps of one rota take turns."""
    row = (
        Rota.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("post__place")
        .filter(pk=rota.pk, stage=RotaStage.PUBLISHED)
        .first()
    )
    if row is None:
        raise Refused("state", _("这张表刚刚重排过，看一眼现在的样子再换。"))
    return row


@transaction.atomic
def ask_swap(
    rota: Rota, *, by: Actor, gives: date, takes: date, at: datetime | None = None
) -> RotaSwap:
    """想换: ask whoever has a round whether they would take mine for theirs. Asked twice is once.

    Raises `NotYours` for somebody else's round, `Refused` for what could not be even if they said
    yes.
    """
    row = _lock(rota, by)
    now = stand(row)
    asker = now.holder(gives)
    if asker is None or not speaks_for(by, now.members[asker]):
        raise NotYours("rota", _("没有这一轮。"))
    _must_be(now, gives, takes)
    waiting = RotaSwap.objects.of(by).filter(
        rota=row, gives_on=gives, takes_on=takes, answer=ANSWER.WAITING
    )
    return waiting.first() or _write(now, gives, takes, by, at)


def _must_be(now: Standing, gives: date, takes: date, *, full: bool = False) -> None:
    told = why_not(now, days_of(now.rota), gives, takes, full)
    if told:
        raise Refused("swap", told, "takes")


def _write(
    now: Standing, gives: date, takes: date, by: Actor, at: datetime | None, word: str = ""
) -> RotaSwap:
    asker, other = now.holder(gives), now.holder(takes)
    assert asker is not None and other is not None
    swap = RotaSwap(
        community_id=by.community_id,
        rota=now.rota,
        asker=now.members[asker],
        other=now.members[other],
        gives_on=gives,
        takes_on=takes,
        asked_at=happened(at),
        word=word,
    )
    swap.save(force_insert=True)
    record("rotaswap:ask", row=swap, subject=now.rota, by=by, at=at)
    return swap


@transaction.atomic
def answer(swap: RotaSwap, *, by: Actor, yes: bool, at: datetime | None = None) -> RotaSwap:
    """The other side says yes, and both rounds change hands at once; or no, without a reason.

    Raises `NotYours` for anybody but the other side, `Refused` when it cannot be any more.
    """
    row = _waiting(swap, by)
    if not speaks_for(by, row.other):
        raise NotYours("swap", _("没有这一条。"))
    if row.answer != ANSWER.WAITING:
        if row.answer == (ANSWER.YES if yes else ANSWER.NO):
            return row
        raise Refused("answered", _("这一条已经有答复了。"))
    return _carry_out(row, by, at) if yes else _close(row, ANSWER.NO, by, at)


@transaction.atomic
def take_back(swap: RotaSwap, *, by: Actor, at: datetime | None = None) -> RotaSwap:
    """不换了: whoever asked does not ask any more."""
    row = _waiting(swap, by)
    if not speaks_for(by, row.asker):
        raise NotYours("swap", _("没有这一条。"))
    if row.answer == ANSWER.WAITING:
        return _close(row, ANSWER.BACK, by, at)
    if row.answer == ANSWER.BACK:
        return row
    raise Refused("answered", _("这一条已经有答复了。"))


@transaction.atomic
def type_in(
    rota: Rota, *, by: Actor, gives: date, takes: date, word: str, at: datetime | None = None
) -> RotaSwap:
    """The office writes down a swap that both sides agreed to, and how: by phone, at the meeting.

    Raises `Refused` with the field that will not do.
    """
    row = _lock(rota, by)
    if not may_plan(by, row.post):
        raise NotYours("rota", _("没有这张轮值表。"))
    words = " ".join(tidy(word).split())
    if not 2 <= len(words) <= 120:
        raise Refused("word", _("写一句两边是怎么说好的，比如“两家联络员电话里说好的”。"), "word")
    now = stand(row)
    _must_be(now, gives, takes, full=True)
    waiting = RotaSwap.objects.of(by).filter(rota=row, answer=ANSWER.WAITING)
    swap = waiting.filter(gives_on=gives, takes_on=takes).first()
    if swap is None:
        swap = _write(now, gives, takes, by, at, words)
    swap.word = words
    return _carry_out(swap, by, at)


def _waiting(swap: RotaSwap, by: Actor) -> RotaSwap:
    row = (
        RotaSwap.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("rota", "asker", "other")
        .filter(pk=swap.pk)
        .first()
    )
    if row is None:
        raise NotYours("swap", _("没有这一条。"))
    return row


def _close(row: RotaSwap, said: str, by: Actor, at: datetime | None) -> RotaSwap:
    row.answer, row.answered_at = said, happened(at)
    row.save(update_fields=["answer", "answered_at", "word"])
    record(f"rotaswap:{said}", row=row, subject=row.rota, by=by, at=at)
    return row


def _carry_out(row: RotaSwap, by: Actor, at: datetime | None) -> RotaSwap:
    rota = _lock(row.rota, by)
    now, moment = stand(rota), happened(at)
    if (now.holder(row.gives_on), now.holder(row.takes_on)) != (row.asker_id, row.other_id):
        raise Refused("moved", _("这两轮里有一轮已经换给别人了。"))
    _must_be(now, row.gives_on, row.takes_on, full=bool(row.word))
    for first, member in ((row.gives_on, row.other_id), (row.takes_on, row.asker_id)):
        for turn in now.turns[first]:
            pass_on(turn, now.members[member], by=by, at=moment)
    done = _close(row, ANSWER.YES, by, at)
    rest = RotaSwap.objects.of(by).filter(rota=rota, answer=ANSWER.WAITING)
    touched = (row.gives_on, row.takes_on)
    for other in rest:
        if other.gives_on in touched or other.takes_on in touched:
            _close(other, ANSWER.BACK, by, at)
    return done
