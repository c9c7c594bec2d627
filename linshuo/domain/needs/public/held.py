"""What the holder of a code may read: of their own matter, and of what waits to be let in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.needs.public import SHOWN, due_words, state_words
from linshuo.domain.needs.waiting import Incoming
from linshuo.kit import clock, wording

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Held:
    """What the holder of a slip's or a receipt's code reads about their own matter."""

    number: str
    state: str
    state_words: str
    next_words: str
    """What comes next, and by when."""
    said_back: list[tuple[str, str]]
    """Day and words, newest first."""
    asks: str
    """`done` or `closed` while "is it settled?" is theirs to answer; empty otherwise."""

    @property
    def may_come_back(self) -> bool:
        """Whether "it is not" is heard though nobody asks."""
        return self.state in ("done", "closed") and not self.asks


def held(need: Need, at: datetime | None = None) -> Held:
    """A matter for whoever holds its code. No name of anybody, no place, no words of a visit."""
    moment = at or clock.now()
    state, words, coming = need.state, "", ""
    if state == "reported":
        words = _("听到了，等社区答复")
        coming = _said_by(need, _("%s前社区给您回话"))
    elif state in SHOWN:
        words, coming = state_words(need), due_words(need, moment)
    elif state == "merged" and need.survivor is not None:
        words = _("和别人说的同一件事并在一起办了，编号 %s") % need.survivor.number
    else:
        words = str(_ENDED.get(state, _("社区答复过了")))
    told = (
        Contact.objects.within(need.community_id)
        .filter(need=need, purpose=Contact.Purpose.ANSWER, said=Contact.Said.TOLD)
        .exclude(words="")
        .order_by("-at", "-pk")
        .values_list("at", "words")[:10]
    )
    back = [(wording.near_day(when), text) for when, text in told]
    if need.result_text and need.finished_at and state in ("done", "closed"):
        back.insert(0, (wording.near_day(need.finished_at), need.result_text))
    elif state not in SHOWN and (need.reason or need.who_can_help):
        back.insert(0, ("", " ".join(t for t in (need.reason, need.who_can_help) if t)))
    follow = state == "closed" and need.due_at is not None
    day_is_here = follow and clock.local(need.due_at).date() <= clock.local(moment).date()  # type: ignore[arg-type]
    agreed = state == "done" and said_settled(need)
    if agreed:
        coming = _("您说好了，等另一位同事核对销号")
    asks = state if (state == "done" and not agreed) or day_is_here else ""
    return Held(need.number, state, words, coming, back, asks)


ASKED = (Contact.Purpose.CONFIRM, Contact.Purpose.FOLLOW_UP)
"""Purposes under which a resident says whether it is settled."""


def said_settled(need: Need) -> bool:
    """Whether the resident's last word since the work was said to be done is that it is settled."""
    rows = Contact.objects.within(need.community_id).filter(need=need, at__gte=need.finished_at)
    return last_word(rows.order_by("at", "pk")) == Contact.Said.SETTLED


def last_word(contacts: Iterable[Contact]) -> str:
    """What a resident said last of whether it is settled: settled, not settled, or nothing. Of
    contacts in order of time."""
    said = (Contact.Said.SETTLED, Contact.Said.NOT_SETTLED)
    words = [c.said for c in contacts if c.purpose in ASKED and c.said in said]
    return str(words[-1]) if words else ""


_ENDED: dict[str, str | _StrPromise] = {
    "declined": _l("这件事社区办不了"),
    "withdrawn": _l("撤回了"),
    "escalated": _l("请街道帮忙了"),
}


def _said_by(need: Need, words: str) -> str:
    return words % wording.moment(need.due_at) if need.due_at else ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody said on the public page, for whoever holds its code."""

    code: str
    due: datetime
    turned_away: str
    """Why it did not become a matter; empty while it waits."""
    need: Need | None


def incoming(community_id: int, code: str) -> Waiting | None:
    """What was said under this code. None for a wrong one and for another community's alike."""
    row = (
        Incoming.objects.within(community_id)
        .filter(code=code)
        .select_related("need", "need__place", "need__survivor")
        .first()
    )
    if row is None:
        return None
    return Waiting(row.code, row.due_at, row.reason if row.turned_away_at else "", row.need)


def answer_words(due: datetime, at: datetime | None = None) -> str:
    """When the community answers, as one says it: 明天下午六点前."""
    now, then = clock.local(at or clock.now()), clock.local(due)
    days = (then.date() - now.date()).days
    day = {0: _("今天"), 1: _("明天"), 2: _("后天")}.get(days) if days >= 0 else None
    if due <= (at or clock.now()):
        return _("马上")
    part = (
        _("上午")
        if then.hour < 12
        else _("下午")
        if then.hour < 18 or (then.hour, then.minute) == (18, 0)
        else _("晚上")
    )
    hour = then.hour % 12 or 12
    spoken = (
        f"{hour}:{then.minute:02d}"
        if then.minute
        else _("%s点") % _("十二 一 二 三 四 五 六 七 八 九 十 十一").split()[hour % 12]
    )
    return _("%(day)s%(part)s%(hour)s前") % {
        "day": day or wording.short_day(due),
        "part": part,
        "hour": spoken,
    }
