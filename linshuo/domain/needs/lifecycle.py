"""The life of a need: states, the table of moves, and the guards between them.

Guards judge frozen facts and touch no database, so the whole table can be walked by a property
test. A refusal says what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from linshuo.kit.can import Can
from linshuo.kit.moves import Lifecycle, Move, State
from linshuo.kit.refused import Refused

ATTEMPT_DAYS = 3
"""Three attempts on three days stand in for a resident who cannot be reached."""
FOLLOW_UP_DAYS = 30
CHECK_WORKING_DAYS = 3
REOPEN_WORKING_DAYS = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """A need as it would be after the move, and what is on record about it."""

    by: int | None
    by_requester: bool = False
    by_head: bool = False
    has_category: bool = False
    has_owner: bool = False
    visibility: str = "staff"
    has_public_text: bool = False
    result_text: str = ""
    outcome: str = ""
    results: int = 0
    no_results_because: str = ""
    reason: str = ""
    who_can_help: str = ""
    contested: bool = False
    finished_by: int | None = None
    has_requester: bool = False
    resident_says_settled: bool = False
    resident_says_not: bool = False
    attempt_days: int = 0
    inspected_by: frozenset[int] = frozenset()
    survivor_alive: bool = False


def has_category(f: Facts) -> None:
    """Without a category nobody can say how long the work may take."""
    if not f.has_category:
        raise Refused("category", _("先选一个类别，才知道多久该办好。"), "category")


def has_owner(f: Facts) -> None:
    """An open need has someone whose name stands beside it."""
    if not f.has_owner:
        raise Refused("owner", _("这件事交给谁办？"), "owner")


def public_means_text(f: Facts) -> None:
    """What others see is a text that a person has released, never the words as they were said."""
    if f.visibility != "staff" and not f.has_public_text:
        raise Refused("public-text", _("要让外面看到，先写一段可以公开的话。"), "public_text")


def has_result_text(f: Facts) -> None:
    """办结 says what was done."""
    if len(f.result_text) < 2:
        raise Refused("result-text", _("请先写明办理结果。"), "result_text")


def has_outcome(f: Facts) -> None:
    """办结 says how it came out: solved, partly, beyond us, no longer wanted."""
    if not f.outcome:
        raise Refused("outcome", _("办成了什么样，选一个。"), "outcome")


def results_or_reason(f: Facts) -> None:
    """Behind 办结 stand results on record, or a stated reason why there are none."""
    if not f.results and len(f.no_results_because) < 2:
        raise Refused(
            "results",
            _("还没有记过做了什么。先写一条进展，或者写明为什么没有。"),
            "no_results_because",
        )


def says_why(f: Facts) -> None:
    """A move against somebody's wish gives its reason."""
    if len(f.reason) < 2:
        raise Refused("reason", _("请写一句为什么。"), "reason")


def says_who_can_help(f: Facts) -> None:
    """不予受理 points to whoever can help."""
    if len(f.who_can_help) < 2:
        raise Refused("who-can-help", _("告诉人家可以去找谁。"), "who_can_help")


def not_contested_yet(f: Facts) -> None:
    """A refusal can be contested once."""
    if f.contested:
        raise Refused(
            "contested", _("这件事已经请社区再看过一次了。还有话说，请找街道或打 12345。")
        )


def another_survives(f: Facts) -> None:
    """并入 needs a living matter to go into."""
    if not f.survivor_alive:
        raise Refused("survivor", _("要并入的那一件找不到，或者已经不在办了。"), "survivor")


def not_the_finisher(f: Facts) -> None:
    """办结 is not 销号: a second person checks."""
    if f.by is not None and f.by == f.finished_by:
        raise Refused("finisher", _("办结的人不能自己销号，请另一位同事来核对。"))


def somebody_says_so(f: Facts) -> None:
    """The resident's word; or three attempts on three days; or, where nobody in particular raised
    it, a second person's dated inspection."""
    if f.resident_says_not:
        raise Refused("says-not", _("居民说还没好，请退回重办。"))
    if f.resident_says_settled:
        return
    if f.has_requester:
        if f.attempt_days < ATTEMPT_DAYS:
            message = _("先问居民好没好。问不到，要在三个不同的日子各试一次，现在记了 %(n)d 天。")
            raise Refused("ask-resident", message % {"n": f.attempt_days})
    elif not (f.inspected_by - {f.finished_by}):
        raise Refused("inspect", _("没有具体是谁提的，请另一位同事到现场看过，记下日期。"))


def by_requester_or_for_them(f: Facts) -> None:
    """撤回 is the requester's own; staff may carry it out with the reason they were given."""
    if not f.by_requester and len(f.reason) < 2:
        raise Refused("reason", _("写一句是谁、为什么要撤回。"), "reason")


class Need(Lifecycle[Facts]):
    """说了 → 受理 → 办结 → 销号."""

    kind = "need"

    reported = State("reported", _("听到了"), "听", due_for="answer", start=True)
    open = State("open", _("在办"), "需", due_for="finish")
    done = State("done", _("办结，等点头"), "办", due_for="confirm")
    closed = State("closed", _("已销号"), "销", due_for="follow_up", final=True)
    declined = State("declined", _("不予受理"), "拒", final=True)
    merged = State("merged", _("已并入"), "并", final=True)
    withdrawn = State("withdrawn", _("已撤回"), "撤", final=True)

    accept = Move(
        "accept", _("受理"), (reported,), open, Can.NEED_ACCEPT,
        (has_category, has_owner, public_means_text),
    )  # fmt: skip
    settle = Move("settle", _("当场办结"), (reported,), done, Can.NEED_WORK, (has_result_text,))
    decline = Move(
        "decline", _("不予受理"), (reported,), declined, Can.NEED_ACCEPT,
        (says_why, says_who_can_help),
    )  # fmt: skip
    contest = Move("contest", _("请再看一次"), (declined,), reported, None, (not_contested_yet,))
    merge = Move("merge", _("并入"), (reported, open), merged, Can.NEED_ACCEPT, (another_survives,))
    finish = Move(
        "finish", _("办结"), (open,), done, Can.NEED_WORK,
        (has_result_text, has_outcome, results_or_reason),
    )  # fmt: skip
    confirm = Move(
        "confirm", _("销号"), (done,), closed, Can.NEED_CONFIRM,
        (not_the_finisher, somebody_says_so),
    )  # fmt: skip
    reopen = Move("reopen", _("退回"), (done, closed), open, None, (says_why,))
    extend = Move("extend", _("延期"), (open,), open, Can.NEED_WORK, (says_why,))
    withdraw = Move(
        "withdraw", _("撤回"), (reported, open), withdrawn, None, (by_requester_or_for_them,)
    )


NEED = Need
LIVE: tuple[str, ...] = ("reported", "open", "done")
"""States in which the office still owes something."""
