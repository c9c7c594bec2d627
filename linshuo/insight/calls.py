"""The call list and the visit list: whom to ask today, in an order one can work through.

Both are read from the rows as they stand, so nothing has to be kept in step and a call that was
made is off the list at once. Whoever left a telephone is called; whoever left none, or holds only
a slip, is visited: a person without a phone is a row on a list, never a failed message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs.access import visible
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.people.models import Person
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.masking import mask_name, mask_phone
from linshuo.notices.asking_again import lately_asked

MOST = 60
"""More than anybody calls in a morning; the oldest first."""


@dataclass(frozen=True, slots=True)
class Call:
    """One person to ask about one matter, formatted."""

    need_id: int
    number: str
    serial: str
    title: str
    why: str
    who: str
    phone: str
    place: str
    result: str
    tried: str
    own: bool
    """Whether the matter is the viewer's own: then the phone opens without a reason."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Whom to call, whom to visit, and how many there are of each."""

    calls: list[Call]
    visits: list[Call]
    n_calls: int
    n_visits: int


def to_ask(viewer: Actor, at: datetime | None = None) -> Lists:
    """Everyone whose word is awaited: finished matters, and closed ones after thirty days.

    What the viewer finished is left out: somebody else asks; and so is, for three days, whoever was
    sent a link to press. Four queries, however many.
    """
    moment = at or clock.now()
    rows = (
        Need.objects.of(viewer)
        .filter(visible(viewer, Can.NEED_CONFIRM))
        .filter(Q(state="done") | Q(state="closed", due_at__lte=_tonight(moment)))
        .exclude(finished_by_id=viewer.person_id)
        .exclude(state="closed", pk__in=lately_asked(viewer.community_id, moment))
    )
    reachable = Q(requester__isnull=False) & ~Q(requester__phone_hmac="")
    told = rows.aggregate(calls=Count("pk", filter=reachable), all=Count("pk"))
    tries = (
        Contact.objects.of(viewer)
        .filter(need_id=OuterRef("pk"), said=Contact.Said.NO_ANSWER)
        .order_by()
        .values("need_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    found = rows.annotate(tries=Coalesce(Subquery(tries), 0)).order_by("due_at", "pk")
    found = found.select_related("place", "requester", "paper", "note")
    return Lists(
        calls=[_call(n, viewer) for n in found.filter(reachable)[:MOST]],
        visits=[_call(n, viewer) for n in found.exclude(reachable)[:MOST]],
        n_calls=told["calls"],
        n_visits=told["all"] - told["calls"],
    )


def _tonight(at: datetime) -> datetime:
    return clock.start_of(clock.local(at).date()).replace(hour=23, minute=59)


def _call(need: Need, viewer: Actor) -> Call:
    tries = int(getattr(need, "tries", 0))
    tried = ngettext("找过 %d 次，没联系上", "找过 %d 次，没联系上", tries) % tries
    return Call(
        need_id=need.pk,
        number=need.number,
        serial=need.short_number,
        title=need.title,
        why=_("三十天了，再问一次") if need.state == "closed" else _("办结了，问好没好"),
        who=_who(need),
        phone=mask_phone(need.requester.phone) if need.requester else "",
        place=need.place.full_name,
        result=need.result_text[:120],
        tried=tried if tries else "",
        own=viewer.person_id in (need.owner_id, need.note.author_id if need.note else None),
    )


def _who(need: Need) -> str:
    person: Person | None = need.requester
    if person is not None:
        return mask_name(person.name)
    if need.paper is not None:
        return str(_("拿着便民条 %d 号的人") % need.paper.serial)
    return _("没有具体是谁提的，到现场看")


def due_words(at: datetime) -> str:
    """The day the list is for."""
    return f"{wording.short_day(at)} {wording.weekday(at)}"
