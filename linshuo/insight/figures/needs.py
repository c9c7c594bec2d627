"""Figures of what was said to the community, where it stood on a day, and the notebook."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Exists, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.needs.models import Contact, Need, Note
from linshuo.domain.trail.models import Event
from linshuo.insight.figures.reading import figure, was

_TARGET = {f"need:{m.verb}": m.target.name for m in NEED.moves.values()} | {
    "need:report": NEED.reported.name
}


def standing(community_id: int, as_of: datetime, *states: str) -> QuerySet[Need, Need]:
    """Needs whose last move by that moment had led to one of the states."""
    moves = Event.objects.within(community_id).filter(
        row_kind="need", verb__in=list(_TARGET), at__lte=as_of
    )
    last = moves.values("row_id").annotate(last=Max("id")).values("last")
    verbs = [verb for verb, state in _TARGET.items() if state in states]
    there = Event.objects.within(community_id).filter(pk__in=last, verb__in=verbs)
    return Need.objects.within(community_id).filter(pk__in=there.values("row_id"))


@figure(
    "needs.heard",
    name=_("听到"),
    unit=_("件"),
    counts=_("到这一刻为止说到社区、编了号的需求和问题。"),
    leaves_out=_("并入别的事的、撤回的；只记在笔记里没有转成需求或问题的。"),
)
def heard(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "reported", "open", "done", "closed", "declined")


@figure(
    "needs.waiting",
    name=_("等答复"),
    unit=_("件"),
    counts=_("听到了、还没有受理也没有答复的。"),
)
def waiting(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "reported")


@figure(
    "needs.open",
    name=_("在办"),
    unit=_("件"),
    counts=_("已经受理、有责任人、还没有办结的，退回重办的也算。"),
)
def in_hand(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "open")


@figure(
    "needs.done",
    name=_("待销号"),
    unit=_("件"),
    counts=_("责任人说办结了，还没有由另一个人核对销号的。"),
)
def done(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "done")


@figure(
    "needs.settled",
    name=pgettext_lazy("figure", "办结"),
    unit=_("件"),
    counts=_("责任人写明了办理结果的，待销号的和已销号的都算。"),
    leaves_out=_("退回重办、现在还在办的。"),
)
def settled(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "done", "closed")


@figure(
    "needs.closed",
    name=_("已销号"),
    unit=_("件"),
    counts=_("办结以后由另一个人核对，居民说好了，或者三天各试过一次没联系上，或者到现场看过的。"),
    leaves_out=_("销号以后又退回的。"),
)
def closed(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    return standing(community_id, as_of, "closed")


@figure(
    "needs.closed-by-word",
    name=_("居民点头销号"),
    unit=_("件"),
    counts=_("已销号、并且记着居民亲口说好了的。"),
    leaves_out=_("没联系上、靠现场查看销号的，哪怕退回以前说过好了。"),
)
def closed_by_word(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    finished = Event.objects.within(community_id).filter(
        row_kind="need",
        row_id=OuterRef("pk"),
        verb__in=("need:finish", "need:settle"),
        at__lte=as_of,
    )
    said = Contact.objects.within(community_id).filter(
        need_id=OuterRef("pk"),
        said=Contact.Said.SETTLED,
        at__lte=as_of,
        at__gte=OuterRef("finished"),
    )
    rows: QuerySet[Any, Any] = standing(community_id, as_of, "closed").annotate(
        finished=Subquery(finished.order_by("-id").values("at")[:1])
    )
    return rows.filter(Exists(said))


@figure(
    "needs.hard-closed",
    name=_("难点痛点堵点已销号"),
    unit=_("件"),
    counts=_("到这一刻标了难点、痛点或堵点，并且已经销号的。"),
)
def hard_closed(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    tags = was(community_id, as_of, "need:sort", "tags_were", "tags", CharField())
    rows: QuerySet[Any, Any] = standing(community_id, as_of, "closed").annotate(tags_then=tags)
    return rows.exclude(tags_then="")


@figure(
    "needs.reopened",
    name=_("退回过"),
    unit=_("件"),
    counts=_("办结或销号以后，因为没有真好，退回重办过的。"),
    leaves_out=_("同一件退回几次只算一件。"),
)
def reopened(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
    events = Event.objects.within(community_id).filter(verb="need:reopen", at__lte=as_of)
    return Need.objects.within(community_id).filter(pk__in=events.values("row_id"))


@figure(
    "notes.written",
    name=_("民情笔记"),
    unit=_("条"),
    counts=_("到这一刻为止写进各人笔记本的，一事一条。"),
    kind="note",
)
def notes_written(community_id: int, as_of: datetime) -> QuerySet[Note, Note]:
    return Note.objects.within(community_id).filter(at__lte=as_of)
