"""Every write of this room: putting up an ask, changing it, taking places and giving them back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep, may_work, offers_for
from linshuo.domain.board.models import (
    MOST_SLOTS,
    MOST_TEXT,
    WHOLE,
    Ask,
    AskKind,
    Collection,
    Offer,
    Post,
    Project,
)
from linshuo.domain.needs.checks import must, one_of, short
from linshuo.domain.needs.models import Need
from linshuo.domain.people.skills import Skill
from linshuo.domain.places.models import Asset
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.detect import find_marks
from linshuo.kit.refused import NotYours, Refused

Target = Need | Post | Asset | Offer | Project | Collection


@transaction.atomic
def put_up(
    target: Target,
    *,
    by: Actor,
    kind: str,
    text: str,
    slots: int = 1,
    unit: str = "位",
    hint: str = "",
    skill: str = "",
    at: datetime | None = None,
) -> Ask:
    """Put one line on the board: under an open need, for a post, an asset, what is offered, or what
    money is raised for.

    The line is public wherever its target is, so it may name no phone, door or person. Where money
    is asked for, no number of givers is set (慈善法 §32). Raises `Refused` with the field that will
    not do.
    """
    _may_put_up(target, by)
    if isinstance(target, Project | Collection):
        if kind != AskKind.DONATE:
            raise Refused("kind", _("筹钱的一行只能是认捐。"), "kind")
        slots, unit = MOST_SLOTS, _("家")
    ask = Ask(
        community_id=target.community_id,
        **{target.trail_kind: target},
        kind=one_of(AskKind, kind, "kind"),
        text=clean_line(text, "text"),
        hint=clean_line(hint, "hint", may_be_empty=True),
        skill=one_of(Skill, skill, "skill"),
        unit=short(unit, 6, "unit") or _("位"),
        slots=clean_slots(slots),
        opened_at=happened(at),
    )
    ask.save(force_insert=True)
    detail = {"kind": kind, "slots": slots}
    record("ask:put-up", row=ask, subject=target, by=by, at=at, detail=detail)
    return ask


def _may_put_up(target: Target, by: Actor) -> None:
    if isinstance(target, Need):
        must(by, Can.NEED_WORK, target)
        if target.state != "open":
            raise Refused("not-open", _("受理以后才能上榜。"))
        return
    theirs = isinstance(target, Offer) and offers_for(by, target)
    if target.community_id != by.community_id or not (may_keep(by, target) or theirs):
        raise NotYours("post:keep", _("没有这一页。"))
    if target.closed_at is not None:
        raise Refused("ended", _("已经结束了，不再招人。"))


def clean_line(text: str, field: str, *, may_be_empty: bool = False) -> str:
    """A line fit for a poster: short, and naming nobody."""
    line = " ".join(short(text, MOST_TEXT, field).split())
    if not line and not may_be_empty:
        raise Refused("text", _("要人做什么，写一句。"), field)
    marks = find_marks(line)
    if marks:
        message = _("榜上不写认得出人的话：%s") % "、".join(m.text for m in marks)
        raise Refused("marks", message, field)
    return line


def clean_slots(slots: int) -> int:
    """From one place to five hundred."""
    if not 1 <= slots <= MOST_SLOTS:
        raise Refused("slots", _("要几位，从 1 到 %d。") % MOST_SLOTS, "slots")
    return slots


def lock(ask: Ask, by: Actor) -> Ask:
    """The row as it is now, held until the transaction ends."""
    row = (
        Ask.objects.of(by)
        .select_for_update(of=("self",))
        .select_related(*WHOLE)
        .filter(pk=ask.pk)
        .first()
    )
    if row is None:
        raise NotYours("ask", _("没有这一行。"))
    return row


def _must_work(by: Actor, ask: Ask) -> None:
    theirs = ask.offer is not None and offers_for(by, ask.offer)
    if not (may_work(by, ask) or theirs):
        raise NotYours("ask", _("没有这一行。"))


@transaction.atomic
def change(
    ask: Ask, *, by: Actor, slots: int, text: str, hint: str = "", at: datetime | None = None
) -> Ask:
    """Change the words or the number of places; never below what is already signed for."""
    row = lock(ask, by)
    _must_work(by, row)
    if clean_slots(slots) < row.taken:
        message = _("已经有 %d 位认了，不能比这少。") % row.taken
        raise Refused("slots-taken", message, "slots")
    before, row.slots = row.slots, row.slots if row.open_ended else slots
    row.text = clean_line(text, "text")
    row.hint = clean_line(hint, "hint", may_be_empty=True)
    row.save(update_fields=["slots", "text", "hint"])
    detail = {"from": before, "to": row.slots} if row.slots != before else None
    record("ask:change", row=row, subject=row.target, by=by, at=at, detail=detail)
    return row


@transaction.atomic
def take_down(ask: Ask, *, by: Actor, at: datetime | None = None) -> Ask:
    """Nobody more can sign; those who have, stay."""
    row = lock(ask, by)
    _must_work(by, row)
    if row.closed_at is None:
        row.closed_at = happened(at)
        row.save(update_fields=["closed_at"])
        record("ask:take-down", row=row, subject=row.target, by=by, at=at)
    return row


def take(ask: Ask, places: int, *, by: Actor, at: datetime | None = None) -> bool:
    """Take places if they are free, in one conditional update: never oversubscribed.

    Runs in its caller's transaction. False when there are not enough; nothing has changed then.
    """
    free = Ask.objects.within(ask.community_id).filter(
        pk=ask.pk, closed_at__isnull=True, taken__lte=F("slots") - places
    )
    if not free.update(taken=F("taken") + places):
        return False
    ask.refresh_from_db(fields=["taken"])
    record("ask:take", row=ask, subject=ask.target, by=by, at=at, detail={"places": places})
    return True


def give_back(ask: Ask, places: int, *, by: Actor, at: datetime | None = None) -> None:
    """Free places again. Runs in its caller's transaction."""
    Ask.objects.within(ask.community_id).filter(pk=ask.pk).update(taken=F("taken") - places)
    ask.refresh_from_db(fields=["taken"])
    record("ask:give-back", row=ask, subject=ask.target, by=by, at=at, detail={"places": places})
