"""Who may do what, read off the one screen that says it."""

from __future__ import annotations

import pytest

from linshuo.kit.actor import Actor, Grant
from linshuo.kit.can import GRANTS, STAFF_ROLES, Can, Role

HEADS = {Role.SECRETARY, Role.DEPUTY}
WRITING = {
    Can.NOTE_WRITE,
    Can.NEED_REPORT,
    Can.NEED_ACCEPT,
    Can.NEED_RELEASE,
    Can.NEED_WORK,
    Can.NEED_CONFIRM,
    Can.NEED_DECIDE,
    Can.NEED_IMPORT,
    Can.PERSON_REVEAL,
    Can.PERSON_WRITE,
    Can.STAFF_APPOINT,
    Can.PLACE_WRITE,
    Can.PAPER_ISSUE,
    Can.COMMUNITY_OPEN,
}


def holders(can: Can) -> set[Role]:
    return {role for role, held in GRANTS.items() if can in held}


def test_every_role_has_its_row() -> None:
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("can", list(Can))
def test_every_capability_is_held_by_somebody(can: Can) -> None:
    assert holders(can)


@pytest.mark.parametrize("can", list(Can))
def test_a_capability_is_named_thing_and_verb(can: Can) -> None:
    thing, _, verb = can.value.partition(":")
    assert thing.isalpha() and verb.replace("-", "").isalpha()


@pytest.mark.parametrize(
    "can",
    [Can.NEED_EXPORT, Can.NEED_IMPORT, Can.NEED_DECIDE, Can.STAFF_APPOINT, Can.NOTE_READ],
)
def test_only_heads_export_import_decide_appoint_and_leaf_through_notebooks(can: Can) -> None:
    assert holders(can) == HEADS


def test_who_watches_writes_nothing_and_reads_no_person() -> None:
    held = GRANTS[Role.SUPERVISOR]
    assert not held & WRITING
    assert Can.PERSON_READ not in held and Can.NEED_EXPORT not in held
    assert Can.FIGURE_READ in held


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.MEMBER, Role.LIAISON])
def test_those_outside_the_office_see_their_own_and_no_more(role: Role) -> None:
    assert GRANTS[role] == frozenset()


def test_the_sub_district_sees_no_notes_and_no_persons() -> None:
    assert not GRANTS[Role.SUB_DISTRICT] & {Can.NOTE_READ, Can.PERSON_READ, Can.NEED_READ}


@pytest.mark.parametrize("role", list(Role))
def test_staff_are_those_who_keep_a_notebook_and_work(role: Role) -> None:
    held = GRANTS[role]
    assert (role in STAFF_ROLES) == (Can.NOTE_WRITE in held) == (Can.NEED_WORK in held)


# --- the actor ---


def test_a_grant_reaches_below_its_place_and_not_beside_it() -> None:
    actor = Actor(1, 7, grants=(Grant(Role.FIELD_STAFF, "/1/2/"),))
    assert actor.reaches(Can.NEED_WORK, "/1/2/") and actor.reaches(Can.NEED_WORK, "/1/2/9/")
    assert not actor.reaches(Can.NEED_WORK, "/1/") and not actor.reaches(Can.NEED_WORK, "/1/22/")
    assert not actor.everywhere(Can.NEED_WORK)


def test_a_grant_gives_only_what_its_role_holds() -> None:
    actor = Actor(1, 7, grants=(Grant(Role.FIELD_STAFF, "/1/", whole=True),))
    assert actor.everywhere(Can.NEED_WORK) and not actor.everywhere(Can.NEED_ACCEPT)
    assert actor.paths(Can.NEED_ACCEPT) == () and not actor.can(Can.NEED_ACCEPT)


def test_two_grants_reach_as_far_as_both() -> None:
    actor = Actor(
        1,
        7,
        grants=(
            Grant(Role.DISTRICT_SECRETARY, "/1/2/"),
            Grant(Role.FIELD_STAFF, "/1/3/"),
            Grant(Role.FIELD_STAFF, "/1/2/"),
        ),
    )
    assert actor.paths(Can.NEED_WORK) == ("/1/2/", "/1/3/")
    assert actor.paths(Can.NEED_ACCEPT) == ("/1/2/",)


def test_the_house_may_everything_everywhere_and_is_nobody() -> None:
    house = Actor.house(1)
    assert all(house.can(can) and house.everywhere(can) for can in Can)
    assert house.person_id is None and not house.is_staff


def test_without_an_appointment_nothing_is_reached() -> None:
    nobody = Actor(1, 7)
    assert not any(nobody.can(can) or nobody.reaches(can, "/1/") for can in Can)


def test_an_actor_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Actor(1, 7).is_house = True  # type: ignore[misc]
