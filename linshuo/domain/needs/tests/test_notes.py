"""The notebook: one matter a note, a day a page, and nobody else's page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linshuo.domain.needs import notebook, notes
from linshuo.domain.needs.models import Disposition, Note, Source
from linshuo.domain.places.actions import add_place
from linshuo.domain.trail.models import Event
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, draft, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def note(cast: Cast, by: Actor, *, days: int = 0, hour: int = 9, **over: object) -> Note:
    """A note of one of the staff, some days after the cast was made."""
    at = T0 + timedelta(days=days, hours=hour - 9)
    given = {
        "draft_id": draft(),
        "place": cast.building,
        "words": "三楼拐角那盏灯又不亮了。",
        "source": "visit",
        "at": at,
    }
    with clock.standing_at(at):
        return notes.write(by=by, **{**given, **over})


def test_the_same_draft_is_the_same_note_and_leaves_one_event(cast: Cast) -> None:
    one = draft()
    first = note(cast, cast.li, draft_id=one)
    again = note(cast, cast.li, draft_id=one, words="改了几个字。")
    assert again.pk == first.pk
    assert again.words == first.words
    assert Event.objects.within(cast.community.pk).filter(verb="note:write").count() == 1


def test_two_people_may_have_drawn_the_same_draft_id(cast: Cast) -> None:
    one = draft()
    assert note(cast, cast.li, draft_id=one).pk != note(cast, cast.he, draft_id=one).pk


@pytest.mark.parametrize(
    ("over", "code", "field"),
    [
        ({"words": " \n\t"}, "words", "words"),
        ({"words": "字" * 20_001}, "long", "words"),
        ({"source": "web\0"}, "choice", "source"),
        ({"urgency": "now"}, "choice", "urgency"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field(
    cast: Cast, over: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        note(cast, cast.li, **over)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Note.objects.within(cast.community.pk).exists()


def test_control_characters_go_and_the_words_stay(cast: Cast) -> None:
    assert note(cast, cast.li, words="灯\0坏了\x07。").words == "灯坏了。"


def test_nobody_writes_for_a_place_of_another_community(cast: Cast) -> None:
    other = make_cast("XM", "隔壁社区")
    with pytest.raises(NotYours):
        note(cast, cast.li, place=other.building)


def test_someone_who_keeps_no_notebook_writes_none(cast: Cast) -> None:
    for stranger in (cast.ma, cast.zhao, cast.chen):
        with pytest.raises(NotYours):
            note(cast, stranger)


def test_a_note_that_became_a_matter_stays_one(cast: Cast) -> None:
    one = note(cast, cast.li)
    notes.dispose(one, Disposition.NOTED, by=cast.li)
    notes.dispose(one, Disposition.PROBLEM, by=cast.li)
    with pytest.raises(Refused) as refused:
        notes.dispose(one, Disposition.NOTED, by=cast.li)
    assert refused.value.code == "disposed"


def test_a_page_numbers_its_entries_by_the_clock_and_masks_who_spoke(cast: Cast) -> None:
    note(cast, cast.li, hour=11, words="后说的。", speaker=cast.person("王阿姨"))
    note(cast, cast.li, hour=10, words="先说的。", urgency="danger")
    with clock.standing_at(T0 + timedelta(hours=8)):
        page = notebook.page(cast.li)
    assert [(e.no, e.hour, e.words) for e in page.entries] == [
        (1, "10:00", "先说的。"),
        (2, "11:00", "后说的。"),
    ]
    assert [e.speaker for e in page.entries] == ["不留名", "王**"]
    assert page.entries[0].danger
    assert page.entries[0].urgency == "有危险"
    assert (page.author, page.post, page.next_no) == ("李网格", "外勤员", 3)


def test_the_page_number_counts_the_days_written_in_this_notebook(cast: Cast) -> None:
    for days in (0, 0, 3, 7):
        note(cast, cast.li, days=days)
    note(cast, cast.he, days=5)
    with clock.standing_at(T0 + timedelta(days=9)):
        today = notebook.page(cast.li)
        third = notebook.page(cast.li, day=date(2019, 11, 11))
        gap = notebook.page(cast.li, day=date(2019, 11, 9))
    assert (today.number, today.entries, today.later) == (4, [], None)
    assert today.earlier == date(2019, 11, 11)
    assert (third.number, third.earlier, third.later) == (
        3,
        date(2019, 11, 7),
        date(2019, 11, 13),
    )
    assert (gap.number, gap.earlier, gap.later) == (3, date(2019, 11, 7), date(2019, 11, 11))


def test_only_heads_leaf_through_the_notebooks_of_others(cast: Cast) -> None:
    note(cast, cast.li)
    li = cast.person("李网格").pk
    with clock.standing_at(T0 + timedelta(hours=1)):
        assert len(notebook.page(cast.zhang, li, T0.date()).entries) == 1
        for other in (cast.he, cast.ma, make_cast("XM", "隔壁社区").zhang):
            with pytest.raises(NotYours):
                notebook.page(other, li, T0.date())


def test_a_notebook_that_nobody_keeps_is_not_there(cast: Cast) -> None:
    for nobody in (cast.person("王阿姨").pk, 9_999_999_999):
        with pytest.raises(NotYours):
            notebook.page(cast.zhang, nobody, T0.date())


@pytest.mark.parametrize("day", ["0000-00-00", "9999999", "2019-02-30", "前天", "", "2019-11-04x"])
def test_a_day_that_is_none_is_not_there(cast: Cast, day: str) -> None:
    with pytest.raises(NotYours), clock.standing_at(T0):
        notebook.page(cast.li, None, notebook.day_of(day))


@pytest.mark.parametrize("day", [date(2019, 11, 5), date(9999, 12, 31), date(1, 1, 1)])
def test_a_page_of_the_future_or_of_long_ago_is_not_there(cast: Cast, day: date) -> None:
    with pytest.raises(NotYours), clock.standing_at(T0):
        notebook.page(cast.li, None, day)


def test_the_last_places_are_remembered_and_named_shortly(cast: Cast) -> None:
    with clock.standing_at(T0):
        four = add_place(cast.estate, kind="building", name="4 栋", by=cast.house)
        assert [p.label for p in notebook.near_places(cast.li)] == ["嘉福社区"]
    note(cast, cast.li, place=cast.other_estate)
    note(cast, cast.li, place=four, days=1)
    note(cast, cast.li, place=cast.building, days=2)
    assert [p.label for p in notebook.near_places(cast.li)] == ["盐业小区 3 栋", "4 栋"]
    assert [p.label for p in notebook.near_places(cast.he)] == ["盐业片区"]


def test_the_shelf_has_everyones_notebook_in_the_order_of_appointment(cast: Cast) -> None:
    note(cast, cast.li)
    note(cast, cast.li, days=1)
    shelf = notebook.keepers(cast.zhang)
    assert [k.name for k in shelf] == ["张书记", "何秘书", "李网格"]
    assert [(k.pages, k.notes, k.undecided) for k in shelf] == [(0, 0, 0), (0, 0, 0), (2, 2, 2)]
    assert notebook.keepers(cast.he) == []


def test_one_note_is_its_authors_and_the_heads(cast: Cast) -> None:
    one = note(cast, cast.li)
    assert notebook.get_note(cast.li, one.pk) == one
    assert notebook.get_note(cast.zhang, one.pk) == one
    for other in (cast.he, cast.ma, make_cast("XM", "隔壁社区").zhang):
        with pytest.raises(NotYours):
            notebook.get_note(other, one.pk)


def test_a_door_and_a_phone_offer_only_ways_that_staff_hear_by(cast: Cast) -> None:
    offered = {value for value, _label in notebook.sources()}
    assert offered == set(Source.values) - {"web", "import"}
