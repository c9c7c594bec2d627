"""Acceptance scenarios of the house, each as it would be told at the counter. No HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linshuo.acts.asking import ask
from linshuo.acts.notebook import write_down
from linshuo.acts.outside import need_by_slip, resident_says
from linshuo.domain.needs import actions, working
from linshuo.domain.needs.models import Need
from linshuo.domain.needs.queries import Filters, counts, get_need, ledger
from linshuo.domain.papers.actions import issue, use_paper
from linshuo.domain.papers.models import PaperKind
from linshuo.domain.people.queries import actor_of, get_person
from linshuo.domain.trail.sealing import seal_all
from linshuo.domain.trail.verify import verify
from linshuo.insight import briefs
from linshuo.insight.figures import FIGURES, end_of
from linshuo.insight.opened import changes, get_brief, opened
from linshuo.kit import clock
from linshuo.kit.refused import NotYours
from linshuo.notices.drain import drain
from linshuo.notices.models import Message
from tests.cast import T0, Cast, draft, make_cast, make_need

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_silence_turns_red_by_itself(cast: Cast) -> None:
    """Said on a Friday at five, nobody acts, the worker is off: red on Monday at 17:01."""
    friday = clock.at_local(2019, 12, 27, 17)
    with clock.standing_at(friday):
        need = make_need(cast, at=friday)
    monday = clock.at_local(2019, 12, 30, 17)
    assert need.due_at == monday
    just_before, just_after = monday, monday + timedelta(minutes=1)
    for viewer in (cast.zhang, cast.he, cast.li):
        assert counts(viewer, at=just_before)["n_red"] == 0
        assert counts(viewer, at=just_after)["n_red"] == 1
        rows = ledger(viewer, Filters(tab="red"), at=just_after).rows
        assert [(r.number, r.clock_look) for r in rows] == [(need.number, "red")]


def test_a_day_off_stops_the_working_clock() -> None:
    """1 October is a holiday: what is said on 30 September is due on the 8th."""
    cast = make_cast(at=clock.at_local(2019, 9, 2, 9))
    eve = clock.at_local(2019, 9, 30, 10)
    with clock.standing_at(eve):
        need = make_need(cast, at=eve)
    assert need.due_at == clock.at_local(2019, 10, 8, 10)


def test_walls_stand_between_communities(cast: Cast) -> None:
    """A has 40 old hits, B many newer; someone in both sees, in A, A's alone."""
    other = make_cast("YY", "邻近社区")
    for n in range(40):
        make_need(cast, words=f"第{n}盏路灯不亮。", at=T0)
    with clock.standing_at(T0 + timedelta(days=1)):
        for n in range(60):
            make_need(other, words=f"新装的第{n}盏路灯太亮。", requester=None, at=None)
    with clock.standing_at(T0 + timedelta(days=2)):
        found = ledger(cast.zhang, Filters(text="路灯")).rows
        assert len(found) == 40
        assert {r.number.split("-")[0] for r in found} == {"JF"}
        assert counts(cast.zhang)["n_live"] == 40


def test_somebody_elses_matter_is_not_there(cast: Cast) -> None:
    other = make_cast("YY", "邻近社区")
    need = make_need(cast)
    with pytest.raises(NotYours):
        get_need(other.zhang, need.number)
    with pytest.raises(NotYours):
        actions.accept(
            need, by=other.zhang, category=other.category(), owner=other.person("李网格")
        )
    with pytest.raises(NotYours):
        get_person(other.zhang, cast.person("王阿姨").pk)
    need.refresh_from_db()
    assert need.state == "reported"


def test_a_planted_phone_stays_in_the_raw_words(cast: Cast) -> None:
    """Raw words with a phone are for staff; no text beside them carries the number."""
    phone = "13912345678"
    need = make_need(cast, words=f"路灯坏了，打{phone}找我。", title="路灯坏了")
    assert phone not in need.public_text and phone not in need.title
    for outsider in (cast.zhao, cast.chen, cast.ma):
        rows = ledger(outsider, Filters(text=phone)).rows
        assert phone not in str(rows)
    assert ledger(cast.zhao, Filters(tab="all")).rows == []


def test_not_fixed_after_all(cast: Cast) -> None:
    """A brief of 1 December with 36 settled opens 36 for ever; a slip-holder's "no" in January
    makes today's figure 35, comes back under its number, is due on the 7th, and is named."""
    needs = []
    with clock.standing_at(clock.at_local(2019, 11, 20, 9)):
        slip = issue(PaperKind.SLIP, 1, by=cast.zhang)[0].code
        held = {"paper": use_paper(PaperKind.SLIP, slip, by=cast.li), "requester": None}
        for n in range(36):
            given = held if n == 7 else {}
            need = make_need(cast, words=f"第{n}件小事。", at=None, **given)
            need = actions.settle(need, by=cast.li, result_text="办好了。")
            needs.append(ask(need, by=cast.he, channel="phone", said="settled", words="好了"))
    closed = FIGURES["needs.closed"]
    first_of_december = end_of(clock.at_local(2019, 12, 1).date())
    assert closed.read(cast.community.pk, first_of_december).value == 36
    with clock.standing_at(clock.at_local(2019, 12, 2, 9)):
        made = briefs.draw_up("own", until=first_of_december.date(), title="简报", by=cast.zhang)
        said = ["到今天已销号【已销号】。", "【已销号｜按类型】"]
        given = {"title": "十二月一日", "since": None, "until": made.until}
        brief = briefs.write(made, **given, paragraphs=said, by=cast.zhang)
        brief = briefs.freeze(brief, by=cast.zhang)
        assert changes(cast.zhang, brief) == []
    second_of_january = clock.at_local(2020, 1, 2, 9)
    with clock.standing_at(second_of_january):
        found = need_by_slip(slip, community_id=cast.community.pk)
        assert found is not None
        back = resident_says(found[1], settled=False, words="又不亮了")
    assert (back.pk, back.number) == (needs[7].pk, needs[7].number)
    assert (back.state, back.reopened) == ("open", 1)
    assert clock.local(back.due_at).date() == clock.at_local(2020, 1, 7).date()
    then = closed.read(cast.community.pk, first_of_december)
    now = closed.read(cast.community.pk, second_of_january)
    assert (then.value, now.value) == (36, 35)
    assert set(then.row_ids) - set(now.row_ids) == {needs[7].pk}
    with clock.standing_at(second_of_january):
        brief = get_brief(cast.he, brief.pk)
        assert [n.amount for n in opened(brief).notes] == ["36 件", "36 件"]
        assert opened(brief).as_of == "2019年12月1日 23:59"
        in_text, in_table = changes(cast.he, brief)
        for since in (in_text, in_table):
            assert (since.note.amount, since.now) == ("36 件", "35 件")
            assert [(c.row.number, c.how) for c in since.left] == [
                (back.number, "2020年1月2日退回")
            ]
        assert "在办" in in_text.left[0].row.now
        seal_all()
        drain()
        told = Message.objects.of(cast.house).filter(need=back, saying="back")
        assert cast.he.person_id in set(told.values_list("person_id", flat=True))
        # To somebody who may not see the matter, it says that one changed, and not which.
        unseen = changes(cast.actor("孙出纳"), brief)[0]
        assert (unseen.now, unseen.left, unseen.hidden) == ("35 件", [], 1)
    assert verify(cast.community.pk) == []


def test_the_second_return_goes_to_the_secretary_and_the_meeting(cast: Cast) -> None:
    with clock.standing_at(T0):
        need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯。")
        need = ask(need, by=cast.he, channel="phone", said="not_settled", words="还是不亮")
        assert need.owner_id == cast.person("李网格").pk and not need.for_meeting
        need = actions.finish(
            need,
            by=cast.li,
            outcome="solved",
            result_text="又换了一次。",
            no_results_because="同上",
        )
        need = ask(need, by=cast.he, channel="phone", said="not_settled", words="还是不亮")
    assert need.reopened == 2 and need.for_meeting
    assert need.owner_id == cast.person("张书记").pk


def test_three_attempts_on_three_days_stand_in_for_the_resident(cast: Cast) -> None:
    with clock.standing_at(T0):
        need = actions.settle(make_need(cast), by=cast.li, result_text="换了灯。")
    for day in (1, 1, 2):
        with clock.standing_at(T0 + timedelta(days=day, hours=day)):
            need = ask(need, by=cast.he, channel="phone", said="no_answer")
    assert need.state == "done"
    with clock.standing_at(T0 + timedelta(days=3)), pytest.raises(Exception, match="2"):
        actions.confirm(need, by=cast.he)
    with clock.standing_at(T0 + timedelta(days=4)):
        need = ask(need, by=cast.he, channel="visit", said="no_answer")
        assert actions.confirm(need, by=cast.he).state == "closed"


def test_a_draft_sent_twice_is_one_note(cast: Cast) -> None:
    given = {"by": cast.li, "draft_id": draft(), "place": cast.building, "source": "visit"}
    with clock.standing_at(T0):
        first = write_down(words="灯坏了。", become="problem", **given)  # type: ignore[arg-type]
        again = write_down(words="灯坏了。", become="problem", **given)  # type: ignore[arg-type]
    assert again.again and again.note.pk == first.note.pk
    assert Need.objects.within(cast.community.pk).count() == 1


def test_merging_keeps_every_supporter(cast: Cast) -> None:
    with clock.standing_at(T0):
        survivor = make_need(cast, requester=None)
        twin = make_need(cast)
        working_for = [cast.person("赵在职"), cast.person("陈老板")]
        from linshuo.domain.needs.supporters import support

        for person in working_for:
            support(twin, by=cast.li, person=person)
        merged = actions.merge(twin, survivor, by=cast.he)
    survivor.refresh_from_db()
    assert merged.state == "merged" and merged.survivor_id == survivor.pk
    assert survivor.supporters == 3


def test_an_appointment_that_has_ended_opens_nothing(cast: Cast) -> None:
    from linshuo.domain.people.models import Appointment
    from linshuo.domain.people.staffing import end_appointment

    held = Appointment.objects.within(cast.community.pk).get(person=cast.person("李网格"))
    with clock.standing_at(T0 + timedelta(days=3)):
        end_appointment(held, by=cast.zhang)
    with clock.standing_at(T0 + timedelta(days=4)):
        late = actor_of(cast.person("李网格"))
        assert not late.is_staff
        with pytest.raises(NotYours):
            working.add_result(make_need(cast, by=cast.zhang), by=late, text="写一句")
