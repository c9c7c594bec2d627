"""Thirty days on: whoever has a channel is sent a link, the others are called or visited; the calls
of a morning are typed back in one go; marks for result and manner stand apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from linshuo.acts.asking import ask
from linshuo.domain.needs import actions
from linshuo.domain.needs.models import Contact, Need
from linshuo.domain.people.actions import choose_telling
from linshuo.domain.trail.sealing import seal_all
from linshuo.insight.calls import to_ask
from linshuo.insight.figures import FIGURES
from linshuo.kit import clock
from linshuo.notices import asking_again
from linshuo.notices.models import Message
from linshuo.notices.words import where
from tests.cast import T0, Cast, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def closed(cast: Cast, **given: object) -> Need:
    need = actions.settle(make_need(cast, at=None), by=cast.li, result_text="换了灯")
    return ask(need, by=cast.he, channel="phone", said="settled", **given)  # type: ignore[arg-type]


def test_by_link_once_and_not_by_telephone_while_it_may_be_pressed(
    cast: Cast, settings: Any
) -> None:
    settings.MAIL_ON = True
    need = closed(cast)
    choose_telling(cast.person("王阿姨"), by=cast.wang, way="email", email="wang@example.org")
    with clock.standing_at(T0 + 29 * DAY):
        assert asking_again.tick() == 0
    with clock.standing_at(T0 + 31 * DAY):
        seal_all()
        assert [c.number for c in to_ask(cast.zhang).calls] == [need.number]
        assert (asking_again.tick(), asking_again.tick()) == (1, 0)
        message = Message.objects.of(cast.house).get(saying="still-good")
        assert message.person_id == cast.person("王阿姨").pk
        assert to_ask(cast.zhang).calls == []
        url = where(message, "JF")
        page = Client().post(url, {"settled": "no", "words": "又不亮了"})
        assert page.status_code == 200
        need.refresh_from_db()
        assert (need.state, need.reopened, need.number) == ("open", 1, "JF-2019-0001")


def test_who_has_no_channel_or_does_not_answer_is_called(cast: Cast, settings: Any) -> None:
    need = closed(cast)
    with clock.standing_at(T0 + 31 * DAY):
        assert asking_again.tick() == 0
        assert [c.number for c in to_ask(cast.zhang).calls] == [need.number]
        settings.MAIL_ON = True
        choose_telling(cast.person("王阿姨"), by=cast.wang, way="email", email="wang@example.org")
        assert asking_again.tick() == 1
    with clock.standing_at(T0 + 35 * DAY):
        assert [c.number for c in to_ask(cast.zhang).calls] == [need.number]


def test_a_mornings_calls_are_typed_back_and_each_good_row_is_kept(cast: Cast) -> None:
    done = [
        actions.settle(make_need(cast, at=None), by=cast.li, result_text="换了灯") for _ in range(4)
    ]
    good, bad, missed, blank = (n.number for n in done)
    client = signed_in(sign_up(cast, "何秘书"))
    answer = client.post(
        "/desk/JF/calls/keyed/",
        {
            "number": [good, bad, missed, blank],
            "words": ["很好", "x" * 301, "", "没选怎么样"],
            f"said-{good}": "settled", f"result-{good}": "5", f"attitude-{good}": "4",
            f"ok-{good}": "on", f"said-{bad}": "not_settled", f"said-{missed}": "no_answer",
        },
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "记下了 2 行" in page and "有 2 行没有记下" in page
    assert "写得太长了" in page and "怎么样，选一个。" in page and "没选怎么样" in page
    said = {c.need.number: c for c in Contact.objects.of(cast.house).select_related("need")}
    assert (said[good].rating_result, said[good].rating_attitude) == (5, 4)
    assert said[good].words_ok and said[missed].said == "no_answer"
    states = dict(Need.objects.of(cast.house).values_list("number", "state"))
    assert states == {good: "closed", bad: "done", missed: "done", blank: "done"}


def test_marks_for_the_result_and_for_the_manner_stand_apart(cast: Cast) -> None:
    closed(cast, rating_result=5, rating_attitude=3)
    closed(cast, rating_result=4)
    need = actions.accept(
        make_need(cast, at=None),
        by=cast.zhang,
        category=cast.category(),
        owner=cast.person("李网格"),
    )
    need = actions.finish(
        need, by=cast.li, outcome="beyond", result_text="要等市里", no_results_because="报上去了"
    )
    ask(need, by=cast.he, channel="phone", said="settled", rating_result=1, rating_attitude=5)
    read = {
        key: FIGURES[key].read(cast.community.pk, clock.now())
        for key in ("rated.result", "rated.attitude")
    }
    assert (read["rated.result"].said, len(read["rated.result"].row_ids)) == ("4.5 分", 2)
    assert (read["rated.attitude"].said, len(read["rated.attitude"].row_ids)) == ("4.0 分", 2)
