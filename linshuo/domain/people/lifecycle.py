"""The life of a check-in 报到: handed in, accepted with a receipt, perhaps paused, ended.

Nobody is checked in by another's wish, and leaving takes one click and no reason.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linshuo.kit.can import Can
from linshuo.kit.moves import Lifecycle, Move, State
from linshuo.kit.refused import Refused

ACCEPT_WORKING_DAYS = 2
"""Whoever checked in hears from the community within two working days."""
STILL_DAYS = 365
"""After a year one is asked whether it all still holds."""
MOST_PAUSE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Facts:
    """A check-in as it would be after the move."""

    receipt_no: str = ""
    agreed_to_contact: bool = False
    is_child: bool = False
    guardian: str = ""
    paused_until_known: bool = False


def has_receipt(f: Facts) -> None:
    """An accepted check-in has a receipt number."""
    if not f.receipt_no:
        raise Refused("receipt", _("还没有回执号。"))


def may_be_contacted(f: Facts) -> None:
    """Whoever may not be contacted cannot be asked for anything (个人信息保护法 §13)."""
    if not f.agreed_to_contact:
        raise Refused("consent", _("没有同意社区联系，就没法报到。"), "consents")


def has_guardian(f: Facts) -> None:
    """Somebody under fourteen comes with a guardian's consent (个人信息保护法 §31)."""
    if f.is_child and not f.guardian:
        raise Refused("guardian", _("不满十四岁，要写上监护人是谁、同意了。"), "guardian")


def has_end_of_pause(f: Facts) -> None:
    """A pause says until when, so that nobody is forgotten in it."""
    if not f.paused_until_known:
        raise Refused("until", _("歇到哪一天？"), "until")


class CheckIn(Lifecycle[Facts]):
    """交来了 → 报到了 ⇄ 歇着 → 结束。"""

    kind = "checkin"

    submitted = State("submitted", _("交来了，等回执"), "报", due_for="accept", start=True)
    accepted = State("accepted", _("报到了"), "报", due_for="still")
    paused = State("paused", _("歇着"), "报", due_for="resume")
    ended = State("ended", _("结束了"), "销", final=True)

    accept = Move(
        "accept", _("给回执"), (submitted,), accepted, Can.PERSON_WRITE,
        (has_receipt, may_be_contacted, has_guardian),
    )  # fmt: skip
    pause = Move("pause", _("歇一段"), (accepted,), paused, None, (has_end_of_pause,))
    resume: Move[Facts] = Move("resume", _("接着来"), (paused,), accepted, None)
    still: Move[Facts] = Move("still", _("都没变"), (accepted,), accepted, None)
    end: Move[Facts] = Move("end", _("结束报到"), (submitted, accepted, paused), ended, None)


CHECK_IN = CheckIn
LIVE: tuple[str, ...] = ("submitted", "accepted", "paused")
