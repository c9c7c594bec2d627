"""An answer that did not come in time is told without anybody having done anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Need
from linshuo.kit import clock
from linshuo.notices.models import Message
from linshuo.notices.overdue import late
from linshuo.notices.post import tick
from linshuo.notices.queries import inbox
from linshuo.notices.tests.doing import given, hear, mailbox, of
from tests.cast import T0, Cast, make_need

pytestmark = pytest.mark.django_db


def sayings(cast: Cast) -> set[tuple[str, str]]:
    names = {person.pk: name for name, person in cast.persons.items()}
    rows = Message.objects.within(cast.community.pk).filter(saying="late")
    return {(names[m.person_id or 0], m.need.number) for m in rows.select_related("need")}


def test_two_hours_without_water_and_without_an_answer(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "张书记")
    need = make_need(town, urgency="utility", words="停水了。")
    with clock.standing_at(T0 + timedelta(hours=2)):
        assert late() == 0
    with clock.standing_at(T0 + timedelta(hours=2, seconds=1)):
        assert late() == 2
        assert sayings(town) == {("张书记", need.number), ("何秘书", need.number)}
        assert tick() == 1
        assert inbox(town.zhang)[0].when == "11:00", "when it fell due, not when it was said"
    assert mailoutbox[0].subject == "嘉福社区：急，1 件事"
    assert f"{need.number} 有一件事过了答复的时限" in mailoutbox[0].body


def test_once_for_each_time_the_clock_was_set(town: Cast) -> None:
    need = make_need(town, urgency="utility", words="停水了。")
    with clock.standing_at(T0 + timedelta(hours=3)):
        assert (late(), late()) == (2, 0)
        actions.decline(need, by=town.he, reason="不归社区管。", who_can_help="找水务。")
        actions.contest(Need.objects.everywhere().get(pk=need.pk), by=town.li)
        assert late() == 0
    with clock.standing_at(T0 + timedelta(days=3)):
        assert (late(), late()) == (2, 0)


def test_the_answered_the_dangerous_and_the_old_are_not_told(town: Cast) -> None:
    given(town, "停电了。", urgency="utility")
    make_need(town, urgency="danger")
    with clock.standing_at(T0 + timedelta(hours=5)):
        assert late() == 0
    make_need(town, urgency="utility", words="停水了。")
    with clock.standing_at(T0 + timedelta(days=40)):
        assert late() == 0


def test_an_answer_makes_it_moot(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "张书记")
    need = make_need(town, urgency="utility", words="停水了。")
    with clock.standing_at(T0 + timedelta(hours=3)):
        late()
        actions.decline(need, by=town.he, reason="不归社区管。", who_can_help="找水务。")
        hear()
        assert tick() == 0
    assert mailoutbox == []
    assert of(town, "张书记")[0].way == Message.Way.MOOT
