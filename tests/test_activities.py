"""Activities and meetings: who comes, how it is noted, what becomes of it, what follows up."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linshuo.acts import checking_in, gathering
from linshuo.domain.needs.actions import accept
from linshuo.domain.needs.models import Need, Result
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.service import activities, coming, duty
from linshuo.domain.service.models import (
    Activity,
    ActivityHost,
    ActivityKind,
    ActivityNeed,
    ServiceRecord,
    Turn,
)
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast, make_need

NOW = clock.at_local(2019, 12, 2, 9)
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_monday() -> Any:
    with clock.standing_at(NOW):
        yield


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(2019, 12, day, hour, minute)


def hold(cast: Cast, **over: Any) -> Activity:
    given: dict[str, Any] = {
        "by": cast.zhang,
        "kind": "volunteer_day",
        "title": "清理小公园",
        "place": cast.estate,
        "starts": at(7, 9),
        "ends": at(7, 11),
    }
    return activities.hold(**{**given, **over})


def people(cast: Cast, *names: str) -> list[Person]:
    return [know_person(name=name, phone="", by=cast.house) for name in names]


def come(cast: Cast, activity: Activity, *names: str) -> list[Turn]:
    return [
        coming.sign_up(activity, by=cast.zhang, person=person) for person in people(cast, *names)
    ]


def fresh(row: Any) -> Any:
    return type(row).objects.within(row.community_id).get(pk=row.pk)


def refused(code: str) -> Any:
    class _Refused:
        def __enter__(self) -> None:
            return None

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
            assert isinstance(error, Refused), f"nothing refused, {code} expected"
            assert error.code == code
            return True

    return _Refused()


# --- announced ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ActivityKind.values)
def test_each_kind_is_announced_with_its_hosts_and_needs(cast: Cast, kind: str) -> None:
    need = make_need(cast)
    row = hold(cast, kind=kind, hosts=[cast.partnership], needs=[need], places=20)
    assert (row.kind, row.taken, len(row.code)) == (kind, 0, 4)
    assert ActivityHost.objects.within(row.community_id).filter(activity=row).count() == 1
    assert ActivityNeed.objects.within(row.community_id).get(activity=row).why == "chosen"
    assert verify() == []


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "找王阿姨 13800131234"}, "title"),
        ({"about": "3栋502室门口集合"}, "about"),
        ({"starts": None}, "starts"),
        ({"ends": at(7, 8)}, "ends"),
        ({"ends": at(9, 8)}, "ends"),
        ({"starts": at(2, 9) - timedelta(days=40), "ends": at(2, 11) - timedelta(days=40)}, "day"),
        ({"places": 0}, "places"),
        ({"risk": "height"}, "insurance"),
        ({"kind": "x"}, "kind"),
    ],
)
def test_what_cannot_be_announced(cast: Cast, over: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as told:
        hold(cast, **over)
    assert told.value.field == field
    assert not Activity.objects.within(cast.community.pk).exists()


def test_who_announces(cast: Cast) -> None:
    hold(cast, by=cast.he)
    for actor in (cast.li, cast.zhao, cast.chen, cast.wang, cast.ma):
        with pytest.raises(NotYours):
            hold(cast, by=actor)
    with pytest.raises(NotYours):
        hold(cast, by=cast.he, place=cast.other_estate)
    stranger = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        hold(cast, by=stranger.zhang)
    with pytest.raises(NotYours):
        activities.cancel(hold(cast), by=stranger.zhang, why="不是我的")


# --- signed up ------------------------------------------------------------------------------------


def test_full_says_so_and_a_place_given_back_is_free(cast: Cast) -> None:
    row = hold(cast, places=2)
    first, _second = come(cast, row, "甲", "乙")
    with refused("full"):
        come(cast, row, "丙")
    coming.withdraw(first, by=cast.zhang)
    assert fresh(row).taken == 1
    come(cast, row, "丁")
    assert fresh(row).taken == 2
    assert verify() == []


def test_signing_up_and_withdrawing_twice_is_once(cast: Cast) -> None:
    row = hold(cast)
    me = cast.person("赵在职")
    turn = coming.sign_up(row, by=cast.zhao, person=me)
    assert coming.sign_up(row, by=cast.zhao, person=me) == turn
    assert fresh(row).taken == 1
    coming.withdraw(turn, by=cast.zhao)
    coming.withdraw(turn, by=cast.zhao)
    assert fresh(row).taken == 0
    assert coming.sign_up(row, by=cast.zhao, person=me) != turn, "and may change their mind"


def test_nobody_signs_up_somebody_else(cast: Cast) -> None:
    row = hold(cast)
    with pytest.raises(NotYours):
        coming.sign_up(row, by=cast.zhao, person=cast.person("王阿姨"))
    turn = coming.sign_up(row, by=cast.wang, person=cast.person("王阿姨"))
    for actor in (cast.zhao, cast.chen, cast.ma):
        with pytest.raises(NotYours):
            coming.withdraw(turn, by=actor)
    coming.withdraw(turn, by=cast.li)


def test_nobody_is_in_two_places(cast: Cast) -> None:
    me = cast.person("赵在职")
    coming.sign_up(hold(cast), by=cast.zhao, person=me)
    with refused("overlap"):
        coming.sign_up(hold(cast, title="另一件", starts=at(7, 10), ends=at(7, 12)), by=cast.zhao,
                       person=me)  # fmt: skip


def test_a_meeting_is_for_who_serves_or_speaks_for_a_unit(cast: Cast) -> None:
    row = hold(cast, kind="meeting", title="联席会议")
    coming.sign_up(row, by=cast.chen, person=cast.person("陈老板"))
    with pytest.raises(NotYours):
        coming.sign_up(row, by=cast.wang, person=cast.person("王阿姨"))
    coming.sign_up(row, by=cast.li, person=cast.person("王阿姨"))


def test_a_liaison_names_a_member_of_their_unit_and_nobody_else(cast: Cast) -> None:
    row = hold(cast)
    mate = know_person(name="同事甲", phone="13900000077", by=cast.house)
    told = {"name": "同事甲", "phone": "13900000077"}
    with refused("unknown"):
        gathering.sign_up_member(row, by=cast.chen, **told)
    said = {"via": "desk", "consents": ["contact"]}
    row_in = checking_in.check_in(by=cast.li, person=mate, partnership=cast.partnership, **said)
    checking_in.accept(row_in, by=cast.zhang)
    turn = gathering.sign_up_member(row, by=cast.chen, **told)
    assert turn.person == mate
    with refused("unknown"):
        gathering.sign_up_member(row, by=cast.chen, name="王阿姨", phone="13800131234")
    with pytest.raises(NotYours):
        gathering.sign_up_member(row, by=cast.zhao, **told)
    coming.withdraw(turn, by=cast.chen)
    assert fresh(row).taken == 0


def test_at_the_desk_a_name_is_on_the_list_once(cast: Cast) -> None:
    row = hold(cast)
    one = gathering.sign_up_named(row, by=cast.li, name="路过的老陈")
    assert gathering.sign_up_named(row, by=cast.li, name="路过的老陈") == one
    with pytest.raises(NotYours):
        gathering.sign_up_named(row, by=cast.chen, name="谁")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_for_three_places() -> None:
    with clock.standing_at(NOW):
        cast = make_cast()
        row = hold(cast, places=3)
        crowd = people(cast, *(f"人{n}" for n in range(12)))
        gate, got = threading.Barrier(len(crowd)), []

        def press(person: Person) -> None:
            try:
                with clock.standing_at(NOW):
                    gate.wait()
                    coming.sign_up(row, by=actor_of(person), person=person)
                got.append("in")
            except Refused as refused_:
                got.append(refused_.code)
            finally:
                connection.close()

        threads = [threading.Thread(target=press, args=(person,)) for person in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(got) == ["full"] * 9 + ["in"] * 3
        assert fresh(row).taken == 3
        assert verify() == []


def test_whoever_leaves_gives_their_places_back(cast: Cast) -> None:
    row, me = hold(cast), cast.person("赵在职")
    said = {"via": "desk", "consents": ["contact"]}
    here = checking_in.check_in(by=cast.li, person=me, **said)
    checking_in.accept(here, by=cast.zhang)
    turn = coming.sign_up(row, by=cast.zhao, person=me)
    checking_in.end(here, by=cast.zhao)
    assert fresh(turn).away_at is not None
    assert fresh(row).taken == 0
    with pytest.raises(NotYours):
        duty.back(turn, by=cast.zhao)
    assert verify() == []


# --- changed and called off -----------------------------------------------------------------------


def test_the_activity_is_locked_before_the_turn_whoever_frees_it(cast: Cast) -> None:
    first, second = come(cast, hold(cast, places=5), "赵一", "钱二")
    for free, turn in ((coming.withdraw, first), (duty.away, second)):
        with CaptureQueriesContext(connection) as found:
            free(turn, by=cast.house)
        read = [q["sql"] for q in found if q["sql"].startswith("SELECT")]
        tables = [sql.split('FROM "')[1].split('"')[0] for sql in read if 'FROM "' in sql]
        assert tables.index("service_activity") < tables.index("service_turn"), free.__name__


def test_a_new_time_takes_the_turns_along(cast: Cast) -> None:
    row = hold(cast, places=5)
    (turn,) = come(cast, row, "甲")
    said = {"title": row.title, "place": cast.estate, "starts": at(8, 9), "ends": at(8, 11)}
    activities.change(row, by=cast.zhang, places=5, **said)
    assert fresh(turn).starts == at(8, 9)
    with refused("taken"):
        come(cast, row, "乙")
        activities.change(row, by=cast.zhang, places=1, **said)
    with clock.standing_at(at(8, 10)), refused("begun"):
        activities.change(row, by=cast.zhang, places=5, **{**said, "ends": at(8, 12)})


def test_called_off_with_a_reason_and_nobody_is_expected(cast: Cast) -> None:
    row = hold(cast)
    (turn,) = come(cast, row, "甲")
    with refused("why"):
        activities.cancel(row, by=cast.zhang, why="")
    activities.cancel(row, by=cast.zhang, why="下大雨，改天再约")
    assert fresh(turn).away_at == fresh(row).cancelled_at == NOW
    with refused("cancelled"):
        come(cast, row, "乙")
    other = hold(cast, title="同一个时候")
    coming.sign_up(other, by=cast.zhang, person=turn.person)
    with pytest.raises(NotYours):
        activities.cancel(other, by=cast.li, why="不归我管")
    assert verify() == []


# --- having come ----------------------------------------------------------------------------------


def test_the_code_is_taken_around_the_time_and_costs_a_try_when_wrong(cast: Cast) -> None:
    row = hold(cast)
    me = cast.person("赵在职")
    turn = coming.sign_up(row, by=cast.zhao, person=me)
    for moment in (at(7, 8, 29), at(7, 11, 31)):
        with clock.standing_at(moment), refused("not-now"):
            coming.note_by_code(turn, by=cast.zhao, code=row.code)
    assert fresh(turn).code_tries == 0
    with clock.standing_at(at(7, 8, 31)):
        for left in range(4, 0, -1):
            with pytest.raises(Refused, match=str(left)):
                coming.note_by_code(turn, by=cast.zhao, code="0000")
        with refused("tries"):
            coming.note_by_code(turn, by=cast.zhao, code="0000")
        with refused("tries"):
            coming.note_by_code(turn, by=cast.zhao, code=row.code)
    assert fresh(turn).here_at is None


def test_a_right_code_notes_it_and_gives_no_hours(cast: Cast) -> None:
    row = hold(cast)
    turn = coming.sign_up(row, by=cast.zhao, person=cast.person("赵在职"))
    with clock.standing_at(at(7, 9, 5)):
        coming.note_by_code(turn, by=cast.zhao, code=f" {row.code.lower()} ")
        with pytest.raises(NotYours):
            coming.note_by_code(turn, by=cast.wang, code=row.code)
    assert fresh(turn).here_via == "code"
    assert not ServiceRecord.objects.within(row.community_id).exists()
    with refused("over"):
        coming.withdraw(turn, by=cast.zhao)
    assert verify() == []


def test_the_list_is_the_organisers_word_and_gives_the_hours(cast: Cast) -> None:
    row = hold(cast, owner=cast.person("李网格"))
    here, gone = come(cast, row, "甲", "乙")
    own = coming.sign_up(row, by=cast.li, person=cast.person("李网格"))
    with refused("early"):
        coming.note_list(row, by=cast.li, came=[here.pk])
    with clock.standing_at(at(7, 12)):
        done = coming.note_list(row, by=cast.li, came=[here.pk, own.pk], hours=True)
        assert (done.came, done.away, done.hours) == (2, 1, 1)
        assert [name for name, _why in done.left] == ["李网格"], "own hours want another's word"
        again = coming.note_list(row, by=cast.li, came=[], via="paper")
    record = ServiceRecord.objects.within(row.community_id).get()
    assert (record.minutes, record.person.name, record.confirmed_by) == (
        120, "甲", cast.person("李网格"))  # fmt: skip
    assert fresh(gone).missed_at is not None
    assert again.came == 1, "what is on record as hours stays"
    with clock.standing_at(at(7, 13)):
        assert coming.note_list(row, by=cast.zhang, came=[own.pk], hours=True).hours == 1
    assert verify() == []


@pytest.mark.parametrize("kind", ["meeting", "listening", "giving_day"])
def test_to_sit_to_be_heard_and_to_give_are_no_hours(cast: Cast, kind: str) -> None:
    row = hold(cast, kind=kind)
    (turn,) = come(cast, row, "甲")
    with clock.standing_at(at(7, 12)):
        assert coming.note_list(row, by=cast.zhang, came=[turn.pk], hours=True).hours == 0
    assert fresh(turn).here_at is not None


def test_who_keeps_the_list(cast: Cast) -> None:
    row = hold(cast, place=cast.other_estate)
    (turn,) = come(cast, row, "甲")
    with clock.standing_at(at(7, 12)):
        for actor in (cast.he, cast.chen, cast.zhao, cast.ma):
            with pytest.raises(NotYours):
                coming.note_list(row, by=actor, came=[turn.pk], hours=True)


def test_who_came_off_the_street_is_put_on_the_list_afterwards(cast: Cast) -> None:
    row = hold(cast)
    with clock.standing_at(at(9, 9)):
        turn = gathering.sign_up_named(row, by=cast.li, name="路过的老陈")
        assert coming.note_list(row, by=cast.li, came=[turn.pk], via="paper").came == 1
        with refused("over"):
            coming.sign_up(row, by=cast.zhao, person=cast.person("赵在职"))


# --- what came of it ------------------------------------------------------------------------------


def open_need(cast: Cast, **over: Any) -> Need:
    need = make_need(cast, **over)
    return accept(
        need, by=cast.zhang, owner=cast.person("李网格"), category=cast.category(),
        due_on=date(2019, 12, 30),
    )  # fmt: skip


def test_linked_needs_are_told_what_was_done(cast: Cast) -> None:
    need = open_need(cast)
    row = hold(cast, needs=[need])
    with refused("early"):
        gathering.finish(row, by=cast.li, text="修好了")
    with clock.standing_at(at(7, 12)):
        gathering.finish(row, by=cast.li, text="楼道的灯都换成声控的了。谢谢来的二十位。")
        gathering.finish(row, by=cast.li, text="楼道的灯都换了。")
    result = Result.objects.within(row.community_id).get(need=need)
    assert "清理小公园" in result.text and "声控" in result.text
    assert result.ref_id == row.pk
    assert fresh(row).outcome == "楼道的灯都换了。"
    assert verify() == []


def test_a_need_is_put_beside_it_by_its_number(cast: Cast) -> None:
    need, row = open_need(cast), hold(cast)
    item = gathering.link_by_number(row, by=cast.li, number=need.short_number)
    assert gathering.link_by_number(row, by=cast.li, number=need.number) == item
    activities.strike(item, by=cast.li)
    assert fresh(item).struck_at == NOW
    assert gathering.link_by_number(row, by=cast.li, number=need.number).struck_at is None
    for wrong in ("", "JF-2019-9999", "x"):
        with refused("number"):
            gathering.link_by_number(row, by=cast.li, number=wrong)
