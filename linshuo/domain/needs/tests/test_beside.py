"""What is written beside the moves: owners, progress, calls and visits, released words, help from
the sub-district, and others who want the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from linshuo.domain.needs import actions, working
from linshuo.domain.needs.categories import add_category, by_name, plant_categories
from linshuo.domain.needs.models import Contact, Need, Result
from linshuo.domain.needs.queries import supporter_lines
from linshuo.domain.needs.supporters import support
from linshuo.domain.trail.models import Event
from linshuo.domain.trail.verify import verify
from linshuo.kit import clock
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, make_cast, make_need


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.standing_at(T0):
        yield make_cast()


def open_need(cast: Cast, owner: str = "李网格") -> Need:
    return actions.accept(
        make_need(cast), by=cast.zhang, category=cast.category(), owner=cast.person(owner)
    )


def closed_need(cast: Cast) -> Need:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    working.add_contact(need, by=cast.he, purpose="confirm", channel="phone", said="settled")
    return actions.confirm(need, by=cast.he)


def call(need: Need, by: Any, **over: Any) -> Contact:
    given = {"purpose": "follow_up", "channel": "phone", "said": "no_answer"}
    return working.add_contact(need, by=by, **{**given, **over})


def refusal(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        act()
    assert str(refused.value).strip()
    return refused.value.code, refused.value.field


def last_event(need: Need) -> Event:
    rows = Event.objects.within(need.community_id).filter(row_kind="need", row_id=need.pk)
    event = rows.order_by("-id").first()
    assert event is not None
    return event


# --- owners ---


def test_ones_own_matter_may_be_handed_on_anothers_only_by_those_in_charge(cast: Cast) -> None:
    need = open_need(cast)
    need = working.assign(need, by=cast.li, owner=cast.person("何秘书"))
    assert need.owner_id == cast.person("何秘书").pk
    with pytest.raises(NotYours):
        working.assign(need, by=cast.li, owner=cast.person("李网格"))
    assert working.assign(need, by=cast.zhang, owner=cast.person("李网格")).owner_id
    assert last_event(need).detail == {"owner": cast.person("李网格").pk}


def test_the_same_owner_again_leaves_no_event(cast: Cast) -> None:
    need = open_need(cast)
    before = last_event(need).pk
    working.assign(need, by=cast.zhang, owner=cast.person("李网格"))
    assert last_event(need).pk == before


def test_what_has_ended_is_handed_to_nobody(cast: Cast) -> None:
    need = actions.withdraw(make_need(cast), by=cast.wang)
    assert refusal(lambda: working.assign(need, by=cast.zhang, owner=cast.person("李网格"))) == (
        "ended",
        None,
    )


# --- progress ---


def test_the_newest_line_shows_in_the_ledger(cast: Cast) -> None:
    need = open_need(cast)
    with clock.standing_at(T0 + timedelta(days=1)):
        working.add_result(need, by=cast.li, text="灯泡到货。下午换。")
    need.refresh_from_db()
    assert (need.progress, need.progress_at) == ("灯泡到货", T0 + timedelta(days=1))
    assert Result.objects.of(cast.li).get(need=need).text == "灯泡到货。下午换。"


def test_a_line_typed_back_does_not_turn_the_clock_back(cast: Cast) -> None:
    need = open_need(cast)
    with clock.standing_at(T0 + timedelta(days=5)):
        working.add_result(need, by=cast.li, text="第五天的进展")
        working.add_result(need, by=cast.li, text="补记第二天", at=T0 + timedelta(days=2))
    need.refresh_from_db()
    assert need.progress_at == T0 + timedelta(days=5)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"text": " "}, "text", "text"),
        ({"text": "好"}, "text", "text"),
        ({"kind": "gossip"}, "choice", "kind"),
        ({"text": "长" * 20_001}, "long", "text"),
    ],
)
def test_a_line_says_something(cast: Cast, given: dict[str, str], code: str, field: str) -> None:
    need = open_need(cast)
    told = {"text": "灯泡到货", **given}
    assert refusal(lambda: working.add_result(need, by=cast.li, **told)) == (code, field)


def test_who_does_not_work_on_it_writes_no_progress(cast: Cast) -> None:
    need = open_need(cast)
    for actor in (cast.ma, cast.zhao, cast.wang, make_cast("YY", "邻近社区").li):
        with pytest.raises(NotYours):
            working.add_result(need, by=actor, text="我来写一句")


# --- calls and visits ---


@pytest.mark.parametrize("field", ["rating_attitude", "rating_result"])
@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_is_one_to_five(cast: Cast, field: str, rating: int) -> None:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    assert refusal(
        lambda: call(need, cast.he, purpose="confirm", said="settled", **{field: rating})
    ) == ("rating", field)
    assert not Contact.objects.of(cast.he).exists()


def test_nobody_was_asked_before_it_was_done(cast: Cast) -> None:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    early = T0 - timedelta(minutes=1)
    assert refusal(lambda: call(need, cast.he, purpose="confirm", at=early)) == (
        "before-done",
        "at",
    )
    assert call(need, cast.he, purpose="answer", said="told", at=early).at == early


@pytest.mark.parametrize("field", ["purpose", "channel", "said"])
def test_a_contact_is_one_of_what_is_listed(cast: Cast, field: str) -> None:
    need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯")
    given = {"purpose": "confirm", field: "dream"}
    assert refusal(lambda: call(need, cast.he, **given)) == ("choice", field)


# --- thirty days later ---


def test_after_thirty_days_still_fine_ends_the_clock(cast: Cast) -> None:
    need = closed_need(cast)
    with clock.standing_at(T0 + timedelta(days=30)):
        call(need, cast.he, said="settled")
    need.refresh_from_db()
    assert (need.state, need.due_at, need.due_for) == ("closed", None, "")
    assert last_event(need).verb == "need:followed"


def test_no_answer_is_tried_again_tomorrow_three_times(cast: Cast) -> None:
    need = closed_need(cast)
    for n in range(3):
        at = T0 + timedelta(days=30 + n)
        with clock.standing_at(at):
            call(need, cast.he)
        need.refresh_from_db()
        assert need.due_at == (at + timedelta(days=1) if n < 2 else None)


def test_attempts_before_it_came_back_do_not_count(cast: Cast) -> None:
    need = closed_need(cast)
    for n in range(2):
        with clock.standing_at(T0 + timedelta(days=30 + n)):
            call(need, cast.he)
    with clock.standing_at(T0 + timedelta(days=33)):
        need.refresh_from_db()
        back = actions.reopen(need, by=cast.wang, reason="又坏了")
        done = actions.finish(
            back, by=cast.li, outcome="solved", result_text="换了", no_results_because="小事"
        )
        call(done, cast.he, purpose="confirm", said="settled")
        again = actions.confirm(done, by=cast.he)
    with clock.standing_at(T0 + timedelta(days=64)):
        call(again, cast.he)
    again.refresh_from_db()
    assert again.due_at == T0 + timedelta(days=65)


def test_an_answer_beside_the_question_leaves_the_clock(cast: Cast) -> None:
    need = closed_need(cast)
    before = need.due_at
    call(need, cast.he, purpose="answer", said="told")
    need.refresh_from_db()
    assert need.due_at == before


# --- words for outside ---


def test_released_words_are_a_persons_and_say_how_many_marks_were_passed(cast: Cast) -> None:
    need = working.release(
        open_need(cast),
        by=cast.zhang,
        visibility="public",
        public_text="三楼的灯坏了。在修。",
        marks=2,
    )
    assert (need.visibility, need.public_title) == ("public", "三楼的灯坏了")
    assert last_event(need).detail == {"visibility": "public", "marks": 2}


@pytest.mark.parametrize("visibility", ["members", "public"])
def test_nothing_goes_outside_without_words(cast: Cast, visibility: str) -> None:
    need = open_need(cast)
    assert refusal(lambda: working.release(need, by=cast.zhang, visibility=visibility)) == (
        "public-text",
        "public_text",
    )


def test_words_as_they_were_said_are_never_the_released_ones(cast: Cast) -> None:
    need = open_need(cast)
    assert need.public_text == need.public_title == ""
    working.release(need, by=cast.zhang, visibility="public", public_text="灯坏了")
    need.refresh_from_db()
    assert need.words.startswith("三楼拐角")


def test_field_staff_release_nothing(cast: Cast) -> None:
    need = open_need(cast)
    for actor in (cast.li, cast.ma, cast.wang):
        with pytest.raises(NotYours):
            working.release(need, by=actor, visibility="public", public_text="灯坏了")


# --- sorting, still wanted ---


def test_a_heading_is_corrected_and_found_by_its_new_words(cast: Cast) -> None:
    from linshuo.domain.needs.queries import Filters, total

    need = open_need(cast)
    working.sort_out(
        need, by=cast.li, title="声控灯", tags=["block"], category=cast.category("water")
    )
    need.refresh_from_db()
    assert (need.title, need.tags, need.category_id) == (
        "声控灯",
        "block",
        cast.category("water").pk,
    )
    assert total(cast.zhang, Filters(text="声控灯")) == 1
    assert refusal(lambda: working.sort_out(need, by=cast.li, title=" ")) == ("title", "title")


def test_sorting_out_nothing_leaves_no_event(cast: Cast) -> None:
    need = open_need(cast)
    before = last_event(need).pk
    working.sort_out(need, by=cast.li)
    assert last_event(need).pk == before


def test_still_wanted_is_a_sign_of_life(cast: Cast) -> None:
    need = open_need(cast)
    at = clock.at_local(2019, 12, 1, 0, 30)
    with clock.standing_at(at):
        asked = working.still_true(need, by=cast.li)
    assert (asked.still_true_on, asked.progress_at) == (clock.local(at).date(), at)
    closed = closed_need(cast)
    assert refusal(lambda: working.still_true(closed, by=cast.li)) == ("ended", None)


# --- the sub-district ---


def test_asking_for_help_stops_no_clock(cast: Cast) -> None:
    need = open_need(cast)
    due = need.due_at
    up = working.escalate(need, by=cast.zhang, why="要街道协调物业")
    assert (up.state, up.due_at, up.escalated_why) == ("open", due, "要街道协调物业")
    before = last_event(need).pk
    working.escalate(need, by=cast.zhang, why="再说一次")
    assert last_event(need).pk == before
    back = working.take_back(need, by=cast.zhang, why="街道已经约谈")
    assert (back.state, back.due_at, back.returned_why) == ("open", due, "街道已经约谈")
    again = working.escalate(need, by=cast.zhang, why="还是不行")
    assert again.returned_at is None and again.returned_why == ""


def test_help_is_asked_for_in_words_by_the_head(cast: Cast) -> None:
    need = open_need(cast)
    assert refusal(lambda: working.escalate(need, by=cast.zhang, why="x")) == ("why", "why")
    assert refusal(lambda: working.take_back(need, by=cast.zhang, why="好的")) == (
        "not-escalated",
        None,
    )
    for actor in (cast.li, cast.he, cast.ma):
        with pytest.raises(NotYours):
            working.escalate(need, by=actor, why="要街道帮")
    working.escalate(need, by=cast.zhang, why="要街道帮")
    assert refusal(lambda: working.take_back(need, by=cast.zhang, why=" ")) == ("why", "why")


# --- 我也要 ---


def test_the_same_person_wants_it_once(cast: Cast) -> None:
    need = make_need(cast)
    assert support(need, by=cast.li, person=cast.person("赵在职")) is not None
    assert support(need, by=cast.li, person=cast.person("赵在职")) is None
    assert support(need, by=cast.li, person=cast.person("王阿姨")) is None  # asked for it
    assert support(need, by=cast.li, contact_hmac="f" * 64) is not None
    assert support(need, by=cast.li, contact_hmac="f" * 64) is None
    need.refresh_from_db()
    assert need.supporters == 2


def test_counts_without_names_add_up(cast: Cast) -> None:
    need = make_need(cast)
    for heads in (12, 3):
        assert support(need, by=cast.house, heads=heads, via="import") is not None
    support(need, by=cast.li, person=cast.person("赵在职"))
    need.refresh_from_db()
    assert need.supporters == 16
    assert sorted(supporter_lines(cast.zhang, need)) == ["12 位没留名", "3 位没留名", "赵**"]


def test_nobody_supports_what_they_do_not_see(cast: Cast) -> None:
    need = make_need(cast)
    for actor in (cast.zhao, cast.chen, make_cast("YY", "邻近社区").zhang):
        with pytest.raises(NotYours):
            support(need, by=actor, person=cast.person("赵在职"))


# --- categories ---


def test_known_codes_are_planted_once(cast: Cast) -> None:
    assert plant_categories(by=cast.house) == []


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": ""}, "name", "name"),
        ({"name": "长" * 41}, "name", "name"),
        ({"code": " "}, "code", "code"),
        ({"done_days": 0}, "days", "done_days"),
        ({"done_days": 366}, "days", "done_days"),
        ({"code": "light"}, "code-taken", "code"),
    ],
)
def test_a_category_that_will_not_do(
    cast: Cast, given: dict[str, Any], code: str, field: str
) -> None:
    told = {"code": "lift", "name": "电梯", "done_days": 7, **given}
    assert refusal(lambda: add_category(**told, by=cast.zhang)) == (code, field)


def test_a_category_is_found_by_name_or_code(cast: Cast) -> None:
    assert by_name(cast.community.pk, " 楼道与照明 ") == cast.category("light")
    assert by_name(cast.community.pk, "light") == cast.category("light")
    assert by_name(cast.community.pk, "飞碟") is None


def test_all_of_it_leaves_a_trail_that_fits(cast: Cast) -> None:
    need = open_need(cast)
    working.assign(need, by=cast.zhang, owner=cast.person("何秘书"))
    working.add_result(need, by=cast.he, text="去看过了")
    working.release(need, by=cast.zhang, visibility="members", public_text="灯坏了")
    working.sort_out(need, by=cast.he, tags=["hard"])
    working.still_true(need, by=cast.he)
    working.escalate(need, by=cast.zhang, why="要街道帮")
    working.take_back(need, by=cast.zhang, why="街道说行")
    support(need, by=cast.li, person=cast.person("赵在职"))
    call(closed_need(cast), cast.he, said="settled")
    assert verify() == []
