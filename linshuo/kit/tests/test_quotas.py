"""Sums asked of each are found; what all of it costs, and what each receives, is not one."""

from __future__ import annotations

from datetime import date

import pytest

from linshuo.kit.calendar import months_later
from linshuo.kit.quotas import quota_in


@pytest.mark.parametrize(
    "text",
    [
        "每户捐 20 元",
        "人均不少于五十元",
        "每位党员１００块",
        "各单位不低于1万元",
        "捐款至少 50 元",
        "100元起捐",
    ],
)
def test_a_sum_for_one_giver_is_found(text: str) -> None:
    assert quota_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "需要 59,100 元",
        "每月公布一次收支，共３０００元",
        "给每户送一袋米",
        "每家发 10 元电费补助",
        "捐多少都行",
    ],
)
def test_what_it_costs_and_what_each_gets_is_no_quota(text: str) -> None:
    assert quota_in(text) == ""


def test_months_later_ends_with_a_shorter_month() -> None:
    assert months_later(date(2019, 11, 30), 3) == date(2020, 2, 29)
    assert months_later(date(2019, 12, 1), -1) == date(2019, 11, 1)
    assert months_later(date(2019, 9, 15), 15) == date(2020, 12, 15)
