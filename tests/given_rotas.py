"""Rotas for the doors: a draft, one in force, a round of it, somebody who would like to swap."""

from __future__ import annotations

from datetime import timedelta

from linshuo.acts.rotas import make
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import add_partner, appoint
from linshuo.domain.service import rota_publishing, rota_swaps, rotas
from linshuo.domain.service.models import Turn
from linshuo.domain.service.rota_rows import Rota, RotaSwap
from linshuo.kit import clock
from linshuo.kit.can import Role
from tests.cast import Cast


def drawn_of(cast: Cast, name: str = "谁先开门") -> Rota:
    """A rota of two units over eight weeks, one of them 陈老板's; made when first asked for."""
    rows = Rota.objects.within(cast.community.pk).select_related("post__place")
    found = rows.filter(post__name=name).order_by("-pk").first()
    if found is not None:
        return found
    by, monday = cast.zhang, clock.today() + timedelta(days=7 - clock.today().weekday())
    return rotas.draw_up(
        set_up_post(by=by, kind="rota", name=name, place=cast.estate),
        by=by,
        first=monday,
        last=monday + timedelta(days=55),
        per="week",
        holidays="usual",
        members=[cast.partnership, add_partner(name=f"{name}单位乙", by=cast.house)],
        basis="会上说好的",
    )


def rota_of(cast: Cast) -> Rota:
    """The same, published."""
    rota = drawn_of(cast, "共建单位轮值")
    if rota.stage == "draft":
        make(rota, by=cast.zhang)
        rota_publishing.publish(rota, by=cast.zhang)
    return drawn_of(cast, "共建单位轮值")


def week_of(cast: Cast) -> Turn:
    """A round of 陈老板's unit."""
    turns = Turn.objects.within(cast.community.pk).filter(rota=rota_of(cast))
    return turns.filter(partnership=cast.partnership).order_by("starts")[0]


def swap_of(cast: Cast) -> RotaSwap:
    """The other unit would like it."""
    rota, here = rota_of(cast), cast.community.pk
    found = RotaSwap.objects.within(here).first()
    if found is not None:
        return found
    theirs = Turn.objects.within(here).filter(rota=rota).exclude(partnership=cast.partnership)
    gives = theirs.order_by("starts")[0]
    asker = know_person(name="乙联络员", phone="", by=cast.house)
    appoint(asker, Role.LIAISON, partnership=gives.partnership, title="联络员", by=cast.house)
    takes = week_of(cast).round_on
    assert gives.round_on is not None and takes is not None
    return rota_swaps.ask_swap(rota, by=actor_of(asker), gives=gives.round_on, takes=takes)
