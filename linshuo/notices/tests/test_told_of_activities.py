"""Who is told of activities, the day before and when they are called off, and of resolutions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from linshuo.acts import checking_in, gathering
from linshuo.domain.people.actions import know_person
from linshuo.domain.service import activities, coming, meetings
from linshuo.domain.service.models import Activity
from linshuo.kit import clock
from linshuo.notices.calls import number_to_tell, to_tell, told
from linshuo.notices.queries import inbox, lately
from linshuo.notices.tests.doing import hear, mailbox, of, work
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(2019, 11, day, hour, minute)


def hold(town: Cast, **over: Any) -> Activity:
    given: dict[str, Any] = {
        "by": town.zhang,
        "kind": "volunteer_day",
        "title": "清理小公园",
        "place": town.estate,
        "where": "北门",
        "starts": at(9, 9),
        "ends": at(9, 11),
    }
    return activities.hold(**{**given, **over})


def sayings(town: Cast, who: str) -> list[str]:
    return [m.saying for m in of(town, who)]


def join(town: Cast, row: Activity, who: str) -> Any:
    return coming.sign_up(row, by=town.zhang, person=town.person(who))


def test_the_day_before_by_mail_and_by_telephone(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "赵在职")
    row = hold(town)
    for who in ("赵在职", "王阿姨"):
        join(town, row, who)
    with clock.standing_at(at(7, 20)):
        gathering.tick()
        work()
    with clock.standing_at(at(8, 8, 1)):
        work()
        assert "您报了名，别忘了：清理小公园，11月9日 9:00，盐业小区 北门" in mailoutbox[0].body
        assert f"/my/activities/JF/{row.pk}/" in mailoutbox[0].body
        (call,) = to_tell(town.zhang)
        assert call.lines[0].text.startswith("您报了名：清理小公园")
        assert number_to_tell(call.pk, by=town.zhang) == "13800131234"
        assert to_tell(town.chen) == []
        assert told(call.pks, by=town.zhang) == 1
    (line,) = lately(town.person("王阿姨"))
    assert line.url == f"/my/activities/JF/{row.pk}/"


def test_who_withdrew_is_not_reminded(town: Cast) -> None:
    row = hold(town)
    coming.withdraw(join(town, row, "赵在职"), by=town.zhao)
    join(town, row, "王阿姨")
    with clock.standing_at(at(7, 20)):
        gathering.tick()
        hear()
    assert (sayings(town, "赵在职"), sayings(town, "王阿姨")) == ([], ["to-come"])


def test_called_off_is_told_at_once_with_the_reason(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "赵在职")
    row = hold(town)
    join(town, row, "赵在职")
    gone = join(town, row, "王阿姨")
    with clock.standing_at(at(5, 9)):
        coming.withdraw(gone, by=town.wang)
    with clock.standing_at(at(6, 15)):
        activities.cancel(row, by=town.zhang, why="下大雨，改天再约")
        work()
    assert sayings(town, "王阿姨") == []
    assert "活动取消了" in mailoutbox[0].body and "下大雨" in mailoutbox[0].body


def test_another_time_is_told_and_other_words_are_not(town: Cast) -> None:
    row = hold(town)
    join(town, row, "赵在职")
    said = {"title": row.title, "starts": row.starts, "ends": row.ends}
    activities.change(row, by=town.zhang, **said, about="带手套")
    hear()
    assert sayings(town, "赵在职") == []
    activities.change(row, by=town.zhang, **{**said, "starts": at(9, 8)})
    hear()
    assert sayings(town, "赵在职") == ["act-moved"]


def test_whom_a_liaison_signs_up_knows_of_it(town: Cast) -> None:
    row = hold(town)
    mate = know_person(name="同事甲", phone="13900000077", by=town.house)
    town.persons["同事甲"] = mate
    here = checking_in.check_in(
        by=town.house, person=mate, partnership=town.partnership, via="desk", consents=["contact"]
    )
    checking_in.accept(here, by=town.zhang)
    hear()
    before = len(of(town, "同事甲"))
    gathering.sign_up_member(row, by=town.chen, name="同事甲", phone="13900000077")
    join(town, row, "赵在职")
    hear()
    assert sayings(town, "同事甲")[before:] == ["signed-up"]
    assert sayings(town, "赵在职") == []


def test_a_resolution_is_told_to_its_owner_and_late_to_the_heads_too(town: Cast) -> None:
    row = hold(town, kind="meeting", title="联席会议")
    with clock.standing_at(at(9, 12)):
        made = meetings.resolve(
            row, by=town.zhang, text="给三栋装灯", owner=town.person("李网格"),
            due_on=date(2019, 11, 20),
        )  # fmt: skip
        hear()
        (line,) = inbox(town.li)
        assert line.text == "会上定了，由您来办：给三栋装灯，11月20日以前。"
        assert line.url == f"/desk/JF/activities/{row.pk}/"
    with clock.standing_at(at(21, 9)):
        gathering.tick()
        hear()
        assert "res-late" in sayings(town, "张书记")
        gathering.carried_out(made, by=town.li, text="装好了")
        assert inbox(town.li) == []
