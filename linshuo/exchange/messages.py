"""Import of messages and of old ledgers: all of a sheet in one transaction, or none of it.

A message keeps its number, its time and how many others wanted the same. A reply makes it `done`,
with the reply as a result: 办结 is not 销号, so somebody still has to check. Nothing imported is
seen outside the office until a person releases it.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linshuo.domain.needs import actions, checks, working
from linshuo.domain.needs.categories import add_category
from linshuo.domain.needs.intake import open_intake
from linshuo.domain.needs.models import Category, Need, Result, Source
from linshuo.domain.needs.supporters import support
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Community, Place
from linshuo.domain.places.queries import community_by_prefix
from linshuo.domain.terms import actions as terms
from linshuo.domain.trail.actions import record
from linshuo.exchange import columns, sheets
from linshuo.exchange.plans import Line, Plan, plan
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import initials

Progress = Callable[[int, int], None]
"""Told how many rows are done, of how many."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a sheet, row by row."""

    taken: tuple[tuple[int, str], ...]
    """Row of the sheet, and the number it got here."""
    known: tuple[int, ...]
    twice: tuple[int, ...]
    left_out: tuple[int, ...]
    """Rows with a problem that were left out because the importer said so."""
    supporters: int
    replies: int
    new_categories: tuple[str, ...]


def carry_out(
    found: Plan, *, by: Actor, leave_out: bool = False, progress: Progress = lambda *_: None
) -> Report:
    """Take every line of a plan, in one transaction.

    With problems in the plan this is refused, unless `leave_out` says to leave those rows out.
    """
    if not (by.is_house or by.can(Can.NEED_IMPORT)):
        raise NotYours("need:import", _("没有这一页。"))
    if found.problems and not leave_out:
        raise Refused("problems", bad_rows_sentence(found))
    with _heard(found), transaction.atomic():
        # Two imports at once would each find the other's rows missing: the second waits here.
        community = Community.objects.select_for_update().get(pk=by.community_id)
        report = _Taking(_without_known(found, by), by, progress).take()
        detail = {"origin": found.origin, "rows": len(report.taken), "replies": report.replies}
        record("import:messages", row=community, by=by, detail=detail)
    return report


class _WithBadRows(Protocol):
    @property
    def bad_rows(self) -> frozenset[int]: ...


def bad_rows_sentence(found: _WithBadRows) -> str:
    """How many rows of a plan, of messages or of people, have to be put right first."""
    n = len(found.bad_rows)
    return ngettext("有 %d 行要先改好；一行都没有收。", "有 %d 行要先改好；一行都没有收。", n) % n


@contextlib.contextmanager
def _heard(found: Plan) -> Iterator[None]:
    """The demo lives in a December of its own, and a sheet may hold messages of that winter's
    January: then the house's clock stands at the newest of them. Otherwise it is not touched."""
    newest = max((m for line in found.lines for m in (line.at, line.replied_at) if m), default=None)
    if newest is None or newest <= clock.now():
        yield
        return
    with clock.standing_at(newest):
        yield


def _without_known(found: Plan, by: Actor) -> Plan:
    """Look again inside the transaction: an import of the same sheet may just have ended."""
    there = set(
        Need.objects.of(by).filter(origin=found.origin).values_list("old_number", flat=True)
    )
    known = tuple(line.row for line in found.lines if line.key in there)
    return replace(
        found,
        lines=tuple(line for line in found.lines if line.key not in there),
        known=found.known + known,
    )


class _Taking:
    """One import under way."""

    def __init__(self, found: Plan, by: Actor, progress: Progress) -> None:
        self.plan, self.by, self.progress = found, by, progress
        self.now = clock.now()
        self.places = Place.objects.of(by).in_bulk({line.place_id for line in found.lines})
        self.owners = Person.objects.of(by).in_bulk(
            {line.owner_id for line in found.lines if line.owner_id}
        )
        self.intake = open_intake(
            Tally(clock.local(line.at).year for line in found.lines), by=by, heard_at=self.now
        )

    def take(self) -> Report:
        """Categories first, then the rows in the order of the sheet, then the index of words."""
        self.categories = self._categories()
        taken: list[tuple[int, str]] = []
        needs: list[Need] = []
        for n, line in enumerate(self.plan.lines, start=1):
            need = self._row(line)
            needs.append(need)
            taken.append((line.row, need.number))
            if n % 50 == 0:
                self.progress(n, len(self.plan.lines))
        self._index(needs)
        return Report(
            taken=tuple(taken),
            known=self.plan.known,
            twice=self.plan.twice,
            left_out=tuple(sorted(self.plan.bad_rows)),
            supporters=sum(line.heads for line in self.plan.lines),
            replies=sum(1 for line in self.plan.lines if line.reply),
            new_categories=self.plan.new_categories,
        )

    def _row(self, line: Line) -> Need:
        need = actions.report(
            by=self.by,
            place=self.places[line.place_id],
            words=line.words,
            title=line.title,
            kind=self.plan.kind,
            source=Source.IMPORT,
            category=self.categories.get(line.category),
            old_number=line.key,
            origin=self.plan.origin,
            at=line.at,
            intake=self.intake,
            indexed=False,
        )
        if line.heads:
            support(need, by=self.by, heads=line.heads, via="import", at=line.at)
        if line.owner_id:
            need = working.assign(need, by=self.by, owner=self.owners[line.owner_id], at=self.now)
        return self._reply(need, line) if line.reply else need

    def _reply(self, need: Need, line: Line) -> Need:
        """What was answered, and when. Whether it came out well nobody wrote down."""
        at = line.replied_at or self.now
        working.add_result(need, by=self.by, text=line.reply, kind=Result.Sort.REPLY, at=at)
        return actions.settle(
            need,
            by=self.by,
            result_text=line.reply,
            outcome="",
            at=at,
            heard_at=self.now,
            indexed=False,
        )

    def _categories(self) -> dict[str, Category]:
        """Those of the sheet by name or code; the ones that are new are added."""
        rows = list(Category.objects.of(self.by).filter(closed_at__isnull=True).order_by("pk"))
        codes = set(Category.objects.of(self.by).values_list("code", flat=True))
        for name in self.plan.new_categories:
            code = _new_code(name, codes)
            codes.add(code)
            rows.append(add_category(code=code, name=name, done_days=NEW_CATEGORY_DAYS, by=self.by))
        return {row.code: row for row in rows} | {row.name: row for row in reversed(rows)}

    def _index(self, needs: list[Need]) -> None:
        for need in needs:
            need.place = self.places[need.place_id]
        terms.index_many(checks.index_row(need) for need in needs)


NEW_CATEGORY_DAYS = 15
"""Days to finish for a category that a sheet brings along, until somebody sets them."""


def _new_code(name: str, taken: set[str]) -> str:
    """A short code for a category: its pinyin initials, numbered when they are taken."""
    base = "".join(c for c in initials(name) if c.isascii() and c.isalnum())[:16] or "c"
    code, n = base, 1
    while code in taken:
        n += 1
        code = f"{base}{n}"
    return code


def main(
    path: str,
    prefix: str,
    *,
    source: str = "messages",
    leave_out: bool = False,
    out: Callable[[str], object] = lambda line: sys.stdout.write(f"{line}\n"),
) -> int:
    """`linshuo import messages FILE --community PREFIX`: 0 when the file went in, 1 when not.

    Prints what was taken, what was there already, and each problem with its row.
    """
    community = community_by_prefix(prefix)
    if community is None:
        out(_("没有前缀是 %s 的社区。") % prefix)
        return 1
    by = Actor.house(community.pk)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        out(_("文件打不开：%s") % (error.strerror or path))
        return 1
    try:
        sheet = sheets.read(content, path, columns.recognises)
        found = plan(sheet, columns.guess(sheet.headers), by, source=source)
        for line in _said_before(found):
            out(line)
        report = carry_out(found, by=by, leave_out=leave_out)
    except Refused as refused:
        out(str(refused.sentence))
        return 1
    for line in said_after(report):
        out(line)
    return 0


MOST_PRINTED = 50


def _said_before(found: Plan) -> Iterator[str]:
    """Problems first: they decide whether anything is taken at all."""
    for remark in found.problems[:MOST_PRINTED]:
        yield _("第 %(row)d 行，%(column)s：%(sentence)s") % {
            "row": remark.row,
            "column": remark.column or _("整行"),
            "sentence": remark.sentence,
        }
    if len(found.problems) > MOST_PRINTED:
        yield _("还有 %d 处。") % (len(found.problems) - MOST_PRINTED)
    for sentence, n in Tally(remark.sentence for remark in found.remarks).most_common(10):
        yield _("%(sentence)s（%(n)d 行）") % {"sentence": sentence, "n": n}
    if found.left_alone:
        yield _("没有收的列：%s") % "、".join(found.left_alone)


def said_after(report: Report) -> Iterator[str]:
    """What was taken, in sentences."""
    yield _("收了 %d 行。") % len(report.taken)
    if report.taken:
        yield _("第 %(row)d 行的编号是 %(number)s。") % {
            "row": report.taken[0][0],
            "number": report.taken[0][1],
        }
    for words, n in (
        (_("以前收过、这次跳过的：%d 行。"), len(report.known)),
        (_("同一张表里重复的：%d 行。"), len(report.twice)),
        (_("有问题、没有收的：%d 行。"), len(report.left_out)),
        (_("也要的人：%d 位。"), report.supporters),
        (_("带答复、等人核对的：%d 件。"), report.replies),
    ):
        if n:
            yield words % n
    if report.new_categories:
        yield _("新加的类别：%s") % "、".join(report.new_categories)
