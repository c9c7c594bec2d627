"""A join never leaves its community."""

from __future__ import annotations

import re

import pytest
from django.db import connection

from linshuo.domain.places.actions import add_asset
from linshuo.domain.places.models import Asset, Place
from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_join_equates_the_two_communities() -> None:
    asked = str(Asset.objects.within(1).select_related("place").query).replace('"', "")
    on = re.search(r"JOIN places_place ON \((.*?)\) WHERE", asked)
    assert on is not None, asked
    assert "places_asset.place_id = places_place.id" in on[1]
    assert "places_asset.community_id = places_place.community_id" in on[1]


def test_a_condition_on_the_other_side_joins_the_same_way() -> None:
    asked = str(Asset.objects.within(1).filter(place__name="盐业小区").query).replace('"', "")
    assert re.search(r"ON \(.*place_id.*AND.*community_id.*\) WHERE", asked), asked


def test_a_row_that_points_next_door_is_not_joined(cast: Cast) -> None:
    """No action makes such a row; if SQL did, it would still show nothing of the neighbour."""
    other = make_cast("YY", "邻近社区")
    asset = add_asset(cast.estate, kind="树", code="A-01", name="榕树", by=cast.zhang)
    assert Asset.objects.of(cast.zhang).filter(place__name="盐业小区").count() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE places_asset SET place_id = %s WHERE id = %s", [other.estate.pk, asset.pk]
        )
    mine = Asset.objects.of(cast.zhang)
    assert mine.filter(place__name="盐业小区").count() == 0
    assert not mine.filter(place__in=Place.objects.of(cast.zhang)).exists()
    assert list(mine.select_related("place")) == []


def test_a_row_still_pointed_at_is_not_deleted(cast: Cast) -> None:
    from django.db.models import ProtectedError

    add_asset(cast.estate, kind="树", code="A-01", name="榕树", by=cast.zhang)
    with pytest.raises(ProtectedError):
        cast.estate.delete()


def test_upstream_rows_know_no_consequences() -> None:
    assert not [
        f
        for f in Place._meta.get_fields()
        if f.auto_created and f.one_to_many and not f.related_name.endswith("+")
    ]  # type: ignore[union-attr]
