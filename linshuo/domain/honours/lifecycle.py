"""The life of a round of honours: drawn up, computed from records, chosen, shown, awarded.

What is shown is shown for at least seven days (民发〔2015〕149号 asks as much for certificates of
service), and whoever objects is answered before anything is handed out.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linshuo.kit.can import Can
from linshuo.kit.moves import Lifecycle, Move, State
from linshuo.kit.refused import Refused

NOTICE_DAYS = 7
"""The shortest time a list hangs out before it counts."""
COMMITTEE = 2
"""So many of the committee are there when somebody is chosen, whoever it is about left out."""
DRAW_UP_DAYS = 30
CHOOSE_DAYS = 14
AWARD_DAYS = 7
"""After the notice is over the round is awarded, or dropped, within a week."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A round as it would be after the move, and what is on record about it."""

    criteria: int = 0
    met: int = 0
    undecided: int = 0
    chosen: int = 0
    present: int = 0
    notice_days: int = 0
    notice_over: bool = False
    open_objections: int = 0
    reason: str = ""


def has_criteria(f: Facts) -> None:
    """A round says what it goes by before anybody is looked at."""
    if not f.criteria:
        raise Refused("criteria", _("先写至少一条条件，看的是记录，不看是谁。"), "criteria")


def somebody_meets(f: Facts) -> None:
    """A list of nobody is no list."""
    if not f.met:
        raise Refused("nobody", _("这样的条件，没有一个达到。改低一些再算。"), "criteria")


def committee_is_there(f: Facts) -> None:
    """At least two of the committee are recorded as present."""
    if f.present < COMMITTEE:
        raise Refused("present", _("评选的人至少要有两位在场，先勾上谁在场。"), "present")


def all_decided(f: Facts) -> None:
    """Each one on the list was decided about, with a reason."""
    if f.undecided:
        raise Refused("undecided", _("还有 %(n)d 个没有定，定了再公示。") % {"n": f.undecided})


def somebody_chosen(f: Facts) -> None:
    """An empty list is not hung out."""
    if not f.chosen:
        raise Refused(
            "none-chosen", _("一个也没有评上，没有可公示的。不评了就收起来，写一句为什么。")
        )


def hangs_long_enough(f: Facts) -> None:
    """The notice hangs for at least seven days."""
    if f.notice_days < NOTICE_DAYS:
        told = _("公示不少于 %(least)d 天，这里只有 %(n)d 天。把截止的日子往后推。")
        raise Refused("days", told % {"least": NOTICE_DAYS, "n": f.notice_days}, "until")


def notice_is_over(f: Facts) -> None:
    """The notice has run out, for each one that was changed too."""
    if not f.notice_over:
        raise Refused("notice", _("公示还没有到期，改过的要从改的那天重新算。到期了再授。"))


def nothing_is_open(f: Facts) -> None:
    """Every objection was answered."""
    if f.open_objections:
        told = _("还有 %(n)d 条异议没有答复，先答复再授。")
        raise Refused("open", told % {"n": f.open_objections})


def says_why(f: Facts) -> None:
    """Whoever drops a round says why."""
    if len(f.reason) < 2:
        raise Refused("reason", _("请写一句为什么。"), "reason")


class Round(Lifecycle[Facts]):
    """拟定 → 算出来 → 公示 → 授了；or dropped before it is awarded."""

    kind = "round"

    draft = State("draft", _("在拟条件"), "彰", due_for="compute", start=True)
    computed = State("computed", _("算出来了，等评"), "彰", due_for="choose")
    notice = State("notice", _("公示中"), "彰", due_for="award")
    awarded = State("awarded", _("授了"), "彰", final=True)
    dropped = State("dropped", _("不评了"), "撤", final=True)

    compute = Move(
        "compute", _("按记录算一遍"), (draft, computed), computed, Can.HONOUR_KEEP,
        (has_criteria, somebody_meets),
    )  # fmt: skip
    publish = Move(
        "publish", _("公示"), (computed,), notice, Can.HONOUR_KEEP,
        (committee_is_there, all_decided, somebody_chosen, hangs_long_enough),
    )  # fmt: skip
    amend = Move("amend", _("改名单"), (notice,), notice, Can.HONOUR_ANSWER, (says_why,))
    award = Move(
        "award", _("授"), (notice,), awarded, Can.HONOUR_KEEP,
        (notice_is_over, nothing_is_open, somebody_chosen),
    )  # fmt: skip
    drop = Move(
        "drop", _("不评了"), (draft, computed, notice), dropped, Can.HONOUR_KEEP, (says_why,)
    )


ROUND = Round
LIVE: tuple[str, ...] = ("draft", "computed", "notice")
