"""Opening a community, and what it says about itself."""

from __future__ import annotations

import pytest

from linshuo.domain.places.actions import add_asset, change_community, open_community
from linshuo.domain.places.models import Community
from linshuo.domain.places.queries import assets, community_by_prefix
from linshuo.kit.refused import NotYours, Refused
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"prefix": "J"}, "prefix", "prefix"),
        ({"prefix": "JIAFUSQ"}, "prefix", "prefix"),
        ({"prefix": "1JF"}, "prefix", "prefix"),
        ({"prefix": "J-F"}, "prefix", "prefix"),
        ({"prefix": "嘉福"}, "prefix", "prefix"),
        ({"prefix": ""}, "prefix", "prefix"),
        ({"name": " "}, "name", "name"),
        ({"name": "长" * 41}, "name-long", "name"),
        ({"code": "350203"}, "code", "code"),
        ({"code": "35020300700X"}, "code", "code"),
    ],
)
def test_what_will_not_do_is_told_beside_its_field(
    given: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        open_community(**{"prefix": "JF", "name": "嘉福社区", **given})
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Community.objects.exists()


@pytest.mark.django_db
def test_the_prefix_is_kept_in_capitals_and_found_in_any_case() -> None:
    community, root = open_community(prefix=" jf ", name="嘉福社区", code="350203007001")
    assert community.prefix == "JF" and root.name == "嘉福社区" and root.parent_id is None
    assert community_by_prefix("Jf ") == community
    assert community_by_prefix("YY") is None


def test_two_communities_do_not_share_a_prefix(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        open_community(prefix="jf", name="另一个", by=cast.zhang)
    assert (refused.value.code, refused.value.field) == ("prefix-taken", "prefix")


def test_a_community_changes_what_it_says_and_never_its_prefix(cast: Cast) -> None:
    changed = change_community(
        cast.community, by=cast.zhang, phone=" ０５９２-5550101 ", hours="8:00–20:00", prefix="XX"
    )
    changed.refresh_from_db()
    assert (changed.phone, changed.hours, changed.prefix) == ("0592-5550101", "8:00–20:00", "JF")


def test_a_community_keeps_a_name(cast: Cast) -> None:
    with pytest.raises(Refused):
        change_community(cast.community, by=cast.zhang, name="  ")
    cast.community.refresh_from_db()
    assert cast.community.name == "嘉福社区"


def test_only_its_own_heads_change_a_community(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    for actor in (other.zhang, cast.he, cast.li, cast.ma, cast.zhao):
        with pytest.raises(NotYours):
            change_community(cast.community, by=actor, phone="110")


# --- assets ---


def test_an_asset_has_a_code_of_its_own(cast: Cast) -> None:
    tree = add_asset(cast.estate, kind="树", code=" a-01 ", name="老榕树", by=cast.zhang)
    assert tree.code == "A-01"
    with pytest.raises(Refused) as refused:
        add_asset(cast.building, kind="灯", code="Ａ-01", name="门灯", by=cast.zhang)
    assert (refused.value.code, refused.value.field) == ("asset-taken", "code")
    assert [a.code for a in assets(cast.zhang)] == ["A-01"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": ""}, "name", "name"),
        ({"code": " "}, "code", "code"),
        ({"kind": "长" * 21}, "long", "kind"),
        ({"code": "9" * 21}, "long", "code"),
        ({"name": "长" * 41}, "long", "name"),
    ],
)
def test_an_asset_that_will_not_do(
    cast: Cast, given: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_asset(
            cast.estate, by=cast.zhang, **{"kind": "树", "code": "A-01", "name": "榕树", **given}
        )
    assert (refused.value.code, refused.value.field) == (code, field)


def test_assets_are_their_communitys_own(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    add_asset(cast.estate, kind="树", code="A-01", name="榕树", by=cast.zhang)
    add_asset(other.estate, kind="树", code="A-01", name="榕树", by=other.zhang)
    assert [a.place_id for a in assets(other.zhang)] == [other.estate.pk]
    with pytest.raises(NotYours):
        add_asset(cast.estate, kind="树", code="A-02", name="榕树", by=other.zhang)
