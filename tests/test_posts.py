"""Posts: whose week it is, who is there now, who stands in; scenario 8, the doctor."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.acts import checking_in, posts
from linshuo.acts.pledging import witness
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.board.models import Post, PostHours
from linshuo.domain.board.posting import set_up_post
from linshuo.domain.people.actions import give_consent, know_person
from linshuo.domain.people.models import Person, Purpose
from linshuo.domain.people.queries import actor_of
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import duty
from linshuo.domain.service.models import ServiceRecord, Turn
from linshuo.domain.service.public import hours_words, on_duty
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
MONDAY = clock.at_local(2019, 12, 2, 7)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_monday() -> Any:
    with clock.standing_at(MONDAY):
        yield


def station(cast: Cast, **over: Any) -> Post:
    given_: dict[str, Any] = {"kind": "desk", "name": "小区医生", "place": cast.estate}
    return set_up_post(by=cast.zhang, owner=cast.person("李网格"), **{**given_, **over})


def keeper(cast: Cast, post: Post, name: str, *, named: bool = True) -> Person:
    """Somebody who signed for the post; and, as doctors do, agreed to be named."""
    person = know_person(name=name, phone="", by=cast.house)
    ask = put_up(post, by=cast.zhang, kind="manage", text="来坐班", slots=1)
    sign(ask.pk, by=cast.zhang, person=person)
    if named:
        give_consent(person, Purpose.NAME_PUBLIC, by=cast.house)
    return person


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(2019, 12, day, hour, minute)


def whole_day(cast: Cast, post: Post, person: Person, *weekdays: int) -> None:
    for weekday in weekdays:
        posts.keep(
            post, by=cast.zhang, weekday=weekday, starts=time(8), ends=time(22), person=person
        )


# --- scenario 8 ---------------------------------------------------------------------------------


def test_the_doctor(cast: Cast) -> None:
    """8:00–22:00, three keepers; one is away for two days, the mornings are covered."""
    post = station(cast)
    chen, lin, wu = (keeper(cast, post, name) for name in ("陈医生", "林医生", "吴医生"))
    whole_day(cast, post, chen, 0, 1, 2)
    whole_day(cast, post, lin, 3, 4)
    whole_day(cast, post, wu, 5, 6)
    assert on_duty(cast.community.pk)[0].hours == "每天 8:00–22:00"

    with clock.standing_at(at(2, 9)):
        shown = on_duty(cast.community.pk)[0]
        assert (shown.now, shown.until) == (("陈医生",), "到 22:00")
    free = duty.away_between(
        post, by=actor_of(chen), person=chen, first=date(2019, 12, 3), last=date(2019, 12, 4)
    )
    assert [clock.local(turn.starts).day for turn in free] == [3, 4]
    for turn in free:
        posts.stand_in(turn, by=actor_of(lin), ends=turn.starts + timedelta(hours=5))

    with clock.standing_at(at(3, 9)):
        shown = on_duty(cast.community.pk)[0]
        assert (shown.now, shown.until) == (("林医生",), "到 13:00")
    with clock.standing_at(at(3, 15)):
        shown = on_duty(cast.community.pk)[0]
        assert (shown.there, shown.next) == (False, "明天 8:00")

    with clock.standing_at(at(5, 22, 30)):
        long = Turn.objects.within(cast.community.pk).get(person=lin, starts=at(5, 8))
        with pytest.raises(Refused) as refused:
            witness(long, by=cast.li, word="colleague")
        assert refused.value.code == "cap"
    assert not ServiceRecord.objects.within(cast.community.pk).exists()


def test_two_of_seven_hours_by_two_people_pass(cast: Cast) -> None:
    post = station(cast)
    chen, lin = keeper(cast, post, "陈医生"), keeper(cast, post, "林医生")
    keep = {"by": cast.zhang, "weekday": 0}
    posts.keep(post, starts=time(8), ends=time(15), person=chen, **keep)
    posts.keep(post, starts=time(15), ends=time(22), person=lin, **keep)
    with clock.standing_at(at(2, 14)):
        assert on_duty(cast.community.pk)[0].until == "到 22:00", "who follows without a gap"
    with clock.standing_at(at(2, 22, 30)):
        for turn in Turn.objects.within(cast.community.pk).filter(starts__lt=at(3, 0)):
            assert witness(turn, by=cast.li, word="colleague").minutes == 420
    pledge = Pledge.objects.within(cast.community.pk).get(person=chen)
    assert (pledge.state, pledge.planned_on, pledge.until) == (
        "under_way", MONDAY.date(), date(2020, 12, 1)
    ), "whose week it is needs no first call any more"  # fmt: skip
    assert verify() == []


# --- keeping --------------------------------------------------------------------------------------


def test_nobody_is_put_where_they_did_not_sign(cast: Cast) -> None:
    post = station(cast)
    with pytest.raises(Refused) as refused:
        whole_day(cast, post, cast.person("赵在职"), 0)
    assert refused.value.code == "not-signed"
    assert not Turn.objects.within(cast.community.pk).exists()


def test_a_licensed_post_asks_for_a_licence_in_force(cast: Cast) -> None:
    post = station(cast, licence="医师资格证")
    person = keeper(cast, post, "陈医生")
    with pytest.raises(Refused) as refused:
        whole_day(cast, post, person, 0)
    assert refused.value.code == "licence"
    said = {"via": "desk", "consents": ["contact"], "licence": "医师资格证"}
    checking_in.check_in(by=cast.li, person=person, licence_until=date(2019, 12, 1), **said)
    with pytest.raises(Refused):
        whole_day(cast, post, person, 0)
    other = keeper(cast, post, "林医生")
    checking_in.check_in(by=cast.li, person=other, licence_until=date(2020, 12, 1), **said)
    whole_day(cast, post, other, 0)


def test_a_risky_post_is_insured_and_only_until_then(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        station(cast, name="夜巡", risk="night")
    assert refused.value.field == "insurance"
    post = station(
        cast, name="夜巡", risk="night", insurance="志愿者意外险", insured_until=date(2019, 12, 10)
    )
    person = keeper(cast, post, "林志愿")
    whole_day(cast, post, person, 0)
    days = Turn.objects.within(cast.community.pk).values_list("starts", flat=True)
    assert {clock.local(d).day for d in days} == {2, 9}
    with pytest.raises(Refused) as refused:
        duty.plan_at_post(post, by=cast.zhang, starts=at(12, 9), ends=at(12, 10), person=person)
    assert refused.value.code == "insurance"


def test_turns_are_made_once_however_often(cast: Cast) -> None:
    post = station(cast)
    whole_day(cast, post, keeper(cast, post, "陈医生"), 0)
    made = Turn.objects.within(cast.community.pk).count()
    assert made == 5, "five Mondays in four weeks and a day"
    assert posts.tick() == 0
    with clock.standing_at(MONDAY + timedelta(days=7)):
        assert posts.tick() == 1


def test_nobody_is_in_two_places(cast: Cast) -> None:
    one, other = station(cast), station(cast, name="居民之家")
    person = keeper(cast, one, "陈医生")
    ask = put_up(other, by=cast.zhang, kind="manage", text="开门", slots=1)
    sign(ask.pk, by=cast.zhang, person=person)
    whole_day(cast, one, person, 0)
    with pytest.raises(Refused) as refused:
        whole_day(cast, other, person, 0)
    assert refused.value.code == "overlap"
    with pytest.raises(Refused) as refused:
        duty.plan_at_post(other, by=cast.zhang, starts=at(2, 21), ends=at(2, 23), person=person)
    assert refused.value.code == "overlap"


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (at(2, 9), at(2, 9), "times"),
        (at(2, 9), at(3, 10), "times"),
        (at(2, 9) - timedelta(days=60), at(2, 10) - timedelta(days=60), "past"),
    ],
)
def test_times_that_cannot_be(cast: Cast, starts: datetime, ends: datetime, code: str) -> None:
    post = station(cast)
    person = keeper(cast, post, "陈医生")
    with pytest.raises(Refused) as refused:
        duty.plan_at_post(post, by=cast.zhang, starts=starts, ends=ends, person=person)
    assert refused.value.code == code


def test_standing_in_is_for_keepers_and_for_what_is_free(cast: Cast) -> None:
    post = station(cast)
    chen, lin = keeper(cast, post, "陈医生"), keeper(cast, post, "林医生")
    whole_day(cast, post, chen, 1)
    turn = Turn.objects.within(cast.community.pk).order_by("starts")[0]
    with pytest.raises(Refused) as refused:
        posts.stand_in(turn, by=actor_of(lin))
    assert refused.value.code == "not-away"
    with pytest.raises(NotYours):
        duty.away(turn, by=actor_of(lin))
    turn = duty.away(turn, by=actor_of(chen))
    with pytest.raises(Refused):
        posts.stand_in(turn, by=cast.zhao)
    posts.stand_in(turn, by=actor_of(lin), ends=at(3, 12))
    with pytest.raises(Refused) as refused:
        posts.stand_in(turn, by=cast.zhang, person=lin, starts=at(3, 11))
    assert refused.value.code == "covered"
    with pytest.raises(Refused) as refused:
        duty.back(turn, by=actor_of(chen))
    assert refused.value.code == "covered"


def test_a_name_is_full_only_by_consent(cast: Cast) -> None:
    post = station(cast)
    whole_day(cast, post, keeper(cast, post, "陈医生", named=False), 0)
    with clock.standing_at(at(2, 9)):
        assert on_duty(cast.community.pk)[0].now == ("陈**",)


def test_a_post_without_hours_says_nothing_it_does_not_know(cast: Cast) -> None:
    station(cast)
    shown = on_duty(cast.community.pk)[0]
    assert (shown.hours, shown.now, shown.until, shown.next) == ("", (), "", "")


def test_as_many_queries_whatever_there_is(cast: Cast, django_assert_num_queries: Any) -> None:
    for n in range(3):
        post = station(cast, name=f"岗{n}")
        whole_day(cast, post, keeper(cast, post, f"陈{n}"), 0)
    with django_assert_num_queries(4):
        on_duty(cast.community.pk)


def test_the_end_of_a_post_frees_everybody(cast: Cast) -> None:
    post = station(cast)
    person = keeper(cast, post, "陈医生")
    whole_day(cast, post, person, 0, 1)
    posts.end(post, by=cast.zhang)
    assert on_duty(cast.community.pk) == []
    assert Pledge.objects.within(cast.community.pk).get(person=person).state == "ended"
    assert not duty.to_come(cast.house, _mine(person), MONDAY).exists()
    assert verify() == []


def _mine(person: Person) -> Any:
    from django.db.models import Q

    return Q(person=person)


def test_whoever_ends_their_check_in_is_expected_nowhere(cast: Cast) -> None:
    post = station(cast)
    person = keeper(cast, post, "陈医生")
    row = checking_in.check_in(by=cast.li, person=person, via="desk", consents=["contact"])
    checking_in.accept(row, by=cast.zhang)
    whole_day(cast, post, person, 0, 1)
    checking_in.end(row, by=actor_of(person))
    assert not duty.to_come(cast.house, _mine(person), MONDAY).exists()
    assert posts.tick() == 0


def test_who_may_set_a_post_up(cast: Cast) -> None:
    for actor in (cast.li, cast.zhao, cast.wang, cast.ma):
        with pytest.raises(NotYours):
            set_up_post(by=actor, kind="desk", name="x 岗", place=cast.estate)
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        set_up_post(by=other.zhang, kind="desk", name="x 岗", place=cast.estate)


# --- in words ------------------------------------------------------------------------------------


def stretch(weekday: int, starts: int, ends: int) -> PostHours:
    return PostHours(weekday=weekday, starts=time(starts), ends=time(ends))


def test_a_week_in_words() -> None:
    assert hours_words([stretch(n, 8, 22) for n in range(7)]) == "每天 8:00–22:00"
    assert hours_words([stretch(5, 9, 11), stretch(6, 9, 11)]) == "周六、周日 9:00–11:00"
    halves = [stretch(n, a, b) for n in range(5) for a, b in ((8, 12), (12, 17))]
    assert hours_words([*halves, stretch(5, 9, 10)]) == "周一到周五 8:00–17:00；周六 9:00–10:00"
    assert hours_words([]) == ""


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 5)), max_size=6),
    st.integers(0, 23),
)
def test_whoever_is_shown_has_a_turn_now(
    cast: Cast, week: list[tuple[int, int, int]], hour: int
) -> None:
    post = station(cast, name=f"岗{datetime.now().timestamp()}")  # noqa: DTZ005
    person = keeper(cast, post, f"人{post.pk}")
    for weekday, starts, long in week:
        try:
            posts.keep(
                post, by=cast.zhang, weekday=weekday, starts=time(starts),
                ends=time(min(23, starts + long)), person=person,
            )  # fmt: skip
        except Refused:
            continue
    moment = at(4, hour, 30)
    shown = on_duty(cast.community.pk, moment, [post])[0]
    there = Turn.objects.within(cast.community.pk).filter(
        post=post, starts__lte=moment, ends__gt=moment, away_at__isnull=True
    )
    assert shown.there == there.exists()
    assert bool(shown.until) == shown.there
