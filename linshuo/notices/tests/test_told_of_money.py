"""Who is told that money waits for them: to be checked, to be written again, to be made public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts import collecting
from linshuo.domain.board.collecting import change
from linshuo.domain.funds import disclosing
from linshuo.domain.funds.actions import check_voucher, refuse_voucher
from linshuo.domain.funds.models import Disclosure
from linshuo.kit import clock
from linshuo.notices.queries import inbox
from linshuo.notices.tests.doing import hear, mailbox, of, work
from tests.books import a_collection
from tests.cast import T0, Cast

pytestmark = pytest.mark.django_db


def texts(town: Cast, who: str) -> list[str]:
    return [line.text for line in inbox(town.actor(who))]


def test_whoever_checks_is_told_while_something_waits(town: Cast, mailoutbox: list[Any]) -> None:
    mailbox(town, "马监督")
    book = a_collection(town)
    give = {"by": town.sun, "amount_fen": 10_000, "unnamed": True}
    first, second = collecting.give(book, **give), collecting.give(book, **give)
    hear()
    assert texts(town, "马监督") == ["“义聚爱嘉”有账等您复核。"]
    assert inbox(town.ma)[0].url == "/desk/JF/money/"
    assert [m.saying for m in of(town, "孙出纳")] == []
    check_voucher(first, by=town.ma)
    refuse_voucher(second, by=town.ma, because="少一张单据")
    hear()
    assert texts(town, "马监督") == []
    assert texts(town, "孙出纳") == ["“义聚爱嘉”有一笔账退回给您了，看一下为什么。"]
    with clock.standing_at(T0 + timedelta(days=1)):
        work()
    assert mailoutbox == []


def test_the_draft_of_a_disclosure_goes_to_whoever_is_in_charge(town: Cast) -> None:
    book = a_collection(town)
    assert book.due_at is not None
    with clock.standing_at(book.due_at - timedelta(days=3)):
        assert collecting.tick() == 1
        hear()
        assert texts(town, "张书记") == ["“义聚爱嘉”的收支公开起草好了，看一遍再公开。"]
        disclosing.publish(Disclosure.objects.of(town.house).get(), by=town.zhang)
        assert texts(town, "张书记") == []
        change(book, by=town.zhang, owner=None)
        book.refresh_from_db()
    assert book.due_at is not None
    with clock.standing_at(book.due_at - timedelta(days=1)):
        assert collecting.tick() == 1
        hear()
        assert [m.saying for m in of(town, "张书记")] == ["disclose", "disclose"]
