"""Appointments: who serves, how far, from when until when, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linshuo.domain.people.actions import know_person
from linshuo.domain.people.models import Appointment, Organisation
from linshuo.domain.people.queries import actor_of, head_of, partnerships, staff
from linshuo.domain.people.staffing import add_partner, appoint, end_appointment
from linshuo.kit import clock
from linshuo.kit.can import GRANTS, Can, Role
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast

DAY = T0.date()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def held_by(cast: Cast, name: str) -> Appointment:
    return Appointment.objects.of(cast.house).get(person=cast.person(name))


def on(day: date) -> object:
    return clock.standing_at(clock.start_of(day) + timedelta(hours=9))


# --- what a role gives ---


@pytest.mark.parametrize("role", list(Role))
def test_an_appointment_gives_what_its_role_holds_and_no_more(cast: Cast, role: Role) -> None:
    with clock.standing_at(T0):
        person = know_person(name="新人", by=cast.house)
        appoint(person, role, place=cast.root, by=cast.house)
        actor = actor_of(person)
    assert {can for can in Can if actor.can(can)} == GRANTS[role]
    assert {can for can in Can if actor.everywhere(can)} == GRANTS[role]


def test_without_an_appointment_one_is_a_resident(cast: Cast) -> None:
    assert not any(cast.wang.can(can) for can in Can)
    assert cast.wang.roles == {Role.RESIDENT}


def test_an_appointment_over_a_district_reaches_the_district(cast: Cast) -> None:
    with clock.standing_at(T0):
        he = cast.he
    assert he.reaches(Can.NEED_ACCEPT, cast.building.path)
    assert not he.reaches(Can.NEED_ACCEPT, cast.other_estate.path)
    assert not he.everywhere(Can.NEED_ACCEPT)


def test_a_liaison_speaks_for_a_unit_and_reaches_no_place(cast: Cast) -> None:
    with clock.standing_at(T0):
        chen = cast.chen
    assert chen.grants[0].partnership_id == cast.partnership.pk
    assert not any(chen.reaches(can, cast.root.path) for can in Can)


# --- from when until when ---


@pytest.mark.parametrize(
    ("starts", "ends", "today", "serves"),
    [
        (0, None, 0, True),
        (0, None, -1, False),
        (0, None, 4000, True),
        (0, 10, 10, True),
        (0, 10, 11, False),
        (5, 5, 5, True),
        (5, 5, 4, False),
        (5, 5, 6, False),
    ],
)
def test_a_period_has_both_its_ends(
    cast: Cast, starts: int, ends: int | None, today: int, serves: bool
) -> None:
    with clock.standing_at(T0):
        person = know_person(name="新人", by=cast.house)
        appoint(
            person,
            Role.FIELD_STAFF,
            place=cast.root,
            by=cast.house,
            starts=DAY + timedelta(days=starts),
            ends=DAY + timedelta(days=ends) if ends is not None else None,
        )
    with on(DAY + timedelta(days=today)):  # type: ignore[attr-defined]
        assert actor_of(person).is_staff is serves
        assert (person.pk in {c.person_id for c in staff(cast.house)}) is serves


def test_the_day_changes_at_midnight_in_china(cast: Cast) -> None:
    with clock.standing_at(T0):
        person = know_person(name="新人", by=cast.house)
        appoint(person, Role.FIELD_STAFF, place=cast.root, by=cast.house, ends=DAY)
    midnight = clock.start_of(DAY + timedelta(days=1))
    with clock.standing_at(midnight - timedelta(seconds=1)):
        assert actor_of(person).is_staff
    with clock.standing_at(midnight):
        assert not actor_of(person).is_staff


def test_a_period_does_not_run_backwards(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        appoint(
            cast.person("王阿姨"),
            Role.MEMBER,
            place=cast.root,
            by=cast.zhang,
            starts=DAY,
            ends=DAY - timedelta(days=1),
        )
    assert (refused.value.code, refused.value.field) == ("ends", "ends")


def test_the_same_post_twice_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        appoint(cast.person("李网格"), Role.FIELD_STAFF, place=cast.root, by=cast.zhang)
    assert (refused.value.code, refused.value.field) == ("appointed", "role")


# --- who appoints ---


def test_only_heads_appoint_and_end(cast: Cast) -> None:
    for actor in (cast.he, cast.li, cast.ma, cast.zhao, cast.wang, cast.chen):
        with pytest.raises(NotYours):
            appoint(cast.person("王阿姨"), Role.MEMBER, place=cast.root, by=actor)
        with pytest.raises(NotYours):
            end_appointment(held_by(cast, "李网格"), by=actor)


def test_nobody_appoints_next_door(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        appoint(other.person("王阿姨"), Role.SECRETARY, place=other.root, by=cast.zhang)
    with pytest.raises(NotYours):
        end_appointment(held_by(other, "李网格"), by=cast.zhang)


def test_a_neighbours_person_serves_here_only_as_a_person_of_here(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        appoint(other.person("王阿姨"), Role.MEMBER, place=cast.root, by=cast.zhang)
    with pytest.raises(NotYours):
        appoint(cast.person("王阿姨"), Role.LIAISON, partnership=other.partnership, by=cast.zhang)


# --- ending ---


def test_an_ended_post_is_kept_and_opens_nothing(cast: Cast) -> None:
    with clock.standing_at(T0 + timedelta(days=10)):
        ended = end_appointment(held_by(cast, "李网格"), by=cast.zhang)
        assert ended.ends == DAY + timedelta(days=9)
        assert not cast.li.is_staff


def test_the_last_day_may_be_a_later_one(cast: Cast) -> None:
    last = DAY + timedelta(days=30)
    end_appointment(held_by(cast, "李网格"), by=cast.zhang, ends=last)
    with on(last):  # type: ignore[attr-defined]
        assert cast.li.is_staff
    with on(last + timedelta(days=1)):  # type: ignore[attr-defined]
        assert not cast.li.is_staff


def test_ending_again_does_not_lengthen_it(cast: Cast) -> None:
    with clock.standing_at(T0 + timedelta(days=10)):
        end_appointment(held_by(cast, "李网格"), by=cast.zhang)
    with clock.standing_at(T0 + timedelta(days=40)):
        again = end_appointment(held_by(cast, "李网格"), by=cast.zhang)
    assert again.ends == DAY + timedelta(days=9)


def test_a_community_is_never_left_without_a_head(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        end_appointment(held_by(cast, "张书记"), by=cast.zhang)
    assert refused.value.code == "last-secretary"
    with clock.standing_at(T0):
        appoint(cast.person("何秘书"), Role.SECRETARY, place=cast.root, by=cast.zhang)
    with clock.standing_at(T0 + timedelta(days=2)):
        end_appointment(held_by(cast, "张书记"), by=cast.zhang)
    with clock.standing_at(T0 + timedelta(days=3)):
        assert head_of(cast.community.pk) == cast.person("何秘书").pk


def test_of_two_heads_the_longer_serving_is_the_head(cast: Cast) -> None:
    with clock.standing_at(T0):
        appoint(cast.person("何秘书"), Role.SECRETARY, place=cast.root, by=cast.zhang)
        assert head_of(cast.community.pk) == cast.person("张书记").pk


def test_staff_are_named_once_in_the_order_of_appointment(cast: Cast) -> None:
    with clock.standing_at(T0):
        appoint(cast.person("李网格"), Role.ESTATE_SECRETARY, place=cast.estate, by=cast.zhang)
        assert [c.name for c in staff(cast.zhang)] == ["张书记", "何秘书", "李网格"]
        assert staff(cast.zhang)[0].title == "社区党总支书记"


# --- units ---


def test_a_unit_is_known_once_on_the_whole_install(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    here = add_partner(name="区水务局", uscc="11350203004139456X", by=cast.zhang)
    there = add_partner(name="区水务局", by=other.zhang)
    assert here.pk != there.pk and here.organisation_id == there.organisation_id
    assert add_partner(name=" 区水务局", by=cast.he).pk == here.pk
    assert "区水务局" in {str(p) for p in partnerships(cast.zhang)}


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": " "}, "name", "name"),
        ({"name": "长" * 81}, "name-long", "name"),
        ({"uscc": "123"}, "uscc", "uscc"),
        ({"uscc": "11350203004139456I"}, "uscc", "uscc"),
    ],
)
def test_a_unit_that_will_not_do(cast: Cast, given: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        add_partner(**{"name": "区水务局", **given}, by=cast.zhang)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Organisation.objects.filter(name="区水务局").exists()


def test_two_units_do_not_share_a_credit_code(cast: Cast) -> None:
    add_partner(name="区水务局", uscc="11350203004139456x", by=cast.zhang)
    with pytest.raises(Refused) as refused:
        add_partner(name="区城管局", uscc="11350203004139456X", by=cast.zhang)
    assert (refused.value.code, refused.value.field) == ("uscc-taken", "uscc")
