"""The forms of others: their workbook, whose named cells figures fill, so nobody types a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.papers.actions import keep_file, path_of
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.moves import happened
from linshuo.exchange import filling
from linshuo.insight.behind import moment_of, since_of
from linshuo.insight.figures import Figure
from linshuo.insight.models import OutsideForm
from linshuo.insight.saved import find_figure, must_keep
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_CELLS = 200
MOST_NAME = 60
KEPT_AS = "application/octet-stream"
"""What a kept file is called inside; nobody is ever handed it as it is."""


@transaction.atomic
def take_in(
    content: bytes, filename: str, *, name: str = "", by: Actor, at: datetime | None = None
) -> OutsideForm:
    """Keep somebody's workbook as a form to fill. Raises `Refused` for what cannot be opened."""
    must_keep(by)
    filling.look(content)
    called = tidy(name) or tidy(filename.rpartition(".")[0]) or _("上面的表")
    file = keep_file(content, kind="form", mime=KEPT_AS, name=filename, by=by, at=at)
    row = OutsideForm(
        community_id=by.community_id,
        name=called[:MOST_NAME],
        file=file,
        by_id=by.person_id,
        at=happened(at),
    )
    row.save(force_insert=True)
    record("outsideform:take-in", row=row, by=by, at=at)
    return row


@transaction.atomic
def name_cells(
    form: OutsideForm,
    cells: Sequence[tuple[str, str, str]],
    *,
    by: Actor,
    at: datetime | None = None,
) -> OutsideForm:
    """Say which cell takes which figure: (sheet, cell as typed, key of the figure).

    Raises `Refused` with the field cell<number of the line> for a cell that is none, that is named
    twice or cannot be filled, and key<number> for a figure that is none.
    """
    must_keep(by)
    row = OutsideForm.objects.of(by).select_for_update().filter(pk=form.pk).first()
    if row is None or row.ended_at is not None:
        raise NotYours("form", _("没有这张表。"))
    if len(cells) > MOST_CELLS:
        raise Refused("many", _("一张表最多填 %d 个格子。") % MOST_CELLS)
    named: dict[tuple[str, str], dict[str, str]] = {}
    for n, (sheet, typed, key) in enumerate(cells):
        try:
            cell = filling.cell_name(typed)
        except Refused as refused:
            raise Refused(refused.code, refused.sentence, f"cell{n}") from None
        try:
            find_figure(by.community_id, key)
        except Refused as refused:
            raise Refused(refused.code, refused.sentence, f"key{n}") from None
        if (sheet, cell) in named:
            raise Refused("twice", _("%s 写了两次。") % cell, f"cell{n}")
        named[(sheet, cell)] = {"sheet": sheet, "cell": cell, "key": key}
    told = list(named.values())
    filling.check(content_of(row), [filling.Value(c["sheet"], c["cell"]) for c in told])
    row.cells = told
    row.save(update_fields=["cells"])
    record("outsideform:name-cells", row=row, by=by, at=at, detail={"cells": len(told)})
    return row


def content_of(form: OutsideForm) -> bytes:
    """The workbook as it was handed in. Raises `Refused` when the file is not there any more."""
    path = path_of(form.community_id, form.file.sha256)
    if not path.is_file():
        raise Refused("file", _("这张表的文件找不到了，请再交一次。"))
    return path.read_bytes()


def filled(
    form: OutsideForm,
    since: date | None,
    until: date,
    *,
    by: Actor,
    at: datetime | None = None,
) -> bytes:
    """The workbook with every named cell filled for a period, and on record that it was.

    Raises `Refused` when no cell is named, for days that will not do, for a figure that is no more
    or is of today only, and for a cell that cannot be filled.
    """
    must_keep(by)
    if not form.cells:
        raise Refused("cells", _("还没有说哪个格子填哪个数字。"))
    moment, begins = moment_of(until), since_of(since, until)
    values = [
        filling.Value(c["sheet"], c["cell"], _value(by.community_id, c, moment, begins, until))
        for c in form.cells
    ]
    content = filling.fill(content_of(form), values)
    with transaction.atomic():
        told = {"cells": len(values), "until": until.isoformat()}
        record("outsideform:fill", row=form, by=by, at=at, detail=told)
    return content


def _value(
    here: int, cell: dict[str, str], moment: datetime, since: datetime | None, until: date
) -> str | int | float:
    try:
        figure = find_figure(here, cell["key"])
    except Refused as refused:
        told = _("“%(sheet)s”的 %(cell)s 要填的数字已经没有了，换一个再填。") % cell
        raise Refused(refused.code, told) from None
    if figure.present and until != clock.today():
        message = _("“%s”只能按今天数。把末一天改成今天，或者换一个数字。")
        raise Refused("present", message % figure.name, "as_of")
    return _plain(figure, figure.value(here, moment, since))


def _plain(figure: Figure, value: int) -> str | int | float:
    """A number for a cell: a count as it is, a sum in the unit people write in a form."""
    if figure.measure is None:
        return value
    return figure.measure.plain(value) if figure.measure.plain else figure.words(value)


@transaction.atomic
def put_away(form: OutsideForm, *, by: Actor, at: datetime | None = None) -> OutsideForm:
    """A form that is asked for no longer. Twice is once."""
    must_keep(by)
    row = OutsideForm.objects.of(by).select_for_update().filter(pk=form.pk).first()
    if row is None:
        raise NotYours("form", _("没有这张表。"))
    if row.ended_at is None:
        row.ended_at = happened(at)
        row.save(update_fields=["ended_at"])
        record("outsideform:put-away", row=row, by=by, at=at)
    return row


def forms(viewer: Actor) -> list[OutsideForm]:
    """The forms that are filled here, the newest first."""
    rows = OutsideForm.objects.of(viewer).filter(ended_at__isnull=True)
    return list(rows.select_related("by", "file").order_by("-at", "-pk"))


def get_form(viewer: Actor, pk: int) -> OutsideForm:
    """One of them. Raises `NotYours`."""
    rows = OutsideForm.objects.of(viewer).filter(ended_at__isnull=True, pk=pk)
    found = rows.select_related("file").first()
    if found is None:
        raise NotYours("form", _("没有这张表。"))
    return found


# --- the burden meter ---

PRODUCED = ("outsideform:fill", "brief:freeze", "ledger:export", "figure:export")
"""What leaves the office ready, and what it says of how much is in it."""
_ASIDE = ("person:reveal", "file:keep", "frozenfigure:freeze", "savedfigure:save")
"""Written down by the house when somebody looks or takes out: nobody typed anything."""


@dataclass(frozen=True, slots=True)
class Burden:
    """What was written down in a period, and what came out of it without typing it again."""

    written: int
    """Times somebody wrote something down."""
    closed: int
    produced: int
    """Forms, briefs and sheets."""
    cells: int
    """Numbers and rows in them that nobody typed."""

    @property
    def each(self) -> str:
        """Times something was written for each matter closed; empty when none was."""
        return f"{self.written / self.closed:.1f}".removesuffix(".0") if self.closed else ""


def burden(viewer: Actor, since: datetime | None, until: datetime) -> Burden:
    """The meter of a period: three queries. What is imported was written by somebody too."""
    events = Event.objects.of(viewer).filter(at__lte=until)
    if since:
        events = events.filter(at__gt=since)
    made = list(events.filter(verb__in=PRODUCED).values_list("detail", flat=True))
    cells = sum(
        int((d or {}).get("cells") or (d or {}).get("figures") or (d or {}).get("rows") or 0)
        for d in made
    )
    written = events.filter(actor_id__isnull=False).exclude(verb__in=(*PRODUCED, *_ASIDE))
    written = written.exclude(verb__endswith=":redact")  # an erasure, row by row
    closed = events.filter(verb="need:confirm").values("row_id").distinct().count()
    return Burden(written.count(), closed, len(made), cells)
