"""What was made once by calling actions, put back row for row for the next test.

Making the cast takes some 250 statements, and most tests begin with it. Every test's rows are gone
when it ends, so the next one may have the same rows again, with the same keys.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db import models

from linshuo.domain.people.models import Account, Organisation
from linshuo.domain.places.models import Community

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Kept:
    made: Any
    rows: tuple[tuple[type[models.Model], list[models.Model]], ...]


_kept: dict[Hashable, _Kept] = {}


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` makes in an empty database: the first time by calling it, then by its rows.

    Where something is there already, it is called again: its keys might be taken.
    """
    if any(model._base_manager.exists() for model in (Community, Organisation, Account)):
        return make()
    kept = _kept.get(key)
    if kept is None:
        made = make()
        _kept[key] = _Kept(copy.deepcopy(made), _rows())
        return made
    for model, rows in kept.rows:
        model._base_manager.bulk_create(rows)
    found: Made = copy.deepcopy(kept.made)
    return found


def _rows() -> tuple[tuple[type[models.Model], list[models.Model]], ...]:
    ours = [model for model in apps.get_models() if model.__module__.startswith("linshuo.")]
    found = ((model, list(model._base_manager.order_by("pk"))) for model in ours)
    return tuple((model, rows) for model, rows in found if rows)
