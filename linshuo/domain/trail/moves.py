"""Carrying out a move of a lifecycle: lock, look again, check, save, record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext as _

from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event, Trailed
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.moves import Move
from linshuo.kit.refused import Lost, Refused

Row = TypeVar("Row", bound=Trailed)
Facts = TypeVar("Facts")

FUTURE_SLACK_SECONDS = 300
"""A phone's clock may run a little ahead of the server's."""


def happened(at: datetime | None) -> datetime:
    """When a thing happened, as typed back: never in the future. Defaults to now.

    Raises `Refused("future")`.
    """
    moment = clock.now()
    if at is None:
        return moment
    if (at - moment).total_seconds() > FUTURE_SLACK_SECONDS:
        raise Refused("future", _("这个时间还没到。"), "at")
    return min(at, moment)


@transaction.atomic
def move(
    row: Row,
    move: Move[Facts],
    *,
    by: Actor,
    at: datetime,
    look: Callable[[Row], Facts],
    changes: dict[str, Any] | None = None,
    detail: dict[str, Any] | None = None,
) -> Row:
    """Take `row` along `move` and return it as saved.

    The row is locked and read again first, so of two people pressing at once the second meets the
    new state: if it is the same person, that is a success and nothing is written; if it is another,
    `Lost`. `changes` are applied before `look` makes the facts the guards judge, so that a guard
    sees the row as it would be. Capability and scope are the caller's to check: they need people.
    """
    model = type(row)
    fresh: Row = (
        model._base_manager.select_for_update(of=("self",))
        .filter(community_id=row.community_id)  # type: ignore[attr-defined]
        .get(pk=row.pk)
    )
    state = fresh.state  # type: ignore[attr-defined]
    if state not in {s.name for s in move.sources}:
        if state == move.target.name and _was_me(fresh, move, by):
            return fresh
        raise Lost("state", _("这件事刚刚有人动过了，请看一眼现在的样子再办。"))
    for name, value in (changes or {}).items():
        setattr(fresh, name, value)
    fresh.state = move.target.name  # type: ignore[attr-defined]
    move.check(look(fresh))
    _clock_set(fresh, move)
    fresh.save(update_fields=["state", "due_at", "due_for", *(changes or {})])
    record(
        f"{fresh.trail_kind}:{move.verb}",
        row=fresh,
        by=by,
        at=at,
        detail={"from": state, "to": move.target.name, **(detail or {})},
    )
    return fresh


def _clock_set(row: Trailed, move: Move[Any]) -> None:
    due_at = row.due_at  # type: ignore[attr-defined]
    if move.target.final:
        row.due_for = move.target.due_for if due_at else ""  # type: ignore[attr-defined]
        return
    if due_at is None:
        raise RuntimeError(f"{move.verb}: {move.target.name} must say when it is due")
    row.due_for = move.target.due_for  # type: ignore[attr-defined]


def _was_me(row: models.Model, move: Move[Any], by: Actor) -> bool:
    kind = row.trail_kind  # type: ignore[attr-defined]
    last = (
        Event.objects.within(row.community_id)  # type: ignore[attr-defined]
        .filter(row_kind=kind, row_id=row.pk)
        .order_by("-id")
        .values_list("verb", "actor_id")
        .first()
    )
    return last == (f"{kind}:{move.verb}", by.person_id)
