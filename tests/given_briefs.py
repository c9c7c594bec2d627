"""What the doors of figures, briefs and forms are tried on, each made when first asked for."""

from __future__ import annotations

from linshuo.domain.needs.queries import Filters
from linshuo.insight import briefs, saved
from linshuo.insight.models import Brief, SavedFigure
from linshuo.kit import clock
from tests.cast import Cast


def saved_of(cast: Cast) -> int:
    """A figure saved from the ledger."""
    found = SavedFigure.objects.of(cast.house).first()
    return (found or saved.save("我的数", Filters(), words="全部", by=cast.zhang)).pk


def brief_of(cast: Cast) -> int:
    """A frozen brief."""
    found = Brief.objects.of(cast.house).filter(frozen_at__isnull=False).first()
    if found is None:
        made = briefs.draw_up("month", until=clock.today(), by=cast.zhang)
        found = briefs.freeze(made, by=cast.zhang)
    return found.pk


def draft_of(cast: Cast) -> int:
    """A draft; a new one once the last was given up."""
    found = Brief.objects.of(cast.house).filter(frozen_at__isnull=True, dropped_at=None).first()
    return (found or briefs.draw_up("week", until=clock.today(), by=cast.zhang)).pk
