"""A small community with records to go by: two units, five who check in, and what they did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from linshuo.acts.checking_in import accept, check_in
from linshuo.domain.honours import actions
from linshuo.domain.honours.models import Candidate, Round
from linshuo.domain.people.models import Partnership, Person
from linshuo.domain.people.staffing import add_partner
from linshuo.domain.service import activities
from linshuo.domain.service.coming import note_list, sign_up
from linshuo.kit import clock
from tests.cast import Cast

NAMES = ("林小明", "王师傅", "何教练", "丁老师")
AS_OF = clock.at_local(2019, 11, 20, 9)


def served(cast: Cast, day: date, names: Iterable[str], *hosts: Partnership) -> None:
    """An activity of two hours on a day, with who came, in 李网格's word."""
    starts = datetime.combine(day, datetime.min.time(), clock.SHANGHAI) + timedelta(hours=9)
    with clock.standing_at(starts - timedelta(days=1)):
        row = activities.hold(
            by=cast.zhang, kind="patrol", title="沿街走一圈", place=cast.estate,
            starts=starts, ends=starts + timedelta(hours=2), hosts=hosts,
        )  # fmt: skip
        turns = [sign_up(row, by=cast.zhang, person=cast.person(name)) for name in names]
    with clock.standing_at(starts + timedelta(hours=3)):
        note_list(row, by=cast.li, came=[turn.pk for turn in turns], hours=True)


def records(cast: Cast) -> Partnership:
    """Four check in beside 赵在职; three activities. Returns a second unit."""
    with clock.standing_at(clock.at_local(2019, 11, 5, 9)):
        other = add_partner(name="共建单位乙", by=cast.zhang)
        for n, name in enumerate((*NAMES, "赵在职")):
            row = check_in(
                by=cast.zhang, via="desk", name=name, phone=f"1540000{n:04d}",
                person=cast.persons.get(name), consents=["contact"],
                partnership=other if name == "林小明" else None, place=cast.estate,
            )  # fmt: skip
            accept(row, by=cast.zhang)
            cast.persons[name] = Person.objects.within(cast.community.pk).get(pk=row.person_id)
    both = (cast.partnership, other)
    served(cast, date(2019, 11, 9), ["丁老师", "王师傅", "林小明"], *both)
    served(cast, date(2019, 11, 10), ["丁老师", "王师傅", "林小明", "何教练"], cast.partnership)
    served(cast, date(2019, 11, 16), ["丁老师", "王师傅", "赵在职"], *both)
    return other


def drawn_up(cast: Cast, **over: Any) -> Round:
    """A round for both: two turns, two activities."""
    given: dict[str, Any] = {
        "by": cast.zhang,
        "whom": "both",
        "title": "2019 年度志愿服务表扬",
        "year": 2019,
        "since": date(2019, 1, 1),
        "as_of": date(2019, 11, 20),
        "criteria": {"unit": {"hosted": 2}, "person": {"turns": 2}},
    }
    return actions.draw_up(**{**given, **over})


def named(row: Round, name: str) -> Candidate:
    """Who of a round is called so."""
    found = {each.name: each for each in actions.candidates_of(row)}
    return found[name]
