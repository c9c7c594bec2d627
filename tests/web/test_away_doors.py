"""Away for some days, and hours at a post put right: on a phone and at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

import pytest
from django.core.cache import cache

from linshuo.acts import posts
from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Post
from linshuo.domain.people.models import Person
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from tests.cast import Cast, make_cast
from tests.test_posts import at, keeper, station, whole_day
from tests.web.test_post_doors import DESK, MONDAY, at_desk, its_turn, on_own_phone, text

pytestmark = pytest.mark.django_db
SPAN = {"first": "2019-12-03", "last": "2019-12-09"}


@pytest.fixture
def cast() -> Iterator[Cast]:
    cache.clear()
    with clock.standing_at(MONDAY):
        yield make_cast()


def free(cast: Cast) -> list[int]:
    """The days of December whose turn stands free."""
    rows = Turn.objects.within(cast.community.pk).filter(away_at__isnull=False).order_by("starts")
    return [clock.local(turn.starts).day for turn in rows]


def test_one_sees_which_turns_are_meant_and_frees_them_all(cast: Cast) -> None:
    station_, patrol = station(cast), station(cast, name="花园路路长", kind="patrol")
    chen, lin = keeper(cast, station_, "陈医生"), keeper(cast, station_, "林医生")
    whole_day(cast, station_, chen, 0, 1)
    whole_day(cast, patrol, signs_too(cast, patrol, chen), 2)
    whole_day(cast, station_, lin, 3)
    phone = on_own_phone(cast, chen)
    assert "有几天来不了" in text(phone.get("/my/turns/"))
    said = text(phone.get("/my/turns/away/", SPAN))
    assert "这 3 班会空出来" in said and "花园路路长" in said and free(cast) == []
    assert "12月5日" not in said, "another's turn"
    for typed, word in (
        ({"first": "2019-12-03"}, "到哪天为止"),
        ({**SPAN, "last": "2019-12-02"}, "早于"),
        ({"first": "2019-11-01", "last": "2019-11-30"}, "已经过了"),
        ({**SPAN, "last": "2020-12-09"}, "放下"),
    ):
        assert word in text(phone.get("/my/turns/away/", typed), 422)
        assert word in text(phone.post("/my/turns/away/", typed), 422)
    assert free(cast) == []
    done = text(phone.post("/my/turns/away/", {**SPAN, "why": "回老家"}, follow=True))
    assert "3 班都空出来" in done and free(cast) == [3, 4, 9]
    assert "不用请" in text(phone.get("/my/turns/away/", SPAN))
    page = text(at_desk(cast).get(f"{DESK}turns/{its_turn(station_, 3).pk}/"))
    assert "回老家" in page, "who plans there reads why"
    assert verify() == []


def signs_too(cast: Cast, post: Post, person: Person) -> Person:
    """The same person signs for another post as well."""
    ask = put_up(post, by=cast.zhang, kind="manage", text="来走一趟")
    sign(ask.pk, by=cast.zhang, person=person)
    return person


def test_the_office_does_it_for_one_post_and_whoever_keeps_it(cast: Cast) -> None:
    post = station(cast)
    chen, lin = keeper(cast, post, "陈医生"), keeper(cast, post, "林医生")
    whole_day(cast, post, chen, 0, 1)
    whole_day(cast, post, lin, 2)
    desk, where = at_desk(cast, "李网格"), f"{DESK}{post.pk}/away/"
    assert where in text(desk.get(f"{DESK}{post.pk}/"))
    assert "谁这几天来不了" in text(desk.get(where, SPAN), 422)
    given = {**SPAN, "keeper": f"p{chen.pk}"}
    said = text(desk.get(where, given))
    assert "这 2 班会空出来" in said and free(cast) == []
    assert "空出来 2 班" in text(desk.post(where, given, follow=True))
    assert free(cast) == [3, 9]
    assert "没有排这一位的班" in text(desk.get(where, given))
    stranger = keeper(cast, station(cast, name="别的岗"), "外来的")
    assert "请从名单里选一个" in text(desk.post(where, {**given, "keeper": f"p{stranger.pk}"}), 422)


def test_a_head_puts_hours_at_a_post_right(cast: Cast) -> None:
    post = station(cast)
    turn = posts.plan(
        post, by=cast.zhang, person=keeper(cast, post, "陈医生"), day=MONDAY.date(),
        starts=time(8), ends=time(15),
    )  # fmt: skip
    where = f"{DESK}turns/{turn.pk}/"
    with clock.standing_at(at(3, 9)):
        wrong = witness(turn, by=cast.li, word="colleague")
        assert "更正时长" not in text(at_desk(cast, "李网格").get(where))
        assert at_desk(cast, "何秘书").post(f"{where}correct/").status_code == 404
        head = at_desk(cast)
        assert "更正时长" in text(head.get(where))
        typed = {"record": wrong.pk, "minutes": "120", "why": ""}
        assert "为什么改" in text(head.post(f"{where}correct/", typed), 422)
        said = text(head.post(f"{where}correct/", {**typed, "why": "中午就走了"}, follow=True))
        assert "<del>" in said and "2 小时" in said and "中午就走了" in said
        assert text(head.post(f"{where}correct/", {**typed, "why": "再改"}), 422)
    rows = ServiceRecord.objects.within(cast.community.pk)
    assert [row.minutes for row in rows.order_by("pk")] == [420, 120]
    assert verify() == []
