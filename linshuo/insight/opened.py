"""A brief as it is read: a draft with figures counted now, a frozen one with what it froze; and,
beside a frozen one, what has changed since, row by row.

Two things can change. A matter goes on: of a figure of a moment, rows are no longer in it today. Or
the record of then is amended: read again for the same time, rows have come or gone. Both are named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from linshuo.domain.needs.lifecycle import NEED
from linshuo.domain.people.lifecycle import CHECK_IN
from linshuo.domain.pledges.lifecycle import PLEDGE
from linshuo.domain.trail.models import Event
from linshuo.insight.behind import known, moment_of, since_of
from linshuo.insight.composing import figure_or_none, pieces, used
from linshuo.insight.cuts import get_cut, parts
from linshuo.insight.figures import Figure
from linshuo.insight.models import Brief, FrozenFigure
from linshuo.insight.periods import span_words
from linshuo.insight.rows import KINDS, Row
from linshuo.kit import clock, wording
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused

MOST_LISTED = 1000
"""Rows of a frozen figure on its page."""
MOST_NAMED = 30
"""Rows named under one figure; the rest is counted."""
SETTLED = frozenset({"flow.settled", "flow.confirmed", "days.to-close"})
"""Figures of a period whose rows may have been sent back since."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: what a figure of the text counted."""

    no: int
    key: str
    cut: str
    name: str
    said: str
    unit: str
    counts: str
    leaves_out: str
    when: str
    rows: int
    parts: tuple[tuple[str, str], ...] = ()
    broken: str = ""
    period: bool = False
    """Whether it is of the time from one day to another."""

    @property
    def amount(self) -> str:
        """36 件, ¥59,100.00."""
        return f"{self.said} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or a figure that opens."""

    words: str
    note: Note | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of words and figures, or a table."""

    pieces: tuple[Piece, ...] = ()
    table: Note | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A brief to be read."""

    pk: int
    title: str
    kind: str
    span: str
    as_of: str
    """Until when it counts, to the minute."""
    frozen: bool
    by: str
    frozen_on: str
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One row that is not as the brief had it, and how."""

    row: Row
    how: str


@dataclass(frozen=True, slots=True)
class Since:
    """What has become of one figure of a frozen brief."""

    note: Note
    now: str
    """The value today, or of the same time read again; empty when it can no longer be counted."""
    left: list[Changed] = field(default_factory=list)
    late: list[Changed] = field(default_factory=list)
    back: list[Changed] = field(default_factory=list)
    """Of a period: what was settled in it, and was sent back since."""
    moved: bool = False
    """Whether the value is another."""
    joined: int = 0
    """Rows that came into a figure of a moment since: life goes on."""
    hidden: int = 0
    """Rows that changed and are not the viewer's to see, or more than are named."""
    broken: str = ""


def get_brief(viewer: Actor, pk: int) -> Brief:
    """A brief of the viewer's community; drafts only for those who keep briefs. `NotYours`."""
    rows = Brief.objects.of(viewer).filter(pk=pk, dropped_at__isnull=True)
    if not viewer.can(Can.BRIEF_KEEP):
        rows = rows.filter(frozen_at__isnull=False)
    found = rows.select_related("by", "frozen_by").first()
    if found is None:
        raise NotYours("brief", _("没有这份简报。"))
    return found


def briefs(viewer: Actor, *, before: str = "", most: int = 30) -> tuple[list[Brief], str]:
    """Briefs, the newest period first, by keyset; with the mark of the next page, or ""."""
    rows = Brief.objects.of(viewer).filter(dropped_at__isnull=True)
    if not viewer.can(Can.BRIEF_KEEP):
        rows = rows.filter(frozen_at__isnull=False)
    day, _bar, pk = before.partition("_")
    try:
        until, last = datetime.fromisoformat(day).date(), int(pk)
    except ValueError:
        pass
    else:
        rows = rows.filter(Q(until__lt=until) | Q(until=until, pk__lt=last))
    found = list(rows.select_related("by").order_by("-until", "-pk")[: most + 1])
    more = found[most - 1] if len(found) > most else None
    return found[:most], f"{more.until.isoformat()}_{more.pk}" if more else ""


def opened(brief: Brief) -> Opened:
    """A brief to be read: frozen, or counted now. A figure that cannot be counted says why."""
    notes = _frozen_notes(brief) if brief.frozen_at else _live_notes(brief)
    by = {(n.key, n.cut): n for n in notes}
    paragraphs = []
    for each in brief.body:
        if "table" in each:
            paragraphs.append(Paragraph(table=by[(each["table"], each["by"])]))
            continue
        told = [
            Piece(words) if words else Piece("", by[(key, "")])
            for words, key in pieces(each["text"])
        ]
        paragraphs.append(Paragraph(pieces=tuple(told)))
    signer = brief.frozen_by or brief.by
    as_of = brief.as_of or moment_of(min(brief.until, clock.today()))
    return Opened(
        pk=brief.pk,
        title=brief.title,
        kind=str(brief.get_kind_display()),
        span=span_words(brief.since, brief.until),
        as_of=f"{wording.day(as_of)} {wording.hour(as_of)}",
        frozen=brief.frozen_at is not None,
        by=signer.name if signer else "",
        frozen_on=wording.day(brief.frozen_at) if brief.frozen_at else "",
        paragraphs=tuple(paragraphs),
        notes=tuple(notes),
    )


def _frozen_notes(brief: Brief) -> list[Note]:
    rows = FrozenFigure.objects.within(brief.community_id).filter(brief=brief).order_by("no")
    return [_note_of(row, brief) for row in rows]


def _note_of(row: FrozenFigure, brief: Brief) -> Note:
    return Note(
        no=row.no,
        key=row.key,
        cut=row.cut,
        name=row.name,
        said=row.said,
        unit=row.unit,
        counts=row.counts,
        leaves_out=row.leaves_out,
        when=_when(brief, row.since is not None),
        rows=len(row.row_ids),
        parts=tuple((words, said) for words, said, _n in row.parts),
        period=row.since is not None,
    )


def _when(brief: Brief, period: bool) -> str:
    return span_words(brief.since if period else None, brief.until)


def _live_notes(brief: Brief) -> list[Note]:
    at = moment_of(min(brief.until, clock.today()))
    since = since_of(brief.since, brief.until)
    here = brief.community_id
    return [
        _live(brief, no, key, cut, at, since, here)
        for no, (key, cut) in enumerate(used(brief.body), 1)
    ]


def _live(
    brief: Brief, no: int, key: str, how: str, at: datetime, since: datetime | None, here: int
) -> Note:
    figure = figure_or_none(here, key)
    if figure is None:
        gone = _("这个数字已经没有了")
        return Note(no, key, how, key, gone, "", "", "", "", 0, broken=gone)
    told = Note(
        no=no,
        key=key,
        cut=how,
        name=str(figure.name),
        said=_("数不出来了"),
        unit="",
        counts=str(figure.counts),
        leaves_out=str(figure.leaves_out),
        when=_when(brief, figure.period),
        rows=0,
        period=figure.period and brief.since is not None,
    )
    try:
        read = figure.read(here, at, since)
    except Refused as refused:
        return replace(told, broken=str(refused.sentence))
    cut = get_cut(figure, how)
    lines = parts(figure, cut, here, at, since) if cut else []
    return replace(
        told,
        said=read.said,
        unit=str(figure.unit),
        rows=len(read.row_ids),
        parts=tuple((p.words, p.said) for p in lines),
    )


# --- what has changed since ---


def changes(viewer: Actor, brief: Brief) -> list[Since]:
    """What has become of each figure of a frozen brief; those that say the same are left out."""
    rows = FrozenFigure.objects.of(viewer).filter(brief=brief).order_by("no")
    found = [_since(viewer, brief, row) for row in rows]
    return [s for s in found if s.moved or s.left or s.late or s.back or s.joined or s.broken]


def frozen_figure(viewer: Actor, brief: Brief, no: int) -> FrozenFigure:
    """A figure of a frozen brief by its footnote. Raises `NotYours`."""
    found = FrozenFigure.objects.of(viewer).filter(brief=brief, no=no).first()
    if found is None:
        raise NotYours("figure", _("没有这个数字。"))
    return found


def frozen_rows(viewer: Actor, frozen: FrozenFigure) -> tuple[list[Row], int]:
    """The rows a brief counted, as they stand now, as far as the viewer may see them, the newest
    first; and how many are not listed."""
    kind = KINDS[frozen.kind]
    wanted = sorted(frozen.row_ids)[-MOST_LISTED:]
    rows = kind.of(viewer.community_id).filter(kind.scope(viewer), pk__in=wanted)
    drawn = [kind.row(r) for r in kind.draw(rows.order_by("-pk"))]
    return drawn, len(frozen.row_ids) - len(drawn)


def today_of(viewer: Actor, frozen: FrozenFigure) -> int:
    """What the figure says today: of a moment as of now, of a period for the same period."""
    figure = known(viewer, frozen.key)
    return figure.value(viewer.community_id, *_again(figure, frozen, clock.now()))


def _again(figure: Figure, frozen: FrozenFigure, now: datetime) -> tuple[datetime, datetime | None]:
    return (frozen.as_of, frozen.since) if figure.period else (now, None)


def _since(viewer: Actor, brief: Brief, frozen: FrozenFigure) -> Since:
    note = _note_of(frozen, brief)
    here = viewer.community_id
    figure = figure_or_none(here, frozen.key)
    if figure is None:
        return Since(note, "", broken=_("这个数字现在不再数了，所以看不出变了什么。"))
    then = set(frozen.row_ids)
    try:
        now = figure.read(here, *_again(figure, frozen, clock.now()))
        again = now if figure.period else figure.read(here, frozen.as_of)
    except Refused as refused:
        return Since(note, "", broken=str(refused.sentence))
    current = set(now.row_ids)
    amended = set(again.row_ids) - then
    gone = (then - current) | (then - set(again.row_ids))
    left, hid_left = _named(viewer, figure, gone, frozen.as_of)
    late, hid_late = _named(viewer, figure, amended, frozen.as_of, late=True)
    again_open = _sent_back(here, then, frozen.as_of) if figure.key in SETTLED else set()
    back, hid_back = _named(viewer, figure, again_open - gone, frozen.as_of)
    return Since(
        note=note,
        now=f"{now.said} {figure.unit}".strip(),
        left=left,
        late=late,
        back=back,
        moved=now.value != frozen.value,
        joined=0 if figure.period else len(current - then - amended),
        hidden=hid_left + hid_late + hid_back,
    )


def _sent_back(community_id: int, then: set[int], as_of: datetime) -> set[int]:
    events = Event.objects.within(community_id).filter(verb="need:reopen", at__gt=as_of)
    return then & set(events.values_list("row_id", flat=True))


def _named(
    viewer: Actor, figure: Figure, ids: Iterable[int], as_of: datetime, *, late: bool = False
) -> tuple[list[Changed], int]:
    """Some rows with what befell each, as far as the viewer may see; and how many are not named."""
    wanted = sorted(ids)
    if not wanted:
        return [], 0
    kind = KINDS[figure.kind]
    rows = kind.of(viewer.community_id).filter(kind.scope(viewer), pk__in=wanted[:1000])
    shown = list(kind.draw(rows.order_by("pk"))[:MOST_NAMED])
    if late:
        told = dict.fromkeys((r.pk for r in shown), _("后来补记的，算进那一天"))
    else:
        told = _what_happened(viewer.community_id, kind.model, [r.pk for r in shown], as_of)
    # A line of the board changes by who signs for it, not by a move of its own.
    other = _("后来有人认了，或者收起来了") if figure.kind == "ask" else _("后来改了记录")
    named = [Changed(kind.row(r), told.get(r.pk, other)) for r in shown]
    return named, len(wanted) - len(named)


_VERBS: dict[str, Any] = {
    f"{cycle.kind}:{m.verb}": m.label
    for cycle in (NEED, PLEDGE, CHECK_IN)
    for m in cycle.moves.values()
}


def _what_happened(
    community_id: int, model: type[Any], pks: list[int], as_of: datetime
) -> dict[int, str]:
    """The first thing that happened to each row after the moment: 2020年1月2日退回."""
    events = Event.objects.within(community_id).filter(
        row_kind=model.trail_kind, row_id__in=pks, at__gt=as_of, verb__in=list(_VERBS)
    )
    told: dict[int, str] = {}
    for event in events.order_by("id"):
        words = f"{wording.day(event.at)}{_VERBS[event.verb]}"
        told.setdefault(event.row_id, words)
    return told
