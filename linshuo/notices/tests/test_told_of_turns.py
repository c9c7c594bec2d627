"""A turn at a post comes free: who is told, once, as something they may choose."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest

from linshuo.acts import checking_in, posts
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask, Post
from linshuo.domain.people import checking
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import duty
from linshuo.domain.service.models import Turn
from linshuo.kit import clock
from linshuo.notices.calls import to_tell
from linshuo.notices.models import Message
from linshuo.notices.queries import inbox, lately
from linshuo.notices.tests.doing import hear, mailbox, work
from tests.cast import T0, Cast

pytestmark = pytest.mark.django_db


def keeper(town: Cast, post: Post, name: str) -> Person:
    """Somebody who signed for the post."""
    town.persons[name] = person = know_person(name=name, phone="", by=town.house)
    sign(post_line(post), by=town.zhang, person=person)
    return person


def post_line(post: Post) -> int:
    return int(Ask.objects.within(post.community_id).get(post=post).pk)


def member(town: Cast, name: str, **said: Any) -> Person:
    """Somebody who checked in and has a receipt."""
    town.persons[name] = person = know_person(name=name, phone="", by=town.house)
    given = {"times": ["weekday"], "skills": ["medical"], "place": town.estate}
    row = checking_in.check_in(
        by=town.house, via="desk", person=person, consents=["contact"], **{**given, **said}
    )
    checking_in.accept(row, by=town.zhang)
    return person


def told(town: Cast) -> set[tuple[str, str]]:
    rows = Message.objects.within(town.community.pk).select_related("person")
    return {(m.person.name, m.saying) for m in rows if m.person and m.saying.startswith("free")}


@pytest.fixture
def post(town: Cast) -> Post:
    """The doctor's desk on Thursdays; 李网格 looks after it, three signed, 甲 keeps it."""
    made = posts.set_up(
        by=town.zhang, kind="desk", name="小区医生", place=town.estate, owner=town.person("李网格")
    )
    put_up(made, by=town.zhang, kind="manage", text="来坐班", slots=6, skill="medical")
    for name in ("甲医生", "乙医生", "丙医生"):
        keeper(town, made, name)
    hours = {"by": town.zhang, "weekday": 3, "starts": time(9), "ends": time(11)}
    posts.keep(made, person=town.person("甲医生"), **hours)
    sign(post_line(made), by=town.zhang, partnership=town.partnership)
    return made


def thursdays(town: Cast) -> list[Turn]:
    rows = Turn.objects.within(town.community.pk).filter(post__isnull=False)
    return list(rows.order_by("starts"))


def test_who_could_take_it_is_told_and_nobody_who_could_not(town: Cast, post: Post) -> None:
    member(town, "合适的")
    member(town, "没空的", times=["saturday"])
    member(town, "不会的", skills=["law"])
    member(town, "歇着的")
    row = checking.standing(town.person("歇着的"))
    assert row is not None
    checking.pause(row, by=town.house, until=T0.date() + timedelta(days=60))
    turn = thursdays(town)[1]
    away = actor_of(town.person("甲医生"))
    posts.plan(
        post, by=town.zhang, person=town.person("丙医生"), day=clock.local(turn.starts).date(),
        starts=time(10), ends=time(12),
    )  # fmt: skip
    duty.away(turn, by=away)
    hear()
    assert told(town) == {
        ("李网格", "free-post"), ("乙医生", "free"), ("陈老板", "free"), ("合适的", "free-fit"),
    }  # fmt: skip
    (line,) = inbox(town.li)
    assert line.text == "有人来不了，还没有人替：小区医生，11月14日 星期四 9:00–11:00，盐业小区。"
    assert line.url == f"/desk/JF/posts/turns/{turn.pk}/"
    (mine,) = [t for t in lately(town.person("乙医生")) if "空出" in t.text]
    assert mine.url == f"/my/turns/{turn.pk}/cover/" and "不来也行" in mine.text
    (asked,) = [t for t in lately(town.person("合适的")) if "空出" in t.text]
    assert asked.url == f"/my/sign/JF/{post_line(post)}/"

    # Back and away again, and another turn of theirs: the same person is not told twice.
    duty.back(turn, by=away)
    assert inbox(town.li) == []
    duty.away(turn, by=away)
    hear()
    assert Message.objects.within(town.community.pk).filter(saying="free").count() == 2
    duty.away(thursdays(town)[3], by=away)
    hear()
    assert Message.objects.within(town.community.pk).filter(saying="free-fit").count() == 1
    assert len(inbox(town.li)) == 2, "each turn is a row of its own"


def test_once_somebody_stands_in_nobody_is_wanted(
    town: Cast, post: Post, mailoutbox: list[Any]
) -> None:
    mailbox(town, "乙医生")
    turn = thursdays(town)[0]
    with clock.standing_at(turn.starts - timedelta(hours=20)):
        duty.away(turn, by=actor_of(town.person("甲医生")))
        work()
        assert "空出一班" in mailoutbox[0].body, "it is tomorrow: at once"
        assert f"/my/turns/{turn.pk}/cover/" in mailoutbox[0].body
        (call,) = [c for c in to_tell(town.zhang) if "丙" in c.who]
        assert "小区医生" in call.lines[0].text
        stands_in = posts.stand_in(turn, by=actor_of(town.person("乙医生")))
        assert [c for c in to_tell(town.zhang) if "空出" in c.lines[0].text] == []
        duty.away(stands_in, by=actor_of(town.person("乙医生")))
        hear()
        assert ("甲医生", "free-now") not in told(town), "who is away is not asked to stand in"
        assert len(inbox(town.li)) == 1


def test_the_end_of_a_stretch_or_a_post_is_no_absence(town: Cast, post: Post) -> None:
    (hours,) = {turn.hours for turn in thursdays(town)}
    assert hours is not None
    posts.give_up(hours, by=town.zhang, last=date(2019, 11, 14))
    posts.end(post, by=town.zhang)
    hear()
    assert told(town) == set()
