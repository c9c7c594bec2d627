"""今天: the right things in the right groups, for the right people, at the same cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linshuo.acts import notebook as acts
from linshuo.acts.outside import say
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import Need
from linshuo.insight.at_the_door import at_the_door
from linshuo.insight.today import Today, today
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from tests.cast import T0, Cast, draft, make_cast, make_need, sign_up
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
NOW = T0 + timedelta(days=28)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def opened(cast: Cast, due: date, *, at: Any = None, owner: str = "李网格", **over: Any) -> Need:
    """A matter in the hands of an owner, due on a day."""
    at = at or NOW - timedelta(days=1)
    with clock.standing_at(at):
        need = make_need(cast, at=at, **over)
        return actions.accept(
            need,
            by=cast.zhang,
            category=cast.category(),
            owner=cast.person(owner),
            due_on=due,
            at=at,
        )


def finished(cast: Cast, need: Need, by: Actor, at: Any) -> Need:
    with clock.standing_at(at):
        return actions.finish(
            need, by=by, outcome="solved", result_text="换好了。", no_results_because="当场", at=at
        )


def seen(viewer: Actor, **how: Any) -> Today:
    with clock.standing_at(NOW):
        return today(viewer, **how)


def groups(viewer: Actor, **how: Any) -> dict[str, list[str]]:
    return {g.key: [i.number for i in g.items] for g in seen(viewer, **how).groups}


def test_each_thing_stands_in_one_group_with_its_next_verb(cast: Cast) -> None:
    day = NOW.date()
    week_ago = NOW - timedelta(days=9)
    red = opened(cast, day - timedelta(days=1), at=week_ago)
    soon = opened(cast, day + timedelta(days=1))
    fresh = opened(cast, day + timedelta(days=9))
    quiet = opened(cast, day + timedelta(days=9), at=week_ago)
    with clock.standing_at(NOW):
        new = make_need(cast, at=NOW - timedelta(minutes=5))
    done = opened(cast, day + timedelta(days=9), owner="何秘书")
    finished(cast, done, cast.he, NOW - timedelta(hours=1))
    found = seen(cast.li)
    assert groups(cast.li) == {
        "red": [red.number],
        "soon": [soon.number],
        "check": [done.number],
        "fresh": [fresh.number],
        "quiet": [quiet.number],
    }
    assert groups(cast.zhang)["new"] == [new.number]
    verbs = {g.key: (g.items[0].verb, g.items[0].do) for g in found.groups}
    assert verbs == {
        "red": ("写进展", "progress"),
        "soon": ("办结", "finish"),
        "check": ("打电话", "ask"),
        "fresh": ("写进展", "progress"),
        "quiet": ("写进展", "progress"),
    }


def test_the_first_sentence_says_only_what_there_is(cast: Cast) -> None:
    opened(cast, NOW.date())
    assert [(c.key, c.count) for c in seen(cast.li).sentence] == [("soon", 1)]
    assert not seen(cast.li).empty
    assert seen(cast.wang).empty


def test_what_one_finished_waits_for_another_to_check(cast: Cast) -> None:
    need = opened(cast, NOW.date() + timedelta(days=9))
    finished(cast, need, cast.li, NOW - timedelta(hours=1))
    assert "check" not in groups(cast.li)
    assert groups(cast.he)["check"] == [need.number]
    with clock.standing_at(NOW - timedelta(minutes=9)):
        working.add_contact(
            need, by=cast.he, purpose="confirm", channel="phone", said="settled", words="好了。"
        )
    item = seen(cast.he).groups[0].items[0]
    assert (item.verb, item.do, item.note) == ("销号", "confirm", "居民说好了")


def test_after_thirty_days_the_resident_is_asked_again(cast: Cast) -> None:
    at = T0 + timedelta(hours=1)
    need = opened(cast, (T0 + timedelta(days=5)).date(), at=T0)
    finished(cast, need, cast.li, at)
    with clock.standing_at(at):
        working.add_contact(need, by=cast.he, purpose="confirm", channel="visit", said="settled")
        actions.confirm(need, by=cast.he, at=at)
    assert "follow" not in groups(cast.zhang)
    with clock.standing_at(at + timedelta(days=30)):
        found = {g.key: g for g in today(cast.zhang).groups}["follow"]
    assert (found.items[0].verb, found.items[0].note) == ("打电话", "王**")


def test_a_head_sees_all_and_may_narrow_it_and_others_see_their_own(cast: Cast) -> None:
    theirs = opened(cast, NOW.date(), owner="何秘书")
    mine = opened(cast, NOW.date(), owner="张书记")
    assert set(groups(cast.zhang)["soon"]) == {theirs.number, mine.number}
    assert groups(cast.zhang, mine=True)["soon"] == [mine.number]
    assert "soon" not in groups(cast.li)


def test_one_who_accepts_answers_for_their_own_part_of_the_community(cast: Cast) -> None:
    inside = opened(cast, NOW.date())
    outside = opened(cast, NOW.date(), place=cast.other_estate)
    assert groups(cast.he)["soon"] == [inside.number]
    assert outside.number not in str(groups(cast.he))


def test_another_community_sees_nothing(cast: Cast) -> None:
    opened(cast, NOW.date())
    assert seen(make_cast("XM", "隔壁社区").zhang).empty


def test_undecided_notes_of_ones_own_are_listed(cast: Cast) -> None:
    with clock.standing_at(NOW - timedelta(hours=1)):
        acts.write_down(
            by=cast.li, draft_id=draft(), place=cast.building, words="灯不亮。", source="visit"
        )
    assert [n.words for n in seen(cast.li).notes] == ["灯不亮"]
    assert seen(cast.he).notes_count == 0


def test_a_long_group_is_capped_and_opens(cast: Cast) -> None:
    for n in range(9):
        opened(cast, NOW.date() - timedelta(days=n + 1), at=NOW - timedelta(days=12))
    group = seen(cast.li).groups[0]
    assert (group.key, group.count, len(group.items), group.more) == ("red", 9, 6, 3)
    assert len(seen(cast.li, only="red").groups[0].items) == 9
    assert [g.key for g in seen(cast.li, only="red").groups] == ["red"]


def _queries(cast: Cast, client: Any, url: str) -> int:
    with clock.standing_at(NOW), CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_page_costs_the_same_at_ten_matters_and_at_three_hundred(cast: Cast) -> None:
    client = signed_in(sign_up(cast, "张书记"))
    day = NOW.date()
    for n in range(10):
        opened(cast, day + timedelta(days=n - 3), at=NOW - timedelta(days=9))
        with clock.standing_at(NOW):
            make_need(cast, at=NOW - timedelta(minutes=5))
    few = _queries(cast, client, "/desk/JF/")
    rows = list(Need.objects.within(cast.community.pk))
    for copy in range(290):
        row = rows[copy % len(rows)]
        row.pk, row.number = None, f"JF-2019-{copy + 1000:04d}"
        row.save(force_insert=True)
    assert _queries(cast, client, "/desk/JF/") == few
    assert few <= 22


def test_the_page_stands_for_everyone_who_may_open_it(cast: Cast) -> None:
    opened(cast, NOW.date() - timedelta(days=1), at=NOW - timedelta(days=3))
    for name in ("张书记", "何秘书", "李网格", "马监督"):
        with clock.standing_at(NOW):
            answer = signed_in(sign_up(cast, name)).get("/desk/JF/")
        assert answer.status_code == 200
        assert ("超期" in answer.content.decode()) is (name != "马监督")


@pytest.mark.parametrize(
    "query", ["only=nosuch", "only=%00", "whose=x", "only=" + "9" * 5000, "only=red&whose=mine"]
)
def test_what_the_address_says_wrong_shows_everything(cast: Cast, query: str) -> None:
    with clock.standing_at(NOW):
        answer = signed_in(sign_up(cast, "张书记")).get(f"/desk/JF/?{query}")
    assert answer.status_code == 200
    assert "<h1>今天</h1>" in answer.content.decode()


def test_the_rest_of_an_overdue_group_is_in_the_ledger(cast: Cast) -> None:
    for n in range(8):
        opened(cast, NOW.date() - timedelta(days=n + 1), at=NOW - timedelta(days=12))
    with clock.standing_at(NOW):
        head = signed_in(sign_up(cast, "张书记")).get("/desk/JF/").content.decode()
        li = signed_in(sign_up(cast, "李网格")).get("/desk/JF/").content.decode()
    assert 'href="/desk/JF/ledger/?tab=red"' in head
    assert f'href="/desk/JF/ledger/?tab=red&amp;owner={cast.li.person_id}"' in li
    assert "还有 2 件" in head


def test_what_strangers_said_stands_first_for_whoever_may_let_it_in(cast: Cast) -> None:
    with clock.standing_at(NOW - timedelta(hours=30)):
        say(place=cast.other_estate, draft_id=draft(), words="路灯不亮。", for_neighbour=True)
    with clock.standing_at(NOW - timedelta(hours=2)):
        say(place=cast.estate, draft_id=draft(), words="井盖松了，响了一夜。", name="林大姐")
        say(place=cast.estate, draft_id=draft(), words="便宜卖药。", suspect=True)
    with clock.standing_at(NOW):
        clients = {who: signed_in(sign_up(cast, who)) for who in ("张书记", "何秘书", "李网格")}
        pages = {who: client.get("/desk/JF/").content.decode() for who, client in clients.items()}
        mine = clients["张书记"].get("/desk/JF/?whose=mine")
    listed = {who: text.partition('id="incoming"')[2] for who, text in pages.items()}
    first = listed["张书记"].partition("</section>")[0]
    assert first.index("路灯不亮") < first.index("井盖松了") and "替邻居说" in first
    assert "林大姐" not in first and "卖药" not in first
    assert "路灯不亮" not in listed["何秘书"] and "井盖松了" in listed["何秘书"]
    assert not listed["李网格"]
    assert 'id="incoming"' not in mine.content.decode()


def test_of_many_the_earliest_are_shown_and_the_rest_are_a_number(cast: Cast) -> None:
    with clock.standing_at(NOW):
        for n in range(8):
            say(place=cast.estate, draft_id=draft(), words=f"第{n}件事。")
        found = at_the_door(cast.zhang, cap=6)
        page = signed_in(sign_up(cast, "张书记")).get("/desk/JF/").content.decode()
    assert [r.words for r in found.rows] == [f"第{n}件事" for n in range(6)]
    assert (found.count, found.more) == (8, 2)
    assert "还有 2 条" in page
    assert at_the_door(cast.li, cap=6).count == 0
