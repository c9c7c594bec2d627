"""The three tables of the first day, read row by row.

Reading changes nothing and never raises: a row that will not do becomes a `Problem` that names the
line and what is wrong with it, and what was typed stays with whoever typed it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from linshuo.domain.people.actions import MOST_NAME, clean_name
from linshuo.kit.can import Role
from linshuo.kit.pasted import Row, by_heading, expand, rows
from linshuo.kit.phones import clean_phone
from linshuo.kit.refused import Refused

MOST_PLACES = 2_000
MOST_STAFF = 200
MOST_UNITS = 500
MOST_PLACE_NAME = 40
MOST_UNIT_NAME = 80

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that will not do, and what to do about it. `number` 0: the table as a whole."""

    number: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading(Generic[R]):
    """A pasted table as understood."""

    rows: list[R] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """An estate, its buildings, and the 片区 it lies in (or directly under the community)."""

    number: int
    estate: str
    buildings: tuple[str, ...] = ()
    district: str = ""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """Someone who serves: over the place of that name, or over the whole community if empty."""

    number: int
    name: str
    role: Role
    title: str
    place: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A partner unit and, if known, whoever speaks for it."""

    number: int
    name: str
    liaison: str = ""
    phone: str = ""


PLACE_HEADINGS = {
    "estate": ("小区", "小区名", "小区名称", "estate"),
    "building": ("楼栋", "楼", "楼号", "栋", "building"),
    "district": ("片区", "片区名", "片区名称", "district"),
}
STAFF_HEADINGS = {
    "name": ("姓名", "名字", "name"),
    "role": ("职务", "岗位", "post"),
    "place": ("管哪里", "片区或小区", "片区", "小区", "负责", "place"),
    "phone": ("手机", "电话", "手机号", "联系电话", "phone"),
}
UNIT_HEADINGS = {
    "name": ("单位名", "单位", "单位名称", "unit"),
    "liaison": ("联络员", "联系人", "liaison"),
    "phone": ("手机", "电话", "手机号", "联系电话", "phone"),
}

ROLE_ENDINGS: tuple[tuple[str, Role], ...] = (
    ("副书记", Role.DEPUTY),
    ("副主任", Role.DEPUTY),
    ("主任", Role.DEPUTY),
    ("片区秘书", Role.DISTRICT_SECRETARY),
    ("小区秘书", Role.ESTATE_SECRETARY),
    ("书记", Role.SECRETARY),
    ("外勤员", Role.FIELD_STAFF),
    ("外勤", Role.FIELD_STAFF),
    ("网格员", Role.FIELD_STAFF),
    ("专干", Role.FIELD_STAFF),
    ("出纳", Role.CASHIER),
    ("监督员", Role.SUPERVISOR),
    ("监督委员", Role.SUPERVISOR),
    ("监督", Role.SUPERVISOR),
)
"""The end of a post's name says the role; what stands before it is what it is called here."""


def role_of(title: str) -> Role | None:
    """The role behind what a post is called: “盐业片区秘书” is a 片区秘书."""
    return next((role for ending, role in ROLE_ENDINGS if title.endswith(ending)), None)


def _read(
    text: str,
    headings: dict[str, tuple[str, ...]],
    most: int,
    parse: Callable[[Row], R],
) -> Reading[R]:
    found, problems = [], []
    table, _headed = by_heading(rows(text), headings)
    if len(table) > most:
        words = _("有 %(n)d 行，一次最多 %(most)d 行。其余的开通以后再加。")
        return Reading([], [Problem(0, words % {"n": len(table), "most": most})])
    for row in table:
        try:
            found.append(parse(row))
        except Refused as refused:
            problems.append(Problem(row.number, str(refused.sentence)))
    return Reading(found, problems)


def read_places(text: str) -> Reading[PlaceRow]:
    """小区, 楼栋, 片区: the last two may be empty, and “1-12栋” stands for twelve buildings."""
    reading = _read(text, PLACE_HEADINGS, MOST_PLACES, _place_row)
    problems = [*reading.problems, *_place_clashes(reading.rows)]
    total = sum(1 + len(row.buildings) for row in reading.rows)
    if total > MOST_PLACES:
        words = _("算下来有 %(n)d 个地方，一次最多 %(most)d 个。其余的开通以后再加。")
        problems.append(Problem(0, words % {"n": total, "most": MOST_PLACES}))
    return Reading(reading.rows, sorted(problems, key=lambda p: p.number))


def _place_row(row: Row) -> PlaceRow:
    estate, building, district = row.cell(0), row.cell(1), row.cell(2)
    if not estate:
        raise Refused("estate", _("没有写小区。"))
    buildings = expand(building)
    if building and not buildings:
        raise Refused("range", _("“%s”看不出是哪几栋。写成 1-12栋 这样。") % building[:40])
    for name in (estate, district, *buildings):
        if len(name) > MOST_PLACE_NAME:
            words = _("“%(name)s…”太长了，地名最多 %(most)d 个字。")
            raise Refused("long", words % {"name": name[:12], "most": MOST_PLACE_NAME})
    return PlaceRow(row.number, estate, tuple(buildings), district)


def _place_clashes(found: list[PlaceRow]) -> list[Problem]:
    """The same estate in two 片区, a building named twice, an estate called like a 片区."""
    problems: list[Problem] = []
    home: dict[str, PlaceRow] = {}
    seen: dict[tuple[str, str], int] = {}
    districts = {row.district for row in found if row.district}
    for row in found:
        if row.estate in districts:
            words = _("“%s”又是小区又是片区，换个说法分开。")
            problems.append(Problem(row.number, words % row.estate))
        first = home.setdefault(row.estate, row)
        if row.district and first.district and row.district != first.district:
            words = _("“%(estate)s”在第 %(n)d 行属于%(district)s，这里又属于别的片区。")
            given = {"estate": row.estate, "n": first.number, "district": first.district}
            problems.append(Problem(row.number, words % given))
        for building in row.buildings or ("",):
            before = seen.setdefault((row.estate, building), row.number)
            if before != row.number:
                words = _("“%(name)s”在第 %(n)d 行已经写过了。")
                name = f"{row.estate} {building}".strip()
                problems.append(Problem(row.number, words % {"name": name, "n": before}))
                break
    return problems


def read_staff(text: str, places: list[PlaceRow], community: str = "") -> Reading[StaffRow]:
    """姓名, 职务, 片区或小区, 手机. The post's ending says the role; at least one must be 书记."""
    known = {row.estate for row in places} | {row.district for row in places if row.district}
    whole = {"", "全社区", "社区", "全部", community}

    def parse(row: Row) -> StaffRow:
        return _staff_row(row, known, whole)

    reading = _read(text, STAFF_HEADINGS, MOST_STAFF, parse)
    problems = [*reading.problems, *_staff_clashes(reading.rows)]
    heads = any(row.role == Role.SECRETARY for row in reading.rows)
    if not heads and not reading.problems:
        problems.append(Problem(0, _("至少要有一位书记，往后由书记来添人。")))
    return Reading(reading.rows, sorted(problems, key=lambda p: p.number))


def _staff_row(row: Row, known: set[str], whole: set[str]) -> StaffRow:
    name = clean_name(row.cell(0))
    title, place, phone = row.cell(1), row.cell(2), row.cell(3)
    if place.isdigit() and not phone:  # no place between post and phone
        place, phone = "", place
    role = role_of(title)
    if role is None:
        words = _(
            "“%s”不知道是什么职务。可以写：书记、副书记、片区秘书、小区秘书、外勤员、出纳、监督。"
        )
        raise Refused("role", words % title[:MOST_NAME])
    if len(title) > MOST_NAME:
        raise Refused("title", _("职务最多 %d 个字。") % MOST_NAME)
    if place in whole:
        place = _named_in(title, known)
        if not place and role in (Role.DISTRICT_SECRETARY, Role.ESTATE_SECRETARY):
            raise Refused("place", _("%(name)s管哪里？写上片区或小区。") % {"name": name})
    elif place not in known:
        words = _("“%s”不在地方表里。照地方表里的写，管全社区就空着。")
        raise Refused("place", words % place[:MOST_NAME])
    return StaffRow(row.number, name, role, title, place, clean_phone(phone))


def _named_in(title: str, known: set[str]) -> str:
    """The place that a post's own name begins with: 盐业片区秘书 keeps 盐业片区."""
    return max((place for place in known if title.startswith(place)), key=len, default="")


def _staff_clashes(found: list[StaffRow]) -> list[Problem]:
    """Namesakes that cannot be told apart, and the same post given twice."""
    problems: list[Problem] = []
    names: dict[str, StaffRow] = {}
    posts: dict[tuple[str, str, Role, str], int] = {}
    for row in found:
        first = names.setdefault(row.name, row)
        if first is not row and (not first.phone or not row.phone):
            words = _("和第 %d 行同名。两行都写上手机，才分得清是不是同一个人。")
            problems.append(Problem(row.number, words % first.number))
            continue
        before = posts.setdefault((row.name, row.phone, row.role, row.place), row.number)
        if before != row.number:
            problems.append(Problem(row.number, _("和第 %d 行一样，写了两遍。") % before))
    return problems


def read_units(text: str) -> Reading[UnitRow]:
    """单位名, 联络员, 手机: the last two may be empty."""
    reading = _read(text, UNIT_HEADINGS, MOST_UNITS, _unit_row)
    problems = list(reading.problems)
    seen: dict[str, int] = {}
    for row in reading.rows:
        before = seen.setdefault(row.name, row.number)
        if before != row.number:
            words = _("“%(name)s”在第 %(n)d 行已经写过了。")
            problems.append(Problem(row.number, words % {"name": row.name, "n": before}))
    return Reading(reading.rows, sorted(problems, key=lambda p: p.number))


def _unit_row(row: Row) -> UnitRow:
    name, liaison, number = row.cell(0), row.cell(1), row.cell(2)
    if liaison.isdigit() and not number:
        liaison, number = "", liaison
    if not name:
        raise Refused("name", _("没有写单位名。"))
    if len(name) > MOST_UNIT_NAME:
        raise Refused("name-long", _("单位名字最多 %d 个字。") % MOST_UNIT_NAME)
    phone = clean_phone(number)
    if phone and not liaison:
        raise Refused("liaison", _("写了手机，没有写联络员是谁。"))
    return UnitRow(row.number, name, clean_name(liaison) if liaison else "", phone)
