"""联席会议: the agenda that draws itself, what was said and resolved, and what follows up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from linshuo.acts import gathering
from linshuo.domain.board.actions import put_up
from linshuo.domain.needs.models import Need, Result
from linshuo.domain.needs.working import release
from linshuo.domain.service import activities, meetings
from linshuo.domain.service.models import (
    Activity,
    ActivityNeed,
    Resolution,
)
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast
from tests.test_activities import NOW, at, fresh, hold, open_need, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_monday() -> Any:
    with clock.standing_at(NOW):
        yield


def public_line(cast: Cast, words: str = "来一位师傅") -> Any:
    need = open_need(cast)
    release(need, by=cast.zhang, visibility="public", public_text="楼道的灯不亮")
    return put_up(fresh(need), by=cast.zhang, kind="claim", text=words)


def test_the_agenda_draws_itself(cast: Cast) -> None:
    with clock.standing_at(NOW - timedelta(days=20)):
        old = public_line(cast)
        taken = public_line(cast, "再来一位")
        hidden = put_up(open_need(cast), by=cast.zhang, kind="claim", text="没公开的")
    new = public_line(cast, "刚上榜的")
    type(taken).objects.within(taken.community_id).filter(pk=taken.pk).update(taken=1)
    twice = open_need(cast)
    Need.objects.within(twice.community_id).filter(pk=twice.pk).update(for_meeting=True)
    later = hold(cast, kind="meeting", title="一月的会", starts=at(30, 9), ends=at(30, 10))
    soon = hold(cast, kind="meeting", title="十二月的会")

    assert gathering.draw_next(cast.community.pk) == 2
    assert gathering.draw_next(cast.community.pk) == 0, "any number of times"
    items = ActivityNeed.objects.within(cast.community.pk)
    assert {(i.activity.title, i.why) for i in items} == {
        ("十二月的会", "unmet"),
        ("十二月的会", "twice"),
    }
    found = items.get(why="unmet")
    assert found.ask == old and found.ask not in (new, hidden)
    activities.strike(found, by=cast.zhang)
    assert gathering.draw_next(cast.community.pk) == 0, "what was struck off stays off"
    with clock.standing_at(at(8, 9)):
        assert gathering.draw_next(cast.community.pk) >= 2, "what is still so comes up again"
    assert items.filter(activity=later, ask=old).exists() and not items.filter(
        activity=soon, ask=new
    )


def test_the_longer_a_line_hangs_is_the_settings_to_say(cast: Cast, settings: Any) -> None:
    with clock.standing_at(NOW - timedelta(days=5)):
        public_line(cast)
    hold(cast, kind="meeting")
    assert gathering.draw_next(cast.community.pk) == 0
    settings.UNMET_DAYS = 5
    assert gathering.draw_next(cast.community.pk) == 1


def meeting_on(cast: Cast, day: int = 7) -> Activity:
    return hold(cast, kind="meeting", title="联席会议", starts=at(day, 9), ends=at(day, 11))


def test_what_was_said_goes_to_the_need_with_the_minutes(cast: Cast) -> None:
    need, row = open_need(cast), meeting_on(cast)
    item = activities.link(row, need, by=cast.zhang)
    with refused("early"):
        meetings.say(item, by=cast.zhang, text="供电所下周来")
    with clock.standing_at(at(7, 12)):
        meetings.say(item, by=cast.zhang, text="供电所下周来看")
        gathering.finish(row, by=cast.zhang, text="到会十八家。王主任说，灯下周修。")
    assert Result.objects.within(row.community_id).get(need=need).text.endswith("供电所下周来看")


def test_a_resolution_has_a_name_and_a_day(cast: Cast) -> None:
    row = meeting_on(cast)
    said: dict[str, Any] = {
        "text": "给三栋装灯", "owner": cast.person("李网格"), "due_on": date(2019, 12, 20),
    }  # fmt: skip
    with refused("early"):
        meetings.resolve(row, by=cast.zhang, **said)
    with clock.standing_at(at(7, 12)):
        for field, wrong in (("text", ""), ("owner", None), ("due_on", None)):
            with pytest.raises(Refused) as told:
                meetings.resolve(row, by=cast.zhang, **{**said, field: wrong})
            assert told.value.field == field
        with refused("due"):
            meetings.resolve(row, by=cast.zhang, **{**said, "due_on": date(2019, 12, 6)})
        made = meetings.resolve(row, by=cast.zhang, **said)
    with pytest.raises(NotYours):
        gathering.carried_out(made, by=cast.zhao, text="装好了")
    with pytest.raises(NotYours):
        meetings.resolve(hold(cast), by=cast.zhang, **said)
    with clock.standing_at(at(18, 9)):
        gathering.carried_out(made, by=cast.li, text="装好了")
        gathering.carried_out(made, by=cast.zhang, text="又装好了")
    assert fresh(made).done_text == "装好了"
    assert verify() == []


def test_a_resolution_about_a_need_is_written_on_it(cast: Cast) -> None:
    need, row = open_need(cast), meeting_on(cast)
    with clock.standing_at(at(7, 12)):
        made = meetings.resolve(row, by=cast.zhang, text="装灯", owner=cast.person("李网格"),
                                due_on=date(2019, 12, 20), need=need)  # fmt: skip
        gathering.finish(row, by=cast.zhang, text="说了装灯。")
        assert not Result.objects.within(row.community_id).filter(need=need).exists()
        item = activities.link(meeting_on(cast, 8), need, by=cast.zhang)
    with clock.standing_at(at(8, 12)):
        meetings.say(item, by=cast.zhang, text="灯到货了")
        also = meetings.resolve(item.activity, by=cast.zhang, text="再装两盏", need=need,
                                owner=cast.person("李网格"), due_on=date(2019, 12, 20))  # fmt: skip
        gathering.finish(item.activity, by=cast.zhang, text="灯到了。")
        for resolution in (made, also, made):
            gathering.carried_out(resolution, by=cast.li, text="装了三盏")
    found = Result.objects.within(row.community_id).filter(need=need)
    assert sorted(result.text[:3] for result in found) == ["会上定", "会上定", "联席会"]


# --- by itself ------------------------------------------------------------------------------------


def told(cast: Cast, verb: str) -> int:
    return Event.objects.within(cast.community.pk).filter(verb=verb).count()


def test_the_day_before_and_the_day_after(cast: Cast) -> None:
    hold(cast)
    with clock.standing_at(at(4, 17)):
        gathering.tick()
        assert told(cast, "activity:remind") == 0
    with clock.standing_at(at(5, 19)):
        gathering.tick()
        gathering.tick()
        assert told(cast, "activity:remind") == 1
    row = meeting_on(cast, 10)
    with clock.standing_at(at(10, 12)):
        made = meetings.resolve(row, by=cast.zhang, text="装灯", owner=cast.person("李网格"),
                                due_on=date(2019, 12, 20))  # fmt: skip
    with clock.standing_at(at(20, 23)):
        gathering.tick()
        assert told(cast, "resolution:late") == 0
    with clock.standing_at(at(21, 1)):
        gathering.tick()
        gathering.tick()
    assert told(cast, "resolution:late") == 1
    late = Resolution.objects.within(cast.community.pk).filter(
        meetings.late_before(cast.community.pk, date(2019, 12, 21))
    )
    assert list(late) == [made]
    assert verify() == []
