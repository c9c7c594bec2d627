"""Which column of a sheet is what: guessed from its header, and for a person to correct."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linshuo.kit.refused import Refused
from linshuo.kit.text import tidy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Mapping_ = Mapping[str, int]
"""From the key of a target to the index of the column that fills it."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something a column can be, and the headers under which it is usually found, best first."""

    key: str
    label: str | _StrPromise
    headers: tuple[str, ...]
    hint: str | _StrPromise = ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TARGETS: tuple[Target, ...] = (
    Target(
        "old_number", gettext_lazy("原来的编号"),
        _names("留言编号 原编号 编号 工单编号 工单号 台账编号 问题编号 序号 号"),
        gettext_lazy("再收一次同一张表，靠它认出哪些已经收过。"),
    ),
    Target(
        "title", gettext_lazy("题目"),
        _names("留言主题 主题 标题 题目 问题 事项 问题名称 事项名称 诉求标题"),
    ),
    Target(
        "words", gettext_lazy("原话"),
        _names("留言详情 详情 内容 留言内容 原话 问题描述 描述 诉求内容 具体内容 具体问题"),
    ),
    Target(
        "at", gettext_lazy("什么时候说的"),
        _names(
            "留言时间 反映时间 提出时间 登记时间 上报时间 受理时间 来电时间 提出日期 登记日期"
            " 时间 日期"
        ),
    ),
    Target(
        "heads", gettext_lazy("还有几个人也要"),
        _names("点赞数 点赞 赞成数 支持数 附议人数 也要"),
    ),
    Target(
        "category", gettext_lazy("类别"),
        _names("一级分类 类别 分类 问题类别 问题类型 事项类别 类型"),
    ),
    Target(
        "place", gettext_lazy("在哪里"),
        _names("小区 地点 位置 地址 所在小区 楼栋 片区"),
    ),
    Target(
        "owner", gettext_lazy("责任人"),
        _names("责任人 承办人 经办人 负责人 办理人"),
    ),
    Target(
        "reply", gettext_lazy("答复或结果"),
        _names("答复意见 答复 答复内容 回复内容 回复 办理结果 处理结果 整改情况 办理情况"),
    ),
    Target(
        "replied_at", gettext_lazy("什么时候答复的"),
        _names("答复时间 回复时间 答复日期 办结时间 办结日期 完成时间 完成日期 整改日期"),
    ),
)  # fmt: skip
_AFTER_BRACKET = re.compile(r"[(（\[【*＊:：].*$")


def _plain(header: str) -> str:
    return _AFTER_BRACKET.sub("", re.sub(r"\s+", "", tidy(header)))


def recognises(header: str, targets: Sequence[Target] = TARGETS) -> bool:
    """Whether a header is one that some target is usually found under."""
    plain = _plain(header)
    return any(plain in target.headers for target in targets)


def guess(headers: Sequence[str], targets: Sequence[Target] = TARGETS) -> dict[str, int]:
    """The likely column of each target: the first of its usual headers that the sheet has."""
    plain = [_plain(header) for header in headers]
    found: dict[str, int] = {}
    for target in targets:
        for name in target.headers:
            if name in plain and plain.index(name) not in found.values():
                found[target.key] = plain.index(name)
                break
    return found


def check(mapping: Mapping_, headers: Sequence[str]) -> None:
    """Raises `Refused` with the target's key when something indispensable has no column, when one
    column is used twice, or when a column is not there."""
    check_each(mapping, headers, TARGETS)
    if "words" not in mapping and "title" not in mapping:
        raise Refused("no-words", _("哪一列写着人家说的话？至少要有题目或者原话。"), "words")
    if "at" not in mapping:
        raise Refused("no-time", _("哪一列是说的时间？没有这一列收不了。"), "at")
    if "replied_at" in mapping and "reply" not in mapping:
        raise Refused("no-reply", _("有答复的时间，没有答复。选一列，或者都不选。"), "reply")


def check_each(mapping: Mapping_, headers: Sequence[str], targets: Sequence[Target]) -> None:
    """Every column is there, and none is used twice. Raises `Refused` with the target's key."""
    labels = {target.key: target.label for target in targets}
    seen: dict[int, str] = {}
    for key, column in mapping.items():
        if key not in labels or not 0 <= column < len(headers):
            raise Refused("column", _("这张表里没有这一列。"), key if key in labels else None)
        if column in seen:
            message = _("“%(column)s”这一列已经用作“%(other)s”了。")
            given = {"column": headers[column], "other": labels[seen[column]]}
            raise Refused("column-twice", message % given, key)
        seen[column] = key


def left_alone(mapping: Mapping_, headers: Sequence[str]) -> list[str]:
    """The columns that nothing is taken from."""
    used = set(mapping.values())
    return [header for index, header in enumerate(headers) if index not in used]
