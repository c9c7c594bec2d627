"""Periods as an office speaks of them, and the one sentence that tells a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from linshuo.insight.behind import Told
from linshuo.kit import wording


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends in it; without a beginning, from the first record on."""

    key: str
    words: str
    since: date | None
    until: date


def periods(today: date) -> list[Period]:
    """This week and the last, this month and the last, this year and the last, and all of it."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last = first - timedelta(days=1)
    new_year = today.replace(month=1, day=1)
    return [
        Period("week", _("本周"), monday, today),
        Period("last-week", _("上周"), monday - timedelta(days=7), monday - timedelta(days=1)),
        Period("month", _("本月"), first, today),
        Period("last-month", _("上月"), last.replace(day=1), last),
        Period("year", _("今年"), new_year, today),
        Period(
            "last-year",
            _("去年"),
            new_year.replace(year=new_year.year - 1),
            new_year - timedelta(days=1),
        ),
        Period("all", _("从头到现在"), None, today),
    ]


def span_words(since: date | None, until: date) -> str:
    """2019年11月25日到12月1日; 到2019年12月1日为止 without a beginning; one day alone is a day."""
    if since is None:
        return _("到%s为止") % wording.day(until)
    if since == until:
        return wording.day(until)
    end = wording.short_day(until) if since.year == until.year else wording.day(until)
    return _("%(since)s到%(until)s") % {"since": wording.day(since), "until": end}


_SAID = (
    *("flow.heard", "flow.accepted", "flow.settled", "flow.confirmed", "flow.reopened"),
    *("days.to-answer", "days.to-close", "flow.pledges-made", "flow.pledges-kept"),
    *("flow.pledges-released", "flow.hours", "asks.unmet"),
)


def sentence(community: str, since: date | None, until: date, told: dict[str, Told]) -> str:
    """One sentence for whoever asks on a Friday at five. Figures of nothing are left out."""
    verbs = {
        "flow.heard": _("听到%s"),
        "flow.accepted": _("受理%s"),
        "flow.settled": _("办结%s"),
        "flow.confirmed": _("销号%s"),
        "flow.reopened": _("退回重办%s"),
        "days.to-answer": _("答复的中间数是%s"),
        "days.to-close": _("销号的中间数是%s"),
        "flow.pledges-made": _("新认下%s"),
        "flow.pledges-kept": _("做到%s"),
        "flow.pledges-released": _("提前放下%s"),
        "flow.hours": _("服务%s"),
        "asks.unmet": _("还有%s没认满"),
    }
    parts = []
    for key in _SAID:
        figure = told.get(key)
        if figure is None or not figure.value:
            continue
        amount = f" {figure.said} {figure.unit}" if figure.unit else f" {figure.said}"
        parts.append(verbs[key] % amount)
    span = span_words(since, until)
    if not parts:
        return _("%(span)s，%(who)s还没有记下什么。") % {"span": span, "who": community}
    joined = _("，").join(parts)
    return _("%(span)s，%(who)s%(what)s。") % {"span": span, "who": community, "what": joined}
