"""How long the rota's solver takes to the proven best, and how even that is beside counting.

    python -m bench.rota [--times 5] [--write]

Two shapes: eighteen units that each take a week of the year in turn, and a hundred volunteers on
three shifts a day for four weeks; and each again after somebody falls out. The best possible is
counted here by itself: so many turns among so many takers differ by one, or by nothing.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.metadata import version
from zoneinfo import ZoneInfo

from bench import report
from bench.meter import machine
from linshuo.kit.rota import (
    AtMost,
    Days,
    Planned,
    Rota,
    Slot,
    Taker,
    Wish,
    all_days,
    broken,
    solve,
)

ZONE = ZoneInfo("Asia/Shanghai")
HOLIDAY_WEEKS = {0, 4, 5, 13, 17, 23, 36, 39, 40}
"""元旦, 春节 (two), 清明, 劳动, 端午, 中秋, 国庆 (two): weeks of a year that begins on a Monday."""


def a_day(chance: random.Random, first: date, days: int, length: int) -> Days:
    """Some days in a row."""
    begin = first + timedelta(days=chance.randrange(days - length + 1))
    return Days(begin, begin + timedelta(days=length - 1))


def units(seed: int) -> Rota:
    """18 units × 52 weeks: two absences each, five weeks between turns, holidays, wishes."""
    chance, first = random.Random(seed), date(2026, 1, 5)
    takers = tuple(
        Taker(
            id=f"unit {n:02}",
            away=(a_day(chance, first, 364, 21), a_day(chance, first, 364, 14)),
            wishes=(
                Wish(a_day(chance, first, 364, 28), wanted=True),
                Wish(a_day(chance, first, 364, 28), wanted=False),
            ),
            gap_days=35,
        )
        for n in range(18)
    )
    slots = []
    for week in range(52):
        monday = first + timedelta(weeks=week)
        start, end = all_days(monday, monday + timedelta(days=6), ZONE)
        kinds = frozenset({"holiday"} if week in HOLIDAY_WEEKS else ())
        slots.append(Slot(f"week {week + 1:02}", start, end, kinds=kinds))
    return Rota(takers, tuple(slots))


def volunteers(seed: int) -> Rota:
    """100 volunteers × 28 days × 3 shifts with one to three places: absences, one shift a day,
    eleven hours of rest, three a week at most, nights and weekends even, wishes."""
    chance, first = random.Random(seed), date(2026, 6, 1)
    takers = tuple(
        Taker(
            id=f"volunteer {n:03}",
            away=(a_day(chance, first, 28, 4), a_day(chance, first, 28, 2)),
            wishes=(
                Wish(Days(first, first + timedelta(days=27)), True, frozenset({n % 7})),
                Wish(a_day(chance, first, 28, 5), wanted=False),
            ),
            at_most=(AtMost(1, "day"), AtMost(3, "week")),
            rest=timedelta(hours=11),
        )
        for n in range(100)
    )
    slots = []
    for day in range(28):
        for shift, hour in enumerate((6, 14, 22)):
            start = datetime(2026, 6, 1, hour, tzinfo=ZONE) + timedelta(days=day)
            kinds = {"night"} if shift == 2 else set()
            kinds |= {"weekend"} if start.weekday() > 4 else set()
            slots.append(
                Slot(
                    f"{start:%m-%d} {shift}",
                    start,
                    start + timedelta(hours=8),
                    places=chance.choice((1, 2, 3)),
                    kinds=frozenset(kinds),
                )
            )
    return Rota(takers, tuple(slots))


def fallen_out(rota: Rota, plan: Planned) -> Rota:
    """The same with its plan, when whoever has the slot in the middle is away around it, and the
    first quarter is past."""
    middle = rota.slots[len(rota.slots) // 2]
    who = min(plan.takers[middle.id])
    day = middle.start.date()
    away = Days(day - timedelta(days=1), day + timedelta(days=8))
    past = len(rota.slots) // 4
    return replace(
        rota,
        takers=tuple(replace(t, away=(*t.away, away)) if t.id == who else t for t in rota.takers),
        slots=tuple(
            replace(s, fixed=plan.takers[s.id]) if n < past else s for n, s in enumerate(rota.slots)
        ),
        present=plan.takers,
    )


def difference(counts: Counter[str], rota: Rota) -> int:
    """Between the most and the least turns that anybody has."""
    every = [counts[taker.id] for taker in rota.takers]
    return max(every) - min(every)


def even(rota: Rota, plan: Planned, kind: str = "") -> str:
    """How even the plan is, and how even any could be: a sum that divides by all, or does not."""
    having: Counter[str] = Counter()
    places = 0
    for slot in rota.slots:
        if not kind or kind in slot.kinds:
            having.update(plan.takers[slot.id])
            places += slot.places
    return f"{difference(having, rota)} (best {int(places % len(rota.takers) > 0)})"


def row(name: str, rota: Rota, times: int) -> tuple[list[str], Planned]:
    """One row of the table, and the plan."""
    took, answers = [], []
    for _ in range(times):
        answer = solve(rota)
        assert isinstance(answer, Planned), answer
        took.append(answer.seconds)
        answers.append(answer)
    plan = answers[0]
    assert not broken(rota, plan.takers)
    assert all(other.takers == plan.takers for other in answers), "one rota, two answers"
    kinds = sorted({kind for slot in rota.slots for kind in slot.kinds})
    levels = {level.aim: level for level in plan.levels}
    cells = [
        name,
        f"{statistics.median(took):.2f} s",
        f"{max(took):.2f} s",
        "yes" if plan.proven else "no",
        even(rota, plan),
        ", ".join(f"{kind} {even(rota, plan, kind)}" for kind in kinds),
        str(len(plan.changed)) if rota.present is not None else "",
        f"{levels['unwanted'].value} / {levels['wished'].value}",
    ]
    return cells, plan


def main() -> None:
    """Solve, print the table, and write it into the document if that was asked for."""
    parser = argparse.ArgumentParser(prog="bench rota", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="each (%(default)s)")
    parser.add_argument("--seeds", type=int, default=1, help="different rotas of each shape")
    parser.add_argument("--write", action="store_true", help="into docs/measurements.md")
    want = parser.parse_args()
    rows = []
    for seed in range(want.seeds):
        for name, make in (("18 units × 52 weeks", units), ("100 × 28 days × 3", volunteers)):
            rota = make(seed)
            cells, plan = row(name, rota, want.times)
            rows.append(cells)
            print(cells, flush=True)
            rows.append(row("… one falls out", fallen_out(rota, plan), want.times)[0])
            print(rows[-1], flush=True)
    head = [
        "",
        "median",
        "longest",
        "proven",
        "turns differ by",
        "of each kind by",
        "changes",
        "unwelcome / welcome",
    ]
    text = (
        f"{want.times} times each; {machine()}, HiGHS {version('highspy')}, one thread;"
        f" measured {datetime.now(ZONE):%Y-%m-%d} by `./dev bench rota`.\n\n"
        f"{report.table(head, rows)}\n"
    )
    print(text)
    if want.write:
        report.write("rota", text)


if __name__ == "__main__":
    main()
