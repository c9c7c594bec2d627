"""Every row of a sheet of messages checked before any is taken: nothing here writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from linshuo.domain.needs.models import MOST_TITLE, MOST_WORDS, Category, Kind, Need
from linshuo.domain.people.queries import staff
from linshuo.domain.places.models import Place
from linshuo.domain.places.queries import root_of
from linshuo.exchange import cells, columns, sheets
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_NEW_CATEGORIES = 40
"""More than this, and the column is no list of categories."""
FINGERPRINT = "~"
"""What the key of a message without a number begins with: never shown as a number."""
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it will be taken."""

    row: int
    key: str
    """Its old number, or a fingerprint of words and time when it has none."""
    title: str
    words: str
    at: datetime
    place_id: int
    heads: int = 0
    category: str = ""
    owner_id: int | None = None
    reply: str = ""
    replied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about one row and one column of it: why it will not do, or what was done
    about it. `column` is empty when it is about the whole row."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a sheet would do."""

    origin: str
    kind: str
    total: int
    lines: tuple[Line, ...] = ()
    problems: tuple[Remark, ...] = ()
    remarks: tuple[Remark, ...] = ()
    known: tuple[int, ...] = ()
    """Rows that are in the ledger already."""
    twice: tuple[int, ...] = ()
    """Rows that say exactly what an earlier row of the same sheet says."""
    new_categories: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()
    """Columns that nothing is taken from."""

    @property
    def bad_rows(self) -> frozenset[int]:
        return frozenset(problem.row for problem in self.problems)


def plan(
    sheet: sheets.Sheet,
    mapping: columns.Mapping_,
    actor: Actor,
    *,
    source: str = "messages",
    kind: str = Kind.PROBLEM,
) -> Plan:
    """Check every row of the sheet against the mapping and against what is there already.

    `source` names where the sheet comes from: two ledgers may both have a number 1. Raises
    `Refused` for a mapping or a source that will not do, and for a sheet without rows.
    """
    if not (actor.is_house or actor.can(Can.NEED_IMPORT)):
        raise NotYours("need:import", _("没有这一页。"))
    if kind not in Kind.values:
        raise Refused("kind", _("请选列出来的一项。"), "kind")
    columns.check(mapping, sheet.headers)
    if not sheet.rows:
        raise Refused("no-rows", _("表头下面一行也没有。"), "file")
    return _Planner(sheet, mapping, actor, origin_of(source), kind).plan()


def origin_of(source: str) -> str:
    """How a need remembers where it came from. Raises `Refused("source")`."""
    clean = tidy(source).replace("\n", " ")
    if not clean or len(clean) > 30:
        raise Refused("source", _("这张表从哪里来？起个名字，最多 30 个字。"), "source")
    return f"import:{clean}"


@dataclass
class _Planner:
    sheet: sheets.Sheet
    mapping: columns.Mapping_
    actor: Actor
    origin: str
    kind: str
    problems: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def plan(self) -> Plan:
        self._look_up()
        lines: dict[str, Line] = {}
        known: list[int] = []
        twice: list[int] = []
        for row in self.sheet.rows:
            line = self._line(row)
            if line is None:
                continue
            if line.key in self.known:
                self._known(line, known)
            elif line.key in lines:
                self._twice(line, lines[line.key], twice)
            else:
                lines[line.key] = line
        return Plan(
            origin=self.origin,
            kind=self.kind,
            total=len(self.sheet.rows),
            lines=tuple(lines.values()),
            problems=tuple(self.problems),
            remarks=tuple(r for r in self.remarks if r.row not in {*known, *twice}),
            known=tuple(known),
            twice=tuple(twice),
            new_categories=self._new_categories(list(lines.values())),
            left_alone=tuple(columns.left_alone(self.mapping, self.sheet.headers)),
        )

    def _look_up(self) -> None:
        """What is there already: five queries, however long the sheet."""
        self.now = max(clock.now(), datetime.now(UTC)) + _SLACK
        self.root_id = root_of(self.actor.community_id).pk
        self.places = _Places(self.actor)
        self.staff: dict[str, list[int]] = {}
        for colleague in staff(self.actor):
            self.staff.setdefault(colleague.name, []).append(colleague.person_id)
        self.categories = {
            name
            for pair in Category.objects.of(self.actor)
            .filter(closed_at__isnull=True)
            .values_list("name", "code")
            for name in pair
        }
        self.known: dict[str, tuple[str, datetime]] = {
            key: (words, at)
            for key, words, at in Need.objects.of(self.actor)
            .filter(origin=self.origin)
            .values_list("old_number", "words", "reported_at")
        }

    def _line(self, row: sheets.Row) -> Line | None:
        """The row as it will be taken; None when something about it will not do."""
        before = len(self.problems)
        title, words = self._words(row)
        at = self._moment(row, "at")
        if at is None and len(self.problems) == before:
            self._problem(row, "at", _("没有写什么时候说的。"))
        number = self._cell(row, "old_number")
        if len(number) > 39 or number.startswith(FINGERPRINT):
            self._problem(row, "old_number", _("这个编号太长了，或者用了奇怪的符号。"))
        heads = self._count(row)
        category = self._category(row)
        reply, replied_at = self._reply(row, at)
        if len(self.problems) > before or at is None:
            return None
        return Line(
            row=row.number,
            key=number or fingerprint(words, at),
            title=title,
            words=words,
            at=at,
            place_id=self._place(row),
            heads=heads,
            category=category,
            owner_id=self._owner(row),
            reply=reply,
            replied_at=replied_at,
        )

    def _cell(self, row: sheets.Row, key: str) -> str:
        column = self.mapping.get(key)
        return "" if column is None else row.cells[column]

    def _header(self, key: str) -> str:
        column = self.mapping.get(key)
        return "" if column is None else self.sheet.headers[column]

    def _problem(self, row: sheets.Row, key: str, sentence: str) -> None:
        self.problems.append(Remark(row.number, self._header(key), sentence))

    def _remark(self, row: sheets.Row, key: str, sentence: str) -> None:
        self.remarks.append(Remark(row.number, self._header(key), sentence))

    def _words(self, row: sheets.Row) -> tuple[str, str]:
        """Title and words. A title that is too long is cut, and stands whole before the words."""
        title = self._cell(row, "title").replace("\n", " ")
        words = self._cell(row, "words") or title
        if not words:
            self._problem(
                row, "words" if "words" in self.mapping else "title", _("没有写说了什么。")
            )
        if len(title) > MOST_TITLE:
            if words != title:
                words = f"{title}\n\n{words}"
            title = title[: MOST_TITLE - 1] + "…"
            self._remark(row, "title", _("题目太长，截短了；整句放在原话的前面。"))
        if len(words) > MOST_WORDS:
            message = _("写得太长了，最多 %(most)d 个字，现在 %(n)d 个。")
            self._problem(row, "words", message % {"most": MOST_WORDS, "n": len(words)})
        return title, words

    def _moment(self, row: sheets.Row, key: str) -> datetime | None:
        text = self._cell(row, key)
        if not text:
            return None
        try:
            moment = cells.when(text)
        except Refused as refused:
            self._problem(row, key, str(refused.sentence))
            return None
        if moment > self.now:
            self._problem(row, key, _("这个时间还没到。"))
        return moment

    def _count(self, row: sheets.Row) -> int:
        try:
            return cells.count(self._cell(row, "heads"))
        except Refused as refused:
            self._problem(row, "heads", str(refused.sentence))
            return 0

    def _category(self, row: sheets.Row) -> str:
        name = self._cell(row, "category").replace("\n", " ")
        if len(name) > 40:
            self._problem(row, "category", _("类别的名字最多 40 个字。"))
        return name

    def _reply(self, row: sheets.Row, at: datetime | None) -> tuple[str, datetime | None]:
        reply = self._cell(row, "reply")
        replied_at = self._moment(row, "replied_at")
        if not reply:
            return "", None
        if len(reply) > MOST_WORDS:
            message = _("写得太长了，最多 %(most)d 个字，现在 %(n)d 个。")
            self._problem(row, "reply", message % {"most": MOST_WORDS, "n": len(reply)})
        if len(reply) < 2:
            self._remark(row, "reply", _("答复只有一个字，没有收。"))
            return "", None
        if at is not None and replied_at is not None and replied_at < at:
            self._problem(row, "replied_at", _("答复的时间早于说的时间。"))
        if replied_at is None:
            self._remark(row, "replied_at", _("没有写哪天答复的，记成今天。"))
        return reply, replied_at

    def _place(self, row: sheets.Row) -> int:
        text = self._cell(row, "place")
        found = self.places.find(text)
        if text and found is None:
            self._remark(row, "place", _("没有找到“%s”，先记在社区。") % text[:30])
        return found or self.root_id

    def _owner(self, row: sheets.Row) -> int | None:
        text = self._cell(row, "owner")
        found = self.staff.get(text.replace(" ", ""), [])
        if len(found) == 1:
            return found[0]
        if text:
            self._remark(row, "owner", _("“%s”不在同事的名单里，责任人先空着。") % text[:30])
        return None

    def _known(self, line: Line, known: list[int]) -> None:
        words, at = self.known[line.key]
        if words == line.words or at == line.at:
            known.append(line.row)
            return
        header = self._header("old_number")
        message = _("编号 %s 以前收过，说的是另一件事。换一个来源的名字再收。") % line.key
        self.problems.append(Remark(line.row, header, message))

    def _twice(self, line: Line, first: Line, twice: list[int]) -> None:
        if (line.words, line.at) == (first.words, first.at):
            twice.append(line.row)
            return
        header = self._header("old_number")
        message = _("编号 %(key)s 和第 %(row)d 行的一样，说的却是另一件事。")
        self.problems.append(
            Remark(line.row, header, message % {"key": line.key, "row": first.row})
        )

    def _new_categories(self, lines: list[Line]) -> tuple[str, ...]:
        wanted = {line.category: line.row for line in reversed(lines) if line.category}
        new = sorted(set(wanted) - self.categories, key=lambda name: wanted[name])
        if len(new) > MOST_NEW_CATEGORIES:
            message = _("“%(column)s”里有 %(n)d 种类别，看着不像类别。换一列，或者不选。")
            header = self._header("category")
            raise Refused("categories", message % {"column": header, "n": len(new)}, "category")
        return tuple(new)


def fingerprint(words: str, at: datetime) -> str:
    """The key of a message that came without a number: the same message gives the same key."""
    text = f"{clock.local(at):%Y-%m-%d %H:%M:%S}\n{words}"
    return FINGERPRINT + hashlib.sha256(text.encode()).hexdigest()[:24]


class _Places:
    """The community's places by the way people write them."""

    def __init__(self, actor: Actor) -> None:
        rows: Any = (
            Place.objects.of(actor)
            .filter(closed_at__isnull=True)
            .order_by("pk")
            .values_list("pk", "name", "full_name")
        )
        self._by_name: dict[str, set[int]] = {}
        for pk, name, full_name in rows:
            for written in {_squeezed(name), _squeezed(full_name)}:
                self._by_name.setdefault(written, set()).add(pk)

    def find(self, text: str) -> int | None:
        """The place of this name; else the one whose full name the text begins with, the longest
        first (盐业小区3栋2单元 is 盐业小区 3 栋). None when there is none, or more than one."""
        wanted = _squeezed(text)
        for name in self._beginnings(wanted):
            found = self._by_name.get(name, set())
            if len(found) == 1:
                return next(iter(found))
        return None

    def _beginnings(self, wanted: str) -> Iterator[str]:
        """The text itself, then ever shorter beginnings of at least three characters."""
        yield wanted
        for end in range(min(len(wanted) - 1, 120), 2, -1):
            yield wanted[:end]


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("号楼", "栋").replace("幢", "栋")
