"""Hours that are looked at again: what is listed and what is not, who calls, and what follows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Post
from linshuo.domain.people.queries import looks_at
from linshuo.domain.service import duty
from linshuo.domain.service.actions import confirm, correct
from linshuo.domain.service.attached import CallBack
from linshuo.domain.service.calling_back import call_back, show_number
from linshuo.domain.service.doubts import PERCENT, doubts, drawn, one
from linshuo.domain.service.models import ServiceRecord, Via
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock, secret
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_own_record import served
from tests.test_posts import station

pytestmark = pytest.mark.django_db
NOW = clock.at_local(2019, 12, 20, 10)


@pytest.fixture
def cast() -> Cast:
    return make_cast(at=at(6, 3, 9))


@pytest.fixture(autouse=True)
def _a_friday() -> Any:
    with clock.standing_at(NOW):
        yield


def at(month: int, day: int, hour: int) -> datetime:
    return clock.at_local(2019, month, day, hour)


def sat(
    cast: Cast, who: str, whose: str, starts: datetime, noted: datetime | None = None, **over: Any
) -> ServiceRecord:
    """`who` sat at the post, in the word of `whose`, a colleague who writes it down at `noted`."""
    with clock.standing_at(at(6, 4, 9)):
        post = Post.objects.within(cast.community.pk).first() or station(cast)
    with clock.standing_at(starts - timedelta(days=1)):
        turn = duty.plan_at_post(
            post,
            by=cast.zhang,
            starts=starts,
            ends=starts + timedelta(hours=2),
            person=cast.person(who),
        )
    with clock.standing_at(noted or starts + timedelta(hours=3)):
        return confirm(
            turn,
            by=cast.actor(whose),
            via=Via.COLLEAGUE,
            confirmed_by=cast.person(whose),
            **over,
        )


def listed(cast: Cast, which: str) -> list[int]:
    return [row.pk for row in doubts(cast.ma, which).rows]


# --- the three lists ------------------------------------------------------------------------------


def test_what_was_written_down_more_than_seven_days_later_is_listed(cast: Cast) -> None:
    starts = at(12, 2, 9)
    soon = sat(cast, "赵在职", "李网格", starts, starts + timedelta(days=7, hours=2))
    late = sat(cast, "赵在职", "李网格", at(12, 3, 9), at(12, 3, 11) + timedelta(days=7, minutes=1))
    found = doubts(cast.ma, "late")
    assert [row.pk for row in found.rows] == [late.pk] and soon.pk != late.pk
    assert (found.rows[0].why, found.rows[0].who, found.rows[0].open) == (
        "过了 7 天才记下",
        "赵**",
        True,
    )
    assert found.waiting["late"] == 1


def test_a_day_typed_back_does_not_hide_that_it_is_late(cast: Cast) -> None:
    """The office writes today that somebody came three weeks ago, as of that day."""
    starts = at(11, 27, 9)
    row = sat(cast, "赵在职", "李网格", starts, NOW, at=starts + timedelta(hours=3))
    assert row.confirmed_at < starts + timedelta(days=1)
    assert listed(cast, "late") == [row.pk]


def test_two_who_speak_for_one_another_are_listed_and_others_are_not(cast: Cast) -> None:
    one_way = sat(cast, "何秘书", "李网格", at(12, 9, 9))
    back = sat(cast, "李网格", "何秘书", at(12, 10, 9))
    sat(cast, "赵在职", "李网格", at(12, 11, 9))
    assert sorted(listed(cast, "mutual")) == sorted([one_way.pk, back.pk])
    whys = {row.why for row in doubts(cast.ma, "mutual").rows}
    assert whys == {"和何**互相说的", "和李**互相说的"}


@pytest.mark.parametrize(("days", "together"), [(89, True), (91, False)])
def test_ninety_days_is_the_time_within_which_it_counts(
    cast: Cast, days: int, together: bool
) -> None:
    sat(cast, "何秘书", "李网格", NOW - timedelta(days=days + 1))
    back = sat(cast, "李网格", "何秘书", NOW - timedelta(days=1))
    assert (back.pk in listed(cast, "mutual")) is together


def test_the_draw_is_five_in_a_hundred_always_the_same_and_not_to_be_foreseen() -> None:
    first = [pk for pk in range(1, 20_001) if drawn(pk)]
    assert first == [pk for pk in range(1, 20_001) if drawn(pk)]
    assert abs(len(first) / 20_000 - PERCENT / 100) < 0.01
    before = secret._key
    try:
        secret.use_key("another install's key, thirty-two long")
        other = {pk for pk in range(1, 20_001) if drawn(pk)}
    finally:
        secret._key = before
    assert len(other & set(first)) < len(first) / 5, "another secret draws others"


def test_the_list_of_drawn_is_the_draw(cast: Cast) -> None:
    rows = [
        sat(cast, "赵在职", "李网格", at(12, day, hour)) for day in range(2, 12) for hour in (9, 14)
    ]
    assert listed(cast, "drawn") == sorted((r.pk for r in rows if drawn(r.pk)), reverse=True)


def test_the_lists_cost_no_more_for_many(cast: Cast) -> None:
    sat(cast, "赵在职", "李网格", at(12, 2, 9), NOW)
    with CaptureQueriesContext(connection) as few:
        doubts(cast.ma, "late")
    for day in range(3, 9):
        sat(cast, "赵在职", "李网格", at(12, day, 9), NOW)
    with CaptureQueriesContext(connection) as more:
        assert len(doubts(cast.ma, "late").rows) == 7
    assert len(more) == len(few) <= 8


def test_another_community_stands_in_no_list(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    row = sat(cast, "赵在职", "李网格", at(12, 2, 9), NOW)
    assert doubts(other.ma, "late").rows == []
    with pytest.raises(NotYours):
        one(other.ma, row.pk)
    for who in (cast.li, cast.he, cast.zhao):
        with pytest.raises(NotYours):
            doubts(who, "late")


# --- calling back ---------------------------------------------------------------------------------


def test_a_no_is_a_fact_until_a_head_puts_it_right(cast: Cast) -> None:
    row = sat(cast, "赵在职", "李网格", at(12, 2, 9), NOW)
    call_back(row, by=cast.ma, asked="own", said="no_answer")
    assert doubts(cast.ma, "late").rows[0].open, "nobody reached is nobody asked"
    with pytest.raises(Refused) as refused:
        call_back(row, by=cast.ma, asked="own", said="no")
    assert refused.value.field == "words"
    call_back(row, by=cast.ma, asked="own", said="no", words="只坐了一个小时")
    call_back(row, by=cast.ma, asked="own", said="no", words="只坐了一个小时")
    assert CallBack.objects.within(cast.community.pk).count() == 2, "pressed twice is said once"
    shown = doubts(cast.ma, "late").rows[0]
    assert (shown.wrong, shown.answer) == (True, "说没有来，或者没有这么久")
    assert ServiceRecord.objects.within(cast.community.pk).count() == 1, "a call changes no hours"
    with pytest.raises(NotYours):
        correct(row, by=cast.ma, minutes=60, why="回访：只坐了一个小时")
    correct(row, by=cast.zhang, minutes=60, why="回访：只坐了一个小时")
    after = doubts(cast.ma, "late")
    assert (after.rows[0].wrong, after.rows[0].open, after.rows[0].corrected) == (
        *(False, False),
        "1 小时",
    )
    assert after.waiting["late"] == 0
    checked = one(cast.ma, row.pk)[1]
    assert checked.standing.minutes == 60 and len(checked.calls) == 2
    assert verify() == []


def test_nobody_checks_what_they_have_part_in(cast: Cast) -> None:
    """张书记 is the head, wrote it down, and says it: somebody else calls."""
    row = sat(cast, "赵在职", "张书记", at(12, 2, 9), NOW)
    for act in (
        lambda: call_back(row, by=cast.zhang, asked="own", said="yes"),
        lambda: show_number(row, by=cast.zhang, asked="own"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "own-word"
    assert not one(cast.zhang, row.pk)[1].may_call
    assert one(cast.ma, row.pk)[1].may_call
    call_back(row, by=cast.ma, asked="word", said="yes")
    assert not doubts(cast.ma, "late").rows[0].open


def test_whoever_was_served_is_asked_first_and_sees_who_looked(cast: Cast) -> None:
    row = served(cast, at(12, 3, 9))
    asked = one(cast.ma, row.pk)[1].ask
    assert [(each.key, each.name) for each in asked] == [("served", "王**"), ("own", "赵**")]
    assert show_number(row, by=cast.ma, asked="served") == ("王阿姨", "13800131234")
    (look,) = looks_at(cast.person("王阿姨"))
    assert (look.by, look.reason) == ("马监督", "时长回访")
    with pytest.raises(Refused):
        show_number(row, by=cast.ma, asked="word")
    with pytest.raises(Refused):
        call_back(row, by=cast.ma, asked="served", said="perhaps")


def test_a_slips_word_leaves_the_volunteer_to_ask(cast: Cast) -> None:
    post = station(cast)
    ask = put_up(post, by=cast.zhang, kind="manage", text="坐班", slots=1)
    sign(ask.pk, by=cast.zhao)
    turn = duty.plan_at_post(
        post,
        by=cast.zhang,
        starts=at(12, 2, 9),
        ends=at(12, 2, 11),
        person=cast.person("赵在职"),
    )
    row = witness(turn, by=cast.li, word="colleague")
    keys = [each.key for each in one(cast.ma, row.pk)[1].ask]
    assert keys == ["word", "own"]


# --- the page -------------------------------------------------------------------------------------


def test_the_supervisor_calls_and_the_head_corrects_on_the_same_page(cast: Cast) -> None:
    row = sat(cast, "赵在职", "李网格", at(12, 2, 9), NOW)
    ma, zhang = (signed_in(sign_up(cast, who)) for who in ("马监督", "张书记"))
    page = ma.get(reverse("desk:hours", args=["JF"]), {"list": "late"}).content.decode()
    where = reverse("desk:hours-one", args=["JF", row.pk])
    assert where in page and "过了 17 天才记下" in page and "赵在职" not in page
    dialled = ma.post(reverse("desk:hours-dial", args=["JF", row.pk]), {"asked": "own"})
    assert cast.person("赵在职").phone in dialled.content.decode()
    say = reverse("desk:hours-say", args=["JF", row.pk])
    bad = ma.post(say, {"asked": "own", "said": "no", "words": ""})
    assert bad.status_code == 422 and "哪里不对" in bad.content.decode()
    good = ma.post(say, {"asked": "own", "said": "no", "words": "没有坐满"})
    assert good.status_code == 302
    assert "没有坐满" in ma.get(where).content.decode()
    right = reverse("desk:hours-put-right", args=["JF", row.pk])
    assert right not in ma.get(where).content.decode()
    assert ma.post(right, {"minutes": "60", "why": "回访"}).status_code == 404
    assert right in zhang.get(where).content.decode()
    assert zhang.post(right, {"minutes": "600", "why": "回访"}).status_code == 422
    assert zhang.post(right, {"minutes": "60", "why": "回访说没有坐满"}).status_code == 302
    again = zhang.get(where).content.decode()
    assert "<del>2 小时</del>" in again and "回访说没有坐满" in again
    assert zhang.post(right, {"minutes": "90", "why": "又问了一遍"}).status_code == 302
    assert "1 小时 30 分" in zhang.get(where).content.decode(), (
        "what stands is corrected, not the first"
    )
