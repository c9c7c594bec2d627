"""A unit lets go of a sum as money for it is booked, and its project is dropped."""

from __future__ import annotations

import pytest

from linshuo.acts import building, promising
from linshuo.domain.funds import actions as funds
from linshuo.domain.funds.models import Voucher
from linshuo.domain.funds.queries import totals
from linshuo.domain.pledges.models import Pledge
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import Refused
from tests.cast import Cast, make_cast
from tests.crowd import at_once
from tests.test_money_instalments import NOW, WAN, promise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


def test_what_comes_in_is_promised_or_refused(cast: Cast) -> None:
    """Whoever is first: what was let go of takes no money, what came in is not let go of."""
    with clock.standing_at(NOW):
        p = promise(cast, 20 * WAN, 40 * WAN)
        waiting = [
            building.receive(p.project, by=cast.zhang, instalment=part, amount_fen=10 * WAN)
            for part in p.parts
        ]

    def act(n: int) -> object:
        with clock.standing_at(NOW):
            if n < 2:
                return funds.check_voucher(waiting[n], by=cast.ma)
            if n == 2:
                return promising.let_go(p.pledge, by=cast.chen)
            return building.drop(p.project, by=cast.zhang, because="改由区里做")

    results = at_once(4, act)
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, Refused)]
    pledge = Pledge.objects.within(cast.community.pk).get(pk=p.pledge.pk)
    came = totals(p.project).raised
    booked = Voucher.objects.within(cast.community.pk).filter(booked_at__isnull=False)
    assert came == booked.count() * 10 * WAN
    if pledge.state == "ended":
        assert came == 0
    else:
        assert pledge.amount_fen is not None and pledge.amount_fen >= came
    assert verify() == []
