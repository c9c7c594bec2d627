"""The briefs that come ready: sentences with figures in them, for a week, a month, a year, and the
volunteers' day. A sentence whose figures this house does not count is left out.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from linshuo.domain.board.models import PostKind
from linshuo.domain.places.models import Community
from linshuo.domain.service.public import hours_words, standing, week_of
from linshuo.insight.composing import MARK
from linshuo.insight.figures import FIGURES
from linshuo.insight.models import BriefKind
from linshuo.insight.periods import span_words
from linshuo.kit import clock, wording


def title_of(kind: str, community: str, since: date | None, until: date) -> str:
    """What a ready brief is called."""
    if kind == BriefKind.MONTH:
        month = _("%(y)d年%(m)d月") % {"y": until.year, "m": until.month}
        return _("%(who)s%(month)s简报") % {"who": community, "month": month}
    if kind == BriefKind.YEAR:
        return _("%(who)s%(y)d年简报") % {"who": community, "y": until.year}
    if kind == BriefKind.VOLUNTEERS:
        return _("%(who)s志愿者日简报") % {"who": community}
    return _("%(who)s简报（%(span)s）") % {"who": community, "span": span_words(since, until)}


def since_for(kind: str, until: date) -> date | None:
    """Where the period of a ready brief begins."""
    if kind == BriefKind.WEEK:
        return until - timedelta(days=until.weekday())
    if kind == BriefKind.MONTH:
        return until.replace(day=1)
    if kind == BriefKind.YEAR:
        return until.replace(month=1, day=1)
    return None


def body_for(kind: str, community: Community, until: date) -> list[dict[str, str]]:
    """The paragraphs of a ready brief, figures by their keys."""
    day = wording.day(until)
    if kind == BriefKind.VOLUNTEERS:
        paragraphs = _volunteers(community.name, day, _every_day(community.pk, until))
    elif kind == BriefKind.OWN:
        return []
    else:
        paragraphs = _period(kind, day)
    kept = ["".join(s for s in sentences if _counted(s)) for sentences in paragraphs]
    body: list[dict[str, str]] = [{"text": text} for text in kept if text]
    if kind in (BriefKind.MONTH, BriefKind.YEAR):
        at = 1 + next((n for n, each in enumerate(body) if "flow.heard" in each["text"]), 0)
        body.insert(at, {"table": "flow.heard", "by": "category"})
    return body


def _counted(sentence: str) -> bool:
    return all(mark[1] in FIGURES for mark in MARK.finditer(sentence))


def _period(kind: str, day: str) -> list[list[str]]:
    when = {"week": _("这一周"), "month": _("这个月"), "year": _("这一年")}[kind]
    return [
        [
            _("%s社区听到【flow.heard】，受理【flow.accepted】，办结【flow.settled】，") % when
            + _("核对销号【flow.confirmed】，没有真好、退回重办的【flow.reopened】。"),
            _("从提出到答复，中间数是【days.to-answer】；到销号，中间数是【days.to-close】。"),
        ],
        [
            _("到%s，在办【needs.open】，办结了等核对【needs.done】，") % day
            + _("难点痛点堵点已销号【needs.hard-closed】。"),
            _("满三十天回访【flow.asked-again】。"),
        ],
        [
            _("居民、党员和单位新认下【flow.pledges-made】，做到【flow.pledges-kept】，")
            + _("提前放下【flow.pledges-released】。"),
            _("榜上还有【asks.unmet】没有认满，其中一个人也没有的【asks.nobody】。"),
        ],
        [
            _("报到【flow.check-ins】。服务【flow.hours】，岗位上有人【flow.posts-kept】。"),
        ],
        [
            _("到%s，义捐收到【money.collected】。") % day,
            _("共建单位出资【money.raised】，花出去【money.spent】。"),
        ],
    ]


def _every_day(community_id: int, day: date) -> list[str]:
    """Posts at which somebody is to be found at the same hours seven days a week: 小区医生每天
    8:00–22:00."""
    desks = [
        post
        for post in standing(community_id, clock.start_of(day))
        if post.kind == PostKind.DESK and not MARK.search(post.name)
    ]
    found = []
    for post, week in zip(desks, week_of(community_id, desks, day).values(), strict=True):
        days = [{(h.starts, h.ends) for h in week if h.weekday == n} for n in range(7)]
        if days[0] and all(each == days[0] for each in days):
            found.append(f"{post.name}{hours_words(week)}")
    return found


def _volunteers(community: str, day: str, every_day: list[str]) -> list[list[str]]:
    return [
        [
            _("到%(day)s，%(who)s有【staff.estate-secretaries】小区秘书、")
            % {"day": day, "who": community}
            + _("【staff.field】外勤员、【staff.district-secretaries】片区秘书，每人一本民情笔记，")
            + _("一事一记，记下【notes.written】。"),
        ],
        [
            _("听到【needs.heard】，办结【needs.settled】，已销号【needs.closed】，")
            + _("其中难点痛点堵点【needs.hard-closed】。销号的，每件都由另一个人核对过。"),
        ],
        [
            _("双报到：共建单位【units.partners】，党员和居民【checkins.members】。"),
            _("单位【pledges.units】，和用自己名字认领的【pledges.members】，")
            + _("一共认下【pledges.accepted】。"),
            _("他们来过【service.records】，一共【flow.hours】。"),
            _("天天找得到人：%s。") % "、".join(every_day) if every_day else "",
        ],
        [
            _("“义聚爱嘉”义捐收到【money.collected】。"),
            _("共建单位为解决难点痛点堵点出资【money.raised】。"),
            _("建起充电车棚【assets.sheds】。"),
        ],
        [
            _("按记录表扬了单位【honours.units】、志愿者【honours.volunteers】。"),
        ],
    ]
