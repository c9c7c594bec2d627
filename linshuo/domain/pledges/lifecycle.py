"""The life of a pledge: signed, perhaps waiting, asked when a place frees, kept or let go.

Letting go is one click and needs no reason: a list that nobody can leave rots.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from linshuo.kit.can import Can
from linshuo.kit.moves import Lifecycle, Move, State
from linshuo.kit.refused import Refused

CONTACT_DAYS = 7
"""First contact within seven days of signing."""
REMIND_AFTER_DAYS = 5
ANSWER_DAYS = 3
"""How long a freed place is kept for whoever is asked next."""
AGAIN = "again"
"""What a pledge under way is due for once they came on the last day that was agreed."""
AGAIN_AFTER = timedelta(days=14)
"""How long after it one is asked for another day, or whether it is kept."""
WAIT_DAYS = 90
"""After this long in the queue one is asked whether one still wants to."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A pledge as it would be after the move."""

    has_place: bool = False
    planned: bool = False
    kind: str = "claim"
    confirmed_records: int = 0
    receipt: str = ""
    has_successor: bool = False
    money: bool = False
    """Whether a sum was promised."""
    received_fen: int | None = None
    """How much of it came; None where nobody looked."""
    money_settled: bool = False
    """Whether all of it came, was spent and made public, or what it was for was handed over."""


def has_place(f: Facts) -> None:
    """Nobody is accepted without a place; a full line queues."""
    if not f.has_place:
        raise Refused("full", _("这一位刚刚被人认了，下一位空出来先告诉您。"))


def has_date(f: Facts) -> None:
    """Under way means a day is agreed."""
    if not f.planned:
        raise Refused("planned", _("约在哪一天？"), "planned_on")


def has_proof(f: Facts) -> None:
    """认领 is kept when someone served says so; the others when what was given is on record."""
    if f.money and not f.money_settled:
        raise Refused("money", _("认捐的款到齐、花完、公开了，或者项目交付了，才算做到。"))
    if f.kind == "claim" and not f.confirmed_records:
        raise Refused("record", _("等一位受助的人或同事说来过了，才算办成。"))
    if f.kind != "claim" and not f.confirmed_records and len(f.receipt) < 2:
        raise Refused("receipt", _("写明收到了什么、做到了什么。"), "receipt")


def has_successor(f: Facts) -> None:
    """交接 names who takes it on."""
    if not f.has_successor:
        raise Refused("successor", _("交给谁？"), "successor")


def nothing_came(f: Facts) -> None:
    """Of a promised sum only what has not come yet can be let go of."""
    if f.money and f.received_fen != 0:
        raise Refused("received", _("已经到账的款按协议用在项目上，只能放下还没到的那一部分。"))


def no_sum(f: Facts) -> None:
    """A promised sum is one unit's agreement, which nobody else has signed."""
    if f.money:
        raise Refused("money", _("认捐的款不能转给别家：先放下没到的部分，再请他们自己签。"))


class Pledge(Lifecycle[Facts]):
    """签了 → 约好 → 做到；or waiting, or let go."""

    kind = "pledge"

    offered = State("offered", _("签了名"), "认", due_for="accept", start=True)
    waiting = State("waiting", _("在排队"), "认", due_for="still_want")
    asked = State("asked", _("空出一位，等您一句话"), "认", due_for="answer")
    accepted = State("accepted", _("认下了"), "认", due_for="first_contact")
    under_way = State("under_way", _("约好了"), "认", due_for="came")
    ended = State("ended", _("结束了"), "销", final=True)

    accept = Move("accept", _("认下"), (offered,), accepted, None, (has_place,))
    queue: Move[Facts] = Move("queue", _("排队"), (offered,), waiting, None)
    invite = Move("invite", _("问下一位"), (waiting,), asked, None, (has_place,))
    agree = Move("agree", _("我来"), (asked,), accepted, None, (has_place,))
    plan = Move("plan", _("约日子"), (accepted, under_way), under_way, None, (has_date,))
    fulfil = Move("fulfil", _("做到了"), (accepted, under_way), ended, Can.NEED_WORK, (has_proof,))
    release: Move[Facts] = Move(
        "release", _("不认了"), (offered, waiting, asked, accepted, under_way), ended, None,
        (nothing_came,),
    )  # fmt: skip
    expire: Move[Facts] = Move("expire", _("过期"), (offered, waiting, asked), ended, None)
    hand_over = Move(
        "hand_over", _("交接"), (accepted, under_way), ended, None, (no_sum, has_successor)
    )


PLEDGE = Pledge
LIVE: tuple[str, ...] = ("offered", "waiting", "asked", "accepted", "under_way")
HOLDING: tuple[str, ...] = ("asked", "accepted", "under_way")
"""States in which a pledge holds its places of the line."""
