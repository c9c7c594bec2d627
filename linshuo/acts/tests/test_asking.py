"""Asking whoever asked: the answer is written down, and the matter moves by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts.asking import ask
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def done(cast: Cast, **over: Any) -> Need:
    return actions.settle(make_need(cast, **over), by=cast.li, result_text="换了灯")


def contacts(need: Need) -> list[tuple[str, str]]:
    rows = Contact.objects.within(need.community_id).filter(need=need).order_by("pk")
    return [(c.purpose, c.said) for c in rows]


def test_a_yes_to_another_than_the_finisher_closes(cast: Cast) -> None:
    need = ask(
        done(cast), by=cast.he, channel="phone", said="settled", rating_result=5, rating_attitude=4
    )
    assert need.state == "closed" and contacts(need) == [("confirm", "settled")]


def test_a_yes_to_the_finisher_is_kept_and_waits_for_a_second_person(cast: Cast) -> None:
    need = ask(done(cast), by=cast.li, channel="phone", said="settled")
    assert need.state == "done" and contacts(need) == [("confirm", "settled")]
    assert actions.confirm(need, by=cast.he).state == "closed"


def test_a_yes_may_be_written_down_without_closing(cast: Cast) -> None:
    assert ask(done(cast), by=cast.he, channel="phone", said="settled", close=False).state == "done"


@pytest.mark.parametrize("who", ["李网格", "何秘书"])
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("还是不亮", "还是不亮"),
        ("", "居民说没好"),
        ("坏", "居民说没好"),
        ("没好" * 150, "没好" * 100),
    ],
)
def test_a_no_sends_it_back_whoever_asked_and_however_it_was_said(
    cast: Cast, who: str, words: str, reason: str
) -> None:
    need = ask(done(cast), by=cast.actor(who), channel="phone", said="not_settled", words=words)
    assert (need.state, need.reason, need.reopened) == ("open", reason, 1)
    assert Contact.objects.of(cast.he).get(need=need).words == words


def test_no_answer_is_one_attempt(cast: Cast) -> None:
    need = ask(done(cast), by=cast.he, channel="phone", said="no_answer")
    assert need.state == "done" and contacts(need) == [("confirm", "no_answer")]


def test_ones_own_eyes_close_what_nobody_in_particular_raised(cast: Cast) -> None:
    need = ask(done(cast, requester=None), by=cast.he, channel="visit", said="seen_fine")
    assert need.state == "closed" and contacts(need) == [("inspect", "seen_fine")]


def test_ones_own_eyes_do_not_speak_for_the_resident(cast: Cast) -> None:
    need = ask(done(cast), by=cast.he, channel="visit", said="seen_fine")
    assert need.state == "done" and contacts(need) == [("inspect", "seen_fine")]


def test_the_finishers_own_eyes_close_nothing(cast: Cast) -> None:
    need = ask(done(cast, requester=None), by=cast.li, channel="visit", said="seen_fine")
    assert need.state == "done"


def test_seen_not_done_sends_it_back(cast: Cast) -> None:
    need = ask(done(cast), by=cast.he, channel="visit", said="seen_not")
    assert (need.state, need.reason) == ("open", "看过，没好")


def test_thirty_days_later_it_is_the_follow_up(cast: Cast) -> None:
    need = ask(done(cast), by=cast.he, channel="phone", said="settled")
    with clock.standing_at(T0 + timedelta(days=30)):
        need = ask(need, by=cast.li, channel="phone", said="settled")
    assert (need.state, need.due_at) == ("closed", None)
    assert contacts(need)[-1] == ("follow_up", "settled")


def test_thirty_days_later_a_no_opens_it_again(cast: Cast) -> None:
    need = ask(done(cast), by=cast.he, channel="phone", said="settled")
    with clock.standing_at(T0 + timedelta(days=30)):
        need = ask(need, by=cast.li, channel="phone", said="not_settled", words="又坏了")
    assert (need.state, need.reopened, need.closed_at) == ("open", 1, None)
    assert need.due_at == clock.at_local(2019, 12, 9, 9)


@pytest.mark.parametrize("state", ["reported", "withdrawn"])
def test_nobody_is_asked_before_it_is_done(cast: Cast, state: str) -> None:
    need = make_need(cast)
    if state == "withdrawn":
        need = actions.withdraw(need, by=cast.wang)
    with pytest.raises(Refused) as refused:
        ask(need, by=cast.he, channel="phone", said="settled")
    assert refused.value.code == "not-done" and contacts(need) == []


def test_a_bad_answer_leaves_nothing_half_done(cast: Cast) -> None:
    need = done(cast)
    for given in ({"rating_result": 9}, {"channel": "pigeon"}, {"said": "maybe"}):
        with pytest.raises(Refused):
            ask(need, by=cast.he, **{"channel": "phone", "said": "settled", **given})
    need.refresh_from_db()
    assert need.state == "done" and contacts(need) == [] and verify() == []


def test_who_may_not_ask(cast: Cast) -> None:
    need = done(cast, place=cast.other_estate)
    for actor in (cast.he, cast.ma, cast.zhao, cast.wang, make_cast("YY", "邻近社区").zhang):
        with pytest.raises(NotYours):
            ask(need, by=actor, channel="phone", said="settled")
    assert contacts(need) == []


def test_two_rounds_rest_each_on_their_own_answer(cast: Cast) -> None:
    need = ask(done(cast), by=cast.he, channel="phone", said="settled")
    with clock.standing_at(T0 + timedelta(days=2)):
        need = ask(need, by=cast.he, channel="phone", said="not_settled", words="又坏了")
        need = actions.finish(
            need, by=cast.li, outcome="solved", result_text="又换了", no_results_because="小事"
        )
        with pytest.raises(Refused) as refused:
            actions.confirm(need, by=cast.he)
    assert refused.value.code in ("ask-resident", "says-not")
