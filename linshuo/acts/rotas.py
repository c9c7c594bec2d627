"""Rotas across rooms: made in the background; whoever leaves is expected nowhere."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.people.models import Partnership
from linshuo.domain.service import duty, rota_publishing
from linshuo.domain.service.rota_reads import is_stale
from linshuo.domain.service.rota_rows import Rota, RotaMember, RotaStage
from linshuo.domain.service.rota_solving import work_out
from linshuo.domain.service.rotas import leave, lock
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import Refused

log = logging.getLogger(__name__)

BEAT = timedelta(seconds=1)


def make(rota: Rota, *, by: Actor, at: datetime | None = None) -> Rota:
    """排: hand a rota to the worker. Raises `Refused` where there is nothing to make."""
    from linshuo.acts.tasks import make_rota

    row = rota_publishing.start(rota, by=by, at=at)
    make_rota.enqueue(row.community_id, row.pk)
    return row


def again(rota: Rota, *, by: Actor) -> None:
    """Hand it over once more where nothing has been heard of it. Raises `Refused` while it is
    alive."""
    from linshuo.acts.tasks import make_rota

    with transaction.atomic():
        row = lock(rota, by)
        if row.stage == RotaStage.MAKING and is_stale(row):
            Rota.objects.of(by).filter(pk=row.pk).update(beat_at=clock.now(), step="")
            make_rota.enqueue(row.community_id, row.pk)
        elif row.stage == RotaStage.MAKING:
            raise Refused("alive", _("还在排，请再等一等。"))


def carry_out(community_id: int, pk: int) -> None:
    """What the worker does. It never raises: what goes wrong stands on the rota's page."""
    rows = Rota.objects.within(community_id)
    rota = rows.select_related("post__place").filter(pk=pk, stage=RotaStage.MAKING).first()
    if rota is None:
        return
    told = clock.now() - BEAT

    def beat(step: str) -> None:
        nonlocal told
        if clock.now() - told >= BEAT:
            told = clock.now()
            rows.filter(pk=pk).update(step=step, beat_at=told)

    try:
        plan = work_out(rota, on_step=beat)
    except Exception:
        log.exception("rota %s of community %s", pk, community_id)
        plan = None
    rota_publishing.finish(rota, plan)


@transaction.atomic
def let_go(partnership: Partnership, *, at: datetime | None = None) -> None:
    """A unit that leaves takes no more rounds of any rota; those to come are free, and stand to be
    made anew."""
    house = Actor.house(partnership.community_id)
    members = RotaMember.objects.of(house).filter(
        partnership=partnership, left_on__isnull=True, rota__last__gte=clock.today()
    )
    members = members.exclude(rota__stage__in=(RotaStage.GONE, RotaStage.MAKING))
    for member in members.select_related("rota").order_by("pk"):
        leave(member, by=house, at=at)
    theirs = Q(partnership=partnership, rota__isnull=False)
    for turn in duty.to_come(house, theirs, at or clock.now()):
        duty.away(turn, by=house, at=at)
