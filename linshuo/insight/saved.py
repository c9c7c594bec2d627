"""Figures saved from a list: the ledger's filters under a name, counted anew at each look.

What the ledger shows is how matters stand now, so such a figure is of now only. A filter may come
to name something that is no more; then the figure says so instead of counting something else.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linshuo.domain.needs.models import Category, Kind, Need, Tag
from linshuo.domain.needs.queries import TABS, Filters, matching
from linshuo.domain.people.models import Person
from linshuo.domain.places.models import Place
from linshuo.domain.trail.actions import record
from linshuo.domain.trail.moves import happened
from linshuo.insight.figures import FIGURES, Figure, get_figure
from linshuo.insight.models import SavedFigure
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can
from linshuo.kit.refused import NotYours, Refused
from linshuo.kit.text import tidy

PREFIX = "saved."
"""Of the key of a saved figure: saved.12."""
MOST_NAME = 40
MOST_SAVED = 60


@transaction.atomic
def save(
    name: str, filters: Filters, *, words: str, by: Actor, at: datetime | None = None
) -> SavedFigure:
    """Keep the filters of the ledger under a name. `words` says them as a person would.

    Raises `Refused` for a name that is missing, too long or taken, and when there are too many.
    """
    must_keep(by)
    clean = tidy(name)
    if not 1 < len(clean) <= MOST_NAME:
        raise Refused("name", _("给它起个名字，2 到 %d 个字。") % MOST_NAME, "name")
    if clean in {str(f.name) for f in FIGURES.values()}:
        raise Refused("taken", _("已经有一个数字叫这个名字，换一个。"), "name")
    live = SavedFigure.objects.of(by).filter(ended_at__isnull=True)
    if live.count() >= MOST_SAVED:
        raise Refused("many", _("已经存了 %d 个。先去掉几个不用的。") % MOST_SAVED, "name")
    row = SavedFigure(
        community_id=by.community_id,
        name=clean,
        filters={k: v for k, v in asdict(filters).items() if v not in ("", None, False)},
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


def _figure(row: SavedFigure) -> Figure:
    def find(community_id: int, as_of: datetime) -> QuerySet[Need, Need]:
        filters = _filters(row)
        found = matching(Actor.house(community_id), filters, clock.now())
        return Need.objects.within(community_id).filter(found, reported_at__lte=as_of)

    return Figure(
        key=f"{PREFIX}{row.pk}",
        name=row.name,
        unit=_("件"),
        counts=_("台账上筛出来的：%s。按台账现在的样子数。") % row.words,
        leaves_out="",
        kind="need",
        find=find,
        present=True,
    )


def _filters(row: SavedFigure) -> Filters:
    """The filters as saved. Raises `Refused("filter")` when what they name is no more."""
    what = _gone(row.community_id, row.filters)
    if what:
        message = _("“%(name)s”筛的是%(words)s，可是%(what)s，数不出来了。到台账上重新筛一次再存。")
        raise Refused("filter", message % {"name": row.name, "words": row.words, "what": what})
    return Filters(**row.filters)


def _gone(community_id: int, filters: dict[str, Any]) -> str:
    """What of the filters is no more, in words; empty when all of it is still there."""
    known = {f.name for f in fields(Filters)}
    tags = {*Tag.values, "any", ""}
    if (
        set(filters) - known
        or filters.get("tab", "live") not in TABS
        or filters.get("kind", "") not in {*Kind.values, ""}
        or filters.get("tag", "") not in tags
    ):
        return _("台账已经没有这样的筛法")
    if category := filters.get("category"):
        live = Category.objects.within(community_id).filter(closed_at__isnull=True)
        if not live.filter(pk=category).exists():
            return _("这个类别已经停用")
    if path := filters.get("place"):
        places = Place.objects.within(community_id).filter(closed_at__isnull=True)
        if not places.filter(path=path).exists():
            return _("这个地方已经不在名录里")
    if owner := filters.get("owner"):
        people = Person.objects.within(community_id).filter(erased_at__isnull=True)
        if not people.filter(pk=owner).exists():
            return _("这位责任人已经不在这里")
    return ""
