"""换班: whoever is asked is told, and whoever asked is told what came of it; while it is so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.domain.service import rota_swaps
from linshuo.kit import clock
from linshuo.notices import post
from linshuo.notices.calls import to_tell
from linshuo.notices.models import Message
from linshuo.notices.queries import inbox
from linshuo.notices.tests.doing import hear, work
from linshuo.notices.words import sentence, where
from tests.cast import Cast
from tests.given_rotas import swap_of

pytestmark = pytest.mark.django_db


def told(town: Cast) -> dict[str, str]:
    rows = Message.objects.within(town.community.pk).filter(saying__startswith="swap")
    return {row.saying: row.person.name for row in rows.select_related("person") if row.person}


def test_both_sides_hear_of_a_swap_while_it_is_so(town: Cast) -> None:
    swap = swap_of(town)  # of a post nobody signs for: the message stands on nothing
    hear()
    assert told(town) == {"swap-ask": "陈老板"}
    (line,) = [x for x in inbox(town.chen) if x.url == "/my/turns/"]
    assert "有一家想和您换一轮" in line.text and "对换" in line.text
    message = Message.objects.within(town.community.pk).get(saying="swap-ask")
    Message.objects.within(town.community.pk).filter(pk=message.pk).update(way=Message.Way.CALL)
    assert [len(to_tell(who)) for who in (town.zhang, town.he)] == [1, 0]
    Message.objects.within(town.community.pk).filter(pk=message.pk).update(way=message.way)
    assert "党支部" not in sentence(message) and where(message, "JF") == "/my/turns/"
    rota_swaps.answer(swap, by=town.chen, yes=False)
    hear()
    assert told(town)["swap-no"] == "乙联络员"
    assert not [x for x in inbox(town.chen) if "想和您换" in x.text]  # it was answered
    work()
    with clock.standing_at(clock.now() + timedelta(days=2)):
        post.gather()
    ways = Message.objects.within(town.community.pk).filter(saying__startswith="swap")
    assert {m.saying: m.way for m in ways}["swap-ask"] == "moot"
