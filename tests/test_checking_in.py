"""报到: handed in, accepted with a receipt, paused, moved on, ended with all that was held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linshuo.acts import checking_in
from linshuo.acts.signing import sign
from linshuo.domain.board.actions import put_up
from linshuo.domain.people import checking
from linshuo.domain.people.lifecycle import CHECK_IN, LIVE
from linshuo.domain.people.models import CheckIn, Consent, Person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.skills import Skill, joined, labels, parted
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.can import Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, sign_up
from tests.test_board import open_need

pytestmark = pytest.mark.django_db
SOON = T0 + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with clock.standing_at(SOON):
        yield


def come(cast: Cast, name: str = "林志愿", **over: Any) -> CheckIn:
    given: dict[str, Any] = {
        "by": cast.li, "via": "desk", "name": name, "phone": "13700000001",
        "consents": ["contact"], "skills": ["electric"], "times": ["saturday"],
        "interests": ["elders"], "place": cast.estate,
    }  # fmt: skip
    return checking_in.check_in(**{**given, **over})


def test_a_check_in_waits_for_its_receipt_and_gets_one_number(cast: Cast) -> None:
    row = come(cast)
    assert (row.state, row.receipt_no, row.due_for) == ("submitted", "", "accept")
    assert row.due_at == SOON + timedelta(days=2)
    done = checking_in.accept(row, by=cast.zhang)
    assert (done.state, done.receipt_no) == ("accepted", "JF-B-2019-0001")
    assert checking_in.accept(done, by=cast.zhang).receipt_no == done.receipt_no
    assert checking_in.accept(come(cast, "何志愿"), by=cast.he).receipt_no == "JF-B-2019-0002"
    assert Role.MEMBER in actor_of(done.person).roles
    assert verify() == []


def test_handing_in_twice_is_handing_in_once(cast: Cast) -> None:
    first = come(cast)
    assert come(cast).pk == first.pk
    assert CheckIn.objects.within(cast.community.pk).count() == 1


def test_each_consent_is_kept_by_itself_and_contact_is_needed(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        come(cast, consents=["name_public"])
    assert refused.value.field == "consents"
    assert not Person.objects.within(cast.community.pk).filter(name="林志愿").exists()
    row = come(cast, consents=["contact", "share_unit"])
    given_ = Consent.objects.within(cast.community.pk).filter(person=row.person)
    assert {c.purpose for c in given_} == {"contact", "share_unit"}


def test_a_child_comes_with_a_guardian(cast: Cast) -> None:
    row = come(cast, age_band="child")
    with pytest.raises(Refused) as refused:
        checking_in.accept(row, by=cast.zhang)
    assert refused.value.field == "guardian"
    second = come(cast, "小林", age_band="child", guardian="林爸爸")
    assert checking_in.accept(second, by=cast.zhang).state == "accepted"


def test_who_may(cast: Cast) -> None:
    row = come(cast)
    with pytest.raises(NotYours):
        checking_in.accept(row, by=cast.li)
    with pytest.raises(NotYours):
        come(cast, by=cast.zhao, name="别人")
    mine = come(cast, by=cast.zhao, person=cast.person("赵在职"), via="web")
    assert mine.person == cast.person("赵在职")
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        checking_in.accept(row, by=other.zhang)
    with pytest.raises(NotYours):
        checking.pause(mine, by=cast.wang, until=SOON.date() + timedelta(days=9))


def test_a_pause_says_until_when_and_is_over_when_its_owner_says_so(cast: Cast) -> None:
    row = checking_in.accept(come(cast), by=cast.zhang)
    me = actor_of(row.person)
    for until in (None, SOON.date(), SOON.date() + timedelta(days=400)):
        with pytest.raises(Refused) as refused:
            checking.pause(row, by=me, until=until)
        assert refused.value.field == "until"
    paused = checking.pause(row, by=me, until=SOON.date() + timedelta(days=30))
    assert paused.state == "paused" and paused.due_at == clock.at_local(
        *(SOON.date() + timedelta(days=30)).timetuple()[:3], 18
    )
    back = checking.resume(paused, by=me)
    assert (back.state, back.paused_until) == ("accepted", None)


def test_the_end_lets_go_of_pledges_in_the_same_act(cast: Cast) -> None:
    row = checking_in.accept(come(cast), by=cast.zhang)
    line = put_up(open_need(cast), by=cast.li, kind="claim", text="会电工的", slots=1)
    held = sign(line.pk, by=cast.zhang, person=row.person)
    queued = sign(line.pk, by=cast.zhang, person=cast.person("赵在职"))
    assert (held.state, queued.state) == ("accepted", "waiting")
    with clock.standing_at(SOON + timedelta(days=1)):
        done = checking_in.end(row, by=actor_of(row.person))
        assert Role.MEMBER not in actor_of(row.person).roles
    assert (done.state, done.ended_because, done.due_at) == ("ended", "wish", None)
    states = {p.pk: p.state for p in Pledge.objects.within(cast.community.pk)}
    assert states == {held.pk: "ended", queued.pk: "asked"}
    again = come(cast)
    assert again.pk != row.pk and again.person_id == row.person_id
    assert verify() == []


def test_moving_on_ends_it_here_and_hands_it_in_there(cast: Cast) -> None:
    account = sign_up(cast, "赵在职")
    row = come(cast, by=cast.zhao, person=cast.person("赵在职"), via="web", note="周末都行")
    row = checking_in.accept(row, by=cast.zhang)
    other = make_cast("YY", "邻近社区")
    with pytest.raises(Refused):
        checking_in.move_on(row, by=cast.zhang, to=other.community.pk, account=account)
    there = checking_in.move_on(row, by=cast.zhao, to=other.community.pk, account=account)
    row.refresh_from_db()
    assert (row.state, row.ended_because) == ("ended", "moved")
    assert (there.community_id, there.state) == (other.community.pk, "submitted")
    assert (there.skills, there.note, there.person.account) == (row.skills, "周末都行", account)
    assert verify() == []


@pytest.mark.parametrize(
    ("field", "over"),
    [
        ("skills", {"skills": ["飞行"]}),
        ("times", {"times": ["never"]}),
        ("note", {"note": "长" * 121}),
        ("unit", {"unit_text": "长" * 81}),
        ("name", {"name": " "}),
        ("phone", {"phone": "12"}),
        ("via", {"via": "fax"}),
    ],
)
def test_what_will_not_do_names_its_field_and_adds_nobody(
    cast: Cast, field: str, over: dict[str, Any]
) -> None:
    before = Person.objects.within(cast.community.pk).count()
    with pytest.raises(Refused) as refused:
        come(cast, **over)
    assert refused.value.field == field
    assert Person.objects.within(cast.community.pk).count() == before


def test_no_building_is_kept(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        come(cast, place=cast.building)
    assert refused.value.field == "place"


@given(st.lists(st.sampled_from([s for s in Skill.values if s])))
def test_a_list_is_kept_in_its_own_order_each_once(values: list[str]) -> None:
    kept = joined(Skill, values, "skills")
    assert set(parted(kept)) == set(values)
    assert len(parted(kept)) == len(labels(Skill, kept)) == len(set(values))
    assert kept == joined(Skill, reversed(values), "skills")


VERBS = {
    "accept": lambda row, cast: checking_in.accept(row, by=cast.zhang),
    "pause": lambda row, cast: checking.pause(
        row, by=cast.zhang, until=clock.today() + timedelta(days=9)
    ),
    "resume": lambda row, cast: checking.resume(row, by=cast.zhang),
    "still": lambda row, cast: checking.still(row, by=cast.zhang),
    "end": lambda row, cast: checking_in.end(row, by=cast.zhang),
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(sorted(VERBS)), max_size=8))
def test_no_walk_leaves_the_table(cast: Cast, verbs: list[str]) -> None:
    assert set(VERBS) == set(CHECK_IN.moves)
    row = come(cast, f"走{clock.now().timestamp()}", phone="")
    for verb in verbs:
        step = CHECK_IN.moves[verb]
        before = row.state
        try:
            row = VERBS[verb](row, cast)
        except Refused:
            row.refresh_from_db()
            assert row.state == before
            continue
        assert row.state == step.target.name
        assert (row.due_at is not None) == (row.state in LIVE)
