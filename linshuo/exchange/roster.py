"""Import of a roster 报到名册: everybody on it is checked in, in one transaction, or nobody is.

Whoever is on it waits for a receipt, unless the importer gives it in the same go. Somebody who
checked in before is left as they are, also when they have ended it since: leaving holds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.acts.checking_in import check_in
from linshuo.domain.people.models import CheckIn, Purpose
from linshuo.domain.places.models import Community, Place
from linshuo.domain.places.queries import community_by_prefix
from linshuo.domain.trail.actions import record
from linshuo.exchange import roster_plans, sheets
from linshuo.exchange.messages import bad_rows_sentence
from linshuo.exchange.roster_plans import Line, RosterPlan, plan, who
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

Progress = Callable[[int, int], None]
MOST_PRINTED = 50


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What became of a roster, row by row."""

    taken: tuple[tuple[int, str], ...]
    """Row of the sheet, and its receipt number; empty while it waits for one."""
    known: tuple[int, ...]
    twice: tuple[int, ...]
    left_out: tuple[int, ...]
    """Rows with a problem that were left out because the importer said so."""


def carry_out(
    found: RosterPlan,
    *,
    by: Actor,
    leave_out: bool = False,
    receipt: bool = False,
    progress: Progress = lambda *_: None,
) -> RosterReport:
    """Check everybody in, in one transaction.

    With problems in the plan this is refused, unless `leave_out` says to leave those rows out.
    """
    if not (by.is_house or by.can(Can.NEED_IMPORT)):
        raise NotYours("need:import", _("没有这一页。"))
    if found.problems and not leave_out:
        raise Refused("problems", bad_rows_sentence(found))
    with transaction.atomic():
        # Two imports at once would each find the other's people missing: the second waits here.
        community = Community.objects.select_for_update().get(pk=by.community_id)
        found = _without_known(found, by)
        taken = _take(found, by, receipt, progress)
        record("import:roster", row=community, by=by, detail={"rows": len(taken)})
    return RosterReport(taken, found.known, found.twice, tuple(sorted(found.bad_rows)))


def _without_known(found: RosterPlan, by: Actor) -> RosterPlan:
    """Look again inside the transaction: an import of the same roster may just have ended."""
    before = roster_plans.checked_in(by)
    new = [x for x in found.lines if who(x.name, x.phone, x.unit) not in before]
    gone = tuple(x.row for x in found.lines if who(x.name, x.phone, x.unit) in before)
    return replace(found, lines=tuple(new), known=found.known + gone)


def _take(
    found: RosterPlan, by: Actor, receipt: bool, progress: Progress
) -> tuple[tuple[int, str], ...]:
    places = Place.objects.of(by).in_bulk({x.place_id for x in found.lines if x.place_id})
    taken: list[tuple[int, str]] = []
    for n, line in enumerate(found.lines, start=1):
        row = _one(line, by, places.get(line.place_id or 0), receipt)
        taken.append((line.row, row.receipt_no))
        if n % 25 == 0:
            progress(n, len(found.lines))
    return tuple(taken)


def _one(line: Line, by: Actor, place: Place | None, receipt: bool) -> CheckIn:
    try:
        return check_in(
            by=by,
            via=CheckIn.Via.ROSTER,
            name=line.name,
            phone=line.phone,
            consents=[Purpose.CONTACT],
            receipt=receipt,
            at=line.at,
            unit_text=line.unit,
            place=place,
            skills=line.skills,
            times=line.times,
            interests=line.interests,
            note=line.note,
        )
    except Refused as refused:
        message = _("第 %(row)d 行：%(sentence)s") % {"row": line.row, "sentence": refused.sentence}
        raise Refused(refused.code, message) from None


def main(
    path: str,
    prefix: str,
    *,
    agreed: bool = False,
    receipt: bool = False,
    leave_out: bool = False,
    out: Callable[[str], object] = lambda line: sys.stdout.write(f"{line}\n"),
) -> int:
    """`linshuo import roster FILE --community PREFIX`: 0 when the file went in, 1 when not.

    Prints who was taken, who was there already, and each problem with its row.
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
        sheet = sheets.read(content, path, roster_plans.recognises)
        found = plan(sheet, roster_plans.guess(sheet.headers), by, agreed=agreed)
        for line in _said_before(found):
            out(line)
        report = carry_out(found, by=by, leave_out=leave_out, receipt=receipt)
    except Refused as refused:
        out(str(refused.sentence))
        if refused.code == "no-consent":
            out(_("都同意了的话，命令后面加上 --agreed。"))
        return 1
    for line in said_after(report):
        out(line)
    return 0


def _said_before(found: RosterPlan) -> Iterator[str]:
    """Problems first: they decide whether anybody is taken at all."""
    for remark in found.problems[:MOST_PRINTED]:
        yield _("第 %(row)d 行，%(column)s：%(sentence)s") % {
            "row": remark.row,
            "column": remark.column or _("整行"),
            "sentence": remark.sentence,
        }
    if len(found.problems) > MOST_PRINTED:
        yield _("还有 %d 处。") % (len(found.problems) - MOST_PRINTED)
    if found.left_alone:
        yield _("没有收的列：%s") % "、".join(found.left_alone)


def said_after(report: RosterReport) -> Iterator[str]:
    """Who was taken, in sentences."""
    yield _("收了 %d 人。") % len(report.taken)
    numbers = [number for _row, number in report.taken if number]
    if numbers:
        given = {"first": numbers[0], "last": numbers[-1]}
        yield _("回执号从 %(first)s 到 %(last)s。") % given
    for words, n in (
        (_("以前报过到、这次跳过的：%d 行。"), len(report.known)),
        (_("同一张表里重复的：%d 行。"), len(report.twice)),
        (_("有问题、没有收的：%d 行。"), len(report.left_out)),
    ):
        if n:
            yield words % n
