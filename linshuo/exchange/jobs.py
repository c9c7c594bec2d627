"""A sheet's way in, of messages or of people: begun, mapped, checked, started, carried out by the
worker.

How far it has come is told by a small file beside the uploads and not by the database: everything
is taken in one transaction, whose rows nobody else sees before it ends.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.needs.models import Kind
from linshuo.domain.papers import actions as papers
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.exchange import columns, messages, plans, roster, roster_plans, sheets
from linshuo.exchange.models import Import
from linshuo.exchange.roster import RosterReport
from linshuo.exchange.roster_plans import RosterPlan
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

log = logging.getLogger(__name__)

STALE = timedelta(minutes=3)
"""Without a sign of life for so long, an import may be started again: it is all or nothing."""
MIME = "application/octet-stream"
"""An uploaded sheet is read by the house and never shown, whatever it says it is."""
STATE = Import.State
WHAT = Import.What


def begin(content: bytes, name: str, *, by: Actor, what: str = WHAT.MESSAGES) -> Import:
    """Keep an uploaded sheet and guess its columns. `what` is what it tells: messages, or a roster.

    Raises `Refused` for what is no sheet.
    """
    _must(by)
    if by.person_id is None:
        raise NotYours("import", _("没有这一页。"))
    name = tidy(name).replace("\n", " ")[-100:] or _("表格")
    if what not in WHAT.values:
        raise Refused("what", _("请选列出来的一项。"), "what")
    roster_ = what == WHAT.ROSTER
    sheet = sheets.read(content, name, _recognises(what))
    if not sheet.rows:
        raise Refused("no-rows", _("表头下面一行也没有。"), "file")
    with transaction.atomic():
        file = papers.keep_file(content, kind="import", mime=MIME, name=name, by=by)
        job = Import(
            community_id=by.community_id,
            by_id=by.person_id,
            file=file,
            name=name,
            what=what,
            source=what,
            mapping=roster_plans.guess(sheet.headers) if roster_ else columns.guess(sheet.headers),
            rows=len(sheet.rows),
            created_at=clock.now(),
        )
        job.save(force_insert=True)
    return job


def _must(by: Actor) -> None:
    if not by.can(Can.NEED_IMPORT):
        raise NotYours("need:import", _("没有这一页。"))


def get(viewer: Actor, pk: int) -> Import:
    """One upload of the viewer's community. Raises `NotYours`."""
    _must(viewer)
    job = Import.objects.of(viewer).select_related("file", "by").filter(pk=pk).first()
    if job is None:
        raise NotYours("import", _("没有这一页。"))
    return job


def recent(viewer: Actor, most: int = 20) -> list[Import]:
    """The newest uploads of the viewer's community."""
    _must(viewer)
    rows = Import.objects.of(viewer).select_related("by").defer("report", "mapping")
    return list(rows.order_by("-created_at", "-pk")[:most])


def sheet_of(job: Import) -> sheets.Sheet:
    """The uploaded sheet, read again. Raises `Refused` when its file is gone."""
    path = papers.path_of(job.community_id, job.file.sha256)
    try:
        content = path.read_bytes()
    except OSError:
        raise Refused("file-gone", _("这个文件不在了，请重新交一次。"), "file") from None
    return sheets.read(content, job.name, _recognises(job.what))


def _recognises(what: str) -> Callable[[str], bool]:
    return roster_plans.recognises if what == WHAT.ROSTER else columns.recognises


def plan_of(job: Import, by: Actor) -> plans.Plan:
    """What taking the messages would do, as things stand now."""
    return plans.plan(sheet_of(job), job.mapping, by, source=job.source, kind=job.kind)


def roster_of(job: Import, by: Actor) -> RosterPlan:
    """What taking the roster would do, as things stand now."""
    return roster_plans.plan(sheet_of(job), job.mapping, by, agreed=job.agreed)


def _plan(job: Import, by: Actor) -> plans.Plan | RosterPlan:
    return roster_of(job, by) if job.what == WHAT.ROSTER else plan_of(job, by)


@transaction.atomic
def settle_roster(
    job: Import, mapping: Mapping[str, int], *, agreed: bool, receipt: bool, by: Actor
) -> Import:
    """Say which column of a roster is what, whether all on it agreed to be contacted, and whether
    they get their receipts in the same go. Raises `Refused`."""
    _must(by)
    roster_plans.check(mapping, sheet_of(job).headers, agreed)
    row = _draft(job, by)
    row.mapping, row.agreed, row.receipt = dict(mapping), agreed, receipt
    row.state, row.problem = STATE.DRAFT, ""
    row.save(update_fields=["mapping", "agreed", "receipt", "state", "problem"])
    return row


def _draft(job: Import, by: Actor) -> Import:
    row = Import.objects.of(by).select_for_update(of=("self",)).get(pk=job.pk)
    if row.state not in (STATE.DRAFT, STATE.FAILED):
        raise Refused("started", _("这张表已经在收了，列不能再改。"))
    return row


@transaction.atomic
def settle_columns(
    job: Import, mapping: Mapping[str, int], *, source: str, kind: str, by: Actor
) -> Import:
    """Say which column is what, and where the sheet comes from. Raises `Refused`."""
    _must(by)
    columns.check(mapping, sheet_of(job).headers)
    plans.origin_of(source)
    if kind not in Kind.values:
        raise Refused("kind", _("请选列出来的一项。"), "kind")
    row = _draft(job, by)
    row.mapping, row.source, row.kind = dict(mapping), tidy(source), kind
    row.state, row.problem = STATE.DRAFT, ""
    row.save(update_fields=["mapping", "source", "kind", "state", "problem"])
    return row


def start(job: Import, *, leave_out: bool, by: Actor) -> None:
    """Hand the sheet to the worker. Raises `Refused` when it has problems that nobody said to
    leave out. Pressed twice, it starts once."""
    from linshuo.exchange.tasks import take_sheet

    _must(by)
    found = _plan(job, by)
    if found.problems and not leave_out:
        raise Refused("problems", messages.bad_rows_sentence(found))
    mine = Import.objects.of(by).filter(pk=job.pk, state__in=[STATE.DRAFT, STATE.FAILED])
    if mine.update(
        state=STATE.WAITING, leave_out=leave_out, started_at=clock.now(), problem="", report=None
    ):
        take_sheet.enqueue(job.community_id, job.pk)


def again(job: Import, *, by: Actor) -> None:
    """Start once more what has given no sign of life. Raises `Refused` while it does."""
    from linshuo.exchange.tasks import take_sheet

    _must(by)
    if not is_stale(job):
        raise Refused("alive", _("还在收，请再等一等。"))
    if (
        Import.objects.of(by)
        .filter(pk=job.pk, state__in=[STATE.WAITING, STATE.RUNNING])
        .update(state=STATE.WAITING, started_at=clock.now())
    ):
        take_sheet.enqueue(job.community_id, job.pk)


def is_stale(job: Import) -> bool:
    """Whether an import is said to be on its way but has been silent for too long."""
    if job.state not in (STATE.WAITING, STATE.RUNNING) or job.started_at is None:
        return False
    return clock.now() - job.started_at > STALE and not _alive(job)


def carry_out(community_id: int, pk: int) -> None:
    """What the worker does. It never raises: what goes wrong stands on the job's page."""
    waiting = Import.objects.within(community_id).filter(pk=pk, state=STATE.WAITING)
    if not waiting.update(state=STATE.RUNNING):
        return
    job = Import.objects.within(community_id).select_related("file").get(pk=pk)
    mine = Import.objects.within(community_id).filter(pk=pk, state=STATE.RUNNING)
    try:
        by = actor_of(Person.objects.within(community_id).get(pk=job.by_id))
        found = _plan(job, by)
        report = _take(job, found, by)
    except Refused as refused:
        mine.update(state=STATE.FAILED, problem=str(refused)[:300], finished_at=clock.now())
    except Exception:
        log.exception("import %s of community %s", pk, community_id)
        sorry = _("中间出了错，一行都没有收进去。请再试一次；还不行，把这张表交给管机器的人看。")
        mine.update(state=STATE.FAILED, problem=sorry, finished_at=clock.now())
    else:
        mine.update(
            state=STATE.DONE,
            done=len(report.taken),
            report=_as_json(found, report),
            finished_at=clock.now(),
        )
    finally:
        _progress_file(job).unlink(missing_ok=True)


def _take(job: Import, found: plans.Plan | RosterPlan, by: Actor) -> messages.Report | RosterReport:
    def progress(done: int, total: int) -> None:
        _tell(job, done, total)

    if isinstance(found, RosterPlan):
        return roster.carry_out(
            found, by=by, leave_out=job.leave_out, receipt=job.receipt, progress=progress
        )
    return messages.carry_out(found, by=by, leave_out=job.leave_out, progress=progress)


def _as_json(
    found: plans.Plan | RosterPlan, report: messages.Report | RosterReport
) -> dict[str, Any]:
    return {
        **asdict(report),
        "problems": [[r.row, r.column, r.sentence] for r in found.problems],
        "remarks": [[r.row, r.column, r.sentence] for r in found.remarks],
        "left_alone": list(found.left_alone),
    }


@dataclass(frozen=True, slots=True)
class HowFar:
    """Rows done of all, as the worker last said."""

    done: int
    total: int


def how_far(job: Import) -> HowFar:
    """How far an import has come. Zero before the worker has taken it up."""
    try:
        done, total = _progress_file(job).read_text().split()
        return HowFar(int(done), int(total))
    except (OSError, ValueError):
        return HowFar(job.done, job.rows)


def _progress_file(job: Import) -> Path:
    return papers.uploads() / str(job.community_id) / "progress" / str(job.pk)


def _tell(job: Import, done: int, total: int) -> None:
    path = _progress_file(job)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".part").write_text(f"{done} {total}")
    path.with_suffix(".part").replace(path)


def _alive(job: Import) -> bool:
    try:
        age = time.time() - _progress_file(job).stat().st_mtime
    except OSError:
        return False
    return age < STALE.total_seconds()
