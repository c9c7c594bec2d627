"""Every move of a need: what it refuses, beside which field, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import MOST_WORDS, Need, Note, Supporter
from linshuo.domain.needs.supporters import support
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.refused import Lost, NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def _monday_morning(db: None) -> Any:
    with clock.standing_at(T0):
        yield


def accepted(cast: Cast, need: Need | None = None, **over: Any) -> Need:
    given = {"by": cast.zhang, "category": cast.category(), "owner": cast.person("李网格")}
    return actions.accept(need or make_need(cast), **{**given, **over})


def settled(cast: Cast, **over: Any) -> Need:
    return actions.settle(make_need(cast, **over), by=cast.li, result_text="换了灯。")


def finished(cast: Cast, **over: Any) -> Need:
    given = {
        "by": cast.li,
        "outcome": "solved",
        "result_text": "换了",
        "no_results_because": "小事",
    }
    return actions.finish(accepted(cast), **{**given, **over})


def declined(cast: Cast, need: Need | None = None) -> Need:
    return actions.decline(
        need or make_need(cast), by=cast.zhang, reason="不归社区", who_can_help="区城管局"
    )


def refusal(act: Callable[[], object]) -> tuple[str, str | None]:
    """Code and field of a refusal; the sentence says something to a person."""
    with pytest.raises(Refused) as refused:
        act()
    assert str(refused.value).strip()
    return refused.value.code, refused.value.field


def verbs(need: Need) -> list[str]:
    rows = Event.objects.within(need.community_id).filter(row_kind="need", row_id=need.pk)
    return [e.verb for e in rows.order_by("id")]


# --- report ---


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"words": " \u3000"}, "words", "words"),
        ({"words": "长" * (MOST_WORDS + 1)}, "long", "words"),
        ({"title": "长" * 61}, "long", "title"),
        ({"kind": "wonder"}, "choice", "kind"),
        ({"source": "dream"}, "choice", "source"),
        ({"urgency": "whenever"}, "choice", "urgency"),
        ({"at": T0 + timedelta(days=1)}, "future", "at"),
    ],
)
def test_what_is_heard_has_to_be_sayable(
    cast: Cast, given: dict[str, Any], code: str, field: str
) -> None:
    assert refusal(lambda: make_need(cast, **given)) == (code, field)
    assert make_need(cast).number == "JF-2019-0001"  # a refused act takes no number


def test_numbers_go_by_the_year_in_which_it_was_said(cast: Cast) -> None:
    assert make_need(cast).number == "JF-2019-0001"
    assert make_need(cast, at=T0 - timedelta(days=365)).number == "JF-2018-0001"
    assert make_need(cast).number == "JF-2019-0002"
    with clock.standing_at(clock.at_local(2019, 12, 31, 23, 59)):
        assert make_need(cast, at=None).number == "JF-2019-0003"
    with clock.standing_at(clock.at_local(2020, 1, 1, 0, 0)):
        assert make_need(cast, at=None).number == "JF-2020-0001"


def test_a_title_is_made_from_what_was_said(cast: Cast) -> None:
    assert make_need(cast, words="？？灯坏了。快来。").title == "灯坏了"
    assert make_need(cast, title="楼道灯").title == "楼道灯"


def test_who_may_report(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    for actor in (cast.ma, cast.zhao, cast.chen, cast.wang, other.li):
        with pytest.raises(NotYours):
            make_need(cast, by=actor)


# --- accept ---


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"category": None}, "category", "category"),
        ({"owner": None}, "owner", "owner"),
        ({"visibility": "public"}, "public-text", "public_text"),
        ({"visibility": "members", "public_text": " "}, "public-text", "public_text"),
        ({"visibility": "moon"}, "choice", "visibility"),
        ({"visibility": "public", "public_text": "好", "public_title": "长" * 61}, "long",
         "public_title"),
        ({"tags": ["hard", "soft"]}, "choice", "tags"),
        ({"kind": "wonder"}, "choice", "kind"),
        ({"due_on": date(2019, 11, 3)}, "due-past", "due_on"),
        ({"at": T0 + timedelta(hours=1)}, "future", "at"),
    ],
)  # fmt: skip
def test_accepting_asks_for(cast: Cast, given: dict[str, Any], code: str, field: str) -> None:
    need = make_need(cast)
    assert refusal(lambda: accepted(cast, need, **given)) == (code, field)
    need.refresh_from_db()
    assert need.state == "reported" and verbs(need) == ["need:report"]


def test_an_accepted_matter_has_owner_category_tags_and_its_released_words(cast: Cast) -> None:
    need = accepted(
        cast, visibility="public", public_text="三楼的灯坏了，在修。", tags=["pain", "hard", "hard"]
    )
    need.refresh_from_db()
    assert (need.state, need.tags, need.public_title) == ("open", "hard,pain", "三楼的灯坏了，在修")
    assert need.tag_list == ["hard", "pain"] and need.accepted_at == T0


def test_field_staff_do_not_accept(cast: Cast) -> None:
    need = make_need(cast)
    for actor in (cast.li, cast.ma, cast.zhao, cast.wang):
        with pytest.raises(NotYours):
            accepted(cast, need, by=actor)


def test_a_neighbours_category_or_colleague_is_not_there(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    for given in ({"category": other.category()}, {"owner": other.person("李网格")}):
        with pytest.raises(NotYours):
            accepted(cast, **given)
    with pytest.raises(NotYours):
        make_need(cast, requester=other.person("王阿姨"))
    with pytest.raises(NotYours):
        working.assign(make_need(cast), by=cast.zhang, owner=other.person("李网格"))


# --- settle, finish ---


def test_settling_says_what_was_done(cast: Cast) -> None:
    need = make_need(cast)
    assert refusal(lambda: actions.settle(need, by=cast.li, result_text=" 好")) == (
        "result-text",
        "result_text",
    )
    done = actions.settle(need, by=cast.li, result_text="换了灯。亮了。")
    assert (done.state, done.progress, done.finished_by_id) == (
        "done",
        "换了灯",
        cast.person("李网格").pk,
    )
    assert done.owner_id == cast.person("李网格").pk


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"result_text": ""}, "result-text", "result_text"),
        ({"outcome": ""}, "outcome", "outcome"),
        ({"outcome": "perfect"}, "choice", "outcome"),
        ({"no_results_because": ""}, "results", "no_results_because"),
        ({"no_results_because": "长" * 201}, "long", "no_results_because"),
    ],
)
def test_finishing_asks_for(cast: Cast, given: dict[str, str], code: str, field: str) -> None:
    assert refusal(lambda: finished(cast, **given)) == (code, field)


def test_a_line_of_progress_stands_for_the_reason(cast: Cast) -> None:
    need = accepted(cast)
    working.add_result(need, by=cast.li, text="灯泡到货")
    done = actions.finish(need, by=cast.li, outcome="partly", result_text="换了一半")
    assert (done.state, done.outcome) == ("done", "partly")


# --- decline, contest ---


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"reason": ""}, "reason", "reason"),
        ({"who_can_help": "x"}, "who-can-help", "who_can_help"),
        ({"reason": "长" * 201}, "long", "reason"),
    ],
)
def test_declining_says_why_and_who_can_help(
    cast: Cast, given: dict[str, str], code: str, field: str
) -> None:
    told = {"reason": "不归社区", "who_can_help": "区城管局", **given}
    need = make_need(cast)
    assert refusal(lambda: actions.decline(need, by=cast.zhang, **told)) == (code, field)


def test_a_refusal_is_looked_at_again_once(cast: Cast) -> None:
    first = declined(cast)
    assert first.due_at is None and first.ended_at == T0
    again = actions.contest(first, by=cast.wang)
    assert (again.state, again.contested, again.ended_at) == ("reported", True, None)
    assert again.due_at is not None and again.due_for == "answer"
    second = declined(cast, again)
    assert refusal(lambda: actions.contest(second, by=cast.wang)) == ("contested", None)


def test_an_old_page_does_not_contest_a_second_time(cast: Cast) -> None:
    page = declined(cast)
    declined(cast, actions.contest(page, by=cast.wang))
    assert refusal(lambda: actions.contest(page, by=cast.wang)) == ("contested", None)


def test_nobody_contests_for_another(cast: Cast) -> None:
    need = declined(cast)
    for actor in (cast.zhao, cast.ma, cast.chen):
        with pytest.raises(NotYours):
            actions.contest(need, by=actor)


# --- merge ---


def test_merging_carries_everybody_over_once(cast: Cast) -> None:
    survivor, twin = make_need(cast), make_need(cast, requester=cast.person("赵在职"))
    for need in (survivor, twin):
        support(need, by=cast.li, person=cast.person("陈老板"))
    support(twin, by=cast.house, heads=12)
    support(twin, by=cast.house, contact_hmac="f" * 64)
    merged = actions.merge(twin, survivor, by=cast.he)
    survivor.refresh_from_db()
    assert (merged.state, merged.survivor_id, merged.due_at) == ("merged", survivor.pk, None)
    assert survivor.supporters == 1 + 12 + 1 + 1  # 陈老板 once, 12 heads, one contact, 赵在职
    heads = Supporter.objects.of(cast.he).filter(need=survivor).values_list("heads", flat=True)
    assert sum(heads) == survivor.supporters


def test_the_same_asker_is_no_second_supporter(cast: Cast) -> None:
    survivor, twin = make_need(cast), make_need(cast)
    actions.merge(twin, survivor, by=cast.he)
    survivor.refresh_from_db()
    assert survivor.supporters == 0


def test_what_it_is_merged_into_is_alive_and_another(cast: Cast) -> None:
    need, gone = make_need(cast), declined(cast)
    for into in (need, gone):
        assert refusal(lambda into=into: actions.merge(need, into, by=cast.he)) == (
            "survivor",
            "survivor",
        )


def test_an_old_page_does_not_merge_into_what_has_ended(cast: Cast) -> None:
    need, page = make_need(cast), make_need(cast)
    actions.withdraw(page, by=cast.wang)
    assert refusal(lambda: actions.merge(need, page, by=cast.he)) == ("survivor", "survivor")


def test_nobody_merges_into_what_they_do_not_reach(cast: Cast) -> None:
    beyond = make_need(cast, place=cast.other_estate)
    with pytest.raises(NotYours):
        actions.merge(make_need(cast), beyond, by=cast.he)
    with pytest.raises(NotYours):
        actions.merge(beyond, make_need(cast), by=cast.he)


# --- confirm ---


def test_nobody_closes_what_they_finished(cast: Cast) -> None:
    need = settled(cast)
    working.add_contact(need, by=cast.he, purpose="confirm", channel="phone", said="settled")
    assert refusal(lambda: actions.confirm(need, by=cast.li)) == ("finisher", None)
    closed = actions.confirm(need, by=cast.he)
    assert closed.state == "closed" and closed.due_for == "follow_up"
    assert closed.due_at == T0 + timedelta(days=30)


def test_a_no_keeps_it_open(cast: Cast) -> None:
    need = settled(cast)
    for said in ("settled", "not_settled"):
        working.add_contact(need, by=cast.he, purpose="confirm", channel="phone", said=said)
    assert refusal(lambda: actions.confirm(need, by=cast.he)) == ("says-not", None)


def test_what_was_said_before_it_was_done_says_nothing(cast: Cast) -> None:
    need = accepted(cast)
    working.add_contact(need, by=cast.he, purpose="confirm", channel="phone", said="settled")
    with clock.standing_at(T0 + timedelta(days=1)):
        need = actions.finish(
            need, by=cast.li, outcome="solved", result_text="换了", no_results_because="小事"
        )
        assert refusal(lambda: actions.confirm(need, by=cast.he)) == ("ask-resident", None)


def test_what_nobody_in_particular_raised_is_inspected_by_another(cast: Cast) -> None:
    need = settled(cast, requester=None)
    look = {"purpose": "inspect", "channel": "visit", "said": "seen_fine"}
    working.add_contact(need, by=cast.li, **look)
    assert refusal(lambda: actions.confirm(need, by=cast.he)) == ("inspect", None)
    working.add_contact(need, by=cast.he, **look)
    assert actions.confirm(need, by=cast.zhang).state == "closed"


# --- reopen, withdraw ---


def test_coming_back_keeps_the_number_and_asks_why(cast: Cast) -> None:
    need = settled(cast)
    assert refusal(lambda: actions.reopen(need, by=cast.he, reason="x")) == ("reason", "reason")
    back = actions.reopen(need, by=cast.wang, reason="又不亮了")
    assert (back.number, back.state, back.reopened) == (need.number, "open", 1)
    assert back.finished_at is None and back.finished_by_id is None
    assert back.due_at == clock.at_local(2019, 11, 7, 9) and back.due_for == "finish"


def test_strangers_send_nothing_back(cast: Cast) -> None:
    need = settled(cast)
    for actor in (cast.zhao, cast.ma, cast.chen):
        with pytest.raises(NotYours):
            actions.reopen(need, by=actor, reason="没好")


def test_an_old_page_counts_a_return_as_what_it_is(cast: Cast) -> None:
    page = settled(cast)
    back = actions.reopen(page, by=cast.wang, reason="没好")
    actions.finish(
        back, by=cast.li, outcome="solved", result_text="换了", no_results_because="小事"
    )
    again = actions.reopen(page, by=cast.he, reason="还没好")
    assert again.reopened == 2 and again.for_meeting
    assert again.owner_id == cast.person("张书记").pk


def test_the_asker_withdraws_without_a_word_staff_with_one(cast: Cast) -> None:
    assert actions.withdraw(make_need(cast), by=cast.wang).state == "withdrawn"
    need = make_need(cast)
    assert refusal(lambda: actions.withdraw(need, by=cast.li)) == ("reason", "reason")
    assert actions.withdraw(need, by=cast.li, reason="她说不要了").due_at is None
    with pytest.raises(NotYours):
        actions.withdraw(make_need(cast), by=cast.zhao, reason="不要了")


# --- pressing twice ---


def test_the_same_person_pressing_twice_is_success_and_leaves_one_event(cast: Cast) -> None:
    page = make_need(cast)
    first, again = accepted(cast, page), accepted(cast, page)
    assert first.state == again.state == "open"
    assert verbs(page) == ["need:report", "need:accept"]


def test_another_pressing_second_is_told_it_moved_on(cast: Cast) -> None:
    page = make_need(cast)
    accepted(cast, page)
    with pytest.raises(Lost):
        accepted(cast, page, by=cast.he)
    with pytest.raises(Lost):
        declined(cast, page)
    assert verbs(page) == ["need:report", "need:accept"]


def test_pressing_again_after_something_else_happened_is_told_so(cast: Cast) -> None:
    page = make_need(cast)
    accepted(cast, page)
    working.add_result(page, by=cast.zhang, text="去看过了")
    with pytest.raises(Lost):
        accepted(cast, page)


def test_what_has_ended_moves_no_more(cast: Cast) -> None:
    need = actions.withdraw(make_need(cast), by=cast.wang)
    for act in (
        lambda: accepted(cast, need),
        lambda: actions.settle(need, by=cast.li, result_text="换了"),
        lambda: actions.confirm(need, by=cast.he),
        lambda: actions.extend(need, by=cast.li, due_on=date(2020, 1, 1), reason="等货"),
    ):
        with pytest.raises(Lost):
            act()


def test_a_refused_move_leaves_row_and_trail_alone(cast: Cast) -> None:
    need = accepted(cast)
    before = Need.objects.of(cast.li).filter(pk=need.pk).values().get()
    n = Event.objects.of(cast.li).count()
    refusal(lambda: actions.finish(need, by=cast.li, outcome="solved", result_text="换了"))
    assert Need.objects.of(cast.li).filter(pk=need.pk).values().get() == before
    assert Event.objects.of(cast.li).count() == n
    assert not Note.objects.of(cast.li).exists()
