"""How a book came along: promised, received and spent, day by day, for a chart and its table."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from linshuo.domain.funds.models import Pot, PotKind, Transfer
from linshuo.domain.funds.public.books import PublicBook
from linshuo.domain.pledges.access import PROMISED
from linshuo.domain.pledges.models import Pledge
from linshuo.kit import clock


@dataclass(frozen=True, slots=True)
class Point:
    """What it came to by the end of a day, in 分."""

    day: date
    promised: int
    raised: int
    spent: int


@dataclass(frozen=True, slots=True)
class Course:
    """Every day on which something changed, in order, and the last day that is drawn."""

    points: list[Point]
    until: date

    @property
    def months(self) -> list[Point]:
        """The last point of each month in which something changed: the rows of the table."""
        last: dict[tuple[int, int], Point] = {}
        for point in self.points:
            last[(point.day.year, point.day.month)] = point
        return list(last.values())


def course(community_id: int, book: PublicBook) -> Course:
    """The course of one book. Three queries, however many rows."""
    changes: defaultdict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    pledged = Pledge.objects.within(community_id).filter(PROMISED, **{f"ask__{book.kind}": book.pk})
    for at, amount in pledged.values_list("signed_at", "amount_fen"):
        changes[clock.local(at).date()][0] += amount or 0
    pots = dict(
        Pot.objects.within(community_id).filter(**{book.kind: book.pk}).values_list("pk", "kind")
    )
    moved = Transfer.objects.within(community_id).filter(from_pot__in=list(pots)).order_by()
    for day, source, target, amount in moved.values_list(
        "happened_on", "from_pot_id", "to_pot_id"
    ).annotate(n=Sum("amount_fen")):
        for pot, sign in ((pots[source], 1), (pots[target], -1)):
            if pot == PotKind.DONORS:
                changes[day][1] += sign * amount
            elif pot in (PotKind.SPENT, PotKind.DIRECT):
                changes[day][2] -= sign * amount
    points, told = [], [0, 0, 0]
    for day in sorted(changes):
        told = [a + b for a, b in zip(told, changes[day], strict=True)]
        points.append(Point(day, *told))
    last = points[-1].day if points else clock.today()
    return Course(points, last if book.over else max(last, clock.today()))
