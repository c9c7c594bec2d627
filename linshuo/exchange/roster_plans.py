"""Every row of a roster 报到名册 checked before anybody is checked in: nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linshuo.domain.people.actions import MOST_NAME
from linshuo.domain.people.checking import MOST_NOTE, MOST_UNIT
from linshuo.domain.people.models import CheckIn
from linshuo.domain.people.skills import FreeTime, Interest, Skill
from linshuo.domain.places.public import estates
from linshuo.exchange import cells, columns, sheets
from linshuo.exchange.columns import Target
from linshuo.exchange.plans import Remark
from linshuo.kit import clock, secret
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

_SLACK = timedelta(minutes=5)
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
"""公民身份号码 (GB 11643): never kept, wherever somebody wrote it."""
_APART = re.compile(r"[、，,;；/|\s]+")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TARGETS: tuple[Target, ...] = (
    Target("name", gettext_lazy("称呼"), _names("姓名 称呼 名字 党员姓名 志愿者姓名 成员")),
    Target(
        "phone", gettext_lazy("电话"),
        _names("手机 手机号 手机号码 电话 联系电话 联系方式 电话号码"),
        gettext_lazy("再收一次同一张名册，靠姓名和电话认出谁收过。"),
    ),
    Target(
        "unit", gettext_lazy("单位或支部"),
        _names("单位 支部 工作单位 所在单位 单位名称 所在党组织 所在支部 党组织 党支部"),
    ),
    Target("place", gettext_lazy("小区"), _names("小区 居住小区 所在小区 住址小区 报到小区")),
    Target("skills", gettext_lazy("会什么"), _names("会什么 特长 技能 专长 个人特长 服务特长")),
    Target(
        "times", gettext_lazy("什么时候有空"),
        _names("什么时候有空 空闲时间 服务时间 可服务时间 有空时间"),
    ),
    Target(
        "interests", gettext_lazy("愿意帮什么"),
        _names("愿意帮什么 服务意向 服务意愿 意向 认领岗位 志愿岗位"),
    ),
    Target("note", gettext_lazy("还说了"), _names("备注 说明 还想说的 其他")),
    Target(
        "agreed", gettext_lazy("同意社区联系"),
        _names("同意 是否同意 同意联系 同意社区联系 本人同意"),
    ),
    Target("at", gettext_lazy("哪天报到的"), _names("报到日期 报到时间 登记日期 日期 时间")),
)  # fmt: skip

SAME = {
    Skill.ELECTRIC: "电工 水工 水电 水电维修 电器维修 家电维修",
    Skill.MEDICAL: "医生 护士 医护 医疗 卫生 急救 中医 医学",
    Skill.LAW: "律师 法律 法律咨询 普法 调解",
    Skill.TEACH: "老师 教师 教育 讲课 辅导 宣讲 教学 家教",
    Skill.CARE: "陪伴 照料 照护 心理 心理咨询 陪护",
    Skill.GREEN: "园艺 绿化 种花 养花 种树",
    Skill.BUILD: "木工 泥水 瓦工 维修 修理 装修",
    Skill.ORDER: "巡逻 安保 治安 秩序 交通 执勤",
}
"""What rosters call what our list calls otherwise."""
WEEKEND = ("saturday", "sunday")
TIMES = {
    "周末": WEEKEND, "双休日": WEEKEND, "星期六": WEEKEND[:1], "星期天": WEEKEND[1:],
    "星期日": WEEKEND[1:], "周天": WEEKEND[1:], "工作日": ("weekday",), "晚上": ("evening",),
    "白天": ("weekday",), "都可以": tuple(FreeTime.values), "随时": tuple(FreeTime.values),
}  # fmt: skip
YES = _names("是 同意 有 已同意 √ ✓ y yes 1 对")
NO = _names("否 不同意 无 不 没有 × x n no 0")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it will be taken."""

    row: int
    name: str
    phone: str
    unit: str
    place_id: int | None
    skills: tuple[str, ...]
    times: tuple[str, ...]
    interests: tuple[str, ...]
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What taking a roster would do."""

    total: int
    lines: tuple[Line, ...]
    problems: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    known: tuple[int, ...]
    """Rows of people who checked in before, also of those who have ended it since."""
    twice: tuple[int, ...]
    left_alone: tuple[str, ...]

    @property
    def bad_rows(self) -> frozenset[int]:
        return frozenset(problem.row for problem in self.problems)


def recognises(header: str) -> bool:
    """Whether a header is one that a roster usually has."""
    return columns.recognises(header, TARGETS)


def guess(headers: tuple[str, ...]) -> dict[str, int]:
    """The likely column of each target."""
    return columns.guess(headers, TARGETS)


def check(mapping: columns.Mapping_, headers: tuple[str, ...], agreed: bool) -> None:
    """Raises `Refused` with the target's key when the columns will not do. `agreed` says that all
    on the roster agreed to be contacted; without it the sheet has to say it of each."""
    columns.check_each(mapping, headers, TARGETS)
    if "name" not in mapping:
        raise Refused("no-name", _("哪一列是姓名？没有这一列收不了。"), "name")
    if not agreed and "agreed" not in mapping:
        raise Refused(
            "no-consent",
            _("名册上的人都同意社区联系吗？勾上，或者选一列写着同不同意的。"),
            "agreed",
        )


def plan(
    sheet: sheets.Sheet, mapping: columns.Mapping_, actor: Actor, *, agreed: bool
) -> RosterPlan:
    """Check every row against the mapping and against who checked in before: three queries.

    Raises `Refused` for a mapping that will not do and for a sheet without rows.
    """
    if not (actor.is_house or actor.can(Can.NEED_IMPORT)):
        raise NotYours("need:import", _("没有这一页。"))
    check(mapping, sheet.headers, agreed)
    if not sheet.rows:
        raise Refused("no-rows", _("表头下面一行也没有。"), "file")
    return _Planner(sheet, mapping, actor, agreed).plan()


def who(name: str, phone: str, unit: str) -> tuple[str, str]:
    """By what somebody on a roster is known again: name and telephone, else name and unit."""
    return (name, f"tel:{secret.fingerprint(phone)}" if phone else f"unit:{unit}")


def checked_in(actor: Actor) -> dict[tuple[str, str], bool]:
    """Whoever checked in before, under every way to know them again: whether it still holds."""
    found: dict[tuple[str, str], bool] = {}
    rows = CheckIn.objects.of(actor).values_list(
        "person__name", "person__phone_hmac", "unit_text",
        "partnership__organisation__name", "state",
    )  # fmt: skip
    for name, mark, text, partner, state in rows:
        live = state != "ended"
        keys = [f"unit:{partner or text}", *([f"tel:{mark}"] if mark else [])]
        for key in ((name, by) for by in keys):
            found[key] = found.get(key, False) or live
    return found


@dataclass
class _Planner:
    sheet: sheets.Sheet
    mapping: columns.Mapping_
    actor: Actor
    all_agreed: bool
    problems: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def plan(self) -> RosterPlan:
        self.now = max(clock.now(), datetime.now(UTC)) + _SLACK
        self.places = {name: int(pk) for pk, name in estates(self.actor.community_id)}
        before = checked_in(self.actor)
        lines: dict[tuple[str, str], Line] = {}
        known: list[int] = []
        twice: list[int] = []
        for row in self.sheet.rows:
            line = self._line(row)
            if line is None:
                continue
            key = who(line.name, line.phone, line.unit)
            if key in before:
                known.append(row.number)
                if not before[key]:
                    self._remark(row, "name", _("以前报到过，结束了，不再收；本人想来再报到。"))
            elif key in lines and not line.phone:
                self._problem(row, "name", _("表里有同名的，又没有电话，分不清是不是一个人。"))
            elif key in lines:
                twice.append(row.number)
            else:
                lines[key] = line
        return RosterPlan(
            total=len(self.sheet.rows),
            lines=tuple(lines.values()),
            problems=tuple(self.problems),
            remarks=tuple(self.remarks),
            known=tuple(known),
            twice=tuple(twice),
            left_alone=tuple(columns.left_alone(self.mapping, self.sheet.headers)),
        )

    def _line(self, row: sheets.Row) -> Line | None:
        before = len(self.problems)
        name = self._short(row, "name", MOST_NAME)
        if not self._cell(row, "name"):
            self._problem(row, "name", _("没有写称呼。"))
        unit, note = self._short(row, "unit", MOST_UNIT), self._cell(row, "note")
        self._agreed(row)
        line = Line(
            row=row.number,
            name=name,
            phone=self._phone(row),
            unit=unit,
            place_id=self._place(row),
            skills=self._skills(row, said := [note] if note else []),
            times=self._listed(row, "times", _time, said),
            interests=self._listed(row, "interests", _interest, said),
            note=self._note(row, said),
            at=self._moment(row),
        )
        return line if len(self.problems) == before else None

    def _cell(self, row: sheets.Row, key: str) -> str:
        column = self.mapping.get(key)
        return "" if column is None else " ".join(tidy(row.cells[column]).split())

    def _problem(self, row: sheets.Row, key: str, sentence: str) -> None:
        self.problems.append(Remark(row.number, self._header(key), sentence))

    def _remark(self, row: sheets.Row, key: str, sentence: str) -> None:
        self.remarks.append(Remark(row.number, self._header(key), sentence))

    def _header(self, key: str) -> str:
        column = self.mapping.get(key)
        return "" if column is None else self.sheet.headers[column]

    def _short(self, row: sheets.Row, key: str, most: int) -> str:
        text = self._cell(row, key)
        if _IDENTITY.search(text):
            self._problem(row, key, _("里面有身份证号，删掉再交：这里不收。"))
        if len(text) > most:
            message = _("写得太长了，最多 %(most)d 个字，现在 %(n)d 个。")
            self._problem(row, key, message % {"most": most, "n": len(text)})
        return text

    def _phone(self, row: sheets.Row) -> str:
        try:
            return clean_phone(self._cell(row, "phone"))
        except Refused as refused:
            self._problem(row, "phone", str(refused.sentence))
            return ""

    def _agreed(self, row: sheets.Row) -> None:
        text = self._cell(row, "agreed").lower()
        if text in NO:
            self._problem(row, "agreed", _("写着不同意社区联系，不能替他报到。"))
        elif text not in YES and (text or not self.all_agreed):
            self._problem(row, "agreed", _("看不出同意不同意，写“是”或“否”。"))

    def _place(self, row: sheets.Row) -> int | None:
        name = self._cell(row, "place")
        if not name:
            return None
        found = [pk for whole, pk in self.places.items() if whole == name or whole.endswith(name)]
        if len(found) != 1:
            self._problem(row, "place", _("没有叫“%s”的小区，照“地方”里的名字写。") % name[:20])
            return None
        return found[0]

    def _skills(self, row: sheets.Row, said: list[str]) -> tuple[str, ...]:
        found, other = self._sorted_out(row, "skills", _skill)
        if other:
            said.append("、".join(other))
            self._remark(row, "skills", _("“%s”记在“还说了”里。") % "、".join(other))
        return (*found, Skill.OTHER.value) if other else found

    def _listed(
        self,
        row: sheets.Row,
        key: str,
        read: Callable[[str], tuple[str, ...]],
        said: list[str],
    ) -> tuple[str, ...]:
        found, other = self._sorted_out(row, key, read)
        if other:
            said.append("、".join(other))
            self._remark(row, key, _("“%s”记在“还说了”里。") % "、".join(other))
        return found

    def _sorted_out(
        self, row: sheets.Row, key: str, read: Callable[[str], tuple[str, ...]]
    ) -> tuple[tuple[str, ...], list[str]]:
        """The values that are on the list, and the words that are not."""
        found: list[str] = []
        other: list[str] = []
        for word in filter(None, _APART.split(self._cell(row, key))):
            values = read(word)
            found += values
            if not values:
                other.append(word)
        return tuple(dict.fromkeys(found)), other

    def _note(self, row: sheets.Row, said: list[str]) -> str:
        note = "；".join(said)
        if _IDENTITY.search(note):
            self._problem(row, "note", _("里面有身份证号，删掉再交：这里不收。"))
        if len(note) > MOST_NOTE:
            message = _("写得太长了，最多 %(most)d 个字，现在 %(n)d 个。")
            self._problem(row, "note", message % {"most": MOST_NOTE, "n": len(note)})
        return note

    def _moment(self, row: sheets.Row) -> datetime | None:
        text = self._cell(row, "at")
        if not text:
            return None
        try:
            moment = cells.when(text)
        except Refused as refused:
            self._problem(row, "at", str(refused.sentence))
            return None
        if moment > self.now:
            self._problem(row, "at", _("这个时间还没到。"))
        return moment


def _skill(word: str) -> tuple[str, ...]:
    for skill in Skill:
        if skill and (word == str(skill.label) or word in SAME.get(skill, "").split()):
            return (skill.value,)
    return ()


def _time(word: str) -> tuple[str, ...]:
    return TIMES.get(word) or _by_label(FreeTime, word)


def _interest(word: str) -> tuple[str, ...]:
    return _by_label(Interest, word)


def _by_label(choices: Any, word: str) -> tuple[str, ...]:
    return tuple(choice.value for choice in choices if word == str(choice.label))
