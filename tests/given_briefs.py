"""What the doors of figures, briefs and forms are tried on, each made when first asked for."""

from __future__ import annotations

from linshuo.domain.needs.queries import Filters
from linshuo.insight import saved
from linshuo.insight.models import SavedFigure
from tests.cast import Cast


def saved_of(cast: Cast) -> int:
    """A figure saved from the ledger."""
    found = SavedFigure.objects.of(cast.house).first()
    return (found or saved.save("我的数", Filters(), words="全部", by=cast.zhang)).pk
