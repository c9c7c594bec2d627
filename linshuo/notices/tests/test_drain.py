"""From events to messages: whom, once, and whatever goes wrong with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from linshuo.acts.asking import ask
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import Category, Need
from linshuo.domain.people.models import Person
from linshuo.domain.trail.models import Counter, Event
from linshuo.domain.trail.sealing import seal_all
from linshuo.kit import clock
from linshuo.notices import drain as draining
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from linshuo.notices.rules import RULES
from linshuo.notices.sayings import SAYINGS
from tests.cast import T0, Cast, make_cast, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    made = make_cast()
    with clock.standing_at(T0):
        tell()
        Message.objects.everywhere().delete()
        yield made


def tell() -> int:
    seal_all()
    return drain()


def told(cast: Cast) -> set[tuple[str, str]]:
    """Who was told what."""
    rows = Message.objects.within(cast.community.pk).values_list("person_id", "saying")
    names = dict(Person.objects.within(cast.community.pk).values_list("pk", "name"))
    return {(names[person], saying) for person, saying in rows}


def accepted(cast: Cast, need: Need) -> Need:
    category = Category.objects.within(cast.community.pk).get(code="light")
    return actions.accept(need, by=cast.he, category=category, owner=cast.person("李网格"))


def finished(cast: Cast, need: Need) -> Need:
    working.add_result(need, by=cast.li, text="换了灯头。")
    return actions.finish(need, by=cast.li, outcome="solved", result_text="换了灯头，亮了。")


def fresh(need: Need) -> Need:
    return Need.objects.everywhere().select_related("place", "note").get(pk=need.pk)


def test_the_new_owner_is_told_and_nobody_else(cast: Cast) -> None:
    accepted(cast, make_need(cast))
    assert tell() == 1
    assert told(cast) == {("李网格", "assigned")}


def test_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    need = make_need(cast)
    category = Category.objects.within(cast.community.pk).get(code="light")
    actions.accept(need, by=cast.he, category=category, owner=cast.person("何秘书"))
    assert tell() == 0


def test_danger_goes_to_the_head_and_to_the_secretary_of_the_place(cast: Cast) -> None:
    make_need(cast)
    make_need(cast, urgency="danger")
    make_need(cast, urgency="danger", place=cast.other_estate)
    assert tell() == 3, "an ordinary matter tells nobody; 何秘书 does not keep the other estate"
    assert told(cast) == {("张书记", "danger"), ("何秘书", "danger")}


def test_done_is_told_to_the_head_and_not_to_the_finisher(cast: Cast) -> None:
    finished(cast, accepted(cast, make_need(cast)))
    tell()
    assert ("张书记", "done") in told(cast)
    assert ("李网格", "done") not in told(cast)


def test_what_comes_back_tells_whoever_finished_and_whoever_confirmed(cast: Cast) -> None:
    need = finished(cast, accepted(cast, make_need(cast)))
    ask(fresh(need), by=cast.he, channel="phone", said="settled", words="好了。")
    assert fresh(need).state == "closed"
    tell()
    Message.objects.everywhere().delete()
    actions.reopen(fresh(need), by=cast.zhang, reason="居民说又不亮了。")
    tell()
    assert told(cast) == {("李网格", "back"), ("何秘书", "back")}


def test_the_second_time_it_is_the_secretarys(cast: Cast) -> None:
    need = finished(cast, accepted(cast, make_need(cast)))
    for _ in range(2):
        actions.reopen(fresh(need), by=cast.he, reason="又不亮了。")
        last = fresh(need)
        if last.reopened < 2:
            finished(cast, last)
    tell()
    assert ("张书记", "again") in told(cast)


def test_a_merged_matter_is_told_as_the_one_it_went_into(cast: Cast) -> None:
    survivor = accepted(cast, make_need(cast))
    other = make_need(cast, words="三楼那里黑漆漆的。")
    tell()
    Message.objects.everywhere().delete()
    actions.merge(other, survivor, by=cast.he)
    tell()
    (message,) = Message.objects.within(cast.community.pk)
    assert (message.need_id, message.saying) == (survivor.pk, "joined")


def test_a_refusal_contested_and_a_matter_sent_up_and_returned(cast: Cast) -> None:
    refused = make_need(cast)
    actions.decline(refused, by=cast.he, reason="不归社区管。", who_can_help="可以找街道。")
    actions.contest(fresh(refused), by=cast.li)
    need = accepted(cast, make_need(cast, words="水压太小。"))
    working.escalate(fresh(need), by=cast.zhang, why="要街道出面。")
    working.take_back(fresh(need), by=cast.zhang, why="街道答应了。")
    tell()
    assert {("张书记", "contested"), ("李网格", "up"), ("李网格", "returned")} <= told(cast)


def test_running_it_again_tells_nobody_twice(cast: Cast) -> None:
    accepted(cast, make_need(cast))
    assert tell() == 1
    assert tell() == 0
    Counter.objects.everywhere().filter(key="notices").update(n=0)
    assert drain() == 0, "not even when the cursor was lost"
    assert Message.objects.everywhere().count() == 1


def test_it_goes_on_where_it_stopped(cast: Cast) -> None:
    for words in ("灯不亮。", "水不热。", "门关不上。"):
        accepted(cast, make_need(cast, words=words))
    seal_all()
    made = [drain(limit=2) for _ in range(12)]
    assert sum(made) == 3 and made[-1] == 0


def test_one_that_cannot_be_told_holds_up_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    accepted(cast, make_need(cast))
    broken = Event.objects.within(cast.community.pk).filter(verb="need:accept").last()
    assert broken is not None
    accepted(cast, make_need(cast, words="水不热。"))
    real = draining.told_by

    def fails_on_one(h: Any) -> dict[int, str]:
        if h.event.pk == broken.pk:
            raise KeyError("no such thing")
        return real(h)

    monkeypatch.setattr(draining, "told_by", fails_on_one)
    assert tell() == 1
    assert "cannot tell about an event" in caplog.text
    assert tell() == 0, "and it is not tried for ever"


def test_history_is_no_news(cast: Cast) -> None:
    accepted(cast, make_need(cast))
    with clock.standing_at(T0 + timedelta(days=40)):
        assert tell() == 0


def test_an_event_that_commits_late_is_not_passed_over(cast: Cast) -> None:
    accepted(cast, make_need(cast))
    late = Event.objects.within(cast.community.pk).get(verb="need:accept")
    seal_all()
    last = Counter.objects.within(cast.community.pk).get(key="seal").n
    make_need(cast, words="门关不上。")
    assert tell() == 1
    assert late.pk < Event.objects.within(cast.community.pk).order_by("-id").first().pk
    assert Counter.objects.within(cast.community.pk).get(key="notices").n > last


def test_every_rule_speaks_in_a_sentence_there_is() -> None:
    assert set(SAYINGS) == {
        "late", "invite", "remind", "uncalled", "serve", "serve-late", "off", "not-needed",
        "wanted", "signed-up", "to-come", "act-moved", "act-off", "resolved", "res-late",
        "part-near", "part-day", "to-check", "not-booked", "disclose",
        "free", "free-now", "free-fit", "free-post",
        "listed", "honoured", "taken-back", "objected", "replied",
        "assigned", "danger", "done", "back", "again", "joined", "contested", "up", "returned",
        "still-good",
        "swap-ask", "swap-yes", "swap-no", "swap-back",
        "letter-look", "letter-sent", "letter-hand", "thanks-sent", "thanks-hand",
    }  # fmt: skip
    kinds = ("need:", "pledge:", "instalment:", "ask:", "activity:", "turn:", "resolution:")
    kinds += ("voucher:", "disclosure:", "candidate:", "objection:")
    kinds += ("rotaswap:", "missive:", "missivepart:")
    assert all(verb.startswith(kinds) for verb in RULES)
    assert all(len(key) <= 12 for key in SAYINGS)
