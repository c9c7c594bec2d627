"""Persons as one community knows them: found again, corrected, revealed with a reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.domain.people.actions import (
    change_person,
    give_consent,
    know_person,
    reveal,
    withdraw_consent,
)
from linshuo.domain.people.models import Consent, Person, Purpose
from linshuo.domain.people.queries import consents, get_person, looks_at
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast
from tests.crowd import at_once

PHONE = "13912345678"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def refused_for(field: str, **given: str) -> str:
    """The code with which a person like this is refused, beside the right field."""
    cast = make_cast("ZZ", "另一个")
    with pytest.raises(Refused) as refused:
        know_person(**{"name": "林月", "phone": PHONE, **given}, by=cast.li)
    assert refused.value.field == field
    return refused.value.code


# --- known again ---


def test_the_same_name_and_phone_are_the_same_person(cast: Cast) -> None:
    first = know_person(name="林月", phone=PHONE, by=cast.li)
    again = know_person(name=" 林月\u3000", phone="139 1234 5678", by=cast.zhang)
    assert again.pk == first.pk


def test_one_phone_may_be_a_familys(cast: Cast) -> None:
    assert (
        know_person(name="林月", phone=PHONE, by=cast.li).pk
        != know_person(name="林小月", phone=PHONE, by=cast.li).pk
    )


def test_without_a_phone_each_is_someone_new(cast: Cast) -> None:
    assert know_person(name="老林", by=cast.li).pk != know_person(name="老林", by=cast.li).pk


def test_the_phone_is_kept_sealed(cast: Cast) -> None:
    person = know_person(name="林月", phone=PHONE, by=cast.li)
    row = Person.objects.of(cast.li).filter(pk=person.pk).values().get()
    assert PHONE not in str(row)
    assert person.phone == PHONE
    events = Event.objects.of(cast.li).filter(row_kind="person", row_id=person.pk)
    assert PHONE not in str(list(events.values()))


def test_a_name_is_found_by_its_initials(cast: Cast) -> None:
    assert know_person(name="张桂香", by=cast.li).initials == "zgx"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "given", "code"),
    [
        ("name", {"name": "  "}, "name"),
        ("name", {"name": "长" * 41}, "name-long"),
        ("phone", {"phone": "139123"}, "phone"),
        ("phone", {"phone": "没有"}, "phone"),
    ],
)
def test_who_cannot_be_written_down(field: str, given: dict[str, str], code: str) -> None:
    assert refused_for(field, **given) == code


def test_those_outside_the_office_add_nobody(cast: Cast) -> None:
    for actor in (cast.ma, cast.zhao, cast.chen, cast.wang):
        with pytest.raises(NotYours):
            know_person(name="林月", by=actor)


def test_two_communities_know_the_same_neighbour_apart(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    here = know_person(name="林月", phone=PHONE, by=cast.li)
    there = know_person(name="林月", phone=PHONE, by=other.li)
    assert here.pk != there.pk
    with pytest.raises(NotYours):
        get_person(other.zhang, here.pk)


@pytest.mark.django_db(transaction=True)
def test_six_hearing_the_same_person_at_once_know_one() -> None:
    cast = make_cast()
    li = cast.li
    results = at_once(6, lambda _i: know_person(name="林月", phone=PHONE, by=li).pk)
    assert len(set(map(str, results))) == 1, results
    assert Person.objects.of(li).filter(name="林月").count() == 1


# --- corrected ---


def test_a_correction_says_which_fields(cast: Cast) -> None:
    person = know_person(name="林月", by=cast.li)
    changed = change_person(person, by=cast.zhang, name="林玥", phone=PHONE, place=cast.building)
    changed.refresh_from_db()
    assert (changed.name, changed.initials, changed.phone) == ("林玥", "ly", PHONE)
    event = Event.objects.of(cast.zhang).filter(verb="person:change").get()
    assert event.detail == {"fields": ["name", "initials", "phone_enc", "phone_hmac", "place"]}


def test_a_correction_of_nothing_leaves_no_event(cast: Cast) -> None:
    change_person(cast.person("王阿姨"), by=cast.zhang)
    assert not Event.objects.of(cast.zhang).filter(verb="person:change").exists()


def test_nobody_is_corrected_into_somebody_else(cast: Cast) -> None:
    know_person(name="林月", phone=PHONE, by=cast.li)
    twin = know_person(name="林玥", phone=PHONE, by=cast.li)
    with pytest.raises(Refused) as refused:
        change_person(twin, by=cast.zhang, name="林月")
    assert refused.value.code == "person-twin"
    twin.refresh_from_db()
    assert twin.name == "林玥"


def test_a_phone_may_be_taken_back(cast: Cast) -> None:
    changed = change_person(cast.person("王阿姨"), by=cast.wang, phone="")
    assert changed.phone == changed.phone_hmac == ""


def test_one_corrects_oneself_and_no_other(cast: Cast) -> None:
    assert change_person(cast.person("王阿姨"), by=cast.wang, name="王桂香").name == "王桂香"
    for actor in (cast.wang, cast.zhao, cast.li, cast.ma):
        with pytest.raises(NotYours):
            change_person(cast.person("陈老板"), by=actor, name="某某")


def test_nobody_corrects_next_door(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        change_person(cast.person("王阿姨"), by=other.zhang, name="某某")


# --- revealed ---


def test_a_phone_opens_with_a_reason_and_the_look_is_kept(cast: Cast) -> None:
    wang = cast.person("王阿姨")
    with clock.standing_at(T0 + timedelta(hours=1)):
        assert reveal(wang, by=cast.li, reason="上门前先打个电话") == "13800131234"
    (look,) = looks_at(wang)
    assert (look.by, look.reason, look.at) == (
        "李网格",
        "上门前先打个电话",
        T0 + timedelta(hours=1),
    )


@pytest.mark.parametrize("reason", ["", " ", "看", "\u3000看"])
def test_without_a_reason_it_stays_shut(cast: Cast, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        reveal(cast.person("王阿姨"), by=cast.li, reason=reason)
    assert (refused.value.code, refused.value.field) == ("reason", "reason")
    assert looks_at(cast.person("王阿姨")) == []


def test_ones_own_case_asks_no_reason_and_is_kept_all_the_same(cast: Cast) -> None:
    assert reveal(cast.person("王阿姨"), by=cast.li, own_case=True)
    event = Event.objects.of(cast.li).filter(verb="person:reveal").get()
    assert event.detail == {"reason": "", "own": True}


def test_ones_own_number_is_no_look(cast: Cast) -> None:
    assert reveal(cast.person("王阿姨"), by=cast.wang) == "13800131234"
    assert looks_at(cast.person("王阿姨")) == []


def test_who_may_not_look(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    for actor in (cast.ma, cast.zhao, cast.chen, other.zhang):
        with pytest.raises(NotYours):
            reveal(cast.person("王阿姨"), by=actor, reason="想知道", own_case=True)


def test_looks_are_told_newest_first(cast: Cast) -> None:
    for n, actor in enumerate((cast.li, cast.zhang)):
        with clock.standing_at(T0 + timedelta(days=n)):
            reveal(cast.person("王阿姨"), by=actor, reason=f"第{n}次")
    assert [x.reason for x in looks_at(cast.person("王阿姨"))] == ["第1次", "第0次"]


# --- agreed to ---


def test_agreeing_twice_is_agreeing_once(cast: Cast) -> None:
    wang = cast.person("王阿姨")
    first = give_consent(wang, Purpose.CONTACT, by=cast.wang)
    assert give_consent(wang, Purpose.CONTACT, by=cast.li).pk == first.pk


def test_each_purpose_is_agreed_to_by_itself(cast: Cast) -> None:
    wang = cast.person("王阿姨")
    give_consent(wang, Purpose.CONTACT, by=cast.wang)
    give_consent(wang, Purpose.NAME_PUBLIC, by=cast.wang)
    withdraw_consent(wang, Purpose.NAME_PUBLIC, by=cast.wang)
    assert set(consents(wang)) == {"contact"}


def test_what_was_taken_back_may_be_given_again(cast: Cast) -> None:
    wang = cast.person("王阿姨")
    for _ in range(2):
        give_consent(wang, Purpose.CONTACT, by=cast.wang)
        withdraw_consent(wang, Purpose.CONTACT, by=cast.wang)
    give_consent(wang, Purpose.CONTACT, by=cast.wang)
    assert Consent.objects.of(cast.wang).filter(person=wang).count() == 3
    assert set(consents(wang)) == {"contact"}


def test_taking_back_what_was_never_given_changes_nothing(cast: Cast) -> None:
    withdraw_consent(cast.person("王阿姨"), Purpose.CONTACT, by=cast.wang)
    assert not Event.objects.of(cast.wang).filter(verb="consent:withdraw").exists()


def test_nobody_agrees_for_a_neighbour(cast: Cast) -> None:
    for actor in (cast.zhao, cast.ma, cast.chen):
        with pytest.raises(NotYours):
            give_consent(cast.person("王阿姨"), Purpose.CONTACT, by=actor)
    with pytest.raises(NotYours):
        withdraw_consent(cast.person("王阿姨"), Purpose.CONTACT, by=cast.zhao)


def test_another_communitys_staff_agree_for_nobody_here(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        give_consent(cast.person("王阿姨"), Purpose.CONTACT, by=other.li)
    assert not Consent.objects.everywhere().exists()
