"""What a sentence is, and what it may be asked before it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linshuo.domain.board.models import Ask
from linshuo.domain.honours.models import Round
from linshuo.domain.needs.models import Need
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service.models import Activity, Resolution, Turn
from linshuo.domain.service.rota_rows import RotaSwap

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Gathering = Activity | Resolution | Round
"""What somebody is told of that is neither a matter nor a line."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence, and whether it is still worth reading as the matter stands now."""

    text: str | _StrPromise
    plain: str | _StrPromise
    """The same for outside the house: of a matter's words it holds nothing."""
    holds: Callable[[Need, int], bool]
    still: Callable[[Pledge], bool] | None = None
    """Of a sentence about a pledge: whether it still stands as it did."""
    wanted: Callable[[Ask, int], bool] | None = None
    """Of a sentence about a line: whether it still wants this person, or still stands for them."""
    gathers: Callable[[Gathering, int], bool] | None = None
    """Of a sentence about an activity or a resolution: whether it still stands for this person."""
    frees: Callable[[Turn, int], bool] | None = None
    """Of a sentence about a free turn at a post: whether somebody is still wanted for it."""
    swaps: Callable[[RotaSwap], bool] | None = None
    """Of a sentence about a swap of two rounds: whether it still stands as it did."""
    urgent: bool = False
    """Told at once, not with the day's digest."""
    group: bool = False
    """Also said in the community's group chats."""
    calls: bool = True
    """Whether it is worth a telephone call to whoever has no other way."""
