"""The board: places, queues, letting go, hours. No HTTP; both databases."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.acts.signing import came, keep, sign
from linshuo.domain.board.actions import change, put_up, take_down
from linshuo.domain.board.models import Ask
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Need, Result
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.domain.pledges import actions as pledges
from linshuo.domain.pledges.lifecycle import HOLDING
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.service import actions as service
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need

SOON = T0 + timedelta(days=1)


def open_need(cast: Cast, visibility: str = "public", **over: Any) -> Need:
    """An accepted matter that may be seen by those it is meant for."""
    need = make_need(cast, **over)
    text = "" if visibility == "staff" else "三楼拐角的灯不亮，请人来换。"
    return actions.accept(
        need,
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
        visibility=visibility,
        public_text=text,
    )


def make_ask(cast: Cast, slots: int = 2, **over: Any) -> Ask:
    """One line under an open public matter."""
    need = over.pop("need", None) or open_need(cast)
    given: dict[str, Any] = {"kind": "claim", "text": "会电工的", "by": cast.li}
    return put_up(need, slots=slots, **{**given, **over})


def helper(cast: Cast, n: int) -> Person:
    """One more member, with a name of their own."""
    person = know_person(name=f"热心人{n}", phone=f"137{n:08d}", by=cast.house)
    appoint(person, Role.MEMBER, place=cast.root, by=cast.house)
    return person


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday(request: pytest.FixtureRequest) -> Any:
    with clock.standing_at(SOON):
        yield


def held(ask: Ask) -> int:
    """Places held by pledges, counted from the rows."""
    rows = Pledge.objects.within(ask.community_id).filter(ask=ask, state__in=HOLDING)
    return rows.aggregate(n=Sum("slots"))["n"] or 0


def test_a_name_on_a_free_line_is_accepted_and_due_for_a_call_in_seven_days(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    assert (pledge.state, pledge.due_for) == ("accepted", "first_contact")
    assert pledge.due_at == SOON + timedelta(days=7)


def test_a_full_line_queues_and_a_freed_place_is_offered_not_given(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    first = sign(ask.pk, by=cast.zhao)
    second = sign(ask.pk, by=actor_of(helper(cast, 1)))
    third = sign(ask.pk, by=actor_of(helper(cast, 2)))
    assert [p.state for p in (first, second, third)] == ["accepted", "waiting", "waiting"]
    pledges.release(first, by=cast.zhao)
    second.refresh_from_db()
    third.refresh_from_db()
    ask.refresh_from_db()
    assert (second.state, third.state, ask.taken) == ("asked", "waiting", 1)
    assert second.person is not None
    agreed = pledges.agree(second, by=actor_of(second.person))
    assert agreed.state == "accepted"


def test_no_answer_passes_the_place_on(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    first = sign(ask.pk, by=cast.zhao)
    waiting = [sign(ask.pk, by=actor_of(helper(cast, n))) for n in (1, 2)]
    pledges.release(first, by=cast.zhao)
    waiting[0].refresh_from_db()
    pledges.expire(waiting[0], by=cast.house)
    waiting[1].refresh_from_db()
    ask.refresh_from_db()
    assert waiting[1].state == "asked" and ask.taken == held(ask) == 1


def test_signing_twice_is_signing_once(cast: Cast) -> None:
    ask = make_ask(cast)
    assert sign(ask.pk, by=cast.zhao).pk == sign(ask.pk, by=cast.zhao).pk
    ask.refresh_from_db()
    assert ask.taken == 1


def test_nobody_signs_for_somebody_else(cast: Cast) -> None:
    ask = make_ask(cast)
    with pytest.raises(NotYours):
        sign(ask.pk, by=cast.zhao, person=cast.person("王阿姨"))
    with pytest.raises(NotYours):
        sign(ask.pk, by=cast.zhao, partnership=cast.partnership)
    assert sign(ask.pk, by=cast.chen, partnership=cast.partnership).partnership_id is not None
    assert sign(ask.pk, by=cast.li, person=cast.person("王阿姨")).signed_by_id is not None


def test_a_line_under_a_private_matter_is_not_there(cast: Cast) -> None:
    private = make_ask(cast, need=open_need(cast, "staff"))
    for outsider in (cast.zhao, cast.chen, make_cast("YY", "邻近社区").zhang):
        with pytest.raises(NotYours):
            sign(private.pk, by=outsider)
    members = make_ask(cast, need=open_need(cast, "members"))
    assert sign(members.pk, by=cast.zhao).state == "accepted"
    with pytest.raises(NotYours):
        sign(members.pk, by=cast.wang)


def test_a_line_taken_down_takes_nobody_more(cast: Cast) -> None:
    ask = make_ask(cast)
    take_down(ask, by=cast.li)
    with pytest.raises(Refused) as refused:
        sign(ask.pk, by=cast.zhao)
    assert refused.value.code == "taken-down"


def test_a_line_names_nobody(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        make_ask(cast, text="找 13800131234 换灯")
    assert (refused.value.code, refused.value.field) == ("marks", "text")


def test_places_are_not_cut_below_those_taken(cast: Cast) -> None:
    ask = make_ask(cast, slots=2)
    sign(ask.pk, by=cast.zhao)
    sign(ask.pk, by=cast.chen, partnership=cast.partnership)
    with pytest.raises(Refused) as refused:
        change(ask, by=cast.li, slots=1, text="会电工的")
    assert refused.value.field == "slots"


def test_the_database_itself_refuses_one_too_many(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.within(cast.community.pk).filter(pk=ask.pk).update(taken=F("slots") + 1)


def test_handing_over_passes_the_queue_by(cast: Cast) -> None:
    ask = make_ask(cast, slots=1)
    first = sign(ask.pk, by=cast.zhao)
    waiting = sign(ask.pk, by=actor_of(helper(cast, 1)))
    successor = pledges.hand_over(first, to=helper(cast, 2), by=cast.zhao)
    first.refresh_from_db()
    waiting.refresh_from_db()
    ask.refresh_from_db()
    assert (first.ended_as, successor.state, waiting.state) == (
        "handed_over",
        "accepted",
        "waiting",
    )
    assert ask.taken == held(ask) == 1


def test_hours_come_from_a_planned_turn_and_anothers_word(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    starts = SOON + timedelta(hours=2)
    turn = service.plan_turn(pledge, by=cast.zhao, starts=starts, ends=starts + timedelta(hours=3))
    with clock.standing_at(starts + timedelta(hours=4)):
        for own in (cast.person("赵在职"), None):
            with pytest.raises(Refused):
                came(turn, by=cast.zhao, via="person", confirmed_by=own)
        with pytest.raises(Refused) as nobody:
            came(turn, by=cast.li, via="call")
        assert nobody.value.code == "whose-word"
        done = came(turn, by=cast.li, via="call", confirmed_by=cast.person("王阿姨"))
        assert came(turn, by=cast.li, via="call", confirmed_by=cast.person("王阿姨")).pk == done.pk
        assert done.minutes == 180
        assert Result.objects.within(cast.community.pk).filter(ref_id=done.pk).count() == 1
        kept = keep(pledge, by=cast.li)
    assert (kept.state, kept.ended_as) == ("ended", "fulfilled")


def test_a_claim_is_not_kept_without_a_record(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    with pytest.raises(Refused) as refused:
        keep(pledge, by=cast.li, receipt="来过了")
    assert refused.value.code == "record"


@pytest.mark.parametrize("kind", ["donate", "manage", "adopt"])
def test_the_other_three_are_kept_by_what_is_on_record(cast: Cast, kind: str) -> None:
    pledge = sign(make_ask(cast, kind=kind).pk, by=cast.zhao)
    with pytest.raises(Refused):
        keep(pledge, by=cast.li)
    assert keep(pledge, by=cast.li, receipt="十二盏灯收到了").receipt == "十二盏灯收到了"


def test_fourteen_hours_by_one_are_refused_and_two_of_seven_by_two_pass(cast: Cast) -> None:
    ask = make_ask(cast)
    other = helper(cast, 1)
    morning = clock.start_of(SOON.date() + timedelta(days=1)) + timedelta(hours=8)
    mine = sign(ask.pk, by=cast.zhao)
    theirs = sign(ask.pk, by=actor_of(other))
    whole = service.plan_turn(mine, by=cast.li, starts=morning, ends=morning + timedelta(hours=14))
    halves = [
        service.plan_turn(
            pledge,
            by=cast.li,
            starts=morning + timedelta(hours=7 * n),
            ends=morning + timedelta(hours=7 * n + 7),
        )
        for n, pledge in enumerate((mine, theirs))
    ]
    word = cast.person("王阿姨")
    with clock.standing_at(morning + timedelta(hours=15)):
        with pytest.raises(Refused) as refused:
            came(whole, by=cast.li, via="call", confirmed_by=word)
        assert refused.value.code == "cap"
        minutes = [came(t, by=cast.li, via="call", confirmed_by=word).minutes for t in halves]
    assert minutes == [420, 420]


def test_overlapping_hours_are_refused(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    starts = SOON + timedelta(hours=1)
    turns = [
        service.plan_turn(
            pledge,
            by=cast.li,
            starts=starts + timedelta(minutes=30 * n),
            ends=starts + timedelta(minutes=30 * n + 60),
        )
        for n in range(2)
    ]
    word = cast.person("王阿姨")
    with clock.standing_at(starts + timedelta(hours=3)):
        came(turns[0], by=cast.li, via="call", confirmed_by=word)
        with pytest.raises(Refused) as refused:
            came(turns[1], by=cast.li, via="call", confirmed_by=word)
    assert refused.value.code == "overlap"


def test_a_correction_is_a_new_row(cast: Cast) -> None:
    pledge = sign(make_ask(cast).pk, by=cast.zhao)
    starts = SOON + timedelta(hours=1)
    turn = service.plan_turn(pledge, by=cast.li, starts=starts, ends=starts + timedelta(hours=2))
    with clock.standing_at(starts + timedelta(hours=3)):
        wrong = came(turn, by=cast.li, via="call", confirmed_by=cast.person("王阿姨"))
        right = service.correct(wrong, by=cast.zhang, minutes=60, why="早走了一小时")
        with pytest.raises(NotYours):
            service.correct(right, by=cast.li, minutes=30, why="再少一点")
    counted = service.effective(cast.li).values_list("minutes", flat=True)
    assert list(counted) == [60]
    seal_all()
    assert verify() == []


steps = st.lists(
    st.tuples(
        st.sampled_from(["sign", "release", "agree", "expire"]),
        st.integers(0, 4),
        st.integers(1, 2),
    ),
    max_size=14,
)


@pytest.mark.django_db
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(1, 3))
def test_places_taken_are_always_places_held(walk: list[tuple[str, int, int]], slots: int) -> None:
    with transaction.atomic():
        cast = make_cast("WK", "散步社区")
        ask = make_ask(cast, slots=slots)
        people = [helper(cast, n) for n in range(5)]
        for verb, who, places in walk:
            mine = pledges.standing(ask, people[who], None)
            try:
                if verb == "sign":
                    sign(ask.pk, by=actor_of(people[who]), slots=places)
                elif mine is not None:
                    by = cast.house if verb == "expire" else actor_of(people[who])
                    getattr(pledges, verb)(mine, by=by)
            except Refused:
                pass
            ask.refresh_from_db()
            assert 0 <= ask.taken <= ask.slots
            assert ask.taken == held(ask)
        assert verify(cast.community.pk) == []
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_twenty_four_at_two_places() -> None:
    """Whoever presses at once: two accepted, twenty-two waiting, nothing lost, no error."""
    cast = make_cast()
    ask = make_ask(cast, slots=2)
    people = [actor_of(helper(cast, n)) for n in range(24)]
    gate = threading.Barrier(24)
    answers: list[str] = []

    def press(n: int) -> None:
        try:
            with clock.standing_at(SOON):
                gate.wait()
                answers.append(sign(ask.pk, by=people[n]).state)
        except Exception as error:
            answers.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(n,)) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["accepted"] * 2 + ["waiting"] * 22
    ask.refresh_from_db()
    assert ask.taken == held(ask) == 2
    seal_all()
    assert verify() == []
