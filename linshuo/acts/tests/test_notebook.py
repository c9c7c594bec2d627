"""One matter at a door, in one go: written, and said what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.acts import notebook as acts
from linshuo.domain.needs import notebook
from linshuo.domain.needs.models import Disposition, Need, Note, Supporter
from linshuo.domain.papers.actions import issue
from linshuo.domain.papers.models import Paper, PaperKind
from linshuo.domain.people.models import Person
from linshuo.kit import clock
from linshuo.kit.actor import Actor
from linshuo.kit.refused import NotYours, Refused
from tests.cast import T0, Cast, draft, make_cast, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def write(cast: Cast, by: Actor | None = None, **over: str) -> acts.Written:
    given = {"draft_id": draft(), "words": "北门早上堵着，救护车怕进不来。", "source": "visit"}
    at = T0 + timedelta(minutes=5)
    with clock.standing_at(at):
        return acts.write_down(by=by or cast.li, place=cast.building, at=at, **{**given, **over})


def test_words_are_enough(cast: Cast) -> None:
    written = write(cast)
    assert written.note.disposition == Disposition.OPEN
    assert (written.note.speaker, written.need) == (None, None)


def test_who_said_it_becomes_a_person_and_asks_for_the_matter(cast: Cast) -> None:
    written = write(cast, speaker_name="吴阿婆", speaker_phone="13900001111", become="problem")
    assert written.need is not None
    assert written.need.requester is not None
    assert written.need.requester.name == "吴阿婆"
    assert (written.need.kind, written.need.note) == ("problem", written.note)


def test_sent_again_it_is_one_note_one_person_and_one_matter(cast: Cast) -> None:
    one = draft()
    first = write(cast, draft_id=one, speaker_name="吴阿婆", become="wish")
    again = write(cast, draft_id=one, speaker_name="吴阿婆", become="wish")
    assert (again.note, again.need, again.again) == (first.note, first.need, True)
    assert Person.objects.within(cast.community.pk).filter(name="吴阿婆").count() == 1
    assert Need.objects.within(cast.community.pk).count() == 1


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"speaker_phone": "13900001111"}, "speaker_name"),
        ({"speaker_name": "吴阿婆", "speaker_phone": "1390"}, "speaker_phone"),
        ({"speaker_name": "吴" * 41}, "speaker_name"),
        ({"slip": "NOSUCHXX"}, "slip"),
        ({"become": "settled"}, "result_text"),
        ({"words": ""}, "words"),
    ],
)
def test_what_will_not_do_saves_nothing_at_all(
    cast: Cast, over: dict[str, str], field: str
) -> None:
    people = Person.objects.within(cast.community.pk).count()
    with pytest.raises(Refused) as refused:
        write(cast, **over)
    assert refused.value.field == field
    assert not Note.objects.within(cast.community.pk).exists()
    assert not Need.objects.within(cast.community.pk).exists()
    assert Person.objects.within(cast.community.pk).count() == people


def test_a_slip_is_used_once_and_its_code_follows_the_matter(cast: Cast) -> None:
    with clock.standing_at(T0):
        slip = issue(PaperKind.SLIP, 1, by=cast.zhang)[0]
    written = write(cast, slip=slip.code.lower(), become="problem")
    assert written.need is not None
    assert written.need.paper == slip
    with pytest.raises(Refused) as refused:
        write(cast, slip=slip.code)
    assert refused.value.field == "slip"
    assert Paper.objects.within(cast.community.pk).get().used_at is not None


def test_settled_on_the_spot_still_waits_for_a_second_person(cast: Cast) -> None:
    written = write(cast, become="settled", result_text="当场拧紧了。")
    assert written.need is not None
    assert (written.need.state, written.need.finished_by_id) == ("done", cast.li.person_id)


def test_one_tap_later_and_the_same_tap_again(cast: Cast) -> None:
    one = write(cast).note
    with clock.standing_at(T0 + timedelta(hours=2)):
        first = acts.become_of(one, "problem", by=cast.li)
        again = acts.become_of(one, "problem", by=cast.li)
        with pytest.raises(Refused):
            acts.become_of(one, "wish", by=cast.li)
    assert first.need is not None
    assert (again.need, again.again) == (first.need, True)
    assert first.need.reported_at == one.at


def test_the_head_decides_about_a_note_of_another_but_a_colleague_does_not(cast: Cast) -> None:
    one = write(cast).note
    with clock.standing_at(T0 + timedelta(hours=2)):
        with pytest.raises(NotYours):
            acts.become_of(one, "problem", by=cast.he)
        assert acts.become_of(one, "problem", by=cast.zhang).need is not None


def test_joining_counts_one_more_head_and_pressing_twice_does_not(cast: Cast) -> None:
    need = make_need(cast)
    one = write(cast).note
    with clock.standing_at(T0 + timedelta(hours=2)):
        for _ in range(2):
            acts.join(one, need, by=cast.li)
    need = Need.objects.within(cast.community.pk).get()
    assert need.supporters == 1
    assert Supporter.objects.within(cast.community.pk).count() == 1
    assert notebook.joined_to(cast.li, one) == need.pk


def test_whoever_asked_already_is_no_second_head_and_the_page_still_knows(cast: Cast) -> None:
    need = make_need(cast)
    one = write(cast, speaker_name="王阿姨", speaker_phone="13800131234").note
    assert one.speaker == need.requester
    with clock.standing_at(T0 + timedelta(hours=2)):
        acts.join(one, need, by=cast.li)
        entry = notebook.page(cast.li).entries[0]
    assert Need.objects.within(cast.community.pk).get().supporters == 0
    assert entry.became is not None
    assert (entry.became.how, entry.became.number) == ("并入", need.number)


def test_a_note_is_joined_to_one_matter_only(cast: Cast) -> None:
    first, second = make_need(cast), make_need(cast)
    one = write(cast).note
    with clock.standing_at(T0 + timedelta(hours=2)):
        acts.join(one, first, by=cast.li)
        with pytest.raises(Refused) as refused:
            acts.join(one, second, by=cast.li)
    assert refused.value.code == "disposed"
    assert not Supporter.objects.within(cast.community.pk).filter(need=second).exists()


def test_nothing_is_joined_to_a_matter_that_is_over_or_another_communitys(cast: Cast) -> None:
    other = make_cast("XM", "隔壁社区")
    one = write(cast).note
    with pytest.raises(Refused) as refused, clock.standing_at(T0 + timedelta(hours=2)):
        acts.join(one, make_need(other), by=cast.li)
    assert refused.value.code == "join"
    assert Note.objects.within(cast.community.pk).get().disposition == Disposition.OPEN


def test_the_page_says_what_became_of_each(cast: Cast) -> None:
    write(cast, words="转成问题的。", become="problem")
    write(cast, words="当场办的。", become="settled", result_text="当场拧紧了。")
    write(cast, words="只记着。", become="noted")
    write(cast, words="还没定。")
    with clock.standing_at(T0 + timedelta(hours=1)):
        page = notebook.page(cast.li)
    told = {e.words: e.became and (e.became.how, e.became.state) for e in page.entries}
    assert told == {
        "转成问题的。": ("转问题", "reported"),
        "当场办的。": ("当场办结", "done"),
        "只记着。": None,
        "还没定。": None,
    }
    assert [e.words for e in page.undecided] == ["还没定。"]
