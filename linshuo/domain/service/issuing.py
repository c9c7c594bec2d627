"""Handing out a record of service: what stands on it is frozen, so that it can be held against what
stands here later.

It is called 平台服务记录 and never 证明: that word is for what an organisation has sealed (民政部令
第67号; 民发〔2015〕149号).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Person
from linshuo.domain.service.attached import Issued
from linshuo.domain.service.queries import counting
from linshuo.domain.trail.actions import next_number, record
from linshuo.domain.trail.moves import happened
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.codes import new_code
from linshuo.kit.refused import NotYours, Refused

CODE_LENGTH = 12


@transaction.atomic
def issue(person: Person, *, by: Actor, at: datetime | None = None) -> Issued:
    """Freeze one's own record as it stands. On the same day, with nothing changed, it is the one
    already handed out. Raises `NotYours` for anybody else's, `Refused` while there are no hours."""
    held = Person.objects.of(by).select_for_update(of=("self",)).filter(pk=person.pk).first()
    if held is None or by.person_id != held.pk:
        raise NotYours("person", _("没有这一页。"))
    moment = happened(at)
    rows = counting(by.community_id, moment).filter(person=held).order_by("starts", "pk")
    kept = list(rows.values_list("pk", "minutes"))
    if not kept:
        raise Refused("nothing", _("还没有记下的时长，没有可印的。"))
    last = Issued.objects.of(by).filter(person=held).order_by("-pk").first()
    ids = [pk for pk, _minutes in kept]
    day = clock.local(moment).date()
    if last and last.records == ids and clock.local(last.as_of).date() == day:
        return last
    n = next_number(by.community_id, f"issued:{day.year}")
    row = Issued(
        community_id=by.community_id,
        person=held,
        number=f"{held.community.prefix}-F-{day.year}-{n:04d}",
        code=new_code(CODE_LENGTH),
        as_of=moment,
        records=ids,
        minutes=sum(minutes for _pk, minutes in kept),
    )
    row.save(force_insert=True)
    record("service:issue", row=row, subject=held, by=by, at=moment)
    return row
