"""Numbers are given once and without a gap."""

from __future__ import annotations

import pytest
from django.db import transaction

from linshuo.domain.trail.actions import next_number, next_numbers
from tests.crowd import at_once


@pytest.mark.django_db
def test_a_series_begins_at_one_and_goes_on() -> None:
    assert [next_number(1, "need:2019") for _ in range(4)] == [1, 2, 3, 4]


@pytest.mark.django_db
def test_each_series_and_each_community_counts_for_itself() -> None:
    next_number(1, "need:2019")
    assert next_number(1, "need:2020") == next_number(2, "need:2019") == 1


@pytest.mark.django_db
def test_a_block_is_taken_at_once() -> None:
    assert next_numbers(1, "slip", 50) == 1
    assert next_numbers(1, "slip", 10) == 51
    assert next_number(1, "slip") == 61


@pytest.mark.django_db
def test_a_refused_act_leaves_no_gap() -> None:
    next_number(1, "slip")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number(1, "slip")
        raise ZeroDivisionError
    assert next_number(1, "slip") == 2


@pytest.mark.django_db(transaction=True)
def test_eight_drawing_at_once_draw_each_number_once() -> None:
    def draw(_i: int) -> list[int]:
        drawn = []
        for _ in range(25):
            with transaction.atomic():
                drawn.append(next_number(1, "need:2019"))
        return drawn

    results = at_once(8, draw)
    drawn = [n for r in results if isinstance(r, list) for n in r]
    assert sorted(drawn) == list(range(1, 201)), results
    assert all(isinstance(r, list) and r == sorted(r) for r in results)
