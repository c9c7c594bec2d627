"""The rail of the desk: every tab leads somewhere, and only for whom it opens."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from linshuo.web.rail import TABS, rail
from tests.cast import Cast, make_cast, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.mark.parametrize("who", ["张书记", "何秘书", "李网格", "马监督"])
def test_each_tab_of_a_persons_rail_opens_and_none_that_is_theirs_is_missing(
    cast: Cast, who: str
) -> None:
    actor = cast.actor(who)
    items = rail(RequestFactory().get("/desk/JF/ledger/"), actor, "JF")
    assert [i.label for i in items] == [str(label) for _name, label, can in TABS if actor.can(can)]
    assert [i.label for i in items if i.current] == ["问题台账"]
    client = signed_in(sign_up(cast, who))
    assert {i.label: client.get(i.url).status_code for i in items} == dict.fromkeys(
        [i.label for i in items], 200
    )
