"""Those to be told by telephone: who sees them, who may tick them off, what is written down."""

from __future__ import annotations

from typing import Any

import pytest

from linshuo.domain.needs import actions
from linshuo.domain.people.queries import looks_at
from linshuo.kit.refused import NotYours
from linshuo.notices.actions import all_done
from linshuo.notices.calls import number_to_tell, to_tell, told
from linshuo.notices.models import Message
from linshuo.notices.tests.doing import given, of, work
from tests.cast import Cast, make_cast, make_need

pytestmark = pytest.mark.django_db


def test_everything_for_one_person_is_one_call(town: Cast) -> None:
    needs = [given(town), given(town, "水不热。")]
    work()
    (call,) = to_tell(town.he)
    assert [line.number for line in call.lines] == [need.number for need in needs]
    assert call.lines[0].text == "“灯不亮”交给您办。"
    assert call.who == "李**" and "****" in call.phone


def test_it_stands_on_the_list_of_whoever_answers_for_the_matter(town: Cast) -> None:
    given(town)
    given(town, "花园的灯坏了。", place=town.other_estate)
    work()
    assert len(to_tell(town.zhang)[0].lines) == 2
    assert len(to_tell(town.he)[0].lines) == 1, "何秘书 does not keep the other estate"
    assert to_tell(town.li) == [], "nobody calls themself"
    for actor in (town.wang, town.zhao, town.chen, town.ma, make_cast("BH").zhang):
        assert to_tell(actor) == []


def test_ticked_off_once_by_whoever_told_them(town: Cast) -> None:
    given(town)
    work()
    (call,) = to_tell(town.he)
    assert told(call.pks, by=town.he) == 1
    assert to_tell(town.he) == to_tell(town.zhang) == []
    (message,) = of(town, "李网格")
    assert message.told_by_id == town.he.person_id and message.told_at is not None
    assert told(call.pks, by=town.he) == 0, "pressing twice is once"
    with pytest.raises(NotYours):
        told(call.pks, by=town.zhang)


def test_what_came_in_meanwhile_is_not_ticked_off_unseen(town: Cast) -> None:
    given(town)
    work()
    (call,) = to_tell(town.he)
    given(town, "水不热。")
    work()
    told(call.pks, by=town.he)
    assert [len(left.lines) for left in to_tell(town.he)] == [1]


def test_nobody_else_may_tick_off(town: Cast) -> None:
    given(town, place=town.other_estate)
    work()
    pks = [m.pk for m in of(town, "李网格")]
    for actor in (town.he, town.wang, town.zhao, town.ma, make_cast("BH").zhang):
        with pytest.raises(NotYours):
            told(pks, by=actor)
        with pytest.raises(NotYours):
            number_to_tell(pks[0], by=actor)


def test_what_no_longer_holds_or_was_read_needs_no_call(town: Cast) -> None:
    need = given(town)
    given(town, "水不热。")
    work()
    actions.withdraw(need, by=town.he, reason="不用了。")
    assert [len(call.lines) for call in to_tell(town.he)] == [1]
    all_done(by=town.li)
    assert to_tell(town.he) == []


def test_the_number_is_shown_with_the_look_written_down(town: Cast) -> None:
    need = given(town)
    work()
    (call,) = to_tell(town.he)
    assert number_to_tell(call.pk, by=town.he) == town.person("李网格").phone
    (look,) = looks_at(town.person("李网格"))
    assert (look.by, need.number in look.reason) == ("何秘书", True)


def test_one_query_however_many(town: Cast, django_assert_num_queries: Any) -> None:
    given(town)
    work()
    he = town.he
    with django_assert_num_queries(1):
        to_tell(he)
    for words in ("水不热。", "门坏了。", "没电了。"):
        given(town, words)
    make_need(town, urgency="danger")
    work()
    with django_assert_num_queries(1):
        assert len(to_tell(he)) == 2


def test_an_inbox_is_not_touched_by_the_list(town: Cast) -> None:
    given(town)
    work()
    told(to_tell(town.he)[0].pks, by=town.he)
    assert Message.objects.everywhere().get().done_at is None
