"""Who sees what: the list, the check, the page and the search say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from linshuo.domain.needs import actions, notes, working
from linshuo.domain.needs.access import audiences, listens, may, visible, visible_notes
from linshuo.domain.needs.models import Need, Note
from linshuo.domain.needs.queries import Filters, allowed_moves, get_need, ledger, total
from linshuo.domain.people.actions import know_person
from linshuo.domain.people.queries import actor_of
from linshuo.domain.people.staffing import appoint
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.can import Can, Role
from linshuo.kit.refused import NotYours
from tests.cast import T0, Cast, draft, make_cast, make_need

NEED_CANS = [can for can in Can if can.value.startswith("need:")]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def world(cast: Cast) -> dict[str, Need]:
    """One matter of each kind that somebody sees and somebody else does not."""
    far = cast.other_estate
    note = notes.write(
        by=cast.he, draft_id=draft(), place=far, words="他写的，在别的片区。", source="visit"
    )

    def accepted(need: Need, owner: str = "张书记", **seen: str) -> Need:
        return actions.accept(
            need, by=cast.zhang, category=cast.category(), owner=cast.person(owner), **seen
        )

    return {
        "near": make_need(cast, words="近处的灯"),
        "far": make_need(cast, place=far, words="远处的灯", requester=None),
        "far, owned by 何": accepted(
            make_need(cast, place=far, words="远处的灯，何办", requester=None), owner="何秘书"
        ),
        "far, noted by 何": make_need(cast, place=far, words="远处的灯，何记", note=note),
        "for members": accepted(
            make_need(cast, place=far, words="给党员看的灯", requester=None),
            visibility="members",
            public_text="灯坏了",
        ),
        "public": accepted(
            make_need(cast, place=far, words="公开的灯", requester=None),
            visibility="public",
            public_text="灯坏了",
        ),
        "asked by 赵": make_need(
            cast, place=far, words="赵要的灯", requester=cast.person("赵在职")
        ),
        "asked by 马, ended": actions.withdraw(
            make_need(cast, place=far, words="马要的灯", requester=cast.person("马监督")),
            by=cast.li,
            reason="不要了",
        ),
    }


SEES: dict[str, set[str]] = {
    "何秘书": {"near", "far, owned by 何", "far, noted by 何"},
    "王阿姨": {"near", "far, noted by 何"},
    "赵在职": {"for members", "public", "asked by 赵"},
    "陈老板": {"for members", "public"},
}


def actors(cast: Cast) -> dict[str, Actor]:
    """The cast, one more of every role, the house, and the head of another community."""
    found = {name: cast.actor(name) for name in cast.persons}
    for role in Role:
        person = know_person(name=f"又一位{role}", by=cast.house)
        appoint(person, role, place=cast.root, by=cast.house)
        found[f"{role} over all"] = actor_of(person)
        narrow = know_person(name=f"小{role}", by=cast.house)
        appoint(narrow, role, place=cast.estate, by=cast.house)
        found[f"{role} over an estate"] = actor_of(narrow)
    found["house"] = cast.house
    found["stranger"] = make_cast("YY", "邻近社区").zhang
    return found


@pytest.mark.parametrize("who", SEES)
def test_each_sees_what_is_theirs_to_see(cast: Cast, who: str) -> None:
    needs = world(cast)
    viewer = cast.actor(who)
    found = set(Need.objects.of(viewer).filter(visible(viewer)).values_list("pk", flat=True))
    assert {name for name, need in needs.items() if need.pk in found} == SEES[who]


def test_those_over_the_whole_community_see_all(cast: Cast) -> None:
    needs = world(cast)
    for viewer in (cast.zhang, cast.li, cast.ma, cast.house):
        assert Need.objects.of(viewer).filter(visible(viewer)).count() == len(needs)


def test_list_and_check_agree_for_everyone_and_everything(cast: Cast) -> None:
    needs = world(cast)
    for who, viewer in actors(cast).items():
        for can in NEED_CANS:
            listed = set(
                Need.objects.of(viewer).filter(visible(viewer, can)).values_list("pk", flat=True)
            )
            for name, need in needs.items():
                assert may(viewer, can, need) == (need.pk in listed), (who, can, name)
                if need.pk in listed and can is not Can.NEED_READ:
                    assert viewer.can(can), (who, can, name)


def test_page_and_list_agree(cast: Cast) -> None:
    needs = world(cast)
    for who, viewer in actors(cast).items():
        for name, need in needs.items():
            try:
                shown = get_need(viewer, need.number).pk == need.pk
            except NotYours:
                shown = False
            assert shown == may(viewer, Can.NEED_READ, need), (who, name)


def test_staff_find_by_words_what_they_see_and_nothing_else(cast: Cast) -> None:
    needs = world(cast)
    for who, viewer in actors(cast).items():
        for name, need in needs.items():
            rows = ledger(viewer, Filters(tab="all", text=need.words)).rows
            found = need.number in {r.number for r in rows}
            sees = may(viewer, Can.NEED_READ, need)
            assert not found or sees, (who, name)
            if viewer.can(Can.NEED_READ) or viewer.is_house:
                assert found == sees or _asked_only(viewer, need), (who, name)


def _asked_only(viewer: Actor, need: Need) -> bool:
    """Seen for having asked, not by an appointment: the index speaks to staff."""
    return need.requester_id == viewer.person_id


def test_audiences_meet_exactly_those_who_see_by_appointment(cast: Cast) -> None:
    needs = world(cast)
    for who, viewer in actors(cast).items():
        if not viewer.can(Can.NEED_READ) or viewer.is_house or who == "stranger":
            continue
        ears = listens(viewer, Can.NEED_READ)
        for name, need in needs.items():
            row = Need.objects.of(viewer).select_related("place", "note").get(pk=need.pk)
            if not _asked_only(viewer, need):
                met = bool(ears & set(audiences(row)))
                assert met == may(viewer, Can.NEED_READ, need), (who, name)


def test_a_new_owner_finds_it_and_the_old_one_no_more(cast: Cast) -> None:
    need = actions.accept(
        make_need(cast, place=cast.other_estate, words="独一份的木棉树"),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
    )
    for owner, found in (("何秘书", 1), ("李网格", 0), ("何秘书", 1)):
        working.assign(need, by=cast.zhang, owner=cast.person(owner))
        assert total(cast.he, Filters(text="木棉树")) == found


def test_what_is_not_yet_accepted_is_shown_to_no_member(cast: Cast) -> None:
    need = make_need(cast, requester=None)
    working.release(need, by=cast.zhang, visibility="public", public_text="灯坏了")
    assert not may(cast.zhao, Can.NEED_READ, need)


def test_what_has_been_taken_back_is_shown_no_more(cast: Cast) -> None:
    need = world(cast)["public"]
    assert may(cast.zhao, Can.NEED_READ, need)
    working.release(need, by=cast.zhang, visibility="staff")
    assert not may(cast.zhao, Can.NEED_READ, need)


def test_an_appointment_that_begins_tomorrow_sees_nothing_today(cast: Cast) -> None:
    need = make_need(cast)
    person = know_person(name="新人", by=cast.house)
    tomorrow = T0 + timedelta(days=1)
    appoint(person, Role.FIELD_STAFF, place=cast.root, by=cast.house, starts=tomorrow.date())
    assert not may(actor_of(person), Can.NEED_READ, need)
    with clock.standing_at(tomorrow):
        assert may(actor_of(person), Can.NEED_READ, need)


# --- moves offered are moves allowed ---


def test_no_button_is_offered_that_is_not_ones_to_press(cast: Cast) -> None:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    assert "confirm" in allowed_moves(cast.he, need)
    assert "confirm" not in allowed_moves(cast.li, need)
    assert allowed_moves(cast.ma, need) == []
    assert allowed_moves(cast.zhao, need) == []
    open_one = world(cast)["public"]
    assert "accept" not in allowed_moves(cast.zhang, open_one)
    assert {"finish", "extend", "progress"} <= set(allowed_moves(cast.li, open_one))
    assert "escalate" in allowed_moves(cast.zhang, open_one)
    assert "return" not in allowed_moves(cast.zhang, open_one)
    assert "escalate" not in allowed_moves(cast.li, open_one)


# --- notes ---


def test_a_notebook_is_its_keepers_and_the_heads(cast: Cast) -> None:
    for by in (cast.li, cast.he):
        notes.write(by=by, draft_id=draft(), place=cast.building, words="灯坏了。", source="visit")

    def sees(viewer: Actor) -> int:
        return Note.objects.of(viewer).filter(visible_notes(viewer)).count()

    assert [sees(a) for a in (cast.li, cast.he, cast.zhang, cast.house)] == [1, 1, 2, 2]
    assert [sees(a) for a in (cast.ma, cast.zhao, cast.chen, cast.wang)] == [0, 0, 0, 0]
