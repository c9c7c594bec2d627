"""Who checked in and which units stand by the community, on any day, as the trail tells it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from linshuo.acts import checking_in, partnering
from linshuo.domain.people import checking
from linshuo.domain.people.models import CheckIn, Partnership
from linshuo.domain.people.partners import confirm_partner, settle_partner
from linshuo.domain.people.staffing import add_partner
from linshuo.insight.behind import behind
from linshuo.insight.figures import FIGURES, end_of
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast
from tests.test_checking_in import come

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0 + 60 * DAY):
        yield made


def read(cast: Cast, key: str, day: int) -> tuple[int, ...]:
    return FIGURES[key].read(cast.community.pk, end_of((T0 + day * DAY).date())).row_ids


def test_who_had_checked_in_on_a_day(cast: Cast) -> None:
    with clock.standing_at(T0 + DAY):
        stays, pauses, leaves, waits = (come(cast, f"志愿{n}", phone="") for n in range(4))
    with clock.standing_at(T0 + 3 * DAY):
        for row in (stays, pauses, leaves):
            checking_in.accept(row, by=cast.zhang)
    with clock.standing_at(T0 + 5 * DAY):
        pauses.refresh_from_db()
        checking.pause(pauses, by=cast.zhang, until=(T0 + 20 * DAY).date())
        leaves.refresh_from_db()
        checking_in.end(leaves, by=cast.zhang)
    both = (stays.pk, pauses.pk)
    said = {day: read(cast, "checkins.members", day) for day in (0, 2, 3, 4, 5, 40)}
    assert said == {0: (), 2: (), 3: (*both, leaves.pk), 4: (*both, leaves.pk), 5: both, 40: both}
    rows = CheckIn.objects.within(cast.community.pk).filter(state__in=("accepted", "paused"))
    assert set(read(cast, "checkins.members", 59)) == set(rows.values_list("pk", flat=True))
    assert waits.pk not in said[40]


def test_which_units_stood_by_the_community_on_a_day(cast: Cast) -> None:
    with clock.standing_at(T0 + DAY):
        asked = add_partner(name="水文局", by=cast.house, confirmed=False)
        never = add_partner(name="看错的局", by=cast.house, confirmed=False)
        until = (T0 + 10 * DAY).date()
        short = add_partner(name="短约局", by=cast.zhang)
        settle_partner(short, by=cast.zhang, until=until)
    with clock.standing_at(T0 + 5 * DAY):
        confirm_partner(asked, by=cast.zhang)
    with clock.standing_at(T0 + 20 * DAY):
        partnering.part(cast.partnership, by=cast.zhang)
    first = cast.partnership.pk
    said = {day: set(read(cast, "units.partners", day)) for day in (0, 1, 5, 10, 11, 19, 20)}
    assert said == {
        0: {first}, 1: {first, short.pk}, 5: {first, short.pk, asked.pk},
        10: {first, short.pk, asked.pk}, 11: {first, asked.pk}, 19: {first, asked.pk},
        20: {asked.pk},
    }  # fmt: skip
    assert never.unconfirmed and Partnership.objects.within(cast.community.pk).count() == 4


def test_the_rows_behind_lead_to_their_pages_and_are_masked(cast: Cast) -> None:
    row = checking_in.accept(come(cast, unit_text="街坊队"), by=cast.zhang)
    found = behind(cast.li, "checkins.members", clock.now())
    assert [(r.title, r.where, r.check_in, r.number) for r in found.rows] == [
        ("林**", "街坊队", row.pk, row.receipt_no)
    ]
    for_ma = behind(cast.ma, "checkins.members", clock.now())
    assert (for_ma.figure.value, for_ma.rows, for_ma.hidden) == (1, [], 1)
