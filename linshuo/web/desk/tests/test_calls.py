"""The call list: who stands on it, and how a row leaves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Need
from linshuo.domain.trail.models import Event
from linshuo.insight.calls import to_ask
from linshuo.kit import clock
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
SOON = T0 + timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _a_tuesday() -> Iterator[None]:
    with clock.standing_at(SOON):
        yield


@pytest.fixture
def he(cast: Cast) -> Client:
    return signed_in(sign_up(cast, "何秘书"))


def finished(cast: Cast, **over: object) -> Need:
    return actions.settle(make_need(cast, **over), by=cast.li, result_text="换了灯。")


def test_whoever_left_a_phone_is_called_and_whoever_left_none_is_visited(cast: Cast) -> None:
    with_phone = finished(cast)
    nobody = finished(cast, requester=None)
    lists = to_ask(cast.he)
    assert [c.number for c in lists.calls] == [with_phone.number]
    assert [c.number for c in lists.visits] == [nobody.number]
    assert (lists.n_calls, lists.n_visits) == (1, 1)
    assert "13800131234" not in str(lists)


def test_what_one_finished_oneself_somebody_else_asks_about(cast: Cast) -> None:
    finished(cast)
    assert to_ask(cast.li).calls == []


def test_a_closed_matter_comes_back_onto_the_list_after_thirty_days(cast: Cast, he: Client) -> None:
    need = finished(cast)
    he.post(f"/desk/JF/calls/{need.number}/", {"said": "settled", "channel": "phone"})
    assert to_ask(cast.he).calls == []
    later = SOON + timedelta(days=30)
    assert [c.number for c in to_ask(cast.he, later).calls] == [need.number]


def test_one_answer_a_row(cast: Cast, he: Client) -> None:
    need = finished(cast)
    silent = he.post(f"/desk/JF/calls/{need.number}/", {"said": "no_answer", "channel": "phone"})
    assert silent.status_code == 302
    assert to_ask(cast.he).calls[0].tried == "找过 1 次，没联系上"
    wrong = he.post(f"/desk/JF/calls/{need.number}/", {"said": "perhaps", "words": "说不清"})
    assert wrong.status_code == 422
    assert "说不清" in wrong.content.decode()
    back = he.post(
        f"/desk/JF/calls/{need.number}/",
        {"said": "not_settled", "channel": "phone", "words": "还是不亮"},
    )
    assert back.status_code == 302
    need.refresh_from_db()
    assert (need.state, need.reopened) == ("open", 1)


def test_a_number_is_shown_once_and_the_look_is_written_down(cast: Cast, he: Client) -> None:
    need = finished(cast)
    assert "13800131234" not in he.get("/desk/JF/calls/").content.decode()
    shown = he.post(f"/desk/JF/calls/{need.number}/dial/").content.decode()
    assert "13800131234" in shown
    look = Event.objects.within(cast.community.pk).get(verb="person:reveal")
    assert need.number in str(look.detail)


def test_the_list_asks_the_same_few_queries_however_long(
    cast: Cast, he: Client, django_assert_max_num_queries: object
) -> None:
    for n in range(12):
        finished(cast, words=f"第{n}盏灯。")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        he.get("/desk/JF/calls/")
