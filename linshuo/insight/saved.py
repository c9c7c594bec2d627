"""Figures saved from a list: its filters under a name, counted anew at each look.

What a list shows is how matters stand now, so such a figure is of now only. A filter may come
to name something that is no more; then the figure says so instead of counting something else.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.insight.figures import FIGURES, Figure, get_figure
from linshuo.insight.lists import LEDGER, LISTS, Listed
from linshuo.insight.models import SavedFigure
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

PREFIX = "saved."
"""Of the key of a saved figure: saved.12."""
LIST = "list"
"""Among the filters: which list they are of. The ledger's say nothing of it."""
MOST_NAME = 40
MOST_SAVED = 60


@transaction.atomic
def save(
    name: str,
    filters: Any,
    *,
    words: str,
    by: Actor,
    listed: str = LEDGER,
    at: datetime | None = None,
) -> SavedFigure:
    """Keep the filters of a list of `LISTS` under a name. `words` says them as a person would.

    Raises `Refused` for a name that is missing, too long or taken, and when there are too many;
    `NotYours` for a list one may not read.
    """
    must_keep(by)
    if not (by.is_house or by.can(LISTS[listed].can)):
        raise NotYours("figure", _("没有这一页。"))
    clean = tidy(name)
    if not 1 < len(clean) <= MOST_NAME:
        raise Refused("name", _("给它起个名字，2 到 %d 个字。") % MOST_NAME, "name")
    if clean in {str(f.name) for f in FIGURES.values()}:
        raise Refused("taken", _("已经有一个数字叫这个名字，换一个。"), "name")
    live = SavedFigure.objects.of(by).filter(ended_at__isnull=True)
    if live.count() >= MOST_SAVED:
        raise Refused("many", _("已经存了 %d 个。先去掉几个不用的。") % MOST_SAVED, "name")
    kept = {**asdict(filters), LIST: "" if listed == LEDGER else listed}
    row = SavedFigure(
        community_id=by.community_id,
        name=clean,
        filters={k: v for k, v in kept.items() if v not in ("", None, False, ())},
        words=words[:300],
        by_id=by.person_id,
        at=happened(at),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refused("taken", _("已经有一个数字叫这个名字，换一个。"), "name") from None
    record("savedfigure:save", row=row, by=by, at=at)
    return row


@transaction.atomic
def drop(pk: int, *, by: Actor, at: datetime | None = None) -> SavedFigure:
    """Saved no longer; the briefs that froze it keep what they froze. Twice is once."""
    must_keep(by)
    row = SavedFigure.objects.of(by).select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotYours("figure", _("没有这个数字。"))
    if row.ended_at is None:
        row.ended_at = happened(at)
        row.save(update_fields=["ended_at"])
        record("savedfigure:drop", row=row, by=by, at=at)
    return row


def must_keep(by: Actor) -> None:
    """Raises `NotYours` unless briefs and saved figures are theirs to keep."""
    if not (by.is_house or by.can(Can.BRIEF_KEEP)):
        raise NotYours("brief:keep", _("没有这一页。"))


def saved_figures(community_id: int) -> list[Figure]:
    """The saved figures of a community, by name: one query."""
    rows = SavedFigure.objects.within(community_id).filter(ended_at__isnull=True)
    return [_figure(row) for row in rows.order_by("name", "pk")]


def find_figure(community_id: int, key: str) -> Figure:
    """A figure by its key, of the house or saved here. Raises `Refused("figure")`."""
    if not key.startswith(PREFIX):
        return get_figure(key)
    pk = key.removeprefix(PREFIX)
    row = None
    if pk.isascii() and pk.isdecimal() and len(pk) < 16:
        live = SavedFigure.objects.within(community_id).filter(ended_at__isnull=True)
        row = live.filter(pk=int(pk)).first()
    if row is None:
        raise Refused("figure", _("没有这个数字。"))
    return _figure(row)


def list_of(row: SavedFigure) -> Listed:
    """The list that a figure was saved from."""
    return LISTS[row.filters.get(LIST, LEDGER)]


def _figure(row: SavedFigure) -> Figure:
    listed = list_of(row)

    def find(community_id: int, as_of: datetime) -> QuerySet[Any]:
        return listed.rows(community_id, _filters(row, listed), as_of)

    told = {"list": listed.label, "words": row.words}
    return Figure(
        key=f"{PREFIX}{row.pk}",
        name=row.name,
        unit=listed.unit,
        counts=_("%(list)s上筛出来的：%(words)s。按%(list)s现在的样子数。") % told,
        leaves_out="",
        kind=listed.kind,
        find=find,
        present=True,
    )


def _filters(row: SavedFigure, listed: Listed) -> Any:
    """The filters as saved. Raises `Refused("filter")` when what they name is no more."""
    kept = {name: value for name, value in row.filters.items() if name != LIST}
    what = listed.missing(row.community_id, kept)
    if what:
        told = _(
            "“%(name)s”筛的是%(words)s，可是%(what)s，数不出来了。到%(list)s上重新筛一次再存。"
        )
        said = {"name": row.name, "words": row.words, "what": what, "list": listed.label}
        raise Refused("filter", told % said)
    return listed.filters(**kept)
