"""Writes at the public door: what a stranger says waits here until a person lets it in."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.needs import due
from linshuo.domain.needs.checks import one_of, short
from linshuo.domain.needs.models import MOST_WORDS, Need, Urgency
from linshuo.domain.needs.waiting import Incoming
from linshuo.domain.papers.models import File
from linshuo.domain.places.access import reach
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.kit import secret
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.codes import new_code
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_NAME = 40


@transaction.atomic
def knock(
    *,
    place: Place,
    draft_id: str,
    words: str,
    urgency: str = Urgency.GENERAL,
    name: str = "",
    phone: str = "",
    for_neighbour: bool = False,
    photo: File | None = None,
    suspect: bool = False,
    at: datetime | None = None,
) -> Incoming:
    """Keep what a stranger said, unnumbered, with an answer date. The same draft is the same row.

    Raises `Refused` with the field that will not do; what was typed is the page's to keep.
    """
    community_id = place.community_id
    if community_id is None:
        raise Refused("place", _("是在哪个小区？"), "place")
    house = Actor.house(community_id)
    found = Incoming.objects.of(house).filter(draft_id=draft_id[:36]).first()
    if found is not None:
        return found
    clean = short(words, MOST_WORDS, "words")
    if not clean:
        raise Refused("words", _("写一句，什么事？"), "words")
    moment = happened(at)
    urgency = one_of(Urgency, urgency, "urgency")
    row = Incoming(
        community_id=community_id,
        draft_id=draft_id[:36],
        words=clean,
        place=place,
        urgency=urgency,
        name_enc=secret.seal(short(name, MOST_NAME, "name")),
        phone_enc=secret.seal(clean_phone(phone)),
        for_neighbour=for_neighbour,
        photo=photo,
        suspect=suspect,
        code=new_code(),
        received_at=moment,
        due_at=due.answer_by(community_id, urgency, moment),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Incoming.objects.of(house).get(draft_id=draft_id[:36])
    record("incoming:knock", row=row, by=house, at=at, detail={"suspect": suspect})
    return row


def reachable(viewer: Actor) -> Q:
    """Those the viewer may let in: where their appointment reaches."""
    return reach(viewer, Can.NEED_ACCEPT, "place__path")


def lock(incoming: Incoming, by: Actor) -> Incoming:
    """The row as it is now. Raises `NotYours`, or `Refused` when somebody has answered already."""
    row = (
        Incoming.objects.of(by)
        .select_for_update(of=("self",))
        .select_related("place", "photo")
        .filter(reachable(by), pk=incoming.pk)
        .first()
    )
    if row is None or not by.can(Can.NEED_ACCEPT):
        raise NotYours("incoming", _("没有这一条。"))
    return row


def mark_let_in(row: Incoming, need: Need, *, by: Actor, at: datetime | None = None) -> Incoming:
    """It has become a matter with a number. Runs in its caller's transaction."""
    if not row.waits:
        raise Refused("answered", _("这一条已经有人处理了。"))
    row.let_in_at, row.need = happened(at), need
    row.save(update_fields=["let_in_at", "need"])
    record("incoming:let-in", row=row, by=by, at=at, detail={"need": need.number})
    return row


@transaction.atomic
def turn_away(
    incoming: Incoming, *, by: Actor, reason: str, at: datetime | None = None
) -> Incoming:
    """It does not become a matter; its author, who has the code, reads why."""
    row = lock(incoming, by)
    if not row.waits:
        raise Refused("answered", _("这一条已经有人处理了。"))
    why = tidy(reason)
    if len(why) < 2:
        raise Refused("reason", _("请写一句为什么。"), "reason")
    row.turned_away_at, row.reason = happened(at), short(why, 200, "reason")
    row.save(update_fields=["turned_away_at", "reason"])
    record("incoming:turn-away", row=row, by=by, at=at)
    return row
