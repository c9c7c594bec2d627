"""Many matters handed over at once: all of them or none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linshuo.acts.ledger import MOST_AT_ONCE, assign_many, owner_among_staff
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Need
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def three(cast: Cast) -> list[int]:
    return [make_need(cast, words=f"第{n}件").pk for n in range(3)]


def owners(cast: Cast) -> set[int | None]:
    return set(Need.objects.of(cast.house).values_list("owner_id", flat=True))


def refused(cast: Cast, ids: list[int], owner: int) -> str:
    with pytest.raises(Refused) as raised:
        assign_many(ids, owner, by=cast.zhang)
    return raised.value.code


def test_each_gets_the_owner_and_an_event(cast: Cast) -> None:
    ids, li = three(cast), cast.person("李网格").pk
    assert assign_many([*ids, ids[0]], li, by=cast.zhang) == 3
    assert owners(cast) == {li}
    assert Event.objects.of(cast.zhang).filter(verb="need:assign").count() == 3
    assert assign_many(ids, li, by=cast.zhang) == 0


def test_one_that_has_ended_holds_back_all(cast: Cast) -> None:
    ids = three(cast)
    ended = actions.withdraw(make_need(cast), by=cast.wang)
    assert refused(cast, [*ids, ended.pk], cast.person("李网格").pk) == "ended"
    assert owners(cast) == {None}


def test_one_that_is_not_there_holds_back_all(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    ids, theirs = three(cast), make_need(other).pk
    for strange in (theirs, 987654):
        with pytest.raises(NotYours):
            assign_many([*ids, strange], cast.person("李网格").pk, by=cast.zhang)
    assert owners(cast) == {None}


def test_one_beyond_ones_reach_holds_back_all(cast: Cast) -> None:
    ids = [*three(cast), make_need(cast, place=cast.other_estate).pk]
    with pytest.raises(NotYours):
        assign_many(ids, cast.person("李网格").pk, by=cast.he)
    assert owners(cast) == {None}


def test_none_and_too_many_are_refused(cast: Cast) -> None:
    li = cast.person("李网格").pk
    assert refused(cast, [], li) == "none"
    assert refused(cast, list(range(1, MOST_AT_ONCE + 2)), li) == "many"


def test_only_a_colleague_can_own(cast: Cast) -> None:
    ids = three(cast)
    other = make_cast("YY", "邻近社区")
    for person in (cast.person("王阿姨"), cast.person("马监督"), other.person("李网格")):
        assert refused(cast, ids, person.pk) == "owner"
    assert owners(cast) == {None}
    assert owner_among_staff(cast.zhang, cast.person("何秘书").pk).name == "何秘书"


def test_those_outside_the_office_hand_over_nothing(cast: Cast) -> None:
    ids = three(cast)
    for actor in (cast.ma, cast.zhao, cast.wang):
        with pytest.raises(NotYours):
            assign_many(ids, cast.person("李网格").pk, by=actor)
    assert owners(cast) == {None}
