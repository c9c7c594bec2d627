"""What stands in one person's inbox, and putting it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Category, Need
from linshuo.domain.trail.sealing import seal_all
from linshuo.kit import clock
from linshuo.kit.refused import NotYours
from linshuo.notices.actions import all_done, done
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from linshuo.notices.queries import inbox
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0):
        yield made


def given(cast: Cast, words: str = "灯不亮。", **over: Any) -> Need:
    category = Category.objects.within(cast.community.pk).get(code="light")
    need = actions.accept(
        make_need(cast, words=words, **over), by=cast.he, category=category,
        owner=cast.person("李网格"),
    )  # fmt: skip
    seal_all()
    drain()
    return need


def test_a_line_says_what_and_when_in_the_readers_language(cast: Cast) -> None:
    need = given(cast)
    with translation.override("zh-hans"):
        (line,) = inbox(cast.li)
        assert line.text == "“灯不亮”交给您办。"
    assert (line.number, line.when) == (need.number, "9:00")
    (line,) = inbox(cast.li, at=T0 + timedelta(days=1))
    assert line.when not in ("", "9:00"), "the day, once it is another day"


def test_only_ones_own(cast: Cast) -> None:
    given(cast)
    assert inbox(cast.zhang) == [] and inbox(cast.he) == []
    assert inbox(cast.house) == []


def test_what_no_longer_holds_is_left_out(cast: Cast) -> None:
    need = given(cast)
    actions.withdraw(need, by=cast.he, reason="不用了。")
    assert inbox(cast.li) == []


def test_newest_first_and_no_more_than_asked_for(cast: Cast) -> None:
    numbers = [given(cast, words).number for words in ("灯不亮。", "水不热。", "门坏了。")]
    assert [line.number for line in inbox(cast.li)] == numbers[::-1]
    assert [line.number for line in inbox(cast.li, most=1)] == numbers[-1:]


def test_the_same_number_of_queries_however_many(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    li = cast.li
    given(cast)
    with django_assert_num_queries(2):
        inbox(li)
    for words in ("水不热。", "门坏了。", "没电了。"):
        given(cast, words)
    with django_assert_num_queries(2):
        assert len(inbox(li)) == 4


def test_putting_one_away(cast: Cast) -> None:
    given(cast)
    other = given(cast, "水不热。")
    line = inbox(cast.li)[0]
    done(line.pk, by=cast.li)
    assert other.number not in [each.number for each in inbox(cast.li)]
    first = Message.objects.everywhere().get(pk=line.pk).done_at
    with clock.standing_at(T0 + timedelta(hours=1)):
        done(line.pk, by=cast.li)
    assert Message.objects.everywhere().get(pk=line.pk).done_at == first, "once is once"


def test_anybody_elses_is_not_there(cast: Cast) -> None:
    given(cast)
    (message,) = Message.objects.everywhere()
    for actor in (cast.zhang, cast.he, make_cast("BH").zhang):
        with pytest.raises(NotYours):
            done(message.pk, by=actor)
    with pytest.raises(NotYours):
        done(10**9, by=cast.li)
    message.refresh_from_db()
    assert message.done_at is None


def test_putting_all_away(cast: Cast) -> None:
    given(cast)
    given(cast, "水不热。")
    assert all_done(by=cast.zhang) == 0
    assert all_done(by=cast.li) == 2
    assert inbox(cast.li) == []
