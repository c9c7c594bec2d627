"""What the solver said of a rota, in sentences a neighbour would say: how even it is and why it
cannot be more so, or why there is no plan at all, and what one could do about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.board.access import may_keep
from linshuo.domain.service.access import may_plan
from linshuo.domain.service.rota_reads import named_member
from linshuo.domain.service.rota_rounds import days_words, gap_words
from linshuo.domain.service.rota_solving import Standing
from linshuo.kit.actor import Actor

MOST_NAMED = 4
"""Names in a sentence; more are counted."""


def proof(viewer: Actor, now: Standing) -> list[str]:
    """How good a plan is and that no other is better, the most important first."""
    plan = now.rota.plan or {}
    if plan.get("outcome") != "planned":
        return []
    levels = plan["levels"]
    told = [_even(plan, _level(levels, "fair"))]
    names = _names(viewer, now, plan["limited"])
    if names:
        told.append(_("%s 因为来不了的日子，或者间隔，轮得少些。") % names)
    changes = _level(levels, "changes")
    if changes is not None:
        told.append(_changed(changes))
    if now.rota.gap:
        told.append(_("同一家两轮之间，至少隔 %s。") % gap_words(now.rota.per, now.rota.gap))
    festive = _level(levels, "kind")
    if festive is not None:
        told.append(_festive(festive))
    told += _wishes(levels)
    return told


def _level(levels: list[dict[str, Any]], aim: str) -> dict[str, Any] | None:
    return next((level for level in levels if level["aim"] == aim), None)


def _even(plan: dict[str, Any], fair: dict[str, Any] | None) -> str:
    loads: list[int] = sorted(plan["loads"].values())
    least, most = loads[0], loads[-1]
    if most == least:
        return _("每家一样多，都是 %d 轮。") % most
    told = _("最多的 %(most)d 轮，最少的 %(least)d 轮，") % {"most": most, "least": least}
    proven = fair is None or fair["value"] == fair["bound"]
    if not proven:
        return told + _("时间到了，还不能肯定这是最均的。可以再排一次。")
    if most - least == 1:
        return told + _("最多的和最少的只差一轮，不能再均了。")
    return told + _("差 %d 轮。都算过了，照这些规则不能再均。") % (most - least)


def _changed(level: dict[str, Any]) -> str:
    n: int = round(level["value"])
    if n == 0:
        return _("和现在的表一样，一轮也不用改。")
    if level["value"] == level["bound"]:
        return _("比现在的表改 %d 轮，不能更少了。") % n
    return _("比现在的表改 %d 轮。") % n


def _festive(level: dict[str, Any]) -> str:
    n: int = round(level["value"])
    if n <= 1:
        return _("带假日的那几轮也分匀了，最多差一轮。")
    return _("带假日的那几轮，最多的比最少的多 %d 轮。") % n


def _wishes(levels: list[dict[str, Any]]) -> Iterable[str]:
    unwanted, wished = _level(levels, "unwanted"), _level(levels, "wished")
    if unwanted is not None:
        n = round(unwanted["value"])
        yield (
            _("“最好不排”的日子都避开了。")
            if n == 0
            else _("“最好不排”的日子里还有 %d 轮，避不开。") % n
        )
    if wished is not None:
        n = round(wished["value"])
        yield (_("“愿意排在”的日子排上了 %d 轮。") % n if n else _("“愿意排在”的日子没排上。"))


def reasons(viewer: Actor, now: Standing) -> list[str]:
    """Why there is no plan, and what one could do."""
    plan = now.rota.plan
    if plan is None:
        return [_("中间出了错，没有排出来。再排一次；还不行，把这张表交给管机器的人看。")]
    if plan["outcome"] == "undecided":
        return [_("排了一分钟还没有结果。间隔改小一些，或者分成两段排。")]
    return [_reason(viewer, now, reason) for reason in plan.get("reasons", [])]


def _reason(viewer: Actor, now: Standing, reason: dict[str, Any]) -> str:
    days = _span(now, reason["rounds"])
    names = _names(viewer, now, reason["members"])
    if reason["why"] == "nobody":
        return _("%s这一轮谁都来不了。请一家改一改来不了的日子，或者再请一家。") % days
    if reason["why"] == "too_few":
        return _("%(days)s这一轮只有%(names)s能来，不够。") % {"days": days, "names": names}
    if reason["why"] == "fixed":
        told = _("已经过去的轮次里，%(names)s在%(days)s隔得比现在定的近。把间隔改小，再排。")
        return told % {"days": days, "names": names}
    told = _(
        "%(days)s这 %(needed)d 轮，怎么排最多只排得上 %(possible)d 轮：那时能来的只有%(names)s。"
    )
    values = {
        "days": days,
        "needed": reason["needed"],
        "possible": reason["possible"],
        "names": names,
    }
    gap = now.rota.gap
    if not gap:
        return told % values + _("再请几家，或者请他们改一改来不了的日子。")
    less = _("间隔（现在是 %s）改小，或者再请几家。") % gap_words(now.rota.per, gap)
    return told % values + less


def _span(now: Standing, keys: list[str]) -> str:
    first, last = date.fromisoformat(keys[0]), date.fromisoformat(keys[-1])
    end = next((one.last for one in now.rounds if one.first == last), last)
    return days_words(first, end)


def _names(viewer: Actor, now: Standing, keys: list[str]) -> str:
    full = may_plan(viewer, now.rota.post) or may_keep(viewer, now.rota.post)
    names = [named_member(now.members[int(key)], full=full) for key in keys]
    if len(names) <= MOST_NAMED:
        return _("、").join(names)
    told = _("%(some)s等 %(n)d 家")
    return told % {"some": _("、").join(names[: MOST_NAMED - 1]), "n": len(names)}


def step_words(step: str) -> str:
    """What the solver is at."""
    return {
        "counting": _("在数每家该几轮"),
        "filling": _("在试排得排不满"),
        "fair": _("在排得更均"),
        "changes": _("在找改得最少的"),
        "kind": _("在把带假日的分匀"),
        "wishes": _("在照顾各家的日子"),
        "why": _("排不满，在找原因"),
    }.get(step, _("排着队，轮到就开始"))


STEPS = ("counting", "filling", "fair", "changes", "kind", "wishes")
"""In the order in which they are taken; not each of them always."""
