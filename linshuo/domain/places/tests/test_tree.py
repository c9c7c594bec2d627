"""The tree of places: what goes under what, and what it is called."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linshuo.domain.places.actions import add_place, close_place
from linshuo.domain.places.models import ORDER, Place, PlaceKind
from linshuo.domain.places.queries import get_place, natural, root_of, tree
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def refusal(parent: Place, kind: str, name: str, cast: Cast) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        add_place(parent, kind=kind, name=name, by=cast.zhang)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize("kind", ORDER)
def test_a_place_stands_only_under_a_wider_one(cast: Cast, kind: str) -> None:
    parents = {
        PlaceKind.COMMUNITY: cast.root,
        PlaceKind.DISTRICT: cast.district,
        PlaceKind.ESTATE: cast.estate,
        PlaceKind.BUILDING: cast.building,
    }
    for parent_kind, parent in parents.items():
        if ORDER.index(kind) > ORDER.index(parent_kind):
            assert add_place(parent, kind=kind, name="新的", by=cast.zhang).parent_id == parent.pk
        else:
            assert refusal(parent, kind, "新的", cast) == ("kind", "kind")


def test_a_kind_nobody_knows_is_refused(cast: Cast) -> None:
    assert refusal(cast.root, "planet", "火星", cast) == ("kind", "kind")


@pytest.mark.parametrize(
    ("name", "code"), [("", "name"), (" \u3000", "name"), ("长" * 41, "name-long")]
)
def test_a_place_has_a_name_that_fits(cast: Cast, name: str, code: str) -> None:
    assert refusal(cast.estate, "building", name, cast) == (code, "name")


def test_two_neighbours_do_not_share_a_name(cast: Cast) -> None:
    assert refusal(cast.estate, "building", "３ 栋", cast) == ("place-taken", "name")
    elsewhere = add_place(cast.other_estate, kind="building", name="3 栋", by=cast.zhang)
    assert elsewhere.full_name == "嘉福花园 3 栋"


def test_from_the_estate_down_a_place_is_called_by_all_its_names(cast: Cast) -> None:
    assert cast.building.full_name == "盐业小区 3 栋"
    assert cast.estate.full_name == "盐业小区"
    assert cast.district.full_name == "盐业片区"


def test_a_path_is_the_ids_from_the_root(cast: Cast) -> None:
    by_id = {p.pk: p for p in Place.objects.everywhere()}
    for place in by_id.values():
        chain = [place]
        while chain[0].parent_id is not None:
            chain.insert(0, by_id[chain[0].parent_id])
        assert place.path == "/" + "".join(f"{p.pk}/" for p in chain)


def test_a_subtree_is_a_prefix_and_nothing_else_is(cast: Cast) -> None:
    below = Place.objects.of(cast.zhang).filter(path__startswith=cast.district.path)
    assert {p.pk for p in below} == {cast.district.pk, cast.estate.pk, cast.building.pk}


def test_the_street_is_shared_by_name(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    assert other.root.parent_id == cast.root.parent_id
    assert not other.root.path.startswith(cast.root.path)


def test_the_tree_puts_each_place_after_its_parent_and_neighbours_by_number(cast: Cast) -> None:
    for name in ("12 栋", "2 栋", "10 栋"):
        add_place(cast.estate, kind="building", name=name, by=cast.zhang)
    names = [p.name for p in tree(cast.zhang)]
    assert names[0] == "嘉福社区"
    here = names.index("盐业小区")
    assert names[here + 1 : here + 5] == ["2 栋", "3 栋", "10 栋", "12 栋"]
    seen: set[int | None] = {cast.root.parent_id}
    for place in tree(cast.zhang):
        assert place.parent_id in seen
        seen.add(place.pk)


@given(st.lists(st.integers(0, 999), unique=True, max_size=8))
def test_names_that_differ_by_a_number_stand_by_that_number(numbers: list[int]) -> None:
    names = sorted((f"{n} 栋" for n in numbers), key=natural)
    assert names == [f"{n} 栋" for n in sorted(numbers)]


@given(st.lists(st.text(alphabet="12٣²栋楼a ", max_size=6), max_size=6))
def test_any_names_can_be_put_in_order(names: list[str]) -> None:
    ordered = sorted(names, key=natural)
    assert sorted(ordered, key=natural) == ordered and sorted(ordered) == sorted(names)


def test_a_closed_place_is_offered_no_more_and_still_there(cast: Cast) -> None:
    with clock.standing_at(T0 + timedelta(days=1)):
        closed = close_place(cast.building, by=cast.zhang)
        assert close_place(cast.building, by=cast.zhang).closed_at == closed.closed_at
    assert cast.building.pk not in {p.pk for p in tree(cast.zhang)}
    assert get_place(cast.zhang, cast.building.pk).closed_at == T0 + timedelta(days=1)


def test_what_stands_on_closed_ground_is_not_offered_either(cast: Cast) -> None:
    close_place(cast.estate, by=cast.zhang)
    assert not {cast.estate.pk, cast.building.pk} & {p.pk for p in tree(cast.zhang)}


def test_nothing_new_is_built_on_closed_ground(cast: Cast) -> None:
    closed = close_place(cast.estate, by=cast.zhang)
    assert refusal(closed, "building", "9 栋", cast) == ("place-closed", None)
    assert refusal(cast.estate, "building", "9 栋", cast) == ("place-closed", None)


def test_only_heads_build(cast: Cast) -> None:
    for actor in (cast.he, cast.li, cast.ma, cast.zhao, cast.wang, cast.chen):
        with pytest.raises(NotYours):
            add_place(cast.estate, kind="building", name="9 栋", by=actor)
        with pytest.raises(NotYours):
            close_place(cast.building, by=actor)


def test_nobody_builds_next_door(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    with pytest.raises(NotYours):
        add_place(cast.estate, kind="building", name="9 栋", by=other.zhang)
    with pytest.raises(NotYours):
        close_place(cast.building, by=other.zhang)
    with pytest.raises(NotYours):
        get_place(other.zhang, cast.building.pk)
    assert cast.root.pk not in {p.pk for p in tree(other.zhang)}
    assert root_of(other.community.pk).pk == other.root.pk
