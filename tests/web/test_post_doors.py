"""The doors of posts: set up and kept at the desk, read on the square, one's turns on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from linshuo.acts import posts
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Ask, Post, PostHours
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import duty, roster
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from linshuo.web.desk.posts_form import PRESETS
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in
from tests.test_posts import at, keeper, station, whole_day

pytestmark = pytest.mark.django_db
MONDAY = clock.at_local(2019, 12, 2, 7)
DESK = "/desk/JF/posts/"


@pytest.fixture
def cast() -> Iterator[Cast]:
    cache.clear()
    with clock.standing_at(MONDAY):
        yield make_cast()


def text(answer: Any, status: int = 200) -> str:
    said = unescape(answer.content.decode())
    assert answer.status_code == status, said[:3000]
    return said


def at_desk(cast: Cast, name: str = "张书记") -> Client:
    return signed_in(sign_up(cast, name))


def doctor(cast: Cast) -> tuple[Post, Person, Person]:
    """小区医生 with two keepers, the first on Monday and Tuesday."""
    post = station(cast)
    chen, lin = keeper(cast, post, "陈医生"), keeper(cast, post, "林医生", named=False)
    whole_day(cast, post, chen, 0, 1)
    return post, chen, lin


def its_turn(post: Post, day: int) -> Turn:
    return Turn.objects.within(post.community_id).get(
        post=post, starts__gte=at(day, 0), starts__lt=at(day + 1, 0), covers__isnull=True
    )


def on_own_phone(cast: Cast, person: Person) -> Client:
    cast.persons[person.name] = person
    return signed_in(sign_up(cast, person.name, f"u{person.pk}"))


# --- setting up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("like", list(PRESETS))
def test_a_preset_fills_the_form_and_nothing_else(cast: Cast, like: str) -> None:
    client = at_desk(cast)
    page = client.get(f"{DESK}new/?like={like}")
    form = page.context["form"]
    assert not Post.objects.within(cast.community.pk).exists()
    typed = {name: value for name, value in form.initial.items() if value is not None}
    risky = {"insurance": "志愿者意外险"} if typed.get("risk") else {}
    hours = {k: f"{v:%H:%M}" for k, v in typed.items() if isinstance(v, time)}
    answer = client.post(
        f"{DESK}new/", {**typed, **hours, **risky, "place": cast.estate.pk}, follow=True
    )
    assert "设好了" in text(answer)
    post = Post.objects.within(cast.community.pk).get()
    assert post.name == str(PRESETS[like].values["name"])
    lines = [(a.kind, a.slots) for a in Ask.objects.within(cast.community.pk).filter(post=post)]
    wants = "line" in PRESETS[like].values  # units agree on a rota instead
    assert lines == ([("manage", PRESETS[like].values["slots"])] if wants else [])
    halves = 2 if "starts2" in PRESETS[like].values else 1
    days = len(PRESETS[like].values["weekdays"])
    assert PostHours.objects.within(cast.community.pk).filter(post=post).count() == halves * days


def test_a_form_that_will_not_do_comes_back_as_typed(cast: Cast) -> None:
    client = at_desk(cast)
    typed = {"name": "夜巡", "kind": "patrol", "place": cast.estate.pk, "risk": "night", "slots": 1}
    said = text(client.post(f"{DESK}new/", typed), 422)
    assert "先写明上了什么保险" in said and "夜巡" in said
    said = text(client.post(f"{DESK}new/", {**typed, "risk": "", "starts": "22:00"}), 422)
    assert "两头都写" in said and "至少选一天" in said
    said = text(client.post(f"{DESK}new/", {**typed, "risk": "", "line": "打 13800131234"}), 422)
    assert "认得出人" in said
    assert not Post.objects.within(cast.community.pk).exists()
    text(client.post(f"{DESK}new/", {**typed, "risk": ""}, follow=True))
    said = text(client.post(f"{DESK}new/", {**typed, "risk": ""}), 422)
    assert "已经有一个岗叫" in said


def test_from_an_empty_post_to_who_is_there(cast: Cast) -> None:
    """Set up, put up, signed for on paper, given the week: by clicks alone."""
    client = at_desk(cast)
    client.post(f"{DESK}new/", {"name": "小区医生", "kind": "desk", "place": cast.estate.pk,
                                "slots": 1})  # fmt: skip
    post = Post.objects.within(cast.community.pk).get()
    here = f"{DESK}{post.pk}/"
    line = {"kind": "manage", "text": "来坐班的", "slots": 1, "unit": "位"}
    assert "上榜了" in text(client.post(f"{here}lines/", line, follow=True))
    ask = Ask.objects.within(cast.community.pk).get()
    week = {"weekdays": ["0", "1"], "starts": "8:00", "ends": "22:00"}
    signed = client.post(f"/desk/JF/asks/{ask.pk}/sign/", {"name": "陈医生", "slots": 1},
                         follow=True)  # fmt: skip
    assert "认下了" in text(signed) and signed.redirect_chain[-1][0].startswith(here)
    chen = Person.objects.within(cast.community.pk).get(name="陈医生")
    text(client.post(f"{here}hours/", {**week, "keeper": f"p{chen.pk}"}, follow=True))
    with clock.standing_at(at(2, 9)):
        said = text(client.get(here))
        assert "陈医生" in said and "到 22:00" in said
    again = client.post(f"{here}hours/", {**week, "keeper": f"p{chen.pk}"})
    assert "重在一起" in text(again, 422)
    assert "到几点" in text(client.post(f"{here}hours/", {"weekdays": ["3"]}), 422)
    assert verify() == []


def test_a_stretch_is_given_to_another_from_a_day_on(cast: Cast) -> None:
    post, _chen, lin = doctor(cast)
    stretch = PostHours.objects.within(cast.community.pk).get(post=post, weekday=1)
    client = at_desk(cast)
    where = f"{DESK}{post.pk}/hours/{stretch.pk}/"
    said = text(client.post(f"{where}pass/", {"keeper": f"p{lin.pk}", "since": "2019-12-02"}), 422)
    assert "最早第二天换人" in said
    text(client.post(f"{where}pass/", {"keeper": f"p{lin.pk}", "since": "2019-12-09"}, follow=True))
    with clock.standing_at(at(8, 9)):
        tuesdays = Turn.objects.within(cast.community.pk).filter(
            post=post, hours__weekday=1, away_at__isnull=True
        )
        assert [(t.person.name, clock.local(t.starts).day) for t in tuesdays.order_by("starts")][
            :3
        ] == [("陈医生", 3), ("林医生", 10), ("林医生", 17)]
        free = [s for s in roster.shifts_at(cast.zhang, post, date(2019, 12, 10), 1) if s.free]
        assert free == [], "whoever has these hours now is enough"


def test_nobody_s_stretch_becomes_somebody_s(cast: Cast) -> None:
    post, _chen, lin = doctor(cast)
    empty = posts.keep(post, by=cast.zhang, weekday=4, starts=time(9), ends=time(11))
    assert not Turn.objects.within(cast.community.pk).filter(hours=empty).exists()
    posts.pass_on(empty, by=cast.zhang, person=lin)
    assert Turn.objects.within(cast.community.pk).filter(hours=empty, person=lin).exists()
    with pytest.raises(Refused) as refused:
        posts.pass_on(empty, by=cast.zhang)
    assert refused.value.field == "keeper"
    with pytest.raises(NotYours):
        posts.pass_on(empty, by=cast.li, person=lin, since=date(2019, 12, 9))


def test_the_end_of_a_post_at_the_desk(cast: Cast) -> None:
    post, _chen, _lin = doctor(cast)
    client = at_desk(cast)
    assert "撤了" in text(client.post(f"{DESK}{post.pk}/end/", follow=True))
    for path in ("end/", "hours/", "lines/", "change/"):
        assert client.post(f"{DESK}{post.pk}/{path}").status_code == 404
    assert client.post(f"{DESK}{post.pk}/turns/").status_code == 404
    assert Client().get(f"/c/JF/posts/{post.pk}/").status_code == 404


def test_change(cast: Cast) -> None:
    post, _chen, _lin = doctor(cast)
    client = at_desk(cast)
    typed = {"name": "医生", "about": "量血压", "risk": "height"}
    assert "保险" in text(client.post(f"{DESK}{post.pk}/change/", typed), 422)
    typed["insurance"] = "意外险"
    assert "改好了" in text(client.post(f"{DESK}{post.pk}/change/", typed, follow=True))
    post.refresh_from_db()
    assert (post.name, post.about, post.insurance) == ("医生", "量血压", "意外险")


# --- turns at the desk ----------------------------------------------------------------------------


def test_away_and_a_stand_in_for_part_of_it(cast: Cast) -> None:
    post, chen, lin = doctor(cast)
    turn = its_turn(post, 3)
    li = at_desk(cast, "李网格")
    here = f"/desk/JF/posts/turns/{turn.pk}/"
    assert "空出来了" in text(li.post(f"{here}away/", follow=True))
    assert "谁来替" in text(li.post(f"{here}cover/", {}), 422)
    cover = {"keeper": f"p{lin.pk}", "starts": "8:00", "ends": "13:00"}
    assert "替好了" in text(li.post(f"{here}cover/", cover, follow=True))
    shown = next(s for s in roster.shifts_at(cast.zhang, post, date(2019, 12, 3), 1) if s.away)
    assert (shown.covered, shown.free) == (("林医生 8:00–13:00",), ("13:00–22:00",))
    assert "先和他说一声" in text(li.post(f"{here}back/", follow=True))
    rest = {"keeper": f"p{chen.pk}"}  # what is left is what is meant
    assert "替好了" in text(li.post(f"{here}cover/", rest, follow=True))
    again = Turn.objects.within(cast.community.pk).get(covers=turn, person=chen)
    assert clock.local(again.starts).hour == 13


def test_came_is_a_colleague_s_word_and_missed_a_fact(cast: Cast) -> None:
    post, chen, _lin = doctor(cast)
    li = at_desk(cast, "李网格")
    monday, tuesday = its_turn(post, 2), its_turn(post, 3)
    early = li.post(f"/desk/JF/posts/turns/{monday.pk}/came/", {})
    assert "还没到约好的时间" in text(early, 422)
    with clock.standing_at(at(4, 9)):
        said = text(li.get(f"{DESK}{post.pk}/"))
        assert "来过没有，问一声" in said
        too_long = li.post(f"/desk/JF/posts/turns/{monday.pk}/came/", {})
        assert "一天最多记 8 小时" in text(too_long, 422)
        li.post(f"/desk/JF/posts/turns/{monday.pk}/came/", {"minutes": 300})
        li.post(f"/desk/JF/posts/turns/{tuesday.pk}/missed/")
        assert ServiceRecord.objects.within(cast.community.pk).get().person == chen
        assert "来过没有，问一声" not in text(li.get(f"{DESK}{post.pk}/"))


def test_one_extra_and_one_typed_back(cast: Cast) -> None:
    post, _chen, lin = doctor(cast)
    client = at_desk(cast, "李网格")
    where = f"{DESK}{post.pk}/turns/"
    assert "谁来" in text(client.post(where, {}), 422)
    extra = {"keeper": f"p{lin.pk}", "day": "2019-12-05", "starts": "9:00", "ends": "11:00"}
    assert "排上了" in text(client.post(where, extra, follow=True))
    assert "这段时间已经有一班" in text(client.post(where, extra), 422)
    past = {**extra, "day": "2019-11-28"}
    answer = client.post(where, past, follow=True)
    assert "来过了没有" in text(answer), "typed back: said at once whether they came"
    assert "补记最多" in text(client.post(where, {**extra, "day": "2019-09-01"}), 422)
    stranger = {**extra, "keeper": f"p{cast.person('赵在职').pk}"}
    assert client.post(where, stranger).status_code == 422, "not among those who signed"
    with pytest.raises(Refused) as refused:
        posts.plan(
            post, by=cast.li, day=date(2019, 12, 6), starts=time(9), ends=time(10),
            person=cast.person("赵在职"),
        )  # fmt: skip
    assert refused.value.code == "not-signed"


def test_a_district_keeps_its_own(cast: Cast) -> None:
    """何秘书 keeps 盐业片区: a post elsewhere is to be read, and nothing more."""
    here, elsewhere = station(cast), station(cast, name="花园的岗", place=cast.other_estate)
    he = at_desk(cast, "何秘书")
    assert text(he.get(f"{DESK}{here.pk}/")).count("加一段") and "加一段" not in text(
        he.get(f"{DESK}{elsewhere.pk}/")
    )
    assert he.get(f"{DESK}{elsewhere.pk}/change/").status_code == 404
    assert he.post(f"{DESK}{elsewhere.pk}/turns/").status_code == 404
    chen = keeper(cast, elsewhere, "陈医生")
    whole_day(cast, elsewhere, chen, 0)
    assert he.get(f"/desk/JF/posts/turns/{its_turn(elsewhere, 2).pk}/").status_code == 404
    ma = at_desk(cast, "马监督")
    said = text(ma.get(f"{DESK}{elsewhere.pk}/"))
    assert "陈**" in said and "加一班" not in said


# --- the square -----------------------------------------------------------------------------------


def test_everyone_reads_who_is_there_and_what_is_free(cast: Cast) -> None:
    post, chen, lin = doctor(cast)
    whole_day(cast, post, lin, 2)
    duty.away(its_turn(post, 3), by=actor_of(chen))
    with clock.standing_at(at(2, 9)):
        said = text(Client().get("/c/JF/posts/"))
        assert "陈医生" in said and "到 22:00" in said
        one = text(Client().get(f"/c/JF/posts/{post.pk}/"))
        assert "还没有人" in one and "林**" in one and "林医生" not in one
        assert "现在谁在" in text(Client().get("/c/JF/"))
        assert "陈医生" in text(Client().get("/c/JF/wall/"))
    cache.clear()
    with clock.standing_at(at(3, 9)):
        said = text(Client().get("/c/JF/posts/"))
        assert "现在没有人" in said and "明天 8:00" in said


def test_who_did_not_come_is_not_there(cast: Cast) -> None:
    from linshuo.domain.service.actions import missed
    from linshuo.domain.service.public import on_duty

    post, _chen, _lin = doctor(cast)
    with clock.standing_at(at(2, 9)):
        missed(its_turn(post, 2), by=cast.li)
        assert not on_duty(cast.community.pk)[0].there


def test_a_line_of_a_post_leads_to_it_and_is_signed(cast: Cast) -> None:
    post = station(cast)
    ask = put_up(post, by=cast.zhang, kind="manage", text="来坐班的", slots=2)
    assert f"/c/JF/posts/{post.pk}/" in text(Client().get("/c/JF/board/"))
    assert f"/my/sign/JF/{ask.pk}/" in text(Client().get(f"/c/JF/posts/{post.pk}/"))
    zhao = signed_in(sign_up(cast, "赵在职"))
    assert "签上我的名字" in text(zhao.get(f"/my/sign/JF/{ask.pk}/"))
    assert "认下了" in text(zhao.post(f"/my/sign/JF/{ask.pk}/", {}, follow=True))
    assert [k.name for k in roster.keepers(cast.zhang, post)] == ["赵在职"]


def test_a_post_without_turns_shows_no_empty_week(cast: Cast) -> None:
    said = text(Client().get(f"/c/JF/posts/{station(cast).pk}/"))
    assert "还没排班" in said and "往后七天" not in said


def test_no_post_no_section(cast: Cast) -> None:
    assert "现在谁在" not in text(Client().get("/c/JF/"))
    assert "还没有每周守着的地方" in text(Client().get("/c/JF/posts/"))


# --- one's own ------------------------------------------------------------------------------------


def test_away_in_one_tap_and_back(cast: Cast) -> None:
    post, chen, _lin = doctor(cast)
    phone = on_own_phone(cast, chen)
    turn = its_turn(post, 3)
    assert "小区医生" in text(phone.get("/my/"))
    said = text(phone.post(f"/my/turns/{turn.pk}/away/", follow=True))
    assert "空出来" in said and f"/my/turns/{turn.pk}/back/" in said
    turn.refresh_from_db()
    assert turn.away_at is not None
    text(phone.post(f"/my/turns/{turn.pk}/back/", follow=True))
    turn.refresh_from_db()
    assert turn.away_at is None


def test_standing_in_takes_two_taps_and_only_a_keeper(cast: Cast) -> None:
    post, chen, lin = doctor(cast)
    turn = duty.away(its_turn(post, 3), by=actor_of(chen))
    duty.hand_over(its_turn(post, 2), by=actor_of(chen), text="血压计送修了")
    phone = on_own_phone(cast, lin)
    assert f"/my/turns/{turn.pk}/cover/" in text(phone.get("/my/turns/"))
    said = text(phone.get(f"/my/turns/{turn.pk}/cover/"))
    assert "血压计送修了" in said
    whole = {"starts": "8:00", "ends": "22:00"}
    assert "是您的了" in text(phone.post(f"/my/turns/{turn.pk}/cover/", whole, follow=True))
    assert "已经有人了" in text(phone.get(f"/my/turns/{turn.pk}/cover/", follow=True))
    stranger = signed_in(sign_up(cast, "赵在职"))
    assert stranger.get(f"/my/turns/{turn.pk}/cover/").status_code == 404
    assert stranger.post(f"/my/turns/{its_turn(post, 2).pk}/away/").status_code == 404
    assert phone.post(f"/my/turns/{its_turn(post, 2).pk}/away/").status_code == 404


def test_a_stand_in_who_cannot_come_leaves_the_first_turn_free(cast: Cast) -> None:
    post, chen, lin = doctor(cast)
    first = duty.away(its_turn(post, 3), by=actor_of(chen))
    stood = posts.stand_in(first, by=actor_of(lin))
    assert roster.free_shifts(actor_of(lin)) == []
    duty.away(stood, by=actor_of(lin))
    assert [s.pk for s in roster.free_shifts(actor_of(lin))] == [first.pk]
    with pytest.raises(Refused) as refused:
        posts.stand_in(stood, by=actor_of(lin))
    assert refused.value.code == "not-away"


def test_a_unit_stands_in_under_its_name(cast: Cast) -> None:
    post, chen, _lin = doctor(cast)
    ask = put_up(post, by=cast.zhang, kind="manage", text="单位来", slots=1)
    sign(ask.pk, by=cast.chen, partnership=cast.partnership)
    turn = duty.away(its_turn(post, 3), by=actor_of(chen))
    liaison = signed_in(sign_up(cast, "陈老板"))
    whole = {"starts": "8:00", "ends": "22:00"}
    assert "是您的了" in text(liaison.post(f"/my/turns/{turn.pk}/cover/", whole, follow=True))
    stood = Turn.objects.within(cast.community.pk).get(covers=turn)
    assert (stood.partnership, stood.person) == (cast.partnership, None)
    with clock.standing_at(at(3, 23)):
        li = at_desk(cast, "李网格")
        came = f"/desk/JF/posts/turns/{stood.pk}/came/"
        assert "单位来的是哪一位" in text(li.post(came, {"minutes": 60}), 422)
        text(li.post(came, {"minutes": 60, "name": "孙工"}, follow=True))
    assert ServiceRecord.objects.within(cast.community.pk).get().person.name == "孙工"


def test_a_turn_is_moved_to_another_day(cast: Cast) -> None:
    post, chen, lin = doctor(cast)
    phone = on_own_phone(cast, chen)
    turn = its_turn(post, 3)
    here, hours = f"/my/turns/{turn.pk}/move/", {"starts": "8:00", "ends": "12:00"}
    assert "改到哪一天？" in text(phone.post(here, hours), 422)
    assert "改到以后的时间" in text(phone.post(here, {**hours, "day": "2019-12-01"}), 422)
    monday = {**hours, "day": "2019-12-09"}
    assert "这段时间已经有一班" in text(phone.post(here, monday), 422), "one's own Monday"
    turn.refresh_from_db()
    assert turn.away_at is None, "refused as a whole: the turn is still theirs"
    assert "改好了" in text(phone.post(here, {**hours, "day": "2019-12-05"}, follow=True))
    moved = its_turn(post, 5)
    assert (moved.person, clock.local(moved.ends).hour) == (chen, 12)
    assert [s.pk for s in roster.free_shifts(actor_of(lin))] == [turn.pk]
    assert phone.get(here).status_code == 404
    assert on_own_phone(cast, lin).get(f"/my/turns/{moved.pk}/move/").status_code == 404


def test_a_note_for_the_next(cast: Cast) -> None:
    post, chen, _lin = doctor(cast)
    phone = on_own_phone(cast, chen)
    turn = its_turn(post, 2)
    long = phone.post(f"/my/turns/{turn.pk}/note/", {"text": "药" * 301})
    assert long.status_code == 422
    assert "写下了" in text(
        phone.post(f"/my/turns/{turn.pk}/note/", {"text": "钥匙在保安室"}, follow=True)
    )
    assert "钥匙在保安室" in text(phone.get(f"/my/turns/{its_turn(post, 3).pk}/note/"))


# --- on paper -------------------------------------------------------------------------------------


def test_a_timetable_says_what_is_usual_and_what_is_not(cast: Cast) -> None:
    from linshuo.exchange.printed.timetable import timetable_data

    post, chen, lin = doctor(cast)
    turn = duty.away(its_turn(post, 3), by=actor_of(chen))
    posts.stand_in(turn, by=actor_of(lin), ends=turn.starts + timedelta(hours=5))
    data = timetable_data(cast.community, [post], site="x.example", address="https://x.example/")
    one = data["posts"][0]
    assert one["rows"] == [
        {"day": "周一到周二", "lines": [{"times": "8:00–22:00", "who": "陈医生"}]}
    ]
    assert [(c["times"], c["what"]) for c in one["changes"]] == [
        ("8:00–13:00", "林**"),
        ("13:00–22:00", "没有人"),
    ]
    assert "12月2日" in data["as_of"]
    client = at_desk(cast)
    for path in (f"{post.pk}/timetable.pdf", "timetable.pdf"):
        assert client.get(f"{DESK}{path}").content.startswith(b"%PDF")


def test_no_posts_no_paper(cast: Cast) -> None:
    said = text(at_desk(cast).get(f"{DESK}timetable.pdf", follow=True))
    assert "没有时间表可印" in said


def test_today_shows_its_owner_the_turns(cast: Cast) -> None:
    post, chen, _lin = doctor(cast)
    duty.away(its_turn(post, 3), by=actor_of(chen))
    with clock.standing_at(at(3, 9)):
        said = text(at_desk(cast, "李网格").get("/desk/JF/"))
        assert "今天的班" in said and "8:00–22:00 没有人" in said
        assert "今天的班" not in text(at_desk(cast, "何秘书").get("/desk/JF/"))


def test_what_was_signed_for_a_post_leads_to_it(cast: Cast) -> None:
    post, _chen, _lin = doctor(cast)
    assert f"/c/JF/posts/{post.pk}/" in text(Client().get("/c/JF/figures/taken/"))
