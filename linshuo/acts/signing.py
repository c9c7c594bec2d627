"""Signing for a line of the board: who may, for whom, and what the need learns of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.board.access import in_term, stands
from linshuo.domain.board.models import Ask
from linshuo.domain.board.queries import get_ask
from linshuo.domain.needs.models import Result
from linshuo.domain.needs.working import add_result
from linshuo.domain.papers.models import Paper
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.access import partnerships_of
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import actions as service
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.service.queries import what_of
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused


@transaction.atomic
def sign(
    ask_id: int,
    *,
    by: Actor,
    person: Person | None = None,
    partnership: Partnership | None = None,
    slots: int = 1,
    goods: str = "",
    paper: Paper | None = None,
    at: datetime | None = None,
) -> Pledge:
    """Sign for a line: for oneself, for one's unit, or, at the desk, for whoever signed on paper.

    With neither `person` nor `partnership` it is the actor's own name. A full line queues. Raises
    `Refused` when the line is down, `NotYours` when it is not to be seen or not theirs to sign.
    """
    ask = get_ask(by, ask_id)
    if not stands(ask):
        raise Refused("not-open", _("这件事已经不招人了，看看别的。"))
    if person is None and partnership is None:
        person = _self(by)
    _may_sign(by, ask, person, partnership)
    _must_be_for_another(ask, person, partnership, at)
    return pledges.offer(
        ask,
        by=by,
        person=person,
        partnership=partnership,
        slots=slots,
        goods=goods,
        paper=paper,
        at=at,
    )


def _self(by: Actor) -> Person:
    found = Person.objects.of(by).filter(pk=by.person_id).first() if by.person_id else None
    if found is None:
        raise NotYours("pledge", _("先登录，再签名。"))
    return found


def _may_sign(by: Actor, ask: Ask, person: Person | None, partnership: Partnership | None) -> None:
    whose = person or partnership
    if whose is None or whose.community_id != by.community_id:
        raise NotYours("pledge", _("没有这一项。"))
    if by.is_house or by.can(Can.NEED_WORK):
        return
    if person is not None and person.pk == by.person_id:
        return
    if partnership is not None and partnership.pk in partnerships_of(by):
        return
    raise NotYours("pledge", _("只能签自己的名，或者您单位的名。"))


def _must_be_for_another(
    ask: Ask, person: Person | None, partnership: Partnership | None, at: datetime | None
) -> None:
    """What is offered is for others, and for as long as it was said."""
    if ask.offer is None:
        return
    own = person is not None and person.pk == ask.offer.person_id
    if own or (partnership is not None and partnership.pk == ask.offer.partnership_id):
        raise Refused("own-offer", _("这是您自己提供的，等别人来请。"))
    if not in_term(ask.offer, clock.local(at or clock.now()).date()):
        raise Refused("not-open", _("这一项这几天不提供，看看别的。"))


@transaction.atomic
def came(
    turn: Turn,
    *,
    by: Actor,
    via: str,
    person: Person | None = None,
    confirmed_by: Person | None = None,
    minutes: int | None = None,
    at: datetime | None = None,
) -> ServiceRecord:
    """Somebody's word that they came: hours for whoever came, a result for the need."""
    row = (
        Turn.objects.of(by).select_related("pledge__ask__need", "post", "activity").get(pk=turn.pk)
    )
    if row.pledge is not None:
        # Before the turn is locked: whoever leaves lets go of pledges first and turns then.
        pledges.heard(row.pledge, by=by, day=clock.local(row.starts).date(), at=at)
    done = service.confirm(
        row,
        by=by,
        via=via,
        person=person,
        minutes=minutes,
        confirmed_by=confirmed_by,
        at=at,
    )
    need = row.pledge.ask.need if row.pledge else None
    known = Result.objects.of(by).filter(need=need, kind=Result.Sort.SERVICE, ref_id=done.pk)
    if need is not None and need.state == "open" and not known.exists():
        text = _("%(what)s：来过了，%(n)d 分钟。") % {"what": what_of(row), "n": done.minutes}
        house = Actor.house(need.community_id)
        add_result(need, by=house, text=text, kind=Result.Sort.SERVICE, ref_id=done.pk, at=at)
    return done


@transaction.atomic
def keep(pledge: Pledge, *, by: Actor, receipt: str = "", at: datetime | None = None) -> Pledge:
    """The pledge is kept. What stands behind it is counted here, from the records."""
    at_pledge = Q(turn__pledge=pledge)
    if pledge.ask.post_id is not None:
        own = Q(turn__person=pledge.person) if pledge.person else Q()
        own |= Q(turn__partnership=pledge.partnership) if pledge.partnership else Q()
        at_pledge |= Q(turn__post=pledge.ask.post_id) & own
    confirmed = service.effective(by).filter(at_pledge).count()
    return pledges.fulfil(pledge, by=by, receipt=receipt, confirmed_records=confirmed, at=at)
