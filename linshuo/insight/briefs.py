"""Writes of briefs: drawn up from what is ready or from nothing, written, frozen once, given up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from linshuo.domain.places.models import Community
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.insight.behind import moment_of, since_of
from linshuo.insight.composing import figure_or_none, typed_to_body, used
from linshuo.insight.cuts import get_cut, parts
from linshuo.insight.models import Brief, BriefKind, FrozenFigure
from linshuo.insight.ready import body_for, since_for, title_of
from linshuo.insight.saved import must_keep
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

MOST_TITLE = 60


@transaction.atomic
def draw_up(
    kind: str,
    *,
    until: date,
    by: Actor,
    since: date | None = None,
    title: str = "",
    at: datetime | None = None,
) -> Brief:
    """A draft, with the ready text of its kind. A ready one knows where its period begins.

    Raises `Refused` for a kind nobody knows, a title that will not do and days the wrong way round.
    """
    must_keep(by)
    if kind not in BriefKind.values:
        raise Refused("kind", _("写哪一种简报，选一个。"), "kind")
    begins = since if kind == BriefKind.OWN else since_for(kind, until)
    _days(begins, until)
    community = Community.objects.get(pk=by.community_id)
    brief = Brief(
        community_id=by.community_id,
        kind=kind,
        title=_title(title or title_of(kind, community.name, begins, until)),
        since=begins,
        until=until,
        body=body_for(kind, community, until),
        by_id=by.person_id,
        created_at=happened(at),
    )
    brief.save(force_insert=True)
    record("brief:draw-up", row=brief, by=by, at=at)
    return brief


@transaction.atomic
def write(
    brief: Brief,
    *,
    title: str,
    since: date | None,
    until: date,
    paragraphs: Sequence[str],
    by: Actor,
    at: datetime | None = None,
) -> Brief:
    """Put a draft's title, days and text in the place of what it said.

    Raises `Refused("frozen")` once it is frozen, and for what `typed_to_body` refuses.
    """
    row = _lock(brief, by)
    _days(since, until)
    row.title, row.since, row.until = _title(title), since, until
    row.body = typed_to_body(paragraphs, by.community_id)
    row.save(update_fields=["title", "since", "until", "body"])
    record("brief:write", row=row, by=by, at=at)
    return row


@transaction.atomic
def freeze(brief: Brief, *, by: Actor, at: datetime | None = None) -> Brief:
    """Count every figure of the text once more and keep it: value, definition, moment, rows.

    From here on the brief says the same for ever. Twice is once. Raises `Refused` for an empty
    text, a last day that has not come, and a figure that cannot be counted for it.
    """
    must_keep(by)
    known = Brief.objects.of(by).filter(pk=brief.pk, frozen_at__isnull=False).first()
    if known is not None:
        return known
    row = _lock(brief, by)
    wanted = used(row.body)
    if not row.body:
        raise Refused("empty", _("还一段也没写。"))
    moment = moment_of(row.until)
    since = since_of(row.since, row.until)
    row.as_of, row.frozen_at, row.frozen_by_id = moment, happened(at), by.person_id
    row.save(update_fields=["as_of", "frozen_at", "frozen_by"])
    record("brief:freeze", row=row, by=by, at=at, detail={"figures": len(wanted)})
    for no, (key, how) in enumerate(wanted, 1):
        _freeze_one(row, no, key, how, moment, since, by, at)
    return row


def _freeze_one(
    brief: Brief,
    no: int,
    key: str,
    how: str,
    moment: datetime,
    since: datetime | None,
    by: Actor,
    at: datetime | None,
) -> None:
    figure = figure_or_none(brief.community_id, key)
    if figure is None:
        raise Refused("figure", _("文中的“%s”这个数字已经没有了，先改一改。") % key)
    if figure.present and brief.until != clock.today():
        message = _("“%s”只能按今天数，这份简报算到另一天。把末一天改成今天，或者去掉它。")
        raise Refused("present", message % figure.name, "until")
    read = figure.read(brief.community_id, moment, since)
    cut = get_cut(figure, how)
    told = parts(figure, cut, brief.community_id, moment, since) if cut else []
    row = FrozenFigure(
        community_id=brief.community_id,
        brief=brief,
        no=no,
        key=key,
        cut=how,
        name=str(figure.name),
        unit=str(figure.unit),
        counts=str(figure.counts),
        leaves_out=str(figure.leaves_out),
        kind=figure.kind,
        since=read.since,
        as_of=moment,
        value=read.value,
        said=read.said,
        row_ids=list(read.row_ids),
        parts=[[p.words, p.said, len(p.row_ids)] for p in told],
    )
    row.save(force_insert=True)
    record("frozenfigure:freeze", row=row, subject=brief, by=by, at=at)


@transaction.atomic
def give_up(brief: Brief, *, by: Actor, at: datetime | None = None) -> Brief:
    """A draft nobody wants. What is frozen stays: raises `Refused("frozen")`. Twice is once."""
    must_keep(by)
    gone = Brief.objects.of(by).filter(pk=brief.pk, dropped_at__isnull=False).first()
    if gone is not None:
        return gone
    row = _lock(brief, by)
    row.dropped_at = happened(at)
    row.save(update_fields=["dropped_at"])
    record("brief:give-up", row=row, by=by, at=at)
    return row


def _lock(brief: Brief, by: Actor) -> Brief:
    must_keep(by)
    row = Brief.objects.of(by).select_for_update(of=("self",)).filter(pk=brief.pk).first()
    if row is None or row.dropped_at is not None:
        raise NotYours("brief", _("没有这份简报。"))
    if row.frozen_at is not None:
        raise Refused("frozen", _("这份简报已经定稿，不再改。要改就另写一份。"))
    return row


def _title(title: str) -> str:
    clean = tidy(title)
    if not 1 < len(clean) <= MOST_TITLE:
        raise Refused("title", _("写个题目，2 到 %d 个字。") % MOST_TITLE, "title")
    return clean


def _days(since: date | None, until: date) -> None:
    try:
        moment_of(until)
        since_of(since, until)
    except Refused as refused:
        field = "until" if refused.field == "as_of" else refused.field
        raise Refused(refused.code, refused.sentence, field) from None
