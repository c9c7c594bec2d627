"""请一请: the desk asks a member or a unit whether they would sign for a line nobody took.

It is a question, written down so that nobody is asked too often, and never an assignment: only a
signature of their own takes it on. They hear of it by the way they chose, else by telephone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_work, takes_names
from linshuo.domain.board.queries import get_ask
from linshuo.domain.people.checking import standing as checked_in
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges.actions import standing
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused

MOST_TIMES = 3
WITHIN = timedelta(days=30)
"""Whoever was asked three times in thirty days is left in peace."""


@transaction.atomic
def invite(
    ask_id: int,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    at: datetime | None = None,
) -> bool:
    """Ask a member, or a unit through its liaison. False when they were asked about this line
    already; nothing is written then.

    Raises `Refused` when the line wants nobody any more, when they signed already, rest, or were
    asked too often of late; `NotYours` for a line one may not work on.
    """
    ask, whom = get_ask(by, ask_id), person or partnership
    if whom is None or (person is not None and partnership is not None):
        raise Refused("who", _("请谁？选一位，或者一个单位。"), "who")
    if person is not None and ask.open_ended:
        # 慈善法 §32: 不得摊派. Money is asked of everybody on the board, and of nobody by name.
        raise Refused("money", _("筹钱的事不点名问个人，挂在榜上，愿意的自己来。"), "who")
    if not may_work(by, ask) or whom.community_id != by.community_id:
        raise NotYours("ask", _("没有这一行。"))
    if not takes_names(ask) or not ask.left:
        raise Refused("full", _("这一行不缺人了。"))
    if standing(ask, person, partnership) is not None:
        raise Refused("signed", _("%s 已经签了这一行。") % whom)
    if person is not None:
        _must_be_here(person)
    moment = happened(at)
    said = {whom.trail_kind: whom.pk}
    lately = times_asked(by.community_id, whom.trail_kind, at=moment)
    if ask.pk in lately.get(whom.pk, ()):
        return False
    if len(lately.get(whom.pk, ())) >= MOST_TIMES:
        told = _("%(who)s 这一个月问过 %(n)d 回了，让人歇一歇。")
        raise Refused("peace", told % {"who": whom, "n": MOST_TIMES})
    record("ask:invite", row=ask, subject=whom, by=by, at=moment, detail=said)
    return True


def _must_be_here(person: Person) -> None:
    row = checked_in(person)
    if row is None or row.state != "accepted":
        raise Refused("not-here", _("%s 没有报到，或者正歇着，先不问。") % person.name)


def times_asked(community_id: int, kind: str, *, at: datetime) -> dict[int, tuple[int, ...]]:
    """About which lines each person (or each partnership) was asked in the last thirty days.

    `kind` is `person` or `partnership`. One query.
    """
    rows = Event.objects.within(community_id).filter(
        verb="ask:invite", subject_kind=kind, at__gt=at - WITHIN, at__lte=at
    )
    found: dict[int, tuple[int, ...]] = {}
    for whom, ask in rows.order_by("pk").values_list("subject_id", "row_id"):
        found[whom] = (*found.get(whom, ()), ask)
    return found
