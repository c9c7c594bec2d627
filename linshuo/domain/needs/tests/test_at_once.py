"""Several people at the same moment: one of them is first, the others are told so."""

from __future__ import annotations

import pytest

from linshuo.domain.needs import actions, notes
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.needs.supporters import support
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.kit.refused import Lost, Refused
from tests.cast import Cast, draft, make_cast, make_need
from tests.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_two_accept_at_once_and_one_of_them_has(cast: Cast) -> None:
    need = make_need(cast)
    actors = [cast.zhang, cast.he]
    category, owner = cast.category(), cast.person("李网格")
    results = at_once(
        2, lambda i: actions.accept(need, by=actors[i], category=category, owner=owner)
    )
    assert sorted(type(r).__name__ for r in results) == ["Lost", "Need"], results
    accepts = Event.objects.of(cast.zhang).filter(verb="need:accept")
    assert accepts.count() == 1 and verify() == []


def test_one_person_pressing_six_times_accepts_once(cast: Cast) -> None:
    need, zhang = make_need(cast), cast.zhang
    category, owner = cast.category(), cast.person("李网格")
    results = at_once(
        6, lambda _i: actions.accept(need, by=zhang, category=category, owner=owner).state
    )
    assert results == ["open"] * 6
    assert Event.objects.of(zhang).filter(verb="need:accept").count() == 1


def test_accepting_and_withdrawing_at_once_leave_one_of_the_two(cast: Cast) -> None:
    need, zhang, wang = make_need(cast), cast.zhang, cast.wang
    category, owner = cast.category(), cast.person("李网格")

    def act(i: int) -> Need:
        if i:
            return actions.withdraw(need, by=wang)
        return actions.accept(need, by=zhang, category=category, owner=owner)

    results = at_once(2, act)
    need.refresh_from_db()
    assert need.state == "withdrawn"  # what was accepted may be withdrawn, not the reverse
    assert all(isinstance(r, Need | Lost) for r in results), results
    assert verify() == []


def test_the_same_draft_sent_by_six_is_one_note(cast: Cast) -> None:
    li, one = cast.li, draft()

    def send(_i: int) -> int:
        return notes.write(
            by=li, draft_id=one, place=cast.building, words="灯坏了。", source="visit"
        ).pk

    results = at_once(6, send)
    assert len(set(map(str, results))) == 1, results
    assert Note.objects.of(li).count() == 1 and verify() == []


def test_reports_at_once_get_each_a_number(cast: Cast) -> None:
    li = cast.li
    results = at_once(6, lambda i: [make_need(cast, by=li, words=f"{i} {n}").number
                                    for n in range(4)])  # fmt: skip
    numbers = sorted(n for r in results if isinstance(r, list) for n in r)
    assert numbers == [f"JF-2019-{n:04d}" for n in range(1, 25)], results


def test_everyone_wanting_it_at_once_is_counted(cast: Cast) -> None:
    need, house = make_need(cast), cast.house
    results = at_once(6, lambda i: support(need, by=house, heads=1, contact_hmac=f"{i % 4}" * 64))
    need.refresh_from_db()
    assert need.supporters == 4, results
    assert sum(r is not None for r in results) == 4


def test_two_that_are_merged_into_each_other_do_not_both_end(cast: Cast) -> None:
    one, other = make_need(cast), make_need(cast)
    zhang = cast.zhang

    def act(i: int) -> str:
        return actions.merge(*((one, other) if i else (other, one)), by=zhang).state

    results = at_once(2, act)
    assert [r for r in results if r == "merged"] == ["merged"], results
    assert [r.code for r in results if isinstance(r, Refused)] == ["survivor"]
    states = Need.objects.of(zhang).order_by("state").values_list("state", flat=True)
    assert list(states) == ["merged", "reported"]
